"""What helps against over-fitting."""

from __future__ import annotations

from s2s_core.configs.base import Config


class RegularisationConfig(Config):
    """What keeps the model from learning its corpus by heart."""

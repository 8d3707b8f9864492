"""What is minimised: losses and what is added to them."""

from __future__ import annotations

from s2s_core.configs.base import Config


class ObjectiveConfig(Config):
    """What the weights are to make small."""

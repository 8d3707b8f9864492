"""What the weights are before the first step."""

from __future__ import annotations

from s2s_core.configs.base import Config


class StartConfig(Config):
    """Where training starts from."""

"""What the weights are before the first step."""

from __future__ import annotations

from s2s_core.configs.base import Config
from s2s_core.knobs import knob


class StartConfig(Config):
    """Where training starts from."""

    initialisation: str = knob(
        "default", choices="initialisation", advanced=True, title="Weights drawn",
        help="How the weights are drawn before the first step. Too large and signals explode on "
        "their way through the layers, too small and they fade; the default suits each layer.",
    )  # fmt: skip

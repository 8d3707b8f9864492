"""What is minimised: losses and what is added to them."""

from __future__ import annotations

from s2s_core.configs.base import Config
from s2s_core.knobs import knob


class ObjectiveConfig(Config):
    """What the weights are to make small."""

    loss: str = knob(
        "cross_entropy", choices="loss", live=True, advanced=True,
        help="What each piece of the reference asks of the scores. The loss shown stays the cross "
        "entropy, and search and probabilities those of the softmax, whatever is chosen.",
    )  # fmt: skip

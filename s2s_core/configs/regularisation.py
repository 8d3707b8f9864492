"""What helps against over-fitting."""

from __future__ import annotations

from s2s_core.configs.base import Config
from s2s_core.knobs import knob


class RegularisationConfig(Config):
    """What keeps the model from learning its corpus by heart."""

    weight_decay: float = knob(
        0.0, low=0, high=1, live=True,
        help="Each step shrinks the weights by so much times the learning rate. Raised: smaller "
        "weights and less over-fitting, until the model cannot fit at all; 0.01 is usual.",
    )  # fmt: skip
    l2: float = knob(
        0.0, low=0, high=1, live=True, advanced=True, title="L2 penalty",
        help="Half the sum of the squared weights, times this, is added to the objective. Raised: "
        "all weights become smaller; 1e-5 is much.",
    )  # fmt: skip
    l1: float = knob(
        0.0, low=0, high=1, live=True, advanced=True, title="L1 penalty",
        help="The sum of the weights without their signs, times this, is added to the objective. "
        "Raised: more weights are nearly zero; 1e-5 is much.",
    )  # fmt: skip

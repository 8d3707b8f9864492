"""What makes a model smaller while it learns."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from s2s_core.configs.base import Config
from s2s_core.knobs import knob


class SmallerConfig(Config):
    """How many of the weights are set to zero for good, and when."""

    prune_share: float = knob(
        0.0, zero="off", low=0, high=0.99, advanced=True, title="Pruned weights",
        help="Share of each matrix, its smallest weights, that is set to zero and stays zero; 0: "
        "none. Raised: a smaller file; up to half costs little, beyond 0.9 scores fall steeply.",
    )  # fmt: skip
    prune_first_step: int = knob(
        0, low=0, high=100_000_000, unit="steps", advanced=True, title="Pruning begins at",
        help="Until this step nothing is pruned. Raised: what is worth keeping is known better.",
    )  # fmt: skip
    prune_last_step: int = knob(
        0, low=0, high=100_000_000, unit="steps", advanced=True, title="Pruning ends at",
        help="From this step on the whole share is pruned; quickly at first, then ever more "
        "slowly. The same as the beginning: all at once. Raised: gentler, the rest adapts.",
    )  # fmt: skip
    prune_every: int = knob(
        100, low=1, high=1_000_000, unit="steps", advanced=True,
        help="Steps from one pruning to the next. Raised: larger bites, and more time to recover "
        "from each.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.prune_first_step > self.prune_last_step:
            raise ValueError(
                f"pruning cannot begin at step {self.prune_first_step}, after its end at "
                f"{self.prune_last_step}; prune_last_step must be at least prune_first_step"
            )
        return self

"""Schedules: pure functions from the step to a factor on the learning rate."""

from __future__ import annotations

from collections.abc import Callable

from s2s_core.choices import Choices
from s2s_core.configs import TrainingConfig

Schedule = Callable[[int, TrainingConfig], float]


def constant(step: int, config: TrainingConfig) -> float:
    """Always the same learning rate."""
    return 1.0


def warmup(step: int, config: TrainingConfig) -> float:
    """Rise evenly from zero over the warm-up steps, then stay."""
    return min(1.0, step / config.warmup_steps)


def inverse_square_root(step: int, config: TrainingConfig) -> float:
    """Rise over the warm-up steps, then fall with the root of the steps.

    The learning rate is reached at the end of the warm-up.
    Source: Vaswani et al. 2017, section 5.3, eq. (3), scaled to a peak of one.
    """
    return float(min(step / config.warmup_steps, (config.warmup_steps / step) ** 0.5))


SCHEDULES: Choices[Schedule] = Choices(
    "schedule",
    {"constant": constant, "warmup": warmup, "inverse_square_root": inverse_square_root},
)

"""Schedules: pure functions from the step to a factor on the learning rate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import cos, pi

from s2s_core.choices import Choices
from s2s_core.configs import TrainingConfig

Schedule = Callable[[int, TrainingConfig], float]


@dataclass(frozen=True)
class Plateau:
    """What the validations have said: how often the learning rate was reduced since they stalled.

    It is for the schedule `plateau` alone, and the only thing about schedules that is remembered.
    """

    reductions: int = 0
    best: float | None = None  # the lowest validation loss
    waited: int = 0  # validations since then, or since the last reduction

    def after(self, loss: float, patience: int) -> Plateau:
        """Return what is to be remembered after one more validation."""
        if self.best is None or loss < self.best:
            return replace(self, best=loss, waited=0)
        if self.waited + 1 < patience:
            return replace(self, waited=self.waited + 1)
        return replace(self, reductions=self.reductions + 1, waited=0)


def constant(step: int, config: TrainingConfig) -> float:
    """Always the same learning rate."""
    return 1.0


def warmup(step: int, config: TrainingConfig) -> float:
    """Rise evenly from zero over the warm-up steps, then stay.

    Source: Goyal et al. 2017, section 2.2.
    """
    return min(1.0, step / config.warmup_steps)


def inverse_square_root(step: int, config: TrainingConfig) -> float:
    """Rise over the warm-up steps, then fall with the root of the steps.

    The learning rate is reached at the end of the warm-up.
    Source: Vaswani et al. 2017, section 5.3, eq. (3), scaled to a peak of one.
    """
    return float(min(step / config.warmup_steps, (config.warmup_steps / step) ** 0.5))


def cosine(step: int, config: TrainingConfig) -> float:
    """Rise over the warm-up steps, then fall as half a cosine: late, then fast, then gently.

    Source: Loshchilov and Hutter 2017, eq. (5), without restarts.
    """
    return _falling(step, config, lambda part: (1 + cos(pi * part)) / 2)


def linear(step: int, config: TrainingConfig) -> float:
    """Rise over the warm-up steps, then fall evenly.

    Source: Devlin et al. 2019, appendix A.2.
    """
    return _falling(step, config, lambda part: 1 - part)


def stairs(step: int, config: TrainingConfig) -> float:
    """Rise over the warm-up steps, then multiply by the decay factor every so many steps.

    Source: He et al. 2016, section 4.2, where the steps are chosen by hand.
    """
    if step < config.warmup_steps:
        return step / config.warmup_steps
    return float(config.decay_factor ** ((step - config.warmup_steps) // config.decay_every))


def exponential(step: int, config: TrainingConfig) -> float:
    """Rise over the warm-up steps, then fall by the decay factor in as many steps, evenly.

    The smooth form of `stairs`. Source: Senior et al. 2013.
    """
    if step < config.warmup_steps:
        return step / config.warmup_steps
    return float(config.decay_factor ** ((step - config.warmup_steps) / config.decay_every))


def one_cycle(step: int, config: TrainingConfig) -> float:
    """Rise from a tenth over 45 % of the steps, fall as long, and in the rest to a thousandth.

    It allows larger rates than others. Source: Smith 2018, section 4.1; here the momentum stays
    as it is.
    """
    part = min(1.0, step / config.last_decay_step)
    if part <= 0.9:
        return 1 - 0.9 * abs(1 - part / 0.45)
    return 0.1 - 0.099 * (part - 0.9) / 0.1


def plateau(step: int, config: TrainingConfig) -> float:
    """Rise over the warm-up steps, then fall each time the validation loss stops falling.

    How often it has is known only to the run, whose trainer takes it into account.
    Source: He et al. 2016, section 3.4.
    """
    return warmup(step, config)


def _falling(step: int, config: TrainingConfig, shape: Callable[[float], float]) -> float:
    """Rise over the warm-up steps, then go from one to the final factor; the last step counts."""
    if step < config.warmup_steps:
        return step / config.warmup_steps
    length = config.last_decay_step + 1 - config.warmup_steps
    part = min(1.0, (step - config.warmup_steps) / length) if length > 0 else 1.0
    return config.final_factor + (1 - config.final_factor) * shape(part)


SCHEDULES: Choices[Schedule] = Choices(
    "schedule",
    {
        "constant": constant, "warmup": warmup, "inverse_square_root": inverse_square_root,
        "cosine": cosine, "linear": linear, "step": stairs, "exponential": exponential,
        "one_cycle": one_cycle, "plateau": plateau,
    },
)  # fmt: skip

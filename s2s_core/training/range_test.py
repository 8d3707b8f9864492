"""The learning-rate range test: the rate rises with each step until the loss explodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from s2s_core.configs import RunConfig
from s2s_core.data.batch import portion
from s2s_core.errors import TrainingFailed
from s2s_core.models.device import torch_put_back, use_cores
from s2s_core.records import RangeRecord
from s2s_core.training.schedules import Plateau
from s2s_core.training.trainer import Trainer

LOWEST, HIGHEST = 1e-7, 10.0
STEPS = 161  # twenty to each power of ten
EXPLODED = 4.0  # times the lowest loss
SPREAD = 8  # steps on each side that a loss is averaged with: batches are not equally hard
LEAST_FALL = 0.03  # of the loss; what falls less tells nothing
LEAST_STEPS = 2 * SPREAD  # before a suggestion is made


def range_test(trainer: Trainer, request: int = 0) -> Iterator[RangeRecord]:
    """Train with a rate that rises evenly in its logarithm; yields all so far after each step.

    The trainer is used up: give it a throw-away one. torch's random numbers and threads are left
    as they were between two steps. Source: Smith 2017, section 3.3; where it stops and what it
    suggests are as in fastai's `lr_find` (Howard and Gugger 2020).
    """
    trainer.plateau = Plateau()  # no schedule counts here
    trainer.batches.windows.be_content()  # a test does not wait for the rest of a corpus
    rates = np.geomspace(LOWEST, HIGHEST, STEPS).tolist()
    losses: list[float] = []
    steps = trainer.steps()
    config = trainer.config
    for number, rate in enumerate(rates):
        trainer.config = _with_rate(config, rate)
        try:
            with torch_put_back():
                torch.manual_seed(config.training.seed + number)
                use_cores(trainer.model.parameter_count, portion(config.training).tokens)
                losses.append(next(steps).loss)
        except TrainingFailed:
            yield _record(request, rates, losses, "no_number")
            return
        smooth = smoothed(losses)
        ended = "range" if len(losses) == STEPS else ""
        if smooth[-1] > EXPLODED * min(smooth):
            ended = "exploded"
        yield _record(request, rates, losses, ended)
        if ended:
            return


def smoothed(losses: Sequence[float]) -> tuple[float, ...]:
    """Return each loss averaged with its neighbours on both sides, the nearer the more."""
    weights = np.bartlett(2 * SPREAD + 3)  # its ends are zero
    sums = np.convolve(losses, weights)[SPREAD + 1 : SPREAD + 1 + len(losses)]
    shares = np.convolve(np.ones(len(losses)), weights)[SPREAD + 1 : SPREAD + 1 + len(losses)]
    return tuple((sums / shares).tolist())


def suggestions(rates: Sequence[float], smooth: Sequence[float]) -> tuple[float, float]:
    """Return the rate of the steepest descent and a tenth of that of the lowest loss.

    Both are 0 where the loss has not fallen.
    """
    lowest = int(np.argmin(smooth)) if smooth else 0
    if lowest < LEAST_STEPS or smooth[lowest] > (1 - LEAST_FALL) * smooth[0]:
        return 0.0, 0.0
    slopes = np.gradient(np.asarray(smooth[: lowest + 1]))  # the rates are even in their logarithm
    return _rounded(rates[int(np.argmin(slopes))]), _rounded(rates[lowest] / 10)


def _with_rate(config: RunConfig, rate: float) -> RunConfig:
    """Return the settings with this rate, whatever the step; it may be below what forms offer."""
    training = config.training.model_copy(update={"learning_rate": rate, "schedule": "constant"})
    return config.model_copy(update={"training": training})


def _record(
    request: int, rates: Sequence[float], losses: Sequence[float], ended: str
) -> RangeRecord:
    done, smooth = tuple(rates[: len(losses)]), smoothed(losses) if losses else ()
    return RangeRecord(
        request, STEPS, done, tuple(losses), smooth, *suggestions(done, smooth), ended
    )


def _rounded(rate: float) -> float:
    return float(f"{rate:.1e}")

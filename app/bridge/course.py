"""How a run goes: what its records add up to, in numbers; the words are the status line's."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, log
from statistics import fmean, median

from app.bridge.pace import Pace
from s2s_core.configs import TrainingConfig
from s2s_core.records import (
    JoinedRecord,
    KnobRecord,
    PreparedRecord,
    Record,
    StepRecord,
    ValidationRecord,
)

SMOOTHING = 0.05  # how much each step counts in the training loss
NORM_SMOOTHING = 0.3
SPAN = 200  # steps over which a trend is told
SAMPLES = 400  # of the gradient norm
OVERFITTING_CHECKS = 3  # validations in a row whose loss has not fallen
SCORE_RISE, SCORE_FALL = 0.5, 1.0  # points that are more than chance
DWARFED = 30  # times as large a gradient came right after: what was odd before began nothing
EXPLOSION = 10.0  # times the usual gradient norm, while the loss rises
RISE, RISE_NATS = 1.1, 0.25  # times the lowest loss, and above it: more than chance
PLATEAU_STEPS, PLATEAU_FALL = 600, 0.01  # less than one per cent in so many steps
LEARNED = 99.0  # per cent exactly right: there is nothing left to warn of
HIGHER = 2.0  # times the first such norm: then that alone would tell too little
LEAST_STEPS = 20  # before a trend can be told
RATE = "training.learning_rate"
FAR_WORSE = 2.0  # times the loss of guessing; where training begins is about once
MUCH_WORSE = 2.0  # times the lowest loss of this run: something was spoilt


@dataclass(frozen=True)
class Trend:
    """The training loss, and by which share it fell since a step; less than 0 if it rose."""

    loss: float
    fall: float
    steps: int


@dataclass(frozen=True)
class Overfitting:
    """Since when the validation loss has not fallen, and what the rest did meanwhile."""

    checks: int
    best: ValidationRecord
    training_falls: bool
    scores: str = "hold"  # "rise", "hold" or "fall"


@dataclass(frozen=True)
class Explosion:
    """A gradient norm far above its usual."""

    step: int  # the first of which that was true
    norm: float  # at that step
    usual: float
    since: int = 0  # the step from which on the loss has risen
    highest: float = 0.0  # norm since then, if that step was not all


class Course:
    """Watches the records of one run."""

    def __init__(self, prepared: PreparedRecord | None = None) -> None:
        """`prepared` tells what guessing costs: all pieces of the target as probable."""
        self.guessing = log(prepared.target_vocabulary) if prepared else inf
        self.ran_away_since = 0  # the step since which the loss is far worse than that
        self._spoilt_since = 0  # the same, much worse than it has been
        self._well = inf  # the lowest smoothed loss with the knobs of now, but for the rate
        self._settled = 0  # the step from which on these knobs, and no others, tell in it
        self.checks: list[ValidationRecord] = []
        self.last: StepRecord | None = None
        self.loss = 0.0  # of training, smoothed over some twenty steps
        self._loss_at_check: list[float] = []
        self._comparable = 0  # the first check on the sentences of now
        self._losses: deque[tuple[int, float]] = deque(maxlen=PLATEAU_STEPS + 1)
        self._newest: deque[tuple[int, float]] = deque(maxlen=SPAN + LEAST_STEPS)  # not smoothed
        self._norms: deque[tuple[int, float]] = deque(maxlen=SAMPLES)
        self._norm = 0.0
        self._usual = 0.0  # norm, until not long ago
        self._lowest = float("inf"), 0  # the smoothed loss, and at which step
        self._lowest_mean = self._lowest  # the same of the mean that is told
        self.exploded: Explosion | None = None  # until the loss is what it was before, or a rewind
        self.pace = Pace()

    def take(self, records: Sequence[Record]) -> None:
        """Take in what has happened."""
        for record in records:
            if isinstance(record, StepRecord):
                self._take_step(record)
            elif isinstance(record, ValidationRecord):
                self.checks.append(record)
                self._loss_at_check.append(self.loss)
            elif isinstance(record, KnobRecord) and record.key != RATE and not self.wrong_since:
                # Of another task: more dropout costs more.
                self._well, self._settled = inf, record.step + 3 * LEAST_STEPS
            elif isinstance(record, JoinedRecord) and record.spared:
                self._comparable = len(self.checks)

    def _take_step(self, record: StepRecord) -> None:
        if self.last and record.step <= self.last.step:  # it was rewound: that has not happened
            self.exploded, self.ran_away_since, self._spoilt_since = None, 0, 0
            self._norms.clear()
            self._losses.clear()
            self._newest.clear()
            self.loss, self._lowest = record.loss, (record.loss, record.step)
            self._well = inf
            self._lowest_mean = float("inf"), 0
        before = self.loss if self.last else record.loss
        self.loss = before + SMOOTHING * (record.loss - before)
        norm = self._norm if self.last else record.gradient_norm
        self._norm = norm + NORM_SMOOTHING * (record.gradient_norm - norm)
        self._lowest = min(self._lowest, (self.loss, record.step))
        self._losses.append((record.step, self.loss))
        self._newest.append((record.step, record.loss))
        mean = self.mean_loss, record.step
        is_full = len(self._newest) > LEAST_STEPS
        self._lowest_mean = min(self._lowest_mean, mean) if is_full else mean
        self._norms.append((record.step, record.gradient_norm))
        is_far = self.loss >= FAR_WORSE * self.guessing and len(self._losses) > LEAST_STEPS
        self.ran_away_since = (self.ran_away_since or self._turned_at()) if is_far else 0
        if record.step >= self._settled:
            self._well = min(self._well, self.loss)
        is_worse = self.loss > max(MUCH_WORSE * self._well, _beyond_chance(self._well))
        self._spoilt_since = (self._spoilt_since or self._turned_at()) if is_worse else 0
        self.pace.take(record)
        self.last = record
        self._look_for_explosion()

    @property
    def newest(self) -> ValidationRecord | None:
        """The newest scores."""
        return self.checks[-1] if self.checks else None

    def trend(self, steps: int = SPAN) -> Trend | None:
        """How the training loss has moved; nothing before there is a trend to tell."""
        if len(self._losses) <= min(steps, LEAST_STEPS):
            return None
        now = self._losses[-1]
        then = self._losses[max(0, len(self._losses) - 1 - steps)]
        return Trend(now[1], 1 - now[1] / then[1] if then[1] else 0.0, now[0] - then[0])

    @property
    def mean_loss(self) -> float:
        """The mean of the newest losses, which is what a person is told; after a step."""
        count = min(LEAST_STEPS, len(self._newest))
        return fmean(self._newest[-1 - place][1] for place in range(count))

    def mean_trend(self) -> tuple[Trend, int]:
        """How the mean of the newest losses has moved, and of how many it is; after a step."""
        steps, losses = zip(*self._newest, strict=True)
        count = min(LEAST_STEPS, len(losses))
        now, then = self.mean_loss, fmean(losses[:count])
        fall = 1 - now / then if then else 0.0
        return Trend(now, fall, steps[-1] - steps[count - 1]), count

    def rise(self) -> Trend | None:
        """How far the mean of the newest losses is above its lowest, if it is not by chance."""
        if not self.last or not self._has_risen():
            return None
        (lowest, step), now = self._lowest_mean, self.mean_loss
        if now <= _beyond_chance(lowest):  # it has come back, which the smoothed loss tells late
            return None
        return Trend(now, 1 - now / lowest, self.last.step - step)

    def explosion(self) -> Explosion | None:
        """Whether the gradients have grown far beyond what they were, and the loss with them."""
        if self.last is None or len(self._norms) < 2 * LEAST_STEPS:
            return None
        most = EXPLOSION * self._usual
        if self._norm <= most or not self._has_risen():
            return None
        since = self._turned_at()
        late = since - LEAST_STEPS  # the average follows the loss late, and that the gradient
        felt = [each for each in self._norms if each[0] > late]
        least = max(most, max((norm for _, norm in felt), default=0.0) / DWARFED)
        first = next((each for each in felt if each[1] > least), None)
        return Explosion(*first, self._usual, since) if first else None

    def _has_risen(self) -> bool:
        return self.loss > _beyond_chance(self._lowest[0])

    def _look_for_explosion(self) -> None:
        """Remember how an explosion began, for as long as the loss has not come back.

        At each step, however many come at once: a run that is opened again is told of as before.
        """
        if self.exploded is None and self.last and self.last.step % LEAST_STEPS == 0:
            norms = [norm for _, norm in self._norms]
            self._usual = median(norms[:-LEAST_STEPS] or norms)
        if self.exploded is None:
            self.exploded = self.explosion()
        elif not self._has_risen():
            self.exploded = None
        elif self._norms[-1][1] > max(self.exploded.highest, HIGHER * self.exploded.norm):
            self.exploded = replace(self.exploded, highest=self._norms[-1][1])

    def _turned_at(self) -> int:
        """Return the last step at which the loss was as low as it gets, but for chance.

        Of those a trend is told of. Not the lowest itself: a healthy loss is uneven, too.
        """
        newest = list(self._losses)[-SPAN:]
        losses = [each for each in newest if each[0] >= self._settled] or newest
        lowest = min(loss for _, loss in losses)
        return max(step for step, loss in losses if loss <= _beyond_chance(lowest))

    @property
    def wrong_since(self) -> int:
        """The step since which something is wrong with the weights, or 0."""
        exploded = self.exploded.since if self.exploded else 0
        since = (exploded, self.ran_away_since, self._spoilt_since)
        return min((step for step in since if step), default=0)

    def healthy_before(self) -> int:
        """Return the last step at which nothing was wrong, with room for what is seen late."""
        newest = self.last.step if self.last else 0
        return max(1, self.wrong_since - 2 * LEAST_STEPS) if self.wrong_since else newest

    def way_back(self, kept: Sequence[tuple[int, float]], before: int) -> tuple[int, float] | None:
        """Of checkpoints, the oldest first, return the one that a rewind goes to, if it is healthy.

        It is the newest that is not after a step, or else the oldest there is.
        """
        newest = self.last.step if self.last else 0
        found = [each for each in kept if each[0] <= before] or list(kept[:1])
        return found[-1] if found and found[-1][0] < (self.wrong_since or newest) else None

    def overfitting(self) -> Overfitting | None:
        """Whether the validation loss has stopped falling for `OVERFITTING_CHECKS` checks.

        It is over-fitting where the training loss falls nevertheless, unless the scores still rise:
        the loss punishes a model that is more sure of its mistakes, even while it makes fewer.
        """
        first = self._comparable
        losses = [check.loss for check in self.checks[first:]]
        best = first + losses.index(min(losses)) if losses else first
        since = len(self.checks) - 1 - best
        if since < OVERFITTING_CHECKS:
            return None
        falls = self._loss_at_check[-1] < self._loss_at_check[best]
        return Overfitting(since, self.checks[best], falls, self._scores_do())

    def _scores_do(self) -> str:
        """Return "rise", "hold" or "fall": the best of the newest checks beside the best before.

        They rise if any of them does, by more than chance; they fall if any does and none rises.
        """
        newest = self.checks[-1].sentences
        checks = [each for each in self.checks[self._comparable :] if each.sentences == newest]
        new, old = checks[-OVERFITTING_CHECKS:], checks[:-OVERFITTING_CHECKS]
        if not old:  # of other sentences, which are easier or harder
            return "hold"
        gains = [
            max(getattr(check, name) for check in new) - max(getattr(check, name) for check in old)
            for name in ("exact_match", "bleu", "chrf")
        ]
        if max(gains) >= SCORE_RISE:
            return "rise"
        return "fall" if min(gains) <= -SCORE_FALL else "hold"

    def plateau(self) -> Trend | None:
        """Whether the training loss has hardly moved for long."""
        trend = self.trend(PLATEAU_STEPS) if len(self._losses) > PLATEAU_STEPS else None
        return trend if trend and abs(trend.fall) < PLATEAU_FALL else None

    def has_learned(self) -> bool:
        """Whether nearly all held-out sentences come out right."""
        return bool(self.checks) and self.checks[-1].exact_match >= LEARNED

    def seconds_to_end(self, training: TrainingConfig) -> float | None:
        """How long it takes until training ends by itself, validations on the way included."""
        left, pace = self.pace.seconds_to_end(training), self.pace.seconds_per_step()
        if left is None or pace is None or self.last is None:
            return left
        step, every = self.last.step, training.validate_every
        checks = int(step + left / pace) // every - step // every
        each = self.checks[-1].seconds if self.checks else 0.0
        return left + checks * each


def _beyond_chance(lowest: float) -> float:
    """Return what a loss has to exceed to have risen from its lowest."""
    return max(RISE * lowest, lowest + RISE_NATS)

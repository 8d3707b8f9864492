"""How long a step takes, learnt from steps that were measured; both sides of the bridge ask it."""

from __future__ import annotations

from collections import deque

from s2s_core.configs import TrainingConfig
from s2s_core.records import StepRecord

SAMPLES = 400  # of the newest steps
LEAST_STEPS, LEAST_SECONDS = 20, 2.0  # before a pace can be told
MANY_STEPS = 100  # after which their mean is the best there is
WARM_UP = 3  # steps that take longer than all others
KNOWN = 0.2  # a share: by so much at most two halves of what was measured differ


class Pace:
    """Learns from the newest steps how long a step takes.

    Nothing is told until it is known: the earlier and the later half of what was measured must
    agree, unless there were many steps. From then on it is told always, even where the machine
    is now busy, now not.
    """

    def __init__(self) -> None:
        self._times: deque[tuple[int, float]] = deque(maxlen=SAMPLES)
        self._taken = 0
        self._is_known = False

    def take(self, record: StepRecord) -> None:
        """Learn from a step."""
        if self._times and record.step <= self._times[-1][0]:  # it was rewound
            self._times.clear()
        self._times.append((record.step, record.elapsed_seconds))
        self._taken += 1
        if self._taken == WARM_UP:
            self._times = deque(list(self._times)[-1:], SAMPLES)

    def seconds_per_step(self) -> float | None:
        """Seconds a step takes, validations left out."""
        if len(self._times) < 3:
            return None
        (first, began), (last, now) = self._times[0], self._times[-1]
        if not self._is_known:
            half, then = self._times[len(self._times) // 2]
            enough = last - first >= LEAST_STEPS and now - began >= LEAST_SECONDS
            earlier, later = (then - began) / (half - first), (now - then) / (last - half)
            agree = abs(earlier - later) <= KNOWN * min(earlier, later)
            self._is_known = enough and (agree or last - first >= MANY_STEPS)
        return (now - began) / (last - first) if self._is_known else None

    def seconds_to_end(self, training: TrainingConfig) -> float | None:
        """Seconds of training until it ends by itself; nothing where that is not known."""
        if not self._times:
            return None
        (step, now), pace, ends = self._times[-1], self.seconds_per_step(), []
        if pace is not None and training.steps > step:
            ends.append(pace * (training.steps - step))
        if training.minutes:
            ends.append(max(0.0, 60 * training.minutes - now))
        return min(ends) if ends else None

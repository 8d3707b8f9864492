"""The prober: finds out, between other work, what the next run would take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from app.bridge.messages import Probe
from app.bridge.pace import Pace
from s2s_core.configs import RunConfig
from s2s_core.experiment import workload
from s2s_core.records import ProbeRecord, StepRecord
from s2s_core.training.probe import probe

QUIET_SHARE = 4  # while a run trains, training has so many times what probing takes


class Prober:
    """Holds the newest question; a question whose answer is known is answered at once.

    Where the run there is does just the same, its own recent steps say how long a step takes.
    """

    def __init__(self) -> None:
        self.wanted: Probe | None = None
        self._stages: Iterator[ProbeRecord | None] | None = None
        self._known: dict[tuple[RunConfig, str], ProbeRecord] = {}  # by work and corpus
        self._after = 0.0
        self._pace = Pace()

    def ask(self, question: Probe) -> None:
        """Forget the question before, and work on this one.

        Where it is the same work, what was found so far counts: asked at each validation, it would
        else begin again and again, and never be answered.
        """
        if self.wanted is None or _of_what(question) != _of_what(self.wanted):
            self._stages = None
        self.wanted = question

    def give_up(self) -> None:
        """Forget the question."""
        self.wanted, self._stages = None, None

    def note(self, step: StepRecord) -> None:
        """Learn from a step of the run how long steps are."""
        self._pace.take(step)

    def forget_steps(self) -> None:
        """There is another run now, or none."""
        self._pace = Pace()

    def due(self, training: bool) -> bool:
        """Tell whether to work now; beside training, only now and then."""
        return self.wanted is not None and not (training and time.monotonic() < self._after)

    def work(self, running: RunConfig | None) -> ProbeRecord | None:
        """Go one stage on; return the answer when it is there."""
        assert self.wanted is not None
        began = time.monotonic()
        answer = self._known.get(_of_what(self.wanted)) or self._next_stage()
        spent = time.monotonic() - began
        self._after = began + (1 + QUIET_SHARE) * spent
        if answer is None:
            return None
        config, _ = asked = _of_what(self.wanted)
        self._known[asked] = answer
        answer = replace(answer, request=self.wanted.request)
        self.give_up()
        pace = self._pace.seconds_per_step()
        if running is not None and workload(running) == config and pace is not None:
            answer = replace(answer, seconds_per_step=pace)
        return answer

    def _next_stage(self) -> ProbeRecord | None:
        assert self.wanted is not None
        if self._stages is None:
            folder = Path(self.wanted.prepared)
            self._stages = probe(self.wanted.config, folder, self.wanted.request)
        return next(self._stages)


def _of_what(question: Probe) -> tuple[RunConfig, str]:
    """Return what an answer hangs on: the work, and the corpus."""
    return workload(question.config), question.prepared

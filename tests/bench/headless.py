"""Training without a window, a stretch at a time: the yardstick for the one with."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from s2s_core.configs import RunConfig
from s2s_core.records import StepRecord
from s2s_core.runs.run import Run


class Headless:
    """A run that is trained by whoever calls, by the same loop as `s2s train`."""

    def __init__(self, config: RunConfig, prepared: Path, folder: Path) -> None:
        self._run = Run.create(folder, config, prepared)
        self._steps = self._timed()

    @property
    def step(self) -> int:
        """How far it has come."""
        return self._run.trainer.step

    def speed(self, first: int, steps: int = 0, seconds: float = 0.0) -> tuple[float, int]:
        """Train up to a step, then time so many more, or those of so many seconds.

        returns: tokens a second, and how many steps were timed
        """
        while self.step < first:
            began, before = next(self._steps)
        now, tokens = began, before
        while (self.step - first < steps) if steps else (now - began < seconds):
            now, tokens = next(self._steps)
        return (tokens - before) / (now - began), self.step - first

    def _timed(self) -> Iterator[tuple[float, int]]:
        """Yield when each step was done, and the tokens up to there."""
        for record in self._run.events():
            if isinstance(record, StepRecord):
                yield time.perf_counter(), record.tokens

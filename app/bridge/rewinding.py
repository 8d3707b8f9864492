"""Rewinding: where the run was healthy, and going back there; far back only if that is meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from app.bridge.course import Course
from app.bridge.messages import Command, Rewind, RunState

# More is not lost where checkpoints are kept as a run keeps them; older versions did not.
FAR_STEPS, FAR_SECONDS = 500, 60.0


class WayBack(NamedTuple):
    """Where a rewind leads to."""

    step: int
    learning_rate: float
    lost: int  # steps after it that went well


class Rewinding(QObject):
    """Has the engine rewind the run; asks first where much that went well would be lost."""

    asked = Signal(object)  # WayBack

    def __init__(
        self, run: Callable[[], RunState], course: Callable[[], Course],
        send: Callable[[Command], None], parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.kept: tuple[tuple[int, float], ...] = ()  # checkpoints: step and learning rate
        self.is_under_way = False
        self._run, self._course, self._send = run, course, send

    def way_back(self) -> WayBack | None:
        """Return where a rewind leads to; None: there is no such place."""
        course, config = self._course(), self._run().config
        found = course.way_back(self.kept)
        if found is None or config is None:
            return None
        step, rate = found
        return WayBack(
            step, min(rate, config.training.learning_rate / 2), course.healthy_before() - step
        )

    def rewind(self, *, however_far: bool = False) -> None:
        """Go back to where the run was healthy, and on at a lower learning rate."""
        way = self.way_back()
        if way is None or self.is_under_way:
            return
        if self._is_far(way) and not however_far:
            self.asked.emit(way)
            return
        self.is_under_way = True
        self._send(Rewind(self._course().healthy_before()))

    def _is_far(self, way: WayBack) -> bool:
        last = self._course().last
        seconds = way.lost * last.elapsed_seconds / last.step if last and last.step else 0.0
        return way.lost > FAR_STEPS and seconds > FAR_SECONDS

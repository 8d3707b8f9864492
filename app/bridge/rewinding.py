"""Rewinding: where the run was healthy, and going back there; far back only if that is meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from app.bridge.course import LEAST_STEPS, Course
from app.bridge.messages import Command, Rewind, RunState

# More is lost only where checkpoints are far apart: saved seldom, or kept by an older version.
FAR_STEPS, FAR_SECONDS = 500, 60.0


class WayBack(NamedTuple):
    """Where a rewind leads to."""

    step: int
    learning_rate: float
    lost: int  # steps after it that went well


class Rewinding(QObject):
    """Has the engine rewind the run; asks first where much that went well would be lost."""

    asked = Signal(object)  # WayBack
    outlived = Signal()  # its change of the knobs was undone, and the steps are gone all the same

    def __init__(
        self, run: Callable[[], RunState], course: Callable[[], Course],
        send: Callable[[Command], None], parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.kept: tuple[tuple[int, float], ...] = ()  # checkpoints: step and learning rate
        self.is_under_way = False
        self._kept_then: Mapping[int, float] = {}  # when the newest rewind was asked for
        self._came_to = 0  # the step of the checkpoint that the newest rewind led to
        self._run, self._course, self._send = run, course, send

    def way_back(self) -> WayBack | None:
        """Return where a rewind leads to; None: there is no such place."""
        course, config = self._course(), self._run().config
        found = course.way_back(self.kept, self._before())
        if found is None or config is None:
            return None
        step, rate = found
        return WayBack(
            step, min(rate, config.training.learning_rate / 2),
            max(0, course.healthy_before() - step),
        )  # fmt: skip

    def _before(self) -> int:
        """Return the step that a rewind goes behind, so that another one leads further back."""
        last, healthy = self._course().last, self._course().healthy_before()
        if last is None:
            return healthy
        is_again = self._came_to and last.step - self._came_to < 2 * LEAST_STEPS
        return min(healthy, (self._came_to if is_again else last.step) - 1)

    def rewind(self, *, meant: WayBack | None = None) -> None:
        """Go back to where the run was healthy, and on at a lower learning rate.

        Where a person was asked, `meant` is the way: training may have gone on while they thought.
        """
        if self.is_under_way:
            return
        if meant and any(step == meant.step for step, _ in self.kept):
            self._go_before(meant.step)
            return
        way = self.way_back()
        if way and self._is_far(way):
            self.asked.emit(way)
        elif way:
            self._go_before(self._before())

    def _go_before(self, step: int) -> None:
        self.is_under_way, self._kept_then = True, dict(self.kept)
        self._send(Rewind(step))

    def rate_at(self, step: int) -> float | None:
        """Return the learning rate that the checkpoint of a rewind had, before it was lowered."""
        return self._kept_then.get(step)

    def has_come(self, step: int) -> None:
        """Remember where a rewind has led to; 0 of another run."""
        self.is_under_way, self._came_to = False, step

    def _is_far(self, way: WayBack) -> bool:
        last = self._course().last
        seconds = way.lost * last.elapsed_seconds / last.step if last and last.step else 0.0
        return way.lost > FAR_STEPS and seconds > FAR_SECONDS

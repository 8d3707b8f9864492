"""At most so many calls a second; the newest one wins."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.bridge.throttle import Throttle

MILLISECONDS = 80


class Calls(QObject):
    """A throttle, what came through it and when."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[tuple[object, ...]] = []
        self.times: list[float] = []
        self.throttle = Throttle(self.note, MILLISECONDS, self)

    def note(self, *arguments: object) -> None:
        self.made.append(arguments)
        self.times.append(time.monotonic())


def test_the_first_call_passes_at_once(qapp: object) -> None:
    calls = Calls()
    calls.throttle("key", 1)
    assert calls.made == [("key", 1)]


def test_the_newest_of_many_wins_and_none_comes_twice(qtbot: QtBot) -> None:
    calls = Calls()
    for value in range(20):
        calls.throttle(value)
    assert calls.made == [(0,)]
    qtbot.waitUntil(lambda: len(calls.made) == 2)
    assert calls.made == [(0,), (19,)]
    qtbot.waitUntil(lambda: not calls.throttle._timer.isActive())
    assert calls.made == [(0,), (19,)]
    calls.throttle(20)  # the interval is over
    assert calls.made[-1] == (20,)


def test_the_interval_is_kept(qtbot: QtBot) -> None:
    calls = Calls()

    def more() -> bool:
        calls.throttle(len(calls.made))
        return len(calls.made) >= 4

    qtbot.waitUntil(more)
    gaps = [later - earlier for earlier, later in zip(calls.times, calls.times[1:], strict=False)]
    assert min(gaps) >= 0.9 * MILLISECONDS / 1000

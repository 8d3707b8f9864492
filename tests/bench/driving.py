"""Waits for one thing after the other in the real window, without holding it up.

A script is a generator of what is waited for, asked at each beat of a timer; the beats themselves
tell how promptly the window's event loop came back.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QDockWidget, QPushButton

import app.__main__
from s2s_core.records import Record, StepRecord

BEAT_MS = 10
LATE_MS = 25  # a beat that comes so much later than it should is late
PATIENCE_SECONDS = 1500

Waiting = Iterator[Callable[[], bool]]
Found = TypeVar("Found", bound=QObject)


class Driver(ABC):
    """Goes through a script in the window, and keeps what it finds."""

    def __init__(self, window: Any) -> None:
        self.window = window
        self.found: dict[str, Any] = {}  # numbers, or lists of them
        self.beats: list[float] = []  # milliseconds too late
        self._expected = 0.0
        self._waiting: Callable[[], bool] = lambda: True
        self._script = self.script()
        self._timer = QTimer(interval=BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self._began = time.perf_counter()

    @abstractmethod
    def script(self) -> Waiting:
        """Yield what is waited for."""

    def _beat(self) -> None:
        now = time.perf_counter()
        if self._expected:
            self.beats.append(1000 * (now - self._expected))
        self._expected = now + BEAT_MS / 1000
        if now - self._began > PATIENCE_SECONDS:
            raise SystemExit(f"nothing came of it: {self.found}")
        if self._waiting():
            try:
                self._waiting = next(self._script)
            except StopIteration:
                self._end(0)
            except Exception:
                self._end(1)
                raise

    def _end(self, status: int) -> None:
        self._timer.stop()
        self.window.close()
        QCoreApplication.exit(status)

    # What scripts use --------------------------------------------------------------------

    def lag(self) -> tuple[float, float]:
        """Return how many beats in a hundred were late, and the latest; and begin to count anew."""
        beats, self.beats = sorted(self.beats), []
        return 100 * sum(beat >= LATE_MS for beat in beats) / len(beats), beats[-1]

    def part(self, kind: type[Found], name: str) -> Found:
        """Return a widget of the window."""
        found = self.window.findChild(kind, name)
        assert isinstance(found, kind), name
        return found

    def is_ready(self) -> bool:
        """Whether it can be trained."""
        return self.part(QPushButton, "trainButton").isEnabled()

    def opened(self, files: Sequence[Path]) -> Waiting:
        """Drop files, and wait until their corpus can be trained on."""
        controller = self.window._controller
        before = controller.corpus
        self.window.drops.dropped.emit(files)
        yield lambda: controller.corpus is not before and controller.corpus is not None

    def train_or_pause(self) -> None:
        """Press the button."""
        self.part(QPushButton, "trainButton").click()

    def rest(self) -> Waiting:
        """Pause, and wait until it does."""
        self.train_or_pause()
        yield lambda: not self.window._controller.run.playing

    def timed_steps(self) -> dict[int, tuple[float, int]]:
        """Have the engine note when each step was done, and the tokens up to there."""
        timed, worker = {}, self.window._controller._engine
        put = worker.put

        def noted(record: Record) -> None:
            if isinstance(record, StepRecord):
                timed[record.step] = time.perf_counter(), record.tokens
            put(record)

        worker.put = noted
        return timed

    def points(self) -> int:
        """Return how many steps are on the curve of the loss."""
        return int(self.window.panels["training"].loss.values("training")[0].size)

    def step(self) -> int:
        """Return how far training has come."""
        record = self.window._controller.last_step
        return record.step if record else 0

    def open_all(self, is_open: bool = True) -> None:
        """Show every dock and the heat map, or close the docks."""
        for dock in self.window.findChildren(QDockWidget):
            dock.setVisible(is_open)
        if is_open:
            self.window.panels["translate"].pages.turn_to(0)


def drive(made: Callable[[Any], Driver], on_screen: str = "") -> int:
    """Start the program as its command does, with a driver beside it, and print what it found.

    on_screen: the name under which the seconds until the window was seen are kept
    """
    from app.main_window import MainWindow

    drivers: list[Driver] = []
    show = MainWindow.show

    def shown(window: MainWindow) -> None:
        show(window)
        QCoreApplication.processEvents()
        seconds = since_start()
        drivers.append(made(window))
        if on_screen:
            drivers[0].found[on_screen] = seconds

    MainWindow.show = shown  # type: ignore[method-assign, assignment]
    status = app.__main__.main([])
    if drivers:  # the window was seen
        print(json.dumps(drivers[0].found))
    return status


def since_start() -> float:
    """Return the seconds since the command was given."""
    return time.time() - float(os.environ["BENCH_STARTED"])


def children() -> Sequence[int]:
    """Return the processes that this one has begun and that still run."""
    return [each.pid for each in multiprocessing.active_children() if each.pid]


def peak_memory(process: int) -> float:
    """Return the most megabytes a process has had, its mapped files counted (Linux).

    0 of one that has ended.
    """
    status = Path(f"/proc/{process}/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(each.split()[1]) / 1024 for each in lines if each.startswith("VmHWM")), 0.0)


def work_of(process: int) -> float:
    """Return the seconds that a process has computed, whatever else the machine did (Linux)."""
    numbers = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")

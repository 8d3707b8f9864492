"""Drives the real window as a person would, and writes down when things happened."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QPlainTextEdit, QPushButton

import app.__main__

BEAT_MS = 10
PATIENCE_SECONDS = 300


class Driver:
    """Waits for one thing after the other, without holding up the window."""

    def __init__(self, window: Any, files: list[str]) -> None:
        self.window = window
        self.found: dict[str, float] = {}
        self.beats: list[float] = []
        self._expected = 0.0
        self._script = self._drop(files) if files else self._train()
        self._waiting: Callable[[], bool] = lambda: True
        self._timer = QTimer(interval=BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self._began = time.perf_counter()

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
                self._timer.stop()
                self.window.close()
                QCoreApplication.exit(0)

    def _ready(self) -> bool:
        return self._button("trainButton").isEnabled()

    def _button(self, name: str) -> QPushButton:
        button = self.window.findChild(QPushButton, name)
        assert isinstance(button, QPushButton)
        return button

    def _points(self) -> int:
        return int(self.window.panels["training"].loss.values("training")[0].size)

    def _train(self) -> Iterator[Callable[[], bool]]:
        yield self._ready
        self.found["ready"] = time.time() - float(os.environ["BENCH_STARTED"])
        self.beats.clear()
        pressed = time.perf_counter()
        self._button("trainButton").click()
        yield lambda: self._points() > 0
        self.found["first_point"] = time.perf_counter() - pressed
        scores = self.window.panels["training"].scores
        yield lambda: bool((scores.values("exact_match")[1] >= 95).any())
        self.found["exact_95"] = time.perf_counter() - pressed
        yield from self._translate()
        beats = sorted(self.beats)
        self.found["late_share"] = 100 * sum(beat >= 25 for beat in beats) / len(beats)
        self.found["latest"] = beats[-1]
        step = self.window._controller.last_step
        self.found["tokens_per_second"] = step.tokens / step.elapsed_seconds

    def _translate(self) -> Iterator[Callable[[], bool]]:
        pane = self.window.panels["translate"]
        self._button("searchBeam").click()
        seen: list[float] = []
        for text in ("the red cat sees my house and the", "a happy boy sang today in the garden"):
            answers: list[str] = []
            self.window._controller.translated.connect(lambda r, a=answers: a.append(r.source))
            field = self.window.findChild(QPlainTextEdit, "sourceText")
            asked = time.perf_counter()
            field.setPlainText(text)
            yield lambda t=text, a=answers: t in a  # type: ignore[misc]
            seen.append(time.perf_counter() - asked)
        assert pane.n_best.rowCount() == 5
        self.found["translation"] = max(seen)

    def _drop(self, files: list[str]) -> Iterator[Callable[[], bool]]:
        yield self._ready
        dropped = time.perf_counter()
        self.window.drops.dropped.emit([Path(name) for name in files])
        self.window._controller.new_run()
        yield lambda: self._points() > 0
        self.found["drop"] = time.perf_counter() - dropped


def main() -> int:
    """Start the program as its command does, with a driver beside it."""
    from app.main_window import MainWindow

    drivers: list[Driver] = []
    show = MainWindow.show

    def shown(window: MainWindow) -> None:
        show(window)
        QCoreApplication.processEvents()
        on_screen = time.time() - float(os.environ["BENCH_STARTED"])
        drivers.append(Driver(window, sys.argv[1:]))
        if not sys.argv[1:]:
            drivers[0].found["window"] = on_screen

    MainWindow.show = shown  # type: ignore[method-assign, assignment]
    status = app.__main__.main([])
    print(json.dumps(drivers[0].found))
    return status


if __name__ == "__main__":
    sys.exit(main())

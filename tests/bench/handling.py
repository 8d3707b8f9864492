"""Handles the real window while a large model trains: types, drags, resizes, scrolls, zooms.

`python -m tests.bench.handling EXPERIMENT` opens the experiment, shows every dock, trains, and then
does one thing after the other, a movement at each beat or so, as a restless hand would. Between any
two nothing is touched for as long: what a gesture costs training is told beside that.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Iterator
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QPlainTextEdit, QPushButton, QTableView, QWidget

from app.corpus_browser import CorpusBrowser
from app.widgets.log_slider import LogSlider
from tests.bench.driving import Driver, Waiting, drive

STRETCH = 10.0  # seconds of each gesture
SMALL, LARGE = (1280, 720), (1440, 900)
PERIOD = 200  # beats there and back
KEY_BEATS = 8  # from one letter to the next
TEXT = "ein kleines kind spielt im garten mit einem hund "
REDRAWN = 20  # times, for a median
SEEN = ("lossPlot", "gradientNormPlot", "scorePlot", "attentionHeatmap")  # parts drawn again

Gesture = Generator[None, None, None]  # goes on a bit whenever it is asked


class Handling(Driver):
    """Finds, for each gesture, the share of late beats, the latest, and the speed of training."""

    def __init__(self, window: Any, experiment: Path) -> None:
        self._experiment = experiment
        self._timed: dict[int, tuple[float, int]] = {}
        super().__init__(window)

    def script(self) -> Waiting:
        """Handle the window in every way, then draw again what is seen."""
        yield self.is_ready
        self._timed = self.timed_steps()
        yield from self.opened([self._experiment])
        self.window.resize(*LARGE)
        self.open_all()
        self.part(QPushButton, "searchBeam").click()
        self.part(QPlainTextEdit, "sourceText").setPlainText(TEXT.strip())
        self.train_or_pause()
        yield lambda: self.step() >= 3
        gestures = {
            "typing": self._type, "rate": self._drag_rate, "resizing": self._resize,
            "scrolling": self._scroll, "zooming": self._zoom, "hovering": self._hover,
        }  # fmt: skip
        yield from self._stretch("untouched", self._nothing())
        for name, gesture in gestures.items():
            yield from self._stretch(name, gesture())
            yield from self._stretch("untouched", self._nothing())
        yield from self.rest()
        for name in SEEN:
            self.found[f"{name}_redraw"] = self._milliseconds(self.part(QWidget, name))

    def _stretch(self, name: str, gesture: Gesture) -> Waiting:
        """Go on with a gesture for so long, and keep what window and training made of it."""
        next(gesture)  # opens what it needs, which is no part of it
        yield from _seconds(1.0)
        self.beats.clear()
        began = time.perf_counter()

        def over() -> bool:
            next(gesture)
            return time.perf_counter() - began >= STRETCH

        yield over
        late, latest = self.lag()
        done = [(moment, tokens) for moment, tokens in self._timed.values() if moment >= began]
        for what, value in (("late", late), ("latest", latest)):
            self.found.setdefault(f"{name}_{what}", []).append(value)
        if len(done) > 1:  # steps, which take a second or so
            (first, before), (last, after) = done[0], done[-1]
            self.found.setdefault(f"{name}_speed", []).append((after - before) / (last - first))
        gesture.close()

    # Gestures ----------------------------------------------------------------------------

    def _nothing(self) -> Gesture:
        while True:
            yield

    def _type(self) -> Gesture:
        field = self.part(QPlainTextEdit, "sourceText")
        field.setFocus()
        field.clear()
        for beat in count():
            if beat % KEY_BEATS == 0:
                QTest.keyClicks(field, TEXT[beat // KEY_BEATS % len(TEXT)])
            yield

    def _drag_rate(self) -> Gesture:
        """Pull the handle of the learning rate to and fro, over a quarter of its track."""
        track = self.part(LogSlider, "learningRate").track
        x, y = int(track._x(track.fraction())), int(track._middle())
        QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
        try:
            for share in _to_and_fro():
                yield
                QTest.mouseMove(track, QPoint(int(x - share * track.width() / 4), y))
        finally:
            QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=QPoint(x, y))

    def _resize(self) -> Gesture:
        for share in _to_and_fro():
            yield
            sizes = zip(LARGE, SMALL, strict=True)
            self.window.resize(*(int(large - share * (large - small)) for large, small in sizes))

    def _scroll(self) -> Gesture:
        """Scroll through all pairs of the corpus, in its browser."""
        self.window.errands.browse_corpus()
        (browser,) = self.window.findChildren(CorpusBrowser)
        bar = max(browser.findChildren(QTableView), key=lambda t: t.height()).verticalScrollBar()
        try:
            for share in _to_and_fro():
                yield
                bar.setValue(int(share * bar.maximum()))
        finally:
            browser.close()

    def _zoom(self) -> Gesture:
        """Turn the wheel over the plot of the loss: into it, and out again."""
        view = self.part(QAbstractScrollArea, "lossPlot").viewport()
        middle = QPointF(view.rect().center())
        for beat in count():
            yield
            if beat % 4 == 0:
                delta = QPoint(0, 120 if beat // 40 % 2 else -120)
                wheel = QWheelEvent(
                    middle, QPointF(view.mapToGlobal(middle.toPoint())), QPoint(), delta,
                    Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
                    Qt.ScrollPhase.NoScrollPhase, False,
                )  # fmt: skip
                QCoreApplication.sendEvent(view, wheel)

    def _hover(self) -> Gesture:
        """Follow the curve of the loss with the pointer, then the heat map."""
        parts = [self.part(QAbstractScrollArea, "lossPlot").viewport(),
                 self.part(QWidget, "attentionHeatmap")]  # fmt: skip
        for beat, share in enumerate(_to_and_fro()):
            yield
            part = parts[beat // PERIOD % 2]
            where = QPoint(int(share * (part.width() - 1)), int(share * (part.height() - 1)))
            QTest.mouseMove(part, where)

    def _milliseconds(self, part: QWidget) -> float:
        """Return the median time of drawing a part again, down to the pixels."""
        redraw: Callable[[], None] = getattr(part, "redraw", lambda: None)
        seen = part.viewport() if isinstance(part, QAbstractScrollArea) else part
        times = []
        for _ in range(REDRAWN):
            began = time.perf_counter()
            redraw()
            seen.repaint()
            times.append(1000 * (time.perf_counter() - began))
        return median(times)


def _to_and_fro() -> Iterator[float]:
    """Yield shares from 0 to 1 and back, again and again."""
    for beat in count():
        place = beat % PERIOD / (PERIOD / 2)
        yield place if place <= 1 else 2 - place


def _seconds(seconds: float) -> Waiting:
    over = time.perf_counter() + seconds
    yield lambda: time.perf_counter() >= over


if __name__ == "__main__":
    sys.exit(drive(lambda window: Handling(window, Path(sys.argv[1]))))

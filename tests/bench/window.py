"""Drives the real window as a person would, and writes down when things happened.

`python -m tests.bench.window WHAT`: "train" learns the phrasebook, "speed" compares training in
the window with training headless, "drop FILE [FILE]" opens a corpus, "corpus FILE" a large one,
and waits until all of it is encoded.

"speed" trains two runs of one experiment in one process. One is in the window: its engine in a
thread of its own, the event loop drawing and translating beside it; once with every dock closed
(nothing watched), once with all of them open and beam 5. The other is headless: the loop of `s2s
train`, while the window stands still. By turns of a second or two, window first or headless first,
both train the very same batches. A ratio is that of two such turns side by side, so that whatever
else the machine does slows down both.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QDockWidget, QPlainTextEdit, QPushButton

import app.__main__
from s2s_core.records import Record, StepRecord

BEAT_MS = 10
PATIENCE_SECONDS = 1500
SETTLE = 20  # steps before a stretch is timed: for what was opened, or begun again, to be usual
STRETCH = 1.5  # seconds that are timed
ROUNDS = 2  # of four pairs of stretches each, with nothing watched and with everything open
NEVER = 80_000  # steps or seconds until the run is validated or saved: it would be timed too
CORPUS_STEPS = 300  # of training on a large corpus

Waiting = Iterator[Callable[[], bool]]
Found = TypeVar("Found", bound=QObject)


class Driver:
    """Waits for one thing after the other, without holding up the window."""

    def __init__(self, window: Any, arguments: list[str]) -> None:
        self.window = window
        self.found: dict[str, Any] = {}  # numbers, or lists of them
        self.beats: list[float] = []
        self._expected = 0.0
        self._files = [Path(name) for name in arguments[1:]]
        scripts = {
            "train": self._train, "speed": self._speed, "drop": self._drop, "corpus": self._corpus
        }  # fmt: skip
        self._script = scripts[arguments[0]]()
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

    # Scripts -----------------------------------------------------------------------------

    def _train(self) -> Waiting:
        yield self._ready
        self.found["ready"] = time.time() - float(os.environ["BENCH_STARTED"])
        self.beats.clear()
        pressed = time.perf_counter()
        self._part(QPushButton, "trainButton").click()
        yield lambda: self._points() > 0
        self.found["first_point"] = time.perf_counter() - pressed
        scores = self.window.panels["training"].scores
        yield lambda: bool((scores.values("exact_match")[1] >= 95).any())
        self.found["exact_95"] = time.perf_counter() - pressed
        yield from self._translate()
        beats = sorted(self.beats)
        self.found["late_share"] = 100 * sum(beat >= 25 for beat in beats) / len(beats)
        self.found["latest"] = beats[-1]

    def _translate(self) -> Waiting:
        self._part(QPushButton, "searchBeam").click()
        seen: list[float] = []
        for text in ("the red cat sees my house and the", "a happy boy sang today in the garden"):
            answers: list[str] = []
            self.window._controller.questions.translated.connect(
                lambda r, a=answers: a.append(r.source)
            )
            field = self._part(QPlainTextEdit, "sourceText")
            asked = time.perf_counter()
            field.setPlainText(text)
            yield lambda t=text, a=answers: t in a  # type: ignore[misc]
            seen.append(time.perf_counter() - asked)
        self.found["translation"] = max(seen)

    def _speed(self) -> Waiting:
        """Train the same steps in the window and headless by turns: A B B A, and again."""
        from tests.bench.headless import Headless  # loads torch

        yield self._ready
        controller, timed = self.window._controller, self._timed_steps()
        for key in ("training.validate_every", "training.checkpoint_seconds"):
            controller.draft.set(key, NEVER)
        controller.draft.set("decoding.search", "beam")
        self._train_or_pause()
        yield lambda: self._step() >= SETTLE
        yield from self._rest()
        with TemporaryDirectory(prefix="s2s-headless-") as folder:
            prepared = Path(controller.corpus.prepared.folder)
            headless = Headless(controller.run.config, prepared, Path(folder) / "run")
            for is_open in (False, True, True, False) * ROUNDS:
                self._open_all(is_open)
                for window_first in (True, False):
                    first = max(self._step(), headless.step) + SETTLE
                    if window_first:
                        window, steps = yield from self._speed_of_window(timed, first)
                        alone, _ = headless.speed(first, steps=steps)  # the window stands still
                    else:
                        alone, steps = headless.speed(first, seconds=STRETCH)
                        window, _ = yield from self._speed_of_window(timed, first, steps)
                    name = "watched_ratio" if is_open else "unwatched_ratio"
                    self.found.setdefault(name, []).append(window / alone)

    def _timed_steps(self) -> dict[int, tuple[float, int]]:
        """Have the engine note when each step was done, and the tokens up to there."""
        timed, worker = {}, self.window._controller._engine
        put = worker.put

        def noted(record: Record) -> None:
            if isinstance(record, StepRecord):
                timed[record.step] = time.perf_counter(), record.tokens
            put(record)

        worker.put = noted
        return timed

    def _speed_of_window(
        self, timed: dict[int, tuple[float, int]], first: int, steps: int = 0
    ) -> Generator[Callable[[], bool], None, tuple[float, int]]:  # fmt: skip
        """Train up to a step, then so many more, or those of a stretch; and stop training."""
        self._train_or_pause()
        yield lambda: first in timed
        began, before = timed[first]
        if steps:
            yield lambda: first + steps in timed
        else:
            yield lambda: time.perf_counter() - began >= STRETCH
            steps = max(timed) - first
        now, tokens = timed[first + steps]
        yield from self._rest()
        return (tokens - before) / (now - began), steps

    def _rest(self) -> Waiting:
        self._train_or_pause()
        yield lambda: not self.window._controller.run.playing

    def _train_or_pause(self) -> None:
        self._part(QPushButton, "trainButton").click()

    def _drop(self) -> Waiting:
        yield self._ready
        dropped = time.perf_counter()
        self.window.drops.dropped.emit(self._files)
        self.window._controller.new_run()
        yield lambda: self._points() > 0
        self.found["drop"] = time.perf_counter() - dropped

    def _corpus(self) -> Waiting:
        yield self._ready
        controller = self.window._controller
        before = controller.corpus
        self.beats.clear()
        dropped = time.perf_counter()
        self.window.drops.dropped.emit(self._files)
        controller.new_run()
        yield lambda: controller.corpus is not before
        self.found["first_look_seconds"] = time.perf_counter() - dropped
        yield lambda: self._step() > 0 and controller.run.config.data == controller.corpus.data
        self.found["first_step_seconds"] = time.perf_counter() - dropped
        self.found["late_share"], self.found["latest"] = self._lag()
        child = controller.reading._reader._process.pid
        self.found["child_seconds_of_work"] = work_of(child)
        patience = time.perf_counter() + float(os.environ.get("BENCH_SECONDS", "600"))
        peaks: dict[int, float] = {}  # of the processes that read, which come and go

        def over() -> bool:
            peaks.update({each: peak_memory(each) for each in children()})
            is_encoded = controller.corpus.corpus.is_counted and self._step() >= CORPUS_STEPS
            return is_encoded or time.perf_counter() > patience

        yield over
        seconds = time.perf_counter() - dropped
        self.found["all_seconds"] = seconds
        self.found["is_whole"] = controller.corpus.corpus.is_counted
        self.found["steps"] = self._step()
        self.found["late_share_training"], self.found["latest_training"] = self._lag()
        self.found["child_peak_megabytes"] = max(peaks.values())
        self.found["peak_megabytes"] = peak_memory(os.getpid())

    def _lag(self) -> tuple[float, float]:
        """Return how many beats in a hundred were late, and the milliseconds of the latest."""
        beats, self.beats = sorted(self.beats), []
        return 100 * sum(beat >= 25 for beat in beats) / len(beats), beats[-1]

    # The window --------------------------------------------------------------------------

    def _part(self, kind: type[Found], name: str) -> Found:
        found = self.window.findChild(kind, name)
        assert isinstance(found, kind), name
        return found

    def _ready(self) -> bool:
        return self._part(QPushButton, "trainButton").isEnabled()

    def _points(self) -> int:
        return int(self.window.panels["training"].loss.values("training")[0].size)

    def _step(self) -> int:
        record = self.window._controller.last_step
        return record.step if record else 0

    def _tokens(self) -> int:
        return int(self.window._controller.last_step.tokens)

    def _open_all(self, is_open: bool) -> None:
        """Show every dock and the heat map, or close the docks."""
        for dock in self.window.findChildren(QDockWidget):
            dock.setVisible(is_open)
        if is_open:
            self.window.panels["translate"].pages.turn_to(0)


def children() -> list[int]:
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


def main(arguments: list[str]) -> int:
    """Start the program as its command does, with a driver beside it."""
    from app.main_window import MainWindow

    drivers: list[Driver] = []
    show = MainWindow.show

    def shown(window: MainWindow) -> None:
        show(window)
        QCoreApplication.processEvents()
        on_screen = time.time() - float(os.environ["BENCH_STARTED"])
        drivers.append(Driver(window, arguments))
        if arguments == ["train"]:
            drivers[0].found["window"] = on_screen

    MainWindow.show = shown  # type: ignore[method-assign, assignment]
    status = app.__main__.main([])
    print(json.dumps(drivers[0].found))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

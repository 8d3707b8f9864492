"""Drives the real window as a person would, and writes down when things happened.

`python -m tests.bench.window WHAT`: "train" learns the phrasebook, "speed [EXPERIMENT]"
compares training in the window with training headless, "drop FILE [FILE]" opens a corpus, "corpus
FILE" a large one, and waits until all of it is encoded.

"speed" trains two runs of one experiment in one process. One is in the window: its engine in a
thread of its own, the event loop drawing and translating beside it; once with every dock closed
(nothing watched), once with all of them open and beam 5. The other is headless: the loop of `s2s
train`, while the window stands still. By turns of a second or two, window first or headless first,
both train the very same batches. A ratio is that of two such turns side by side, so that whatever
else the machine does slows down both.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtWidgets import QPlainTextEdit, QPushButton

from tests.bench.driving import Driver, Waiting, children, drive, peak_memory, since_start, work_of

# Steps before a stretch is timed, for what was begun again to be usual; and its seconds.
SETTLE, STRETCH = 20, 1.5
SETTLE_LARGE, STRETCH_LARGE = 2, 6.0  # of an experiment whose steps take a second or so
ROUNDS = 2  # of four pairs of stretches each, with nothing watched and with everything open
NEVER = 80_000  # steps or seconds until the run is validated or saved: it would be timed too
CORPUS_STEPS = 300  # of training on a large corpus


class Use(Driver):
    """What `make bench` measures in the window."""

    def __init__(self, window: Any, arguments: list[str]) -> None:
        self._what, *files = arguments
        self._files = [Path(name) for name in files]
        self._settle, self._stretch = (SETTLE_LARGE, STRETCH_LARGE) if files else (SETTLE, STRETCH)
        super().__init__(window)

    def script(self) -> Waiting:
        """Return what was asked for."""
        scripts = {
            "train": self._train, "speed": self._speed, "drop": self._drop, "corpus": self._corpus
        }  # fmt: skip
        return scripts[self._what]()

    def _train(self) -> Waiting:
        yield self.is_ready
        self.found["ready"] = since_start()
        self.beats.clear()
        pressed = time.perf_counter()
        self.part(QPushButton, "trainButton").click()
        yield lambda: self.points() > 0
        self.found["first_point"] = time.perf_counter() - pressed
        scores = self.window.panels["training"].scores
        yield lambda: bool((scores.values("exact_match")[1] >= 95).any())
        self.found["exact_95"] = time.perf_counter() - pressed
        yield from self._translate()
        self.found["late_share"], self.found["latest"] = self.lag()

    def _translate(self) -> Waiting:
        self.part(QPushButton, "searchBeam").click()
        seen: list[float] = []
        for text in ("the red cat sees my house and the", "a happy boy sang today in the garden"):
            answers: list[str] = []
            self.window._controller.questions.translated.connect(
                lambda r, a=answers: a.append(r.source)
            )
            field = self.part(QPlainTextEdit, "sourceText")
            asked = time.perf_counter()
            field.setPlainText(text)
            yield lambda t=text, a=answers: t in a  # type: ignore[misc]
            seen.append(time.perf_counter() - asked)
        self.found["translation"] = max(seen)

    def _speed(self) -> Waiting:
        """Train the same steps in the window and headless by turns: A B B A, and again."""
        from tests.bench.headless import Headless  # loads torch

        yield self.is_ready
        controller, timed = self.window._controller, self.timed_steps()
        if self._files:
            yield from self.opened(self._files)
        for key in ("training.validate_every", "training.checkpoint_seconds"):
            controller.draft.set(key, NEVER)
        controller.draft.set("decoding.search", "beam")
        self.train_or_pause()
        yield lambda: self.step() >= self._settle
        yield from self.rest()
        with TemporaryDirectory(prefix="s2s-headless-") as folder:
            prepared = Path(controller.corpus.prepared.folder)
            headless = Headless(controller.run.config, prepared, Path(folder) / "run")
            for is_open in (False, True, True, False) * ROUNDS:
                self.open_all(is_open)
                for window_first in (True, False):
                    first = max(self.step(), headless.step) + self._settle
                    if window_first:
                        window, steps = yield from self._speed_of_window(timed, first)
                        alone, _ = headless.speed(first, steps=steps)  # the window stands still
                    else:
                        alone, steps = headless.speed(first, seconds=self._stretch)
                        window, _ = yield from self._speed_of_window(timed, first, steps)
                    name = "watched_ratio" if is_open else "unwatched_ratio"
                    self.found.setdefault(name, []).append(window / alone)

    def _speed_of_window(
        self, timed: dict[int, tuple[float, int]], first: int, steps: int = 0
    ) -> Generator[Callable[[], bool], None, tuple[float, int]]:  # fmt: skip
        """Train up to a step, then so many more, or those of a stretch; and stop training."""
        self.train_or_pause()
        yield lambda: first in timed
        began, before = timed[first]
        if steps:
            yield lambda: first + steps in timed
        else:
            yield lambda: time.perf_counter() - began >= self._stretch
            steps = max(timed) - first
        now, tokens = timed[first + steps]
        yield from self.rest()
        return (tokens - before) / (now - began), steps

    def _drop(self) -> Waiting:
        yield self.is_ready
        dropped = time.perf_counter()
        self.window.drops.dropped.emit(self._files)
        self.window._controller.new_run()
        yield lambda: self.points() > 0
        self.found["drop"] = time.perf_counter() - dropped

    def _corpus(self) -> Waiting:
        yield self.is_ready
        controller = self.window._controller
        before = controller.corpus
        self.beats.clear()
        dropped = time.perf_counter()
        self.window.drops.dropped.emit(self._files)
        controller.new_run()
        yield lambda: controller.corpus is not before
        self.found["first_look_seconds"] = time.perf_counter() - dropped
        yield lambda: self.step() > 0 and controller.run.config.data == controller.corpus.data
        self.found["first_step_seconds"] = time.perf_counter() - dropped
        self.found["late_share"], self.found["latest"] = self.lag()
        child = controller.reading._reader._process.pid
        self.found["child_seconds_of_work"] = work_of(child)
        patience = time.perf_counter() + float(os.environ.get("BENCH_SECONDS", "600"))
        peaks: dict[int, float] = {}  # of the processes that read, which come and go

        def over() -> bool:
            peaks.update({each: peak_memory(each) for each in children()})
            is_encoded = controller.corpus.corpus.is_counted and self.step() >= CORPUS_STEPS
            return is_encoded or time.perf_counter() > patience

        yield over
        seconds = time.perf_counter() - dropped
        self.found["all_seconds"] = seconds
        self.found["is_whole"] = controller.corpus.corpus.is_counted
        self.found["steps"] = self.step()
        self.found["late_share_training"], self.found["latest_training"] = self.lag()
        self.found["child_peak_megabytes"] = max(peaks.values())
        self.found["peak_megabytes"] = peak_memory(os.getpid())


def main(arguments: list[str]) -> int:
    """Measure one thing in a window of its own."""
    on_screen = "window" if arguments == ["train"] else ""
    return drive(lambda window: Use(window, arguments), on_screen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Translating: the newest text again and again, as the weights change; training has its turns."""

from __future__ import annotations

import time
from collections.abc import Iterator

from app.bridge.messages import Translate, Watch
from s2s_core.records import TranslationRecord
from s2s_core.runs.interpreter import interpret
from s2s_core.runs.run import Run

QUIET_SECONDS = 0.3  # between two translations of the same text
QUIET_SHARE = 20  # and at least so many times what one costs: at most 5 % of training's time
AT_ONCE = 16  # lines that are translated side by side
AT_A_STRETCH = 0.2  # seconds; then training has its turn, even if a translation is not done


class Translating:
    """Holds the newest text, and goes through its lines while somebody looks."""

    def __init__(self) -> None:
        self._watched = {"translation"}  # what a person can see
        self._wanted: Translate | None = None
        self._under_way: Iterator[tuple[TranslationRecord, ...]] | None = None
        self._batches: list[list[int]] = []  # of its lines, which are still to be translated
        self._is_first_pass = True
        self._stretch, self._owed = 0.0, 0.0  # seconds taken from training: now, and in all
        self._step = -1  # of the weights that it was translated with
        self._after = 0.0

    def ask(self, command: Translate) -> None:
        """Forget the text before, and translate this one."""
        self.stop()
        self._wanted, self._is_first_pass = command, True
        self._owed, self._after = 0.0, 0.0

    def watch(self, command: Watch) -> None:
        """Note what can be seen: nothing else is made."""
        (self._watched.add if command.on else self._watched.discard)(command.what)
        self._step = -1

    def stop(self) -> None:
        """Leave what is under way; there are other weights, or there is another text."""
        self._under_way, self._batches = None, []
        self._stretch, self._step = 0.0, -1

    def give_up(self) -> None:
        """Forget the text."""
        self.stop()
        self._wanted = None

    def due(self, run: Run | None, training: bool) -> bool:
        """Tell whether to work now; beside training, in its pauses."""
        must_wait = training and time.monotonic() < self._after  # between two stretches
        if self._under_way is not None:
            return not must_wait
        if not self._wanted or not run or "translation" not in self._watched:
            return False
        if self._batches:  # in the middle of a pass over its lines
            return not must_wait
        return self._step != run.trainer.step and time.monotonic() >= self._after

    def work(self, run: Run | None) -> tuple[TranslationRecord, ...]:
        """Write one more piece; returns the lines that are done."""
        if self._under_way is None:
            assert run is not None
            assert self._wanted is not None
            self._under_way = self._begun(run, self._wanted)
        began = time.monotonic()
        records = next(self._under_way)
        now = time.monotonic()
        self._stretch += now - began
        self._owed += now - began
        if records:
            self._under_way = None
        if records and not self._batches:
            self._after = now + max(QUIET_SECONDS, QUIET_SHARE * self._owed)
            self._is_first_pass, self._stretch, self._owed = False, 0.0, 0.0
        elif records or self._stretch >= AT_A_STRETCH:
            # What was just asked for is there soon; what it took is given back after it.
            share = 1 if self._is_first_pass else QUIET_SHARE
            self._after = now + share * self._stretch
            self._owed = self._owed if self._is_first_pass else 0.0
            self._stretch = 0.0
        return records

    def _begun(self, run: Run, wanted: Translate) -> Iterator[tuple[TranslationRecord, ...]]:
        """Begin with the next lines: the current one alone, so that it is there at once."""
        lines = wanted.text.split("\n")
        current = min(wanted.current, len(lines) - 1)
        if not self._batches:
            self._step = run.trainer.step
            rest = [line for line in range(len(lines)) if line != current]
            firsts = range(0, len(rest), AT_ONCE)
            self._batches = [[current], *(rest[first : first + AT_ONCE] for first in firsts)]
        batch = self._batches.pop(0)
        return interpret(
            run.translator(), {line: lines[line] for line in batch}, wanted.decoding,
            look="attention" in self._watched and current in batch, request=wanted.request,
        )  # fmt: skip

"""Supplying a run: training waits for as much of its corpus as it needs, until that ends."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

from s2s_core.data.batch import portion
from s2s_core.data.corpus import settle
from s2s_core.data.windows import StoredWindows
from s2s_core.errors import S2SError
from s2s_core.records import WAITING, FailureRecord, NoteRecord, ProgressRecord, Record
from s2s_core.runs.keeping import Keeper
from s2s_core.training.trainer import Trainer


class Supply:
    """Lets a trainer wait while the windows of its corpus are still being made."""

    def __init__(
        self, folder: Path, trainer: Trainer, windows: StoredWindows, keeper: Keeper
    ) -> None:
        self.windows = windows
        self.encoding: Generator[Record, None, None] | None = (
            None  # makes the next window, if nobody else does
        )
        self._folder, self._trainer, self._keeper = folder, trainer, keeper

    @property
    def is_enough(self) -> bool:
        """Whether there are the pairs that one update takes."""
        training = self._trainer.config.training
        return self._trainer.batches.can_give(portion(training).batches)

    def wait(self) -> Iterator[Record]:
        """Let a little more of the corpus be encoded, or be it told that training waits for it."""
        if self.encoding is None:
            yield ProgressRecord(WAITING, sum(self.windows.counts), self.windows.total)
            return
        try:
            yield next(self.encoding)
        except StopIteration:
            if not self.is_enough:
                yield self.end()
        except S2SError as error:
            yield self._keeper.note(
                FailureRecord(error.template, dict(error.values), step=self._trainer.step)
            )
            yield self.end()

    def end(self) -> Record:
        """There will be no more windows: go on with those there are, and say so."""
        self.windows.close()
        settle(self._folder, self.windows.total)
        text = "The corpus was not read to its end: training goes on with the {pairs} pairs there"
        pairs = {"pairs": f"{self.windows.total:,}"}
        return self._keeper.note(NoteRecord(text, pairs, self._trainer.step))

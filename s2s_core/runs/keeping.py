"""Keeping a run: what of it is on the disk already, and what is to be saved yet."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from s2s_core.records import CheckpointRecord, FailureRecord, Record, StepRecord
from s2s_core.runs.checkpoint import save_checkpoint
from s2s_core.runs.folder import unwritable
from s2s_core.runs.journal import Journal
from s2s_core.training.trainer import Trainer

WRITTEN_SECONDS = 1.0  # a kill takes no more than that from the journal

R = TypeVar("R", bound=Record)


class Keeper:
    """Writes the journal and the checkpoints of a run, and knows whether they are up to date.

    A checkpoint holds its trainer, and what `beside` returns.
    """

    def __init__(
        self, folder: Path, trainer: Trainer, beside: Callable[[], dict[str, Any]]
    ) -> None:
        self.journal = Journal(folder / "journal.jsonl")
        self.is_sound = True  # nothing is wrong, as far as whoever watches the run knows
        self.unsaved: FailureRecord | None = None  # why the newest state is not on the disk
        self._folder, self._trainer, self._beside = folder, trainer, beside
        self._saved_at = self._written_at = time.monotonic()
        self._saved_step = -1
        self._is_ahead = False  # the journal, of the checkpoint that was opened

    # The journal -------------------------------------------------------------------------

    def note(self, record: R) -> R:
        """Give a record to the journal, and return it."""
        self.journal.append(record)
        is_due = time.monotonic() - self._written_at >= WRITTEN_SECONDS
        if is_due and isinstance(record, StepRecord):
            self.flush()
        return record

    def flush(self) -> None:
        """Write the journal up to here, if the disk will take it."""
        self._written_at = time.monotonic()
        try:
            self.journal.flush()
        except OSError:
            return  # kept, and tried again; the checkpoint that fails next says so

    def cut_journal(self) -> None:
        """Drop what was written after the checkpoint that the run goes on from."""
        if self._is_ahead:
            try:
                self.journal.forget_after(self._trainer.step)
            except OSError as error:
                raise unwritable(self._folder, error) from None
            self._is_ahead = False

    # Checkpoints -------------------------------------------------------------------------

    def has_opened(self) -> None:
        """The run is where a checkpoint on the disk is; the journal may tell more than that."""
        self.let_be()
        self._is_ahead = True

    def has_changed(self) -> None:
        """What was saved at this step does not know all of it."""
        self._saved_step = -1

    def let_be(self) -> None:
        """Let the checkpoints be as they are: what came since is not wanted."""
        self._saved_step = self._trainer.step

    def is_due(self, seconds: float) -> bool:
        """Tell whether the newest checkpoint is as old as that."""
        return time.monotonic() - self._saved_at >= seconds

    def save(self, best: bool) -> CheckpointRecord:
        """Write a checkpoint and the journal up to here; raises OSError."""
        self._saved_at = time.monotonic()
        self.journal.flush()  # first: what it has more than the checkpoint is cut off on resuming
        place = self._folder / "checkpoints"
        save_checkpoint(place, self._trainer, self._beside(), best, self.is_sound)
        self.let_be()
        return self.note(CheckpointRecord(self._trainer.step, best))

    def save_or_tell(self, best: bool = False) -> Record:
        """Save; if the disk will not take it, say so and go on: older checkpoints stay."""
        try:
            record = self.save(best)
        except OSError as error:
            self.unsaved = FailureRecord(
                "step {step} could not be saved in {folder}: {why}. The last good checkpoint "
                "stays.",
                {"step": self._trainer.step, "folder": str(self._folder), "why": str(error)},
                step=self._trainer.step,
            )
            return self.note(self.unsaved)
        self.unsaved = None
        return record

    def save_rest(self) -> None:
        """Save what is not saved yet; `unsaved` tells if it could not be."""
        if self._saved_step != self._trainer.step:
            self.save_or_tell()
        self.flush()

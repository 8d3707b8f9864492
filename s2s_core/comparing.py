"""What became of several runs, side by side: as their journals tell it, or while they train."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from s2s_core.records import (
    CheckpointRecord,
    EndRecord,
    FailureRecord,
    Record,
    StepRecord,
    ValidationRecord,
)

STEPS = 20  # that the training loss is the mean of, as in the window's sentence

# Which of the columns have a best row, and whether less is better there.
LESS_IS_BETTER = {
    "loss": True, "validation_loss": True, "exact_match": False, "bleu": False, "chrf": False,
}  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """A run as a row of a table; None is what is not known yet.

    The validation loss and the scores are those of its best validation.
    """

    folder: Path
    steps: int = 0
    seconds: float = 0.0  # of training
    loss: float | None = None  # of training, the mean of the last STEPS steps
    best_step: int = 0  # of the weights that were scored best
    validation_loss: float | None = None
    exact_match: float | None = None  # per cent
    bleu: float | None = None
    chrf: float | None = None
    is_finished: bool = False
    failure: str = ""  # the sentence, if it failed


class Comparing:
    """Adds up the records of a run to its row."""

    def __init__(self, folder: Path) -> None:
        self.now = Compared(folder)
        self._losses: deque[float] = deque(maxlen=STEPS)
        self._checked: ValidationRecord | None = None  # the newest

    def take(self, records: Iterable[Record]) -> None:
        """Take in what has happened since."""
        for record in records:
            match record:
                case StepRecord():
                    self._take_step(record)
                case ValidationRecord():
                    self._checked = record
                    if self.now.validation_loss is None:
                        self._take_best(record)
                case CheckpointRecord(best=True) if self._checked:
                    self._take_best(self._checked)
                case EndRecord():
                    self.now = replace(self.now, is_finished=True)
                case FailureRecord(request=0):
                    self.now = replace(self.now, failure=record.sentence)

    def _take_step(self, record: StepRecord) -> None:
        if record.step <= self.now.steps:  # it went back and on from there
            self._losses.clear()
        self._losses.append(record.loss)
        self.now = replace(
            self.now, steps=record.step, seconds=record.elapsed_seconds,
            loss=fmean(self._losses), is_finished=False, failure="",
        )  # fmt: skip

    def _take_best(self, record: ValidationRecord) -> None:
        self.now = replace(
            self.now, best_step=record.step, validation_loss=record.loss,
            exact_match=record.exact_match, bleu=record.bleu, chrf=record.chrf,
        )  # fmt: skip


def best_rows(rows: Sequence[Compared], column: str) -> set[int]:
    """Return which rows are the best in a column of `LESS_IS_BETTER`; none if all are alike.

    What reads the same is the same: a loss to three digits behind the point, a score to one.
    """
    digits = 3 if column.endswith("loss") else 1
    known = {n: value for n, row in enumerate(rows) if (value := getattr(row, column)) is not None}
    read = {n: round(value, digits) for n, value in known.items() if math.isfinite(value)}
    if not read or (len(set(read.values())) == 1 and len(read) == len(known)):
        return set()
    best = (min if LESS_IS_BETTER[column] else max)(read.values())
    return {n for n, value in read.items() if value == best}

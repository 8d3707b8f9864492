"""Runs side by side: what is told of each, and which is the best."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from s2s_core.comparing import Compared, Comparing, best_rows
from s2s_core.records import (
    CheckpointRecord,
    EndRecord,
    FailureRecord,
    Record,
    StepRecord,
    ValidationRecord,
)
from s2s_core.runs.comparing import compared
from tests.helpers import tiny_run

FOLDER = Path("run")


def step(number: int, loss: float) -> StepRecord:
    return StepRecord(number, 0.0, loss, loss, 1.0, 1e-3, 100, 10.0, elapsed_seconds=number / 2)


def check(number: int, loss: float) -> ValidationRecord:
    return ValidationRecord(number, loss, math.exp(loss), 10.0 * loss, 20.0, 30.0, 4)


def row_of(*records: Record) -> Compared:
    row = Comparing(FOLDER)
    row.take(records)
    return row.now


def test_the_training_loss_is_the_mean_of_the_last_steps() -> None:
    row = row_of(*(step(number, 100.0 / number) for number in range(1, 26)))
    assert row.loss == pytest.approx(sum(100.0 / number for number in range(6, 26)) / 20)
    assert (row.steps, row.seconds) == (25, 12.5)


def test_after_going_back_the_mean_begins_anew() -> None:
    assert row_of(step(1, 4.0), step(2, 9.0), step(2, 3.0)).loss == 3.0


def test_scores_are_those_of_the_best_validation() -> None:
    row = row_of(
        step(1, 4.0), check(1, 3.0), CheckpointRecord(1, best=True),
        step(2, 4.0), check(2, 2.0), CheckpointRecord(2, best=True),
        step(3, 4.0), check(3, 2.5), CheckpointRecord(3, best=False),
    )  # fmt: skip
    assert (row.best_step, row.validation_loss, row.exact_match) == (2, 2.0, 20.0)
    assert (row.bleu, row.chrf) == (20.0, 30.0)


def test_a_first_validation_counts_even_if_it_could_not_be_saved() -> None:
    assert row_of(step(1, 4.0), check(1, 3.0)).validation_loss == 3.0


def test_a_run_that_goes_on_is_neither_finished_nor_failed() -> None:
    failure = FailureRecord("the loss became {loss}", {"loss": "nan"})
    assert row_of(step(1, 4.0), failure).failure == "the loss became nan"
    assert row_of(step(1, 4.0), failure, step(2, 4.0)).failure == ""
    assert row_of(step(1, 4.0), EndRecord(1, "steps")).is_finished
    assert not row_of(step(1, 4.0), EndRecord(1, "steps"), step(2, 4.0)).is_finished
    # That a command failed says nothing of the run.
    assert row_of(step(1, 4.0), replace(failure, request=3)).failure == ""


def test_the_best_is_the_lowest_loss_and_the_highest_score() -> None:
    rows = [
        Compared(FOLDER, loss=2.0, bleu=20.0, chrf=5.0), Compared(FOLDER),
        Compared(FOLDER, loss=1.0, bleu=30.0, chrf=5.0),
        Compared(FOLDER, loss=math.nan, bleu=30.0, chrf=5.0),
    ]  # fmt: skip
    assert best_rows(rows, "loss") == {2}
    assert best_rows(rows, "bleu") == {2, 3}
    assert best_rows(rows, "chrf") == set()  # all alike
    assert best_rows(rows, "exact_match") == set()  # not known
    assert (
        best_rows([replace(rows[0], loss=loss) for loss in (math.nan, math.nan)], "loss") == set()
    )


def test_journals_are_read(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    records = list(run.events())
    row, nothing = compared([run.folder, tmp_path / "none"])
    assert row == replace(row_of(*records), folder=run.folder)
    assert (row.steps, row.is_finished, row.failure) == (6, True, "")
    assert nothing == Compared(tmp_path / "none")

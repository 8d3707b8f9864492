from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from s2s_core.errors import BadFile, BadRun
from s2s_core.records import (
    CheckpointRecord,
    EndRecord,
    FailureRecord,
    JoinedRecord,
    KnobRecord,
    NoteRecord,
    ProgressRecord,
    Record,
    RewoundRecord,
    SampleRecord,
    SmallerRecord,
    StartRecord,
    StepRecord,
    ValidationRecord,
)
from s2s_core.runs.journal import RECORDS, Journal, read_journal
from s2s_core.runs.run import Run
from tests.helpers import tiny_run, until_step


def step(number: int) -> StepRecord:
    return StepRecord(number, 0.5, 2.25, 2.5, 0.75, 1e-3, 100 * number, 5000.0, 0.125 * number)


EVERY: list[Record] = [
    StartRecord("From the run {run}", {"run": "übung"}, ["a.weight"], ["b.weight"]),
    step(1),
    KnobRecord(1, "training.learning_rate", 1e-3, 2e-3),
    step(2),
    ValidationRecord(2, 2.0, 7.39, 10.0, 20.0, 30.0, 5, "nrefs:1", 0.5),
    SampleRecord(2, "déjà vu\u2028猫 😀", 'a "b"\n\t', ""),
    CheckpointRecord(2, True),
    SmallerRecord(2, "/runs/small", 0.5, True, {"bleu": 20.0}, {"bleu": 19.5}),
    FailureRecord("step {step} could not be saved", {"step": 2}, step=2),
    NoteRecord("from step {step} the learning rate is {rate}", {"step": 2, "rate": "1e-3"}, 2),
    JoinedRecord(2, ["a\tb"], 10, new=1),
    RewoundRecord(2, 9, 5e-4),
    EndRecord(2, "steps"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def written(path: Path, records: list[Record]) -> Journal:
    journal = Journal(path)
    for record in records:
        journal.append(record)
    journal.flush()
    return journal


def test_every_record_comes_back_as_it_was(path: Path) -> None:
    written(path, EVERY)
    assert list(read_journal(path)) == EVERY
    assert {record.record for record in EVERY} == set(RECORDS)


def test_a_record_is_one_line_that_names_its_kind(path: Path) -> None:
    written(path, EVERY)
    lines = path.read_bytes().decode().split("\n")
    assert lines.pop() == ""
    values = [json.loads(line) for line in lines]
    assert [line["record"] for line in values] == [record.record for record in EVERY]
    expected = {"step", "loss", "gradient_norm", "learning_rate", "tokens_per_second"}
    assert expected | {"elapsed_seconds"} <= values[1].keys()
    assert {"loss", "perplexity", "bleu", "chrf", "exact_match"} <= values[4].keys()
    assert "猫" in lines[5]


def test_what_is_no_event_of_a_run_is_left_out(path: Path) -> None:
    written(path, [ProgressRecord("reading"), step(1)])
    assert list(read_journal(path)) == [step(1)]


def test_records_are_appended(path: Path) -> None:
    journal = written(path, [step(1)])
    journal.append(step(2))
    assert list(read_journal(path)) == [step(1)]
    journal.flush()
    journal.flush()
    written(path, [step(3)])
    assert list(read_journal(path)) == [step(1), step(2), step(3)]


def test_no_journal_is_an_empty_one(path: Path) -> None:
    assert list(read_journal(path)) == []
    Journal(path).flush()
    assert not path.exists()


@pytest.mark.parametrize("cut", [1, 2, 5, 40])
def test_a_last_line_cut_short_is_left_out(path: Path, cut: int) -> None:
    written(path, EVERY)
    os.truncate(path, path.stat().st_size - cut)
    assert list(read_journal(path)) == EVERY[:-1]


def test_a_line_cut_within_a_character_is_left_out(path: Path) -> None:
    written(path, EVERY[:6])
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index("猫".encode()) + 1])
    assert list(read_journal(path)) == EVERY[:5]
    Journal(path).forget_after(2)
    assert list(read_journal(path)) == EVERY[:5]


@pytest.mark.parametrize("line", ["no json", "[1]", "3", '{"record": "step"'])
def test_a_damaged_line_is_refused_with_its_number(path: Path, line: str) -> None:
    written(path, [step(1)])
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(BadRun, match=r"line 2 of .*journal\.jsonl is not a record"):
        list(read_journal(path))


def test_a_record_without_its_fields_is_refused(path: Path) -> None:
    path.write_text('{"record": "step", "step": 1}\n')
    with pytest.raises(BadRun, match="is not a journal"):
        list(read_journal(path))


def test_records_of_a_newer_version_are_passed_over(path: Path) -> None:
    path.write_text('{"record": "dream", "step": 1}\n{"step": 1}\n')
    assert list(read_journal(path)) == []
    Journal(path).forget_after(1)


def test_what_came_after_a_step_is_forgotten_and_so_is_the_end(path: Path) -> None:
    journal = written(path, [*EVERY, step(3), KnobRecord(3, "training.steps", 1, 2)])
    journal.forget_after(2)
    assert list(read_journal(path)) == [r for r in EVERY[:-1] if not isinstance(r, FailureRecord)]
    journal.forget_after(1)
    assert list(read_journal(path)) == EVERY[:3]
    assert list(path.parent.iterdir()) == [path]


def test_what_the_disk_does_not_take_is_kept_and_leaves_no_half_line(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = written(path, [step(1)])
    journal.append(step(2))
    journal.append(step(3))
    normal_open = Path.open

    def full(self: Path, *arguments: Any, **keywords: Any) -> Any:
        file = normal_open(self, *arguments, **keywords)
        file.write('{"record": "st')
        file.close()
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        with pytest.raises(OSError, match="No space"):
            journal.flush()
    assert list(read_journal(path)) == [step(1)]
    journal.flush()
    assert list(read_journal(path)) == [step(1), step(2), step(3)]


def test_a_journal_from_before_a_field_was_there_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    lines = [
        {"record": "step", "step": 1, "epoch": 0.1, "loss": 2.0, "objective": 2.0,
         "gradient_norm": 1.0, "learning_rate": 0.1, "tokens": 9, "tokens_per_second": 9.0,
         "elapsed_seconds": 1.0},
        {"record": "validation", "step": 1, "loss": 2.0, "perplexity": 7.4, "exact_match": 0.0,
         "bleu": 0.0, "chrf": 1.0, "sentences": 3},
    ]  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    step, check = read_journal(path)
    assert isinstance(step, StepRecord)
    assert isinstance(check, ValidationRecord)
    assert step.teacher_forcing == 1.0
    assert check.free_running_loss is None


def test_a_journal_that_could_not_be_cut_is_cut_the_next_time(
    tmp_path: Path, prepared: Path
) -> None:
    until_step(tiny_run(tmp_path / "run", prepared), 5)
    again = Run.open(tmp_path / "run", before=4)
    obstacle = tmp_path / "run" / ".journal.jsonl.unfinished"
    obstacle.mkdir()
    with pytest.raises(BadFile, match="cannot be written"):
        next(again.events())
    obstacle.rmdir()
    list(again.events())
    journal = read_journal(again.keeper.journal.path)
    steps = [each.step for each in journal if isinstance(each, StepRecord)]
    assert steps == [1, 2, 3, 4, 5, 6]

"""Runs with all that an objective may hold: stopped, gone on with, and translated with."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from s2s_core.records import Record, StepRecord, ValidationRecord
from s2s_core.runs.journal import read_journal
from s2s_core.runs.run import Run
from s2s_core.runs.translator import load_translator
from tests.helpers import tiny_config, tiny_run

OBJECTIVE = {
    "source_reconstruction": True, "language_model_weight": 0.5, "guided_attention_weight": 0.5,
    "teacher_forcing": "linear", "half_forced_after": 4, "free_running_loss": True,
    "risk_weight": 0.5,
}  # fmt: skip


def steps_of(records: Iterable[Record]) -> list[tuple[int, float, float, float]]:
    return [
        (r.step, r.loss, r.objective, r.teacher_forcing)
        for r in records
        if isinstance(r, StepRecord)
    ]


def test_going_on_equals_never_stopping(tmp_path: Path, prepared: Path) -> None:
    config = tiny_config(objective=OBJECTIVE, dropout=0.1)
    whole = steps_of(tiny_run(tmp_path / "whole", prepared, config).events())
    events = tiny_run(tmp_path / "parts", prepared, config).events()
    begun = list(islice(events, 2))
    events.close()
    assert steps_of([*begun, *Run.open(tmp_path / "parts").events()]) == whole
    checks = [
        record
        for record in read_journal(tmp_path / "parts" / "journal.jsonl")
        if isinstance(record, ValidationRecord)
    ]
    assert checks
    assert all(check.free_running_loss is not None for check in checks)
    assert load_translator(tmp_path / "parts").model.reconstruction is not None

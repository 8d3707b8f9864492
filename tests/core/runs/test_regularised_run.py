"""What helps against over-fitting, in whole runs: saved, gone on with, opened, translated with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from s2s_core.configs import RunConfig
from s2s_core.records import Record, StepRecord, ValidationRecord
from s2s_core.runs.run import Run
from tests.helpers import tiny_config, tiny_prepared, tiny_run

NOISY = {"drop_pieces": 0.2, "swap_pieces": 2, "word_dropout": 0.1, "l2": 0.01}


def numbers(records: Iterable[Record]) -> list[tuple[float, ...]]:
    kinds = (StepRecord, ValidationRecord)
    return [(r.step, r.loss) for r in records if isinstance(r, kinds)]


def until_step(run: Run, step: int) -> list[Record]:
    events, seen = run.events(), []
    for record in events:
        seen.append(record)
        if isinstance(record, StepRecord) and record.step == step:
            break
    events.close()
    return seen


def regularised(kind: str = "word", **regularisation: Any) -> RunConfig:
    return tiny_config(
        dropout=0.2, data={"tokenizer": {"kind": kind, "vocabulary_size": 30}},
        training={"steps": 7}, regularisation=regularisation,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "regularisation"),
    [
        ("word", NOISY), ("bpe", {"bpe_dropout": 0.3}), ("unigram", {"unigram_sampling": 0.1}),
    ],
)  # fmt: skip
def test_going_on_equals_never_stopping(
    tmp_path: Path, kind: str, regularisation: dict[str, Any]
) -> None:
    config = regularised(kind, **regularisation)
    tiny_prepared(tmp_path / "prepared", config.data)
    whole = list(tiny_run(tmp_path / "whole", tmp_path / "prepared", config).events())
    first = until_step(tiny_run(tmp_path / "halves", tmp_path / "prepared", config), 4)
    second = list(Run.open(tmp_path / "halves").events())
    assert numbers([*first, *second]) == numbers(whole)
    plain = regularised(kind)
    other = list(tiny_run(tmp_path / "plain", tmp_path / "prepared", plain).events())
    assert numbers(other) != numbers(whole)

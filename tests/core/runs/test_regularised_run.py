"""What helps against over-fitting, in whole runs: saved, gone on with, opened, translated with."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from s2s_core.configs import RunConfig
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.records import (
    CheckpointRecord,
    EndRecord,
    Record,
    StepRecord,
    ValidationRecord,
)
from s2s_core.runs.checkpoint import checkpoint_folder
from s2s_core.runs.run import Run
from s2s_core.runs.translator import load_translator
from s2s_core.training.validation import SCORES
from tests.helpers import same_weights, tiny_config, tiny_prepared, tiny_run, until_step, weights_of

NOISY = {"drop_pieces": 0.2, "swap_pieces": 2, "word_dropout": 0.1, "l2": 0.01}


def numbers(records: Iterable[Record]) -> list[tuple[float, ...]]:
    kinds = (StepRecord, ValidationRecord)
    return [(r.step, r.loss) for r in records if isinstance(r, kinds)]


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


class Scripted:
    """A validation whose scores are written down: loss, exact match, BLEU and chrF."""

    ROWS = ((3.0, 9.0, 1.0, 5.0), (1.0, 1.0, 2.0, 4.0), (2.0, 1.0, 3.0, 9.0), (9.0, 1.0, 1.0, 6.0))

    def __init__(self, held_out: Any) -> None:
        self.held_out = held_out
        self.rows = list(self.ROWS)

    def run(self, model: EncoderDecoder, step: int, *_: Any) -> Iterator[ValidationRecord]:
        loss, exact_match, bleu, chrf = self.rows.pop(0)
        yield ValidationRecord(step, loss, 1.0, exact_match, bleu, chrf, sentences=1)


def scripted(folder: Path, prepared: Path, **changes: Any) -> Run:
    training = {"steps": 4, "validate_every": 1, **changes.pop("training", {})}
    run = tiny_run(folder, prepared, tiny_config(training=training, **changes))
    run.scoring.validation = Scripted(run.scoring.validation.held_out)  # type: ignore[assignment]
    return run


@pytest.mark.parametrize(
    ("score", "improvements", "end"),
    [
        ("loss", [1, 2], 4), ("exact_match", [1], 3), ("bleu", [1, 2, 3], 4), ("chrf", [1, 3], 4),
    ],
)  # fmt: skip
def test_the_best_is_by_the_score_asked_for_and_patience_waits_for_it(
    tmp_path: Path, prepared: Path, score: str, improvements: list[int], end: int
) -> None:
    run = scripted(
        tmp_path / "run", prepared, training={"patience": 2}, regularisation={"stop_on": score}
    )
    records = list(run.events())
    best = [r.step for r in records if isinstance(r, CheckpointRecord) and r.best]
    assert best == improvements
    assert records[-1] == EndRecord(end, "patience" if end < 4 else "steps")
    assert load_translator(run.folder, "cpu").step == improvements[-1]


@pytest.mark.parametrize(("score", "is_anew"), [("loss", False), ("chrf", True)])
def test_scores_of_more_sentences_are_not_compared_with_those_of_fewer(
    tmp_path: Path, prepared: Path, score: str, is_anew: bool
) -> None:
    run = tiny_run(tmp_path / "run", prepared, tiny_config(regularisation={"stop_on": score}))
    until_step(run, 4)
    best = run.scoring.best_score
    run.change("training.validation_sentences", 3)
    assert (run.scoring.best_score is None) == is_anew
    again = list(run.scoring._score_best_again())
    assert bool(again) == is_anew
    assert (run.scoring.best_score == best) == (not is_anew)


def test_the_best_score_is_known_after_going_on(tmp_path: Path, prepared: Path) -> None:
    run = scripted(tmp_path / "run", prepared, regularisation={"stop_on": "chrf"})
    until_step(run, 2)
    resumed = Run.open(run.folder)
    assert resumed.scoring.best_score == 5.0


def test_a_run_saved_by_an_older_version_goes_on(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    until_step(run, 4)
    path = checkpoint_folder(run.folder, "last") / "state.json"
    state = json.loads(path.read_text())
    assert run.scoring.best_score is not None
    state["best_loss"] = -state.pop("best_score")
    del state["config"]["regularisation"]
    path.write_text(json.dumps(state))
    resumed = Run.open(run.folder)
    assert resumed.scoring.best_score == run.scoring.best_score
    assert resumed.config == run.config


@pytest.mark.parametrize("name", SCORES)
def test_a_score_is_more_for_what_is_better(name: str) -> None:
    worse = ValidationRecord(1, 2.0, math.exp(2.0), 10.0, 10.0, 10.0, sentences=1)
    better = ValidationRecord(1, 1.0, math.exp(1.0), 20.0, 20.0, 20.0, sentences=1)
    assert SCORES[name](better) > SCORES[name](worse)


AVERAGES = pytest.mark.parametrize("average", [{"ema_decay": 0.7}, {"average_last": 2}])


@AVERAGES
@pytest.mark.parametrize("stop", [4, 6])
def test_an_average_goes_on_as_if_never_stopped(
    tmp_path: Path, prepared: Path, average: dict[str, Any], stop: int
) -> None:
    config = tiny_config(dropout=0.2, training={"steps": 10}, regularisation=average)
    run = tiny_run(tmp_path / "whole", prepared, config)
    whole = list(run.events())
    first = until_step(tiny_run(tmp_path / "halves", prepared, config), stop)
    resumed = Run.open(tmp_path / "halves")
    second = list(resumed.events())
    assert numbers([*first, *second]) == numbers(whole)
    one, other = run.trainer.model_in_use, resumed.trainer.model_in_use
    assert same_weights(weights_of(one), weights_of(other))
    assert not same_weights(weights_of(one), weights_of(run.trainer.model))
    plain = list(
        tiny_run(
            tmp_path / "plain", prepared, tiny_config(dropout=0.2, training={"steps": 10})
        ).events()
    )
    losses = [[r.loss for r in records if isinstance(r, StepRecord)] for records in (plain, whole)]
    assert losses[0] == losses[1]  # training itself is the same,
    assert numbers(plain) != numbers(whole)  # and what is scored is not


@AVERAGES
def test_the_best_model_is_the_averaged_one_that_was_scored(
    tmp_path: Path, prepared: Path, average: dict[str, Any]
) -> None:
    config = tiny_config(training={"steps": 9}, regularisation=average)
    run = tiny_run(tmp_path / "run", prepared, config)
    scored: dict[int, dict[str, Any]] = {}
    best = 0
    for record in run.events():
        if isinstance(record, ValidationRecord):
            scored[record.step] = weights_of(run.trainer.model_in_use)
        if isinstance(record, CheckpointRecord) and record.best:
            best = record.step
    translator = load_translator(run.folder, "cpu")
    assert best
    assert translator.averaged
    assert translator.step == best
    assert same_weights(weights_of(translator.model), scored[best])
    assert run.translator().averaged
    assert run.translator().model is run.trainer.model_in_use


def test_the_step_told_is_that_of_the_newest_weights_in_the_average(
    tmp_path: Path, prepared: Path
) -> None:
    config = tiny_config(training={"steps": 0}, regularisation={"average_last": 2})
    run = tiny_run(tmp_path / "run", prepared, config)
    assert not run.translator().averaged
    until_step(run, 5)
    assert (run.trainer.step, run.translator().step) == (5, 3)
    assert Run.open(run.folder).translator().step == 3


def test_a_snapshot_is_written_once(tmp_path: Path, prepared: Path) -> None:
    config = tiny_config(training={"steps": 0}, regularisation={"average_last": 2})
    run = tiny_run(tmp_path / "run", prepared, config)
    until_step(run, 4)
    before = checkpoint_folder(run.folder, "last")
    name = "snapshot-000000003.safetensors"
    number = (before / name).stat().st_ino
    until_step(run, 5)
    after = checkpoint_folder(run.folder, "last")
    assert before != after
    assert (after / name).stat().st_ino == number

"""Typed pairs join a run that is training, and are there when it is resumed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from s2s_core.records import (
    EndRecord,
    JoinedRecord,
    NoteRecord,
    ProgressRecord,
    StepRecord,
    ValidationRecord,
)
from s2s_core.runs.checkpoint import checkpoint_folder, load_state, read_index
from s2s_core.runs.journal import read_journal
from s2s_core.runs.run import Run
from s2s_core.runs.scoring import Scoring
from s2s_core.runs.translator import load_translator
from tests.helpers import same_weights, tiny_config, tiny_prepared, tiny_run, weights_of

TYPED = ("a b c\tc b a", "d e\te d")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    tiny_prepared(folder)
    return folder


def steps(run: Run, last: int) -> list[float]:
    """Train up to a step and close there; returns the losses."""
    events, seen = run.events(), list[float]()
    for record in events:
        if isinstance(record, StepRecord):
            seen.append(record.loss)
            if record.step == last:
                break
    events.close()
    return seen


@pytest.mark.parametrize("changes", [{}, {"regularisation": {"bpe_dropout": 0.5}}])
def test_going_on_with_pairs_that_joined_equals_never_stopping(
    tmp_path: Path, prepared: Path, changes: dict[str, Any]
) -> None:
    if changes:
        changes = {"data": {"tokenizer": {"kind": "bpe", "vocabulary_size": 40}}, **changes}
    config, folder = tiny_config(**changes), prepared
    if changes:
        folder = tmp_path / "prepared"
        tiny_prepared(folder, config.data)
    plain, whole, run = (tiny_run(tmp_path / n, folder, config) for n in ("p", "whole", "run"))
    without = steps(plain, 6)
    for each in (whole, run):
        steps(each, 2)
        record = each.join(TYPED, 20)
        assert record == JoinedRecord(2, list(TYPED), 20, new=2)
    losses = steps(whole, 6)
    first = steps(run, 4)
    again = Run.open(tmp_path / "run")
    assert again.config.data.added == TYPED
    assert again.config.data.added_times == 20
    assert again.began == config.data  # what is encoded in its folder
    assert first + steps(again, 6) == losses
    assert losses != without[2:]
    assert same_weights(weights_of(again.trainer.model), weights_of(whole.trainer.model))
    journal = read_journal(tmp_path / "run" / "journal.jsonl")
    assert [r for r in journal if isinstance(r, JoinedRecord)] == [record]


def test_pairs_can_leave_again_and_those_of_the_beginning_stay(tmp_path: Path) -> None:
    config = tiny_config(data={"added": TYPED[:1], "added_times": 3})
    tiny_prepared(tmp_path / "prepared", config.data)
    run = tiny_run(tmp_path / "run", tmp_path / "prepared", config)
    assert run.join(TYPED[:1], 3) is None
    joined = run.join((*TYPED, "x " * 300 + "\ty"), 5)
    assert joined is not None
    assert (joined.pairs, joined.new, joined.too_long) == ([TYPED[1]], 1, 1)
    assert run.config.data.added == TYPED
    assert run.config.data.added_times == 3  # of the one in the corpus, which cannot change
    left = run.join(TYPED[:1], 5)
    assert left is not None
    assert left.pairs == []
    assert run.config.data == config.data
    assert run.trainer.joining is None


def validated(run: Run) -> list[float]:
    """Return the losses of the held-out sentences, of the weights as they are."""
    return [record.loss for record in run._validate() if isinstance(record, ValidationRecord)]


def test_a_held_out_sentence_that_is_typed_is_scored_no_longer(
    tmp_path: Path, prepared: Path
) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    held_out = run.scoring.validation.held_out.pairs
    before = validated(run)
    record = run.join((f"{held_out[1].source}\tx y", TYPED[0]), 2)
    assert record is not None
    assert (record.new, record.spared) == (2, 1)
    left = [pair for pair in held_out if pair != held_out[1]]
    assert run.scoring.validation.held_out.pairs == left
    assert len(run.scoring.validation.batches.pairs) == len(left)
    now = validated(run)
    assert now != before
    assert run.join((), 1) is not None  # it was trained on, even so
    assert run.scoring.validation.held_out.pairs == left
    run.close()
    again = Run.open(tmp_path / "run")
    assert again.scoring.validation.held_out.pairs == left
    assert validated(again) == now


def test_what_is_typed_never_takes_all_that_is_held_out(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    held_out = run.scoring.validation.held_out.pairs
    record = run.join(tuple("\t".join(pair) for pair in held_out), 1)
    assert record is not None
    assert record.spared == 0
    assert run.scoring.validation.held_out.pairs == held_out


def test_the_last_sentence_that_is_held_out_does_not_bring_the_others_back(
    tmp_path: Path, prepared: Path
) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    *others, last = run.scoring.validation.held_out.pairs
    typed = tuple("\t".join(pair) for pair in (*others, last))
    spared = [run.join(lines, 1) for lines in (typed[:-1], typed)]
    assert [record and record.spared for record in spared] == [len(others), 0]
    assert run.scoring.validation.held_out.pairs == [last]
    run.close()
    assert Run.open(tmp_path / "run").scoring.validation.held_out.pairs == [last]


def typed_from(run: Run, row: int) -> tuple[str, ...]:
    """Return a pair whose source is held out."""
    return (f"{run.scoring.validation.held_out.pairs[row].source}\tx y",)


def test_the_best_weights_are_scored_anew_when_other_sentences_are_held_out(
    tmp_path: Path, prepared: Path
) -> None:
    config = tiny_config(training={"validate_every": 2, "learning_rate": 0.01})
    run = tiny_run(tmp_path / "run", prepared, config)
    steps(run, 3)
    run.join(typed_from(run, 0), 2)
    best = load_translator(run.folder).model
    by_hand = [
        record.loss
        for record in run.scoring._scored(best, 2)
        if isinstance(record, ValidationRecord)
    ]
    assert by_hand != [-load_state(checkpoint_folder(run.folder, "best"))["best_score"]]
    again = list(run.scoring._score_best_again())
    assert run.scoring.best_score == -by_hand[0]
    assert [r.sentence for r in again if isinstance(r, NoteRecord)] == [
        "Other sentences are scored now: the best weights, of step 2, are scored anew"
    ]
    assert list(run.scoring._score_best_again()) == []


def test_weights_that_were_better_stay_the_best_though_other_sentences_are_scored(
    tmp_path: Path, prepared: Path
) -> None:
    config = tiny_config(training={"validate_every": 4, "patience": 2, "steps": 50})
    whole, run = (tiny_run(tmp_path / name, prepared, config) for name in ("whole", "run"))
    for each in (whole, run):
        steps(each, 5)
        each.join(typed_from(each, 0), 2)
        each.change("training.learning_rate", 10.0)  # spoils the weights
    records = list(whole.events())
    assert isinstance(records[-1], EndRecord)
    assert (records[-1].step, records[-1].reason) == (12, "patience")
    assert read_index(whole.folder / "checkpoints")["best"] == "step-000000004"
    first = steps(run, 9)
    resumed = Run.open(run.folder)
    assert first + [r.loss for r in resumed.events() if isinstance(r, StepRecord)] == [
        r.loss for r in records if isinstance(r, StepRecord)
    ]
    assert resumed.scoring.best_score == whole.scoring.best_score
    both = [list(read_journal(each.folder / "journal.jsonl")) for each in (whole, run)]
    notes = [[r.step for r in journal if isinstance(r, NoteRecord)] for journal in both]
    assert notes == [[8], [8]]


def test_a_pair_of_which_nothing_is_held_out_leaves_the_best_score(
    tmp_path: Path, prepared: Path
) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    steps(run, 4)
    best = run.scoring.best_score
    assert run.join(TYPED, 2) is not None
    assert run.scoring.best_score == best is not None


def test_a_run_rewound_to_before_a_pair_joined_scores_its_best_weights_anew(
    tmp_path: Path, prepared: Path
) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    typed = typed_from(run, 0)
    steps(run, 2)
    run.keeper.save(best=False)
    run.join(typed, 2)
    steps(run, 4)
    again = Run.open(run.folder, before=2)
    assert again.scoring.typed == frozenset()
    assert again.scoring.best_score is None  # that of step 3 is of other sentences
    assert Run.open(run.folder).scoring.best_score == run.scoring.best_score


def test_a_pair_that_joins_during_a_check_is_not_scored_in_it(
    tmp_path: Path, prepared: Path
) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    steps(run, 2)
    events = run.events()
    next(record for record in events if isinstance(record, ProgressRecord))
    assert run.join(typed_from(run, 0), 2) is not None
    check = next(record for record in events if isinstance(record, ValidationRecord))
    assert run.scoring.best_score == -check.loss
    events.close()
    assert validated(run) == [check.loss]


def test_scores_are_of_as_many_sentences_as_were_asked_for_during_the_check(
    tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Scoring, "_worth", lambda _, record: float(record.sentences))
    config = tiny_config(regularisation={"stop_on": "chrf"}, training={"validate_every": 2})
    run = tiny_run(tmp_path / "run", prepared, config)
    steps(run, 3)  # the best weights are those of step 2
    run.change("training.validation_sentences", 1)
    for score, count in ((run.scoring._score_best_again, 2), (run.scoring.run, 1)):
        records = score()
        next(records)
        run.change("training.validation_sentences", count)
        checks = [each for each in records if isinstance(each, ValidationRecord)]
        assert [each.sentences for each in checks] == [count] * len(checks)
        assert run.scoring.best_score == count


def test_a_score_that_is_no_number_is_not_the_best_for_ever(tmp_path: Path, prepared: Path) -> None:
    scoring = tiny_run(tmp_path / "run", prepared).scoring
    losses = [float("nan"), 3.0, float("nan"), 2.0]
    checks = [ValidationRecord(3, loss, 1.0, 0.0, 0.0, 0.0, 1) for loss in losses]
    assert [scoring.judge(each) for each in checks] == [True, True, False, True]


def test_best_weights_that_are_damaged_do_not_end_the_run(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared)
    steps(run, 5)
    (checkpoint_folder(run.folder, "best") / "weights.safetensors").write_bytes(b"")
    run.join(typed_from(run, 0), 2)
    records = list(run.events())
    assert records[-1] == EndRecord(6, "steps")
    assert load_translator(run.folder).step == 6


def test_a_plateau_begins_anew_with_other_sentences(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "run", prepared, tiny_config(training={"schedule": "plateau"}))
    steps(run, 4)
    assert run.trainer.plateau.best is not None
    run.join(typed_from(run, 0), 2)
    assert run.trainer.plateau.best is None

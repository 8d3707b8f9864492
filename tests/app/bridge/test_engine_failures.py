"""The engine without a thread: what fails takes nothing else with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from app.bridge import translating as translating_module
from app.bridge.messages import (
    Pause,
    Play,
    RunFailed,
    RunState,
)
from s2s_core.records import (
    FailureRecord,
    StepRecord,
    TranslationRecord,
)
from s2s_core.runs.journal import read_journal
from s2s_core.runs.run import Run
from tests.app.bridge.desk import Desk, saved_step, translate
from tests.helpers import same_weights, weights_of

pytestmark = pytest.mark.usefixtures("one_thread")


def break_training(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: Any) -> Any:
        raise error

    monkeypatch.setattr("s2s_core.training.trainer.losses", fail)


def test_a_failing_step_ends_the_run_and_not_the_engine(desk: Desk) -> None:
    folder = desk.start()
    desk.turn(3)
    with pytest.MonkeyPatch.context() as monkeypatch:
        break_training(monkeypatch, ZeroDivisionError("what a pity"))
        desk.turn(3)
    (failure,) = desk.all(RunFailed)
    assert failure.folder == folder
    assert "what a pity" in failure.sentence
    assert "Traceback" in failure.details
    assert "ZeroDivisionError" in failure.details
    assert desk.state.ended == "failed"
    assert not desk.state.playing
    assert saved_step(folder) == 3
    assert isinstance(list(read_journal(Path(folder, "journal.jsonl")))[-1], FailureRecord)
    desk.start(name="next")
    desk.turn(2)
    assert [step.step for step in desk.all(StepRecord)] == [1, 2, 3, 1, 2]
    assert desk.state.playing
    assert not desk.state.ended


def test_a_failed_run_can_be_tried_again(desk: Desk) -> None:
    desk.start()
    desk.turn(2)
    with pytest.MonkeyPatch.context() as monkeypatch:
        break_training(monkeypatch, ZeroDivisionError("what a pity"))
        desk.turn()
    desk.send(Play())
    desk.turn(2)
    assert [step.step for step in desk.all(StepRecord)] == [1, 2, 3, 4]
    assert not desk.state.ended


def test_too_little_memory_becomes_a_proposal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.start()
    desk.turn()
    break_training(monkeypatch, torch.OutOfMemoryError("CUDA out of memory"))
    desk.turn()
    (failure,) = desk.all(FailureRecord)
    assert "memory ran out" in failure.sentence
    assert "training.batch_tokens" in failure.sentence


def test_a_loss_that_is_no_number_leaves_the_last_good_weights(desk: Desk) -> None:
    folder = desk.start()
    desk.turn(3)
    assert desk.engine.run is not None
    model = desk.engine.run.trainer.model
    good = weights_of(model)
    with pytest.MonkeyPatch.context() as monkeypatch:
        nan = torch.tensor(float("nan"), requires_grad=True)
        monkeypatch.setattr("s2s_core.training.trainer.losses", lambda *_: (nan, nan))
        desk.turn(2)
    (failure,) = desk.all(FailureRecord)
    assert "the loss became nan at step 4" in failure.sentence
    assert same_weights(good, weights_of(model))
    assert same_weights(good, weights_of(Run.open(Path(folder)).trainer.model))


def test_a_translation_that_fails_does_not_stop_training(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Iterator[tuple[TranslationRecord, ...]]:
        raise ZeroDivisionError("what a pity")
        yield

    desk.start()
    desk.turn()
    monkeypatch.setattr(translating_module, "interpret", fail)
    desk.send(translate(1))
    desk.turn(4)
    (failure,) = desk.all(FailureRecord)  # and not again and again
    assert not isinstance(failure, RunFailed)
    assert desk.state.playing
    assert len(desk.losses) == 4


def test_a_run_that_cannot_begin_is_told(desk: Desk) -> None:
    (desk.folder / "taken").write_text("a file")
    taken = desk.start(name="taken")
    desk.turn(2)
    (failure,) = desk.all(RunFailed)
    assert failure.folder == taken
    assert "taken" in failure.sentence
    assert "File exists" in failure.sentence
    desk.start(name="free")
    desk.turn()
    assert desk.state.playing


def test_a_run_that_cannot_begin_leaves_the_one_before_where_it_was(desk: Desk) -> None:
    folder = desk.start()
    desk.turn_for_steps(4)
    (desk.folder / "taken").write_text("a file")
    desk.start(name="taken")
    desk.turn(2)
    assert len(desk.all(FailureRecord)) == 1
    assert desk.state.folder == folder
    assert desk.state.step == len(desk.losses)
    assert not desk.state.playing
    desk.send(Play())
    desk.turn_for_steps(8)
    desk.send(Pause())
    desk.turn()
    steps = [r.step for r in read_journal(Path(folder, "journal.jsonl")) if r.record == "step"]  # type: ignore[attr-defined]
    assert steps == list(range(1, len(desk.losses) + 1))


def test_a_corpus_that_is_gone_is_told(desk: Desk) -> None:
    desk.prepared = desk.folder / "gone"
    desk.start()
    desk.turn(2)
    assert len(desk.all(FailureRecord)) == 1
    assert desk.state == RunState()

"""The engine without a thread: runs are opened, closed, gone on with and rewound."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bridge.messages import (
    ChangeKnob,
    CloseRun,
    OpenRun,
    Pause,
    Play,
    Rewind,
    RunFailed,
    RunHistory,
    RunState,
    Shutdown,
)
from s2s_core.records import (
    FailureRecord,
    KnobRecord,
    RewoundRecord,
    StepRecord,
    TranslationRecord,
    ValidationRecord,
)
from s2s_core.runs.checkpoint import checkpoint_folder
from s2s_core.runs.journal import read_journal
from s2s_core.runs.run import Run
from tests.app.bridge.desk import Desk, saved_step, translate
from tests.app.bridge.test_course import step
from tests.app.conftest import endless
from tests.helpers import same_weights, tiny_config, weights_of

pytestmark = pytest.mark.usefixtures("one_thread")


def steps_in(folder: Path) -> list[int]:
    """Return the steps that the journal of a run knows."""
    records = read_journal(folder / "journal.jsonl")
    return [record.step for record in records if isinstance(record, StepRecord)]


@pytest.mark.parametrize("content", [None, "", 'format = 1\n[data]\nbuiltin = "reverse"\n', "x ="])
def test_opening_what_is_no_run_leaves_the_run_there_is(
    desk: Desk, tmp_path: Path, content: str | None
) -> None:
    folder = desk.start(tiny_config(dropout=0.3, training={"steps": 0}))
    desk.turn(3)
    other = tmp_path / "other"
    other.mkdir()
    if content is not None:
        (other / "experiment.toml").write_text(content)
    desk.send(OpenRun(str(other)))
    desk.turn_until(lambda: len(desk.losses) == 6)
    (failure,) = desk.all(FailureRecord)
    assert str(other) in failure.sentence
    assert desk.state.playing
    assert desk.state.folder == folder
    undisturbed = Desk(tmp_path / "undisturbed", desk.prepared)
    undisturbed.start(tiny_config(dropout=0.3, training={"steps": 0}))
    undisturbed.turn_until(lambda: len(undisturbed.losses) == 6)
    assert desk.losses == undisturbed.losses


def test_opening_a_run_with_a_damaged_checkpoint_leaves_the_run_there_is(
    desk: Desk, tmp_path: Path
) -> None:
    damaged = desk.start(name="damaged")
    desk.turn(2)
    config = tiny_config(dropout=0.3, training={"steps": 0})
    folder = desk.start(config)
    desk.turn(3)
    (checkpoint_folder(Path(damaged), "last") / "weights.safetensors").write_bytes(b"damaged")
    desk.send(OpenRun(damaged))
    desk.turn_until(lambda: len(desk.losses) == 2 + 6)
    assert [failure.folder for failure in desk.all(RunFailed)] == [damaged]
    assert desk.state.playing
    assert desk.state.folder == folder
    undisturbed = Desk(tmp_path / "undisturbed", desk.prepared)
    undisturbed.start(config)
    undisturbed.turn_until(lambda: len(undisturbed.losses) == 6)
    assert desk.losses[2:] == undisturbed.losses


def test_a_run_is_opened_and_trains_on_unless_it_cannot_be_opened(
    desk: Desk, tmp_path: Path
) -> None:
    first = desk.start(endless(), name="first")
    desk.turn(3)
    second = desk.start(endless(), name="second")
    desk.turn(3)
    desk.send(Pause(), OpenRun(str(tmp_path / "gone"), playing=True))
    desk.turn(2)
    assert not desk.state.playing  # nor the one that is there instead
    assert desk.state.folder == second
    desk.send(OpenRun(first, playing=True))
    steps = len(desk.losses)
    desk.turn_until(lambda: len(desk.losses) > steps + 1)
    assert desk.state.playing
    assert desk.state.folder == first


def test_an_opened_run_brings_its_history_and_waits(desk: Desk) -> None:
    folder = desk.start(endless(validate_every=3))
    desk.turn_until(lambda: desk.all(ValidationRecord))
    desk.send(ChangeKnob("training.learning_rate", 0.01))
    desk.turn()
    desk.send(CloseRun())
    desk.turn()
    steps, losses = len(desk.losses), desk.losses
    desk.records.clear()
    desk.send(OpenRun(folder), translate(1))
    desk.turn_until(lambda: desk.all(TranslationRecord))
    (history,) = desk.all(RunHistory)
    assert [r.loss for r in history.records if isinstance(r, StepRecord)] == losses
    assert any(isinstance(r, ValidationRecord) for r in history.records)
    assert any(isinstance(r, KnobRecord) for r in history.records)
    assert desk.state.step == steps
    assert not desk.state.playing
    assert desk.all(TranslationRecord)[0].step == steps
    desk.send(Play())
    desk.turn()
    (step,) = desk.all(StepRecord)
    assert step.step == steps + 1
    assert step.learning_rate == 0.01


def test_opening_the_run_that_is_open_loses_no_step(desk: Desk) -> None:
    folder = desk.start()
    desk.turn(5)
    desk.send(OpenRun(folder))
    desk.turn()
    assert desk.state.step == 5
    desk.send(Play())
    desk.turn(2)
    desk.send(CloseRun())
    desk.turn()
    steps = [r for r in read_journal(Path(folder, "journal.jsonl")) if isinstance(r, StepRecord)]
    assert [record.step for record in steps] == [1, 2, 3, 4, 5, 6, 7]


def test_closing_saves(desk: Desk) -> None:
    folder = desk.start()
    desk.turn(4)
    desk.send(CloseRun())
    desk.turn(3)
    assert desk.state == RunState()
    assert saved_step(folder) == 4
    assert len(desk.losses) == 4


def test_shutting_down_saves_and_ends(desk: Desk) -> None:
    folder = desk.start()
    desk.turn(4)
    desk.send(Shutdown())
    desk.turn()
    assert desk.engine.finished
    assert saved_step(folder) == 4


def test_a_new_run_keeps_the_old_one(desk: Desk) -> None:
    first = desk.start(name="first")
    desk.turn(3)
    second = desk.start(name="second")
    desk.turn(2)
    assert saved_step(first) == 3
    desk.send(OpenRun(first))
    desk.turn()
    assert desk.state.step == 3
    assert saved_step(second) == 2


def test_a_finished_run_can_go_on(desk: Desk) -> None:
    desk.start(endless(steps=3))
    desk.turn_until(lambda: desk.state.ended if desk.all(RunState) else False)
    assert desk.state.ended == "steps"
    assert not desk.state.playing
    desk.send(ChangeKnob("training.steps", 6), Play())
    desk.turn_until(lambda: len(desk.losses) == 6)
    assert not desk.state.ended
    desk.turn_until(lambda: desk.state.ended)
    assert desk.state.step == 6


def test_a_knob_that_was_turned_is_told_with_the_state(desk: Desk) -> None:
    desk.start(endless(steps=3))
    desk.turn_until(lambda: desk.all(RunState) and desk.state.ended)
    desk.send(ChangeKnob("training.steps", 5))
    desk.turn()
    assert desk.state.config is not None
    assert desk.state.config.training.steps == 5
    assert not desk.state.ended


def test_a_rewind_goes_back_to_a_checkpoint_and_on_at_half_the_rate(desk: Desk) -> None:
    folder = Path(desk.start())
    desk.turn_for_steps(3)
    desk.send(Pause()).turn()  # saves
    config = desk.state.config
    assert config is not None
    assert desk.engine.run is not None
    saved, rate = desk.state.step, config.training.learning_rate
    weights = weights_of(desk.engine.run.trainer.model)
    desk.send(Play()).turn_for_steps(8)
    desk.engine.obey(Rewind(before=desk.engine.run.trainer.step))
    assert same_weights(weights, weights_of(desk.engine.run.trainer.model))
    assert (desk.state.step, desk.state.playing, desk.state.ended) == (saved, True, "")
    assert desk.engine.run.config.training.learning_rate == rate / 2
    (history,) = desk.all(RunHistory)
    steps = [r.step for r in history.records if isinstance(r, StepRecord)]
    assert steps == list(range(1, saved + 1))
    assert [r.value for r in history.records if isinstance(r, KnobRecord)] == [rate / 2]
    desk.turn_for_steps(1)  # and if the program were ended by force now:
    opened = Run.open(folder)
    assert (opened.trainer.step, opened.config.training.learning_rate) == (saved, rate / 2)
    assert steps_in(folder) == list(range(1, saved + 1))
    desk.records.clear()
    desk.turn_for_steps(2)
    desk.send(Pause()).turn()
    assert steps_in(folder) == list(range(1, desk.state.step + 1))


def test_a_paused_run_is_rewound_for_good_also_where_no_knob_turns(desk: Desk) -> None:
    folder = Path(desk.start())
    rate = endless().training.learning_rate
    desk.turn_for_steps(3)
    desk.send(Pause(), ChangeKnob("training.learning_rate", rate / 4)).turn()
    assert desk.engine.run is not None
    desk.engine.run.keeper.save(best=True)
    best = desk.engine.run.trainer.step
    desk.send(ChangeKnob("training.learning_rate", 9 * rate), Play()).turn_for_steps(8)
    desk.send(Pause()).turn()  # saves the last one
    newest = desk.state.step
    desk.send(Rewind(before=newest)).turn()
    assert desk.state.step == newest > best  # where nothing is wrong, nothing is thrown away
    desk.send(Rewind(before=best + 1)).turn()
    assert (desk.state.step, desk.state.playing) == (best, False)
    told = RewoundRecord(best, newest, rate / 4)
    assert [record for record in desk.records if isinstance(record, RewoundRecord)][1:] == [told]
    assert told in read_journal(folder / "journal.jsonl")
    desk.send(CloseRun()).turn()
    opened = Run.open(folder)
    assert (opened.trainer.step, opened.config.training.learning_rate) == (best, rate / 4)
    assert steps_in(folder) == list(range(1, best + 1))


def test_a_run_knows_that_it_is_not_well_until_it_is_rewound(desk: Desk) -> None:
    desk.start()
    desk.turn_for_steps(3)
    desk.send(Pause()).turn()
    assert desk.engine.run is not None
    assert desk.engine.run.keeper.is_sound
    desk.engine.course.take([step(n, 2.0) for n in range(4, 100)])
    desk.engine.course.take([step(n, 9.0, norm=80.0) for n in range(100, 120)])
    desk.engine._watch([step(120, 9.0, norm=80.0)])
    assert not desk.engine.run.keeper.is_sound
    desk.send(Rewind(before=60)).turn()
    assert desk.engine.run.keeper.is_sound


def test_what_goes_wrong_at_once_is_rewound_to_the_beginning(desk: Desk) -> None:
    desk.start()
    desk.turn_for_steps(3)
    desk.send(Pause()).turn()
    desk.send(Rewind(before=0)).turn()
    assert (desk.state.step, desk.state.playing) == (0, False)

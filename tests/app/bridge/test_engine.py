"""The engine without a thread: commands between steps, and knobs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.bridge.messages import (
    ChangeKnob,
    CloseRun,
    Pause,
    Play,
    Ready,
    RunState,
    StepOnce,
)
from s2s_core.records import (
    FailureRecord,
    KnobRecord,
    StepRecord,
    ValidationRecord,
)
from tests.app.bridge.desk import Desk, saved_step
from tests.app.conftest import endless

pytestmark = pytest.mark.usefixtures("one_thread")


# Commands and steps -------------------------------------------------------------------------


def test_starting_tells_the_devices(desk: Desk) -> None:
    desk.engine.start()
    (ready,) = desk.all(Ready)
    assert ready.devices[-1] == "cpu"


def test_a_turn_takes_one_step(desk: Desk) -> None:
    folder = desk.start()
    desk.turn(4)
    assert [record.step for record in desk.all(StepRecord)] == [1, 2, 3, 4]
    assert desk.state.playing
    assert desk.state.folder == folder
    assert desk.state.parameters > 0
    assert desk.state.corpus is not None
    assert desk.waited == 1  # for the first command only


def test_pause_is_obeyed_before_the_next_step_and_saves(desk: Desk) -> None:
    folder = desk.start()
    desk.turn(3)
    desk.send(Pause())
    desk.turn(5)
    assert len(desk.losses) == 3
    assert not desk.state.playing
    assert desk.state.step == saved_step(folder) == 3
    assert desk.waited >= 4  # it sleeps


def test_playing_goes_on_where_it_paused(desk: Desk, tmp_path: Path) -> None:
    desk.start()
    desk.turn(3)
    desk.send(Pause())
    desk.turn()
    desk.send(Play())
    desk.turn(3)
    never_paused = Desk(tmp_path / "other", desk.prepared)
    never_paused.start()
    never_paused.turn(6)
    assert desk.losses == never_paused.losses


def test_a_single_step_is_one_step(desk: Desk) -> None:
    desk.start(playing=False)
    desk.turn(4)
    assert len(desk.losses) == 1
    desk.send(StepOnce())
    desk.turn(4)
    assert len(desk.losses) == 2
    assert not desk.state.playing
    assert desk.state.step == 2


def test_a_step_while_playing_stops_after_it(desk: Desk) -> None:
    desk.start()
    desk.turn(2)
    desk.send(StepOnce())
    desk.turn(4)
    assert len(desk.losses) == 3


def test_a_validation_may_come_with_a_single_step(desk: Desk) -> None:
    desk.start(endless(validate_every=1), playing=False)
    desk.turn()
    desk.send(StepOnce())
    desk.turn_until(lambda: len(desk.losses) == 2)
    assert len(desk.all(ValidationRecord)) == 1


def test_commands_for_a_run_that_is_not_there_are_harmless(desk: Desk) -> None:
    desk.send(Play(), Pause(), StepOnce(), ChangeKnob("training.steps", 5), CloseRun())
    desk.turn(2)
    assert not desk.all(FailureRecord)
    assert desk.state == RunState()


# Knobs --------------------------------------------------------------------------------------


def test_the_next_step_obeys_a_knob(desk: Desk) -> None:
    desk.start()
    desk.turn(2)
    desk.send(ChangeKnob("training.learning_rate", 0.02))
    desk.turn()
    (knob,) = desk.all(KnobRecord)
    steps = desk.all(StepRecord)
    assert (knob.step, knob.before, knob.value) == (2, 3e-3, 0.02)
    assert [step.learning_rate for step in steps] == [3e-3, 3e-3, 0.02]
    assert desk.records.index(knob) < desk.records.index(steps[2])


def test_a_knob_turned_to_where_it_is_leaves_no_mark(desk: Desk) -> None:
    desk.start()
    desk.turn(2)
    desk.send(ChangeKnob("training.learning_rate", 3e-3))
    desk.turn()
    assert not desk.all(KnobRecord)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("training.learning_rate", 1e9, "must be between"),
        ("training.batch_tokens", 64, "cannot change during a run"),
        ("training.unheard_of", 1, "unknown key"),
    ],
)
def test_a_refused_knob_does_not_stop_training(desk: Desk, key: str, value: Any, says: str) -> None:
    desk.start()
    desk.turn(2)
    desk.send(ChangeKnob(key, value))
    desk.turn(3)
    (failure,) = desk.all(FailureRecord)
    assert says in failure.sentence
    assert not failure.details  # a person's mistake needs no traceback
    assert desk.state.playing
    assert not desk.state.ended
    assert [step.step for step in desk.all(StepRecord)] == [1, 2, 3, 4]
    assert {step.learning_rate for step in desk.all(StepRecord)} == {3e-3}


def test_what_follows_a_refused_command_is_obeyed(desk: Desk) -> None:
    desk.start()
    desk.turn(2)
    desk.send(ChangeKnob("training.learning_rate", -1.0), Pause())
    desk.turn(3)
    assert len(desk.all(FailureRecord)) == 1
    assert not desk.state.playing
    assert len(desk.losses) == 2

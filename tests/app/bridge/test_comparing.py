"""Comparing settings: one run after the other, the draft as it was before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.bridge.comparing import Comparison
from app.bridge.messages import (
    ChangeKnob,
    CloseRun,
    OpenRun,
    Play,
    RunFailed,
    RunHistory,
    RunState,
    StartRun,
)
from app.bridge.trials import BEGINS, DONE, FAILED, LEFT, NOT_BEGUN, TRAINS, WAITS
from s2s_core.comparing import Compared
from s2s_core.experiment import changed
from s2s_core.grid import Grid
from s2s_core.grid_folder import GridFolder
from s2s_core.records import CheckpointRecord, FailureRecord, ValidationRecord
from s2s_core.run_folders import TRAINING_LOCK, hold
from tests.app.bridge.room import CORPUS, PREPARED, Room, step

RATE = "training.learning_rate"


@pytest.fixture
def room(tmp_path: Path, qapp: QApplication) -> Room:
    return Room(tmp_path).get_ready()


def plan_of(room: Room, *values: Any, key: str = RATE) -> GridFolder:
    config = changed(room.draft.config, "training.steps", 30).model_dump(mode="json")
    return GridFolder.new(room.controller.runs / "grid", Grid(((key, values),)), [config], [])


def compare(room: Room, *values: Any, key: str = RATE) -> Comparison:
    room.controller.comparing.begin(plan_of(room, *values, key=key))
    return room.controller.comparing


def comes(room: Room, **changes: Any) -> RunState:
    """Let the run that was asked for last come."""
    start = room.sent(StartRun)[-1]
    make_run(Path(start.folder))
    state = RunState(
        start.folder, playing=True, config=start.config, corpus=CORPUS, prepared=PREPARED
    )
    room.come(replace(state, **changes))
    QCoreApplication.processEvents()
    return state


def make_run(folder: Path) -> None:
    """Let there be a run, as far as a look at its folder tells."""
    (folder / "checkpoints").mkdir(parents=True, exist_ok=True)
    (folder / "experiment.toml").touch()


def opens(room: Room, **changes: Any) -> RunState:
    """Let the run that was to be opened last come."""
    folder = Path(room.sent(OpenRun)[-1].folder)
    (trial,) = (each for each in room.controller.comparing.trials if each.folder == folder)
    state = RunState(str(folder), config=trial.config, corpus=CORPUS, prepared=PREPARED)
    state = replace(state, **changes)
    room.come(state)
    QCoreApplication.processEvents()
    return state


def table_of(room: Room) -> list[dict[str, Any]]:
    text = (room.controller.runs / "grid" / "grid.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)["runs"]
    return found


def ends(room: Room, reason: str = "steps") -> None:
    comes(room, playing=False, ended=reason)


def states(comparison: Comparison) -> list[str]:
    return [trial.state for trial in comparison.trials]


def test_one_begins_when_the_one_before_has_come_to_its_end(room: Room) -> None:
    comparison = compare(room, 1e-3, 3e-3)
    assert len(room.sent(StartRun)) == 1
    first = comes(room)
    assert states(comparison) == [TRAINS, WAITS]
    assert first.config == comparison.trials[0].config
    ends(room)
    assert [each.config.training.learning_rate for each in room.sent(StartRun)] == [1e-3, 3e-3]
    second = comes(room)
    assert states(comparison) == [DONE, TRAINS]
    assert comparison.place == 2
    ends(room, "patience")
    assert states(comparison) == [DONE, DONE]
    assert not comparison.is_going
    assert [str(trial.folder) for trial in comparison.trials] == [first.folder, second.folder]
    assert first.folder != second.folder


def test_the_draft_is_what_is_trained_and_afterwards_what_it_was(room: Room) -> None:
    room.draft.set("training.clip_norm", 2.0)
    before, can_undo = room.draft.config, room.draft.undo_keys()
    compare(room, 1e-3, 3e-3)
    comes(room)
    assert room.draft.config.training.learning_rate == 1e-3
    ends(room)
    comes(room)
    assert room.draft.config.training.learning_rate == 3e-3
    ends(room)
    assert room.draft.config == before
    assert room.draft.undo_keys() == can_undo


def test_what_is_changed_meanwhile_for_the_next_run_stays(room: Room) -> None:
    before = room.draft.config
    compare(room, 1e-3, 3e-3)
    comes(room)
    room.controller.steering.turn("training.optimizer", "sgd")
    room.controller.steering.turn(RATE, 5e-3)  # of the run that is trained
    ends(room)
    started = room.sent(StartRun)[-1].config
    assert started.training.optimizer == before.training.optimizer  # they are compared as begun
    comes(room)
    ends(room)
    assert room.draft.config == changed(before, "training.optimizer", "sgd")
    room.controller.steering.undo()
    assert room.draft.config == before


def test_one_that_fails_is_told_and_the_next_goes_on(room: Room) -> None:
    comparison = compare(room, 1e-3, 3e-3, 1e-2)
    comes(room)
    room.come(FailureRecord("the glass is empty"))  # of something else
    first, second = (str(trial.folder) for trial in comparison.trials[:2])
    room.come(RunFailed("the loss is {loss}", {"loss": "no number"}, folder=first))
    room.come(FailureRecord("the glass is empty"))
    ends(room, "failed")
    assert comparison.trials[0].state == FAILED
    assert comparison.trials[0].why == "the loss is no number"
    assert len(room.sent(StartRun)) == 2
    room.come(RunFailed("memory ran out", folder=second), RunState(first))  # not begun
    QCoreApplication.processEvents()
    assert comparison.trials[1].why == "memory ran out"
    assert len(room.sent(StartRun)) == 3
    comes(room)
    assert states(comparison) == [FAILED, FAILED, TRAINS]


def test_its_numbers_are_those_of_the_best_weights(room: Room) -> None:
    comparison = compare(room, 1e-3, 3e-3)
    comes(room)
    good, worse = (ValidationRecord(n, 1.0, 2.7, 50.0 / n, 20.0, 30.0, 9) for n in (1, 2))
    room.come(step(1), good, CheckpointRecord(1, best=True), step(2), worse)
    assert comparison.trials[0].numbers.exact_match == 50.0
    assert comparison.trials[0].numbers.steps == 2
    ends(room)
    comes(room)
    room.come(step(1))
    assert comparison.trials[0].numbers.steps == 2
    assert comparison.trials[1].numbers.exact_match is None


def test_stop_after_this_one(room: Room) -> None:
    comparison, before = compare(room, 1e-3, 3e-3), room.draft.config
    comes(room)
    comparison.stop_after_this()
    assert comparison.is_going
    ends(room)
    assert states(comparison) == [DONE, NOT_BEGUN]
    assert len(room.sent(StartRun)) == 1
    assert room.draft.config.training.steps != before.training.steps


def test_a_pause_is_no_end(room: Room) -> None:
    comparison = compare(room, 1e-3, 3e-3)
    comes(room)
    comes(room, playing=False)
    assert states(comparison) == [TRAINS, WAITS]
    assert not comparison.trials[0].is_playing
    assert len(room.sent(StartRun)) == 1


def test_another_run_that_is_opened_ends_it_and_its_settings_stay(room: Room) -> None:
    before = room.draft.config
    comparison = compare(room, 1e-3, 3e-3)
    left: list[Path] = []
    comparison.left.connect(left.append)
    comes(room)
    room.controller.open_run(Path("other"))
    config = changed(before, RATE, 7e-3)
    room.come(RunState("other", config=config, corpus=CORPUS, prepared=PREPARED))
    QCoreApplication.processEvents()
    assert states(comparison) == [LEFT, NOT_BEGUN]
    assert left == [room.controller.runs / "grid"]
    assert room.sent(OpenRun)
    assert room.draft.config == config
    room.controller.steering.undo()
    assert room.draft.config == before


def test_how_long_another_compared_run_trained_is_not_taken_with_it(
    room: Room, tmp_path: Path
) -> None:
    before = room.draft.config.training
    compare(room, 1e-3, 3e-3)
    comes(room)
    other = tmp_path / "earlier"
    config = changed(changed(room.draft.config, "training.steps", 0), "training.minutes", 1.0)
    GridFolder.new(other, Grid(((RATE, (1e-3, 2e-3)),)), [config.model_dump()], []).save(
        [Compared(other / name) for name in ("a", "b")]
    )
    folder = str(other / "a")
    room.controller.open_run(Path(folder))
    room.come(RunState(folder, config=config, corpus=CORPUS, prepared=PREPARED))
    QCoreApplication.processEvents()
    training = room.draft.next_config.training
    assert (training.steps, training.minutes) == (before.steps, before.minutes)


def test_the_limits_of_a_run_are_not_lifted_for_the_next_one(room: Room) -> None:
    """Keys come faster than runs."""
    room.controller.new_run()
    comes(room)
    comes(room, playing=False, ended="steps")
    room.controller.new_run()
    room.controller.play_or_pause()
    room.controller.step_once()
    assert not room.sent(ChangeKnob)


def test_a_run_that_is_closed_ends_it(room: Room) -> None:
    before = room.draft.config
    comparison = compare(room, 1e-3, 3e-3)
    comes(room)
    room.controller.close_run()
    assert room.sent(CloseRun)
    room.come(RunState())
    assert states(comparison) == [LEFT, NOT_BEGUN]
    assert room.draft.config == before


def test_another_corpus_is_read_before_its_run_begins(room: Room, qtbot: QtBot) -> None:
    before = room.draft.config
    size = "data.tokenizer.vocabulary_size"
    comparison = compare(room, 300, 400, key=size)
    assert not room.sent(StartRun)
    asked = room.reader.commands[-1]
    assert asked.data.tokenizer.vocabulary_size == 300
    room.answer(asked)
    comes(room)
    ends(room)
    qtbot.waitUntil(lambda: room.reader.commands[-1] is not asked)
    asked = room.reader.commands[-1]
    assert asked.data.tokenizer.vocabulary_size == 400
    room.read(FailureRecord("the disk is full", request=asked.request))
    QCoreApplication.processEvents()
    assert states(comparison) == [DONE, FAILED]
    assert comparison.trials[1].why == "the disk is full"
    assert room.draft.config == before


def test_nothing_is_lost_when_the_window_closes(room: Room) -> None:
    before = room.draft.config
    comparison = compare(room, 1e-3, 3e-3)
    comes(room)
    comparison.end()
    assert room.draft.config == before
    assert not comparison.is_going
    QCoreApplication.processEvents()
    assert len(room.sent(StartRun)) == 1


def test_all_is_kept_as_the_command_keeps_it(room: Room) -> None:
    comparison = compare(room, 1e-3, 3e-3)
    first = comes(room)
    assert Path(first.folder) == room.controller.runs / "grid" / "learning-rate-1e-3"
    room.come(step(1), ValidationRecord(1, 1.0, 2.7, 50.0, 20.0, 30.0, 9))
    ends(room)
    comes(room)
    comparison.end()
    done, left = table_of(room)
    assert (done["is_finished"], done["steps"], done["exact_match"]) == (True, 1, 50.0)
    assert (left["is_finished"], left["failure"]) == (False, "")


def test_what_was_left_is_gone_on_with(room: Room, tmp_path: Path) -> None:
    comparison = compare(room, 1e-3, 3e-3, 1e-2)
    comes(room)
    room.come(step(3))
    ends(room)
    comes(room)
    comparison.end()
    opened: list[Path] = []
    again = Room(tmp_path).get_ready()
    again.controller.comparing.opened.connect(opened.append)
    again.controller.opener.open([again.controller.runs / "grid"])
    found = again.controller.comparing
    assert opened == [again.controller.runs / "grid"]
    assert states(found) == [DONE, LEFT, NOT_BEGUN]
    assert found.trials[0].numbers.steps == 3
    assert found.unfinished == 2
    assert not again.sent(OpenRun, StartRun)
    before = again.draft.config
    found.go_on()
    state = opens(again, playing=True)
    assert Path(state.folder).name == "learning-rate-3e-3"
    assert again.sent(OpenRun)[-1].playing
    again.come(RunHistory((step(1), step(2))))
    assert states(found) == [DONE, TRAINS, WAITS]
    assert found.trials[1].numbers.steps == 2
    again.come(step(3), replace(state, ended="steps"))
    QCoreApplication.processEvents()
    assert Path(again.sent(StartRun)[-1].folder).name == "learning-rate-1e-2"
    comes(again)
    ends(again)
    assert states(found) == [DONE, DONE, DONE]
    assert [row["steps"] for row in table_of(again)] == [3, 3, 0]
    assert again.draft.config == before


def test_a_run_that_cannot_be_opened_has_failed_and_what_is_open_is_let_be(
    room: Room, tmp_path: Path
) -> None:
    comparison = compare(room, 1e-3, 3e-3)
    comes(room)
    comparison.end()
    again = Room(tmp_path).get_ready()
    again.controller.opener.open([again.controller.runs / "grid" / "grid.json"])
    found = again.controller.comparing
    found.go_on()
    folder = str(found.trials[0].folder)
    again.come(RunFailed("it is damaged", folder=folder), RunState())
    QCoreApplication.processEvents()
    assert states(found)[0] == FAILED
    assert found.trials[0].why == "it is damaged"
    assert not again.sent(Play)
    assert again.sent(StartRun)  # the next one


def test_a_run_goes_on_to_the_end_that_it_is_to_have_now(room: Room, tmp_path: Path) -> None:
    comparison = compare(room, 1e-3, 3e-3)
    comes(room)
    comparison.end()
    grid = GridFolder.load(room.controller.runs / "grid")
    grid.with_limits({"steps": 0, "minutes": 2.0}).save(grid.kept)
    again = Room(tmp_path).get_ready()
    again.controller.opener.open([grid.folder])
    again.controller.comparing.go_on()
    had = changed(again.controller.comparing.trials[0].config, "training.minutes", 0.0)
    opens(again, ended="steps", config=changed(had, "training.steps", 30))
    assert [(each.key, each.value) for each in again.sent(ChangeKnob)] == [
        ("training.steps", 0), ("training.minutes", 2.0),
    ]  # fmt: skip
    assert again.sent(Play)
    assert states(again.controller.comparing)[0] == TRAINS


def test_what_is_trained_is_left_alone_by_others(room: Room, tmp_path: Path) -> None:
    compare(room, 1e-3, 3e-3)
    comes(room)
    other = Room(tmp_path).get_ready()
    other.controller.opener.open([room.controller.runs / "grid"])
    other.controller.comparing.go_on()
    assert not other.controller.comparing.is_going
    assert "is being trained by another program" in other.all("failed")[-1].template
    room.controller.comparing.end()
    other.controller.comparing.go_on()
    assert other.controller.comparing.is_going


def test_another_comparison_waits_for_the_one_that_is_trained(room: Room, tmp_path: Path) -> None:
    comparison = compare(room, 1e-3, 3e-3)
    comes(room)
    others = GridFolder.new(tmp_path / "others", Grid(((RATE, (1e-4, 2e-4)),)), [], [])
    others.save([Compared(run.folder) for run in others.runs])
    room.controller.opener.open([others.folder])
    assert "“Stop after this one” in Run ▸ Compare settings" in room.all("failed")[-1].template
    assert comparison.plan
    assert comparison.plan.folder == room.controller.runs / "grid"
    assert states(comparison) == [TRAINS, WAITS]


def test_a_damaged_file_is_told(room: Room, tmp_path: Path) -> None:
    (tmp_path / "grid.json").write_text("{}")
    room.controller.opener.open([tmp_path])
    assert "is not the table of a comparison" in room.all("failed")[-1].template
    assert room.controller.comparing.trials == []


def test_what_another_program_has_done_since_counts(room: Room, tmp_path: Path) -> None:
    grid = plan_of(room, 1e-3, 3e-3, 1e-2)
    grid.save([Compared(run.folder) for run in grid.runs])
    room.controller.opener.open([grid.folder])
    comparison = room.controller.comparing
    assert states(comparison) == [NOT_BEGUN] * 3
    first, second, third = (run.folder for run in grid.runs)
    make_run(first)
    make_run(second)
    grid.save([Compared(first, steps=30, is_finished=True), Compared(second), Compared(third)])
    comparison.go_on()
    assert states(comparison) == [DONE, BEGINS, WAITS]
    assert [Path(each.folder) for each in room.sent(OpenRun)] == [second]
    assert not room.sent(StartRun)
    assert [row["steps"] for row in table_of(room)] == [30, 0, 0]


def test_the_table_of_what_another_program_trains_is_not_written(room: Room) -> None:
    grid = plan_of(room, 1e-3, 3e-3)
    grid.save([Compared(run.folder) for run in grid.runs])
    room.controller.opener.open([grid.folder])
    elsewhere = hold(grid.folder, TRAINING_LOCK)
    assert elsewhere
    first, second = (run.folder for run in grid.runs)
    grid.save([Compared(first, steps=30, is_finished=True), Compared(second)])
    room.controller.comparing.go_on()
    elsewhere.release()
    assert "is being trained by another program" in room.all("failed")[-1].template
    assert [row["steps"] for row in table_of(room)] == [30, 0]
    assert not room.controller.comparing.is_going


def test_one_that_cannot_be_kept_is_not_begun(room: Room) -> None:
    comparison = room.controller.comparing
    opened: list[Path] = []
    comparison.opened.connect(opened.append)
    room.controller.runs.write_text("no folder")
    comparison.begin(plan_of(room, 1e-3, 3e-3))
    assert "cannot be written" in room.all("failed")[-1].template
    assert opened == []
    assert comparison.plan is None
    assert comparison.trials == []
    assert not room.sent(StartRun)


def left_of(comparison: Comparison) -> list[Path]:
    left: list[Path] = []
    comparison.left.connect(left.append)
    return left


def left_half(room: Room) -> Comparison:
    """Let the first run of a grid be begun, and the window opened anew and asked to go on."""
    grid = plan_of(room, 1e-3, 3e-3)
    grid.save([Compared(run.folder) for run in grid.runs])
    make_run(grid.runs[0].folder)
    room.controller.opener.open([grid.folder])
    room.controller.comparing.go_on()
    assert room.sent(OpenRun)
    return room.controller.comparing


@pytest.mark.parametrize("is_refused", [False, True])
def test_another_corpus_that_is_opened_while_one_begins_ends_it(
    room: Room, qtbot: QtBot, tmp_path: Path, is_refused: bool
) -> None:
    before = room.draft.config
    comparison = compare(room, 300, 400, key="data.tokenizer.vocabulary_size")
    left, asked = left_of(comparison), room.reader.commands[-1]
    (tmp_path / "mine.tsv").write_text("a\tb\n")
    room.controller.opener.open([tmp_path / "mine.tsv"])
    room.answer(asked)  # too late
    assert states(comparison) == [BEGINS, WAITS]
    mine = room.reader.commands[-1]
    assert mine.data.train == (str(tmp_path / "mine.tsv"),)
    if is_refused:
        room.read(FailureRecord("it is empty", request=mine.request))
    else:
        room.answer(mine)
    qtbot.waitUntil(lambda: not comparison.is_going)
    assert states(comparison) == [NOT_BEGUN, NOT_BEGUN]
    assert left == [room.controller.runs / "grid"]
    assert not room.sent(StartRun)
    assert not room.controller.can_take_back
    data = before.data if is_refused else mine.data
    vocabulary = before.data.tokenizer
    assert room.draft.config.data == data.model_copy(update={"tokenizer": vocabulary})


def test_pieces_that_are_changed_while_one_begins_end_it(room: Room, qtbot: QtBot) -> None:
    comparison = compare(room, 300, 400, key="data.tokenizer.vocabulary_size")
    asked = room.reader.commands[-1]
    room.draft.set("data.tokenizer.vocabulary_size", 350)
    qtbot.waitUntil(lambda: room.reader.commands[-1] is not asked)
    room.answer()
    qtbot.waitUntil(lambda: not comparison.is_going)
    assert not room.sent(StartRun)


def test_a_corpus_that_is_on_its_way_is_for_afterwards(
    room: Room, qtbot: QtBot, tmp_path: Path
) -> None:
    before = room.draft.config
    comparison = compare(room, 1e-3, 3e-3)
    comes(room)
    (tmp_path / "mine.tsv").write_text("a\tb\n")
    room.controller.opener.open([tmp_path / "mine.tsv"])
    mine = room.reader.commands[-1]
    ends(room)
    assert states(comparison) == [DONE, BEGINS]
    qtbot.waitUntil(lambda: room.reader.commands[-1] is not mine)
    assert room.reader.commands[-1].data == before.data
    room.answer()
    assert room.sent(StartRun)[-1].config.data == before.data
    comes(room)
    ends(room)
    assert states(comparison) == [DONE, DONE]
    assert room.draft.config.data == mine.data


def test_what_else_has_failed_is_not_why(room: Room) -> None:
    comparison = left_half(room)
    room.controller.opener.open([Path("a.txt"), Path("b.txt"), Path("c.txt")])
    assert room.all("failed")
    room.come(FailureRecord("the glass is empty"), RunState())
    QCoreApplication.processEvents()
    assert states(comparison) == [BEGINS, WAITS]
    opens(room, playing=True)
    assert states(comparison) == [TRAINS, WAITS]


def test_a_run_that_is_begun_while_one_is_opened_is_one_of_its_own(room: Room) -> None:
    comparison = left_half(room)
    left = left_of(comparison)
    room.controller.new_run()
    (start,) = room.sent(StartRun)
    assert Path(start.folder).parent == room.controller.runs
    assert states(comparison) == [LEFT, NOT_BEGUN]
    opens(room, playing=True)
    comes(room)
    assert states(comparison) == [LEFT, NOT_BEGUN]
    assert left == [room.controller.runs / "grid"]


def test_a_new_run_meanwhile_has_what_was_set_and_trains_as_long(room: Room) -> None:
    before = room.draft.config
    comparison = compare(room, 1e-3, 3e-3)
    left = left_of(comparison)
    comes(room)
    assert room.draft.config.training.steps == 30
    room.controller.new_run()
    assert room.sent(StartRun)[-1].config == before
    assert left == [room.controller.runs / "grid"]
    comes(room)
    assert room.draft.config == before
    assert states(comparison) == [LEFT, NOT_BEGUN]


def test_a_run_that_was_compared_does_not_make_later_ones_as_short(room: Room) -> None:
    before = room.draft.config.training
    comparison = compare(room, 1e-3, 3e-3)
    for _ in comparison.trials:
        comes(room)
        ends(room)
        QCoreApplication.processEvents()
    trial = comparison.trials[0]
    room.controller.open_run(trial.folder)
    assert trial.config.training.steps == 30 != before.steps
    room.come(
        RunState(
            str(trial.folder), config=trial.config, corpus=CORPUS, prepared=PREPARED, ended="steps"
        )
    )
    training = room.draft.config.training
    assert training.learning_rate == trial.config.training.learning_rate
    assert (training.steps, training.minutes) == (before.steps, before.minutes)


def test_one_whose_corpus_is_not_read_on_is_left(room: Room) -> None:
    before = room.draft.config
    comparison = compare(room, 300, 400, key="data.tokenizer.vocabulary_size")
    left = left_of(comparison)
    room.controller.reading.stop()
    QCoreApplication.processEvents()
    assert states(comparison) == [NOT_BEGUN, NOT_BEGUN]
    assert not comparison.is_going
    assert left == [room.controller.runs / "grid"]
    assert [row["failure"] for row in table_of(room)] == ["", ""]
    assert room.draft.config == before


def test_another_run_that_is_opened_while_a_corpus_is_read_ends_it(room: Room) -> None:
    before = room.draft.config
    comparison = compare(room, 300, 400, key="data.tokenizer.vocabulary_size")
    left = left_of(comparison)
    room.controller.open_run(Path("other"))
    config = changed(before, RATE, 7e-3)
    room.come(RunState("other", config=config, corpus=CORPUS, prepared=PREPARED))
    QCoreApplication.processEvents()
    assert states(comparison) == [NOT_BEGUN, NOT_BEGUN]
    assert set(left) == {room.controller.runs / "grid"}
    assert [row["failure"] for row in table_of(room)] == ["", ""]
    assert room.draft.config == config
    room.controller.steering.undo()
    assert room.draft.config == before

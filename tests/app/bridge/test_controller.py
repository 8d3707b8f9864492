"""The controller: how it begins, and the run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.bridge.draft import Draft
from app.bridge.messages import (
    ChangeKnob,
    Pause,
    Play,
    Ready,
    RunFailed,
    RunState,
    StartRun,
    StepOnce,
)
from s2s_core.records import (
    FailureRecord,
)
from tests.app.bridge.room import PREPARED, Room

# The beginning ------------------------------------------------------------------------------


def test_starting_reads_the_first_corpus(room: Room) -> None:
    room.controller.start()
    assert room.reader.started
    assert room.engine.is_alive
    (asked,) = room.reader.commands
    assert asked.data == room.draft.config.data
    assert not asked.dropped


def test_what_is_opened_before_all_has_started_is_the_first_corpus(room: Room) -> None:
    room.controller.opener.open([Path("a.tsv")])
    room.controller.play_or_pause()
    room.controller.start()
    (asked,) = room.reader.commands
    assert asked.data.train == ("a.tsv",)
    room.answer()
    room.come(Ready(("cpu",)))
    (start,) = room.sent(StartRun)
    assert start.config.data.train == ("a.tsv",)


def test_a_first_file_that_is_refused_leaves_the_built_in_corpus(room: Room) -> None:
    room.controller.opener.open([Path("a.tsv")])
    room.controller.play_or_pause()
    room.controller.start()
    room.come(Ready(("cpu",)))
    room.read(FailureRecord("no", request=room.reader.commands[-1].request, cure="cut"))
    assert room.reader.commands[-1].data == room.draft.config.data
    assert not room.all("failed")  # what is read next would take it back
    room.answer()
    assert [name for name, _ in room.told][-1] == "failed"
    assert not room.sent(StartRun)  # it was asked for with that file
    room.controller.reading.cure("cut")
    assert room.reader.commands[-1].data.train == ("a.tsv",)


def test_a_built_in_corpus_whose_validation_files_are_refused_is_read_without(
    tmp_path: Path,
) -> None:
    draft = Draft()
    assert draft.set("data.validation", ("to_score.tsv",))
    room = Room(tmp_path, draft)
    room.controller.opener.open([Path("a.tsv")])
    room.controller.start()
    asked = []
    for _ in range(2):  # the file, then what is read instead
        asked.append(room.reader.commands[-1].data)
        room.read(FailureRecord("no", request=room.reader.commands[-1].request))
    assert asked[1].validation == ("to_score.tsv",)
    assert room.reader.commands[-1].data == asked[1].model_copy(update={"validation": ()})
    assert not room.all("failed")
    room.answer()
    assert room.controller.corpus is not None
    assert draft.config.data.validation == ()
    dropped, to_score = room.all("failed")
    assert dropped.sentence == "no"
    assert to_score.sentence.startswith("no. The corpus is read without to_score.tsv")


def test_a_built_in_corpus_that_fails_is_not_read_again_and_again(room: Room) -> None:
    room.controller.start()
    room.read(FailureRecord("no", request=room.reader.commands[-1].request))
    assert len(room.reader.commands) == 1
    assert len(room.all("failed")) == 1
    room.controller.opener.open([Path("a.tsv")])
    for _ in range(2):
        room.read(FailureRecord("no", request=room.reader.commands[-1].request))
    assert len(room.reader.commands) == 3
    assert len(room.all("failed")) == 3


def test_it_is_ready_when_the_engine_says_so(room: Room) -> None:
    room.controller.start()
    assert not room.controller.is_ready
    room.come(Ready(("cuda", "cpu")))
    assert room.controller.is_ready
    assert room.all("ready") == [("cuda", "cpu")]


def test_the_outboxes_are_emptied_by_a_timer(room: Room, qtbot: QtBot) -> None:
    room.controller.start()
    room.engine.records.append(Ready(("cpu",)))
    qtbot.waitUntil(lambda: room.controller.is_ready)
    room.controller.shut_down()


# The run ------------------------------------------------------------------------------------


def test_a_start_waits_until_the_corpus_is_read(room: Room) -> None:
    room.controller.start()
    room.come(Ready(("cpu",)))
    room.controller.play_or_pause()
    room.controller.play_or_pause()  # takes it back
    room.controller.play_or_pause()
    assert not room.sent(StartRun)
    room.answer()
    (start,) = room.sent(StartRun)
    assert start.playing
    assert start.prepared == PREPARED.folder


def test_whoever_presses_again_while_torch_loads_means_it(room: Room) -> None:
    room.controller.start()
    for _ in range(4):
        room.controller.play_or_pause()
    room.answer()
    room.controller.play_or_pause()
    room.come(Ready(("cpu",)))
    (start,) = room.sent(StartRun)
    assert start.playing


def test_a_step_waits_for_the_corpus_too(room: Room) -> None:
    room.controller.start()
    room.come(Ready(("cpu",)))
    room.controller.step_once()
    room.answer()
    (start,) = room.sent(StartRun)
    assert not start.playing


def test_nothing_starts_before_the_engine_is_ready(room: Room) -> None:
    room.controller.start()
    room.answer()
    room.controller.play_or_pause()
    assert not room.sent(StartRun)


def test_a_corpus_that_fails_starts_nothing(room: Room) -> None:
    room.get_ready()
    room.controller.opener.open([Path("a.en"), Path("a.de")])
    room.controller.play_or_pause()
    room.read(FailureRecord("no", request=room.reader.commands[-1].request))
    assert not room.sent(StartRun)
    room.controller.reading.open_builtin("reverse")
    room.answer()
    assert not room.sent(StartRun)  # the wish of then is forgotten


def test_a_run_is_begun_once_however_often_one_presses(room: Room) -> None:
    room.get_ready()
    room.controller.play_or_pause()
    room.controller.play_or_pause()
    room.controller.new_run()
    assert len(room.sent(StartRun)) == 1


def test_after_a_start_that_failed_one_can_start_again(room: Room) -> None:
    room.get_ready()
    room.controller.play_or_pause()
    room.come(FailureRecord("no"), RunState())
    room.controller.play_or_pause()
    assert len(room.sent(StartRun)) == 2


def test_a_start_that_failed_leaves_the_run_before_in_sight(room: Room) -> None:
    room.get_ready()
    before = room.begin()
    room.controller.new_run()
    failed = RunFailed("no", folder=room.sent(StartRun)[-1].folder)
    room.come(failed, replace(before, playing=False))
    assert room.controller.run.folder == before.folder
    room.controller.new_run()
    assert len(room.sent(StartRun)) == 3


def test_every_run_has_a_folder_of_its_own(room: Room) -> None:
    room.get_ready()
    room.begin()
    folder = Path(room.sent(StartRun)[-1].folder)
    assert folder.parent == room.controller.runs
    assert folder.name.startswith("phrasebook-gru-")
    assert not folder.exists()


def test_a_folder_is_named_after_the_files(room: Room) -> None:
    room.get_ready()
    room.controller.opener.open([Path("/a/Über uns: (2).en"), Path("/a/Über uns: (2).de")])
    room.answer()
    room.begin()
    name = Path(room.sent(StartRun)[-1].folder).name
    assert name.startswith("über-uns---2")
    assert not set(name) & set(' :()/\\"')


def test_play_and_pause_follow_what_the_run_does(room: Room) -> None:
    state = room.get_ready().begin()
    room.controller.play_or_pause()
    assert isinstance(room.engine.commands[-1], Pause)
    room.come(replace(state, playing=False, step=5))
    room.controller.play_or_pause()
    assert isinstance(room.engine.commands[-1], Play)
    room.controller.step_once()
    assert isinstance(room.engine.commands[-1], StepOnce)
    assert len(room.sent(StartRun)) == 1


@pytest.mark.parametrize(
    ("ended", "key", "value"),
    [("steps", "steps", 3000 + 3000), ("minutes", "minutes", 0.0), ("patience", "patience", 0)],
)
def test_a_run_at_its_end_goes_on_for_as_long_again(
    room: Room, ended: str, key: str, value: float
) -> None:
    state = room.get_ready().begin()
    room.come(replace(state, playing=False, step=3000, ended=ended))
    room.controller.play_or_pause()
    assert room.engine.commands[-2:] == [ChangeKnob(f"training.{key}", value), Play()]


def test_a_paused_run_keeps_its_end(room: Room) -> None:
    state = room.get_ready().begin()
    room.come(replace(state, playing=False, step=10))
    room.controller.play_or_pause()
    assert not room.sent(ChangeKnob)


def test_a_live_knob_goes_to_the_run_and_the_draft(room: Room, qtbot: QtBot) -> None:
    room.get_ready()
    room.controller.steering.turn("training.learning_rate", 1e-2)
    assert not room.sent(ChangeKnob)  # there is no run
    assert room.draft.config.training.learning_rate == 1e-2
    room.begin()
    for value in (2e-2, 3e-2, 4e-2):
        room.controller.steering.turn("training.learning_rate", value)
    qtbot.waitUntil(lambda: len(room.sent(ChangeKnob)) == 2)
    assert [knob.value for knob in room.sent(ChangeKnob)] == [2e-2, 4e-2]  # the newest wins
    assert room.draft.config.training.learning_rate == 4e-2


def test_a_live_knob_also_reaches_a_run_that_is_only_coming(room: Room) -> None:
    room.get_ready()
    room.controller.new_run()
    room.controller.steering.turn("training.learning_rate", 1e-2)
    (start, knob) = room.sent(StartRun, ChangeKnob)
    assert start.config.training.learning_rate != 1e-2
    assert knob == ChangeKnob("training.learning_rate", 1e-2)


def test_a_knob_for_the_next_run_stays_out_of_this_one(room: Room) -> None:
    room.get_ready().begin()
    room.controller.steering.turn("model.encoder.layers", 2)
    assert not room.sent(ChangeKnob)
    assert room.draft.config.model.encoder.layers == 2


def test_a_bad_value_never_reaches_the_run(room: Room) -> None:
    room.get_ready().begin()
    room.controller.steering.turn("training.learning_rate", -1.0)
    assert not room.sent(ChangeKnob)

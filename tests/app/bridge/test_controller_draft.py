"""The controller: what the next run would take, and what is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.bridge.messages import (
    ChangeKnob,
    Pause,
    Play,
    Probe,
    Ready,
    RunState,
    StartRun,
)
from s2s_core.configs import DataConfig
from s2s_core.records import (
    NoteRecord,
    ProbeRecord,
    ValidationRecord,
)
from tests.app.bridge.room import PREPARED, Room


def rest(room: Room) -> None:
    """Let the time pass that an experiment is left to rest before it is probed."""
    timer = room.controller.questions._probe_later
    if timer.isActive():
        timer.stop()
        timer.timeout.emit()


# What the next run would take ---------------------------------------------------------------


def test_the_experiment_is_probed_when_all_is_ready(room: Room) -> None:
    room.controller.start()
    rest(room)
    room.come(Ready(("cpu",)))
    rest(room)
    assert not room.sent(Probe)  # the corpus is not read yet
    room.answer()
    rest(room)
    (asked,) = room.sent(Probe)
    assert asked.config == room.draft.config
    assert asked.prepared == PREPARED.folder


def test_many_changes_are_probed_once_and_the_newest_counts(room: Room) -> None:
    room.get_ready()
    rest(room)
    for layers in (2, 3, 4):
        room.controller.steering.turn("model.encoder.layers", layers)
    rest(room)
    assert [p.config.model.encoder.layers for p in room.sent(Probe)] == [1, 4]


def test_only_the_answer_about_the_experiment_as_it_is_counts(room: Room) -> None:
    room.get_ready()
    rest(room)
    first = ProbeRecord(room.sent(Probe)[-1].request, 1, 2, 0.3, 4)
    room.controller.steering.turn("model.encoder.layers", 2)
    room.come(first)
    assert room.all("probed") == []
    rest(room)
    second = ProbeRecord(room.sent(Probe)[-1].request, 5, 6, 0.7, 8)
    room.come(first, second)
    assert room.all("probed") == [second]


def test_a_validation_is_a_time_to_ask_again(room: Room) -> None:
    room.get_ready()
    room.begin()
    rest(room)
    asked = len(room.sent(Probe))
    room.come(ValidationRecord(100, 1.0, 2.7, 50.0, 40.0, 60.0, 200))
    rest(room)
    assert len(room.sent(Probe)) == asked + 1


# Taking back --------------------------------------------------------------------------------


def test_undo_turns_back_the_live_knobs_of_the_run(room: Room, qtbot: QtBot) -> None:
    room.get_ready()
    room.come(RunState("runs/one", 5, True, config=room.draft.config))
    room.controller.steering.turn("training.clip_norm", 5.0)
    room.controller.steering.turn("model.encoder.layers", 2)
    room.controller.steering.undo()  # the layers, which do not act at once
    room.controller.steering.undo()
    qtbot.waitUntil(lambda: [c.value for c in room.sent(ChangeKnob)] == [5.0, 1.0])
    assert room.draft.config.model.encoder.layers == 1
    room.controller.steering.redo()
    qtbot.waitUntil(lambda: [c.value for c in room.sent(ChangeKnob)] == [5.0, 1.0, 5.0])
    assert {command.key for command in room.sent(ChangeKnob)} == {"training.clip_norm"}


def test_an_experiment_that_the_run_is_not_turns_nothing_of_it(room: Room, qtbot: QtBot) -> None:
    room.get_ready()
    room.come(RunState("runs/one", 5, True, config=room.draft.config))
    room.controller.steering.apply_preset("transformer-small")  # other label smoothing, other model
    room.controller.steering.undo()  # what the run is: it hears what it has
    room.controller.steering.redo()
    room.controller.steering.turn("training.clip_norm", 5.0)  # by hand: at once
    qtbot.waitUntil(lambda: ("training.clip_norm", 5.0) in turned(room))
    assert ("training.label_smoothing", 0.1) not in turned(room)
    room.controller.steering.undo()  # one knob that acts at once, whatever else is changed
    qtbot.waitUntil(lambda: turned(room)[-1] == ("training.clip_norm", 1.0))


def test_a_run_that_rests_gives_way_to_a_corpus_chosen_since(room: Room, qtbot: QtBot) -> None:
    room.get_ready()
    room.come(RunState("runs/one", 5, True, config=room.draft.config))
    room.controller.reading.open_builtin("reverse")
    room.answer()
    assert not room.controller.begins_anew  # a drop does not disturb a run that is going on
    room.controller.play_or_pause()
    assert room.sent(Pause)
    room.come(RunState("runs/one", 5, False, config=room.controller.run.config))
    assert room.controller.begins_anew
    room.controller.play_or_pause()
    assert room.sent(StartRun)[-1].config.data.builtin == "reverse"
    assert not room.sent(Play)


@pytest.mark.parametrize(
    ("key", "value", "is_other"),
    [
        ("data.builtin_pairs", 500, True),
        ("data.seed", 7, True),
        ("data.difficulty.length", 4, True),
        ("data.added_times", 3, True),
        ("data.tokenizer.vocabulary_size", 500, False),
        ("data.cures", ("all",), False),
    ],
)
def test_a_run_that_rests_gives_way_to_other_pairs_of_its_corpus(
    room: Room, key: str, value: object, is_other: bool
) -> None:
    room.get_ready()
    room.come(RunState("runs/one", 5, False, config=room.draft.config))
    room.controller.steering.turn(key, value)
    assert room.controller.begins_anew == is_other


def test_how_many_pairs_of_files_are_generated_is_nobodys_business(room: Room) -> None:
    room.get_ready()
    files = DataConfig(builtin="", train=("a.tsv",))
    room.draft.set_data(files)
    room.come(RunState("runs/one", 5, False, config=room.draft.config))
    room.controller.steering.turn("data.builtin_pairs", 500)
    room.controller.steering.turn("data.seed", 7)  # only another split
    assert not room.controller.begins_anew


def test_a_run_goes_on_once_the_other_corpus_is_taken_back(room: Room, qtbot: QtBot) -> None:
    room.get_ready()
    room.come(RunState("runs/one", 5, False, config=room.draft.config))
    room.controller.reading.open_builtin("reverse")
    assert room.controller.begins_anew  # also while it is still being read
    room.answer()
    room.controller.steering.undo()
    room.controller.play_or_pause()
    assert room.sent(Play)
    assert not room.sent(StartRun)


def turned(room: Room) -> list[tuple[str, object]]:
    return [(command.key, command.value) for command in room.sent(ChangeKnob)]


def test_undoing_a_corpus_reads_the_one_before(room: Room, qtbot: QtBot) -> None:
    room.get_ready()
    before = room.draft.config.data
    room.controller.reading.open_builtin("reverse")
    room.answer()
    assert room.draft.config.data.builtin == "reverse"
    room.controller.steering.undo()
    qtbot.waitUntil(lambda: room.reader.commands[-1].data == before)
    room.answer()
    assert room.controller.corpus is not None
    assert room.controller.corpus.data == before
    room.controller.steering.redo()
    qtbot.waitUntil(lambda: room.reader.commands[-1].data.builtin == "reverse")


def test_a_drop_is_not_taken_away_by_a_vocabulary_that_waited(room: Room, qtbot: QtBot) -> None:
    room.get_ready()
    for size in (500, 600):
        room.draft.set("data.tokenizer.vocabulary_size", size)
    room.controller.opener.open([Path("a.tsv")])
    asked = len(room.reader.commands)
    waiting = room.controller.reading._send_soon._timer
    qtbot.waitUntil(lambda: not waiting.isActive())  # whatever waited would have come by now
    assert len(room.reader.commands) == asked
    room.answer()
    assert room.draft.config.data.train == ("a.tsv",)


def test_settings_of_the_data_changed_while_reading_are_kept(room: Room) -> None:
    room.get_ready()
    room.controller.reading.open_builtin("reverse")
    room.controller.steering.turn("data.longest", 50)
    asked = room.reader.commands[-1].data
    assert (asked.builtin, asked.longest) == ("reverse", 50)
    room.answer()
    assert room.draft.config.data == asked


def test_a_knob_taken_back_is_turned_back_in_the_run(room: Room, qtbot: QtBot) -> None:
    room.get_ready()
    room.come(RunState("runs/one", 5, True, config=room.draft.config))
    room.controller.steering.turn("training.clip_norm", 5.0)
    room.controller.steering.reset("training.clip_norm")
    qtbot.waitUntil(lambda: room.sent(ChangeKnob)[-1].value == 1.0)


def test_a_note_of_training_is_told_with_its_other_records(room: Room) -> None:
    note = NoteRecord("The model is being compiled", step=3)
    room.come(note)
    assert [list(records) for records in room.all("records")] == [[note]]

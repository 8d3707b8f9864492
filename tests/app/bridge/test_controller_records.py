"""The controller: what comes back from the engine and the corpus process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.bridge.controller import sentence_of
from app.bridge.draft import RATE, Draft
from app.bridge.last_experiment import take_up, to_text
from app.bridge.messages import (
    ChangeKnob,
    Checkpoints,
    CloseRun,
    JoinPairs,
    Rewind,
    RunHistory,
    RunState,
    Shutdown,
    StartRun,
    Translate,
    Watch,
)
from app.bridge.rewinding import WayBack
from s2s_core.configs import DataConfig, DecodingConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import changed
from s2s_core.records import (
    CheckpointRecord,
    FailureRecord,
    KnobRecord,
    ProgressRecord,
    TranslationRecord,
    ValidationRecord,
)
from tests.app.bridge.room import CORPUS, PREPARED, Room, step


def translation(request: int) -> TranslationRecord:
    return TranslationRecord(request, 1, "a", ("a",), (), 0.1)


def test_all_that_came_is_told_at_once_and_in_order(room: Room) -> None:
    room.get_ready().begin()
    room.told.clear()
    check = ValidationRecord(2, 1.0, 2.7, 10.0, 20.0, 30.0, 5)
    knob = KnobRecord(2, "training.learning_rate", 1e-3, 1e-2)
    room.come(step(1), step(2), check, knob, CheckpointRecord(2, True), step(3))
    assert room.told == [
        ("records", [step(1), step(2), check, knob, CheckpointRecord(2, True), step(3)])
    ]
    assert room.controller.last_step == step(3)


def test_records_of_a_run_come_before_what_is_said_of_it(room: Room) -> None:
    state = room.get_ready().begin()
    room.told.clear()
    room.come(step(1), replace(state, playing=False, step=1), FailureRecord("no"))
    assert [name for name, _ in room.told] == ["records", "run_changed", "failed"]


def test_a_stale_translation_is_dropped(room: Room) -> None:
    room.get_ready()
    room.controller.questions.translate("a", DecodingConfig())
    room.controller.questions.translate("b", DecodingConfig(search="beam"))
    first, second = room.sent(Translate)
    assert second.request > first.request
    assert (second.text, second.decoding.search) == ("b", "beam")
    room.come(translation(first.request), translation(second.request), translation(second.request))
    assert [answer.request for answer in room.all("translated")] == [second.request] * 2


def test_validation_is_told(room: Room) -> None:
    room.come(ProgressRecord("validation", 1, 4))
    assert room.all("validating") == [ProgressRecord("validation", 1, 4)]


def test_watching_and_closing_are_passed_on(room: Room) -> None:
    room.controller.questions.watch("attention", True)
    room.controller.close_run()
    assert room.engine.commands == [Watch("attention", True), CloseRun()]


def test_a_run_begun_here_leaves_the_draft_alone(room: Room) -> None:
    room.get_ready()
    room.controller.new_run()
    start = room.sent(StartRun)[-1]
    room.draft.set("model.encoder.layers", 3)  # while the engine builds the model
    room.come(RunState(start.folder, config=start.config, corpus=CORPUS, prepared=PREPARED))
    assert room.draft.config.model.encoder.layers == 3


def test_an_opened_run_brings_its_experiment_and_corpus(room: Room) -> None:
    room.get_ready()
    asked = len(room.reader.commands)
    other = Draft()
    other.set("model.encoder.layers", 3)
    other.set_data(DataConfig(builtin="reverse"))
    own = replace(PREPARED, folder="/the/run")
    room.controller.open_run(Path("/the/run"))
    room.come(RunState("/the/run", 9, config=other.config, corpus=CORPUS, prepared=own))
    assert room.draft.config == other.config
    assert room.controller.corpus is not None
    assert room.controller.corpus.prepared.folder == "/the/run"
    assert len(room.reader.commands) == asked  # it is ready as it is
    room.controller.new_run()
    assert room.sent(StartRun)[-1].prepared == "/the/run"


def test_how_one_looks_at_translations_stays_when_a_run_is_opened(room: Room) -> None:
    room.get_ready()
    room.draft.set("decoding.search", "beam")
    room.draft.set("decoding.beam_size", 7)
    room.come(RunState("/the/run", 9, config=Draft().config, corpus=CORPUS, prepared=PREPARED))
    assert room.draft.config.decoding.search == "beam"
    assert room.draft.config.decoding.beam_size == 7


def test_history_is_told_and_remembered(room: Room) -> None:
    room.get_ready()
    room.come(RunState("/the/run", 9), RunHistory((step(8), step(9))))
    assert room.all("history") == [[step(8), step(9)]]
    assert room.controller.last_step == step(9)
    assert not room.all("records")


def test_a_rewind_takes_knobs_curves_and_the_last_step_back(room: Room) -> None:
    state = room.get_ready().begin()
    assert state.config is not None
    rate = state.config.training.learning_rate
    room.controller.rewinding.rewind()
    assert not room.sent(Rewind)  # there is nothing before now
    room.controller.steering.turn("training.clip_norm", 7.0)
    spoilt = changed(state.config, "training.clip_norm", 7.0)
    checkpoints = Checkpoints(((0, rate), (20, rate)))
    room.come(*[step(n) for n in range(1, 31)], checkpoints, replace(state, config=spoilt))
    assert room.controller.rewinding.way_back() == (20, rate / 2, 10)
    room.controller.rewinding.rewind()
    room.controller.rewinding.rewind()  # an impatient person: once is enough
    assert room.sent(Rewind) == [Rewind(before=29)]
    healthy = changed(state.config, "training.learning_rate", rate / 2)
    room.come(replace(state, step=20, config=healthy), RunHistory((step(19), step(20))))
    assert room.draft.config.training == healthy.training
    told: list[bool] = []
    room.controller.rewinding.outlived.connect(lambda: told.append(True))
    assert room.draft.undoes_rewind
    room.controller.steering.undo()  # all at once
    assert room.draft.config.training == spoilt.training
    assert told  # that the steps do not come back
    assert not room.draft.undoes_rewind
    room.draft.redo()
    assert room.all("history") == [[step(19), step(20)]]
    assert room.controller.last_step == step(20)
    assert room.controller.rewinding.way_back() == (0, rate / 4, 20)  # further back each time
    room.come(*[step(n) for n in range(21, 40)])
    assert room.controller.rewinding.way_back() == (0, rate / 4, 39)  # not to where it led to
    room.controller.rewinding.rewind()
    assert room.sent(Rewind)[1:] == [Rewind(before=19)]
    opened = changed(healthy, "training.clip_norm", 3.0)
    room.come(FailureRecord("it could not be read"), replace(state, step=20, config=opened))
    room.come(RunHistory(()))
    assert room.draft.config.training.clip_norm != 3.0  # that was no rewind


def rewound(room: Room) -> tuple[RunState, float]:
    """Begin a run and rewind it; returns its state, and the learning rate that was set for it."""
    state = room.get_ready().begin()
    assert state.config is not None
    rate = state.config.training.learning_rate
    room.come(*[step(n) for n in range(1, 31)], Checkpoints(((0, rate), (20, rate))))
    room.controller.rewinding.rewind()
    state = replace(state, step=20, config=changed(state.config, RATE, rate / 2))
    room.come(state, RunHistory((step(19), step(20))))
    return state, rate


def test_a_run_after_a_rewind_begins_with_the_rate_that_was_set(room: Room) -> None:
    state, rate = rewound(room)
    Path(state.folder).mkdir(parents=True)  # or the next would be called so, too
    assert room.draft.config.training.learning_rate == rate / 2
    later = Draft()
    take_up(later, to_text(room.draft, room.draft.config.data))  # so does the next start
    assert later.config.training.learning_rate == rate
    begun = room.begin()
    assert begun.config is not None
    assert begun.config.training.learning_rate == rate
    assert room.draft.config == begun.config
    assert not room.draft.can_undo
    room.controller.steering.turn(RATE, 0.25)  # by hand: that is meant
    again = room.begin()
    assert again.config is not None
    assert again.config.training.learning_rate == 0.25


def test_undoing_a_rewinds_rate_gives_the_run_the_one_from_before(room: Room, qtbot: QtBot) -> None:
    _, rate = rewound(room)
    room.controller.steering.undo()
    qtbot.waitUntil(lambda: room.sent(ChangeKnob) == [ChangeKnob(RATE, rate)])
    assert room.draft.config.training.learning_rate == rate
    room.controller.steering.redo()
    qtbot.waitUntil(lambda: room.sent(ChangeKnob)[1:] == [ChangeKnob(RATE, rate / 2)])
    assert room.begin().config == changed(room.draft.config, RATE, rate)


def test_a_run_that_is_closed_takes_its_lowered_rate_along(room: Room) -> None:
    _, rate = rewound(room)
    room.come(RunState())
    assert room.draft.config.training.learning_rate == rate


def test_a_rewind_that_loses_much_that_went_well_is_asked_about(room: Room) -> None:
    room.get_ready().begin()
    asked: list[WayBack] = []
    room.controller.rewinding.asked.connect(asked.append)
    steps = [replace(step(n), elapsed_seconds=n / 5) for n in range(1, 702)]
    room.come(*steps, Checkpoints(((300, 1e-3),)))
    room.controller.rewinding.rewind()  # some 80 seconds, but not so many steps
    assert room.sent(Rewind) == [Rewind(before=700)]
    room.come(RunHistory(tuple(steps)), Checkpoints(((200, 1e-3),)))
    room.controller.rewinding.rewind()
    assert [(way.step, way.lost) for way in asked] == [(200, 501)]
    assert len(room.sent(Rewind)) == 1
    more = [replace(step(n), elapsed_seconds=n / 5) for n in range(702, 751)]
    room.come(*more, Checkpoints(((200, 1e-3), (740, 1e-3))))  # while a person thought
    room.controller.rewinding.rewind(meant=asked[0])
    assert room.sent(Rewind)[1:] == [Rewind(before=200)]


def test_a_rewind_to_what_is_gone_is_asked_about_again(room: Room) -> None:
    room.get_ready().begin()
    asked: list[WayBack] = []
    room.controller.rewinding.asked.connect(asked.append)
    steps = [replace(step(n), elapsed_seconds=n / 5) for n in range(1, 702)]
    room.come(*steps, Checkpoints(((100, 1e-3),)))
    room.controller.rewinding.rewind(meant=WayBack(200, 5e-4, 501))
    assert [way.step for way in asked] == [100]
    assert not room.sent(Rewind)


def test_a_run_that_is_closed_meanwhile_leaves_no_rewind_under_way(room: Room) -> None:
    room.get_ready().begin()
    room.come(step(1), step(2), Checkpoints(((1, 1e-3),)))
    room.controller.close_run()
    room.controller.rewinding.rewind()  # the engine will have no run to rewind
    room.come(RunState("", 0))
    room.begin()
    room.come(step(1), step(2), Checkpoints(((1, 1e-3),)))
    room.controller.rewinding.rewind()
    assert len(room.sent(Rewind)) == 2


def test_another_run_forgets_the_numbers_of_the_last(room: Room) -> None:
    room.get_ready().begin()
    room.come(step(1))
    room.come(RunState("/another", 0))
    assert room.controller.last_step is None


def test_pairs_join_the_run_of_their_corpus_only_and_only_by_a_persons_hand(room: Room) -> None:
    room.get_ready()
    state = room.begin()
    room.draft.set("training.clip_norm", 2.0)
    assert not room.sent(JoinPairs)
    room.draft.set("data.added", ("one\tun",))
    assert room.sent(JoinPairs) == [JoinPairs(("one\tun",), 10)]
    assert state.config is not None
    joined = changed(state.config, "data.added", ("one\tun",))
    room.come(replace(state, config=joined, playing=False, began=state.config.data))
    assert not room.controller.begins_anew  # it goes on, with the pair
    room.read(FailureRecord("no", request=room.reader.commands[-1].request))
    assert not room.draft.config.data.added  # for the next run; the run has it still
    room.draft.set("data.swap_sides", True)
    room.draft.set("data.added", ("two\tdeux",))
    room.controller.joining.join()  # as when the time between two such changes is over
    assert len(room.sent(JoinPairs)) == 1


def test_the_corpus_of_an_opened_run_is_without_the_pairs_that_joined_it(room: Room) -> None:
    room.get_ready()
    began = Draft().config
    joined = changed(began, "data.added", ("one\tun",))
    room.come(
        RunState("/the/run", 9, config=joined, corpus=CORPUS, prepared=PREPARED, began=began.data)
    )
    assert room.draft.config == joined
    assert room.reader.commands[-1].data == joined.data  # a new run has them from its beginning
    assert not room.sent(JoinPairs)


def test_an_opened_run_is_not_taken_away_by_a_corpus_that_was_being_read(room: Room) -> None:
    room.get_ready()
    room.controller.reading.open_builtin("reverse")
    room.controller.open_run(Path("/the/run"))
    state = RunState("/the/run", 9, config=Draft().config, corpus=CORPUS, prepared=PREPARED)
    room.come(state)
    assert room.all("corpus_progress")[-1] is None  # nobody waits for it any more
    room.answer()
    assert room.draft.config.data == Draft().config.data


def test_a_run_asked_for_before_all_has_started_is_not_taken_away_either(room: Room) -> None:
    room.controller.open_run(Path("/the/run"))
    room.controller.start()
    config = Draft().config.model_copy(update={"data": DataConfig(builtin="reverse")})
    room.come(RunState("/the/run", 9, config=config, corpus=CORPUS, prepared=PREPARED))
    assert room.all("corpus_progress")[-1] is None  # nothing more is read: all is there
    room.answer()
    assert room.draft.config.data.builtin == "reverse"


def test_a_corpus_dropped_after_opening_a_run_is_that_of_the_next(room: Room) -> None:
    room.get_ready()
    room.controller.open_run(Path("/the/run"))
    room.controller.reading.open_builtin("reverse")
    room.come(RunState("/the/run", 9, config=Draft().config, corpus=CORPUS, prepared=PREPARED))
    room.answer()
    assert room.draft.config.data.builtin == "reverse"


def test_shutting_down_waits_until_the_engine_is_gone(room: Room) -> None:
    room.get_ready()
    room.controller.shut_down()
    assert room.reader.ended
    assert isinstance(room.engine.commands[-1], Shutdown)
    assert not room.controller._timer.isActive()


def test_a_sentence_is_made_of_a_template_and_its_values() -> None:
    assert sentence_of(FailureRecord("{a} of {b}", {"a": 1, "b": "c"})) == "1 of c"
    assert sentence_of(BadConfig("{key} is bad", key="x.y")) == "x.y is bad"

"""The engine without a thread: commands between steps, looking, failures and farewells."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
import torch

from app.bridge import engine as engine_module
from app.bridge.engine import QUIET_SECONDS, QUIET_SHARE, Engine
from app.bridge.failures import failure_of
from app.bridge.messages import (
    ChangeKnob,
    CloseRun,
    Command,
    OpenRun,
    Pause,
    Play,
    Ready,
    Rewind,
    RunHistory,
    RunState,
    Shutdown,
    StartRun,
    StepOnce,
    Translate,
    Watch,
)
from s2s_core.configs import DecodingConfig, RunConfig
from s2s_core.records import (
    FailureRecord,
    KnobRecord,
    Record,
    StepRecord,
    TranslationRecord,
    ValidationRecord,
)
from s2s_core.runs.checkpoint import checkpoint_folder, load_state
from s2s_core.runs.journal import read_journal
from s2s_core.runs.run import Run
from tests.app.bridge.test_course import step
from tests.app.conftest import endless
from tests.helpers import same_weights, tiny_config, weights_of

Kind = TypeVar("Kind", bound=Record)
GREEDY = DecodingConfig()
BEAM = DecodingConfig(search="beam", beam_size=3, n_best=3)

pytestmark = pytest.mark.usefixtures("one_thread")


class Desk:
    """An engine with a list of commands before it and a list of records behind it."""

    def __init__(self, folder: Path, prepared: Path) -> None:
        self.folder = folder
        self.prepared = prepared
        self.commands: list[Command] = []
        self.records: list[Record] = []
        self.waited = 0  # how often the engine would have slept
        self.engine = Engine(self, self)

    def take(self, wait: bool) -> list[Command]:
        commands, self.commands = self.commands, []
        self.waited += wait
        return commands

    def put(self, record: Record) -> None:
        self.records.append(record)

    def send(self, *commands: Command) -> Desk:
        self.commands += commands
        return self

    def start(
        self, config: RunConfig | None = None, name: str = "run", playing: bool = True
    ) -> str:
        """Ask for a run; returns its folder."""
        folder = str(self.folder / name)
        self.send(StartRun(folder, config or endless(), str(self.prepared), playing))
        return folder

    def turn(self, times: int = 1) -> None:
        """Work as the worker does, which is where exceptions are caught."""
        for _ in range(times):
            try:
                self.engine.turn()
            except Exception as error:  # noqa: BLE001  # as the worker does
                self.engine.recover(failure_of(error, traceback.format_exc()))

    def turn_until(self, claim: Callable[[], object], most: int = 500) -> None:
        for _ in range(most):
            if claim():
                return
            self.turn()
        pytest.fail(f"not in {most} turns")

    def turn_for_steps(self, count: int) -> None:
        self.turn_until(lambda: len(self.losses) >= count)

    def all(self, kind: type[Kind]) -> list[Kind]:
        return [record for record in self.records if isinstance(record, kind)]

    @property
    def state(self) -> RunState:
        return self.all(RunState)[-1]

    @property
    def losses(self) -> list[float]:
        return [record.loss for record in self.all(StepRecord)]


class Clock:
    """Time as a test wants it."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def desk(tmp_path: Path, prepared: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, prepared)
    yield desk
    desk.send(Shutdown())
    desk.turn()
    assert desk.engine.finished


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(engine_module, "time", clock)
    return clock


def saved_step(folder: str) -> int:
    step = load_state(checkpoint_folder(Path(folder), "last"))["step"]
    assert isinstance(step, int)
    return step


def steps_in(folder: Path) -> list[int]:
    """Return the steps that the journal of a run knows."""
    records = read_journal(folder / "journal.jsonl")
    return [record.step for record in records if isinstance(record, StepRecord)]


def translate(request: int, text: str = "a b c", decoding: DecodingConfig = GREEDY) -> Translate:
    return Translate(request, text, decoding)


# Commands and steps ------------------------------------------------------------------------


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


# Knobs -------------------------------------------------------------------------------------


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


# Looking -----------------------------------------------------------------------------------


def test_a_text_is_translated_at_once(desk: Desk) -> None:
    desk.start()
    desk.turn()
    desk.send(translate(7))
    desk.turn_until(lambda: desk.all(TranslationRecord))
    (answer,) = desk.all(TranslationRecord)
    assert (answer.request, answer.source, answer.step) == (7, "a b c", 1)
    assert len(desk.losses) == 1  # the whole of a short translation comes before the next step


def test_a_newer_request_replaces_an_older_one(desk: Desk) -> None:
    desk.start(playing=False)
    desk.turn()
    desk.send(translate(1, "a b"), translate(2, "c d"))
    desk.turn_until(lambda: desk.all(TranslationRecord))
    desk.send(translate(3, "e f g h i j"))
    desk.turn()  # it has begun, and is given up
    desk.send(translate(4, "k l"))
    desk.turn(40)
    assert [(r.request, r.source) for r in desk.all(TranslationRecord)] == [(2, "c d"), (4, "k l")]


def test_it_is_translated_again_while_the_weights_change_but_not_too_often(
    desk: Desk, clock: Clock
) -> None:
    desk.start()
    desk.send(translate(1))
    desk.turn_until(lambda: len(desk.losses) == 10)
    assert len(desk.all(TranslationRecord)) == 1
    clock.now += QUIET_SECONDS - 0.01
    desk.turn_until(lambda: len(desk.losses) == 15)
    assert len(desk.all(TranslationRecord)) == 1
    clock.now += 60
    desk.turn_until(lambda: len(desk.losses) == 20)
    first, second = desk.all(TranslationRecord)
    assert first.request == second.request == 1
    assert second.step == 15 > first.step


def test_the_average_translates_from_when_it_is_turned_on(desk: Desk, clock: Clock) -> None:
    desk.start()
    desk.send(translate(1))
    desk.turn_for_steps(3)
    desk.send(ChangeKnob("regularisation.ema_decay", 0.9))
    for _ in range(2):
        desk.turn_for_steps(len(desk.losses) + 2)
        clock.now += 60
    desk.turn_until(lambda: len(desk.all(TranslationRecord)) == 3)
    answers = desk.all(TranslationRecord)
    assert [answer.averaged for answer in answers] == [False, True, True]
    assert answers[1].step < answers[2].step


def test_the_same_weights_are_not_asked_twice(desk: Desk, clock: Clock) -> None:
    desk.start(playing=False)
    desk.turn()
    desk.send(translate(1))
    desk.turn_until(lambda: desk.all(TranslationRecord))
    clock.now += 60
    desk.turn(40)
    assert len(desk.all(TranslationRecord)) == 1


def answer(translator: Any, request: int, line: int, text: str) -> TranslationRecord:
    return TranslationRecord(request, translator.step, text, (), (), 0.0, line=line)


def test_lines_come_one_by_one_and_the_current_one_first(desk: Desk) -> None:
    desk.start(playing=False)
    desk.turn()
    text = "\n".join(["a b", "c", "", "d e f"] * 10)
    desk.send(Translate(1, text, GREEDY, current=5), Watch("attention", True))
    desk.turn_until(lambda: len(desk.all(TranslationRecord)) == 40)
    answers = desk.all(TranslationRecord)
    assert [r.line for r in answers] == [5, *(n for n in range(40) if n != 5)]
    assert [r.source for r in answers[1:4]] == ["a b", "c", ""]
    assert answers[0].attention is not None
    assert all(r.attention is None for r in answers[1:])
    desk.turn(40)
    assert len(desk.all(TranslationRecord)) == 40  # the same weights are not asked again


def test_many_lines_do_not_hold_up_training(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(
        translator: Any, lines: dict[int, str], *_: Any, **options: Any
    ) -> Iterator[tuple[TranslationRecord, ...]]:
        for _piece in range(5):
            clock.now += 0.1
            yield ()
        yield tuple(answer(translator, options["request"], *pair) for pair in lines.items())

    monkeypatch.setattr(engine_module, "interpret", slow)
    desk.start()
    desk.turn()

    def turn() -> bool:
        """Turn once; a step of training takes 50 ms."""
        steps = len(desk.losses)
        desk.turn()
        has_trained = len(desk.losses) > steps
        clock.now += 0.05 * has_trained
        return has_trained

    desk.send(translate(1, "\n".join("abcdefgh" * 10)))
    began = before = clock.now
    longest = 0.0
    while len(desk.all(TranslationRecord)) < 80:
        if turn():
            longest, before = max(longest, clock.now - before), clock.now
    assert longest < 0.4  # training stands still for a few pieces, never for a whole batch
    translating = 6 * 0.5
    assert clock.now - began < 2.5 * translating  # yet the first answers are not far
    began, steps = clock.now, len(desk.losses)
    while len(desk.all(TranslationRecord)) == 80:
        turn()
    assert clock.now - began > QUIET_SHARE * translating
    assert len(desk.losses) - steps > 0.9 * QUIET_SHARE * translating / 0.05


def test_a_newer_text_ends_the_lines_of_an_older_one(desk: Desk) -> None:
    desk.start(playing=False)
    desk.turn()
    desk.send(translate(1, "\n".join("abcdefgh" * 10)))
    desk.turn_until(lambda: len(desk.all(TranslationRecord)) >= 17)
    desk.send(translate(2, "x"))
    desk.turn_until(lambda: desk.all(TranslationRecord)[-1].request == 2)
    desk.turn(60)
    assert len(desk.all(TranslationRecord)) == 18


def test_a_slow_translation_is_repeated_seldom(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(
        translator: Any, lines: dict[int, str], *_: Any, **options: Any
    ) -> Iterator[tuple[TranslationRecord, ...]]:
        clock.now += 2.0
        yield (answer(translator, options["request"], 0, lines[0]),)

    monkeypatch.setattr(engine_module, "interpret", slow)
    desk.start()
    desk.send(translate(1))
    desk.turn(5)
    clock.now += QUIET_SHARE * 2.0 - 0.1
    desk.turn(5)
    assert len(desk.all(TranslationRecord)) == 1
    clock.now += 0.2
    desk.turn(2)
    assert len(desk.all(TranslationRecord)) == 2


@pytest.mark.parametrize("architecture", ["gru", "transformer"])
def test_looking_does_not_change_the_run(
    desk: Desk, clock: Clock, tmp_path: Path, architecture: str
) -> None:
    config = tiny_config(architecture, architecture, dropout=0.3, training={"steps": 0})
    desk.start(config)
    desk.send(Watch("attention", True))
    for request in range(12):
        clock.now += 60
        text = "\n".join(["a b c d", "", *"efghij" * 4])
        desk.send(Translate(request, text, (GREEDY, BEAM)[request % 2], current=request))
        desk.turn_for_steps(request + 1)
    unseen = Desk(tmp_path / "other", desk.prepared)
    unseen.start(config)
    unseen.turn_until(lambda: len(unseen.losses) >= 12)
    assert not desk.all(FailureRecord)
    assert len(desk.all(TranslationRecord)) == 12 * 26
    assert desk.losses[:12] == unseen.losses[:12]


def test_nothing_is_translated_while_nobody_looks(desk: Desk, clock: Clock) -> None:
    desk.start()
    desk.send(translate(1), Watch("translation", False))
    desk.turn(10)
    assert desk.all(TranslationRecord) == []
    desk.send(Watch("translation", True))
    desk.turn_until(lambda: desk.all(TranslationRecord))


def test_attention_is_made_only_while_it_is_watched(desk: Desk, clock: Clock) -> None:
    desk.start(playing=False)
    desk.turn()
    desk.send(translate(1))
    desk.turn_until(lambda: len(desk.all(TranslationRecord)) == 1)
    clock.now += 60
    desk.send(Watch("attention", True))
    desk.turn_until(lambda: len(desk.all(TranslationRecord)) == 2)
    clock.now += 60
    desk.send(Watch("attention", False))
    desk.turn_until(lambda: len(desk.all(TranslationRecord)) == 3)
    before, watched, after = desk.all(TranslationRecord)
    assert before.attention is None
    assert after.attention is None
    assert watched.attention is not None
    assert watched.attention.shape[2:] == (
        len(watched.hypotheses[0].pieces),
        len(watched.source_pieces),
    )
    np.testing.assert_allclose(watched.attention.sum(-1), 1.0, atol=1e-5)


def test_beam_search_gives_as_many_as_asked(desk: Desk) -> None:
    desk.start(playing=False)
    desk.turn()
    desk.send(translate(1, decoding=BEAM))
    desk.turn_until(lambda: desk.all(TranslationRecord))
    scores = [found.score for found in desk.all(TranslationRecord)[0].hypotheses]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)


# Failures ----------------------------------------------------------------------------------


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
    (failure,) = desk.all(FailureRecord)
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
    monkeypatch.setattr(engine_module, "interpret", fail)
    desk.send(translate(1))
    desk.turn(4)
    assert len(desk.all(FailureRecord)) == 1  # and not again and again
    assert desk.state.playing
    assert len(desk.losses) == 4


def test_a_run_that_cannot_begin_is_told(desk: Desk) -> None:
    (desk.folder / "taken").write_text("a file")
    desk.start(name="taken")
    desk.turn(2)
    (failure,) = desk.all(FailureRecord)
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


# Opening, closing, going on ----------------------------------------------------------------


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
    assert len(desk.all(FailureRecord)) == 1
    assert desk.state.playing
    assert desk.state.folder == folder
    undisturbed = Desk(tmp_path / "undisturbed", desk.prepared)
    undisturbed.start(config)
    undisturbed.turn_until(lambda: len(undisturbed.losses) == 6)
    assert desk.losses[2:] == undisturbed.losses


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
    desk.send(Rewind(before=1)).turn()
    assert (desk.state.step, desk.state.playing) == (0, False)

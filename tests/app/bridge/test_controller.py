"""The controller with an engine and a reader that do only what the test says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.bridge.controller import Controller, sentence_of
from app.bridge.draft import Draft
from app.bridge.messages import (
    ChangeKnob,
    Checkpoints,
    CloseRun,
    Command,
    CorpusCommand,
    CorpusReady,
    JoinPairs,
    OpenCorpus,
    OpenRun,
    Pause,
    Play,
    Probe,
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
from app.bridge.rewinding import WayBack
from s2s_core.configs import DataConfig, DecodingConfig, RunConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import changed, merged, save_experiment
from s2s_core.records import (
    CheckpointRecord,
    CorpusRecord,
    FailureRecord,
    KnobRecord,
    NoteRecord,
    PreparedRecord,
    ProbeRecord,
    ProgressRecord,
    Record,
    StepRecord,
    TranslationRecord,
    ValidationRecord,
)

CORPUS = CorpusRecord("A corpus", "English", "German", 3, (("a", "b"),), ())
OF_QUESTIONS = ("translated", "probed")
PREPARED = PreparedRecord("prepared", 2, 1, 10, 10, 0, 0, False, (("a", "b"),))


class FakeEngine:
    """Takes commands, and gives the records that the test puts in."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.records: list[Record] = []
        self.is_alive = False

    def start(self) -> None:
        self.is_alive = True

    def send(self, command: Command) -> None:
        self.commands.append(command)
        if isinstance(command, Shutdown):
            self.is_alive = False

    def take(self) -> list[Record]:
        records, self.records = self.records, []
        return records


class FakeReader:
    """The same for the corpus process."""

    def __init__(self) -> None:
        self.commands: list[OpenCorpus] = []
        self.records: list[Record] = []
        self.started = self.ended = False

    def start(self) -> None:
        self.started = True

    def send(self, command: CorpusCommand) -> None:
        assert isinstance(command, OpenCorpus)
        self.commands.append(command)

    def take(self) -> list[Record]:
        records, self.records = self.records, []
        return records

    def end(self) -> None:
        self.ended = True

    def another(self) -> FakeReader:
        return FakeReader()


class Room:
    """A controller between the two, and all that it has told."""

    def __init__(self, folder: Path, draft: Draft | None = None) -> None:
        self.engine, self.reader = FakeEngine(), FakeReader()
        self.draft = draft or Draft()
        self.controller = Controller(
            self.engine, self.reader, self.draft, folder / "runs", folder / "cache"
        )
        self.told: list[tuple[str, Any]] = []
        for name in (
            "ready", "records", "history", "run_changed", "corpus_changed", "corpus_progress",
            "validating", "translated", "probed", "failed",
        ):  # fmt: skip
            teller = self.controller.questions if name in OF_QUESTIONS else self.controller
            signal = getattr(teller, name)
            signal.connect(lambda value, name=name: self.told.append((name, value)))

    def all(self, name: str) -> list[Any]:
        return [value for told, value in self.told if told == name]

    def sent(self, *kinds: type[Command]) -> list[Any]:
        return [command for command in self.engine.commands if isinstance(command, kinds)]

    def come(self, *records: Record) -> None:
        """Let records come from the engine."""
        self.engine.records += records
        self.controller.drain()

    def read(self, *records: Record) -> None:
        """Let records come from the corpus process."""
        self.reader.records += records
        self.controller.drain()

    def answer(self, asked: OpenCorpus | None = None, **changes: Any) -> CorpusReady:
        """Answer a request to read a corpus."""
        asked = asked or self.reader.commands[-1]
        ready = replace(CorpusReady(asked.request, asked.data, CORPUS, PREPARED), **changes)
        self.read(ready)
        return ready

    def get_ready(self) -> Room:
        self.controller.start()
        self.controller._timer.stop()  # the test drains
        self.come(Ready(("cpu",)))
        self.answer()
        return self

    def begin(self, **changes: Any) -> RunState:
        """Begin a run, and let its state come."""
        self.controller.new_run()
        start = self.sent(StartRun)[-1]
        state = RunState(
            start.folder, playing=True, config=start.config, corpus=CORPUS, prepared=PREPARED
        )
        self.come(replace(state, **changes))
        return state


@pytest.fixture
def room(qapp: object, tmp_path: Path) -> Room:
    return Room(tmp_path)


def step(number: int) -> StepRecord:
    return StepRecord(number, 0.1, 2.0, 2.0, 1.0, 1e-3, 100, 1000.0, 1.0)


def translation(request: int) -> TranslationRecord:
    return TranslationRecord(request, 1, "a", ("a",), (), 0.1)


def files(folder: Path, *names: str) -> list[Path]:
    return [folder / name for name in names]


# The beginning -----------------------------------------------------------------------------


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
    assert len(room.all("failed")) == 2


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


# The run -----------------------------------------------------------------------------------


def test_a_start_waits_until_the_corpus_is_read(room: Room) -> None:
    room.controller.start()
    room.come(Ready(("cpu",)))
    room.controller.play_or_pause()
    room.controller.play_or_pause()
    assert not room.sent(StartRun)
    room.answer()
    (start,) = room.sent(StartRun)
    assert start.playing
    assert start.prepared == PREPARED.folder


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
    room.come(FailureRecord("no"), replace(before, playing=False))
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
    room.controller.turn_knob("training.learning_rate", 1e-2)
    assert not room.sent(ChangeKnob)  # there is no run
    assert room.draft.config.training.learning_rate == 1e-2
    room.begin()
    for value in (2e-2, 3e-2, 4e-2):
        room.controller.turn_knob("training.learning_rate", value)
    qtbot.waitUntil(lambda: len(room.sent(ChangeKnob)) == 2)
    assert [knob.value for knob in room.sent(ChangeKnob)] == [2e-2, 4e-2]  # the newest wins
    assert room.draft.config.training.learning_rate == 4e-2


def test_a_live_knob_also_reaches_a_run_that_is_only_coming(room: Room) -> None:
    room.get_ready()
    room.controller.new_run()
    room.controller.turn_knob("training.learning_rate", 1e-2)
    (start, knob) = room.sent(StartRun, ChangeKnob)
    assert start.config.training.learning_rate != 1e-2
    assert knob == ChangeKnob("training.learning_rate", 1e-2)


def test_a_knob_for_the_next_run_stays_out_of_this_one(room: Room) -> None:
    room.get_ready().begin()
    room.controller.turn_knob("model.encoder.layers", 2)
    assert not room.sent(ChangeKnob)
    assert room.draft.config.model.encoder.layers == 2


def test_a_bad_value_never_reaches_the_run(room: Room) -> None:
    room.get_ready().begin()
    room.controller.turn_knob("training.learning_rate", -1.0)
    assert not room.sent(ChangeKnob)


# The corpus --------------------------------------------------------------------------------


def test_a_stale_reply_is_dropped(room: Room) -> None:
    room.get_ready()
    room.controller.opener.open([Path("a.tsv")])
    first = room.reader.commands[-1]
    room.controller.opener.open([Path("b.tsv")])
    room.told.clear()
    room.answer(first)
    assert not room.all("corpus_changed")
    room.read(FailureRecord("too late", request=first.request))
    assert not room.all("failed")
    ready = room.answer()
    assert room.all("corpus_changed") == [ready]
    assert room.controller.corpus == ready
    assert room.draft.config.data.train == ("b.tsv",)


def test_a_drop_that_fails_leaves_everything_as_it_was(room: Room) -> None:
    room.get_ready()
    corpus, draft = room.controller.corpus, room.draft.config
    room.controller.opener.open([Path("a.tsv")])
    assert room.reader.commands[-1].dropped
    assert room.draft.config == draft  # not before it can be used
    room.told.clear()
    room.read(FailureRecord("no", request=room.reader.commands[-1].request))
    assert [name for name, _ in room.told] == ["corpus_progress", "failed"]
    assert room.all("corpus_progress") == [None]
    assert room.controller.corpus is corpus
    assert room.draft.config == draft


def test_three_files_are_refused_at_once(room: Room, tmp_path: Path) -> None:
    room.get_ready()
    asked = len(room.reader.commands)
    room.controller.opener.open(files(tmp_path, "a", "b", "c"))
    (failure,) = room.all("failed")
    assert "3 files were given" in failure.sentence
    assert len(room.reader.commands) == asked


def test_a_path_that_cannot_even_be_looked_for_is_read_and_refused_as_a_corpus(room: Room) -> None:
    room.get_ready()
    room.controller.opener.open([Path("/", "x" * 300)])
    assert room.reader.commands[-1].data.train == (f"/{'x' * 300}",)


def test_a_dropped_run_is_opened(room: Room, tmp_path: Path) -> None:
    room.get_ready()
    (tmp_path / "experiment.toml").write_text("format = 1")
    (tmp_path / "checkpoints").mkdir()
    room.controller.opener.open([tmp_path])
    room.controller.opener.open([tmp_path / "experiment.toml"])
    assert room.sent(OpenRun) == [OpenRun(str(tmp_path))] * 2


@pytest.mark.parametrize("asked", ["before", "after"])
def test_opening_a_run_ends_the_reading_of_what_was_asked_for_before(
    room: Room, tmp_path: Path, asked: str
) -> None:
    room.get_ready()
    run = replace(room.begin(), folder="opened", playing=False)
    if asked == "before":
        room.controller.opener.open([Path("a.tsv")])
    room.controller.open_run(tmp_path)
    if asked == "after":
        room.controller.opener.open([Path("a.tsv")])
    assert not room.reader.ended
    room.come(run)
    assert room.reader.ended is (asked == "before")
    assert room.controller.reading.is_busy is (asked == "after")


def written(folder: Path, **changes: Any) -> Path:
    """Write an experiment that stands alone."""
    path = folder / "mine.toml"
    save_experiment(merged(RunConfig(), changes), path)
    return path


def test_an_experiment_is_taken_for_the_next_run_and_its_corpus_read(
    room: Room, tmp_path: Path
) -> None:
    room.get_ready()
    before = room.begin()
    (tmp_path / "pairs.tsv").write_text("a\tb\n")
    data = {"builtin": "", "train": [str(tmp_path / "pairs.tsv")]}
    path = written(tmp_path, data=data, training={"clip_norm": 0.25, "device": "cuda"})
    opened: list[Path] = []
    room.controller.opener.experiment_opened.connect(opened.append)
    room.controller.opener.open([path])
    assert opened == [path]
    assert room.reader.commands[-1].data.train == (str(tmp_path / "pairs.tsv"),)
    room.answer()
    config = room.draft.config
    assert config.training.clip_norm == 0.25
    assert config.training.device == "auto"  # the file may come from another machine
    assert config.data.train == (str(tmp_path / "pairs.tsv"),)
    assert room.controller.run.folder == before.folder
    assert not room.all("failed")


def test_an_experiment_in_a_folder_without_a_run_is_taken_too(room: Room, tmp_path: Path) -> None:
    room.get_ready()
    written(tmp_path, training={"clip_norm": 0.25}).rename(tmp_path / "experiment.toml")
    room.controller.opener.open([tmp_path])
    assert room.draft.config.training.clip_norm == 0.25
    assert not room.sent(OpenRun)
    assert not room.reader.commands[1:]  # the same corpus need not be read again


def test_an_experiment_whose_corpus_is_gone_says_which_and_keeps_the_rest(
    room: Room, tmp_path: Path
) -> None:
    room.get_ready()
    names = str(tmp_path / "a.en"), f"/{'x' * 300}"  # the system does not even look for the second
    data = {"builtin": "", "train": list(names)}
    room.controller.opener.open([written(tmp_path, data=data, training={"clip_norm": 0.25})])
    (failure,) = room.all("failed")
    assert ", ".join(names) in failure.sentence
    assert "mine.toml" in failure.sentence
    assert room.draft.config.training.clip_norm == 0.25
    assert room.draft.config.data.builtin == "phrasebook"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("x =", "not a TOML file"),
        ("format = 99", "format 99"),
        ("[training]\noptimizer = 'adamww'",
         "mine.toml was not taken: “Training: Optimizer” (training.optimizer) is 'adamww' there; "
         "it must be one of adam, "),
        ("[training]\noptimizer = 'adamww'", "Did you mean adamw?"),
        ("[training]\nclip_norm = -1", "“Training: Clip norm” (training.clip_norm) is -1 there"),
        ("[training]\nlearning_rate = 50", "must be between 1e-06 and 10"),
        ("[training]\nclip = 1", "no setting training.clip"),
        ("[training]\nlearning_rat = 1", "Did you mean learning_rate?"),
        ("[training]\nprecision = 'half'", "is 'half' there; it must be one of float32, "),
        ("[model.encoder]\nkind = 'grru'", "(model.encoder.kind) is 'grru' there"),
        ("[data]\ntrain = [1]", "(data.train) is 1 there; it must be a list"),
        ("training = 3", "training must be a section with settings of its own, not 3"),
    ],
)  # fmt: skip
def test_an_experiment_that_cannot_be_is_refused_at_once_and_changes_nothing(
    room: Room, tmp_path: Path, content: str, says: str
) -> None:
    room.get_ready()
    (tmp_path / "mine.toml").write_text(content)
    before = room.draft.config
    room.controller.opener.open([tmp_path / "mine.toml"])
    (failure,) = room.all("failed")
    assert says in sentence_of(failure)
    assert room.draft.config == before


def test_a_folder_that_is_no_run_is_read_as_a_corpus(room: Room, tmp_path: Path) -> None:
    room.get_ready()
    room.controller.opener.open([tmp_path])
    assert room.reader.commands[-1].data.train == (str(tmp_path),)


def test_a_dropped_corpus_is_not_swapped(room: Room, tmp_path: Path) -> None:
    room.get_ready()
    room.controller.reading.swap_sides()
    room.answer()
    assert room.draft.config.data.swap_sides
    room.controller.opener.open(files(tmp_path, "a.tsv"))
    assert not room.reader.commands[-1].data.swap_sides


def test_swapping_reads_again_the_other_way_round(room: Room) -> None:
    room.get_ready()
    for expected in (True, False):
        room.controller.reading.swap_sides()
        assert room.reader.commands[-1].data.swap_sides is expected
        room.answer()


def test_another_vocabulary_reads_the_corpus_again(room: Room) -> None:
    room.get_ready()
    asked = len(room.reader.commands)
    room.draft.set("training.clip_norm", 2.0)
    assert len(room.reader.commands) == asked
    room.draft.set("data.tokenizer.vocabulary_size", 500)
    assert len(room.reader.commands) == asked + 1
    assert room.reader.commands[-1].data.tokenizer.vocabulary_size == 500


def test_of_many_vocabularies_only_the_first_and_the_newest_are_read(
    room: Room, qtbot: QtBot
) -> None:
    room.get_ready()
    asked = len(room.reader.commands)
    for size in (500, 520, 540, 560, 580, 600):
        room.draft.set("data.tokenizer.vocabulary_size", size)
    qtbot.waitUntil(lambda: len(room.reader.commands) == asked + 2)
    assert [c.data.tokenizer.vocabulary_size for c in room.reader.commands[asked:]] == [500, 600]
    room.answer(room.reader.commands[asked])
    assert room.controller.reading._reading  # that one is stale
    room.answer()
    assert room.draft.config.data.tokenizer.vocabulary_size == 600
    assert room.controller.corpus is not None
    assert room.controller.corpus.data.tokenizer.vocabulary_size == 600


def test_rows_left_out_do_not_follow_into_a_corpus_that_is_being_read(
    room: Room, tmp_path: Path
) -> None:
    room.get_ready()
    room.controller.opener.open(files(tmp_path, "other.tsv"))
    room.controller.turn_knob("data.left_out", (2,))
    assert room.controller.reading._asked is not None
    assert room.controller.reading._asked.data.left_out == ()
    assert room.controller.reading._asked.data.train


def test_rows_left_out_come_back_if_the_pairs_are_made_otherwise_meanwhile(room: Room) -> None:
    room.get_ready()
    room.controller.turn_knob("data.left_out", (2,))
    room.controller.turn_knob("data.difficulty.length", 4)
    assert room.controller.reading._asked is not None
    assert room.controller.reading._asked.data.difficulty.length == 4
    assert room.controller.reading._asked.data.left_out == ()


def test_a_knob_turned_while_a_drop_is_read_does_not_lose_the_drop(room: Room) -> None:
    room.get_ready()
    room.controller.opener.open([Path("a.tsv")])
    asked = len(room.reader.commands)
    room.draft.set("training.clip_norm", 2.0)
    assert len(room.reader.commands) == asked
    room.draft.set("data.tokenizer.vocabulary_size", 500)
    assert room.reader.commands[-1].dropped
    room.answer()
    data = room.draft.config.data
    assert data.train == ("a.tsv",)
    assert data.tokenizer.vocabulary_size == 500


def test_progress_is_told(room: Room) -> None:
    room.get_ready()
    room.told.clear()
    room.controller.opener.open([Path("a.tsv")])
    room.read(ProgressRecord("reading", 20_000))
    assert [record.done for record in room.all("corpus_progress")] == [0, 20_000]


# What comes back ---------------------------------------------------------------------------


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
    room.controller.turn_knob("training.clip_norm", 7.0)
    spoilt = changed(state.config, "training.clip_norm", 7.0)
    checkpoints = Checkpoints(((0, rate), (20, rate)))
    room.come(*[step(n) for n in range(1, 31)], checkpoints, replace(state, config=spoilt))
    assert room.controller.rewinding.way_back() == (20, rate / 2, 10)
    room.controller.rewinding.rewind()
    room.controller.rewinding.rewind()  # an impatient person: once is enough
    assert room.sent(Rewind) == [Rewind(before=30)]
    healthy = changed(state.config, "training.learning_rate", rate / 2)
    room.come(replace(state, step=20, config=healthy), RunHistory((step(19), step(20))))
    assert room.draft.config.training == healthy.training
    room.draft.undo()  # all at once
    assert room.draft.config.training == spoilt.training
    room.draft.redo()
    assert room.all("history") == [[step(19), step(20)]]
    assert room.controller.last_step == step(20)
    assert room.controller.rewinding.way_back() == (20, rate / 4, 0)
    room.controller.rewinding.rewind()
    assert room.sent(Rewind)[1:] == [Rewind(before=20)]
    opened = changed(healthy, "training.clip_norm", 3.0)
    room.come(FailureRecord("it could not be read"), replace(state, step=20, config=opened))
    room.come(RunHistory(()))
    assert room.draft.config.training.clip_norm != 3.0  # that was no rewind


def test_a_rewind_that_loses_much_that_went_well_is_asked_about(room: Room) -> None:
    room.get_ready().begin()
    asked: list[WayBack] = []
    room.controller.rewinding.asked.connect(asked.append)
    steps = [replace(step(n), elapsed_seconds=n / 5) for n in range(1, 702)]
    room.come(*steps, Checkpoints(((300, 1e-3),)))
    room.controller.rewinding.rewind()  # some 80 seconds, but not so many steps
    assert room.sent(Rewind) == [Rewind(before=701)]
    room.come(RunHistory(tuple(steps)), Checkpoints(((200, 1e-3),)))
    room.controller.rewinding.rewind()
    assert [(way.step, way.lost) for way in asked] == [(200, 501)]
    assert len(room.sent(Rewind)) == 1
    room.controller.rewinding.rewind(however_far=True)
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


# What the next run would take --------------------------------------------------------------


def rest(room: Room) -> None:
    """Let the time pass that an experiment is left to rest before it is probed."""
    timer = room.controller.questions._probe_later
    if timer.isActive():
        timer.stop()
        timer.timeout.emit()


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
        room.controller.turn_knob("model.encoder.layers", layers)
    rest(room)
    assert [p.config.model.encoder.layers for p in room.sent(Probe)] == [1, 4]


def test_only_the_answer_about_the_experiment_as_it_is_counts(room: Room) -> None:
    room.get_ready()
    rest(room)
    first = ProbeRecord(room.sent(Probe)[-1].request, 1, 2, 0.3, 4)
    room.controller.turn_knob("model.encoder.layers", 2)
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


# Taking back -------------------------------------------------------------------------------


def test_undo_turns_back_the_live_knobs_of_the_run(room: Room, qtbot: QtBot) -> None:
    room.get_ready()
    room.come(RunState("runs/one", 5, True, config=room.draft.config))
    room.controller.turn_knob("training.clip_norm", 5.0)
    room.controller.turn_knob("model.encoder.layers", 2)
    room.controller.undo()  # the layers, which do not act at once
    room.controller.undo()
    qtbot.waitUntil(lambda: [c.value for c in room.sent(ChangeKnob)] == [5.0, 1.0])
    assert room.draft.config.model.encoder.layers == 1
    room.controller.redo()
    qtbot.waitUntil(lambda: [c.value for c in room.sent(ChangeKnob)] == [5.0, 1.0, 5.0])
    assert {command.key for command in room.sent(ChangeKnob)} == {"training.clip_norm"}


def test_an_experiment_that_the_run_is_not_turns_nothing_of_it(room: Room, qtbot: QtBot) -> None:
    room.get_ready()
    room.come(RunState("runs/one", 5, True, config=room.draft.config))
    room.controller.apply_preset("transformer-small")  # other label smoothing, other model
    room.controller.undo()  # what the run is: it hears what it has
    room.controller.redo()
    room.controller.turn_knob("training.clip_norm", 5.0)  # by hand: at once
    qtbot.waitUntil(lambda: ("training.clip_norm", 5.0) in turned(room))
    assert ("training.label_smoothing", 0.1) not in turned(room)
    room.controller.undo()  # one knob that acts at once, whatever else is changed
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
    room.controller.turn_knob(key, value)
    assert room.controller.begins_anew == is_other


def test_how_many_pairs_of_files_are_generated_is_nobodys_business(room: Room) -> None:
    room.get_ready()
    files = DataConfig(builtin="", train=("a.tsv",))
    room.draft.set_data(files)
    room.come(RunState("runs/one", 5, False, config=room.draft.config))
    room.controller.turn_knob("data.builtin_pairs", 500)
    room.controller.turn_knob("data.seed", 7)  # only another split
    assert not room.controller.begins_anew


def test_a_run_goes_on_once_the_other_corpus_is_taken_back(room: Room, qtbot: QtBot) -> None:
    room.get_ready()
    room.come(RunState("runs/one", 5, False, config=room.draft.config))
    room.controller.reading.open_builtin("reverse")
    assert room.controller.begins_anew  # also while it is still being read
    room.answer()
    room.controller.undo()
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
    room.controller.undo()
    qtbot.waitUntil(lambda: room.reader.commands[-1].data == before)
    room.answer()
    assert room.controller.corpus is not None
    assert room.controller.corpus.data == before
    room.controller.redo()
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
    room.controller.turn_knob("data.longest", 50)
    asked = room.reader.commands[-1].data
    assert (asked.builtin, asked.longest) == ("reverse", 50)
    room.answer()
    assert room.draft.config.data == asked


def test_a_knob_taken_back_is_turned_back_in_the_run(room: Room, qtbot: QtBot) -> None:
    room.get_ready()
    room.come(RunState("runs/one", 5, True, config=room.draft.config))
    room.controller.turn_knob("training.clip_norm", 5.0)
    room.controller.reset_knob("training.clip_norm")
    qtbot.waitUntil(lambda: room.sent(ChangeKnob)[-1].value == 1.0)


def test_a_note_of_training_is_told_with_its_other_records(room: Room) -> None:
    note = NoteRecord("The model is being compiled", step=3)
    room.come(note)
    assert [list(records) for records in room.all("records")] == [[note]]

"""The controller: the run and what steers it; beside it, what is opened, read and asked."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from app.bridge.comparing import Comparison
from app.bridge.corpus_reading import CorpusReader, CorpusReading
from app.bridge.course import Course
from app.bridge.draft import Draft
from app.bridge.joining import Joining
from app.bridge.messages import (
    ChangeKnob,
    Checkpoints,
    CloseRun,
    Command,
    CorpusReady,
    OpenRun,
    Pause,
    Play,
    Ready,
    RunFailed,
    RunHistory,
    RunState,
    Shrink,
    Shutdown,
    StartRun,
    StepOnce,
)
from app.bridge.opener import Opener
from app.bridge.pace import Pace
from app.bridge.questions import Questions
from app.bridge.rewinding import Rewinding
from app.bridge.steering import Steering
from s2s_core.configs import DataConfig, RunConfig
from s2s_core.errors import S2SError
from s2s_core.experiment import live_values
from s2s_core.grid_folder import ENDS, is_grid
from s2s_core.records import (
    FailureRecord,
    NoteRecord,
    ProgressRecord,
    Record,
    SmallerRecord,
    StartRecord,
    StepRecord,
    ValidationRecord,
)
from s2s_core.run_folders import new_run_folder

DRAIN_MS = 33
RECORDS_OF_A_RUN = {
    "step", "validation", "sample", "knob", "checkpoint", "checkpoints", "end", "note", "joined",
    "rewound",
}  # fmt: skip


class Engine(Protocol):
    """What the controller needs of the worker."""

    def start(self) -> None: ...
    def send(self, command: Command) -> None: ...
    def take(self) -> list[Record]: ...
    @property
    def is_alive(self) -> bool: ...


class Controller(QObject):
    """Has runs begun, trained and steered by the engine, and tells the window what comes of it.

    What is opened, which corpus is read, which knobs are turned, which pairs join the run, what is
    asked meanwhile, where it goes back to, which settings are compared: `opener`, `reading`,
    `steering`, `joining`, `questions`, `rewinding`, `comparing`.
    Records come when they like; thirty times a second all that came is told at once.
    """

    ready = Signal(tuple)  # the devices there are
    records = Signal(list)  # of the run: steps, validations, knobs …
    history = Signal(list)  # the same, of a run that was opened
    run_changed = Signal(object)  # RunState
    corpus_changed = Signal(object)  # CorpusReady
    corpus_progress = Signal(object)  # ProgressRecord, or None when it is over
    validating = Signal(object)  # ProgressRecord
    start_awaited = Signal(bool)  # a run was asked for, and begins as soon as all is there
    started = Signal(object)  # StartRecord: what a new run began with
    shrinking = Signal(object)  # ProgressRecord, of a smaller copy
    shrunk = Signal(object)  # SmallerRecord
    failed = Signal(object)  # FailureRecord

    def __init__(
        self, engine: Engine, reader: CorpusReader, draft: Draft, runs: Path, cache: Path,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.draft = draft
        self.runs = runs
        self.run = RunState()
        self.is_ready = False
        self.last_step: StepRecord | None = None
        self.course = Course()  # of the run
        self._engine = engine
        self._start_when_read: bool | None = None  # play (or take a step) as soon as it is read
        self._starting = ""  # the folder of a run that was asked for and has not come yet
        self._is_closing = False
        self._timer = QTimer(self, interval=DRAIN_MS)
        self._timer.timeout.connect(self.drain)
        self.reading = CorpusReading(reader, draft, cache, engine.send, self._is_of_run, self)
        self.reading.changed.connect(self.corpus_changed)
        self.reading.progress.connect(self.corpus_progress)
        self.reading.failed.connect(self.failed)
        self.joining = Joining(draft, self.reading, lambda: self.run.config, engine.send, self)
        self.questions = Questions(draft, self.reading, engine.send, self)
        self.rewinding = Rewinding(lambda: self.run, lambda: self.course, engine.send, self)
        self.steering = Steering(
            draft, self.rewinding, lambda: self.run.config,
            lambda: bool(self.run.folder or self._starting), engine.send, self,
        )  # fmt: skip
        self.comparing = Comparison(
            draft, self.reading, self.new_run, self.open_run, engine.send,
            lambda: bool(self._starting), self,
        )  # fmt: skip
        self.reading.over.connect(self._start_if_wanted)  # after that which may want no more
        self.comparing.failed.connect(self.failed)
        self.run_changed.connect(self.comparing.take_run)
        self.records.connect(self.comparing.take_records)
        self.history.connect(self.comparing.take_history)
        self.comparing.left.connect(lambda _: self._await(None))
        self.opener = Opener(draft, self.reading, self.open_run, self.comparing.open, self)
        self.opener.failed.connect(self.failed)

    def start(self) -> None:
        """Start the engine and the corpus process, and read the first corpus.

        What a person has opened meanwhile is not read over.
        """
        self.reading.start()
        self._engine.start()
        self._timer.start()

    @property
    def corpus(self) -> CorpusReady | None:
        """What the next run trains on."""
        return self.reading.corpus

    # The run -----------------------------------------------------------------------------

    @property
    def begins_anew(self) -> bool:
        """Whether training begins a new run: there is none, or it rests and has another corpus."""
        if self.run.config is None or self.run.playing:
            return not self.run.folder
        return self.reading.wanted.pairs != self.run.config.data.pairs

    @property
    def can_take_back(self) -> bool:
        """Whether a run was asked for that training once more would let be.

        Not at the start: whoever presses again there, before the window has answered, means it.
        """
        is_asked = self._start_when_read is not None and not self.comparing.is_going
        return is_asked and self.is_ready

    def play_or_pause(self) -> None:
        """Train, or stop training for a while."""
        if self.run.playing:
            self._engine.send(Pause())
        elif self.can_take_back:
            self._await(None)  # a person has thought better of it
        elif self.begins_anew:
            self.new_run()
        else:
            self._lift_limits()
            self._engine.send(Play())

    def step_once(self) -> None:
        """Take a single step."""
        if self.begins_anew:
            self.new_run(playing=False)
        else:
            self._lift_limits()
            self._feed()
            self._engine.send(StepOnce())

    def new_run(self, playing: bool = True) -> None:
        """Begin afresh with the experiment as it is now; the run there was is kept."""
        if self._starting:
            return
        self.comparing.give_way()
        self.reading.need(self.draft.config.data)
        if not self.is_ready or self.reading.is_busy or self.corpus is None:
            self._await(playing)
            return
        config, prepared = self.draft.next_config, self.corpus.prepared.folder
        preset = self.draft.preset if self.draft.is_preset() else ""
        folder = self.comparing.new_folder or new_run_folder(self.runs, config, preset)
        self._starting = str(folder)
        self._engine.send(StartRun(str(folder), config, prepared, playing))

    def _await(self, playing: bool | None) -> None:
        self._start_when_read = playing
        self.start_awaited.emit(playing is not None)

    def open_run(self, folder: Path, playing: bool = False) -> None:
        """Bring back a run from its folder, and perhaps go on with it."""
        self.reading.give_way()
        self._engine.send(OpenRun(str(folder), self.draft.config.training.device, playing))

    def shrink(self, folder: Path, out: Path, share: float, *, int8: bool) -> None:
        """Write a smaller copy of a run; the one that is open goes on meanwhile."""
        self._engine.send(Shrink(str(folder), str(out), share, int8))

    def close_run(self) -> None:
        """Save the run and let go of it."""
        self._engine.send(CloseRun())

    def _lift_limits(self) -> None:
        """A run that came to its end goes on for as long again, if a person says so."""
        training = self.run.config.training if self.run.config else None
        if training is None or not self.run.is_finished or self._starting:
            return  # what comes after a new run was asked for is meant for that
        spent = self.last_step.elapsed_seconds / 60 if self.last_step else 0.0
        more = {
            "steps": self.run.step + training.steps,
            "minutes": spent + training.minutes,
            "patience": 2 * training.patience,
        }
        key = self.run.ended
        self._engine.send(ChangeKnob(f"training.{key}", more[key]))

    def _is_of_run(self, data: DataConfig) -> bool:
        """Whether the run trains on a corpus, and not all of it is there."""
        prepared = self.run.prepared
        is_whole = prepared is None or prepared.is_whole
        return bool(self._starting) or (self.run.began_with == data and not is_whole)

    def _feed(self) -> None:
        """Have the rest of the run's corpus encoded."""
        data = self.run.began_with
        if data is not None and self._is_of_run(data):
            self.reading.feed(data)

    # What comes back ---------------------------------------------------------------------

    def drain(self) -> None:
        """Tell all that has come from the engine and the corpus process."""
        self.reading.drain()
        of_the_run: list[Record] = []
        for record in self._engine.take():
            if record.record in RECORDS_OF_A_RUN:
                of_the_run.append(record)
            else:
                self._flush(of_the_run)
                self._tell(record)
        self._flush(of_the_run)
        if not self._engine.is_alive and not self._is_closing:
            self._is_closing = True
            self.fail("the engine has stopped for good; close the window and start it again")

    def fail(self, template: str, **values: object) -> None:
        """Show a sentence of the window's own as a failure."""
        self.failed.emit(FailureRecord(template, dict(values)))

    def shut_down(self, seconds: float = 30.0) -> list[FailureRecord]:
        """Save, end the thread and the process; returns what went wrong on the way.

        The outbox is emptied until they are gone.
        """
        self._is_closing = True
        failures: list[FailureRecord] = []
        self._timer.stop()
        self.reading.end()
        self._engine.send(Shutdown())
        waited = 0.0
        while self._engine.is_alive and waited < seconds:
            failures += [r for r in self._engine.take() if isinstance(r, FailureRecord)]
            time.sleep(0.01)  # no events: a window that is closing must not be painted
            waited += 0.01
        return failures

    def _tell(self, record: Record) -> None:
        self.questions.hear(record)
        match record:
            case Ready():
                self.is_ready = True
                self.ready.emit(record.devices)
                self._start_if_wanted()
            case RunState():
                self._take_run(record)
            case RunHistory():
                self._take_history(record)
            case ProgressRecord():
                is_copy = record.what == "measuring"
                (self.shrinking if is_copy else self.validating).emit(record)
            case FailureRecord():
                self._take_failure(record)
            case StartRecord():
                self.started.emit(record)
            case SmallerRecord():
                self.shrunk.emit(record)

    def _take_failure(self, failure: FailureRecord) -> None:
        self.rewinding.is_under_way = False
        if isinstance(failure, RunFailed):
            if failure.folder == self._starting:
                self._starting = ""
            self.comparing.take_failure(failure)
        self.failed.emit(failure)

    def _take_history(self, history: RunHistory) -> None:
        if self.rewinding.is_under_way and self.run.config:
            wanted, run = live_values(self.draft.config), live_values(self.run.config)
            moved = {key: run[key] for key in run if run[key] != wanted[key]}
            rate = self.rewinding.rate_at(self.run.step)
            now = self.run.config.training.learning_rate
            self.draft.follow_rewind(moved, now if rate is None else rate)  # the knobs go back too
        is_rewound = self.rewinding.is_under_way
        pace = self.course.pace if is_rewound else Pace()
        self.course = Course(self.run.prepared)
        self._remember(history.records)
        self.course.pace = pace  # of a run that was opened, the machine of then is not that of now
        newest = self.course.last.step if self.course.last else 0
        self.rewinding.has_come(newest if is_rewound else 0)
        self.history.emit(list(history.records))

    def _flush(self, records: list[Record]) -> None:
        if records:
            self._remember(records)
            self.records.emit(list(records))
            records.clear()

    def _remember(self, records: Sequence[Record]) -> None:
        self.course.take(records)
        for record in records:
            if isinstance(record, StepRecord):
                self.last_step = record
            elif isinstance(record, ValidationRecord):
                self.questions.probe_again()
            elif isinstance(record, Checkpoints):
                self.rewinding.kept = record.kept

    def _take_run(self, state: RunState) -> None:
        is_new = state.folder != self.run.folder
        self.run = state
        if is_new:
            self.last_step, self.course = None, Course(state.prepared)
            self.draft.let_run_go()
            self.rewinding.has_come(0)  # what was under way was of the run that is no longer here
            began = state.began_with
            self.reading.feed_no_other(began)
            if state.folder != self._starting and state.config and state.corpus and state.prepared:
                data = began or state.config.data
                corpus = CorpusReady(0, data, state.corpus, state.prepared)
                self.reading.take(self._for_the_next(state), corpus)  # opened, not begun here
        if state.folder in (self._starting, ""):  # it is there, or it could not be begun
            self._starting = ""
        if state.playing and not self._starting:
            self._feed()
        self.run_changed.emit(state)

    def _for_the_next(self, state: RunState) -> RunConfig:
        """Return the experiment of an opened run; how long it trains is of its comparison alone."""
        assert state.config
        trial = self.comparing.current
        is_of_comparison = is_grid(Path(state.folder).parent)
        if not is_of_comparison or (trial and trial.folder == Path(state.folder)):
            return state.config
        own, training = self.draft.own_config.training, state.config.training
        ends = {name: getattr(own, name) for name in ENDS}
        return state.config.model_copy(update={"training": training.model_copy(update=ends)})

    def _start_if_wanted(self, has_corpus: bool = True) -> None:
        """Begin the run that was asked for before everything was there, or let it be."""
        if not has_corpus:
            self._await(None)
        elif self._start_when_read is not None and not self.reading.is_busy:
            playing = self._start_when_read
            self._await(None)
            self.new_run(playing)


def sentence_of(failure: FailureRecord | NoteRecord | StartRecord | S2SError) -> str:
    """Return the sentence of a failure or a note in the language of the window."""
    template = QCoreApplication.translate("s2s_core", failure.template)
    return template.format(**failure.values)

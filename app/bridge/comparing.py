"""Comparing settings: several runs, begun one after the other, and what came of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.bridge.corpus_reading import CorpusReading
from app.bridge.draft import Draft
from app.bridge.dropped_experiment import check_choices
from app.bridge.messages import ChangeKnob, Command, Play, RunFailed, RunState
from app.bridge.trials import (
    BEGINS,
    DONE,
    FAILED,
    LEFT,
    NOT_BEGUN,
    TRAINS,
    WAITS,
    Trial,
    translated,
    trials_of,
)
from s2s_core.comparing import Comparing as Sums
from s2s_core.errors import BadRun, S2SError
from s2s_core.experiment import value_of
from s2s_core.grid_folder import ENDS, GridFolder, is_grid
from s2s_core.records import FailureRecord, Record
from s2s_core.run_folders import TRAINING_LOCK, Lock, hold


class Comparison(QObject):
    """Trains the combinations of some settings one after the other, each as a run like any other.

    All is kept in a folder, as the command keeps it: opened again, it goes on where it was.
    The draft is what is being trained, and afterwards what it was before. Another run that is
    opened or begun meanwhile ends it: what was not begun by then is not begun.
    """

    changed = Signal()  # what is trained, or how many are to come
    moved = Signal(int)  # the numbers of one of them
    opened = Signal(object)  # Path: its table can be looked at
    left = Signal(object)  # Path of its folder: another run or corpus was wanted instead
    failed = Signal(object)  # FailureRecord

    def __init__(
        self, draft: Draft, reading: CorpusReading, new_run: Callable[[], None],
        open_run: Callable[[Path, bool], None], tell_engine: Callable[[Command], None],
        is_starting: Callable[[], bool], parent: QObject,
    ) -> None:  # fmt: skip
        """`is_starting` tells whether the engine was told to begin a run that has not come yet."""
        super().__init__(parent)
        self.trials: list[Trial] = []
        self.plan: GridFolder | None = None  # what is compared, and where it is kept
        self._held: Lock | None = None  # tells other programs that it is being trained
        self._draft, self._reading = draft, reading
        self._new_run, self._open_run, self._tell_engine = new_run, open_run, tell_engine
        self._is_starting = is_starting
        self._now = -1  # the trial that is begun or trained
        self._opens = False  # its run was begun before, and is on its way
        self._folder = ""  # of the run that is open
        self._why = ""  # the newest failure
        self._sums = Sums(Path())  # of the run that is trained
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._begin_next)
        reading.over.connect(self._take_corpus)

    @property
    def is_going(self) -> bool:
        """Whether a run of it is trained or to come."""
        return self._now >= 0

    @property
    def current(self) -> Trial | None:
        """What is begun or trained."""
        return self.trials[self._now] if self.is_going else None

    @property
    def is_between(self) -> bool:
        """Whether the run that is open is over, and the next one not there yet."""
        return self.current is not None and self.current.state != TRAINS

    @property
    def new_folder(self) -> Path | None:
        """Where the run that is begun next is to be; nothing while one is opened instead."""
        is_new = self.current and self.current.state == BEGINS and not self._opens
        return self.current.folder if self.current and is_new else None

    @property
    def place(self) -> int:
        """The number of what is begun or trained, from 1."""
        return self._now + 1

    @property
    def to_come(self) -> int:
        """How many are still to be begun."""
        return sum(trial.state == WAITS for trial in self.trials)

    @property
    def left_out(self) -> int:
        """How many are neither trained nor to come."""
        return sum(trial.state in (LEFT, NOT_BEGUN) for trial in self.trials)

    @property
    def unfinished(self) -> int:
        """How many are not trained to their end."""
        return sum(trial.state != DONE for trial in self.trials)

    def begin(self, plan: GridFolder) -> None:
        """Train the runs of a grid that are not done, one after the other."""
        if not self.is_going and self._take_up(plan):
            self._begin_next()
            self.opened.emit(plan.folder)

    def open(self, folder: Path) -> None:
        """Show what came of a grid, of which nothing is trained unless that is wanted."""
        if self.is_going:
            if self.plan is None or folder != self.plan.folder:
                self._fail(
                    "other settings are being compared: wait until they are done, or choose "
                    "“Stop after this one” in Run ▸ Compare settings"
                )
                return
        else:
            try:
                plan = GridFolder.load(folder, check_choices)
                self.plan, self.trials = plan, trials_of(plan, self._draft.config.training.device)
            except S2SError as error:
                self._fail(error.template, **error.values)
                return
            self.changed.emit()
        self.opened.emit(folder)

    def go_on(self) -> None:
        """Train what is not done yet."""
        if not self.is_going and self.plan is not None and self._take_up(self.plan):
            self._begin_next()

    def _take_up(self, plan: GridFolder) -> bool:
        """Hold a grid and have all wait that is not done, or tell why not.

        What is in its folder counts: another program may have trained it since it was opened.
        """
        held = None
        try:
            plan.make()
            held = hold(plan.folder, TRAINING_LOCK)
            if held is None:
                raise BadRun("{folder} is being trained by another program", folder=plan.folder)
            if is_grid(plan.folder):
                plan = GridFolder.load(plan.folder, check_choices)
            trials = trials_of(plan, self._draft.config.training.device)
            plan.save([trial.row for trial in trials])
        except S2SError as error:
            if held:
                held.release()
            self._fail(error.template, **error.values)
            return False
        self.plan, self._held = plan, held
        self.trials = [
            trial if trial.state == DONE else replace(trial, state=WAITS, why="")
            for trial in trials
        ]
        return True

    def stop_after_this(self) -> None:
        """Begin no other; the one that is trained goes on to its end."""
        self._let_be()
        self.changed.emit()

    def train_left_out(self) -> None:
        """Begin the others after this one, all the same."""
        if self.is_going:
            self.trials = [
                replace(trial, state=WAITS) if trial.state in (LEFT, NOT_BEGUN) else trial
                for trial in self.trials
            ]
            self.changed.emit()

    def end(self) -> None:
        """Begin no other, and give the draft back: the window closes."""
        if self.is_going:
            self._finish()

    def give_way(self) -> None:
        """A person begins a run of their own, with what was set before the comparison."""
        if self.is_going and self.new_folder is None:
            self._leave(keep=False)

    # What comes back ---------------------------------------------------------------------

    def take_run(self, state: RunState) -> None:
        """See whether it is the run that was begun, and whether that has come to its end."""
        before, self._folder = self._folder, state.folder
        trial = self.current
        if trial is None:
            return
        is_own = Path(state.folder) == trial.folder
        if is_own and trial.state == BEGINS:
            self._take_coming(trial, state)
        elif is_own and trial.state == TRAINS:
            self._follow(state)
        elif trial.state == TRAINS:
            is_other = bool(state.folder)
            self._leave(keep=is_other, is_told=is_other)
        elif not is_own and state.folder not in ("", before) and not self._is_starting():
            self._leave(keep=True)

    def _leave(self, *, keep: bool, is_told: bool = True) -> None:
        """Another run was opened or begun, or that of the trial was closed.

        keep: the draft stays as it is, as it does for a run that was opened
        is_told: nobody may have meant it
        """
        self._soon.stop()
        self._finish(keep=keep)
        if is_told and self.unfinished and self.plan:
            self.left.emit(self.plan.folder)

    def _take_coming(self, trial: Trial, state: RunState) -> None:
        """The run is there; one that was begun before is played on."""
        if self._opens:
            state = self._played_on(trial, state)
        self._opens, self._sums = False, Sums(trial.folder)
        self._note(state=TRAINS, is_begun=True)
        self._follow(state)

    def _played_on(self, trial: Trial, state: RunState) -> RunState:
        """Return how the run is that trains on; over, if it was trained to the end it is to have.

        Where it is to have another end, it is told so.
        """
        has, wants = state.config or trial.config, trial.config
        keys = [f"training.{name}" for name in ENDS]
        ends = {k: value_of(wants, k) for k in keys if value_of(wants, k) != value_of(has, k)}
        if not ends:
            return state
        for key, end in sorted(ends.items(), key=lambda item: item[1]):  # 0, which is none, first
            self._tell_engine(ChangeKnob(key, end))
        if state.ended:
            self._tell_engine(Play())
        return replace(state, ended="")

    def _follow(self, state: RunState) -> None:
        self._note(is_playing=state.playing)
        if state.ended:
            self._go_on(FAILED if state.ended == "failed" else DONE)
        else:
            self.changed.emit()

    def take_records(self, records: Iterable[Record]) -> None:
        """Note what the run that is trained has to tell."""
        if self.current and self.current.state == TRAINS:
            self._add(records)

    def take_history(self, records: Iterable[Record]) -> None:
        """A run that was opened or rewound tells all that there is of it."""
        if self.current and self.current.state in (TRAINS, DONE):
            self._sums = Sums(self.current.folder)
            self._add(records)

    def _add(self, records: Iterable[Record]) -> None:
        self._sums.take(records)
        self._note(numbers=self._sums.now)
        self.moved.emit(self._now)

    def take_failure(self, failure: RunFailed) -> None:
        """See whether it is of the run that is begun, opened or trained."""
        trial = self.current
        if trial and Path(failure.folder) == trial.folder:
            self._why = _sentence_of(failure)
            if trial.state == BEGINS:
                self._go_on(FAILED)

    def _take_corpus(self, is_there: bool, failure: FailureRecord | None) -> None:
        """What was read for the next run is there, was refused, or is not wanted any more."""
        trial = self.current
        if trial is None or self.new_folder is None or self._is_starting():
            return
        is_own = self._reading.asked == trial.config.data
        if is_own and failure:
            self._why = _sentence_of(failure)
            self._go_on(FAILED)
        elif not (is_own and is_there) and self.plan:
            self._let_be()  # it was stopped, or a person has opened another
            self._go_on(NOT_BEGUN)
            self.left.emit(self.plan.folder)

    # Going on ----------------------------------------------------------------------------

    def _begin_next(self) -> None:
        waiting = (n for n, trial in enumerate(self.trials) if trial.state == WAITS)
        self._now = next(waiting, -1)
        if self.current is None:
            self._finish()
            return
        self._why, self._opens = "", self.current.is_begun
        self._note(state=BEGINS)
        if self._reading.is_busy:
            self._draft.set_data(self._reading.wanted)  # a person's, for afterwards
        self._draft.lend(self.current.config, self.current.values)
        self.changed.emit()
        if self._opens:
            self._open_run(self.current.folder, True)
        else:
            self._reading.want(self.current.config.data)
            self._new_run()

    def _go_on(self, state: str) -> None:
        """What is trained is over; the next one begins when all have heard of that."""
        self._note(state=state, is_playing=False, why=self._why if state == FAILED else "")
        self._save()
        self._soon.start()
        self.changed.emit()

    def _finish(self, *, keep: bool = False) -> None:
        if self.current and self.current.state in (BEGINS, TRAINS):
            state = LEFT if self.current.is_begun else NOT_BEGUN
            self._note(state=state, is_playing=False)
        self._let_be()
        self._save()
        if self._held:
            self._held.release()
        self._held, self._now = None, -1
        self._draft.end_loan(keep=keep)
        self.changed.emit()

    def _save(self) -> None:
        """Keep the table as it is; where that fails, what is trained is no worse for it."""
        if self.plan:
            try:
                self.plan.save([trial.row for trial in self.trials])
            except S2SError as error:
                self._fail(error.template, **error.values)

    def _fail(self, template: str, **values: object) -> None:
        self.failed.emit(FailureRecord(template, dict(values)))

    def _let_be(self) -> None:
        self.trials = [
            replace(trial, state=LEFT if trial.is_begun else NOT_BEGUN)
            if trial.state == WAITS
            else trial
            for trial in self.trials
        ]

    def _note(self, **changes: Any) -> None:
        self.trials[self._now] = replace(self.trials[self._now], **changes)


def _sentence_of(failure: FailureRecord) -> str:
    return translated(failure.template).format(**failure.values)

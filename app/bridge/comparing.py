"""Comparing settings: several runs, begun one after the other, and what came of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from app.bridge.draft import Draft
from app.bridge.messages import RunState
from s2s_core.comparing import Compared
from s2s_core.comparing import Comparing as Sums
from s2s_core.configs import RunConfig
from s2s_core.records import FailureRecord, Record

WAITS, BEGINS, TRAINS = "waits", "begins", "trains"
DONE, FAILED, LEFT, NOT_BEGUN = "done", "failed", "left", "not begun"
OVER = (DONE, FAILED, LEFT, NOT_BEGUN)
NOTHING_YET = Compared(Path())


@dataclass(frozen=True)
class Trial:
    """One of the runs that are compared."""

    values: Mapping[str, Any]  # of the settings that are varied, by key
    config: RunConfig
    title: str
    name: str = ""  # that its folder ends in
    state: str = WAITS
    why: str = ""  # it failed
    folder: str = ""  # as soon as it was begun
    is_playing: bool = False
    numbers: Compared = NOTHING_YET


class Comparison(QObject):
    """Trains the combinations of some settings one after the other, each as a run like any other.

    The draft is what is being trained, and afterwards what it was before. Another run that is
    opened or begun meanwhile ends it: what was not begun by then is not begun.
    """

    changed = Signal()  # what is trained, or how many are to come
    moved = Signal(int)  # the numbers of one of them

    def __init__(
        self, draft: Draft, new_run: Callable[[], None], is_coming: Callable[[], bool],
        parent: QObject,
    ) -> None:  # fmt: skip
        """`is_coming` tells whether a run was asked for that has not come yet."""
        super().__init__(parent)
        self.trials: list[Trial] = []
        self._draft, self._new_run = draft, new_run
        self._is_coming = is_coming
        self._now = -1  # the trial that is begun or trained
        self._folder = ""  # of the run that is open
        self._why = ""  # the newest failure
        self._sums = Sums(Path())  # of the run that is trained
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._begin_next)

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
    def name(self) -> str:
        """What the run that is being begun is to be called, beside what others are."""
        return self.current.name if self.current and self.current.state == BEGINS else ""

    @property
    def place(self) -> int:
        """The number of what is begun or trained, from 1."""
        return self._now + 1

    @property
    def to_come(self) -> int:
        """How many are still to be begun."""
        return sum(trial.state == WAITS for trial in self.trials)

    def begin(self, trials: Sequence[Trial]) -> None:
        """Train these, one after the other."""
        if not self.is_going and trials:
            self.trials = list(trials)
            self._begin_next()

    def stop_after_this(self) -> None:
        """Begin no other; the one that is trained goes on to its end."""
        self._let_be()
        self.changed.emit()

    def end(self) -> None:
        """Begin no other, and give the draft back: the window closes."""
        if self.is_going:
            self._finish()

    # What comes back ---------------------------------------------------------------------

    def take_run(self, state: RunState) -> None:
        """See whether it is the run that was begun, and whether that has come to its end."""
        before, self._folder = self._folder, state.folder
        trial = self.current
        if trial is None:
            return
        if self._soon.isActive():
            if state.folder not in ("", before, trial.folder):
                self._soon.stop()
                self._finish(keep=True)
        elif trial.state == BEGINS and not self._is_coming():
            if state.folder in ("", before):
                self._go_on(FAILED)
                return
            self._sums = Sums(Path(state.folder))
            self._note(state=TRAINS, folder=state.folder)
            self._follow(state)
        elif trial.state == TRAINS and state.folder == trial.folder:
            self._follow(state)
        elif trial.state == TRAINS:
            self._leave(is_other=bool(state.folder))

    def _follow(self, state: RunState) -> None:
        self._note(is_playing=state.playing)
        if state.ended:
            self._go_on(FAILED if state.ended == "failed" else DONE)
        else:
            self.changed.emit()

    def take_records(self, records: Iterable[Record]) -> None:
        """Note what the run that is trained has to tell."""
        if self.current and self.current.state == TRAINS:
            self._sums.take(records)
            self._note(numbers=self._sums.now)
            self.moved.emit(self._now)

    def take_failure(self, failure: FailureRecord) -> None:
        """Keep why: that it has failed is told before, or after."""
        template = QCoreApplication.translate("s2s_core", failure.template)
        self._why = template.format(**failure.values)
        if self.current and self.current.state == FAILED and not self.current.why:
            self._note(why=self._why)
            self.changed.emit()

    def take_corpus(self, is_there: bool) -> None:
        """A corpus that was refused, or stopped being read, brings no run."""
        is_waiting = self.current is not None and self.current.state == BEGINS
        if is_waiting and not is_there and not self._is_coming():
            self._go_on(FAILED)

    # Going on ----------------------------------------------------------------------------

    def _begin_next(self) -> None:
        waiting = (n for n, trial in enumerate(self.trials) if trial.state == WAITS)
        self._now = next(waiting, -1)
        if self.current is None:
            self._finish()
            return
        self._why = ""
        self._note(state=BEGINS)
        self._draft.lend(self.current.config, self.current.values)
        self.changed.emit()
        self._new_run()

    def _go_on(self, state: str) -> None:
        """What is trained is over; the next one begins when all have heard of that."""
        self._note(state=state, is_playing=False, why=self._why if state == FAILED else "")
        self._soon.start()
        self.changed.emit()

    def _leave(self, *, is_other: bool) -> None:
        """Another run was opened or begun, or this one closed."""
        self._note(state=LEFT, is_playing=False)
        self._finish(keep=is_other)

    def _finish(self, *, keep: bool = False) -> None:
        self._let_be()
        self._now = -1
        self._draft.end_loan(keep=keep)
        self.changed.emit()

    def _let_be(self) -> None:
        self.trials = [
            replace(trial, state=NOT_BEGUN) if trial.state == WAITS else trial
            for trial in self.trials
        ]

    def _note(self, **changes: Any) -> None:
        self.trials[self._now] = replace(self.trials[self._now], **changes)

"""What is true now: all that the window hears of a run and its corpus, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.bridge.controller import Controller, sentence_of
from app.bridge.draft import WHICH_CORPUS
from app.bridge.kept_corpora import identity_of
from app.bridge.messages import RunState
from app.panels.status_line.getting_ready import GettingReady
from app.panels.status_line.saying import Going, Saying, joined
from app.run_titles import run_title
from app.widgets import numbers
from app.widgets.paths import in_sentence
from s2s_core.records import (
    WAITING,
    FailureRecord,
    NoteRecord,
    ProgressRecord,
    Record,
    RewoundRecord,
    StepRecord,
    ValidationRecord,
)


class Listener(QObject):
    """Takes in what happens, and says what is true now; when to say it is the line's.

    Whoever shows that hears of it from here alone, after it has been taken in.
    """

    changed = Signal()  # something else is true now
    stage_changed = (
        Signal()
    )  # something else is done with the corpus, or the first scores are there
    moved = Signal()  # the same is true with other numbers
    noted = Signal(str)  # a sentence of the run's own

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self.key = "Space"  # that trains; where Space is typed, another
        self._folder = ""
        self._state: tuple[str, bool, str] = ("", False, "")  # of the run
        self._failure = ""  # the newest of any kind
        self._why = ""  # the run failed
        self._told_above = ""  # in the banner
        self._was_comparing = False
        self._awaits_start = False  # a run was asked for that cannot begin yet
        self._reading: ProgressRecord | None = None
        self._validating: ProgressRecord | None = None
        self._dismissed: set[str] = set()  # of warnings that stay until they are dealt with
        controller.ready.connect(self._take_change)
        controller.start_awaited.connect(self._take_awaited)
        controller.corpus_changed.connect(self._take_change)
        controller.corpus_progress.connect(self._take_reading)
        controller.run_changed.connect(self._take_run)
        controller.records.connect(self._take_records)
        controller.history.connect(self._take_history)
        controller.validating.connect(self._take_validating)
        controller.failed.connect(self._take_failure)
        controller.draft.changed.connect(self.moved)
        controller.rewinding.outlived.connect(self._tell_what_stays)
        controller.comparing.changed.connect(self._take_comparing)

    # What comes in -----------------------------------------------------------------------

    def _take_change(self, _: object) -> None:
        self.changed.emit()

    def _take_awaited(self, on: bool) -> None:
        """That a run was asked for is said at once: nothing else shows it."""
        if on != self._awaits_start:
            self._awaits_start = on
            self.changed.emit()

    def _take_run(self, state: RunState) -> None:
        """Begin afresh with another run."""
        if state.folder != self._folder:
            self._folder = state.folder
            self._dismissed.clear()
            self._why = ""
        is_as_before = self._state == (state.folder, state.playing, state.ended)
        self._state = state.folder, state.playing, state.ended
        has_failed = state.ended == "failed"
        self._why = (self._why or self._failure) if has_failed else ""  # it has come before this
        self._validating = None
        # A knob that was turned is no news: what is being told of it may be read to its end.
        (self.moved if is_as_before else self.changed).emit()

    def _take_records(self, records: Sequence[Record]) -> None:
        if any(isinstance(record, StepRecord | ValidationRecord) for record in records):
            self._validating = None
            # The first scores were announced: what says so must not outlive them.
            (self.stage_changed if self._have_first_scores(records) else self.moved).emit()
        for record in records:
            if isinstance(record, NoteRecord):
                self.noted.emit(sentence_of(record))
            elif isinstance(record, RewoundRecord):
                text = self.tr("Rewound to step {step}, learning rate {rate}.")
                if record.left > record.step:
                    text = self.tr("Rewound from step {left} to step {step}, learning rate {rate}.")
                if record.left > record.step == 0:
                    text = self.tr(
                        "Rewound from step {left} to the beginning, as no later checkpoint was "
                        "healthy; learning rate {rate}."
                    )
                told = text.format(
                    left=numbers.count(record.left), step=numbers.count(record.step),
                    rate=numbers.learning_rate(record.learning_rate),
                )  # fmt: skip
                self.noted.emit(f"{told} {self._next_rate()}".rstrip())

    def _next_rate(self) -> str:
        """Say what a new run begins with, where the rate was lowered for this one alone."""
        rate = self._controller.draft.next_rate
        text = self.tr("A new run begins at {rate}.")
        return "" if rate is None else text.format(rate=numbers.learning_rate(rate))

    def _have_first_scores(self, records: Sequence[Record]) -> bool:
        checks = [record for record in records if isinstance(record, ValidationRecord)]
        return bool(checks) and len(self._controller.course.checks) == len(checks)

    def _take_comparing(self) -> None:
        """When the comparison is over, say what a new run begins with: the last has its own."""
        comparing, run = self._controller.comparing, self._controller.run
        was, self._was_comparing = self._was_comparing, comparing.is_going
        self.changed.emit()
        is_last = any(Path(run.folder) == trial.folder for trial in comparing.trials)
        if not was or self._was_comparing or not run.config or not is_last:
            return
        text = self.tr("Compared: Run ▸ Compare settings shows the table. All is set as before.")
        rate = self._controller.draft.next_config.training.learning_rate
        if run.config.training.learning_rate != rate:
            text = self.tr(
                "Compared: Run ▸ Compare settings shows the table. A new run begins at learning "
                "rate {rate}, as was set before."
            )
        self.noted.emit(text.format(rate=numbers.learning_rate(rate)))

    def _tell_what_stays(self) -> None:
        """Say what undoing after a rewind has taken back, and what not."""
        text = self.tr(
            "The settings are as before the rewind, learning rate {rate}; the rewind itself stays."
        )
        rate = self._controller.draft.config.training.learning_rate
        self.noted.emit(text.format(rate=numbers.learning_rate(rate)))

    def _take_history(self, _: Sequence[Record]) -> None:
        self._validating = None
        self.changed.emit()

    def _take_validating(self, record: ProgressRecord) -> None:
        self._validating = record if record.done < record.total else None
        self.moved.emit()

    def _take_reading(self, record: ProgressRecord | None) -> None:
        """That reading has begun, does something else now or is over changes what is done."""
        before, self._reading = self._reading, record
        is_same = (before.what if before else "") == (record.what if record else "")
        (self.moved if is_same else self.stage_changed).emit()

    def _take_failure(self, failure: FailureRecord) -> None:
        self._failure = sentence_of(failure).rstrip(".")

    def take_told_above(self, text: str) -> None:
        """Leave out what stands in the banner; "" when there is none."""
        self._told_above = text.casefold()
        self.changed.emit()

    def dismiss(self, about: str) -> None:
        """Say no more of a warning, until it happens again."""
        self._dismissed.add(about)

    # What to say -------------------------------------------------------------------------

    def saying(self) -> Saying:
        """Say what is true now; where several runs are compared, of which of them."""
        comparing, saying = self._controller.comparing, self._saying()
        if comparing.current is None:
            return saying
        number, count = comparing.place, len(comparing.trials)
        if comparing.is_between:
            text = self.tr("Run {number} of {count} is being begun: {title}.")
            title = comparing.current.title
            return Saying("comparing", "idle", text.format(number=number, count=count, title=title))
        text = self.tr("Run {number} of {count}: {text}")
        return replace(saying, text=text.format(number=number, count=count, text=saying.text))

    def _saying(self) -> Saying:
        run = self._controller.run
        if not run.folder or (self._awaits_start and not run.playing):
            return self._before_a_run()
        if run.ended == "failed":
            text = self.tr("Training stopped at step {step}; rewind (R), or begin a new run (N).")
            if self._why and self._why.casefold() not in self._told_above:
                text = self.tr(
                    "Training stopped at step {step}; rewind (R), or begin a new run (N). "
                    "Why: {why}."
                )
            step = numbers.count(run.step)
            return Saying("failed", "error", text.format(step=step, why=self._why))
        if run.ended:
            return self._resting(Saying(run.ended, "done", self._ended(run)), self._scores_kept())
        if self._validating:
            return self._scoring(self._validating)
        if not run.playing:
            paused = Saying("paused", "paused", self._paused())
            return self._resting(paused, joined(self._later(), self._scores_kept()))
        going, later = self._going, self._later()
        saying, left = self._out_of_hand() or going.saying(), going.time_left()
        text, more = (later, left) if later else (left, "")
        return replace(saying, text=joined(saying.text, text), more=joined(saying.more, more))

    @property
    def _going(self) -> Going:
        can_rewind = self._controller.rewinding.way_back() is not None
        return Going(self._controller.course, self._controller.run, can_rewind=can_rewind)

    def _resting(self, saying: Saying, more: str) -> Saying:
        """What has gone wrong is not mended by a pause: it is told until it is dealt with.

        On a projector the line holds the two in few words, and no more.
        """
        trouble = self._out_of_hand()
        if trouble is None:
            return replace(saying, text=joined(saying.text, more))
        text = joined(trouble.short or trouble.text, saying.text)
        return replace(trouble, text=text, more=joined(trouble.text, more))

    def _out_of_hand(self) -> Saying | None:
        """Say what went wrong with the weights, unless that was dismissed."""
        found = self._going.troubles()
        self._dismissed &= {saying.about for saying in found}  # it may happen again
        return next((saying for saying in found if saying.about not in self._dismissed), None)

    def _before_a_run(self) -> Saying:
        """Say what is being done; and that training begins then, if that was asked for."""
        doing = GettingReady(self._controller, self._reading, key=self.key).saying()
        if not self._awaits_start:
            return doing
        begins = self.tr("Training begins as soon as that is done.")
        if self._controller.can_take_back:
            begins = self.tr("Training begins as soon as that is done; {key} takes it back.")
        return Saying("awaited", "going", joined(doing.text, begins.format(key=self.key)))

    def _scoring(self, record: ProgressRecord) -> Saying:
        if record.what == WAITING:
            text = self.tr(
                "Training waits for the corpus: {count:pair is|pairs are} encoded so far …"
            )
            run = self._controller.run.config
            if run is not None and run.training.batching == "full":
                text = self.tr(
                    "A full batch is all of the corpus, so the first step waits until all is "
                    "encoded: {count} of about {total} pairs so far …"
                )
            count, total = numbers.count(record.done), numbers.count(record.total)
            return Saying("going", "going", text.format(count=count, total=total))
        text = self.tr("Scoring the held-out sentences: part {done} of {total} …")
        done, total = numbers.count(record.done), numbers.count(record.total)
        return Saying("going", "going", text.format(done=done, total=total))

    def _ended(self, run: RunState) -> str:
        reasons = {
            "steps": self.tr("Finished: {step:step is|steps are} done."),
            "minutes": self.tr("Finished after {step:step|steps}: the time is up."),
            "patience": self.tr(
                "Stopped after {step:step|steps}: the held-out sentences score no better."
            ),
        }
        text = reasons.get(run.ended, self.tr("Stopped at step {step}."))
        more = self.tr("{key} trains for as long again.").format(key=self.key)
        if self._controller.begins_anew:
            more = self._with_the_new_corpus()
        return joined(text.format(step=numbers.count(run.step)), more)

    def _paused(self) -> str:
        step = self._controller.last_step
        at = numbers.count(step.step if step else self._controller.run.step)
        if self._controller.begins_anew:
            text = self.tr("Paused at step {step}.").format(step=at)
            return joined(text, self._with_the_new_corpus())
        return self.tr("Paused at step {step}; {key} goes on.").format(step=at, key=self.key)

    def _scores_kept(self) -> str:
        """Say that the model is kept, as nobody has to save it, and the scores.

        The name comes first: of a long line the end is cut off. Where it is kept is too long for
        a line, and told to those who point at it.
        """
        if self._controller.begins_anew and not self._controller.run.ended:
            return ""
        name = run_title(self._controller.run.folder)
        kept = self.tr("Kept as “{name}”.").format(name=name)
        return joined(kept, self._going.scores())

    def where(self) -> str:
        """Say where the model is, for those who point at the line."""
        run = self._controller.run
        if not run.folder or (self._awaits_start and not run.playing):
            return ""
        text = self.tr("The model is kept in {folder}.")
        if run.playing:
            text = self.tr("The run is kept in {folder}, and saved as it goes.")
        return text.format(folder=in_sentence(run.folder, whole=True))

    def _with_the_new_corpus(self) -> str:
        """Say that Space begins a new run, and why: another corpus, or this one set otherwise."""
        run, wanted = self._controller.run.config, self._controller.reading.wanted
        is_same = run is not None and identity_of(run.data) == identity_of(wanted)
        why = self.tr("Another corpus has been chosen")
        if is_same:
            why = self.tr("The corpus was changed")
        text = self.tr("{why}: {key} begins a new run with it.")
        undone = self._controller.draft.undo_keys()
        if any(key in WHICH_CORPUS or (is_same and key.startswith("data.")) for key in undone):
            text = self.tr("{why}: {key} begins a new run with it, Undo takes it back.")
        return text.format(why=why, key=self.key)

    def _later(self) -> str:
        """Say that what was set waits for a new run, or nothing."""
        waits = not self._controller.begins_anew and self._controller.joining.for_a_new_run()
        return self.tr("What you changed is for a new run (N).") if waits else ""

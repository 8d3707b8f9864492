"""The status line: one sentence that says what is going on, with its own numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QPushButton, QStatusBar

from app.bridge.controller import Controller, sentence_of
from app.bridge.course import Course
from app.bridge.messages import RunState
from app.widgets import numbers
from app.widgets.elided_label import ElidedLabel
from app.widgets.knob_editors import core_text
from app.widgets.named import named
from app.widgets.sign import StatusSign
from s2s_core.records import (
    WAITING,
    FailureRecord,
    NoteRecord,
    ProgressRecord,
    Record,
    StepRecord,
    ValidationRecord,
)

REST_MS = 1000  # a sentence that changes more often cannot be read
TOLD_MS = 6000  # what was just done is told that long
FAR_WORSE = 2.0  # times the loss of guessing; where training begins is about once
LASTING = ("exploding", "ran away")  # warnings that stay until they are dealt with
NOTHING_FALLS = 0.005  # a share too small to be called a fall


@dataclass(frozen=True)
class Saying:
    """A sentence, its sign and what it is about."""

    about: str  # a new one is announced to screen readers; new numbers are not
    kind: str  # "idle", "going", "paused", "done", "warning" or "error"
    text: str


class StatusLine(QStatusBar):
    """Watches the run and says in a sentence how it goes."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._course = Course()
        self._folder = ""
        self._failure = ""  # the newest of any kind
        self._why = ""  # the run failed
        self._about = ""
        self._told = ""
        self._reading: ProgressRecord | None = None
        self._validating: ProgressRecord | None = None
        self._is_stale = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._telling = QTimer(self, singleShot=True, interval=TOLD_MS)
        self.setSizeGripEnabled(False)
        self._dismissed: set[str] = set()  # of warnings that stay until they are dealt with
        self.sign = StatusSign("idle")
        self.sentence = ElidedLabel("", "plain")
        self.sentence.setObjectName("statusSentence")
        self.dismiss = named(QPushButton(self.tr("Dismiss")), "dismissWarning")
        self.dismiss.setProperty("role", "link")
        self.dismiss.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tip = self.tr("Say no more of this, until it happens again.")
        self.dismiss.setToolTip(tip)
        self.dismiss.setAccessibleDescription(tip)
        self.addWidget(self.sign)
        self.addWidget(self.sentence, 1)
        self.rewind_button = named(QPushButton(self.tr("Rewind")), "rewindButton")
        self.rewind_button.setProperty("role", "link")
        self.rewind_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tip = self.tr(
            "Go back to the last checkpoint from before it went wrong, and on from there with half "
            "the learning rate (R)."
        )
        self.rewind_button.setToolTip(tip)
        self.rewind_button.setAccessibleDescription(tip)
        self.addWidget(self.rewind_button)
        self.addWidget(self.dismiss)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        controller = self._controller
        self._rest.timeout.connect(self._wake)
        self._telling.timeout.connect(self.refresh)
        controller.ready.connect(lambda _: self.refresh())
        controller.corpus_changed.connect(lambda _: self.refresh())
        controller.corpus_progress.connect(self.show_reading)
        controller.run_changed.connect(self.show_run)
        controller.records.connect(self.show_records)
        controller.history.connect(self.show_history)
        controller.validating.connect(self.show_validating)
        controller.failed.connect(self._note_failure)
        controller.draft.changed.connect(lambda _: self.refresh_soon())
        self.dismiss.clicked.connect(self._dismiss_warning)
        self.rewind_button.clicked.connect(self.rewind)

    # What comes in -----------------------------------------------------------------------

    def show_run(self, state: RunState) -> None:
        """Begin afresh with another run."""
        if state.folder != self._folder:
            self._folder, self._course = state.folder, Course()
            self._dismissed.clear()
            self._why = ""
        has_failed = state.ended == "failed"
        self._why = (self._why or self._failure) if has_failed else ""  # it has come before this
        self._validating = None
        self.refresh()

    def show_records(self, records: Sequence[Record]) -> None:
        """Take in what has happened."""
        self._course.take(records)
        if any(isinstance(record, StepRecord | ValidationRecord) for record in records):
            self._validating = None
            self.refresh_soon()
        for record in records:
            if isinstance(record, NoteRecord):
                self.tell(sentence_of(record))

    def show_history(self, records: Sequence[Record]) -> None:
        """Take in what happened in a run that was opened."""
        self._course = Course()
        self._course.take(records)
        self._validating = None
        self.refresh()

    def show_validating(self, record: ProgressRecord) -> None:
        """Say that the pause in the curve is a validation, if it lasts."""
        self._validating = record if record.done < record.total else None
        self.refresh_soon()

    def _note_failure(self, failure: FailureRecord) -> None:
        self._failure = sentence_of(failure).rstrip(".")

    def show_reading(self, record: ProgressRecord | None) -> None:
        """Say how far the corpus is read."""
        is_new = (record is None) != (self._reading is None)
        self._reading = record
        if is_new and not self._telling.isActive():
            self.refresh()
        else:
            self.refresh_soon()

    def tell(self, text: str) -> None:
        """Say what was just done, for some seconds."""
        self._told = text
        self._telling.start()
        self._say(Saying(text, "idle", text))

    # When to speak -----------------------------------------------------------------------

    def refresh_soon(self) -> None:
        """Say what is true now, but leave a sentence long enough to be read."""
        if self._rest.isActive():
            self._is_stale = True
        elif not self._telling.isActive():
            self.refresh()

    def refresh(self) -> None:
        """Say what is true now."""
        self._is_stale = False
        self._telling.stop()
        self._rest.start()
        self._say(self._saying())

    def _wake(self) -> None:
        if self._is_stale:
            self._is_stale = False
            self.refresh_soon()

    def _say(self, saying: Saying) -> None:
        self.sign.set_kind(saying.kind)
        self.dismiss.setVisible(saying.about in LASTING)
        self.rewind_button.setVisible(saying.about in (*LASTING, "failed"))
        self.sentence.setText(saying.text)
        self.sentence.setAccessibleDescription(saying.text)
        if saying.about != self._about:
            self._about = saying.about
            QAccessible.updateAccessibility(
                QAccessibleAnnouncementEvent(self.sentence, saying.text)
            )

    def rewind(self) -> None:
        """Go back to where the run was healthy, and on at a lower learning rate."""
        self._controller.rewind(self._course.healthy_before())

    def _dismiss_warning(self) -> None:
        self._dismissed.add(self._about)
        self.refresh()

    # What to say -------------------------------------------------------------------------

    def _saying(self) -> Saying:
        run = self._controller.run
        if not run.folder:
            return self._before_a_run()
        if run.ended == "failed":
            text = self.tr("Training stopped at step {step}; rewind (R), or begin a new run (N).")
            if self._why:  # also when the message that said so has been closed
                text = self.tr(
                    "Training stopped at step {step}; rewind (R), or begin a new run (N). "
                    "Why: {why}."
                )
            step = numbers.count(run.step)
            return Saying("failed", "error", text.format(step=step, why=self._why))
        if run.ended:
            return self._resting(Saying(run.ended, "done", self._ended(run)))
        if self._validating:
            return self._scoring(self._validating)
        if not run.playing:
            return self._with_later(self._resting(Saying("paused", "paused", self._paused())), "")
        return self._with_later(self._going(), self._time_left())

    def _resting(self, saying: Saying) -> Saying:
        """What has gone wrong is not mended by a pause: it is told until it is dealt with."""
        trouble = self._out_of_hand()
        if trouble is None:
            return saying
        return Saying(trouble.about, trouble.kind, _joined(trouble.text, saying.text))

    def _before_a_run(self) -> Saying:
        if not self._controller.is_ready:
            return Saying("loading", "idle", self.tr("Getting ready: torch is being loaded …"))
        corpus = self._controller.corpus
        if self._reading and corpus and self._controller.reading.is_encoding:
            text = self.tr(
                "Ready: Space trains on the first pairs while the others are encoded, {count} of "
                "about {total} so far{pace}."
            ).format(
                count=numbers.count(self._reading.done), total=numbers.count(corpus.corpus.pairs),
                pace=self._pace(self._reading),
            )  # fmt: skip
            return Saying("ready", "idle", text)
        if self._reading:
            return Saying("reading", "idle", self._corpus_so_far(self._reading))
        if corpus is None:
            text = self.tr("There is no corpus yet: choose one at the left, or drop files here.")
            return Saying("no corpus", "idle", text)
        text = self.tr("Ready. Press Space to train; the translation on the right will follow.")
        return Saying("ready", "idle", text)

    def _corpus_so_far(self, record: ProgressRecord) -> str:
        if record.what == "reading" and not record.done:
            return self.tr("Reading the corpus …")
        if record.what == "reading":
            text = self.tr("Reading the corpus: {count:pair|pairs} so far{pace} …")
        elif record.done:
            text = self.tr("Preparing the corpus: {what}, {count:pair|pairs} so far{pace} …")
        else:
            text = self.tr("Preparing the corpus: {what} …")
        what, count = core_text(record.what), numbers.count(record.done)
        return text.format(what=what, count=count, pace=self._pace(record))

    def _pace(self, record: ProgressRecord) -> str:
        rate, left = numbers.rate(record.per_second), numbers.duration(record.seconds_left)
        text = self.tr(", {rate} a second, {left} left")
        if not record.seconds_left:
            text = self.tr(", {rate} a second") if record.per_second else ""
        return text.format(rate=rate, left=left)

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
        more = self.tr("Space trains for as long again.")
        if self._controller.begins_anew:
            more = self._with_the_new_corpus()
        at_step = text.format(step=numbers.count(run.step))
        return _joined(at_step, self._scores(), more, self._kept())

    def _paused(self) -> str:
        step = self._controller.last_step
        at = numbers.count(step.step if step else self._controller.run.step)
        if self._controller.begins_anew:
            text = self.tr("Paused at step {step}.").format(step=at)
            return _joined(text, self._with_the_new_corpus())
        text = self.tr("Paused at step {step}; Space goes on.").format(step=at)
        return _joined(text, self._scores(), self._kept())

    def _kept(self) -> str:
        """Say where the model is: nobody has to save it."""
        folder = self._controller.run.folder
        return self.tr("The model is kept in {folder}.").format(folder=folder)

    def _with_the_new_corpus(self) -> str:
        return self.tr(
            "Another corpus has been chosen: Space begins a new run with it, Undo takes it back."
        )

    def _going(self) -> Saying:
        course = self._course
        if trouble := self._out_of_hand():
            return trouble
        if not course.checks:
            return Saying("going", "going", self._before_scores())
        if course.has_learned():
            text = self.tr("Learned: validation loss {loss}.")
            return Saying("learned", "going", _joined(self._with_loss(text), self._scores()))
        if course.overfitting():
            return self._overfitting()
        if trend := course.plateau():
            text = self.tr(
                "The training loss has hardly moved for {steps:step|steps} ({loss}): a plateau."
            ).format(steps=numbers.count(trend.steps), loss=numbers.loss(trend.loss))
            return Saying("plateau", "going", _joined(text, self._scores()))
        return Saying("going", "going", _joined(self._validation_trend(), self._scores()))

    def _out_of_hand(self) -> Saying | None:
        """Say what went wrong with the weights, unless that was dismissed."""
        found = [saying for saying in (self._exploded(), self._ran_away()) if saying]
        self._dismissed &= {saying.about for saying in found}  # it may happen again
        return next((saying for saying in found if saying.about not in self._dismissed), None)

    def _exploded(self) -> Saying | None:
        course = self._course
        worst, now = course.exploded, course.explosion()
        if worst is None:
            return None
        text = self.tr(
            "The gradient norm is {norm}, far above its usual {usual}, and the loss rises "
            "({loss}): a lower learning rate or stronger clipping helps."
        )
        if now is None:
            text = self.tr(
                "The gradients exploded at step {step} (norm {norm}, usually {usual}) and the loss "
                "is still {loss}: rewind (R), with a lower learning rate or stronger clipping."
            )
        found = now or worst
        text = text.format(
            norm=numbers.loss(found.norm), usual=numbers.loss(found.usual),
            loss=numbers.loss(course.loss), step=numbers.count(found.step),
        )  # fmt: skip
        return Saying("exploding", "warning", text)

    def _ran_away(self) -> Saying | None:
        prepared, trend = self._controller.run.prepared, self._course.trend()
        guessing = log(prepared.target_vocabulary) if prepared else inf  # all pieces as probable
        if trend is None or trend.loss < FAR_WORSE * guessing:
            return None
        text = self.tr(
            "The training loss is {loss}; guessing gives {guessing}. The weights ran away: rewind "
            "(R), with a lower learning rate."
        ).format(loss=numbers.loss(trend.loss), guessing=numbers.loss(guessing))
        return Saying("ran away", "warning", text)

    def _overfitting(self) -> Saying:
        found = self._course.overfitting()
        assert found is not None
        texts = {
            "surer": self.tr(
                "The scores still rise, though the validation loss has not fallen for "
                "{checks:check|checks} (best {best}): fewer mistakes, but surer ones."
            ),
            "stuck": self.tr(
                "The validation loss has not fallen for {checks:check|checks} (best {best} at "
                "step {step})."
            ),
            "hold": self.tr(
                "The validation loss has not fallen for {checks:check|checks} (best {best}) while "
                "the training loss falls: over-fitting since step {step}; the scores hold."
            ),
            "fall": self.tr(
                "The validation loss has not fallen for {checks:check|checks} (best {best}) while "
                "the training loss falls: over-fitting since step {step}; the scores fall too."
            ),
        }
        about = found.scores if found.training_falls else "stuck"
        about = "surer" if found.scores == "rise" else about
        text = texts[about].format(
            checks=numbers.count(found.checks), best=numbers.loss(found.best.loss),
            step=numbers.count(found.best.step),
        )  # fmt: skip
        kind = "going" if about == "surer" else "warning"
        return Saying(about, kind, _joined(text, self._scores()))

    def _validation_trend(self) -> str:
        newest, before = self._course.checks[-1], self._course.checks[-2:][0]
        fall = 1 - newest.loss / before.loss if before.loss else 0.0
        if newest is before or abs(fall) < NOTHING_FALLS:
            return self._with_loss(self.tr("Training: validation loss {loss}."))
        falls = self.tr(
            "The validation loss is still falling: {loss}, {share} lower than at step {step}."
        )
        rises = self.tr(
            "The validation loss has risen: {loss}, {share} higher than at step {step}."
        )
        return self._with_loss(falls if fall > 0 else rises).format(
            share=numbers.percent(abs(fall), 0), step=numbers.count(before.step)
        )

    def _with_loss(self, text: str) -> str:
        """Fill in the newest validation loss and leave the rest."""
        return text.replace("{loss}", numbers.loss(self._course.checks[-1].loss))

    def _before_scores(self) -> str:
        course, run = self._course, self._controller.run.config
        if run is None or course.last is None:
            return self.tr("Training has begun.")
        every = run.training.validate_every
        first = -(-course.last.step // every) * every  # perhaps they are being made now
        trend = course.trend()
        if trend and trend.fall > NOTHING_FALLS:
            text = self.tr(
                "Training: loss {loss} on average, {share} lower than {steps:step|steps} ago."
            ).format(
                loss=numbers.loss(trend.loss), share=numbers.percent(trend.fall, 0),
                steps=numbers.count(trend.steps),
            )  # fmt: skip
        else:
            text = self.tr("Training: loss {loss} on average.").format(
                loss=numbers.loss(course.loss)
            )
        scores = self.tr("The first scores come at step {step}.")
        return _joined(text, scores.format(step=numbers.count(first)))

    def _scores(self) -> str:
        newest = self._course.newest
        if newest is None:
            return ""
        text = self.tr("{share} of held-out sentences are exactly right, BLEU {bleu}.")
        return text.format(
            share=numbers.percent(newest.exact_match / 100), bleu=numbers.score(newest.bleu)
        )

    def _time_left(self) -> str:
        """How long it takes to the end, or nothing where that is not known."""
        run = self._controller.run.config
        left = self._course.seconds_to_end(run.training) if run else None
        if run is None or left is None:
            return ""
        if run.training.minutes:
            return self.tr("About {time} to the end.").format(time=self._about_time(left))
        text = self.tr("About {time} to step {step}.")
        step = numbers.count(run.training.steps)
        return text.format(time=self._about_time(left), step=step)

    def _about_time(self, seconds: float) -> str:
        """A time no more exact than it is known."""
        if seconds < 90:
            return self.tr("{count} s").format(count=max(5, 5 * round(seconds / 5)))
        minutes = round(seconds / 60)
        if minutes < 90:
            return self.tr("{count} min").format(count=minutes)
        hours, rest = divmod(10 * round(minutes / 10), 60)
        return self.tr("{hours} h {minutes} min").format(hours=hours, minutes=rest)

    def _with_later(self, saying: Saying, otherwise: str) -> Saying:
        """Add that what was set waits for a new run; or else something else."""
        is_told = self._controller.begins_anew
        waits = not is_told and self._controller.for_a_new_run()
        later = self.tr("What you changed is for a new run (N).") if waits else otherwise
        return Saying(saying.about, saying.kind, _joined(saying.text, later))


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))

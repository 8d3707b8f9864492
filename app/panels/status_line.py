"""The status line: one sentence that says what is going on, with its own numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QStatusBar

from app.bridge.controller import Controller
from app.bridge.messages import RunState
from app.widgets import numbers
from app.widgets.elided_label import ElidedLabel
from app.widgets.theme import set_look
from s2s_core.records import ProgressRecord, Record, StepRecord, ValidationRecord

SMOOTHING = 0.05  # how much each step counts in the training loss
OVERFITTING_CHECKS = 3  # validations in a row whose loss has not fallen


class StatusLine(QStatusBar):
    """Watches the run and says in a sentence how it goes."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._checks: list[tuple[ValidationRecord, float]] = []  # and the training loss then
        self._training = 0.0  # the training loss, smoothed over some twenty steps
        self._folder = ""
        self.setSizeGripEnabled(False)
        self.dot = QLabel("●")
        self.dot.setProperty("role", "statusDot")
        self.sentence = ElidedLabel("")
        self.sentence.setObjectName("statusSentence")
        self.addWidget(self.dot)
        self.addWidget(self.sentence, 1)
        self.say("idle", self.tr("Getting ready: torch is being loaded …"))
        controller.ready.connect(lambda _: self.refresh())
        controller.corpus_changed.connect(lambda _: self.refresh())
        controller.run_changed.connect(self.show_run)
        controller.records.connect(self.show_records)
        controller.history.connect(self.show_history)
        controller.validating.connect(self.show_validating)

    def say(self, kind: str, text: str) -> None:
        """Show a sentence; kind is "idle", "going", "warning" or "error"."""
        set_look(self.dot, "kind", kind)
        self.sentence.setText(text)

    def show_run(self, state: RunState) -> None:
        """Begin afresh with another run."""
        if state.folder != self._folder:
            self._folder, self._checks, self._training = state.folder, [], 0.0
        self.refresh()

    def show_records(self, records: Sequence[Record]) -> None:
        """Take in what has happened."""
        for record in records:
            if isinstance(record, StepRecord):
                before = self._training or record.loss
                self._training = before + SMOOTHING * (record.loss - before)
            elif isinstance(record, ValidationRecord):
                self._checks.append((record, self._training))
        if any(isinstance(record, StepRecord | ValidationRecord) for record in records):
            self.refresh()

    def show_history(self, records: Sequence[Record]) -> None:
        """Take in what happened in a run that was opened."""
        self._checks, self._training = [], 0.0
        self.show_records(records)

    def show_validating(self, record: ProgressRecord) -> None:
        """Say that the pause in the curve is a validation."""
        if record.done < record.total:
            self.say("going", self.tr("Scoring the held-out sentences …"))

    def refresh(self) -> None:
        """Say what is true now."""
        run = self._controller.run
        if not run.folder:
            waiting = self.tr("Getting ready: torch is being loaded …")
            ready = self.tr(
                "Ready. Press Space to train; the translation on the right will follow."
            )
            is_ready = self._controller.is_ready and self._controller.corpus is not None
            self.say("idle", ready if is_ready else waiting)
        elif run.ended == "failed":
            text = self.tr("Training stopped at step {step}: see the message above.")
            self.say("error", text.format(step=numbers.count(run.step)))
        elif run.ended:
            self.say("idle", self._ended(run))
        elif not run.playing:
            self.say("idle", self._paused())
        else:
            self.say(*self._going())

    def _ended(self, run: RunState) -> str:
        reasons = {
            "steps": self.tr("Finished: all {step} steps are done."),
            "minutes": self.tr("Finished after {step} steps: the time is up."),
            "patience": self.tr("Stopped after {step} steps: the validation loss no longer falls."),
        }
        text = reasons.get(run.ended, self.tr("Stopped at step {step}."))
        more = self.tr("Press Space to train for as long again.")
        return f"{text.format(step=numbers.count(run.step))} {self._scores()} {more}".replace(
            "  ", " "
        )

    def _paused(self) -> str:
        step = self._controller.last_step
        at = numbers.count(step.step if step else self._controller.run.step)
        text = self.tr("Paused at step {step}; Space goes on.").format(step=at)
        return f"{text} {self._scores()}".strip()

    def _going(self) -> tuple[str, str]:
        if not self._checks:
            return "going", self._before_scores()
        newest, training_now = self._checks[-1]
        losses = [check.loss for check, _ in self._checks]
        since = len(losses) - 1 - losses.index(min(losses))
        if since >= OVERFITTING_CHECKS:
            best, training_then = self._checks[-1 - since]
            by_heart = self.tr(
                "The validation loss has not fallen for {checks} checks (best {best} at step "
                "{step}) while the training loss falls: over-fitting."
            )
            stuck = self.tr(
                "The validation loss has not fallen for {checks} checks "
                "(best {best} at step {step})."
            )
            text = by_heart if training_now < training_then else stuck
            return "warning", text.format(
                checks=since, best=numbers.loss(best.loss), step=numbers.count(best.step)
            )
        if len(losses) > 1 and since == 0:
            before = self._checks[-2][0]
            text = self.tr(
                "The validation loss is falling: {loss}, {share} less than at step {step}."
            )
            fall = text.format(
                loss=numbers.loss(newest.loss), step=numbers.count(before.step),
                share=numbers.percent(1 - newest.loss / before.loss, 0),
            )  # fmt: skip
            return "going", f"{fall} {self._scores()}"
        text = self.tr("Training: validation loss {loss}.").format(loss=numbers.loss(newest.loss))
        return "going", f"{text} {self._scores()}"

    def _before_scores(self) -> str:
        step, run = self._controller.last_step, self._controller.run.config
        loss = numbers.loss(step.loss) if step else numbers.NOTHING
        every = run.training.validate_every if run else 1
        first = ((step.step if step else 0) // every + 1) * every
        text = self.tr("Training: loss {loss}. The first scores come at step {step}.")
        return text.format(loss=loss, step=numbers.count(first))

    def _scores(self) -> str:
        if not self._checks:
            return ""
        newest, _ = self._checks[-1]
        text = self.tr("{share} of held-out sentences are exactly right, BLEU {bleu}.")
        return text.format(
            share=numbers.percent(newest.exact_match / 100), bleu=numbers.score(newest.bleu)
        )

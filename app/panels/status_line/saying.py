"""How training goes, in a sentence with its own numbers."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from app.bridge.course import Course
from app.bridge.messages import RunState
from app.widgets import numbers

MANY_TIMES = 2.0  # a share that is not told in per cent
ENOUGH_SENTENCES = 20  # of which a share says something
NOTHING_FALLS = 0.005  # a share too small to be called a fall


@dataclass(frozen=True)
class Saying:
    """A sentence, its sign and what it is about."""

    about: str  # a new one is announced to screen readers; new numbers are not
    kind: str  # "idle", "going", "paused", "done", "warning" or "error"
    text: str
    more: str = ""  # for those who point at the line: what there is no room for
    short: str = ""  # the same beside another sentence, if it can be said shorter


class Going(QObject):
    """Puts into words what the course of a run adds up to."""

    def __init__(self, course: Course, run: RunState, *, can_rewind: bool) -> None:
        super().__init__()
        self._cure = self.tr("rewind (R)") if can_rewind else self.tr("begin a new run (N)")
        self._course = course
        self._run = run

    def saying(self) -> Saying:
        """Say how training goes, if nothing is wrong with the weights."""
        course = self._course
        if not course.checks:
            return Saying("going", "going", self._before_scores())
        if course.has_learned():
            text = self.tr("Learned: validation loss {loss}.")
            return Saying("learned", "going", joined(self._with_loss(text), self.scores()))
        if course.overfitting():
            return self._overfitting()
        if trend := course.plateau():
            text = self.tr(
                "The training loss has hardly moved for {steps:step|steps} ({loss} on average): a "
                "plateau."
            ).format(steps=numbers.count(trend.steps), loss=numbers.loss(course.mean_loss))
            return Saying("plateau", "going", joined(text, self.scores()))
        return Saying("going", "going", joined(self._validation_trend(), self.scores()))

    def troubles(self) -> list[Saying]:
        """Say what went wrong with the weights, the worst first."""
        return [saying for saying in (self._exploded(), self._ran_away()) if saying]

    def _exploded(self) -> Saying | None:
        course = self._course
        found = course.exploded
        if found is None:
            return None
        text = self.tr(
            "The gradients explode: norm {norm} (usually {usual}), average loss {loss}. A lower "
            "learning rate or stronger clipping helps; if not, {cure}."
        )
        short = self.tr("The gradients explode: norm {norm}; lower the learning rate, or {cure}.")
        if course.explosion() is None:
            text = self.tr(
                "The gradients exploded: norm {norm} (usually {usual}), average loss still {loss}; "
                "{cure} and lower the learning rate."
            )
            short = self.tr(
                "The gradients exploded at step {step}: {cure} and lower the learning rate."
            )
        norm = self.tr("{norm} at step {step}")
        if found.highest:
            norm = self.tr("{norm} at step {step}, then up to {highest}")
        text, short = (template.replace("{norm}", norm) for template in (text, short))
        values = {
            "norm": numbers.loss(found.norm), "highest": numbers.loss(found.highest),
            "usual": numbers.loss(found.usual),
            "loss": numbers.loss(course.mean_loss), "step": numbers.count(found.step),
            "cure": self._cure,
        }  # fmt: skip
        return Saying("exploding", "warning", text.format(**values), short=short.format(**values))

    def _ran_away(self) -> Saying | None:
        course = self._course
        if not course.ran_away_since:
            return None
        text = self.tr(
            "The weights ran away: average training loss {loss}, guessing gives {guessing}; {cure} "
            "and lower the learning rate."
        ).format(
            loss=numbers.loss(course.mean_loss), guessing=numbers.loss(course.guessing),
            cure=self._cure,
        )  # fmt: skip
        short = self.tr("The weights ran away: {cure} and lower the learning rate.")
        return Saying("ran away", "warning", text, short=short.format(cure=self._cure))

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
        return Saying(about, kind, joined(text, self.scores()))

    def _validation_trend(self) -> str:
        """Compare with the best there was: below a worse one is not yet good news."""
        newest, before = self._course.checks[-1], self._course.checks[:-1]
        best = min(before, key=lambda check: check.loss, default=newest)
        fall = 1 - newest.loss / best.loss if best.loss else 0.0
        if self._course.rise() and fall > -NOTHING_FALLS:
            return self._training_rises()
        if newest is best or abs(fall) < NOTHING_FALLS:
            return self._with_loss(self.tr("Training: validation loss {loss}."))
        falls = self.tr(
            "The validation loss is still falling: {loss}, {share} lower than at step {step}."
        )
        rises = self.tr(
            "The validation loss has risen: {loss}, {share} higher than at step {step}."
        )
        return self._with_loss(falls if fall > 0 else rises).format(
            share=numbers.percent(abs(fall), 0), step=numbers.count(best.step)
        )

    def _with_loss(self, text: str) -> str:
        """Fill in the newest validation loss and leave the rest."""
        return text.replace("{loss}", numbers.loss(self._course.checks[-1].loss))

    def _before_scores(self) -> str:
        course, run = self._course, self._run.config
        if run is None or course.last is None:
            return self.tr("Training has begun.")
        every = run.training.validate_every
        first = -(-course.last.step // every) * every  # perhaps they are being made now
        trend, count = course.mean_trend()
        text = self.tr("Training: loss {loss}, the average of {count:step|steps}.")
        if trend.fall > NOTHING_FALLS and trend.steps:
            text = self.tr(
                "Training: loss {loss}, the average of {count:step|steps}, {share} lower than "
                "{steps:step|steps} ago."
            )
        text = text.format(
            loss=numbers.loss(trend.loss), share=numbers.percent(trend.fall, 0),
            steps=numbers.count(trend.steps), count=numbers.count(count),
        )  # fmt: skip
        if course.rise():
            text = self._training_rises()
        last, training = course.last, run.training
        seconds = last.elapsed_seconds / last.step * first
        ends_before = 0 < training.steps < first or 0 < 60 * training.minutes < seconds
        scores = self.tr("The first scores come at step {step}.")
        if ends_before:
            scores = self.tr("The scores come at its end.")
        return joined(text, scores.format(step=numbers.count(first)))

    def _training_rises(self) -> str:
        """Say how far the training loss is above what it was at its lowest."""
        rise = self._course.rise()
        assert rise is not None
        assert self._course.last is not None
        text = self.tr(
            "The training loss has risen: {loss} on average, {share} higher than at step {step}."
        )
        if rise.fall <= -MANY_TIMES:
            text = self.tr(
                "The training loss has risen: {loss} on average, {times} times that of step {step}."
            )
        return text.format(
            times=numbers.count(round(1 - rise.fall)),
            loss=numbers.loss(rise.loss), share=numbers.percent(-rise.fall, 0),
            step=numbers.count(self._course.last.step - rise.steps),
        )  # fmt: skip

    def scores(self) -> str:
        """Say how the held-out sentences scored last, or nothing."""
        newest = self._course.newest
        if newest is None:
            return ""
        last = self._course.last
        is_of_now = not last or last.step <= newest.step
        if newest.sentences < ENOUGH_SENTENCES:
            text = self.tr(
                "{share} of {count:held-out sentence|held-out sentences} are exactly right: too "
                "few to tell."
            )
            if not is_of_now:
                text = self.tr(
                    "At step {step}, {share} of {count:held-out sentence|held-out sentences} were "
                    "exactly right: too few to tell."
                )
        elif is_of_now:
            text = self.tr("{share} of {count} held-out sentences are exactly right, BLEU {bleu}.")
        else:
            text = self.tr(
                "At step {step}, {share} of {count} held-out sentences were exactly right, BLEU "
                "{bleu}."
            )
        return text.format(
            share=numbers.percent(newest.exact_match / 100), bleu=numbers.score(newest.bleu),
            step=numbers.count(newest.step), count=numbers.count(newest.sentences),
        )  # fmt: skip

    def time_left(self) -> str:
        """How long it takes to the end, or nothing where that is not known."""
        run = self._run.config
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


def joined(*sentences: str) -> str:
    """Return the sentences that are not empty, one after the other."""
    return " ".join(filter(None, sentences))

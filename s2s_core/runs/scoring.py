"""Scoring a run: on which held-out sentences, which check was the best, and how long ago."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from s2s_core.errors import S2SError
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.records import KnobRecord, NoteRecord, ProgressRecord, Record, ValidationRecord
from s2s_core.runs.checkpoint import read_index
from s2s_core.runs.joining import validation_without
from s2s_core.runs.translator import load_translator
from s2s_core.text.tokenizer import Tokenizer
from s2s_core.training.trainer import Trainer
from s2s_core.training.validation import SCORES


class Scoring:
    """Scores the model of a trainer on held-out sentences, and remembers the best score."""

    def __init__(self, folder: Path, trainer: Trainer, target: Tokenizer) -> None:
        self._folder, self._trainer, self._target = folder, trainer, target
        self.typed: frozenset[str] = frozenset()  # sources that joined: no score on them counts
        self.validation = validation_without(self.typed, folder, trainer.config.training, target)
        self._held_out = frozenset(pair.source for pair in self.validation.held_out.pairs)
        self.best_score: float | None = None  # higher is better; None: not on these sentences yet
        self.checks_since_best = 0
        self._step = 0  # of the newest check

    def state(self) -> dict[str, Any]:
        """Return all that a checkpoint keeps of it, as plain values."""
        return {
            "best_score": self.best_score, "checks_since_best": self.checks_since_best,
            "validated_step": self._step,
            "typed": sorted(self.typed),
        }  # fmt: skip

    def restore(self, state: dict[str, Any], typed: frozenset[str]) -> None:
        """Be where `state` was, without the sentences that were `typed` by then."""
        self.leave_out(typed)
        self.best_score = state.get("best_score")
        self.checks_since_best = state["checks_since_best"]
        self._step = state["validated_step"]

    def compare_with(self, best: dict[str, Any]) -> None:
        """Let the state of a checkpoint be the one to beat, whenever that was."""
        count = best["config"]["training"]["validation_sentences"]
        is_same = self._held_out & set(best.get("typed", ())) == self._held_out & self.typed
        if self._trainer.config.regularisation.stop_on != "loss":
            is_same = is_same and count == self._trainer.config.training.validation_sentences
        self.best_score = best.get("best_score") if is_same else None

    def heed(self, change: KnobRecord) -> None:
        """Where other sentences are translated from now on, what was best is to be seen anew."""
        is_of_all = self._trainer.config.regularisation.stop_on == "loss"
        if change.key == "training.validation_sentences" and not is_of_all:
            self.best_score = None

    @property
    def is_done(self) -> bool:
        """Whether the model has been scored as it is."""
        return self._step == self._trainer.step

    @property
    def is_due(self) -> bool:
        """Whether it is time to score."""
        every = self._trainer.config.training.validate_every
        return not self.is_done and self._trainer.step % every == 0

    def run(self) -> Iterator[Record]:
        """Score the model: progress and samples, then one `ValidationRecord`."""
        self._trainer.note_check()
        is_done = False
        while not is_done:  # sentences may be left out on the way: then on those that are left
            yield from self._score_best_again()
            is_done = yield from self._scored(self._trainer.model_in_use, self._trainer.step)

    def _scored(self, model: EncoderDecoder, step: int) -> Generator[Record, None, bool]:
        """Score a model on the sentences of now; returns whether they still are."""
        config = self._trainer.config
        greedy = config.decoding.model_copy(update={"search": "greedy"})  # quick, and often
        sentences = config.training.validation_sentences
        free_running = config.objective.free_running_loss
        validation = self.validation
        for record in validation.run(model, step, greedy, sentences, free_running):
            is_same = sentences == self._trainer.config.training.validation_sentences
            if self.validation is not validation or not is_same:
                return False
            yield record
        return True

    def _score_best_again(self) -> Iterator[Record]:
        """Where sentences have been left out since, score the best weights there are once more.

        Scores of different sentences do not compare: the next ones might look better, or worse,
        for what they are scored on alone.
        """
        text = "Other sentences are scored now: the best weights, of step {step}, are scored anew"
        while self.best_score is None and "best" in read_index(self._folder / "checkpoints"):
            try:
                best = load_translator(self._folder, self._trainer.config.training.device)
            except S2SError:  # damaged: the next weights are the best that there are
                return
            for record in self._scored(best.model, best.step):
                if isinstance(record, ProgressRecord):
                    yield record
                elif isinstance(record, ValidationRecord):
                    self.best_score = self._worth(record)
            if self.best_score is not None:
                yield NoteRecord(text, {"step": best.step}, self._trainer.step)

    def judge(self, record: ValidationRecord) -> bool:
        """Take in the newest score; tell whether it is the best."""
        self._step = self._trainer.step
        score = self._worth(record)
        improved = self.best_score is None or score > self.best_score
        self.best_score = score if improved else self.best_score
        self.checks_since_best = 0 if improved else self.checks_since_best + 1
        return improved

    def _worth(self, record: ValidationRecord) -> float:
        worth = SCORES[self._trainer.config.regularisation.stop_on](record)
        return -math.inf if math.isnan(worth) else worth  # or nothing would ever be better

    def leave_out(self, typed: frozenset[str]) -> int:
        """Score no longer what is trained on, also where that has left again; files as given.

        The last sentences there are stay: without any, nothing could be scored.
        returns: how many sentences are scored no longer
        """
        before, config = self.validation.held_out.pairs, self._trainer.config
        is_any_left = any(pair.source not in typed for pair in before)
        if typed != self.typed and is_any_left and not config.data.validation:
            self.typed = typed
            self.validation = validation_without(typed, self._folder, config.training, self._target)
        left_out = len(before) - len(self.validation.held_out.pairs)
        if left_out:
            self.best_score = None
        return left_out

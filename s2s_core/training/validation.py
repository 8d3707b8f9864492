"""Validation: what the model makes of sentences it has never seen."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from s2s_core.choices import Choices
from s2s_core.configs import DecodingConfig
from s2s_core.data.batch import Batches
from s2s_core.data.corpus import HeldOut
from s2s_core.decoding.hypothesis import Hypothesis
from s2s_core.decoding.search import batches_by_length, translate
from s2s_core.models.device import evaluating
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.records import ProgressRecord, Record, SampleRecord, ValidationRecord
from s2s_core.text.tokenizer import Tokenizer
from s2s_core.training.loss import token_losses
from s2s_core.training.metrics import score
from s2s_core.training.teacher_forcing import free_running_scores


def loss(record: ValidationRecord) -> float:
    """The validation loss, teacher forced: steady, and it rises first when a model over-fits."""
    return -record.loss


def exact_match(record: ValidationRecord) -> float:
    """Exact match: the share of sentences translated exactly as their references are."""
    return record.exact_match


def bleu(record: ValidationRecord) -> float:
    """BLEU: words and their sequences shared with the references (Papineni et al. 2002)."""
    return record.bleu


def chrf(record: ValidationRecord) -> float:
    """chrF: sequences of characters shared with the references (Popović 2015)."""
    return record.chrf


# What tells the best checkpoint; each gives more for what is better.
SCORES: Choices[Callable[[ValidationRecord], float]] = Choices(
    "score", {"loss": loss, "exact_match": exact_match, "bleu": bleu, "chrf": chrf}
)


@dataclass(frozen=True)
class Validation:
    """The held-out sentences: encoded for the loss, as text for the scores."""

    held_out: HeldOut
    batches: Batches
    target_tokenizer: Tokenizer

    def run(
        self, model: EncoderDecoder, step: int, config: DecodingConfig, sentences: int,
        free_running: bool = False,
    ) -> Iterator[Record]:  # fmt: skip
        """Score the model: progress per batch and piece, samples, then one `ValidationRecord`.

        The loss is teacher forced over all held-out pairs; exact match, BLEU and chrF are of
        free-running search on the first `sentences` of them. With `free_running`, there is also
        the loss when the decoder is fed its own pieces; see `free_running_scores`.
        """
        started = time.perf_counter()
        total, free_total, tokens = 0.0, 0.0, 0
        rows_of_batches = self.batches.in_order()
        for done, rows in enumerate(rows_of_batches):
            batch = self.batches.take(rows).to(model.device)
            with evaluating(model):
                scores = model.score(batch).scores
                plain, _ = token_losses(scores, batch.target_output, batch.target_mask, 0.0)
                if free_running:
                    memory = model.encode(batch.source, batch.source_mask)
                    own = free_running_scores(model, memory, batch.target_output.shape[1])
                    free, _ = token_losses(own, batch.target_output, batch.target_mask, 0.0)
                    free_total += free.item()
            total, tokens = total + plain.item(), tokens + batch.target_tokens
            yield ProgressRecord("validation", done + 1, len(rows_of_batches))
        chosen = self.held_out.pairs[:sentences]
        found = dict.fromkeys(range(len(chosen)), "")
        sources = [self.batches.pairs.sources[row] for row in range(len(chosen))]
        for batch_rows in batches_by_length(sources):
            hypotheses: tuple[tuple[Hypothesis, ...], ...] = ()
            for beam in translate(model, [sources[row] for row in batch_rows], config):
                hypotheses = beam.hypotheses
                yield ProgressRecord("validation", len(rows_of_batches), len(rows_of_batches))
            for row, best in zip(batch_rows, hypotheses, strict=True):
                found[row] = self.target_tokenizer.decode(best[0].tokens)
        hypotheses_text = [found[row] for row in range(len(chosen))]
        scores_ = score(hypotheses_text, [pair.target for pair in chosen])
        for pair, hypothesis in zip(chosen[:3], hypotheses_text, strict=False):
            yield SampleRecord(step, pair.source, hypothesis, pair.target)
        loss = total / tokens
        yield ValidationRecord(
            step=step, loss=loss, perplexity=math.exp(min(loss, 700.0)),
            exact_match=scores_.exact_match, bleu=scores_.bleu, chrf=scores_.chrf,
            sentences=len(chosen), bleu_signature=scores_.bleu_signature,
            seconds=time.perf_counter() - started,
            free_running_loss=free_total / tokens if free_running else None,
        )  # fmt: skip

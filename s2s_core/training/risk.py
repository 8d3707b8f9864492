"""Minimum risk training: make good translations probable, as a score of whole sentences judges.

Source: Shen et al. 2016, "Minimum Risk Training for Neural Machine Translation", section 3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from s2s_core.choices import Choices
from s2s_core.configs import ObjectiveConfig
from s2s_core.data.batch import Batch
from s2s_core.decoding.hypothesis import continuations
from s2s_core.models.contract import Memory
from s2s_core.models.device import evaluating
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.text.tokenizer import BEGIN, END, PADDING
from s2s_core.training.metrics import bleu_tokenizer

Decode = Callable[[Sequence[int]], str]  # piece numbers -> text
RiskScore = Callable[[Sequence[str], Sequence[str]], list[float]]  # each from 0 to 1, best
Pieces = tuple[int, ...]  # of a candidate, its END included if it has ended


def bleu(hypotheses: Sequence[str], references: Sequence[str]) -> list[float]:
    """Words and runs of up to four words that both have; harsh on short sentences.

    sacrebleu's sentence BLEU, smoothed, of no longer runs than the sentence has words. Source:
    Papineni et al. 2002; smoothed as in Chen and Cherry 2014, technique 3.
    """
    metric = BLEU(effective_order=True, tokenize=bleu_tokenizer(references))
    pairs = zip(hypotheses, references, strict=True)
    return [metric.sentence_score(found, [wanted]).score / 100 for found, wanted in pairs]


def chrf(hypotheses: Sequence[str], references: Sequence[str]) -> list[float]:
    """Runs of up to six characters that both have; sees also what is nearly right.

    sacrebleu's sentence chrF. Source: Popović 2015.
    """
    metric = CHRF()
    pairs = zip(hypotheses, references, strict=True)
    return [metric.sentence_score(found, [wanted]).score / 100 for found, wanted in pairs]


def in_numbers(pieces: Sequence[int]) -> str:
    """Return a text in which each piece is a word: where there is no tokenizer."""
    return " ".join(map(str, pieces))


def risk(
    model: EncoderDecoder, batch: Batch, memory: Memory, config: ObjectiveConfig, decode: Decode
) -> Tensor:
    """Return the expected 1 - score of candidates drawn from the model, averaged over sentences.

    The candidates of a sentence are its reference and what was drawn, each once.
    """
    drawn = draw(model, batch, config.risk_samples)
    rows = zip(batch.target_output.tolist(), batch.target_mask.sum(1).tolist(), strict=True)
    references = [tuple(row[:length]) for row, length in rows]
    candidates = [
        list(dict.fromkeys([reference, *found]))
        for reference, found in zip(references, drawn, strict=True)
    ]
    sentences = [row for row, found in enumerate(candidates) for _ in found]
    texts = [decode(_without_end(pieces)) for found in candidates for pieces in found]
    wanted = [decode(_without_end(reference)) for reference in references]
    scores = RISK_SCORES[config.risk_score](texts, [wanted[row] for row in sentences])
    costs = [1.0 - score for score in scores]
    return expected_cost(model, memory, candidates, costs, config.risk_sharpness)


def draw(model: EncoderDecoder, batch: Batch, count: int) -> list[list[Pieces]]:
    """Draw so many translations of each source from the model's own probabilities.

    Without gradient and dropout, piece by piece; what is twice as long as the longest reference
    is cut. Takes random numbers of training.
    """
    with evaluating(model):
        memory = model.encode(batch.source, batch.source_mask)
        rows = torch.arange(len(batch), device=batch.source.device).repeat_interleave(count)
        state = model.decoder.start(memory.select(rows))
        token = torch.full_like(rows, BEGIN)
        has_ended = torch.zeros_like(rows, dtype=torch.bool)
        written: list[Tensor] = []
        for _ in range(2 * batch.target_output.shape[1]):
            output, state = model.decoder.step(token, state)
            chances = continuations(output).exp()
            # Of weights that have run away anything is drawn: the loss is no number, and says so.
            drawn = torch.multinomial(chances.nan_to_num(1.0), 1).squeeze(1)
            token = torch.where(has_ended, PADDING, drawn)
            written.append(token)
            has_ended = has_ended | (token == END)
            if has_ended.all():
                break
    found: list[Pieces] = [
        tuple(piece for piece in row if piece != PADDING)
        for row in torch.stack(written, dim=1).tolist()
    ]
    return [found[first : first + count] for first in range(0, len(found), count)]


def expected_cost(
    model: EncoderDecoder, memory: Memory, candidates: Sequence[Sequence[Pieces]],
    costs: Sequence[float], sharpness: float,
) -> Tensor:  # fmt: skip
    """Return the expected cost of each sentence's candidates, averaged over the sentences.

    Their probabilities, raised to `sharpness` (alpha), are made to sum to one for each sentence.
    costs: of all candidates, one sentence's after the other's
    """
    device = memory.mask.device
    sentence = [row for row, found in enumerate(candidates) for _ in found]
    place = [column for found in candidates for column in range(len(found))]
    rows, columns = torch.tensor(sentence, device=device), torch.tensor(place, device=device)
    flat = [pieces for found in candidates for pieces in found]
    log_probabilities = _log_probabilities(model, memory.select(rows), flat)
    shape = len(candidates), max(place) + 1
    grid = log_probabilities.new_full(shape, -math.inf)
    grid = grid.index_put((rows, columns), sharpness * log_probabilities)
    cost = log_probabilities.new_zeros(shape)
    cost[rows, columns] = log_probabilities.new_tensor(costs)
    return (grid.softmax(-1) * cost).sum(-1).mean()


def _log_probabilities(model: EncoderDecoder, memory: Memory, targets: list[Pieces]) -> Tensor:
    """Return the log-probability of a whole target for each row of the memory."""
    device = memory.mask.device
    output = pad_sequence([torch.tensor(target) for target in targets], True, PADDING).to(device)
    given = output.roll(1, dims=1)
    given[:, 0] = BEGIN
    given = torch.where(given == END, PADDING, given)
    mask = output != PADDING
    scores = model.score_from(memory, given).scores
    losses = F.cross_entropy(scores[mask], output[mask], reduction="none")
    return -losses.new_zeros(output.shape).masked_scatter(mask, losses).sum(-1)


def _without_end(pieces: Pieces) -> Pieces:
    return pieces[:-1] if pieces and pieces[-1] == END else pieces


RISK_SCORES: Choices[RiskScore] = Choices("risk_score", {"bleu": bleu, "chrf": chrf})

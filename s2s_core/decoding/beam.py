"""Beam search: keep the best few hypotheses at each step."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from s2s_core.configs import DecodingConfig
from s2s_core.decoding.hypothesis import Beam, Hypothesis, continuations, hypothesis
from s2s_core.models.contract import Decoder, Memory
from s2s_core.text.tokenizer import BEGIN, END

SPARE = 8  # candidates: sums of single precision may be in another order than exact ones


class Candidate(NamedTuple):
    """A piece that may be written after a hypothesis, which is a row of its sentence."""

    score: float
    row: int
    piece: int


@dataclass
class Search:
    """The search for one sentence: its open hypotheses, best first, and the finished ones."""

    limit: int
    written: list[list[int]] = field(default_factory=lambda: [[]])
    totals: list[float] = field(default_factory=lambda: [0.0])
    finished: list[Hypothesis] = field(default_factory=list)


def beam_search(
    decoder: Decoder, memory: Memory, limits: list[int], config: DecodingConfig
) -> Iterator[Beam]:
    """Keep the best few hypotheses at each step, and give the best that have ended.

    limits: the most pieces of each sentence. The search for a sentence ends when as many
    hypotheses have ended as the beam is wide, or no open one can overtake the n best.
    Source: Sutskever, Vinyals and Le 2014, section 3.2; scores as in Wu et al. 2016, eq. (14).
    """
    width, device = config.beam_size, memory.states.device
    searches = [Search(limit) for limit in limits]
    active = list(searches)
    state = decoder.start(memory)
    token = torch.full((len(limits),), BEGIN, device=device)
    length = 0
    while active:
        output, state = decoder.step(token, state)
        length += 1
        # Twice the width: even if half of the candidates end, the beam stays full.
        best = _best(continuations(output), active, 2 * width + SPARE)
        parents: list[int] = []
        tokens: list[int] = []
        first = 0
        still: list[Search] = []
        for search, candidates in zip(active, best, strict=True):
            rows = len(search.totals)
            chosen = _extend(search, candidates, config)
            if not _is_over(search, length, config):
                parents += [first + row for row, _ in chosen]
                tokens += [piece for _, piece in chosen]
                still.append(search)
            first += rows
        active = still
        if active:
            state = state.select(torch.tensor(parents, device=device))
            token = torch.tensor(tokens, device=device)
        yield Beam(length, tuple(_ranked(search, config) for search in searches), len(active))


def _best(
    log_probabilities: Tensor, searches: list[Search], count: int
) -> Iterator[list[Candidate]]:
    """Yield the best continuations of each sentence; no beam needs more than these.

    All rows of a sentence at once: the best of each row would be more by as much as a beam is wide.
    log_probabilities: shape (rows of all sentences, pieces)
    """
    vocabulary, device = log_probabilities.shape[-1], log_probabilities.device
    totals = torch.tensor([total for each in searches for total in each.totals], device=device)
    sums = log_probabilities + totals.to(log_probabilities.dtype).unsqueeze(1)
    heights = [len(search.totals) for search in searches]
    is_even = len(set(heights)) == 1  # but where few pieces can follow
    groups = [len(searches) * heights[0]] if is_even else heights
    for part, own in zip(
        *(torch.split(each, groups) for each in (sums, log_probabilities)), strict=True
    ):
        sentences = (len(searches) if is_even else 1, -1)
        part, own = part.reshape(sentences), own.reshape(sentences)
        found = part.topk(min(count, part.shape[1]), dim=1)
        if found.values.isnan().any():  # they stand before all numbers
            found = part.nan_to_num(nan=-math.inf).topk(min(count, part.shape[1]), dim=1)
        scores = own.gather(1, found.indices).tolist()
        for places, values in zip(found.indices.tolist(), scores, strict=True):
            yield [
                Candidate(value, *divmod(place, vocabulary))
                for place, value in zip(places, values, strict=True)
            ]


def _extend(
    search: Search, candidates: list[Candidate], config: DecodingConfig
) -> list[tuple[int, int]]:
    """Write one more piece: returns (row, piece) of the hypotheses that stay open, best first."""
    ordered = sorted(
        (-(search.totals[row] + score), row, piece)
        for score, row, piece in candidates
        if score > -math.inf  # a small vocabulary has fewer pieces than the beam could take
    )
    if not ordered:  # the weights have run away: no probability is a number
        search.totals = [math.nan] * len(search.totals)  # nor is one of what was written so far
        _cut(search, config)
        return []
    chosen, totals = [], []
    for rank, (negative, row, piece) in enumerate(ordered):
        if piece == END:
            if rank < config.beam_size:
                written = [*search.written[row], END]
                search.finished.append(hypothesis(written, -negative, config.length_penalty))
        else:
            chosen.append((row, piece))
            totals.append(-negative)
        if len(chosen) == config.beam_size:
            break
    search.written = [[*search.written[row], piece] for row, piece in chosen]
    search.totals = totals
    return chosen


def _is_over(search: Search, length: int, config: DecodingConfig) -> bool:
    if length >= search.limit or not search.totals:
        _cut(search, config)
        return True
    if len(search.finished) >= config.beam_size:
        return True
    if len(search.finished) < config.n_best:
        return False
    # An open hypothesis can only lose probability; at best it gains the longest length's divisor.
    reach = hypothesis([0] * search.limit, search.totals[0], config.length_penalty).score
    return reach <= _ranked(search, config)[-1].score


def _cut(search: Search, config: DecodingConfig) -> None:
    """End what is open as it is."""
    for written, total in zip(search.written, search.totals, strict=True):
        search.finished.append(hypothesis(written, total, config.length_penalty))
    search.written, search.totals = [], []


def _ranked(search: Search, config: DecodingConfig) -> tuple[Hypothesis, ...]:
    """Return the n best, those that have ended before those that were cut."""
    order = sorted(search.finished, key=lambda found: (not found.ended, -found.score))
    return tuple(order[: config.n_best])

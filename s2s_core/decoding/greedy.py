"""Greedy search: take the most probable piece, again and again."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from s2s_core.configs import DecodingConfig
from s2s_core.decoding.hypothesis import Beam, Hypothesis, continuations, hypothesis
from s2s_core.models.contract import Decoder, Memory
from s2s_core.text.tokenizer import BEGIN, END


def greedy_search(
    decoder: Decoder, memory: Memory, limits: list[int], config: DecodingConfig
) -> Iterator[Beam]:
    """Take the most probable piece, again and again. Fast, and often right.

    limits: the most pieces of each sentence. Sentences that have ended leave the batch.
    """
    device = memory.states.device
    written: list[list[int]] = [[] for _ in limits]
    totals = [0.0] * len(limits)
    done: list[tuple[Hypothesis, ...]] = [() for _ in limits]
    sentences = list(range(len(limits)))  # the sentence of each row
    state = decoder.start(memory)
    token = torch.full((len(limits),), BEGIN, device=device)
    length = 0
    while sentences:
        output, state = decoder.step(token, state)
        best, token = continuations(output).max(dim=-1)
        length += 1
        keep = []
        for row, (piece, score) in enumerate(zip(token.tolist(), best.tolist(), strict=True)):
            sentence = sentences[row]
            written[sentence].append(piece)
            totals[sentence] += score
            if piece == END or length >= limits[sentence]:
                found = hypothesis(written[sentence], totals[sentence], config.length_penalty)
                done[sentence] = (found,)
            else:
                keep.append(row)
        if len(keep) < len(sentences):
            rows = torch.tensor(keep, dtype=torch.long, device=device)
            state, token = state.select(rows), token[rows]
            sentences = [sentences[row] for row in keep]
        yield Beam(length, tuple(done), len(sentences))

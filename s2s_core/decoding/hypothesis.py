"""What a search finds: hypotheses, and the beam they are kept in."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor

from s2s_core.models.contract import DecoderOutput
from s2s_core.text.tokenizer import BEGIN, END, PADDING, UNKNOWN


@dataclass(frozen=True)
class Hypothesis:
    """One translation, as piece numbers without begin and end."""

    tokens: tuple[int, ...]
    log_probability: float  # of all pieces, the end included; nats
    penalty: float  # for its length
    score: float  # log-probability over the penalty
    ended: bool  # False: cut because it would not end


@dataclass(frozen=True)
class Beam:
    """A search after one more piece: the hypotheses of each sentence, the best first."""

    length: int  # pieces written so far
    hypotheses: tuple[tuple[Hypothesis, ...], ...]  # per sentence; those that are finished
    open: int  # sentences still being searched


def length_penalty(length: int, alpha: float) -> float:
    """Return the divisor that keeps long hypotheses in the race; alpha 0 switches it off.

    length: pieces, the end included.  Source: Wu et al. 2016, section 7, eq. (14).
    """
    return float(((5.0 + length) / 6.0) ** alpha)


def hypothesis(tokens: list[int], log_probability: float, alpha: float) -> Hypothesis:
    """Make a hypothesis of what a search has written; the end, if there is one, is taken off."""
    ended = bool(tokens) and tokens[-1] == END
    penalty, without_end = length_penalty(len(tokens), alpha), tokens[:-1] if ended else tokens
    score = log_probability / penalty
    return Hypothesis(tuple(without_end), log_probability, penalty, score, ended)


def continuations(output: DecoderOutput) -> Tensor:
    """Return the log-probabilities of the next piece, [batch, vocabulary], never of a mere sign."""
    scores = output.log_probabilities()[:, -1]
    scores[:, [PADDING, UNKNOWN, BEGIN]] = -math.inf
    return scores

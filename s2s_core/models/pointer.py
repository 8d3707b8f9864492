"""A pointer: writing a piece of the source, instead of one out of the vocabulary."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

LEAST = 1e-30  # of a probability, so that its logarithm is a number


def log_mixture(scores: Tensor, gate: Tensor, weights: Tensor, source: Tensor) -> Tensor:
    """Return the log-probabilities of writing each piece freely or by copying it.

    A piece is copied as often as the decoder looks at it, wherever it stands in the source.

    scores:  [batch, target length, vocabulary], not normalised
    gate:    [batch, target length, 1]; its logistic function is the share that is written freely
    weights: [batch, target length, source length]; made to sum to one, should they not
    source:  [batch, source length], the piece numbers, of the same vocabulary
    Source: See, Liu and Manning 2017, section 2.2, eq. (9).
    """
    gate = gate.float()
    free = F.logsigmoid(gate) + F.log_softmax(scores.float(), dim=-1)
    # Only pieces of the source gain: there is no need to go through the vocabulary once more.
    same = source.unsqueeze(1) == source.unsqueeze(2)  # [batch, source length, source length]
    first = ~same.tril(-1).any(-1)  # a piece that stands there twice gains once
    looks = weights.float() / weights.float().sum(-1, keepdim=True).clamp_min(LEAST)
    copied = F.logsigmoid(-gate) + (looks @ same.to(looks)).float().clamp_min(LEAST).log()
    places = source.unsqueeze(1).expand_as(looks)
    gain = F.softplus(copied - free.gather(-1, places))  # log(1 + copied / free)
    return free.scatter_add(-1, places, gain * first.unsqueeze(1))

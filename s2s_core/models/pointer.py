"""A pointer: writing a piece of the source, instead of one out of the vocabulary."""

from __future__ import annotations

import torch
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
    free = F.log_softmax(scores.float(), dim=-1)
    looks = weights.float() / weights.float().sum(-1, keepdim=True).clamp_min(LEAST)
    places = source.unsqueeze(1).expand_as(looks)
    copied = torch.zeros_like(free).scatter_add(-1, places, looks)
    return torch.logaddexp(
        F.logsigmoid(gate.float()) + free,
        F.logsigmoid(-gate.float()) + copied.clamp_min(LEAST).log(),
    )

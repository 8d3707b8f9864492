"""The loss: cross entropy over the real target tokens."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def token_losses(
    scores: Tensor, target: Tensor, mask: Tensor, smoothing: float
) -> tuple[Tensor, Tensor]:
    """Return the sums over the real tokens of the plain cross entropy and of what to minimise.

    scores: [batch, target length, vocabulary]; target, mask: [batch, target length]
    With smoothing, that share of the probability is spread evenly over the vocabulary.
    Source: Szegedy et al. 2016, section 7.
    """
    real, wanted = scores[mask], target[mask]  # [tokens, vocabulary], [tokens]
    if not smoothing:
        total = F.cross_entropy(real, wanted, reduction="sum")
        return total.detach(), total
    log_probabilities = F.log_softmax(real, dim=-1)
    plain = F.nll_loss(log_probabilities, wanted, reduction="sum")
    spread = -log_probabilities.mean(dim=-1).sum()
    return plain.detach(), (1 - smoothing) * plain + smoothing * spread

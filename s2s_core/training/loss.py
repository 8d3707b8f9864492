"""The losses: what a model's scores of the real target tokens are worth; table LOSSES."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from s2s_core.choices import Choices

# (scores [tokens, vocabulary], wanted pieces [tokens], label smoothing) ->
# the sums over the tokens of the plain cross entropy, without a graph, and of what to minimise
Loss = Callable[[Tensor, Tensor, float], tuple[Tensor, Tensor]]


def cross_entropy(scores: Tensor, wanted: Tensor, smoothing: float) -> tuple[Tensor, Tensor]:
    """Choose one piece among all: the log-probability of the right one.

    With smoothing, that share of the probability is spread evenly over the vocabulary.
    Source: Szegedy et al. 2016, section 7.
    """
    if not smoothing:
        total = F.cross_entropy(scores, wanted, reduction="sum")
        return total.detach(), total
    log_probabilities = F.log_softmax(scores, dim=-1)
    plain = F.nll_loss(log_probabilities, wanted, reduction="sum")
    spread = -log_probabilities.mean(dim=-1).sum()
    return plain.detach(), (1 - smoothing) * plain + smoothing * spread


def binary_cross_entropy(scores: Tensor, wanted: Tensor, smoothing: float) -> tuple[Tensor, Tensor]:
    """Ask of every piece apart whether it comes next: yes for one, no for all others.

    The form used to predict clicks. The questions are summed for each token: their mean would
    leave the one yes a share of 1 / vocabulary. With smoothing, the answers wanted are those of
    `cross_entropy`, a share spread evenly over the vocabulary.
    Source: Bishop 2006, eq. (4.90), for each piece; one against all: section 4.1.2.
    """
    with torch.no_grad():
        plain = F.cross_entropy(scores, wanted, reduction="sum")
    # -t log sigmoid(s) - (1 - t) log(1 - sigmoid(s)) = softplus(s) - t s, summed over the pieces
    right = scores.gather(-1, wanted.unsqueeze(-1)).sum()
    if smoothing:
        right = (1 - smoothing) * right + smoothing * scores.mean(dim=-1).sum()
    return plain, F.softplus(scores).sum() - right


def token_losses(
    scores: Tensor, target: Tensor, mask: Tensor, smoothing: float, loss: str = "cross_entropy"
) -> tuple[Tensor, Tensor]:
    """Return the sums over the real tokens of the plain cross entropy and of what to minimise.

    scores: [batch, target length, vocabulary]; target, mask: [batch, target length]
    loss:   a name of LOSSES
    """
    return LOSSES[loss](scores[mask], target[mask], smoothing)


LOSSES: Choices[Loss] = Choices(
    "loss", {"cross_entropy": cross_entropy, "binary_cross_entropy": binary_cross_entropy}
)

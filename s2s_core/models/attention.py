"""Attention: how a decoder looks back at the source. One class scores, `attend` does the rest."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2s_core.choices import Choices


class Scorer(nn.Module):
    """Gives an energy to each pair of target and source position.

    looks:      False for the one kind that does not look back at all.
    normalises: the weights over the real source tokens sum to one.
    """

    looks = True
    normalises = True

    def __init__(self, query_size: int, key_size: int) -> None:
        super().__init__()

    def prepare(self, states: Tensor) -> Tensor:
        """Turn source states into keys; once per sentence, as every target position needs them."""
        return states

    def forward(self, query: Tensor, keys: Tensor) -> Tensor:
        """Return energies, any real numbers.

        query:   [..., target length, query size]
        keys:    [..., source length, size], from `prepare`
        returns: [..., target length, source length]
        """
        raise NotImplementedError(type(self).__name__)


class NoAttention(Scorer):
    """No looking back: the decoder gets one vector of fixed size for the whole source.

    Source: Sutskever, Vinyals and Le 2014, section 2.
    """

    looks = False
    normalises = False


class DotAttention(Scorer):
    """Compare query and source state by their dot product; nothing to learn, needs equal sizes.

    Source: Luong, Pham and Manning 2015, section 3.1, "dot".
    """

    def forward(self, query: Tensor, keys: Tensor) -> Tensor:
        """See `Scorer.forward`."""
        return query @ keys.transpose(-2, -1)


class GeneralAttention(Scorer):
    """Compare query and source state through a learned matrix.

    Source: Luong, Pham and Manning 2015, section 3.1, "general".
    """

    def __init__(self, query_size: int, key_size: int) -> None:
        super().__init__(query_size, key_size)
        self.matrix = nn.Linear(key_size, query_size, bias=False)

    def prepare(self, states: Tensor) -> Tensor:
        """Multiply by the matrix: [batch, source length, query size]."""
        return self.matrix(states)  # type: ignore[no-any-return]

    def forward(self, query: Tensor, keys: Tensor) -> Tensor:
        """See `Scorer.forward`."""
        return query @ keys.transpose(-2, -1)


class AdditiveAttention(Scorer):
    """Score each source position with a small feed-forward network.

    The oldest of the family: query and keys need not have the same size.
    Source: Bahdanau, Cho and Bengio 2015, appendix A.1.2.
    """

    def __init__(self, query_size: int, key_size: int) -> None:
        super().__init__(query_size, key_size)
        self.project_query = nn.Linear(query_size, query_size, bias=False)
        self.project_key = nn.Linear(key_size, query_size)
        self.energy = nn.Linear(query_size, 1, bias=False)

    def prepare(self, states: Tensor) -> Tensor:
        """Project the source states: [batch, source length, query size]."""
        return self.project_key(states)  # type: ignore[no-any-return]

    def forward(self, query: Tensor, keys: Tensor) -> Tensor:
        """See `Scorer.forward`."""
        pairs = self.project_query(query).unsqueeze(-2) + keys.unsqueeze(-3)
        return self.energy(torch.tanh(pairs)).squeeze(-1)  # type: ignore[no-any-return]


class ScaledDotAttention(Scorer):
    """The dot product over the root of the size, which keeps the softmax soft in wide heads.

    Source: Vaswani et al. 2017, section 3.2.1, eq. (1).
    """

    def forward(self, query: Tensor, keys: Tensor) -> Tensor:
        """See `Scorer.forward`."""
        return query @ keys.transpose(-2, -1) / math.sqrt(query.shape[-1])


def attend(energies: Tensor, mask: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Turn energies into weights over the real tokens, and mix the values by them.

    energies: [..., target length, source length]
    mask:     broadcastable to the energies; `True` where one may look, at least once a row
    values:   [..., source length, size]
    returns:  mixed values [..., target length, size], weights like the energies
    """
    weights = F.softmax(energies.masked_fill(~mask, -math.inf), dim=-1)
    return weights @ values, weights


ATTENTIONS: Choices[type[Scorer]] = Choices(
    "attention",
    {
        "none": NoAttention,
        "dot": DotAttention,
        "general": GeneralAttention,
        "additive": AdditiveAttention,
    },
)

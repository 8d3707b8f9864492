"""Attention: how a decoder looks back at the source.

A scorer gives energies; `weigh` turns them into weights, for all target positions at once unless
the scorer remembers where it looked before; `mix` gives what was seen.
"""

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
    options:    the decoder's knobs that the scorer is given besides the sizes, by name.
    """

    looks = True
    normalises = True
    options: tuple[str, ...] = ()

    def __init__(self, query_size: int, key_size: int) -> None:
        super().__init__()

    def prepare(self, states: Tensor) -> Tensor:
        """Turn source states into keys; once per sentence, as every target position needs them."""
        return states

    def values(self, states: Tensor) -> Tensor:
        """Turn source states into what is mixed: [batch, source length, size], or with heads."""
        return states

    def begin(self, mask: Tensor) -> Tensor:
        """Return what is remembered before the first position: nothing, [batch, 0]."""
        return torch.zeros(len(mask), 0, device=mask.device)

    def forward(self, query: Tensor, keys: Tensor) -> Tensor:
        """Return energies, any real numbers.

        query:   [..., target length, query size]
        keys:    [..., source length, size], from `prepare`
        returns: [..., target length, source length]
        """
        raise NotImplementedError(type(self).__name__)

    def weigh(
        self, query: Tensor, keys: Tensor, mask: Tensor, remembered: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return how much each target position looks at each source position, and what is kept.

        query:      [batch, target length, query size]
        mask:       [batch, source length]
        remembered: from `begin`, or what the call for the positions before has kept
        returns:    [batch, target length, source length], or with heads after the batch
        """
        return normalised(self(query, keys), mask.unsqueeze(1)), remembered


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


class HeadedAttention(Scorer):
    """Compare learned projections by their scaled dot product, in several heads at once.

    What the heads see is joined; the layer that combines it with the decoder's state is their
    output matrix. Source: Vaswani et al. 2017, section 3.2.2.
    """

    options = ("attention_heads",)

    def __init__(self, query_size: int, key_size: int, attention_heads: int = 1) -> None:
        super().__init__(query_size, key_size)
        self.heads = attention_heads
        self.scorer = ScaledDotAttention(query_size // self.heads, query_size // self.heads)
        self.project_query = nn.Linear(query_size, query_size)
        self.project_key = nn.Linear(key_size, query_size)
        self.project_value = nn.Linear(key_size, key_size)

    def prepare(self, states: Tensor) -> Tensor:
        """Project the source states: [batch, heads, source length, query size / heads]."""
        return self._split(self.project_key(states))

    def values(self, states: Tensor) -> Tensor:
        """Project the source states: [batch, heads, source length, key size / heads]."""
        return self._split(self.project_value(states))

    def forward(self, query: Tensor, keys: Tensor) -> Tensor:
        """See `Scorer.forward`; [batch, heads, target length, source length]."""
        return self.scorer(self._split(self.project_query(query)), keys)  # type: ignore[no-any-return]

    def weigh(
        self, query: Tensor, keys: Tensor, mask: Tensor, remembered: Tensor
    ) -> tuple[Tensor, Tensor]:
        """See `Scorer.weigh`; each head has weights of its own."""
        return normalised(self(query, keys), mask[:, None, None]), remembered

    def _split(self, states: Tensor) -> Tensor:
        return states.view(*states.shape[:2], self.heads, -1).transpose(1, 2)


class LocalAttention(GeneralAttention):
    """Predict where to look and see only the window around it, most of all its middle.

    Source: Luong, Pham and Manning 2015, section 3.2, "local-p", eq. (9) and (10).
    """

    normalises = False
    options = ("window",)

    def __init__(self, query_size: int, key_size: int, window: int = 10) -> None:
        super().__init__(query_size, key_size)
        self.window = window
        self.project_place = nn.Linear(query_size, query_size, bias=False)
        self.place = nn.Linear(query_size, 1, bias=False)

    def predicted(self, query: Tensor, mask: Tensor) -> Tensor:
        """Return the places to look at, [batch, target length, 1], between 0 and the length."""
        share = torch.sigmoid(self.place(torch.tanh(self.project_place(query))).float())
        return mask.sum(1)[:, None, None] * share

    def weigh(
        self, query: Tensor, keys: Tensor, mask: Tensor, remembered: Tensor
    ) -> tuple[Tensor, Tensor]:
        """See `Scorer.weigh`; the bell over the window is half as broad as it is to one side."""
        places = torch.arange(mask.shape[1], device=mask.device)
        distance = places - self.predicted(query, mask)  # [batch, target length, source length]
        near = distance.abs() <= self.window
        weights = normalised(self(query, keys), mask.unsqueeze(1) & near)
        return weights * torch.exp(-2 * (distance / self.window) ** 2).to(weights), remembered


class RememberingAttention(AdditiveAttention):
    """Additive attention that also sees, at each source position, how it was looked at before.

    Its positions come one after the other, since each needs the weights of those before.
    """

    def begin(self, mask: Tensor) -> Tensor:
        """Nothing has been looked at: zeros, [batch, source length]."""
        return torch.zeros(mask.shape, device=mask.device)

    def seen(self, remembered: Tensor) -> Tensor:
        """Return what is added before the hyperbolic tangent, [batch, source length, query]."""
        raise NotImplementedError(type(self).__name__)

    def remember(self, remembered: Tensor, weights: Tensor) -> Tensor:
        """Take in the weights of one more position, [batch, source length]."""
        raise NotImplementedError(type(self).__name__)

    def weigh(
        self, query: Tensor, keys: Tensor, mask: Tensor, remembered: Tensor
    ) -> tuple[Tensor, Tensor]:
        """See `Scorer.weigh`."""
        found = []
        for position in torch.split(query, 1, dim=1):
            energies = self(position, keys + self.seen(remembered))
            found.append(normalised(energies, mask.unsqueeze(1)))
            remembered = self.remember(remembered, found[-1].squeeze(1))
        return torch.cat(found, dim=1), remembered


class CoverageAttention(RememberingAttention):
    """Additive, and sees how much each source position has been looked at in all.

    So it can turn to what is still to be said, and say nothing twice.
    Source: See, Liu and Manning 2017, eq. (10) and (11); Tu et al. 2016, section 3.
    """

    def __init__(self, query_size: int, key_size: int) -> None:
        super().__init__(query_size, key_size)
        self.project_coverage = nn.Linear(1, query_size, bias=False)

    def seen(self, remembered: Tensor) -> Tensor:
        """See `RememberingAttention.seen`."""
        return self.project_coverage(remembered.unsqueeze(-1))  # type: ignore[no-any-return]

    def remember(self, remembered: Tensor, weights: Tensor) -> Tensor:
        """Return the sum of all weights so far."""
        return remembered + weights


class CyclicAttention(RememberingAttention):
    """Additive, and sees where the last step looked at and beside each position: it can move on.

    Also called recurrent or location-aware. The last weights go through a convolution.
    Source: Chorowski et al. 2015, section 2.2, eq. (8) and (9).
    """

    REACH = 2  # positions to either side

    def __init__(self, query_size: int, key_size: int) -> None:
        super().__init__(query_size, key_size)
        self.project_last = nn.Linear(2 * self.REACH + 1, query_size, bias=False)

    def seen(self, remembered: Tensor) -> Tensor:
        """See `RememberingAttention.seen`."""
        padded = F.pad(remembered, (self.REACH, self.REACH))
        return self.project_last(padded.unfold(1, 2 * self.REACH + 1, 1))  # type: ignore[no-any-return]

    def remember(self, remembered: Tensor, weights: Tensor) -> Tensor:
        """Return the weights of the last position alone."""
        return weights


def normalised(energies: Tensor, mask: Tensor) -> Tensor:
    """Turn energies into weights over the real tokens; `mask` as in `attend`."""
    return F.softmax(energies.masked_fill(~mask, -math.inf), dim=-1)


def mix(weights: Tensor, values: Tensor) -> Tensor:
    """Mix values by weights: [batch, target length, size]; what several heads see is joined."""
    mixed = weights @ values
    return mixed.transpose(1, 2).flatten(2) if mixed.dim() > 3 else mixed


def attend(energies: Tensor, mask: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Turn energies into weights over the real tokens, and mix the values by them.

    energies: [..., target length, source length]
    mask:     broadcastable to the energies; `True` where one may look, at least once a row
    values:   [..., source length, size]
    returns:  mixed values [..., target length, size], weights like the energies
    """
    weights = normalised(energies, mask)
    return weights @ values, weights


ATTENTIONS: Choices[type[Scorer]] = Choices(
    "attention",
    {
        "none": NoAttention,
        "dot": DotAttention,
        "general": GeneralAttention,
        "additive": AdditiveAttention,
        "scaled_dot": HeadedAttention,
        "local": LocalAttention,
        "coverage": CoverageAttention,
        "cyclic": CyclicAttention,
    },
)

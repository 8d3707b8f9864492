"""The Set Transformer's encoder: what becomes of a sentence when its order is not known.

Source: Lee et al. 2019, "Set Transformer: A Framework for Attention-based Permutation-Invariant
Neural Networks".
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from s2s_core.configs import MultiHeadConfig, SetTransformerEncoderConfig
from s2s_core.models.contract import Encoder, Memory, mean_of_real
from s2s_core.models.dropout import Dropout
from s2s_core.models.feed_forward import FeedForward
from s2s_core.models.transformer import MultiHeadAttention, scaled


class AttentionBlock(nn.Module):
    """One set looks at another, then feed-forward; the sums are normalised (eqs. 6, 7)."""

    def __init__(self, config: MultiHeadConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.attention = MultiHeadAttention(size, size, config.heads, config.attention_dropout)
        self.feed_forward = FeedForward(config)
        self.norms = nn.ModuleList(nn.LayerNorm(size) for _ in range(2))
        self.dropout = Dropout(config.dropout)

    def forward(self, states: Tensor, others: Tensor, mask: Tensor | None) -> Tensor:
        """states: [batch, length, hidden], which look at others: [batch, other length, hidden].

        mask: [batch, 1, 1, other length]
        """
        mixed, _ = self.attention(states, *self.attention.keys_values(others), mask)
        states = self.norms[0](states + self.dropout(mixed))
        forwarded: Tensor = self.norms[1](states + self.dropout(self.feed_forward(states)))
        return forwarded


class InducedBlock(nn.Module):
    """A few learned points look at the set, and the set looks at what they have found.

    As many looks as pieces times points, and not as pieces times pieces (eqs. 9, 10).
    """

    def __init__(self, config: SetTransformerEncoderConfig) -> None:
        super().__init__()
        self.points = nn.Parameter(torch.empty(config.inducing_points, config.hidden_size))
        nn.init.xavier_uniform_(self.points)
        self.gather = AttentionBlock(config)
        self.spread = AttentionBlock(config)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """states: [batch, source length, hidden]; mask: [batch, 1, 1, source length]."""
        points = self.points.expand(len(states), -1, -1)
        return self.spread(states, self.gather(points, states, mask), None)  # type: ignore[no-any-return]


class SetTransformerEncoder(Encoder):
    """Layers of induced set attention: the same pieces in any order give the same states."""

    def __init__(self, config: SetTransformerEncoderConfig, embedding: nn.Embedding) -> None:
        super().__init__()
        self.embedding = embedding
        self.dropout = Dropout(config.dropout)
        self.layers = nn.ModuleList(InducedBlock(config) for _ in range(config.layers))

    def forward(self, source: Tensor, mask: Tensor) -> Memory:
        """See `Encoder.forward`; `final` is the mean over the real tokens."""
        states = self.dropout(scaled(self.embedding(source)))
        for layer in self.layers:
            states = layer(states, mask[:, None, None])
        return Memory(states, mask, mean_of_real(states, mask), source)

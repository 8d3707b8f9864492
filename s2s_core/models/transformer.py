"""Transformer encoder and decoder, normalised before each sub-layer.

Source: Vaswani et al. 2017; pre-norm: Xiong et al. 2020, "On Layer Normalization in the
Transformer Architecture".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2s_core.configs import TransformerConfig, TransformerDecoderConfig, TransformerEncoderConfig
from s2s_core.models.attention import ScaledDotAttention, attend
from s2s_core.models.contract import Decoder, DecoderOutput, DecoderState, Encoder, Memory
from s2s_core.models.positions import sinusoidal


class MultiHeadAttention(nn.Module):
    """Several attentions side by side, each on its own projection (section 3.2.2).

    No dropout on the weights: the fused attention of a CPU has none, and what is mixed is
    dropped out anyway.
    """

    def __init__(self, size: int, memory_size: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.scorer = ScaledDotAttention(size // heads, size // heads)
        self.project_query = nn.Linear(size, size)
        self.project_keys_values = nn.Linear(memory_size, 2 * size)
        self.output = nn.Linear(size, size)

    def keys_values(self, memory: Tensor) -> tuple[Tensor, Tensor]:
        """Project what is looked at, [batch, length, memory size], to keys and values.

        returns: each [batch, heads, length, size / heads]
        """
        keys, values = self.project_keys_values(memory).chunk(2, dim=-1)
        return self._split(keys), self._split(values)

    def forward(
        self, query: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None, look: bool
    ) -> tuple[Tensor, Tensor | None]:
        """Look from each query position at the keys.

        query:   [batch, target length, size]
        mask:    broadcastable to [batch, heads, target length, length]; None: all may be seen
        returns: [batch, target length, size], and the weights if `look`
        """
        queries = self._split(
            self.project_query(query)
        )  # [batch, heads, target length, size/heads]
        weights = None
        if look:
            allowed = mask if mask is not None else keys.new_ones(1, dtype=torch.bool)
            mixed, weights = attend(self.scorer(queries, keys), allowed, values)
        else:
            mixed = F.scaled_dot_product_attention(queries, keys, values, mask)
        return self.output(mixed.transpose(1, 2).flatten(2)), weights

    def _split(self, states: Tensor) -> Tensor:
        batch, length, size = states.shape
        return states.view(batch, length, self.heads, size // self.heads).transpose(1, 2)


class FeedForward(nn.Sequential):
    """The same two layers at each position (section 3.3)."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__(
            nn.Linear(config.hidden_size, config.inner_size),
            nn.ReLU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.inner_size, config.hidden_size),
        )


class EncoderLayer(nn.Module):
    """Self-attention, then feed-forward, each added to what came in."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.attention = MultiHeadAttention(size, size, config.heads)
        self.feed_forward = FeedForward(config)
        self.norms = nn.ModuleList(nn.LayerNorm(size) for _ in range(2))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """states: [batch, source length, hidden]; mask: [batch, 1, 1, source length]."""
        normed = self.norms[0](states)
        mixed, _ = self.attention(normed, *self.attention.keys_values(normed), mask, look=False)
        states = states + self.dropout(mixed)
        forwarded: Tensor = self.dropout(self.feed_forward(self.norms[1](states)))
        return states + forwarded


class TransformerEncoder(Encoder):
    """Layers of self-attention over the whole source."""

    def __init__(self, config: TransformerEncoderConfig, embedding: nn.Embedding) -> None:
        super().__init__()
        self.embedding = embedding
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(EncoderLayer(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.hidden_size)

    def forward(self, source: Tensor, mask: Tensor) -> Memory:
        """See `Encoder.forward`; `final` is the mean over the real tokens."""
        states = self.dropout(with_positions(self.embedding(source), 0))
        allowed = mask[:, None, None]  # [batch, 1, 1, source length]
        for layer in self.layers:
            states = layer(states, allowed)
        states = self.norm(states)
        real = mask.unsqueeze(-1)
        return Memory(states, mask, (states * real).sum(1) / real.sum(1), source)


@dataclass(frozen=True)
class TransformerState(DecoderState):
    """Keys and values of the target so far and of the source, two tensors for each layer."""

    own: tuple[Tensor, ...]  # [batch, heads, target length, size / heads]
    memory: tuple[Tensor, ...]  # [batch, heads, source length, size / heads]
    mask: Tensor  # [batch, source length]


class DecoderLayer(nn.Module):
    """Attention to the target so far, attention to the source, feed-forward."""

    def __init__(self, config: TransformerConfig, memory_size: int) -> None:
        super().__init__()
        size, heads = config.hidden_size, config.heads
        self.self_attention = MultiHeadAttention(size, size, heads)
        self.source_attention = MultiHeadAttention(size, memory_size, heads)
        self.feed_forward = FeedForward(config)
        self.norms = nn.ModuleList(nn.LayerNorm(size) for _ in range(3))
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self, states: Tensor, own: tuple[Tensor, ...], own_mask: Tensor | None,
        memory: tuple[Tensor, ...], memory_mask: Tensor, look: bool,
    ) -> tuple[Tensor, tuple[Tensor, ...], Tensor | None]:  # fmt: skip
        """Return the new states, the keys and values of the target with these states', weights.

        states: [batch, target length, hidden]; `own` holds the positions before them, if any.
        """
        normed = self.norms[0](states)
        keys, values = self.self_attention.keys_values(normed)
        if own:
            keys, values = torch.cat([own[0], keys], 2), torch.cat([own[1], values], 2)
        mixed, _ = self.self_attention(normed, keys, values, own_mask, look=False)
        states = states + self.dropout(mixed)
        mixed, weights = self.source_attention(self.norms[1](states), *memory, memory_mask, look)
        states = states + self.dropout(mixed)
        states = states + self.dropout(self.feed_forward(self.norms[2](states)))
        return states, (keys, values), weights


class TransformerDecoder(Decoder):
    """Layers of attention to the target so far and to the source."""

    def __init__(
        self,
        config: TransformerDecoderConfig,
        embedding: nn.Embedding,
        memory_size: int,
        vocabulary: int,
    ) -> None:
        super().__init__()
        self.embedding = embedding
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(DecoderLayer(config, memory_size) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.hidden_size)
        self.output = nn.Linear(config.hidden_size, vocabulary)

    def start(self, memory: Memory) -> TransformerState:
        """See `Decoder.start`; the source's keys and values are computed here, once."""
        keys_values: list[Tensor] = []
        for layer in self.layers:
            assert isinstance(layer, DecoderLayer)
            keys_values.extend(layer.source_attention.keys_values(memory.states))
        return TransformerState((), tuple(keys_values), memory.mask)

    def forward(self, memory: Memory, target: Tensor, look: bool = False) -> DecoderOutput:
        """See `Decoder.forward`."""
        length = target.shape[1]
        causal = torch.ones(length, length, dtype=torch.bool, device=target.device).tril()
        return self._run(target, self.start(memory), causal, look)[0]

    def step(self, token: Tensor, state: DecoderState) -> tuple[DecoderOutput, DecoderState]:
        """See `Decoder.step`."""
        assert isinstance(state, TransformerState)
        return self._run(token.unsqueeze(1), state, None, look=False)

    def _run(
        self, target: Tensor, state: TransformerState, own_mask: Tensor | None, look: bool
    ) -> tuple[DecoderOutput, TransformerState]:
        before = state.own[0].shape[2] if state.own else 0
        states = self.dropout(with_positions(self.embedding(target), before))
        mask = state.mask[:, None, None]  # [batch, 1, 1, source length]
        own: list[Tensor] = []
        looks: list[Tensor] = []
        for index, layer in enumerate(self.layers):
            pair = slice(2 * index, 2 * index + 2)
            states, keys_values, weights = layer(
                states, state.own[pair], own_mask, state.memory[pair], mask, look
            )
            own.extend(keys_values)
            if weights is not None:
                looks.append(weights)
        attention = torch.stack(looks, dim=1) if looks else None
        output = DecoderOutput(self.output(self.norm(states)), attention)
        return output, TransformerState(tuple(own), state.memory, state.mask)


def with_positions(embedded: Tensor, first: int) -> Tensor:
    """Scale embeddings by the root of their size and add positions from `first` on (3.4, 3.5)."""
    _, length, size = embedded.shape
    return embedded * math.sqrt(size) + sinusoidal(first, length, size, embedded.device)

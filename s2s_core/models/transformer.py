"""Transformer encoder and decoder (Vaswani et al. 2017)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2s_core.choices import Choices
from s2s_core.configs import TransformerConfig, TransformerDecoderConfig, TransformerEncoderConfig
from s2s_core.models.attention import ScaledDotAttention, attend
from s2s_core.models.contract import (
    Decoder,
    DecoderOutput,
    DecoderState,
    Encoder,
    Memory,
    mean_of_real,
)
from s2s_core.models.dropout import Dropout
from s2s_core.models.feed_forward import FeedForward
from s2s_core.models.positions import POSITIONS, Positions, rotated


class MultiHeadAttention(nn.Module):
    """Several attentions side by side, each on its own projection (section 3.2.2).

    Dropout on the weights is off by default: the fused attention of a CPU has none, and what is
    mixed is dropped out anyway.
    """

    def __init__(self, size: int, memory_size: int, heads: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.scorer = ScaledDotAttention(size // heads, size // heads)
        self.project_query = nn.Linear(size, size)
        self.project_keys_values = nn.Linear(memory_size, 2 * size)
        self.output = nn.Linear(size, size)

    def keys_values(self, memory: Tensor, angles: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Project what is looked at, [batch, length, memory size], to keys and values.

        angles:  by how much keys are turned, [length, size / heads / 2]
        returns: each [batch, heads, length, size / heads]
        """
        keys, values = map(self._split, self.project_keys_values(memory).chunk(2, dim=-1))
        return keys if angles is None else rotated(keys, angles), values

    def forward(
        self, query: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None,
        look: bool = False, angles: Tensor | None = None,
    ) -> tuple[Tensor, Tensor | None]:  # fmt: skip
        """Look from each query position at the keys.

        query:   [batch, target length, size]
        mask:    broadcastable to [batch, heads, target length, length]; None: all may be seen
        angles:  by how much queries are turned, as their keys were
        returns: [batch, target length, size], and the weights if `look`
        """
        queries = self._split(self.project_query(query))  # [batch, heads, target length, …]
        if angles is not None:
            queries = rotated(queries, angles)
        weights, dropout = None, self.dropout if self.training else 0.0
        if look:
            allowed = mask if mask is not None else keys.new_ones(1, dtype=torch.bool)
            mixed, weights = attend(self.scorer(queries, keys), allowed, values)
            if dropout:
                mixed = F.dropout(weights, dropout) @ values
        else:
            mixed = fused(queries, keys, values, mask, dropout)
        return self.output(mixed.transpose(1, 2).flatten(2)), weights

    def _split(self, states: Tensor) -> Tensor:
        batch, length, size = states.shape
        return states.view(batch, length, self.heads, size // self.heads).transpose(1, 2)


def fused(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None, dropout: float
) -> Tensor:
    """Attend with torch's one kernel for it; shapes as in `MultiHeadAttention.forward`.

    On a processor always in float32: the way back through bfloat16 took twelve times as long for
    sentences of 16 tokens, and a little longer for 512 (torch 2.13, one core with avx512_bf16).
    """
    if queries.device.type != "cpu" or queries.dtype.itemsize >= 4:
        return F.scaled_dot_product_attention(queries, keys, values, mask, dropout)
    with torch.autocast("cpu", enabled=False):
        mixed = F.scaled_dot_product_attention(
            queries.float(), keys.float(), values.float(), mask, dropout
        )
    return mixed.to(values.dtype)


class PreNorm:
    """Normalise what goes into each part, so that a path without norms leads all the way down.

    Source: Xiong et al. 2020, "On Layer Normalization in the Transformer Architecture", figure 1.
    """

    @staticmethod
    def before(norm: nn.Module, states: Tensor) -> Tensor:
        """Return what goes into a part of a layer."""
        return norm(states)  # type: ignore[no-any-return]

    @staticmethod
    def after(norm: nn.Module, total: Tensor) -> Tensor:
        """Return what comes out, from the sum of a part's input and output."""
        return total

    @staticmethod
    def last(size: int) -> nn.Module:
        """Return what stands behind the last layer."""
        return nn.LayerNorm(size)


class PostNorm(PreNorm):
    """Normalise the sum after each part, as first published; a warm-up is needed.

    Source: Vaswani et al. 2017, section 3.1.
    """

    @staticmethod
    def before(norm: nn.Module, states: Tensor) -> Tensor:
        """See `PreNorm.before`."""
        return states

    @staticmethod
    def after(norm: nn.Module, total: Tensor) -> Tensor:
        """See `PreNorm.after`."""
        return norm(total)  # type: ignore[no-any-return]

    @staticmethod
    def last(size: int) -> nn.Module:
        """See `PreNorm.last`: there is no need for one."""
        return nn.Identity()


NORMS: Choices[type[PreNorm]] = Choices("norm", {"pre": PreNorm, "post": PostNorm})


class EncoderLayer(nn.Module):
    """Self-attention, then feed-forward, each added to what came in."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.place = NORMS[config.norm]
        self.attention = MultiHeadAttention(size, size, config.heads, config.attention_dropout)
        self.feed_forward = FeedForward(config)
        self.norms = nn.ModuleList(nn.LayerNorm(size) for _ in range(2))
        self.dropout = Dropout(config.dropout)

    def forward(self, states: Tensor, mask: Tensor, angles: Tensor | None) -> Tensor:
        """states: [batch, source length, hidden]; mask: [batch, 1, 1, source length]."""
        first, second = self.norms
        given = self.place.before(first, states)
        keys_values = self.attention.keys_values(given, angles)
        mixed, _ = self.attention(given, *keys_values, mask, angles=angles)
        states = self.place.after(first, states + self.dropout(mixed))
        forwarded = self.feed_forward(self.place.before(second, states))
        return self.place.after(second, states + self.dropout(forwarded))


class TransformerEncoder(Encoder):
    """Layers of self-attention over the whole source."""

    def __init__(self, config: TransformerEncoderConfig, embedding: nn.Embedding) -> None:
        super().__init__()
        self.embedding = embedding
        self.positions = positions_of(config)
        self.dropout = Dropout(config.dropout)
        self.layers = nn.ModuleList(EncoderLayer(config) for _ in range(config.layers))
        self.norm = NORMS[config.norm].last(config.hidden_size)

    def forward(self, source: Tensor, mask: Tensor) -> Memory:
        """See `Encoder.forward`; `final` is the mean over the real tokens."""
        states = self.dropout(self.positions(scaled(self.embedding(source)), 0))
        angles = self.positions.angles(0, source.shape[1], source.device)
        allowed = mask[:, None, None]  # [batch, 1, 1, source length]
        for layer in self.layers:
            states = layer(states, allowed, angles)
        states = self.norm(states)
        return Memory(states, mask, mean_of_real(states, mask), source)


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
        size, heads, dropout = config.hidden_size, config.heads, config.attention_dropout
        self.place = NORMS[config.norm]
        self.self_attention = MultiHeadAttention(size, size, heads, dropout)
        self.source_attention = MultiHeadAttention(size, memory_size, heads, dropout)
        self.feed_forward = FeedForward(config)
        self.norms = nn.ModuleList(nn.LayerNorm(size) for _ in range(3))
        self.dropout = Dropout(config.dropout)

    def forward(
        self, states: Tensor, own: tuple[Tensor, ...], own_mask: Tensor | None,
        memory: tuple[Tensor, ...], memory_mask: Tensor, look: bool, angles: Tensor | None,
    ) -> tuple[Tensor, tuple[Tensor, ...], Tensor | None]:  # fmt: skip
        """Return the new states, the keys and values of the target with these states', weights.

        states: [batch, target length, hidden]; `own` holds the positions before them, if any.
        """
        first, second, third = self.norms
        given = self.place.before(first, states)
        keys, values = self.self_attention.keys_values(given, angles)
        if own:
            keys, values = torch.cat([own[0], keys], 2), torch.cat([own[1], values], 2)
        mixed, _ = self.self_attention(given, keys, values, own_mask, angles=angles)
        states = self.place.after(first, states + self.dropout(mixed))
        given = self.place.before(second, states)
        mixed, weights = self.source_attention(given, *memory, memory_mask, look)
        states = self.place.after(second, states + self.dropout(mixed))
        forwarded = self.feed_forward(self.place.before(third, states))
        return self.place.after(third, states + self.dropout(forwarded)), (keys, values), weights


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
        self.positions = positions_of(config)
        self.dropout = Dropout(config.dropout)
        self.layers = nn.ModuleList(DecoderLayer(config, memory_size) for _ in range(config.layers))
        self.norm = NORMS[config.norm].last(config.hidden_size)
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
        states = self.dropout(self.positions(scaled(self.embedding(target)), before))
        angles = self.positions.angles(before, target.shape[1], target.device)
        mask = state.mask[:, None, None]  # [batch, 1, 1, source length]
        own: list[Tensor] = []
        looks: list[Tensor] = []
        for index, layer in enumerate(self.layers):
            pair = slice(2 * index, 2 * index + 2)
            states, keys_values, weights = layer(
                states, state.own[pair], own_mask, state.memory[pair], mask, look, angles
            )
            own.extend(keys_values)
            if weights is not None:
                looks.append(weights)
        attention = torch.stack(looks, dim=1) if looks else None
        output = DecoderOutput(self.output(self.norm(states)), attention)
        return output, TransformerState(tuple(own), state.memory, state.mask)


def positions_of(config: TransformerConfig) -> Positions:
    """Return the kind of positions that is chosen."""
    head_size = config.hidden_size // config.heads
    return POSITIONS[config.positions](config.hidden_size, head_size, config.known_positions)


def scaled(embedded: Tensor) -> Tensor:
    """Multiply embeddings by the root of their size (section 3.4)."""
    return embedded * math.sqrt(embedded.shape[-1])

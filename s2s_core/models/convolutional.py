"""Convolutional encoder and decoder: windows over the pieces instead of a memory of the past.

Source: Gehring et al. 2017, "Convolutional Sequence to Sequence Learning". Left out are weight
normalisation and the smaller gradients of the encoder, which Adam does without.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from s2s_core.configs import (
    ConvolutionalConfig,
    ConvolutionalDecoderConfig,
    ConvolutionalEncoderConfig,
)
from s2s_core.models.attention import DotAttention, attend
from s2s_core.models.contract import (
    Decoder,
    DecoderOutput,
    DecoderState,
    Encoder,
    Memory,
    mean_of_real,
)
from s2s_core.models.dropout import Dropout
from s2s_core.models.positions import LearnedPositions

HALF = math.sqrt(0.5)  # a sum of two times this has the variance of one (section 3.4)


class GatedConvolution(nn.Module):
    """Look at a window around each piece; one half of what is seen opens and closes the other.

    One matrix over the pieces of a window side by side: what a convolution is.
    Source: section 3.2; the gate: Dauphin et al. 2017, eq. (1).
    """

    def __init__(self, size: int, kernel_size: int) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.window = nn.Linear(kernel_size * size, 2 * size)

    def forward(self, padded: Tensor) -> Tensor:
        """padded: [batch, length + kernel size - 1, size]; returns [batch, length, size]."""
        length = padded.shape[1] - self.kernel_size + 1
        shifted = [padded[:, first : first + length] for first in range(self.kernel_size)]
        return F.glu(self.window(torch.cat(shifted, dim=-1)), dim=-1)


class ConvolutionalEncoder(Encoder):
    """Layers of windows over the source: each sees a little further than the one below."""

    def __init__(self, config: ConvolutionalEncoderConfig, embedding: nn.Embedding) -> None:
        super().__init__()
        size, kernel = config.hidden_size, config.kernel_size
        self.embedding = embedding
        self.positions = _positions(config)
        self.dropout = Dropout(config.dropout)
        self.enter = nn.Linear(size, size)
        self.layers = nn.ModuleList(GatedConvolution(size, kernel) for _ in range(config.layers))
        self.leave = nn.Linear(size, size)
        self.sides = ((kernel - 1) // 2, kernel // 2)  # how far a window reaches, left and right

    def forward(self, source: Tensor, mask: Tensor) -> Memory:
        """See `Encoder.forward`; `final` is the mean over the real tokens."""
        embedded = self.dropout(self.positions(self.embedding(source), 0))
        padding = ~mask.unsqueeze(-1)
        states = self.enter(embedded)
        for layer in self.layers:
            # What lies beyond the end is nothing, whether a batch is padded there or not.
            given = self.dropout(states).masked_fill(padding, 0.0)
            states = HALF * (states + layer(F.pad(given, (0, 0, *self.sides))))
        states = self.leave(states)
        return Memory(states, mask, mean_of_real(states, mask), source, embedded)


@dataclass(frozen=True)
class ConvolutionalState(DecoderState):
    """What the windows reach back to, and what the attention looks at."""

    before: tuple[Tensor, ...]  # [batch, kernel size - 1, hidden]: the last inputs of each layer
    keys: Tensor  # [batch, source length, hidden]
    values: Tensor  # [batch, source length, hidden]
    mask: Tensor  # [batch, source length]
    position: int  # how many pieces have been read


class DecoderLayer(nn.Module):
    """A window over the target so far, then attention to the source."""

    def __init__(self, config: ConvolutionalDecoderConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.convolution = GatedConvolution(size, config.kernel_size)
        self.query = nn.Linear(size, size)
        self.context = nn.Linear(size, size)
        self.scorer = DotAttention(size, size)
        self.dropout = Dropout(config.dropout)

    def forward(
        self, states: Tensor, embedded: Tensor, before: Tensor, memory: ConvolutionalState
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the new states, the inputs that the next window reaches back to, the weights.

        states, embedded: [batch, target length, hidden]
        """
        given = torch.cat([before, self.dropout(states)], dim=1)
        seen = self.convolution(given)
        query = HALF * (self.query(seen) + embedded)  # eq. (1)
        energies = self.scorer(query, memory.keys)
        context, weights = attend(energies, memory.mask.unsqueeze(1), memory.values)  # eq. (2)
        seen = HALF * (seen + self.context(context))
        kept = given[:, given.shape[1] - before.shape[1] :]
        return HALF * (states + seen), kept, weights


class ConvolutionalDecoder(Decoder):
    """Layers of windows over the target so far, each with an attention of its own."""

    def __init__(
        self,
        config: ConvolutionalDecoderConfig,
        embedding: nn.Embedding,
        memory_size: int,
        vocabulary: int,
    ) -> None:
        super().__init__()
        size = config.hidden_size
        self.reach = config.kernel_size - 1
        self.embedding = embedding
        self.positions = _positions(config)
        self.dropout = Dropout(config.dropout)
        same = memory_size == size
        self.fit = nn.Identity() if same else nn.Linear(memory_size, size, bias=False)
        self.enter = nn.Linear(size, size)
        self.layers = nn.ModuleList(DecoderLayer(config) for _ in range(config.layers))
        self.leave = nn.Linear(size, size)
        self.output = nn.Linear(size, vocabulary)

    def start(self, memory: Memory) -> ConvolutionalState:
        """See `Decoder.start`.

        The attention mixes states plus embeddings, where the encoder tells them (eq. 2). A mean
        of m vectors is shorter than one of them; the root of m makes up for it (section 3.4).
        """
        told = memory.states if memory.embedded is None else memory.states + memory.embedded
        count = memory.mask.sum(1).sqrt()[:, None, None]
        nothing = memory.states.new_zeros(len(told), self.reach, self.enter.in_features)
        return ConvolutionalState(
            (nothing,) * len(self.layers), self.fit(memory.states), self.fit(told) * count,
            memory.mask, 0,
        )  # fmt: skip

    def forward(self, memory: Memory, target: Tensor, look: bool = False) -> DecoderOutput:
        """See `Decoder.forward`."""
        output, _ = self._run(target, self.start(memory))
        return output if look else replace(output, attention=None)

    def step(self, token: Tensor, state: DecoderState) -> tuple[DecoderOutput, DecoderState]:
        """See `Decoder.step`."""
        assert isinstance(state, ConvolutionalState)
        return self._run(token.unsqueeze(1), state)

    def _run(
        self, target: Tensor, state: ConvolutionalState
    ) -> tuple[DecoderOutput, ConvolutionalState]:
        embedded = self.dropout(self.positions(self.embedding(target), state.position))
        states = self.enter(embedded)
        kept, looks = [], []
        for layer, before in zip(self.layers, state.before, strict=True):
            states, reached, weights = layer(states, embedded, before, state)
            kept.append(reached)
            looks.append(weights)
        scores = self.output(self.dropout(self.leave(states)))
        following = replace(state, before=tuple(kept), position=state.position + target.shape[1])
        return DecoderOutput(scores, torch.stack(looks, dim=1).unsqueeze(2)), following


def _positions(config: ConvolutionalConfig) -> LearnedPositions:
    return LearnedPositions(config.hidden_size, config.hidden_size, config.known_positions)

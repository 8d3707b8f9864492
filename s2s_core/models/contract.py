"""What encoders and decoders promise each other, and every search relies on.

The law, asserted for every decoder: stepping token by token gives the same log-probabilities as
`forward`. In every mask `True` means a real token.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Rows:
    """Tensors whose first dimension is the batch, so that rows can be picked, doubled, dropped."""

    def select(self, rows: Tensor) -> Self:
        """Return these rows, in this order; a row may be taken several times or not at all."""
        picked: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Tensor):
                picked[field.name] = value.index_select(0, rows)
            elif isinstance(value, tuple):
                picked[field.name] = tuple(part.index_select(0, rows) for part in value)
        return replace(self, **picked)


@dataclass(frozen=True)
class Memory(Rows):
    """What the encoder has understood."""

    states: Tensor  # [batch, source length, hidden]
    mask: Tensor  # [batch, source length]
    final: Tensor  # [batch, hidden]: the last state, or the mean where there is none
    source: Tensor  # [batch, source length], the piece numbers
    embedded: Tensor | None = None  # [batch, source length, hidden]: what the first layer was given


def mean_of_real(states: Tensor, mask: Tensor) -> Tensor:
    """Return the mean over the real tokens, [batch, hidden]."""
    real = mask.unsqueeze(-1)
    return (states * real).sum(1) / real.sum(1)


@dataclass(frozen=True)
class DecoderState(Rows):
    """All that a decoder needs to go on; each decoder has its own fields."""


@dataclass(frozen=True)
class DecoderOutput:
    """Scores of the next piece at each position, and where the decoder looked."""

    scores: Tensor  # [batch, target length, vocabulary], not normalised
    attention: Tensor | None = None  # [batch, layer, head, target length, source length]

    def log_probabilities(self) -> Tensor:
        """Return log-probabilities, [batch, target length, vocabulary], in nats."""
        return F.log_softmax(self.scores.float(), dim=-1)


class Encoder(nn.Module, ABC):
    """Reads a source sentence."""

    @abstractmethod
    def forward(self, source: Tensor, mask: Tensor) -> Memory:
        """Read sources, [batch, source length], and their mask."""


class Decoder(nn.Module, ABC):
    """Writes a target sentence, all at once in training or piece by piece in a search."""

    @abstractmethod
    def forward(self, memory: Memory, target: Tensor, look: bool = False) -> DecoderOutput:
        """Score every position, given the right pieces before it (teacher forcing).

        target: [batch, target length], opened by BEGIN. `look` asks for the attention.
        """

    @abstractmethod
    def start(self, memory: Memory) -> DecoderState:
        """Return the state before the first piece."""

    @abstractmethod
    def step(self, token: Tensor, state: DecoderState) -> tuple[DecoderOutput, DecoderState]:
        """Score the next piece after `token`, [batch]; the output has a target length of one."""

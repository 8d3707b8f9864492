"""Positions: how a model without recurrence knows the order of the pieces."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from s2s_core.choices import Choices


def sinusoidal(first: int, count: int, size: int, device: torch.device) -> Tensor:
    """Return the sine and cosine waves of positions `first` onwards, [count, size].

    Even columns are sines, odd ones cosines, with wavelengths from 2 pi to 10,000 * 2 pi.
    Source: Vaswani et al. 2017, section 3.5.
    """
    angle = wave_angles(first, count, size, device)
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)


def wave_angles(first: int, count: int, size: int, device: torch.device) -> Tensor:
    """Return how far each wave has turned at positions `first` onwards, [count, size / 2]."""
    position = torch.arange(first, first + count, device=device).unsqueeze(1)
    column = torch.arange(0, size, 2, device=device)
    return position * torch.exp(column * (-math.log(10_000.0) / size))


def rotated(states: Tensor, angles: Tensor) -> Tensor:
    """Turn each pair of neighbouring columns by its angle.

    states: [..., length, size]; angles: [length, size / 2]
    Source: Su et al. 2021, "RoFormer", eq. (34).
    """
    even, odd = states[..., ::2], states[..., 1::2]
    cos, sin = angles.cos(), angles.sin()
    pairs = torch.stack([even * cos - odd * sin, odd * cos + even * sin], dim=-1)
    return pairs.flatten(-2).to(states.dtype)


class Positions(nn.Module):
    """No positions: to the encoder a sentence is a bag of pieces.

    A decoder still knows some order, as each piece sees only those before it (Haviv et al. 2022,
    "Transformer Language Models without Positional Encodings Still Learn Positional Information").

    size: of the embeddings; head_size: of each head; known: positions with vectors of their own.
    """

    def __init__(self, size: int, head_size: int, known: int) -> None:
        super().__init__()
        self.size = size
        self.head_size = head_size

    def forward(self, embedded: Tensor, first: int) -> Tensor:
        """Add positions `first` onwards to embeddings, [batch, length, size]."""
        return embedded

    def angles(self, first: int, count: int, device: torch.device) -> Tensor | None:
        """Return by how much queries and keys are turned, [count, head size / 2], if at all."""
        return None


class SinusoidalPositions(Positions):
    """Waves of fixed lengths, added to the embeddings; nothing to learn, no longest sentence.

    Source: Vaswani et al. 2017, section 3.5.
    """

    def forward(self, embedded: Tensor, first: int) -> Tensor:
        """See `Positions.forward`."""
        return embedded + sinusoidal(first, embedded.shape[1], self.size, embedded.device)


class LearnedPositions(Positions):
    """A learned vector for each position, added to the embeddings; the last serves all later ones.

    Source: Gehring et al. 2017, section 3.1; Vaswani et al. 2017, table 3, row (E).
    """

    def __init__(self, size: int, head_size: int, known: int) -> None:
        super().__init__(size, head_size, known)
        self.vectors = nn.Embedding(known, size)
        nn.init.normal_(self.vectors.weight, std=size**-0.5)

    def forward(self, embedded: Tensor, first: int) -> Tensor:
        """See `Positions.forward`."""
        place = torch.arange(first, first + embedded.shape[1], device=embedded.device)
        vectors: Tensor = self.vectors(place.clamp(max=self.vectors.num_embeddings - 1))
        return embedded + vectors


class RotaryPositions(Positions):
    """Queries and keys are turned by their place, so that attention sees distances.

    Source: Su et al. 2021, "RoFormer", section 3.2.2.
    """

    def angles(self, first: int, count: int, device: torch.device) -> Tensor | None:
        """See `Positions.angles`; the wavelengths are those of the waves (eq. 15)."""
        return wave_angles(first, count, self.head_size, device)


POSITIONS: Choices[type[Positions]] = Choices(
    "positions",
    {
        "sinusoidal": SinusoidalPositions,
        "learned": LearnedPositions,
        "rotary": RotaryPositions,
        "none": Positions,
    },
)

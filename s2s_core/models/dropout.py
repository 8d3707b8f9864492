"""Dropout that does not draw a random number for every value.

Drawing them takes a fifth of a Transformer's step on two cores of a processor, as only one of
them can do it. So the masks are cut out of one long strip of random numbers, each at a random
place, and the strip is drawn anew when it was used up `USES` times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

USES = 16  # times its own length is cut out of a strip
LEAST = 1 << 16  # numbers in a strip
ALIGNED = 64  # numbers: where a mask begins, so that it lies well for the processor

Kind = tuple[float, torch.dtype]


@dataclass
class Strip:
    """Zeros and scaled ones, from a seed of their own: they can be drawn again."""

    seed: int
    used: int
    values: Tensor

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return self.values.numel()

    @classmethod
    def drawn(cls, kind: Kind, seed: int, size: int, used: int = 0) -> Self:
        """Draw a strip of this many numbers."""
        rate, dtype = kind
        generator = torch.Generator().manual_seed(seed)
        kept = torch.empty(size, dtype=dtype).bernoulli_(1 - rate, generator=generator)
        return cls(seed, used, kept.div_(1 - rate))


class MaskPool:
    """The strips that all parts of a model cut their masks from, one for each rate."""

    def __init__(self) -> None:
        self._strips: dict[Kind, Strip] = {}

    def mask(self, states: Tensor, rate: float) -> Tensor:
        """Return a mask in the shape of the states: 0, or 1 / (1 - rate) where they stay."""
        kind, count = (rate, states.dtype), states.numel()
        strip = self._strips.get(kind)
        if strip is None or strip.size < 2 * count or strip.used >= USES * strip.size:
            size = max(LEAST, strip.size if strip else 0, 1 << (2 * count - 1).bit_length())
            # A new one, not new numbers in the old: gradients may still need those.
            strip = self._strips[kind] = Strip.drawn(kind, int(torch.randint(2**62, ())), size)
        strip.used += count
        places = (strip.size - count) // ALIGNED + 1
        start = int(torch.randint(places, ())) * ALIGNED
        return strip.values[start : start + count].view(states.shape)

    def state(self) -> list[Any]:
        """Return plain values from which `restore` draws the same strips again."""
        return [
            [rate, str(dtype).removeprefix("torch."), strip.seed, strip.size, strip.used]
            for (rate, dtype), strip in self._strips.items()
        ]

    def restore(self, state: list[Any]) -> None:
        """Go on as when `state` was asked for."""
        self._strips = {}
        for rate, name, seed, size, used in state:
            kind = (float(rate), getattr(torch, name))
            self._strips[kind] = Strip.drawn(kind, seed, size, used)

    def __deepcopy__(self, memo: dict[int, Any]) -> MaskPool:
        """A copy of a model draws its own."""
        memo[id(self)] = copied = MaskPool()
        return copied


class Dropout(nn.Module):
    """Set a share of the values to zero while training, and scale the others up.

    Source: Srivastava et al. 2014, section 10.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate
        self.pool = MaskPool()  # the model lets all its parts share one

    def forward(self, states: Tensor) -> Tensor:
        """states: of any shape."""
        if not self.training or not self.rate:
            return states
        if states.device.type != "cpu" or torch.compiler.is_compiling():
            return F.dropout(states, self.rate)  # there it is no work to speak of
        return states * self.pool.mask(states, self.rate)

    def extra_repr(self) -> str:
        """Say the rate where the model is printed."""
        return f"rate={self.rate}"


def share_masks(model: nn.Module) -> MaskPool:
    """Let all dropout of a model cut its masks from one pool, which is returned."""
    pool = MaskPool()
    for part in model.modules():
        if isinstance(part, Dropout):
            part.pool = pool
    return pool

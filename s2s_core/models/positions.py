"""Positions: how a model without recurrence knows the order of the pieces."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def sinusoidal(first: int, count: int, size: int, device: torch.device) -> Tensor:
    """Return the sine and cosine waves of positions `first` onwards, [count, size].

    Even columns are sines, odd ones cosines, with wavelengths from 2 pi to 10,000 * 2 pi.
    Source: Vaswani et al. 2017, section 3.5.
    """
    position = torch.arange(first, first + count, device=device).unsqueeze(1)
    column = torch.arange(0, size, 2, device=device)
    angle = position * torch.exp(column * (-math.log(10_000.0) / size))  # [count, size / 2]
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)

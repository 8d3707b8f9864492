"""Weights of one byte: each row of a matrix as whole numbers from −127 to 127, and a scale.

Source: Jacob et al. 2018, section 2.1, symmetric (zero point 0) and per row.
"""

from __future__ import annotations

import torch
from torch import Tensor

LARGEST = 127


def quantised(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Return the numbers of a matrix, int8 and of its shape, and one scale for each row."""
    rows = weight.detach().flatten(1)
    scales = rows.abs().amax(1) / LARGEST
    safe = torch.where(scales > 0, scales, torch.ones_like(scales))  # a row of zeros
    numbers = (rows / safe.unsqueeze(1)).round().to(torch.int8)
    return numbers.view_as(weight), safe


def dequantised(numbers: Tensor, scales: Tensor) -> Tensor:
    """Return the matrix; no weight is further from what it was than half of its row's scale."""
    rows = numbers.flatten(1).to(scales.dtype) * scales.unsqueeze(1)
    return rows.view(numbers.shape)

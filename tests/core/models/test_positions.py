from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from s2s_core.models.positions import sinusoidal
from s2s_core.models.transformer import with_positions


def waves(first: int, count: int, size: int) -> Tensor:
    """Return positions as section 3.5 of Vaswani et al. 2017 writes them, number by number."""
    table = torch.empty(count, size)
    for row in range(count):
        for column in range(size):
            angle = (first + row) / 10_000 ** (2 * (column // 2) / size)
            table[row, column] = math.sin(angle) if column % 2 == 0 else math.cos(angle)
    return table


@pytest.mark.parametrize(("first", "count", "size"), [(0, 5, 8), (7, 3, 8), (100, 1, 2)])
def test_positions_are_those_of_the_formula(first: int, count: int, size: int) -> None:
    found = sinusoidal(first, count, size, torch.device("cpu"))
    torch.testing.assert_close(found, waves(first, count, size), rtol=1e-4, atol=1e-5)


def test_embeddings_are_scaled_before_positions_are_added() -> None:
    embedded = torch.randn(2, 3, 8)
    expected = embedded * math.sqrt(8) + waves(4, 3, 8)
    torch.testing.assert_close(with_positions(embedded, 4), expected, rtol=1e-4, atol=1e-5)

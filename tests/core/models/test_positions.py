from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from s2s_core.models.positions import POSITIONS, rotated, sinusoidal, wave_angles
from s2s_core.models.transformer import scaled


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


def test_waves_are_added_to_scaled_embeddings() -> None:
    embedded = torch.randn(2, 3, 8)
    expected = embedded * math.sqrt(8) + waves(4, 3, 8)
    found = POSITIONS["sinusoidal"](8, 4, 1)(scaled(embedded), 4)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


def turned(states: Tensor, first: int) -> Tensor:
    """Return states turned as eq. (34) of Su et al. 2021 writes it, number by number."""
    result = torch.empty_like(states)
    length, size = states.shape[-2:]
    for place in range(length):
        for pair in range(size // 2):
            theta = (first + place) * 10_000 ** (-2 * pair / size)
            one, other = states[..., place, 2 * pair], states[..., place, 2 * pair + 1]
            result[..., place, 2 * pair] = one * math.cos(theta) - other * math.sin(theta)
            result[..., place, 2 * pair + 1] = other * math.cos(theta) + one * math.sin(theta)
    return result


@pytest.mark.parametrize(("first", "size"), [(0, 8), (5, 4), (90, 2)])
def test_rotary_states_are_those_of_the_formula(first: int, size: int) -> None:
    states = torch.randn(2, 3, 6, size)
    found = rotated(states, wave_angles(first, 6, size, torch.device("cpu")))
    torch.testing.assert_close(found, turned(states, first), rtol=1e-4, atol=1e-5)


def test_rotary_energies_depend_on_the_distance_only() -> None:
    positions = POSITIONS["rotary"](16, 8, 1)
    query, key = torch.randn(1, 8), torch.randn(1, 8)

    def energy(query_place: int, key_place: int) -> float:
        angles = [positions.angles(at, 1, query.device) for at in (query_place, key_place)]
        assert angles[0] is not None
        assert angles[1] is not None
        return float(rotated(query, angles[0]) @ rotated(key, angles[1]).T)

    assert energy(7, 4) == pytest.approx(energy(3, 0), abs=1e-5)
    assert energy(7, 4) != pytest.approx(energy(4, 7), abs=1e-3)


def test_what_comes_after_the_learned_positions_shares_the_last() -> None:
    positions = POSITIONS["learned"](8, 4, 3)
    found = positions(torch.zeros(1, 5, 8), 0)[0]
    assert len({tuple(row.tolist()) for row in found[:3]}) == 3
    assert torch.equal(found[3], found[2])
    assert torch.equal(positions(torch.zeros(1, 1, 8), 4)[0, 0], found[2])

"""Axes: round limits and ticks that stay where they are as long as they can."""

from __future__ import annotations

import numpy as np
import pytest

from app.widgets.scales import (
    ceiling,
    decades,
    fit,
    fit_decades,
    fit_span,
    spread,
    tick_text,
    ticks,
)


@pytest.mark.parametrize("value", [1e-9, 0.21, 1, 1.0001, 3.3, 99, 101, 1412, 7.7e12])
def test_limits_jump_by_a_quarter_or_so(value: float) -> None:
    top = ceiling(value)
    assert value <= top * 1.00001
    assert top <= value * 1.34


def test_limits_shrink_only_by_much() -> None:
    assert fit((0, 4.4), (0, 5)) == (0, 5)
    assert fit((0, 3.5), (0, 5)) == (0, 5)
    assert fit((0, 2.0), (0, 5)) == (0, 2)
    assert fit((-0.9, 5.1), (0, 5)) == (-1, 6)
    assert fit((0, 0), (0, 0)) == (0, 1)


def test_ticks_are_round_and_steps_whole() -> None:
    assert ticks(-0.1, 5.2, 5)[0].tolist() == [0, 1, 2, 3, 4, 5]
    assert ticks(0, 3, 8, 1.0)[0].tolist() == [0, 1, 2, 3]
    assert tick_text(1500.0, 250) == "1,500"
    assert tick_text(0.25, 0.25) == "0.25"
    assert not np.signbit(ticks(-0.1, 5.2, 5)[0][0])


def test_logarithmic_limits_hold_all_values() -> None:
    low, high = fit_decades((0.13, 4.4))
    assert 10**low <= 0.13
    assert 10**high >= 4.4
    assert 10 ** decades(low, high, 5) == pytest.approx([0.1, 0.2, 0.5, 1, 2, 5])
    assert decades(-6, 6, 4).tolist() == [-6, -3, 0, 3, 6]


def test_labels_are_pushed_apart() -> None:
    places = spread([50, 52, 51, 199], 12, 0, 200)
    assert np.diff(sorted(places)).min() >= 12
    assert sorted(range(4), key=places.__getitem__) == [0, 2, 1, 3]
    assert max(places) <= 200


def test_limits_close_around_values_need_not_begin_at_zero() -> None:
    low, high = fit_span((2.31, 2.38), (0.0, 1.0))
    assert 2.28 <= low <= 2.31
    assert 2.38 <= high <= 2.41
    assert fit_span((2.33, 2.37), (low, high)) == (low, high)
    assert fit_span((2.36, 2.37), (low, high)) != (low, high)
    assert fit_span((0.02, 0.05), (0.0, 1.0))[0] == 0
    assert fit_span((3.0, 3.0), (0.0, 0.0))[0] < 3 < fit_span((3.0, 3.0), (0.0, 0.0))[1]

"""Numbers that keep arriving: none is lost, and smoothing is what it says."""

from __future__ import annotations

import numpy as np
import pytest

from app.widgets.series import Series


def test_growth_keeps_all_values() -> None:
    series = Series()
    for start in range(0, 5000, 7):
        series.extend(range(start, start + 7), np.arange(start, start + 7) / 2)
    assert np.array_equal(series.x, np.arange(len(series)))
    assert np.array_equal(series.y, np.arange(len(series)) / 2)


def test_a_rewind_replaces_what_came_later() -> None:
    series = Series()
    series.extend([1, 2, 3, 4, 3, 4, 5], [10, 20, 30, 40, 31, np.nan, 51])
    assert series.x.tolist() == [1, 2, 3, 4, 5]
    assert series.y[[0, 1, 2, 4]].tolist() == [10, 20, 31, 51]
    assert series.finite_length == 4


def test_points_must_come_in_pairs() -> None:
    with pytest.raises(ValueError, match="2 x values do not fit 1 y values"):
        Series().extend([1, 2], [1])


@pytest.mark.parametrize("weight", [0.0, 0.6, 0.99])
def test_smoothing_is_the_bias_corrected_moving_average(weight: float) -> None:
    values = np.random.default_rng(1).normal(size=7000)
    values[[0, 3, 500]] = np.nan, np.inf, np.nan
    series, expected, total, count = Series(), [], 0.0, 0
    for value in values:
        if np.isfinite(value):
            total, count = weight * total + (1 - weight) * value, count + 1
        expected.append(total / (1 - weight**count) if count else np.nan)
    for start, stop in ((0, 1), (1, 130), (130, 131), (131, 7000)):
        series.extend(np.arange(start, stop), values[start:stop])
        series.smoothed(weight)
    np.testing.assert_allclose(series.smoothed(weight), expected, rtol=1e-9)


def test_smoothing_starts_afresh_after_a_rewind() -> None:
    series = Series()
    series.extend([1, 2, 3], [4.0, 2.0, 100.0])
    series.smoothed(0.5)
    series.extend([3], [3.0])
    assert series.smoothed(0.5)[-1] == pytest.approx((0.5 * 4 + 2 + 2 * 3) / 3.5)

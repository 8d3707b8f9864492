"""Thinning: no spike is lost on any axis, and nothing shimmers."""

from __future__ import annotations

import numpy as np
import pytest

from app.widgets.thinning import columns, peaks, samples
from app.widgets.timeline import Axis, Timeline

STEPS = np.arange(1.0, 100_004.0)


def axis(unit: str = "step", *, is_logarithmic: bool = False) -> Axis:
    timeline = Timeline()
    speed = np.where(STEPS < 50_000, 1.0, 9.0)  # seconds a step: it became slow
    timeline.extend(STEPS, STEPS / 100, STEPS * 850, np.cumsum(speed))
    return Axis(unit, is_logarithmic, timeline)


@pytest.mark.parametrize("unit", ["step", "epoch", "seconds"])
@pytest.mark.parametrize("is_logarithmic", [False, True])
def test_a_spike_survives_thinning_on_every_axis(unit: str, is_logarithmic: bool) -> None:
    y = np.zeros(STEPS.size)
    y[54_321], y[77], y[-1] = 9.0, -3.0, 0.5
    along = axis(unit, is_logarithmic=is_logarithmic)
    low, high = along.places(STEPS[[0, -1]]).tolist()
    begins, stop = columns(STEPS, along, low, high, 500)
    indices, values = peaks(y, begins, stop)
    assert values.size <= 2 * 501 + 1
    assert (values.max(), values.min()) == (9, -3)
    assert (indices[-1], values[-1]) == (STEPS.size - 1, 0.5)
    assert np.all(np.diff(indices) >= 0)


def test_a_logarithmic_axis_keeps_the_first_steps_apart() -> None:
    along = axis(is_logarithmic=True)
    begins, stop = columns(STEPS, along, 0.0, 5.0, 500)
    indices, values = peaks(np.arange(STEPS.size, dtype=float), begins, stop)
    assert {0, 1, 2, 3, 4, 5, 6, 7, 8, 9} <= set(indices.tolist())
    assert np.all(np.diff(values) >= 0)  # a curve that only rises is drawn so


def test_few_points_are_left_alone() -> None:
    begins, stop = columns(STEPS[:900], axis(), 0.0, 1000.0, 500)
    assert peaks(STEPS[:900], begins, stop)[0].tolist() == list(range(900))
    assert samples(STEPS[:900], begins, stop)[1].tolist() == STEPS[:900].tolist()


def test_thinned_points_do_not_move_as_the_curve_grows_or_is_panned() -> None:
    y = np.random.default_rng(0).normal(size=STEPS.size)

    def drawn(count: int, low: float) -> dict[int, float]:
        begins, stop = columns(STEPS[:count], axis(), low, low + 60_000.0, 500)
        indices, values = peaks(y[:count], begins, stop)
        inside = (STEPS[indices] > 15_000) & (STEPS[indices] < 45_000)
        return dict(zip(indices[inside].tolist(), values[inside].tolist(), strict=True))

    assert drawn(50_000, 0.0) == drawn(51_000, 0.0) == drawn(51_000, 3_333.0)


def test_a_smooth_curve_is_drawn_to_its_last_point() -> None:
    begins, stop = columns(STEPS, axis(), 0.0, 1.1e5, 500)
    indices, values = samples(STEPS, begins, stop)
    assert indices[-1] == STEPS.size - 1
    assert values[-1] == STEPS[-1]
    assert indices.size <= 501


def test_a_column_of_nothing_but_nan_is_a_gap() -> None:
    y = np.ones(STEPS.size)
    y[40_000:60_000] = np.nan
    begins, stop = columns(STEPS, axis(), 0.0, 1e5, 500)
    indices, values = peaks(y, begins, stop)
    assert np.isnan(values[(indices > 40_500) & (indices < 59_500)]).all()
    assert np.isfinite(values[indices < 39_500]).all()

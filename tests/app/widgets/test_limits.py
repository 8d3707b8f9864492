"""The y axis: the newest values can be read, and no spike sets the scale."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from app.widgets.limits import YLimits
from app.widgets.series import Floats, Series

STEPS = np.arange(1, 5001)
FALL = 8 * np.exp(-STEPS / 100) + 0.03


def series(y: Floats) -> Series:
    made = Series()
    made.extend(np.arange(1, y.size + 1), y)
    return made


def fitted(
    limits: YLimits, *ys: Floats, log: bool = False, level: float | None = None
) -> tuple[float, float]:  # fmt: skip
    return limits.fit([series(y) for y in ys], is_logarithmic=log, level=level)


def watched(limits: YLimits, y: Floats, first: int = 10, every: int = 10) -> list[float]:
    """Return the tops that are seen while a curve grows."""
    return [fitted(limits, y[:count])[1] for count in range(first, y.size + 1, every)]


def test_the_newest_values_are_not_flat_while_the_start_was_high() -> None:
    limits = YLimits(None)
    assert fitted(limits, FALL[:150])[1] >= 8
    assert watched(limits, FALL)[-1] < 0.05


def test_the_axis_comes_closer_seldom_and_little_by_little() -> None:
    tops = watched(YLimits(None), FALL, 1)
    changes = [(n, a, b) for n, (a, b) in enumerate(pairwise(tops)) if b != a]
    assert len(changes) <= 5
    assert all(a <= 4 * b for _, a, b in changes)
    places = [n for n, _, _ in changes]
    assert all(b >= 1.2 * a for a, b in pairwise(places))


@pytest.mark.parametrize("long", [1, 5])
def test_a_spike_that_enters_moves_nothing(long: int) -> None:
    limits = YLimits(None)
    top = watched(limits, FALL)[-1]
    spike = np.concatenate((FALL, np.full(long, 6.7), np.full(200, 0.03)))
    assert {*watched(limits, spike, FALL.size, 1)} == {top}


def test_a_short_run_keeps_its_descent_in_view() -> None:
    limits = YLimits(None)
    assert fitted(limits, FALL[:900])[1] >= 7


def test_when_training_has_stopped_the_whole_descent_is_in_view() -> None:
    limits = YLimits(None)
    assert watched(limits, FALL)[-1] < 0.05
    limits.is_live = False
    assert fitted(limits, FALL)[1] >= 7


def test_an_explosion_brings_the_whole_range_back() -> None:
    limits = YLimits(None)
    fitted(limits, FALL)
    assert watched(limits, np.concatenate((FALL, np.full(12, 60.0))), FALL.size, 1)[-1] >= 60


def test_the_whole_run_keeps_its_start() -> None:
    limits = YLimits(None)
    limits.range = "whole"
    assert fitted(limits, FALL)[1] > 7


def test_recent_values_need_not_stand_on_zero() -> None:
    limits = YLimits(None)
    limits.range = "recent"
    low, high = fitted(limits, np.concatenate((np.linspace(9, 2.4, 500), np.full(600, 2.4))))
    assert 2 < low < 2.4 < high < 3


def test_a_spike_among_recent_values_does_not_set_the_scale() -> None:
    limits, y = YLimits(None), np.full(4000, 0.5)
    y[3000] = 900.0
    for name in ("automatic", "whole", "recent"):
        limits.range = name
        assert fitted(limits, y)[1] < 2


def test_a_window_shows_all_that_is_in_it() -> None:
    y = np.full(4000, 0.5)
    y[3000] = 900.0
    low, high = YLimits(None).fit(
        [series(y)], is_logarithmic=False, level=None, window=(2900.0, 3100.0)
    )
    assert low <= 0.5
    assert high >= 900


def test_what_lies_beside_a_window_does_not_set_the_scale() -> None:
    checks = Series()
    checks.extend([300, 400], [80.0, 90.0])
    shown = [series(np.full(400, 0.5)), checks]
    limits = YLimits(None)
    assert limits.fit(shown, is_logarithmic=False, level=None, window=(100.0, 200.0))[1] < 2
    _, high = limits.fit(shown, is_logarithmic=False, level=None, window=(320.0, 380.0))
    assert high >= 88  # the line between both is in view


def test_limits_do_not_flicker_about_the_threshold() -> None:
    limits, points = YLimits(None), 500

    def top(recent: float) -> float:
        nonlocal points
        points += 1000
        return fitted(limits, np.concatenate((np.full(points, 8.0), np.full(points, recent))))[1]

    assert top(0.9) >= 8
    assert [top(0.7), top(0.7)][-1] < 2
    assert max(top(recent) for recent in (0.9, 1.2, 0.8, 1.5)) < 2
    assert 2 <= top(1.8) < 4  # room for what there is, and no more


def test_a_curve_of_few_points_is_seen_beside_one_of_many() -> None:
    checks = Series()
    checks.extend([100], [0.9])
    limits = YLimits(None)
    limits.range = "recent"
    _, high = limits.fit([series(FALL), checks], is_logarithmic=False, level=None)
    assert high >= 0.9


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("name", ["automatic", "whole", "recent"])
def test_nonsense_gives_limits_all_the_same(name: str, log: bool) -> None:
    limits = YLimits(None)
    limits.range = name
    for ys in ([np.nan, np.nan], [np.inf, -np.inf], [0.0, 0.0], [-5.0, -7.0], [1e300, 1e-300]):
        low, high = fitted(limits, np.array(ys), log=log)
        assert np.isfinite([low, high]).all()
        assert low < high


def test_fixed_limits_stay() -> None:
    assert fitted(YLimits((0, 100)), FALL) == (0, 100)
    assert fitted(YLimits((0, 100)), FALL, log=True) == pytest.approx((-1, 2))

"""The x axis: steps stand where the run was then, in every unit."""

from __future__ import annotations

import numpy as np
import pytest

from app.widgets.curve_view import UNITS
from app.widgets.timeline import Axis, Timeline


@pytest.fixture
def timeline() -> Timeline:
    timeline = Timeline()
    timeline.extend([1, 2, 3, 4], [0.5, 1.0, 1.5, 2.0], [10, 30, 60, 100], [1.0, 1.5, 2.0, 6.0])
    return timeline


def values(timeline: Timeline, unit: str, *steps: float) -> list[float]:
    return list(timeline.values(unit, np.array(steps)))


def test_every_step_has_its_epochs_tokens_and_seconds(timeline: Timeline) -> None:
    assert values(timeline, "step", 3, 7) == [3, 7]
    assert values(timeline, "epoch", 1, 4) == [0.5, 2.0]
    assert values(timeline, "tokens", 0, 2, 4) == [0, 30, 100]
    assert values(timeline, "seconds", 3, 3.5) == [2.0, 4.0]


@pytest.mark.parametrize("unit", UNITS)
def test_steps_are_found_again_from_their_values(timeline: Timeline, unit: str) -> None:
    steps = np.array([0.0, 1.0, 2.5, 4.0])
    np.testing.assert_allclose(timeline.steps(unit, timeline.values(unit, steps)), steps)


def test_a_rewind_replaces_what_came_later(timeline: Timeline) -> None:
    timeline.extend([3, 4], [1.4, 1.9], [55, 80], [2.5, 3.0])
    assert values(timeline, "tokens", 2, 3, 4) == [30, 55, 80]
    assert len(timeline) == 5


def test_a_clock_that_was_set_back_stands_still(timeline: Timeline) -> None:
    timeline.extend([5, 6, 7], [2.5, 3.0, 3.5], [110, 120, 130], [0.5, 5.0, 7.0])
    assert values(timeline, "seconds", 5, 6, 7) == [6.0, 6.0, 7.0]


def test_a_cleared_timeline_begins_at_nothing(timeline: Timeline) -> None:
    timeline.clear()
    assert values(timeline, "epoch", 0, 3) == [0, 0]


def test_a_logarithmic_axis_has_a_place_for_step_zero(timeline: Timeline) -> None:
    for unit in UNITS:
        axis = Axis(unit, True, timeline)
        places = axis.places(np.array([0.0, 1.0, 4.0]))
        assert np.isfinite(places).all()
        assert places[0] == places[1] < places[2]
    assert Axis("seconds", True, timeline).steps(np.array([np.log10(2.0)])) == pytest.approx([3])


def test_the_limits_of_an_axis_hold_the_run(timeline: Timeline) -> None:
    assert Axis("step", False, timeline).limits(1, 4, (0, 0)) == (0, 10)
    assert Axis("tokens", False, timeline).limits(1, 4, (0, 0)) == (0, 100)
    low, high = Axis("seconds", True, timeline).limits(1, 4, (0, 0))
    assert 10**low <= 1
    assert 10**high >= 6


def test_a_run_taken_up_again_begins_where_it_was() -> None:
    timeline = Timeline()
    timeline.extend([10_000, 10_001], [40.0, 40.1], [8e6, 8.1e6], [500.0, 500.1])
    low, high = Axis("seconds", False, timeline).limits(10_000, 10_001, (0, 0))
    assert low == 500
    assert 500.1 <= high <= 600


@pytest.mark.parametrize(
    ("unit", "high", "title", "last"),
    [
        ("step", 2000, "step", "2,000"), ("epoch", 8, "epoch", "8"),
        ("tokens", 900, "tokens", "800"), ("tokens", 4e6, "M tokens", "4"),
        ("seconds", 100, "seconds", "100"), ("seconds", 600, "minutes", "10"),
        ("seconds", 36_000, "hours", "10"),
    ],
)  # fmt: skip
def test_an_axis_counts_in_units_that_suit_it(
    unit: str, high: float, title: str, last: str
) -> None:  # fmt: skip
    axis = Axis(unit)
    assert axis.title(high) == title
    assert axis.ticks(0, high, 5)[-1][1] == last


def test_the_step_is_named_beside_any_other_unit(timeline: Timeline) -> None:
    assert Axis("step", False, timeline).described(3) == "step 3"
    assert Axis("epoch", False, timeline).described(3) == "epoch 1.50, step 3"
    assert Axis("tokens", False, timeline).described(4) == "100 tokens, step 4"
    assert Axis("seconds", True, timeline).described(3) == "2.0 seconds, step 3"

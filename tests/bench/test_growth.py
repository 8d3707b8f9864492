"""What grows faster than the arithmetic says is marked; what grows slower is not."""

from __future__ import annotations

import pytest

from tests.bench.growth import Growth, read_steps, table


def test_a_cost_that_grows_too_fast_is_marked() -> None:
    growth = Growth("a row", (10, 100, 1000), 1, lambda size: float(size) ** 2)
    costs = growth.measured()
    assert growth.power_of(costs) == pytest.approx(2)
    assert growth.row(costs).endswith("| 2.00 | 1 | STEEPER |")
    assert growth.row([9.0, 1.0, 10.0]).endswith("| 1.00 | 1 |  |")  # small sizes count for nothing


def test_a_journal_is_written_and_read() -> None:
    assert read_steps(3) > 0
    assert "opening a run" in list(table({"journal": [1.0, 1.0, 1.0, 1.0]}))[1]

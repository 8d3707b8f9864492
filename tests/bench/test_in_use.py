"""Every gesture stands in the table, and what is not kept is marked."""

from __future__ import annotations

from tests.bench.in_use import GESTURES, PROMISES, REST, late, latest, table


def test_a_gesture_that_holds_the_window_up_is_a_miss() -> None:
    found = {promise.key: [promise.limit] for promise in PROMISES}
    found |= {"untouched_speed": [200.0, 100.0, 300.0], "rate_speed": [150.0]}
    rows = "\n".join(table(found)).splitlines()
    assert sum(row.endswith("| pass |") for row in rows) == len(GESTURES) + len(REST)
    assert f"| {GESTURES['rate']} | 1.00 % | 150 ms | 0.75 | pass |" in rows
    assert f"| {GESTURES['typing']} | 1.00 % | 150 ms | – | pass |" in rows
    for key in (late("rate").key, latest("rate").key):
        missed = [row for row in table({**found, key: [151.0]}) if row.endswith("MISS |")]
        assert [row.split(" | ")[0] for row in missed] == [f"| {GESTURES['rate']}"]

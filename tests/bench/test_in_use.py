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


def test_the_latest_beat_is_the_latest_of_all_that_were_measured() -> None:
    beats = [40.0, 40.0, 900.0]
    found = {promise.key: [promise.limit] for promise in PROMISES} | {"untouched_latest": beats}
    assert f"| {GESTURES['untouched']} | 1.00 % | 900 ms | – | MISS |" in list(table(found))
    told = next(p for p in PROMISES if p.key == "untouched_latest").plain(beats)
    assert (told["value"], told["kept"]) == (900.0, False)
    share = late("untouched").plain([0.1, 0.1, 9.0])  # of shares the median counts
    assert (share["value"], share["kept"]) == (0.1, True)

"""States are gone back to in order, and forward again until something else is done."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.bridge.history import KEPT, History


@given(st.lists(st.integers(), min_size=1, max_size=30), st.integers(0, 40))
def test_back_and_forward_lead_through_the_same_states(states: list[int], steps: int) -> None:
    history, now = History[int](), states[0]
    for state in states[1:]:
        history.leave(now)
        now = state
    seen = [now]
    for _ in range(steps):
        if (state_before := history.back(now)) is not None:
            now = state_before
            seen.append(now)
    assert seen == states[::-1][: len(seen)]
    assert len(seen) == min(steps + 1, len(states))
    for expected in reversed(seen[:-1]):
        assert history.forward(now) == expected
        now = expected
    assert history.forward(now) is None


def test_only_so_many_are_kept_and_a_new_change_forgets_what_was_taken_back() -> None:
    history = History[int]()
    for state in range(KEPT + 5):
        history.leave(state)
    assert history.past == list(range(5, KEPT + 5))
    history.back(KEPT + 5)
    assert history.future == [KEPT + 5]
    history.leave(0)
    assert history.future == []


def test_one_knob_turned_quickly_is_one_change_until_there_was_a_pause() -> None:
    history = History[int]()
    for state, key in enumerate(("rate", "rate", "clip", "rate", "rate")):
        history.leave(state, key)
    assert history.past == [0, 2, 3]
    history.pause()
    history.leave(9, "rate")
    assert history.past == [0, 2, 3, 9]

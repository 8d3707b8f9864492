"""What can be asked of a pair, against cases decided by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_core.pair_conditions import PAIR_CONDITIONS

CASES = {
    "blank": ([("", "a"), ("a", " \t\n"), ("\u3000", "a")], [("a", "b")]),
    "identical": ([("New York", "New York")], [("a", "A"), ("", ""), (" ", " ")]),
    "length_ratio": (
        [("a" * 31, "b" * 10), ("b", "a" * 30)],
        [("a" * 30, "b" * 10), ("a", "bbbb")],
    ),
    "numbers": (
        [("12 apples", "13 pommes"), ("one", "1"), ("2 2", "2")],
        [
            ("1,000 cars", "1.000 Autos"), ("10 of 12", "12 von 10"), ("٣ كتب", "3 books"),
            ("²", "a"), ("10 20", "20 10"), ("1 000 000", "1,000,000"),
        ],
    ),
    "markup": (
        [("<b>fat</b>", "x"), ("x", "fish &amp; chips"), ("a<br/>b", "x"), ("&#39;", "x")],
        [("a < b", "b > a"), ("AT&T", "I <3 you"), ("x < y > z", "x & y")],
    ),
    "controls": ([("a\x07", "b"), ("a", "\x85b")], [("a\u200db", "é\u0301"), ("a\u00a0b", "c")]),
    "not_normalised": ([("e\u0301", "x"), ("x", "A\u030a")], [("é", "שָׁלוֹם"[:1]), ("a", "ﬁ")]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_condition_holds_where_it_should_and_nowhere_else(name: str) -> None:
    yes, no = CASES[name]
    assert [PAIR_CONDITIONS[name](*pair) for pair in yes] == [True] * len(yes)
    assert [PAIR_CONDITIONS[name](*pair) for pair in no] == [False] * len(no)


def test_every_condition_has_cases() -> None:
    assert set(CASES) == set(PAIR_CONDITIONS)


@pytest.mark.parametrize("name", PAIR_CONDITIONS)
@given(source=st.text(), target=st.text())
def test_any_text_whatsoever_is_answered(name: str, source: str, target: str) -> None:
    assert PAIR_CONDITIONS[name](source, target) in (True, False)


@given(source=st.text(), target=st.text())
def test_a_pair_turned_round_is_as_odd(source: str, target: str) -> None:
    for condition in PAIR_CONDITIONS.values():
        assert condition(source, target) == condition(target, source)

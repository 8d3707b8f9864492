"""Searching in slices, against a plain loop over all pairs."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from app.corpus_browser import scan as scan_module
from app.corpus_browser.order import in_order
from app.corpus_browser.scan import Query, Scan, words_of

Pair = tuple[str, str]
PAIRS: list[Pair] = [
    ("The Straße is long", "La rue est longue"),
    ("STRASSE", "rue"),
    ("Cafe\N{COMBINING ACUTE ACCENT} noir", "black coffee"),
    ("ΣΊΣΥΦΟΣ rolls", "a stone"),
    ("", "nothing here"),
    ("the cat", "le chat noir"),
]


def search(pairs: list[Pair], query: Query, among: list[int] | None = None) -> list[int]:
    """Return what a scan finds."""
    scan, found = Scan(), list[int]()
    scan.found.connect(lambda rows: found.extend(rows.tolist()))
    scan.set_pairs(pairs)
    scan.start(query, None if among is None else np.array(among, np.int64))
    while scan.is_running:
        QCoreApplication.processEvents()
    return found


def expected(pairs: list[Pair], query: Query) -> list[int]:
    """Say the same one by one, letter by letter."""

    def plain(text: str) -> str:
        return unicodedata.normalize("NFC", text.casefold())

    return [
        row
        for row, (source, target) in enumerate(pairs)
        if all(word in plain(source) + "\n" + plain(target) for word in query.words)
        and query.shortest <= max(len(source), len(target)) <= (query.longest or 10**9)
        and (query.condition is None or query.condition(source, target))
    ]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("strasse", [0, 1]), ("STRAßE long", [0]), ("long LA", [0]), ("café", [2]),
        ("σίσυφος", [3]), ("noir", [2, 5]), ("noir black", [2]), ("", [0, 1, 2, 3, 4, 5]),
        ("rue\nest", [0]), ("zebra", []), ("cat le", [5]),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("qapp")
def test_words_are_found_in_either_side_in_any_order(text: str, rows: list[int]) -> None:
    assert search(PAIRS, Query(words_of(text))) == rows


letters = st.text(alphabet="abAB ß\0\né\N{COMBINING ACUTE ACCENT}ı", max_size=12)
KINDS: dict[str, Callable[[str, str], bool]] = {
    "same": lambda source, target: source == target,
    "short": lambda source, _: len(source) < 3,
}
queries = st.builds(
    lambda words, shortest, longest, kind: Query(words, shortest, longest, kind, KINDS.get(kind)),
    letters.map(words_of),
    st.integers(0, 5),
    st.none() | st.integers(5, 12),
    st.sampled_from(["", *KINDS]),
)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pairs=st.lists(st.tuples(letters, letters), max_size=20), query=queries)
def test_a_scan_finds_what_a_plain_loop_finds(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, pairs: list[Pair], query: Query
) -> None:
    monkeypatch.setattr(scan_module, "AT_ONCE", 3)
    assert search(pairs, query) == expected(pairs, query)
    rows = list(range(0, len(pairs), 2))
    assert search(pairs, query, rows) == [r for r in expected(pairs, query) if r in rows]


@settings(deadline=None, max_examples=100)
@given(wide=queries, narrow=queries, pair=st.tuples(letters, letters))
def test_what_narrows_finds_no_more(wide: Query, narrow: Query, pair: Pair) -> None:
    if narrow.narrows(wide) and expected([pair], narrow):
        assert expected([pair], wide)


@pytest.mark.usefixtures("qapp")
def test_lengths_are_measured_on_the_way_and_then_known() -> None:
    scan = Scan()
    scan.set_pairs(PAIRS)
    assert not scan.knows_lengths
    scan.start(Query(words_of("cat")))
    while scan.is_running:
        QCoreApplication.processEvents()
    assert scan.knows_lengths
    assert scan.source_lengths.tolist() == [len(source) for source, _ in PAIRS]
    assert scan.target_lengths.tolist() == [len(target) for _, target in PAIRS]
    found = list[int]()
    scan.found.connect(lambda rows: found.extend(rows.tolist()))
    nothing = [("", "")] * len(PAIRS)
    scan.replace_pairs(nothing, np.zeros(0, np.int64))  # the texts need not be read again
    scan.start(Query(shortest=17))
    while scan.is_running:
        QCoreApplication.processEvents()
    assert found == [0]
    scan.replace_pairs(nothing, np.array([0]))  # but those that are others now
    assert not scan.knows_lengths
    scan.start(Query(shortest=17))
    while scan.is_running:
        QCoreApplication.processEvents()
    assert found == [0]
    assert scan.source_lengths.tolist()[:2] == [0, 0]


@given(
    st.lists(st.integers(0, 7) | st.integers(0, 3_000_000), min_size=1, max_size=60),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_rows_are_sorted_in_slices_as_at_once(keys: list[int], falls: bool, chance: Random) -> None:
    rows = chance.sample(range(len(keys)), chance.randrange(len(keys) + 1))
    sorting = in_order(np.array(rows, np.int64), np.array(keys, np.int32), falls=falls)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.corpus_browser.order.AT_ONCE", 7)
        patch.setattr("app.corpus_browser.order.LARGEST", 1000)
        while True:
            try:
                next(sorting)
            except StopIteration as end:
                result = end.value.tolist()
                break
    assert result == sorted(rows, key=lambda row: -keys[row] if falls else keys[row])


@pytest.mark.usefixtures("qapp")
def test_a_scan_that_is_stopped_tells_nothing_more() -> None:
    scan, told = Scan(), list[object]()
    scan.found.connect(told.append)
    scan.finished.connect(lambda: told.append("finished"))
    scan.set_pairs(PAIRS * 1000)
    scan.start(Query())
    scan.stop()
    for _ in range(5):
        QCoreApplication.processEvents()
    assert not told
    assert not scan.is_running


@pytest.mark.usefixtures("qapp")
def test_a_slice_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is looked at between few rows: a scan of very many takes many turns."""
    clock = iter(range(10**6))
    monkeypatch.setattr("app.corpus_browser.scan.time.monotonic", lambda: next(clock) * 0.002)
    scan, slices = Scan(), list[int]()
    scan.moved.connect(lambda: slices.append(scan.done))
    scan.set_pairs(PAIRS * 2000)
    scan.start(Query(words_of("cat")))
    while scan.is_running:
        QCoreApplication.processEvents()
    steps = np.diff([0, *slices])
    assert steps.max() <= 4 * scan_module.AT_ONCE
    assert slices[-1] == 12_000

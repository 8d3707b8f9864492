from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_core.configs import DataConfig
from s2s_core.data.splits import SPLITS, Split, shuffled, wanted
from s2s_core.pair_store import SentencePair

PAIRS = [SentencePair(f"source {row}", f"target {row}") for row in range(500)]
TWICE = [*PAIRS, *(SentencePair(source, f"{target} too") for source, target in PAIRS[::2])]
SMALL = [PAIRS[0], PAIRS[1]]


def data(split: str, **values: Any) -> DataConfig:
    return DataConfig(split=split, **values)


def cut(split: str, pairs: list[SentencePair], **values: Any) -> Split:
    return SPLITS[split](data(split, **values), pairs)


@given(st.integers(0, 300), st.integers(0, 9))
def test_rows_are_shuffled_as_python_does_it(count: int, seed: int) -> None:
    expected = random.Random(seed).sample(range(count), count)
    assert list(shuffled(random.Random(seed), count)) == expected


def test_of_many_rows_the_first_come_at_once() -> None:
    rows = shuffled(random.Random(1), 10**12)
    first = [next(rows) for _ in range(1000)]
    assert len(set(first)) == 1000
    assert max(first) > 10**11


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("pairs", [PAIRS, TWICE, SMALL], ids=["plain", "twice", "small"])
def test_all_pairs_of_a_source_are_on_one_side(split: str, pairs: list[SentencePair]) -> None:
    found = cut(split, pairs, held_out_percent=10)
    held_out = {pair.source for pair in found.held_out}
    assert len(held_out) == len(found.held_out) >= 1
    assert set(found.held_out) <= set(pairs)
    assert all(found.keeps_back(source) for source in held_out)
    trained = [pair for pair in pairs if not found.keeps_back(pair.source)]
    assert trained
    assert not {pair.source for pair in trained} & held_out
    again = cut(split, pairs, held_out_percent=10)
    assert again.held_out == found.held_out


@pytest.mark.parametrize("split", ["at_random", "by_order"])
def test_as_many_are_held_out_as_asked_for(split: str) -> None:
    for values in ({"held_out_percent": 4}, {"held_out_percent": 50, "held_out_most": 7}):
        config = data(split, **values)
        assert len(cut(split, TWICE, **values).held_out) == wanted(config, len(TWICE))
    assert wanted(data("by_order", held_out_percent=4), len(TWICE)) == 30


def test_by_order_the_last_ones_are_held_out() -> None:
    found = cut("by_order", PAIRS, held_out_percent=2)
    assert found.held_out == PAIRS[-10:]
    assert [row for row in range(500) if found.keeps_back(f"source {row}")] == [*range(490, 500)]
    assert cut("by_order", TWICE, held_out_percent=0.2).held_out == TWICE[-2:]


def test_by_source_the_same_sentences_are_held_out_of_every_corpus() -> None:
    whole = cut("by_source", PAIRS, held_out_percent=10)
    assert 25 <= len(whole.held_out) <= 80  # of 500: 50 ± 4 standard deviations
    other = [SentencePair(p.source, "otra") for p in PAIRS[100:300]]
    part = cut("by_source", random.Random(1).sample(other, len(other)), held_out_percent=10)
    expected = {pair.source for pair in whole.held_out} & {pair.source for pair in other}
    assert {pair.source for pair in part.held_out} == expected
    changed = cut("by_source", PAIRS, held_out_percent=10, seed=2)
    assert {pair.source for pair in changed.held_out} != {pair.source for pair in whole.held_out}


def test_by_source_those_that_are_too_many_are_not_trained_on_either() -> None:
    whole = cut("by_source", TWICE, held_out_percent=10)
    few = cut("by_source", TWICE, held_out_percent=10, held_out_most=5)
    assert len(few.held_out) == 5
    assert set(few.held_out) < set(whole.held_out)
    for pair in TWICE:
        assert few.keeps_back(pair.source) == whole.keeps_back(pair.source)
    more = [*TWICE, *(SentencePair(f"more {row}", "x") for row in range(500))]
    scored = {pair.source for pair in cut("by_source", more, held_out_percent=10).held_out}
    assert {pair.source for pair in whole.held_out} <= scored

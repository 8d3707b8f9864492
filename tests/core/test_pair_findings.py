"""The rows of findings come back as they were written, and what is damaged is refused."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_core.data.doctor import CHECKS
from s2s_core.errors import BadFile
from s2s_core.pair_findings import (
    CHANGED,
    FILES,
    INDEX,
    LEFT_OUT,
    ROWS,
    CorpusWriter,
    PairFindings,
    TrainedPairs,
)
from s2s_core.pair_store import SentencePair

PAIRS = [SentencePair(f"source {n}", f"target {n}") for n in range(6)]
LISTS = {"markup": [1, 4], "duplicates": [0, 4, 5], "few": [], CHANGED: [1, 4], LEFT_OUT: [5]}
row_lists = st.dictionaries(
    st.sampled_from(["markup", "blank", LEFT_OUT]), st.sets(st.integers(0, 5)).map(sorted)
)


def written(folder: Path, lists: dict[str, list[int]]) -> PairFindings:
    with CorpusWriter(folder) as writer:
        for row in lists.get(CHANGED, ()):
            writer.changed.add((f"cured {row}", "x"))
    writer.write_rows({name: np.array(rows, np.int32) for name, rows in lists.items()})
    return PairFindings.load(folder, len(PAIRS))


def test_each_row_knows_what_was_found_and_what_became_of_it(tmp_path: Path) -> None:
    findings = written(tmp_path, LISTS)
    assert {name: findings.rows(name).tolist() for name in LISTS} == LISTS
    assert findings.rows("unknown").tolist() == []
    assert findings.names_of(4) == ["changed", "markup", "duplicates"]
    assert findings.names_of(2) == []
    assert [findings.is_left_out(row) for row in (4, 5)] == [False, True]
    assert findings.cured(4) == ("cured 4", "x")
    assert findings.cured(5) is None


def test_pairs_are_given_as_they_are_trained_on(tmp_path: Path) -> None:
    trained = TrainedPairs(PAIRS, written(tmp_path, LISTS))
    expected = [*PAIRS]
    expected[1], expected[4] = SentencePair("cured 1", "x"), SentencePair("cured 4", "x")
    assert list(trained) == trained[:] == [trained[row] for row in range(6)] == expected
    assert trained[2:5] == expected[2:5]
    assert trained[-2] == expected[4]
    assert trained[5:1:-2] == expected[5:1:-2]
    assert trained[4:2] == []
    assert trained.in_file(4) == PAIRS[4]


def test_without_findings_all_pairs_are_as_they_were() -> None:
    assert list(TrainedPairs(PAIRS, PairFindings())) == PAIRS
    assert not PairFindings().is_left_out(0)


def test_no_check_is_called_like_an_outcome() -> None:
    assert not {CHANGED, LEFT_OUT} & set(CHECKS)


@given(row_lists)
def test_any_rows_come_back(lists: dict[str, list[int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        findings = written(Path(folder), lists)
        assert {name: findings.rows(name).tolist() for name in lists} == lists


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("cut", [None, 0, 1, -1])
def test_a_missing_or_cut_file_is_refused(tmp_path: Path, name: str, cut: int | None) -> None:
    written(tmp_path, LISTS)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).unlink()
    if cut is not None:
        (tmp_path / name).write_bytes(content[:cut])
    with pytest.raises(BadFile):
        PairFindings.load(tmp_path, len(PAIRS))


@given(
    st.lists(st.integers(-3, 9), max_size=6),
    st.one_of(
        st.binary(max_size=20),
        st.recursive(
            st.none() | st.integers(-9, 9) | st.text(max_size=3) | st.floats(),
            lambda inner: st.dictionaries(st.sampled_from([*LISTS]), inner) | st.lists(inner),
            max_leaves=4,
        ).map(lambda values: json.dumps(values).encode()),
    ),
)
def test_any_bytes_end_in_rows_or_in_a_sentence(rows: list[int], index: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written(folder, {})
        (folder / ROWS).write_bytes(np.array(rows, "<i4").tobytes())
        (folder / INDEX).write_bytes(index)
        try:
            findings = PairFindings.load(folder, len(PAIRS))
        except BadFile:
            return
        assert all(found in LISTS for row in range(6) for found in findings.names_of(row))
        assert len(list(TrainedPairs(PAIRS, findings))) == len(PAIRS)

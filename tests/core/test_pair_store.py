from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_core.errors import BadFile
from s2s_core.pair_store import OFFSETS, ROWS_AT_ONCE, TEXT, PairStore, PairWriter, SentencePair

PAIRS = [
    SentencePair("a\u2028b", "猫\x85😀"),
    SentencePair("", "\t\n"),
    SentencePair("", ""),
    SentencePair("half \ud83d", "مرحبا"),
]
TEXTS = st.text(st.characters(codec=None), max_size=12)


def stored(folder: Path, pairs: list[SentencePair]) -> PairStore:
    with PairWriter(folder) as writer:
        for pair in pairs:
            writer.add(pair)
    return PairStore.load(folder)


def test_pairs_come_back_in_their_order(tmp_path: Path) -> None:
    store = stored(tmp_path / "new", PAIRS)
    assert len(store) == 4
    assert [store[row] for row in range(4)] == list(store) == store[:] == PAIRS
    assert store[-1] == PAIRS[-1]
    assert store[1:3] == PAIRS[1:3]
    assert store[3:1] == []
    assert store[::-2] == PAIRS[::-2]
    for row in (4, -5):
        with pytest.raises(IndexError):
            store[row]


@given(st.lists(st.builds(SentencePair, TEXTS, TEXTS), max_size=20))
def test_any_text_comes_back(pairs: list[SentencePair]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert list(stored(Path(folder), pairs)) == pairs


def test_pairs_are_appended_as_they_come(tmp_path: Path) -> None:
    count = 2 * ROWS_AT_ONCE + 5
    pairs = [SentencePair(f"source {row}", f"target {row} ü") for row in range(count)]
    store = stored(tmp_path, pairs)
    assert len(store) == count
    assert list(store) == pairs
    assert store[ROWS_AT_ONCE] == pairs[ROWS_AT_ONCE]
    assert (tmp_path / TEXT).read_bytes() == "".join(s + t for s, t in pairs).encode()


def test_the_text_stays_on_the_disk(tmp_path: Path) -> None:
    store = stored(tmp_path, PAIRS)
    assert isinstance(store._text, np.memmap)


@pytest.mark.parametrize("name", [TEXT, OFFSETS])
@pytest.mark.parametrize("cut", [None, 0, 1, 8, -1, -8])
def test_a_missing_or_cut_file_is_refused(tmp_path: Path, name: str, cut: int | None) -> None:
    stored(tmp_path, PAIRS)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).unlink()
    if cut is not None:
        (tmp_path / name).write_bytes(content[:cut])
    with pytest.raises(BadFile, match="does not hold the text of the corpus"):
        PairStore.load(tmp_path)


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_any_bytes_end_in_pairs_or_in_a_sentence(text: bytes, offsets: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / TEXT).write_bytes(text)
        (Path(folder) / OFFSETS).write_bytes(offsets)
        check_whole(Path(folder))


@given(st.binary(max_size=40), st.lists(st.integers(-9, 50), max_size=7))
def test_any_numbers_end_in_pairs_or_in_a_sentence(text: bytes, middle: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / TEXT).write_bytes(text)
        numbers = np.array([0, *middle, len(text)], "<i8")
        (Path(folder) / OFFSETS).write_bytes(numbers.tobytes())
        check_whole(Path(folder))


def check_whole(folder: Path) -> None:
    try:
        pairs = list(PairStore.load(folder))
    except BadFile:
        return
    whole = "".join(source + target for source, target in pairs)
    assert whole.encode("utf-8", "surrogatepass") == (folder / TEXT).read_bytes()


@given(st.integers(0, 400), st.integers(0, 80))
def test_what_is_still_being_written_is_read_as_far_as_it_is_whole(text: int, offsets: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stored(folder, PAIRS)
        for file, size in ((TEXT, text), (OFFSETS, offsets)):
            (folder / file).write_bytes((folder / file).read_bytes()[:size])
        if offsets < 8:
            with pytest.raises(BadFile):
                PairStore.load(folder, so_far=True)
            return
        store = list(PairStore.load(folder, so_far=True))
        assert store == PAIRS[: len(store)]
        ends = np.cumsum([sum(len(s.encode("utf-8", "surrogatepass")) for s in p) for p in PAIRS])
        told = (offsets // 8 - 1) // 2
        assert len(store) == min(told, int((ends <= text).sum()))

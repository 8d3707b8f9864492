from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from s2s_core.data.store import EncodedPairs, Sequences
from s2s_core.errors import BadFile

ROWS = [[5, 6, 7], [], [199_999], [4] * 300]


def test_sequences_come_back_as_they_were(tmp_path: Path) -> None:
    EncodedPairs(Sequences.of(ROWS), Sequences.of(ROWS[::-1])).save(tmp_path / "new", "train")
    loaded = EncodedPairs.load(tmp_path / "new", "train")
    assert len(loaded) == 4
    assert [row.tolist() for row in map(loaded.sources.__getitem__, range(4))] == ROWS
    assert [row.tolist() for row in map(loaded.targets.__getitem__, range(4))] == ROWS[::-1]
    assert loaded.sources.lengths.tolist() == [3, 0, 1, 300]


def test_an_empty_corpus_can_be_kept(tmp_path: Path) -> None:
    EncodedPairs(Sequences.of([]), Sequences.of([])).save(tmp_path, "train")
    assert len(EncodedPairs.load(tmp_path, "train")) == 0


def test_numbers_stay_on_the_disk(tmp_path: Path) -> None:
    EncodedPairs(Sequences.of(ROWS), Sequences.of(ROWS)).save(tmp_path, "train")
    assert isinstance(EncodedPairs.load(tmp_path, "train").sources.values, np.memmap)


@pytest.mark.parametrize("content", [None, b"", b"no array", b"\x93NUMPY\x01\x00"])
def test_what_is_no_corpus_is_refused(tmp_path: Path, content: bytes | None) -> None:
    EncodedPairs(Sequences.of(ROWS), Sequences.of(ROWS)).save(tmp_path, "train")
    damaged = tmp_path / "train.target.values.npy"
    damaged.unlink()
    if content is not None:
        damaged.write_bytes(content)
    with pytest.raises(BadFile, match=r"encoded corpus in .* cannot be read"):
        EncodedPairs.load(tmp_path, "train")

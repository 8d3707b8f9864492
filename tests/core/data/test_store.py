from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from s2s_core.data.store import EncodedPairs, EncodedWriter, Sequences
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


def test_appended_pairs_are_those_that_are_saved_at_once(tmp_path: Path) -> None:
    others = ROWS[::-1]
    EncodedPairs(Sequences.of(ROWS), Sequences.of(others)).save(tmp_path / "saved", "train")
    with EncodedWriter(tmp_path / "new", "train") as writer:
        for begin, end in ((0, 1), (1, 1), (1, 4)):
            parts = [Sequences.of(rows[begin:end]) for rows in (ROWS, others)]
            writer.add(*((part.values, part.lengths) for part in parts))
    for file in (tmp_path / "saved").iterdir():
        assert (tmp_path / "new" / file.name).read_bytes() == file.read_bytes()


def test_rows_are_taken_together(tmp_path: Path) -> None:
    sequences = Sequences.of(ROWS)
    values, lengths = sequences.at(np.array([3, 1, 0, 0]))
    assert values.tolist() == [4] * 300 + [5, 6, 7] * 2
    assert lengths.tolist() == [300, 0, 3, 3]
    values, lengths = sequences.at(np.array([1]))
    assert (values.tolist(), lengths.tolist()) == ([], [0])


def test_files_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    EncodedPairs(Sequences.of(ROWS), Sequences.of(ROWS)).save(tmp_path, "train")
    np.save(tmp_path / "train.source.values.npy", np.zeros(7, np.int32))
    with pytest.raises(BadFile, match="do not fit together"):
        EncodedPairs.load(tmp_path, "train")

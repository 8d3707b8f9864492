"""Encoded sentence pairs on disk, memory-mapped: as many as the disk holds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from s2s_core.errors import BadFile

Numbers = np.ndarray[Any, Any]


class Sequences:
    """Sequences of piece numbers of any length: one flat array and where each begins."""

    def __init__(self, values: Numbers, offsets: Numbers) -> None:
        self.values = values
        self.offsets = offsets

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]]) -> Sequences:
        """Pack lists of numbers."""
        lengths = np.fromiter((len(row) for row in rows), dtype=np.int64, count=len(rows))
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        flat = (value for row in rows for value in row)
        return cls(np.fromiter(flat, dtype=np.int32, count=int(offsets[-1])), offsets)

    @property
    def lengths(self) -> Numbers:
        """The length of each sequence."""
        lengths = np.empty(len(self), np.int32)  # no array of larger numbers on the way
        return np.subtract(self.offsets[1:], self.offsets[:-1], lengths, casting="unsafe")

    @cached_property
    def longest(self) -> int:
        """The length of the longest sequence."""
        return int(self.lengths.max(initial=0))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> Numbers:
        return self.values[self.offsets[row] : self.offsets[row + 1]]

    def at(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """Return the sequences of some rows one after the other, and the length of each."""
        values, offsets = np.asarray(self.values), np.asarray(self.offsets)  # quicker than mapped
        begins = offsets[rows]
        lengths = offsets[rows + 1] - begins
        ends = np.cumsum(lengths)
        places = np.arange(ends[-1]) + np.repeat(begins - ends + lengths, lengths)
        return values[places], lengths


class EncodedPairs:
    """Sentence pairs as piece numbers, without begin and end."""

    def __init__(self, sources: Sequences, targets: Sequences) -> None:
        self.sources = sources
        self.targets = targets

    def __len__(self) -> int:
        return len(self.sources)

    def save(self, folder: Path, name: str) -> None:
        """Write `<name>.source.values.npy` and so on into the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for side, rows in (("source", self.sources), ("target", self.targets)):
            np.save(folder / f"{name}.{side}.values.npy", rows.values, allow_pickle=False)
            np.save(folder / f"{name}.{side}.offsets.npy", rows.offsets, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, name: str) -> EncodedPairs:
        """Map what `save` has written; the numbers stay on the disk until they are read."""
        sides = []
        for side in ("source", "target"):
            paths = [folder / f"{name}.{side}.{part}.npy" for part in ("values", "offsets")]
            try:
                values, offsets = (_mapped(path) for path in paths)
            except (OSError, EOFError, ValueError) as error:
                raise BadFile(
                    "the encoded corpus in {folder} cannot be read: {why}", folder=folder, why=error
                ) from None
            sides.append(Sequences(values, offsets))
            if offsets[:1].sum() or offsets[-1:].sum() != len(values):
                raise BadFile(
                    "the encoded corpus in {folder} cannot be read: {why}", folder=folder,
                    why="its files do not fit together",
                )  # fmt: skip
        return cls(*sides)


class EncodedWriter:
    """Appends encoded pairs to new arrays on disk, which `EncodedPairs.load` maps."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._sides = [
            (
                _ArrayFile(folder / f"{name}.{side}.values.npy", np.int32),
                _ArrayFile(folder / f"{name}.{side}.offsets.npy", np.int64),
            )
            for side in ("source", "target")
        ]
        for _, offsets in self._sides:
            offsets.append(np.zeros(1))

    def add(self, *sides: tuple[Numbers, Numbers]) -> None:
        """Append pairs: of each side all numbers, one sentence after the other, and the lengths."""
        for (values, offsets), (numbers, lengths) in zip(self._sides, sides, strict=True):
            offsets.append(values.count + np.cumsum(lengths))
            values.append(numbers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in (file for files in self._sides for file in files):
            file.close()


class _ArrayFile:
    """A .npy file of one row of numbers that grows; numpy leaves room in the header for that."""

    def __init__(self, path: Path, kind: type[np.integer[Any]]) -> None:
        self._file = path.open("wb")
        self._kind = np.dtype(kind)
        self.count = 0
        self._write_header()

    def append(self, numbers: Numbers) -> None:
        self._file.write(numbers.astype(self._kind, copy=False).tobytes())
        self.count += len(numbers)

    def close(self) -> None:
        self._file.seek(0)
        self._write_header()
        self._file.close()

    def _write_header(self) -> None:
        kind = np.lib.format.dtype_to_descr(self._kind)
        header = {"descr": kind, "fortran_order": False, "shape": (self.count,)}
        np.lib.format.write_array_header_1_0(self._file, header)


def _mapped(path: Path) -> Numbers:
    """Map one array; an empty one cannot be mapped and is read."""
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]
    except ValueError:
        return np.load(path, allow_pickle=False)  # type: ignore[no-any-return]

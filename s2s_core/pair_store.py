"""The text of all pairs of a corpus on disk, memory-mapped: any row at once, none in memory.

Two files stand in a prepared folder. `pairs.text` is the UTF-8 of every source and target one
after the other; `pairs.offsets` says where each begins, and at last where the text ends: little-
endian numbers of 64 bits, two a pair and one more.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, Self, overload

import numpy as np

from s2s_core.errors import BadFile

TEXT, OFFSETS = "pairs.text", "pairs.offsets"
FILES = (TEXT, OFFSETS)
ROWS_AT_ONCE = 4096  # kept in memory while writing, or read in one go
OFFSET = np.dtype("<i8")
KEEP = "surrogatepass"  # half a character, which some files hold, comes back as it was


class SentencePair(NamedTuple):
    """One sentence in the source language and the same in the target language."""

    source: str
    target: str


class PairWriter:
    """Writes pairs to a store in a folder.

    What stands there is written over, and cut at the end: whoever has mapped it, when the making
    of a corpus was interrupted and goes on, reads the same all the time.
    """

    def __init__(self, folder: Path, files: tuple[str, str] = FILES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._text, self._offsets = (_to_write(folder / name) for name in files)
        self._offsets.write(np.zeros(1, OFFSET).tobytes())
        self._end = 0
        self._sides: list[str] = []

    def add(self, *pairs: tuple[str, str]) -> None:
        """Append pairs, each with the source first."""
        self._sides += chain.from_iterable(pairs)
        if len(self._sides) >= 2 * ROWS_AT_ONCE:
            self._flush()

    def flush(self) -> None:
        """Write what has been added so far."""
        self._flush()
        self._text.flush()
        self._offsets.flush()

    def end(self) -> None:
        """Cut off what stood behind the last pair."""
        self.flush()
        for file in (self._text, self._offsets):
            if os.fstat(file.fileno()).st_size > file.tell():
                file.truncate()

    def close(self) -> None:
        """Write what is left; only then is the store whole."""
        try:
            if not self._text.closed:
                self._flush()
        finally:
            self._text.close()
            self._offsets.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.end()
        finally:
            self.close()

    def _flush(self) -> None:
        sides = [side.encode("utf-8", KEEP) for side in self._sides]
        lengths = np.fromiter(map(len, sides), OFFSET, len(sides))
        ends = self._end + np.cumsum(lengths)
        self._text.write(b"".join(sides))
        self._offsets.write(ends.astype(OFFSET).tobytes())
        self._end += int(lengths.sum())
        self._sides.clear()


class PairStore(Sequence[SentencePair]):
    """All pairs of a corpus in its own order, blank ones too; the disk holds them."""

    def __init__(self, text: np.ndarray[Any, Any], offsets: np.ndarray[Any, Any]) -> None:
        self._text = text
        self._offsets = offsets

    @classmethod
    def load(
        cls, folder: Path, files: tuple[str, str] = FILES, *, so_far: bool = False
    ) -> PairStore:
        """Map what a `PairWriter` has written; what is missing or cut is refused.

        so_far: it is still writing, and those pairs are taken that are whole.
        """
        try:
            text, raw = (_mapped(folder / name) for name in files)
            if so_far:
                raw = _whole(raw, len(text))
        except (OSError, ValueError) as error:
            raise _bad(folder, error) from None
        if len(raw) % (2 * OFFSET.itemsize) != OFFSET.itemsize:
            raise _bad(folder, "its end is missing")
        offsets = raw.view(OFFSET)
        if offsets[0] != 0 or (offsets[-1] != len(text) and not so_far):
            raise _bad(folder, "its two files do not fit together")
        return cls(text, offsets)

    def __len__(self) -> int:
        return (len(self._offsets) - 1) // 2

    @overload
    def __getitem__(self, row: int) -> SentencePair: ...
    @overload
    def __getitem__(self, row: slice) -> list[SentencePair]: ...
    def __getitem__(self, row: int | slice) -> SentencePair | list[SentencePair]:
        """Return a pair, rows counted from 0, or a list of those of a slice."""
        if isinstance(row, slice):
            start, stop, step = row.indices(len(self))
            if step == 1:
                return self._between(start, max(start, stop))
            return [self[at] for at in range(start, stop, step)]
        if row < 0:
            row += len(self)
        if not 0 <= row < len(self):
            raise IndexError(row)
        return self._between(row, row + 1)[0]

    def __iter__(self) -> Iterator[SentencePair]:
        for start in range(0, len(self), ROWS_AT_ONCE):
            yield from self[start : start + ROWS_AT_ONCE]

    def _between(self, start: int, stop: int) -> list[SentencePair]:
        places = self._offsets[2 * start : 2 * stop + 1]
        if places[0] < 0 or places[-1] > len(self._text) or (places[1:] < places[:-1]).any():
            raise _bad(None, "its numbers point outside")
        first, last = int(places[0]), int(places[-1])
        text, ends = self._text[first:last].tobytes(), (places - first).tolist()
        try:
            sides = [text[begin:end].decode("utf-8", KEEP) for begin, end in pairwise(ends)]
        except UnicodeDecodeError as error:
            raise _bad(None, error) from None
        return [SentencePair(*pair) for pair in zip(sides[::2], sides[1::2], strict=True)]


def _to_write(path: Path) -> BinaryIO:
    """Open a file without cutting what is there."""
    how = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, how, 0o666), "wb")


def _mapped(path: Path) -> np.ndarray[Any, Any]:
    """Map the bytes of a file; an empty one cannot be mapped."""
    if path.stat().st_size == 0:
        return np.zeros(0, np.uint8)
    return np.memmap(path, np.uint8, mode="r")


def _whole(offsets: np.ndarray[Any, Any], text: int) -> np.ndarray[Any, Any]:
    """Return the bytes of those offsets that belong to whole pairs within so much text."""
    numbers = offsets[: len(offsets) // OFFSET.itemsize * OFFSET.itemsize].view(OFFSET)
    ends = int(np.searchsorted(numbers, text, side="right"))
    return numbers[: max(0, (ends - 1) // 2 * 2 + 1)].view(np.uint8)


def _bad(folder: Path | None, why: object) -> BadFile:
    if folder is None:
        return BadFile("the text of the corpus is damaged on the disk: {why}", why=why)
    return BadFile("{folder} does not hold the text of the corpus: {why}", folder=folder, why=why)

"""Which rows of a corpus each finding is about, and what became of the rows: kept on disk.

In a prepared folder, beside the text of all pairs (`pair_store`), `findings.rows` holds lists of
row numbers, counted from 0 and rising, one list after the other: little-endian numbers of 32
bits. `findings.json` says whose lists they are and how long. The pairs that a cure has changed
are a small store of their own, as they are trained on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, overload

import numpy as np

from s2s_core.errors import BadFile
from s2s_core.files import replacing
from s2s_core.pair_store import PairStore, PairWriter, SentencePair

ROWS, INDEX = "findings.rows", "findings.json"
CURED = ("cured.text", "cured.offsets")
FILES = (ROWS, INDEX, *CURED)
CHANGED, LEFT_OUT = "changed", "left_out"  # lists of what became of rows; no check is called so
# Findings that are looked for in every row.
IN_ALL_ROWS = ("blank", "one_column", "extra_tab", "not_utf8")
NUMBER = np.dtype("<i4")
Rows = np.ndarray[Any, np.dtype[np.int32]]


class CorpusWriter(PairWriter):
    """Appends all pairs of a corpus as they come, and beside it what was found and cured."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._folder = folder
        self.changed = PairWriter(folder, CURED)  # as they are trained on

    def write_rows(self, lists: Mapping[str, Rows]) -> None:
        """Write the rows of each finding, and those that were changed or left out, so far."""
        with replacing(self._folder / ROWS) as unfinished, unfinished.open("wb") as file:
            for rows in lists.values():
                file.write(rows.astype(NUMBER).tobytes())
        counts = {name: len(rows) for name, rows in lists.items()}
        with replacing(self._folder / INDEX) as unfinished:
            unfinished.write_text(json.dumps(counts), encoding="utf-8")

    def flush(self) -> None:
        """Write what has been added so far."""
        super().flush()
        self.changed.flush()

    def end(self) -> None:
        """Cut off what stood behind the last pairs."""
        super().end()
        self.changed.end()

    def close(self) -> None:
        """Write what is left."""
        try:
            super().close()
        finally:
            self.changed.close()


class PairFindings:
    """What is known of the rows of a corpus."""

    def __init__(
        self, lists: Mapping[str, Rows] | None = None, cured: Sequence[SentencePair] = ()
    ) -> None:
        """Take lists of rows by the names of findings; `cured` are the pairs that are changed."""
        nothing = np.zeros(0, NUMBER)
        self._lists = {CHANGED: nothing, LEFT_OUT: nothing} | dict(lists or {})
        self._cured = cured

    @classmethod
    def load(cls, folder: Path, pairs: int) -> PairFindings:
        """Read what stands beside a store of so many pairs; what does not fit it is refused."""
        try:
            counts = json.loads((folder / INDEX).read_text(encoding="utf-8"))
            lists = _parted(folder / ROWS, counts)
            cured = PairStore.load(folder, CURED, so_far=True)
        except (OSError, ValueError, TypeError, AttributeError, OverflowError) as error:
            raise _bad(folder, error) from None
        if not all(_are_rows(rows, pairs) for rows in lists.values()):
            raise _bad(folder, "its numbers are not those of rows")
        if len(cured) < len(lists.get(CHANGED, ())):  # there are more while they are written
            raise _bad(folder, "its files do not fit together")
        return cls(lists, cured)

    def rows(self, name: str) -> Rows:
        """Return the rows of a finding, or those that were changed or left out, rising."""
        return self._lists.get(name, np.zeros(0, NUMBER))

    def names_of(self, row: int) -> list[str]:
        """Return which lists a row stands in."""
        return [name for name, rows in self._lists.items() if _place(rows, row) is not None]

    def is_left_out(self, row: int) -> bool:
        """Whether a cure, or a side that is blank, keeps a row from training."""
        return _place(self._lists[LEFT_OUT], row) is not None

    def cured(self, row: int) -> SentencePair | None:
        """Return a pair as it is trained on, if that is not as it stands in the file."""
        place = _place(self._lists[CHANGED], row)
        return None if place is None else self._cured[place]

    def cured_between(self, start: int, stop: int) -> Iterator[tuple[int, SentencePair]]:
        """Yield the changed ones of some rows."""
        changed = self._lists[CHANGED]
        first, last = np.searchsorted(changed, np.array([start, stop], NUMBER)).tolist()
        yield from zip(changed[first:last].tolist(), self._cured[first:last], strict=True)


class TrainedPairs(Sequence[SentencePair]):
    """All pairs of a corpus: those that a cure has changed as they are trained on."""

    def __init__(self, pairs: Sequence[SentencePair], findings: PairFindings) -> None:
        self._pairs = pairs
        self._findings = findings

    def __len__(self) -> int:
        return len(self._pairs)

    @overload
    def __getitem__(self, row: int) -> SentencePair: ...
    @overload
    def __getitem__(self, row: slice) -> list[SentencePair]: ...
    def __getitem__(self, row: int | slice) -> SentencePair | list[SentencePair]:
        if not isinstance(row, slice):
            row = row + len(self) if row < 0 else row
            return self._findings.cured(row) or self._pairs[row]
        start, stop, step = row.indices(len(self))
        if step != 1:
            return [self[each] for each in range(start, stop, step)]
        some = list(self._pairs[start:stop])
        for place, pair in self._findings.cured_between(start, max(start, stop)):
            some[place - start] = pair
        return some

    def in_file(self, row: int) -> SentencePair:
        """Return a pair as it stands in the file."""
        return self._pairs[row]


def _place(rows: Rows, row: int) -> int | None:
    place = int(np.searchsorted(rows, NUMBER.type(row)))  # of another type all would be copied
    return place if place < len(rows) and rows[place] == row else None


def _parted(path: Path, counts: Mapping[str, int]) -> dict[str, Rows]:
    """Read the lists of a file. They are few, and one that is mapped cannot be replaced."""
    content = path.read_bytes()
    whole = NUMBER.itemsize * sum(counts.values())
    if len(content) != whole or min(counts.values(), default=0) < 0:
        raise ValueError("its two files do not fit together")
    everything = np.frombuffer(content, NUMBER)
    ends = np.cumsum(list(counts.values()), dtype=np.int64)[:-1]
    return dict(zip(counts, np.split(everything, ends), strict=True)) if counts else {}


def _are_rows(rows: Rows, pairs: int) -> bool:
    if not len(rows):
        return True
    return bool(rows[0] >= 0 and rows[-1] < pairs and (rows[1:] > rows[:-1]).all())


def _bad(folder: Path, why: object) -> BadFile:
    template = "{folder} does not say what is wrong with which pair: {why}"
    return BadFile(template, folder=folder, why=why)

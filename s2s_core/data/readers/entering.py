"""Going to any line of a plain file without reading those before it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import IO

import numpy as np

from s2s_core.data.readers.delimited import LOOK_AT, delimiter_of
from s2s_core.data.readers.lines import LONGEST_LINE
from s2s_core.errors import BadFile

BLOCK = 2**16  # bytes between two places whose line is known
LINE_END, QUOTE = 10, 34


class Lines:
    """The lines of a file, any of them at once.

    Of a table they are its rows: a line break inside quotes ends none. As every quote but one that
    opens a cell has another one, those before a place tell whether it is inside; where they are
    used otherwise, that may be wrong, which shows in rows that cannot be read.
    """

    def __init__(self, path: Path, *, has_quotes: bool = False, skips_blank: bool = False) -> None:
        self._path = path
        self._has_quotes = has_quotes
        self._skips_blank = skips_blank  # whoever reads the file counts no blank lines
        ends, inside = [0], [0]  # line ends before each block, and whether it begins inside
        last = b"\n"
        with path.open("rb", buffering=0) as file:
            while block := file.read(BLOCK):
                count = block.count(b"\n")
                if has_quotes and (inside[-1] or QUOTE in block):
                    count, is_inside = _ends_outside(block, inside[-1])
                else:
                    is_inside = 0
                ends.append(ends[-1] + count)
                inside.append(is_inside)
                last = block[-1:]
        self._ends, self._inside = np.array(ends), inside
        self._count = ends[-1] + (last != b"\n")

    def __len__(self) -> int:
        return self._count

    @property
    def are_whole(self) -> bool:
        """Whether every quote that opens is closed: otherwise nobody knows where a row begins."""
        return not self._inside[-1]

    def check(self, rows: Sequence[bytes]) -> None:
        """Refuse what is not a row of a table each, of as many cells as most."""
        if not self._has_quotes:
            return
        # Quotes and signs are what they are; blank lines are no rows.
        texts = [row.decode("latin-1") for row in rows if row.strip(b"\r\n")]
        sign = delimiter_of("".join(texts[:LOOK_AT])) or ","
        widths = []
        for text in texts:
            try:
                read = list(csv.reader(text.splitlines(True), delimiter=sign, strict=True))
            except csv.Error:
                read = []
            widths += [len(row) for row in read] if len(read) == 1 else [0]
        usual = max(set(widths), key=widths.count, default=0)
        if sum(width != usual for width in widths) * 100 > len(widths):
            raise BadFile("{file} cannot be entered in the middle", file=self._path.name)

    def at(self, places: list[tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
        """Yield lines with their numbers from 0: at each place, so many from a line on."""
        with self._path.open("rb") as file:
            for first, count in places:
                block = max(0, int(np.searchsorted(self._ends, first, side="left")) - 1)
                file.seek(block * BLOCK)
                inside = self._inside[block]
                for _ in range(first - int(self._ends[block])):
                    self._next(file, inside)
                    inside = 0
                for number in range(first, min(first + count, self._count)):
                    yield number, self._next(file)

    def numbers_of(self, rows: Set[int]) -> dict[int, int]:
        """Return the lines that rows stand in, both from 0; other lines before them are blank."""
        if not self._skips_blank:
            return {row: row for row in rows}
        numbers: dict[int, int] = {}
        row, last = 0, max(rows, default=-1)
        for number, line in self.at([(0, len(self))]):
            if row > last:
                break
            # In a table, blanks are a cell.
            if line.strip(b"\r\n") if self._has_quotes else line.strip():
                if row in rows:
                    numbers[row] = number
                row += 1
        return numbers

    def _next(self, file: IO[bytes], inside: int = 0) -> bytes:
        """Read to the end of a line, or of a row."""
        line = file.readline(LONGEST_LINE)
        while self._has_quotes and (line.count(b'"') + inside) % 2 and len(line) < LONGEST_LINE:
            more = file.readline(LONGEST_LINE)
            if not more:
                break
            line += more
        return line


def _ends_outside(block: bytes, inside: int) -> tuple[int, int]:
    """Return how many line ends are not in quotes, and whether the next block begins in some."""
    signs = np.frombuffer(block, np.uint8)
    quotes, ends = np.flatnonzero(signs == QUOTE), np.flatnonzero(signs == LINE_END)
    before = np.searchsorted(quotes, ends) + inside
    return int((before % 2 == 0).sum()), (len(quotes) + inside) % 2

"""Tables with commas or semicolons between the columns, and quotes around cells that need them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import chain, islice, product
from pathlib import Path

from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.choosing import ANY, Texts, Wanted, is_header, pairs_of
from s2s_core.data.readers.lines import LONGEST_LINE, read_lines, shown
from s2s_core.errors import BadFile

DELIMITERS = "\t;|,"
LOOK_AT = 50  # lines, to tell what separates the columns


def read_delimited(path: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """One table (CSV): a row for each pair, with or without names of the columns above.

    Cells may be quoted and hold line breaks. Columns of numbers or addresses are passed over.
    """
    yield from pairs_of(_records(path, wanted), wanted, path.name)


def delimiter_of(sample: str) -> str:
    """Return what separates the columns; "" where there seem to be none.

    It is the first sign that stands, outside quotes, equally often in nearly all rows: at first of
    those with which every quote is where it may be.
    """
    for strict, sign in product((True, False), DELIMITERS):
        rows = _widths(sample, sign, strict=strict)
        width = max(set(rows), key=rows.count, default=1)
        if width > 1 and rows.count(width) * 10 >= 9 * len(rows):
            return sign
    return ""


def _widths(sample: str, sign: str, *, strict: bool) -> list[int]:
    """Return how many cells each row has; none if it cannot be read so."""
    widths: list[int] = []
    try:
        lines = (line + "\n" for line in sample.split("\n"))
        for row in csv.reader(lines, delimiter=sign, strict=strict):
            widths += [len(row)] if row else []
    except csv.Error as error:
        return widths if "unexpected end" in str(error) else []  # in a cell that goes on
    return widths


def named_rows(rows: Iterator[Sequence[str]], wanted: Wanted) -> Iterator[Texts]:
    """Yield rows by the names of their columns: those above them, or 1, 2 and so on."""
    first = next(rows, None)
    if first is None:
        return
    is_told = wanted.header == "auto" or wanted.like not in (None, tuple(first))
    is_named = is_header(first) if is_told else wanted.header == "yes"
    names = _different(first) if is_named else []
    if wanted.look is not None:
        wanted.look.header = "yes" if is_named else "no"
        wanted.look.first_row = tuple(first)
    if not names:
        yield {str(place): cell for place, cell in enumerate(first, 1)}
    for row in rows:
        yield {
            names[place] if place < len(names) else str(place + 1): cell
            for place, cell in enumerate(row)
        }


def _different(cells: Sequence[str]) -> list[str]:
    """Return the names of columns; those without one of their own are called by their number."""
    names: list[str] = []
    for place, cell in enumerate(map(str.strip, cells), 1):
        names.append(shown(cell) if cell and cell not in names else str(place))
    return names


def _records(path: Path, wanted: Wanted) -> Iterator[Texts]:
    csv.field_size_limit(LONGEST_LINE)
    lines = (line + "\n" for line in read_lines(path, wanted.broken))
    start = list(islice(lines, LOOK_AT))
    sign = delimiter_of("".join(start))
    if not sign:
        raise BadFile(
            "{file} seems to have one column; expected source and target, separated by a comma, a "
            "semicolon or a tab. If the other side is a file of its own, drop both together",
            file=path.name,
        )  # fmt: skip
    reader = csv.reader(chain(start, lines), delimiter=sign, strict=True)
    try:
        yield from named_rows((row for row in reader if row), wanted)
    except csv.Error as error:
        raise BadFile(
            "line {line} of {file} is no row of a table: {why}",
            line=reader.line_num, file=path.name, why=error,
        ) from None  # fmt: skip

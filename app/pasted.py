"""Text of two columns from a clipboard: its pairs, the lines that are none, and a file of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from app.widgets import numbers
from s2s_core.files import replacing

Pair = tuple[str, str]
Row = tuple[int, tuple[str, ...]]  # number of the line, from 1, and its cells
TOLD, MOST_TOLD = 40, 8  # characters of a line that is no pair, and such lines by number


class Pasted(NamedTuple):
    """What was found in a text."""

    rows: tuple[Row, ...]  # with two sides
    one_column: tuple[Row, ...] = ()
    one_sided: tuple[Row, ...] = ()  # there are two columns, and one of them is blank

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The first two columns."""
        return tuple((cells[0], cells[1]) for _, cells in self.rows)


def pairs_in(text: str) -> Pasted:
    """Return the lines of a text by what they are; blank ones are passed over."""
    rows, one_column, one_sided = list[Row](), list[Row](), list[Row]()
    for number, cells in _rows(text):
        sides = tuple(_printable(" ".join(cell.split())) for cell in cells)
        if len(sides) > 1 and sides[0] and sides[1]:
            rows.append((number, sides))
        elif any(sides):
            (one_column if len(sides) == 1 else one_sided).append((number, sides))
    return Pasted(tuple(rows), tuple(one_column), tuple(one_sided))


def in_words(rows: Sequence[Row], *, one_column: bool) -> str:
    """Return which lines were left out, and why; nothing if there are none."""
    if not rows:
        return ""
    one, several = _ONE_COLUMN if one_column else _ONE_SIDED
    found = ", ".join(numbers.count(number) for number, _ in rows[:MOST_TOLD])
    if len(rows) > MOST_TOLD:
        found = _tr("{numbers} and more").format(numbers=found)
    line = " ".join(rows[0][1]).strip()
    line = line if len(line) <= TOLD else f"{line[:TOLD]}…"
    template = _tr(one if len(rows) == 1 else several)
    return template.format(count=numbers.count(len(rows)), numbers=found, line=line)


_ONE_COLUMN = (
    "Line {numbers} has no tab between two sides and was left out: “{line}”",
    "{count} lines have no tab between two sides and were left out: {numbers}",
)
_ONE_SIDED = (
    "Line {numbers} has a blank side and was left out: “{line}”",
    "{count} lines have a blank side and were left out: {numbers}",
)


def has_columns(text: str) -> bool:
    """Whether a text may be two columns: a tab stands in it."""
    return "\t" in text.strip()


def new_file(folder: Path) -> Path:
    """Return the name of a file that is not there yet."""
    number = 1
    while (path := folder / f"pasted-{number}.tsv").exists():
        number += 1
    return path


def save_rows(rows: Sequence[Row], path: Path) -> None:
    """Write rows into a file, in the order of their lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        replacing(path) as unfinished,
        unfinished.open("w", encoding="utf-8", newline="\n") as file,
    ):
        file.writelines("\t".join(cells) + "\n" for _, cells in sorted(rows))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Split as spreadsheets put it: a cell with a line break in it stands in quotation marks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if '"' in text:
        reader = csv.reader(io.StringIO(text), delimiter="\t", strict=True)
        try:
            ends, rows = [0], list[list[str]]()
            for row in reader:
                rows.append(row)
                ends.append(reader.line_num)
        except csv.Error:
            pass  # quotation marks of the sentences themselves
        else:
            yield from zip((end + 1 for end in ends), rows, strict=False)
            return
    yield from enumerate((line.split("\t") for line in text.split("\n")), 1)


def _printable(text: str) -> str:
    """Half a character, which no file can hold, becomes the sign for a lost one."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Pasted", text)

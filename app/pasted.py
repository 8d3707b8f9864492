"""Text of two columns from a clipboard: its pairs, the lines that are none, and a file of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from s2s_core.files import replacing

Pair = tuple[str, str]
TOLD = 40  # characters of a line that is no pair


class Pasted(NamedTuple):
    """What was found in a text."""

    pairs: tuple[Pair, ...]
    others: tuple[tuple[int, str], ...]  # lines without two sides: number from 1, their beginning


def pairs_in(text: str) -> Pasted:
    """Return the first two columns of each line; blank lines are passed over."""
    pairs, others = list[Pair](), list[tuple[int, str]]()
    for number, cells in enumerate(_rows(text), 1):
        sides = [" ".join(cell.split()) for cell in cells]
        if len(sides) > 1 and sides[0] and sides[1]:
            pairs.append((sides[0], sides[1]))
        elif any(sides):
            others.append((number, " ".join(sides).strip()[:TOLD]))
    return Pasted(tuple(pairs), tuple(others))


def has_columns(text: str) -> bool:
    """Whether a text may be two columns: a tab stands in it."""
    return "\t" in text.strip()


def save_pasted(text: str, folder: Path) -> Path:
    """Write a text of two columns into a new file of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while (path := folder / f"pasted-{number}.tsv").exists():
        number += 1
    lines = ("\t".join(" ".join(cell.split()) for cell in row) for row in _rows(text))
    with (
        replacing(path) as unfinished,
        unfinished.open("w", encoding="utf-8", newline="\n") as file,
    ):
        file.writelines(f"{line}\n" for line in lines if line.strip())
    return path


def _rows(text: str) -> Iterator[list[str]]:
    """Split as spreadsheets put it: a cell with a line break in it stands in quotation marks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if '"' in text:
        try:
            yield from list(csv.reader(io.StringIO(text), delimiter="\t", strict=True))
        except csv.Error:
            pass  # quotation marks of the sentences themselves
        else:
            return
    yield from (line.split("\t") for line in text.split("\n"))

"""One text file with a sentence and its translation on each line, separated by a tab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.choosing import ANY, Wanted, pairs_of
from s2s_core.data.readers.delimited import named_rows
from s2s_core.data.readers.lines import FEW, LOOK_AT, Broken, read_lines
from s2s_core.errors import BadFile


def read_tab_separated(path: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """One file: sentence, tab, translation; columns of numbers or attributions are ignored.

    Blank lines at the end are ignored too. A line without a tab anywhere else is a pair with one
    side only; where they are many, the file is refused.
    """
    rows = named_rows(_rows(path, wanted.broken), wanted)
    yield from pairs_of(rows, wanted, path.name, has_lines=True)


def _rows(path: Path, broken: Broken | None) -> Iterator[list[str]]:
    has_tabs = False
    blank = 0  # lines, since the last one that is not
    lone, first = 0, 0  # lines without a tab, and the first of them
    number = 0
    for number, line in enumerate(read_lines(path, broken), 1):
        columns = line.split("\t")
        if len(columns) > 1:
            has_tabs = True
        elif not line.strip():
            blank += 1
            first = first or number
            continue
        else:
            lone += 1
            first = first or number
        lone += blank  # they are not at the end
        for _ in range(blank):
            yield [""]
        blank = 0
        if number >= LOOK_AT and lone * FEW > number:
            break
        yield columns
    if not has_tabs:
        raise _one_sided(path, not lone)
    if lone * FEW > number:
        raise _one_column(path, first)


def _one_column(path: Path, number: int) -> BadFile:
    return BadFile(
        "line {line} of {file} has 1 column; expected source and target, separated by a tab",
        line=number, file=path.name,
    )  # fmt: skip


def _one_sided(path: Path, is_blank: bool) -> BadFile:
    if is_blank:
        return BadFile("{file} holds only blank lines", file=path.name)
    return BadFile(
        "{file} holds one sentence a line and no tabs: drop the other side's file together with it",
        file=path.name,
    )

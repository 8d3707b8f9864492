"""One text file with a sentence and its translation on each line, separated by a tab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.choosing import ANY, Wanted, pairs_of
from s2s_core.data.readers.delimited import named_rows
from s2s_core.data.readers.lines import read_lines
from s2s_core.errors import BadFile


def read_tab_separated(path: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """One file: sentence, tab, translation; columns of numbers or attributions are ignored.

    Blank lines at the end are ignored too; a line without a tab anywhere else is refused.
    """
    yield from pairs_of(named_rows(_rows(path)), wanted, path.name)


def _rows(path: Path) -> Iterator[list[str]]:
    has_tabs = False
    lone = 0  # the first line without a tab, 0 while there is none
    lone_is_blank = True  # this line and all after it
    for number, line in enumerate(read_lines(path), 1):
        columns = line.split("\t")
        if len(columns) > 1:
            if lone:
                raise _one_column(path, lone)
            has_tabs = True
            yield columns
            continue
        lone = lone or number
        lone_is_blank = lone_is_blank and not line.strip()
        if has_tabs and not lone_is_blank:
            raise _one_column(path, lone)
    if not has_tabs:
        raise _one_sided(path, lone_is_blank)


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

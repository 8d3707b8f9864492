"""Excel workbooks: the first sheet is a table."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

from s2s_core.counts import count
from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.archive import refuse_bombs
from s2s_core.data.readers.choosing import ANY, Wanted, pairs_of
from s2s_core.data.readers.delimited import named_rows
from s2s_core.errors import BadFile

# A few bytes can claim that a sheet has many times as many, all empty.
MOST_ROWS, MOST_CELLS = 1_048_576, 50_000_000
# What openpyxl ends in where a workbook is not what it takes it for; a ParseError is a SyntaxError.
DAMAGED = (
    BadZipFile, zlib.error, OSError, EOFError, ValueError, LookupError, TypeError, AttributeError,
    SyntaxError, RuntimeError, ArithmeticError, AssertionError,
)  # fmt: skip


def read_excel(path: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """Excel workbook (.xlsx): the first sheet, a row for each pair."""
    refuse_bombs(path)
    yield from pairs_of(named_rows(_rows(path), wanted), wanted, path.name)


def _rows(path: Path) -> Iterator[list[str]]:
    """Yield the rows that are not empty."""
    import openpyxl  # slow to load, and seldom needed

    looked_at = 0
    try:
        with path.open("rb") as stream:  # not by its name, which openpyxl would judge
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            if not book.worksheets:
                raise BadFile("{file} has no sheet", file=path.name)
            for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
                looked_at += len(row)
                if number > MOST_ROWS or looked_at > MOST_CELLS:
                    raise BadFile(
                        "{file} claims to have more than {rows} rows or {cells} cells; save it as "
                        "a text file",
                        file=path.name, rows=count(MOST_ROWS), cells=count(MOST_CELLS),
                    )  # fmt: skip
                if any(cell is not None and cell != "" for cell in row):
                    yield ["" if cell is None else str(cell) for cell in row]
    except DAMAGED as error:
        why = str(error.__cause__ or error).partition("\n")[0]  # before advice on repairing it
        raise BadFile("{file} is no workbook: {why}", file=path.name, why=why) from None

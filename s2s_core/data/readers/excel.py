"""Excel workbooks: the first sheet is a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.archive import refuse_bombs
from s2s_core.data.readers.choosing import ANY, Wanted, pairs_of
from s2s_core.data.readers.delimited import named_rows
from s2s_core.errors import BadFile


def read_excel(path: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """Excel workbook (.xlsx): the first sheet, a row for each pair."""
    import openpyxl  # slow to load, and seldom needed

    refuse_bombs(path)
    try:
        stream = path.open("rb")  # not by its name, which openpyxl would judge
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError, TypeError) as error:
        raise BadFile("{file} is no workbook: {why}", file=path.name, why=error) from None
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        cells = (["" if cell is None else str(cell) for cell in row] for row in rows)
        yield from pairs_of(
            named_rows((row for row in cells if any(row)), wanted), wanted, path.name
        )  # fmt: skip
    except IndexError:
        raise BadFile("{file} has no sheet", file=path.name) from None
    finally:
        book.close()
        stream.close()

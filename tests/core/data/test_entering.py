"""Rows of a table that are gone to are those that are read from its beginning."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from s2s_core.data.readers import entering
from s2s_core.data.readers.entering import Lines

CELLS = st.text(st.sampled_from('ab",\n '), max_size=30)


@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=30), block=st.integers(1, 40))
def test_a_row_that_is_gone_to_is_the_one_that_is_read(
    rows: list[tuple[str, str]], block: int
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    before, entering.BLOCK = entering.BLOCK, block
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder, "rows.csv")
            path.write_bytes(text.getvalue().encode())
            lines = Lines(path, has_quotes=True)
            assert len(lines) == len(rows)
            assert lines.are_whole
            for place in range(len(rows)):
                found = [each.decode() for _, each in lines.at([(place, 2)])]
                read = [row for each in found for row in csv.reader(io.StringIO(each, newline=""))]
                assert read == [list(row) for row in rows[place : place + 2]]
    finally:
        entering.BLOCK = before


def test_a_quote_that_is_never_closed_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('a,b\n5" pipe,Rohr\nc,d\n')
    assert not Lines(path, has_quotes=True).are_whole

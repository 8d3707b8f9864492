"""Which rows are shown, in which order, and where one stands while that changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.corpus_browser.filter_row import BY_ROW, BY_TARGET, COLUMNS
from app.corpus_browser.order import Numbers
from app.corpus_browser.pair_browser import PairBrowser, Place
from app.corpus_browser.pair_list import PairList
from app.corpus_browser.scan import Query, Scan

Pairs = Sequence[tuple[str, str]]


class Search(QObject):
    """Lets the table show what is asked for; where a person stood, one stays if it is there."""

    moved = Signal()  # more was found, or it has come further
    shown = Signal()  # all that was found

    def __init__(self, pairs: PairList, table: PairBrowser, parent: QObject) -> None:
        super().__init__(parent)
        self.query = Query()
        self.scan = Scan(self)
        self._pairs, self._table = pairs, table
        self._order = (BY_ROW, False)
        self._before: tuple[Query, Numbers] | None = None  # what was found last, and all of it
        self._stay: int | None = None  # the row where a person was
        self._place = Place(0, None)
        self._first: int | None = None  # the row that was gone to because it is the first
        self._found: list[Numbers] = []  # in parts, of which the last are not shown yet
        self.found = 0  # so many rows
        self.scan.found.connect(self._take_found)
        self.scan.moved.connect(self.moved)
        self.scan.finished.connect(self._finish)
        self.scan.ordered.connect(self._show_rows)

    @property
    def is_running(self) -> bool:
        """Whether there is more to come."""
        return self.scan.is_running

    def stop(self) -> None:
        """Look no further."""
        self.scan.stop()

    # The corpus --------------------------------------------------------------------------

    def take(self, pairs: Pairs, *, stay: bool) -> None:
        """Look in another corpus from now on, and stay in the row where one is, or do not."""
        current = self.current_row()
        self.scan.set_pairs(pairs)
        self._stay = current if stay and current != self._first else None
        self._before = self._first = None

    def replace(self, pairs: Pairs, changed: Numbers) -> None:
        """Look in the same corpus, of which some rows have changed."""
        self.scan.replace_pairs(pairs, changed)
        self._before = None

    def forget(self) -> None:
        """Forget what was found: the rows that fit are others now."""
        self._before = None

    # Looking -----------------------------------------------------------------------------

    def start(self, query: Query, order: tuple[str, bool]) -> None:
        """Look for what fits."""
        is_same = self._before is not None and self._before[0] == query
        if (current := self.current_row()) not in (None, self._first):
            self._stay = current
            self._place = self._table.place()
        self.query, self._order = query, order
        self._pairs.show_order(COLUMNS[order[0]], falls=order[1])
        self._found, self.found = [], 0
        self.scan.stop()
        if self._before is not None and is_same:  # it is only to be sorted
            self._show_found(self._before[1])
        elif (rows := self._known_rows(query)) is not None:
            self._before = None
            self._show_found(rows)
        else:
            if not query.is_open:  # else all rows stay in sight while they are measured
                self._pairs.show_rows(np.zeros(0, np.int64))
            self.scan.start(query, self._among(query))
            self.moved.emit()

    def _known_rows(self, query: Query) -> Numbers | None:
        """Return what fits where nothing must be read for it, nor to sort it."""
        if query.reads_text or query.shortest or query.longest is not None:
            return None
        is_by_row, total = self._order[0] == BY_ROW, len(self._pairs.pairs)
        if query.rows is None:
            return np.arange(total) if is_by_row or self.scan.knows_lengths else None
        rows = query.rows[query.rows < total]
        return rows if is_by_row or self.scan.has_measured(rows) else None

    def _among(self, query: Query) -> Numbers | None:
        """Return the rows among which all that fits is known to be."""
        if self._before is None or not query.narrows(self._before[0]):
            return None
        among = self._before[1]  # of many, all together are read as fast
        return among if len(among) <= len(self._pairs.pairs) // 4 else None

    def _take_found(self, rows: Numbers) -> None:
        """Show what was found so far, whenever it has doubled: Qt looks at all rows each time."""
        if self.query.is_open:
            return
        self._found.append(rows)
        self.found += len(rows)
        shown = self._pairs.rowCount()
        if self.found >= 2 * shown:
            self._pairs.append(np.concatenate(self._found)[shown:])
        if not shown:
            self._table.go_to(0)
            self._first = self.current_row()

    def _finish(self) -> None:
        if self.query.is_open:
            self._show_found(np.arange(len(self._pairs.pairs)))
            return
        if (current := self.current_row()) != self._first:  # a person went there meanwhile
            self._stay = current
            self._place = self._table.place()
        rows = np.concatenate(self._found) if self._found else np.zeros(0, np.int64)
        self._before = (self.query, rows)
        self._show_found(rows)

    # Showing -----------------------------------------------------------------------------

    def _show_found(self, rows: Numbers) -> None:
        """Show all that was found in the order asked for."""
        kind, falls = self._order
        if kind == BY_ROW:
            self._show_rows(rows[::-1] if falls else rows)
        else:
            scan = self.scan
            lengths = scan.target_lengths if kind == BY_TARGET else scan.source_lengths
            scan.sort(rows, lengths, falls=falls)

    def _show_rows(self, rows: Numbers) -> None:
        """Show these rows, and stay at the row where one was."""
        is_all = len(rows) == len(self._pairs.pairs) and self._order == (BY_ROW, False)
        before = self._pairs.rows()
        self._pairs.show_rows(None if is_all else rows)
        self.found = len(rows)
        line = None if self._stay is None else self._pairs.line_of(self._stay)
        if self._pairs.rowCount():
            self._table.go_to(line or 0, None if line is None else self._place.below)
            if np.array_equal(before, self._pairs.rows()):  # nothing moves
                self._table.verticalScrollBar().setValue(self._place.top)
            self._first = None if line is not None else self.current_row()
        self.shown.emit()

    def current_row(self) -> int | None:
        """Return the row where one stands, from 0."""
        index = self._table.currentIndex()
        return self._pairs.row_of(index.row()) if index.isValid() else None

    def go_to(self, row: int) -> bool:
        """Go to a row, from 0; returns whether it is among those shown."""
        line = self._pairs.line_of(row)
        if line is not None:
            self._table.go_to(line)
            self._table.setFocus()
        return line is not None

"""The rows of a corpus in a table: only what is seen is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from app.corpus_browser.order import Numbers
from app.corpus_browser.stored import StoredCorpus
from app.widgets import numbers
from app.widgets.knob_editors import core_text
from app.widgets.plain_text import plain_tooltip
from app.widgets.scripts import alignment_of, without_controls
from app.widgets.theme import current_theme
from app.widgets.trained_pairs import in_file, struck_through
from s2s_core.records import Finding

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
ROW, SOURCE, SOURCE_LENGTH, TARGET, TARGET_LENGTH, STATE = range(6)
SIDES, NUMBERS = (SOURCE, TARGET), (ROW, SOURCE_LENGTH, TARGET_LENGTH)
KEPT = 256  # pairs in memory
SHOWN, HINTED = 400, 2000  # characters of a side in its cell, and on hovering
AT_THE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class PairList(QAbstractTableModel):
    """A corpus, or those rows of it that were found, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.corpus = StoredCorpus()
        self._titles = ("", "")
        self._rows: Numbers | None = None  # None: all, in their own order
        self._read: dict[int, tuple[str, str]] = {}  # what is in sight is asked for many times
        self.sorted_by = (ROW, False)  # a column, and whether from the largest on
        self.left_out: frozenset[int] = frozenset()  # by hand: row numbers from 1
        self._why: dict[int, list[Finding]] = {}  # of rows left out, before none looked at them

    # What is shown -----------------------------------------------------------------------

    def set_corpus(self, corpus: StoredCorpus, titles: tuple[str, str]) -> None:
        """Show another corpus, all of it."""
        self.beginResetModel()
        self.corpus, self._titles, self._rows = corpus, titles, None
        self._read.clear()
        self._why.clear()
        self.endResetModel()

    def leave_out(self, rows: frozenset[int]) -> None:
        """Take what is left out by hand, and keep in mind what was found there until now."""
        for number in rows - self.left_out:
            self._why[number - 1] = self.corpus.found_in(number - 1)
        self.left_out = rows

    def replace_corpus(self, corpus: StoredCorpus) -> None:
        """Show the same rows as they are now."""
        self.corpus = corpus
        self._read.clear()
        self.refresh()

    def show_rows(self, rows: Numbers | None) -> None:
        """Show these rows only; None: all."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def append(self, rows: Numbers) -> None:
        """Show more rows, at the end."""
        before = self.rowCount()
        self.beginInsertRows(NO_PARENT, before, before + len(rows) - 1)
        self._rows = np.concatenate((self.rows(), rows))
        self.endInsertRows()

    def rows(self) -> Numbers:
        """Return the rows of the corpus in the order shown."""
        return np.arange(len(self.corpus.pairs)) if self._rows is None else self._rows

    @property
    def pairs(self) -> Sequence[tuple[str, str]]:
        """The whole corpus."""
        return self.corpus.pairs

    def row_of(self, line: int) -> int:
        """Return the row of the corpus, from 0, in a line of the table."""
        return line if self._rows is None else int(self._rows[line])

    def line_of(self, row: int) -> int | None:
        """Return the line in which a row of the corpus stands."""
        if self._rows is None:
            return row if 0 <= row < len(self.corpus.pairs) else None
        lines = np.flatnonzero(self._rows == row)
        return int(lines[0]) if len(lines) else None

    def pair(self, line: int) -> tuple[str, str]:
        """Return the pair in a line."""
        row = self.row_of(line)
        pair = self._read.get(row)
        if pair is None:
            if len(self._read) >= KEPT:
                self._read.clear()
            pair = self._read[row] = self.corpus.pairs[row]
        return pair

    def state_of(self, line: int) -> str:
        """Return "left_out", "held_out", "blank" or, for one to train on, ""."""
        row = self.row_of(line)
        if row + 1 in self.left_out:
            return "left_out"
        source, target = self.pair(line)
        if not source.strip() or not target.strip():
            return "blank"
        if self.corpus.findings.is_left_out(row):
            return "left_out"
        return "held_out" if source in self.corpus.held_out else ""

    def told_of(self, line: int) -> str:
        """Return what was found wrong with a pair, and why it is not trained on; often nothing."""
        row = self.row_of(line)
        parts = [self.tr("left out by hand")] if row + 1 in self.left_out else []
        if self.corpus.findings.is_left_out(row):
            parts.append(self.tr("left out"))
        elif self.corpus.findings.cured(row):
            parts.append(self.tr("changed by a cure"))
        found_in = self.corpus.found_in(row) or (self._why.get(row, []) if parts else [])
        parts += [core_text(found.title) for found in found_in]
        text = " · ".join(parts)
        return text[:1].upper() + text[1:]

    def refresh(self) -> None:
        """Ask for all that is seen again."""
        if last := self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(last - 1, STATE))

    # Qt's own ----------------------------------------------------------------------------

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        if parent.isValid():
            return 0
        return len(self.corpus.pairs) if self._rows is None else len(self._rows)

    def columnCount(self, parent: Index = NO_PARENT) -> int:  # noqa: N802
        return 0 if parent.isValid() else 6

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in NUMBERS:
            return AT_THE_RIGHT
        if role == Qt.ItemDataRole.ForegroundRole and column not in SIDES:
            return QColor(current_theme().mute)
        if column == STATE and role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self.told_of(line))
        return self._of_side(line, column, role) if column in SIDES else None

    def _of_side(self, line: int, column: int, role: int) -> Any:
        """Return how one side of a pair is shown."""
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self._on_hovering(line, column))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment_of(self._side(line, column)[:SHOWN])
        return struck_through(role) if self._is_left_out(line) else None

    def _on_hovering(self, line: int, column: int) -> str:
        """Return the whole side, and what stands in the file if that is another text."""
        text = self._side(line, column)[:HINTED]
        before = self.corpus.in_file(self.row_of(line))
        if before is None or before[column == TARGET] == self._side(line, column):
            return text
        return f"{text}\n\n{in_file(before[column == TARGET][:HINTED])}"

    def _is_left_out(self, line: int) -> bool:
        row = self.row_of(line)
        return row + 1 in self.left_out or self.corpus.findings.is_left_out(row)

    def _side(self, line: int, column: int) -> str:
        return self.pair(line)[0 if column in (SOURCE, SOURCE_LENGTH) else 1]

    def _text(self, line: int, column: int) -> str:
        if column == ROW:
            return numbers.count(self.row_of(line) + 1)
        if column == STATE:
            return self._state_text(line)
        text = self._side(line, column)
        if column in (SOURCE_LENGTH, TARGET_LENGTH):
            return numbers.count(len(text))
        return without_controls(" ".join(text[:SHOWN].split()))

    def _state_text(self, line: int) -> str:
        names = {
            "left_out": self.tr("left out"),
            "held_out": self.tr("held out"),
            "blank": self.tr("blank"),
        }
        text, row = names.get(self.state_of(line), ""), self.row_of(line)
        if self.corpus.findings.cured(row) is None:
            return text
        changed = self.tr("changed")
        return f"✎ {text or changed}"

    def show_order(self, column: int, *, falls: bool) -> None:
        """Mark the column by which it is sorted, or is being sorted."""
        if self.sorted_by != (column, falls):
            self.sorted_by = column, falls
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            if section in NUMBERS:
                return AT_THE_RIGHT
            is_side = section in (SOURCE, TARGET) and self.rowCount()
            text = self.pair(0)[section == TARGET] if is_side else ""
            return alignment_of(text or self._titles[section == TARGET])  # where sentences begin
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._hint(section)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        length = self.tr("Length")
        names = (self.tr("Row"), self._titles[0], length, self._titles[1], length, self.tr("State"))
        column, falls = self.sorted_by
        mark = ("▾" if falls else "▴") if section == column else ""
        return f"{mark} {names[section]}".strip()

    def _hint(self, section: int) -> str:
        if section == ROW:
            return self.tr("Click: in the order of the corpus.")
        if section in (SOURCE, SOURCE_LENGTH):
            return self.tr("Click: by the length of the source; again: the longest first.")
        if section in (TARGET, TARGET_LENGTH):
            return self.tr("Click: by the length of the target; again: the longest first.")
        return self.tr("Left out or held out; all others are trained on. ✎: changed by a cure.")

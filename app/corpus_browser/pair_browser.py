"""The table of the corpus browser: a million rows, of which a few are chosen."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.corpus_browser.hits import HitDelegate, Sought
from app.corpus_browser.pair_list import (
    ROW,
    SIDES,
    SOURCE,
    SOURCE_LENGTH,
    STATE,
    TARGET,
    TARGET_LENGTH,
    PairList,
)
from app.widgets import numbers
from app.widgets.pair_table import one_line_a_pair
from app.widgets.scripts import tallest_line
from app.widgets.theme import LOOK_CHANGES, current_theme, px

MOST_CHOSEN = 10_000  # rows at once: Qt looks at each of them
WIDTHS = {ROW: "99,999", SOURCE_LENGTH: "", TARGET_LENGTH: "", STATE: "✎ held out"}


class Place(NamedTuple):
    """What of the table is in sight."""

    top: int  # the uppermost line
    below: int | None  # lines from there to the one where one stands; None: it is not in sight


class FewRows(QItemSelectionModel):
    """A selection of at most so many rows, from where it was begun."""

    def select(self, what: QItemSelection | QModelIndex, command: object) -> None:  # type: ignore[override]
        """Choose, or let go of, a part of the table."""
        if isinstance(what, QItemSelection):
            what = self._cut(what)
        super().select(what, command)  # type: ignore[call-overload]

    def _cut(self, wanted: QItemSelection) -> QItemSelection:
        model, result = self.model(), QItemSelection()
        for part in _ranges(wanted):
            top, bottom = part.top(), part.bottom()
            if bottom - top >= MOST_CHOSEN:
                if abs(self.currentIndex().row() - bottom) < abs(self.currentIndex().row() - top):
                    top = bottom - MOST_CHOSEN + 1
                bottom = top + MOST_CHOSEN - 1
            result.select(model.index(top, part.left()), model.index(bottom, part.right()))
        return result


class PairBrowser(QTableView):
    """Shows the pairs, one line each; tells which are chosen and how they are to be sorted."""

    chosen_changed = Signal()
    translate_wanted = Signal()
    leave_wanted = Signal()
    copy_wanted = Signal()
    sort_wanted = Signal(int)  # a column

    def __init__(self, pairs: PairList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = ""
        self.setProperty("role", "browser")
        self.setModel(pairs)
        self.setSelectionModel(FewRows(pairs, self))
        one_line_a_pair(self)
        self._marks = HitDelegate(self)
        for column in SIDES:
            self.setItemDelegateForColumn(column, self._marks)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setHighlightSections(False)
        across.setSectionsClickable(True)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across.setMinimumSectionSize(px(24))
        across.sectionClicked.connect(self.sort_wanted)
        # Its own would be asked for every cell of 10,000 rows whether a column is chosen: 0.1 s.
        across.setSelectionModel(QItemSelectionModel(pairs, across))
        down.setVisible(False)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen_changed.emit())
        self.selectionModel().currentChanged.connect(lambda *_: self.chosen_changed.emit())
        self.doubleClicked.connect(lambda _: self.translate_wanted.emit())
        pairs.modelReset.connect(self._share_width)
        self._fit()

    def set_hint(self, hint: str) -> None:
        """Set what is said where there is no row."""
        if hint != self._hint:  # all that is in sight would be painted anew
            self._hint = hint
            self.viewport().update()

    def mark(self, sought: Sought) -> None:
        """Mark what was looked for wherever it stands."""
        if sought != self._marks.sought:
            self._marks.sought = sought
            self.viewport().update()

    def place(self) -> Place:
        """Return what is in sight and where one stands in it."""
        top, current = self.rowAt(0), self.currentIndex()
        is_seen = current.isValid() and self.viewport().rect().intersects(self.visualRect(current))
        return Place(top, current.row() - top if is_seen else None)

    def chosen(self) -> list[int]:
        """Return the lines that are chosen, from the top."""
        ranges = _ranges(self.selectionModel().selection())
        return sorted({line for each in ranges for line in range(each.top(), each.bottom() + 1)})

    def go_to(self, line: int, below: int | None = None) -> None:
        """Choose a line and bring it into sight, so many lines below the uppermost."""
        index = self.model().index(line, SOURCE)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        if below is None:
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        else:
            self.verticalScrollBar().setValue(line - below)

    def selectAll(self) -> None:  # noqa: N802
        """Choose as many rows as can be."""
        last = min(self.model().rowCount(), MOST_CHOSEN) - 1
        if last < 0:
            return
        model, flags = self.model(), QItemSelectionModel.SelectionFlag
        everything = QItemSelection(model.index(0, 0), model.index(last, STATE))
        self.selectionModel().select(everything, flags.ClearAndSelect)

    # Qt's own ----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {
            Qt.Key.Key_Return: self.translate_wanted,
            Qt.Key.Key_Enter: self.translate_wanted,
            Qt.Key.Key_Delete: self.leave_wanted,
        }
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain == Qt.KeyboardModifier.NoModifier and Qt.Key(event.key()) in keys:
            keys[Qt.Key(event.key())].emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.model().rowCount():
            return
        painter = QPainter(self.viewport())
        painter.setPen(QColor(current_theme().mute))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.viewport().rect(), flags, self._hint)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and self.model() is not None:
            self._fit()

    def _fit(self) -> None:
        height = tallest_line(px(12)) + px(3)
        self.verticalHeader().setDefaultSectionSize(height)
        self.horizontalHeader().setMinimumHeight(max(px(26), height))
        self._share_width()

    def _share_width(self) -> None:
        """Give figures the room they need, and the rest to both sides alike."""
        header, metrics = self.horizontalHeader(), self.horizontalHeader().fontMetrics()
        left = self.viewport().width()
        for column, text in WIDTHS.items():
            if column == ROW:
                text = max(text, numbers.count(self.model().rowCount()), key=len)
            title = str(self.model().headerData(column, Qt.Orientation.Horizontal) or "")
            title = f"▾ {title.lstrip('▾▴ ')}" if column != STATE else title
            width = max(map(metrics.horizontalAdvance, (text, title))) + px(28)
            header.resizeSection(column, width)
            left -= width
        header.resizeSection(SOURCE, left // 2)
        header.resizeSection(TARGET, left - left // 2)


def _ranges(selection: QItemSelection) -> list[QItemSelectionRange]:
    return [selection.at(number) for number in range(selection.size())]

"""Sentence pairs side by side: the source in the first column, the target in the second."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.widgets.plain_text import plain_tooltip
from app.widgets.script_delegate import ScriptDelegate
from app.widgets.scripts import alignment_of, tallest_line
from app.widgets.side_titles import SideTitles
from app.widgets.theme import LOOK_CHANGES, current_theme, px
from app.widgets.tooltips import BesideRows
from app.widgets.trained_pairs import in_file, struck_through

Pair = tuple[str, str]
Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()


class PairModel(QAbstractTableModel):
    """A list of sentence pairs for a table."""

    def __init__(self, titles: Pair) -> None:
        super().__init__()
        self._titles = titles
        self._pairs: Sequence[Pair] = ()
        self._cured: Mapping[int, Pair] = {}
        self._left_out: Collection[int] = ()

    def set_pairs(
        self,
        pairs: Sequence[Pair],
        titles: Pair,
        cured: Mapping[int, Pair],
        left_out: Collection[int],
    ) -> None:
        """Show other pairs."""
        self.beginResetModel()
        self._pairs, self._titles = pairs, titles
        self._cured, self._left_out = cured, left_out
        self.endResetModel()

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._pairs)

    def columnCount(self, parent: Index = NO_PARENT) -> int:  # noqa: N802
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        before = self._pairs[row][column]
        text = self._cured.get(row, self._pairs[row])[column]
        is_left_out = row in self._left_out
        if role == Qt.ItemDataRole.DisplayRole:
            line = " ".join(text.split())
            return f"✎ {line}" if text != before else line
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            whole = self._whole(text, before, is_left_out)
            return plain_tooltip(whole) if role == Qt.ItemDataRole.ToolTipRole else whole
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment_of(text)
        return struck_through(role) if is_left_out else None

    def _whole(self, text: str, before: str, is_left_out: bool) -> str:
        """Return all of a side, what stands in the file instead, and that it is left out."""
        lines = [text]
        if text != before:
            lines.append(in_file(before))
        if is_left_out:
            lines.append(self.tr("Left out: not trained on."))
        return "\n\n".join(lines)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            text = self._pairs[0][section] if self._pairs else ""
            return alignment_of(text or self._titles[section])  # where the sentences begin
        return self._titles[section] if role == Qt.ItemDataRole.DisplayRole else None


class PairTable(QTableView):
    """The table of a corpus: one line a pair, the whole sentence on hovering."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "pairs")
        self._model = PairModel((self.tr("Source"), self.tr("Target")))
        self._hint = ""
        self.setModel(self._model)
        one_line_a_pair(self)
        self.setAccessibleName(self.tr("sentence pairs"))
        self.setAccessibleDescription(
            self.tr(
                "The first pairs of the corpus as they are trained on; hover over a sentence to "
                "read all of it. ✎: changed by a cure. Struck through: left out."
            )
        )
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        across.setHighlightSections(False)
        across.setSectionsClickable(False)
        down.setVisible(False)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._end = _HeadEnd(self)
        self.addScrollBarWidget(self._end, Qt.AlignmentFlag.AlignTop)
        self._fit()

    def set_pairs(
        self,
        pairs: Sequence[Pair],
        titles: Pair | None = None,
        cured: Mapping[int, Pair] = MappingProxyType({}),
        left_out: Collection[int] = (),
    ) -> None:
        """Show these pairs under these titles, such as ("English", "French").

        cured: by row, pairs that are trained on in another form than that of the file
        left_out: rows that are not trained on
        """
        titles = titles or (self.tr("Source"), self.tr("Target"))
        self._model.set_pairs(pairs, titles, cured, left_out)
        self.scrollToTop()

    def set_hint(self, text: str) -> None:
        """Say what will be shown, as long as there are no pairs."""
        self._hint = text
        self.viewport().update()

    def _fit(self) -> None:
        height = tallest_line(px(12)) + px(2)
        self.verticalHeader().setDefaultSectionSize(height)
        self.horizontalHeader().setMinimumHeight(height)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Look for no row that begins with a letter: S, R and N are the window's."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._hint and not self._model.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(current_theme().mute))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            box = self.viewport().rect().adjusted(px(8), 0, -px(8), 0)
            painter.drawText(box, flags, self._hint)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_model"):
            self._fit()


_CHANGES_OF_A_HEAD = {
    QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.ShowToParent, QEvent.Type.HideToParent
}  # fmt: skip


class _HeadEnd(QFrame):
    """Goes on with the line below the head, above the scroll bar."""

    def __init__(self, table: QTableView) -> None:
        super().__init__()
        self.setProperty("role", "pairsHead")
        self._head = table.horizontalHeader()
        self._head.installEventFilter(self)

    def sizeHint(self) -> QSize:
        return QSize(0, 0 if self._head.isHidden() else self._head.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Be as high as the head, and gone with it."""
        if event.type() in _CHANGES_OF_A_HEAD:
            self.setFixedHeight(self.sizeHint().height())
        return False


def one_line_a_pair(table: QTableView) -> None:
    """Let a table show sentences of any script, one line a row, to be read and chosen only."""
    table.setItemDelegate(ScriptDelegate(table))
    BesideRows(table)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setTextElideMode(Qt.TextElideMode.ElideRight)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


def whole_rows(table: QTableView, room: int) -> int:
    """Return the height at most as large as `room` at which no row is cut in half."""
    edge = 2 * table.frameWidth()
    across = table.horizontalHeader()
    head = 0 if across.isHidden() else across.sizeHint().height()
    row = table.verticalHeader().defaultSectionSize()
    rows = max(1, (room - edge - head) // row)
    return head + edge + row * rows


class WholeRows(QWidget):
    """Gives a table as much height as shows whole rows only."""

    def __init__(self, table: QTableView, titles: SideTitles | None = None) -> None:
        """Take a table, and perhaps what stands in place of its head."""
        super().__init__()
        self._table, self._titles = table, titles
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if titles is not None:
            titles.hide()
            column.addWidget(titles)
            table.horizontalHeader().sectionResized.connect(self._share_width)
        column.addWidget(table)
        column.addStretch(1)

    def show_titles(self, on: bool) -> None:
        """Show the titles, or the table's own head."""
        if self._titles is not None:
            self._titles.setVisible(on)
            self._table.horizontalHeader().setVisible(not on)
            self._fit()

    def _share_width(self, column: int, _before: int, width: int) -> None:
        """Let titles stand above their columns, which are narrower beside a scroll bar."""
        if self._titles is not None and column == 0:
            self._titles.share_width(width)

    def _fit(self) -> None:
        above = 0
        if self._titles is not None and not self._titles.isHidden():
            above = self._titles.sizeHint().height()
        self._table.setFixedHeight(whole_rows(self._table, self.height() - above))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), px(180))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(px(120), whole_rows(self._table, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_table"):
            self._fit()
            self.updateGeometry()

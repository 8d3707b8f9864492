"""A list of what is odd about something: each with a tick for what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.widgets.plain_text import plain_tooltip
from app.widgets.scroll_fade import fade_edges
from app.widgets.theme import LOOK_CHANGES, current_theme, px
from app.widgets.tooltips import BesideRows

_NAME, _ROW = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_BOX, _TEXT_LEFT, _TEXT_RIGHT = 16, 30, 20  # pixels of the design
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class FindingRow:
    """What is found, and below it what can be done or was done about it."""

    name: str
    text: str
    remedy: str = ""
    can_tick: bool = False
    is_ticked: bool = False
    other_remedy: str = ""  # what it says otherwise: the row is as high as either needs
    can_open: bool = False
    tooltip: str = ""


class FindingList(QListWidget):
    """Space or a click on the box ticks, Enter or a click beside it opens.

    A row keeps its place, and the list its focus and where it is scrolled to, while what it
    says changes.
    """

    ticked = Signal(str, bool)  # name, by the user's hand only
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "findings")
        self.setWordWrap(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(px(16))  # Qt's would be a whole row, thrice a notch
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        fade_edges(self)
        BesideRows(self)
        self._delegate = _FindingDelegate(self)
        self.setItemDelegate(self._delegate)

    def set_rows(self, rows: Sequence[FindingRow]) -> None:
        """Show these rows; those that were there keep their order, new ones come last."""
        known = {row.name: row for row in rows}
        for place in reversed(range(self.count())):
            if self._name(place) not in known:
                self.takeItem(place)
        places = {self._name(place): place for place in range(self.count())}
        for row in rows:
            is_new = row.name not in places
            self._fill(self._add() if is_new else self.item(places[row.name]), row)
        if self.currentRow() < 0 and self.count():
            self.setCurrentRow(0)
        self.scheduleDelayedItemsLayout()

    def row_named(self, name: str) -> FindingRow | None:
        """Return what is shown under a name."""
        found = (self._row(place) for place in range(self.count()))
        return next((row for row in found if row.name == name), None)

    def box_of(self, place: int) -> QRect:
        """Return where the tick of a row stands."""
        return self._delegate.box(self.visualItemRect(self.item(place)))

    def _add(self) -> QListWidgetItem:
        item = QListWidgetItem()
        self.addItem(item)
        return item

    def _fill(self, item: QListWidgetItem, row: FindingRow) -> None:
        item.setData(_NAME, row.name)
        item.setData(_ROW, row)
        item.setText(row.text)
        item.setToolTip(plain_tooltip(row.tooltip))
        spoken = f"{row.text}. {row.remedy}" if row.remedy else row.text
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
        if row.can_tick:
            state = Qt.CheckState.Checked if row.is_ticked else Qt.CheckState.Unchecked
            item.setCheckState(state)
        else:
            item.setData(Qt.ItemDataRole.CheckStateRole, None)

    def _name(self, place: int) -> str:
        return str(self.item(place).data(_NAME))

    def _row(self, place: int) -> FindingRow:
        row = self.item(place).data(_ROW)
        assert isinstance(row, FindingRow)
        return row

    def _toggle(self, place: int) -> None:
        row = self._row(place)
        if row.can_tick:
            self.ticked.emit(row.name, not row.is_ticked)

    def _open(self, place: int) -> None:
        if self._row(place).can_open:
            self.opened.emit(self._name(place))

    # Qt's own ----------------------------------------------------------------------------

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Look for no row that begins with a letter: S, R and N are the window's."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = self.currentRow()
        if place >= 0 and event.key() == Qt.Key.Key_Space:
            self._toggle(place)
        elif place >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(place)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        item = self.itemAt(event.position().toPoint())
        if item is None or event.button() != Qt.MouseButton.LeftButton:
            return
        place = self.row(item)
        in_front = event.position().x() < self.visualItemRect(item).left() + px(_TEXT_LEFT)
        if in_front and self._row(place).can_tick:
            self._toggle(place)
        else:
            self._open(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self.scheduleDelayedItemsLayout()


class _FindingDelegate(QStyledItemDelegate):
    """The box, the sentence, and below it in secondary ink what the tick does."""

    def __init__(self, view: FindingList) -> None:
        super().__init__(view)
        self._view = view

    def box(self, cell: QRect) -> QRect:
        """Return where the tick stands in a row."""
        return QRect(cell.left() + px(4), cell.top() + px(6), px(_BOX), px(_BOX))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row: FindingRow = index.data(_ROW)
        metrics = QFontMetrics(self._view.font())
        width = self._view.viewport().width()
        texts = row.text, row.remedy, row.other_remedy
        said, *remedies = (self._text_box(metrics, width, text).height() for text in texts)
        return QSize(width, max(said + max(remedies) + px(11), px(28)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: FindingRow = index.data(_ROW)
        theme, style, cell = current_theme(), self._view.style(), option.rect
        self.initStyleOption(option, index)
        style.drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, self._view
        )
        if row.can_tick:
            self._paint_tick(painter, option, row)
        metrics = QFontMetrics(self._view.font())
        text = self._text_box(metrics, cell.width(), row.text).translated(cell.topLeft())
        painter.setFont(self._view.font())
        painter.setPen(QColor(theme.ink))
        painter.drawText(text, _WRAPPED, row.text)
        if row.remedy:
            painter.setPen(QColor(theme.mute))
            below = self._text_box(metrics, cell.width(), row.remedy)
            below.moveTopLeft(text.bottomLeft() + QPoint(0, 1))
            painter.drawText(below, _WRAPPED, row.remedy)
        if row.can_open:
            _paint_chevron(painter, cell, theme.mute)

    def _paint_tick(self, painter: QPainter, option: QStyleOptionViewItem, row: FindingRow) -> None:
        ticked = QStyleOptionViewItem(option)
        ticked.rect = self.box(option.rect)
        ticked.state &= ~(QStyle.StateFlag.State_On | QStyle.StateFlag.State_Off)
        ticked.state |= QStyle.StateFlag.State_On if row.is_ticked else QStyle.StateFlag.State_Off
        self._view.style().drawPrimitive(
            QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck, ticked, painter, self._view
        )

    def _text_box(self, metrics: QFontMetrics, width: int, text: str) -> QRect:
        """Return where a sentence stands, from the row's top left corner."""
        room = width - px(_TEXT_LEFT) - px(_TEXT_RIGHT)
        box = metrics.boundingRect(QRect(0, 0, max(room, 1), 10_000), _WRAPPED, text)
        return QRect(px(_TEXT_LEFT), px(5), room, box.height() if text else 0)


_WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


def _paint_chevron(painter: QPainter, cell: QRect, colour: str) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), px(14) / 10))
    x, y, size = cell.right() - px(9), cell.top() + px(14), px(3)
    painter.drawPolyline([QPoint(x - size, y - size), QPoint(x, y), QPoint(x - size, y + size)])
    painter.restore()

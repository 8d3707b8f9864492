"""Where a tooltip stands that would otherwise cover what it describes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QToolTip, QWidget

from app.widgets.plain_text import plain_tooltip
from app.widgets.theme import px

GAP = 4  # pixels
WIDEST = 480  # pixels of the design; beside a wider list a tooltip is too far from what it is about


class Beside(QObject):
    """Shows the tooltips of some widgets below what they describe, or above it."""

    def __init__(self, *described: QWidget, of: tuple[QWidget, ...]) -> None:
        """described: what is not to be covered; of: the widgets whose tooltips they are"""
        super().__init__(described[0])
        self._described = described
        for widget in of:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Place a tooltip that is due."""
        if event.type() != QEvent.Type.ToolTip or not isinstance(watched, QWidget):
            return False
        if not isinstance(event, QHelpEvent) or not watched.toolTip():
            return False
        QToolTip.showText(event.globalPos(), watched.toolTip(), watched)
        screen, column = watched.screen().availableGeometry(), event.globalPos().x()
        _move(lambda tip: place_of(tip, self._area(), column, screen))
        return True

    def _area(self) -> QRect:
        area = QRect()
        for widget in self._described:
            if widget.isVisible():
                area = area.united(QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size()))
        return area


class BesideRows(QObject):
    """Shows the tooltips of the rows of a list beside it, so that the next row can be read.

    Where one says only what is read in the row anyway, there is none.
    """

    def __init__(self, rows: QAbstractItemView) -> None:
        super().__init__(rows)
        self._rows = rows
        rows.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Place a tooltip that is due."""
        if event.type() != QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
            return False
        index, area = self._rows.indexAt(event.pos()), self._rows.viewport()
        text = index.data(Qt.ItemDataRole.ToolTipRole) if index.isValid() else ""
        if not isinstance(text, str) or not text:
            return False
        if self._is_read(index, text):
            QToolTip.hideText()
            return True
        row = self._rows.visualRect(index)
        QToolTip.showText(event.globalPos(), text, area, row)
        row = row.translated(area.mapToGlobal(QPoint(0, 0)))
        around = QRect(self._rows.mapToGlobal(QPoint(0, 0)), self._rows.size())
        screen, column = self._rows.screen().availableGeometry(), event.globalPos().x()
        _move(lambda tip: place_beside(tip, row, around, column, screen))
        return True

    def _is_read(self, index: QModelIndex, text: str) -> bool:
        """Whether a row shows the whole of what its tooltip says."""
        shown = index.data(Qt.ItemDataRole.DisplayRole)
        room = self._rows.visualRect(index).width()
        is_same = isinstance(shown, str) and text == plain_tooltip(shown)
        return is_same and self._rows.sizeHintForIndex(index).width() <= room


def _move(place: Callable[[QSize], QPoint]) -> None:
    for tip in QApplication.topLevelWidgets():
        if tip.inherits("QTipLabel") and tip.isVisible():
            tip.move(place(tip.size()))


def place_beside(tip: QSize, row: QRect, around: QRect, column: int, screen: QRect) -> QPoint:
    """Return where the tooltip of a row stands: at the right of its list, or at the left.

    Where there is no room, or the list is wide, it leaves the row and the next one to be read.
    """
    top = max(screen.top(), min(row.top(), screen.bottom() + 1 - tip.height()))
    right, left = around.right() + 1 + GAP, around.left() - GAP - tip.width()
    if around.width() <= px(WIDEST):
        if right + tip.width() <= screen.right() + 1:
            return QPoint(right, top)
        if left >= screen.left():
            return QPoint(left, top)
    return place_of(tip, row.adjusted(0, -row.height(), 0, row.height()), column, screen)


def place_of(tip: QSize, area: QRect, column: int, screen: QRect) -> QPoint:
    """Return where a tooltip stands: below an area, or above it where there is no room."""
    top = area.bottom() + 1 + GAP
    if top + tip.height() > screen.bottom():
        top = max(screen.top(), area.top() - GAP - tip.height())
    left = min(column, screen.right() + 1 - tip.width())
    return QPoint(max(screen.left(), left), top)

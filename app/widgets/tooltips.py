"""Where a tooltip stands that would otherwise cover what it describes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

GAP = 4  # pixels


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
        for tip in QApplication.topLevelWidgets():
            if tip.inherits("QTipLabel") and tip.isVisible():
                screen = watched.screen().availableGeometry()
                tip.move(place_of(tip.size(), self._area(), event.globalPos().x(), screen))
        return True

    def _area(self) -> QRect:
        area = QRect()
        for widget in self._described:
            if widget.isVisible():
                area = area.united(QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size()))
        return area


def place_of(tip: QSize, area: QRect, column: int, screen: QRect) -> QPoint:
    """Return where a tooltip stands: below an area, or above it where there is no room."""
    top = area.bottom() + 1 + GAP
    if top + tip.height() > screen.bottom():
        top = max(screen.top(), area.top() - GAP - tip.height())
    left = min(column, screen.right() + 1 - tip.width())
    return QPoint(max(screen.left(), left), top)

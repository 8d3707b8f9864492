"""A button with three small sliders: how hard something is."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from app.widgets.theme import current_theme, px

HANDLES = (0.28, 0.7, 0.45)  # of the way along each line


class SlidersButton(QPushButton):
    """A square button that folds something in and out; a dot says that something is changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setProperty("role", "square")
        self._is_changed = False

    def set_changed(self, on: bool) -> None:
        """Show or hide the dot."""
        self._is_changed = on
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme, side = current_theme(), px(14)
        colour = QColor(theme.accent if self.isChecked() else theme.ink)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0, 0, side, side)
        box.moveCenter(QRectF(self.rect()).center())
        painter.setPen(QPen(colour, px(3) / 2))
        painter.setBrush(colour)
        for line, handle in enumerate(HANDLES):
            y = box.top() + box.height() * (0.12 + 0.38 * line)
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.drawEllipse(QPointF(box.left() + handle * box.width(), y), px(2), px(2))
        if self._is_changed:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            painter.drawEllipse(QPointF(self.width() - px(6), px(6)), px(3), px(3))
        painter.end()

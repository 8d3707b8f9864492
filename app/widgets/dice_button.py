"""A button with a die: another one, by chance."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from app.widgets.theme import current_theme, px


class DiceButton(QPushButton):
    """A square button; the die is painted in the theme's ink."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "square")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme, side = current_theme(), px(16)
        colour = QColor(theme.ink if self.isEnabled() else theme.mute)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QRectF(self.rect()).center()
        box = QRectF(0, 0, side, side)
        box.moveCenter(middle)
        painter.setPen(QPen(colour, px(1.5)))
        painter.drawRoundedRect(box, px(3), px(3))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for across, down in ((-1, -1), (1, -1), (0, 0), (-1, 1), (1, 1)):
            dot = middle + QPointF(across, down) * (0.26 * side)
            painter.drawEllipse(dot, 0.095 * side, 0.095 * side)
        painter.end()

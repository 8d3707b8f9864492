"""The violet dot before the name of a knob that acts at once."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.widgets.theme import LOOK_CHANGES, current_theme, px


class LiveDot(QWidget):
    """The mark of a knob that acts at once."""

    def __init__(self, explanation: str) -> None:
        super().__init__(toolTip=explanation)
        self.setFixedWidth(px(6))

    def sizeHint(self) -> QSize:
        return QSize(px(6), px(6))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self.setFixedWidth(px(6))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current_theme().accent))
        radius = px(6) / 2
        painter.drawEllipse(QPointF(radius, self.height() / 2), radius, radius)

"""The largest button: filled with the accent; with the focus, a ring of it around, a gap away."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from app.widgets.theme import current_theme, px

_LINE = 2  # of the ring, and of the gap within it, in pixels of the design


class PrimaryButton(QPushButton):
    """Rings itself in its own colour: a dark edge would be the heaviest line of the window."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("role", "primary")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.hasFocus():
            return
        theme, line = current_theme(), px(_LINE)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset = 1.5 * line  # the style sheet has drawn the ring
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.setPen(QPen(QColor(theme.card), line))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.end()

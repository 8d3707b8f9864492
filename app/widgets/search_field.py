"""A field to search with: Esc clears it, Enter or Down goes to what was found."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from app.widgets.number_field import asks_to_undo
from app.widgets.theme import LOOK_CHANGES, current_theme, px

GOES_ON = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down)


class SearchField(QLineEdit):
    """One line with a magnifying glass before it."""

    entered = Signal()  # one wants to go to what was found

    def __init__(self, invitation: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(invitation)
        self.setAccessibleName(invitation)
        self.setProperty("role", "search")
        self._fit()

    def _fit(self) -> None:
        self.setTextMargins(px(14), 0, 0, 0)

    def event(self, event: QEvent) -> bool:
        """Leave undo to the window while there is nothing typed that could be taken back."""
        is_empty = not self.text()
        return not (is_empty and asks_to_undo(event)) and super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in GOES_ON:
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current_theme().mute), px(3) / 2))
        size, left, middle = px(8), px(8), self.height() / 2
        painter.drawEllipse(QRectF(left, middle - size / 2 - 1, size, size))
        start = QPointF(left + size * 0.85, middle - 1 + size * 0.35)
        painter.drawLine(start, start + QPointF(px(4), px(4)))

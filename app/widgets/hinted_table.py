"""A table that says, while it is empty, what will appear in it and how."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QTableWidget, QWidget

from app.widgets.theme import current_theme, px


class HintedTable(QTableWidget):
    """Shows a sentence in place of rows that are not there yet."""

    def __init__(self, columns: int, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(0, columns, parent)
        self.hint = hint
        self.setAccessibleDescription(hint)

    def align_numbers(self, *columns: int) -> None:
        """Put the heads of columns of numbers at the right, as the numbers are."""
        for column in columns:
            if head := self.horizontalHeaderItem(column):
                head.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.rowCount():
            return
        painter = QPainter(self.viewport())
        font = QFont(self.font())
        font.setPixelSize(px(13))
        painter.setFont(font)
        painter.setPen(QColor(current_theme().mute))
        edge = px(24)
        box = self.viewport().rect().adjusted(edge, edge, -edge, -edge)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(box, flags, self.hint)

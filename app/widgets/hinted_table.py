"""A table that says, while it is empty or short, what will appear in it and how."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QTableWidget, QWidget

from app.widgets.theme import current_theme, px
from app.widgets.tooltips import BesideRows


class HintedTable(QTableWidget):
    """Shows a sentence in place of rows that are not there yet, or one below those there are."""

    def __init__(self, columns: int, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(0, columns, parent)
        self.hint = hint
        self.note = ""
        self.setAccessibleDescription(hint)
        BesideRows(self)

    def set_note(self, note: str) -> None:
        """Say something quietly below the last row."""
        if note != self.note:
            self.note = note
            self.setAccessibleDescription(note or self.hint)
            self.viewport().update()

    def align_numbers(self, *columns: int) -> None:
        """Put the heads of columns of numbers at the right, as the numbers are."""
        for column in columns:
            if head := self.horizontalHeaderItem(column):
                head.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Look for no row that begins with a letter: S, R and N are the window's."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        text = self.note if self.rowCount() else self.hint
        if not text:
            return
        painter = QPainter(self.viewport())
        font = QFont(self.font())
        font.setPixelSize(px(13))
        painter.setFont(font)
        painter.setPen(QColor(current_theme().mute))
        edge = px(24)
        box = self.viewport().rect().adjusted(edge, edge, -edge, -edge)
        place = Qt.AlignmentFlag.AlignCenter
        if last := self.rowCount():
            below = self.rowViewportPosition(last - 1) + self.rowHeight(last - 1)
            box.adjust(px(8) - edge, below + px(8) - edge, edge - px(8), 0)
            place = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, place | Qt.TextFlag.TextWordWrap, text)

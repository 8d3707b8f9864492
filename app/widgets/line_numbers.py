"""Numbers beside the lines of a text field, so that sources and translations can be matched."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.widgets.pictures import sized
from app.widgets.theme import current_theme, px

Boxes = Callable[[], Iterable[tuple[int, QRectF]]]


class LineNumbers(QWidget):
    """Stands in the left margin of a field; the current line's number is in ink."""

    def __init__(self, field: QAbstractScrollArea, boxes: Boxes) -> None:
        """Take the field, and what tells the number and the place of each line that is seen."""
        super().__init__(field)
        self._boxes = boxes
        self.current = 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @staticmethod
    def room() -> int:
        """Return the margin that the numbers need."""
        return px(20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current_theme()
        for number, box in self._boxes():
            is_current = number == self.current
            painter.setFont(sized(self, 11, is_bold=is_current))
            painter.setPen(QColor(theme.ink if is_current else theme.mute))
            room = QRectF(0, box.top(), self.width() - px(6), min(box.height(), px(26)))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, int(side), str(number + 1))
        painter.end()

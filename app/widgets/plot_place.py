"""Where a plot stands: its margins, and what is seen there until the plot has been made."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.pictures import scale_of, sized
from app.widgets.theme import current_theme

LEFT, RIGHT, TOP, BOTTOM = 42, 84, 28, 20  # margins in pixels of the base design
HEAD = 24  # the line of the title, as high as the buttons beside it


class PlotPlace(QWidget):
    """Title, base line and hint of an empty plot, for the moment before pyqtgraph is loaded."""

    def __init__(self, title: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._hint = title, hint
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, scale = current_theme(), scale_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        area = QRectF(self.rect()).adjusted(
            LEFT * scale, TOP * scale, -RIGHT * scale, -BOTTOM * scale
        )
        painter.setPen(QColor(theme.line))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(QColor(theme.ink))
        painter.setFont(sized(self, 12, is_bold=True))
        line = QRectF(0, 0, area.right(), HEAD * scale)
        title = painter.fontMetrics().elidedText(
            self._title, Qt.TextElideMode.ElideRight, int(line.width())
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, title)
        painter.setPen(QColor(theme.mute))
        painter.setFont(sized(self, 13))
        wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(area.adjusted(8, 8, -8, -8), wrapped, self._hint)

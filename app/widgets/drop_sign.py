"""The sign that files may be let go: it lies over a panel, whatever that shows meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.widgets.theme import current_theme, px

INSET, FRAME = 4, 2


class DropSign(QWidget):
    """A frame with a sentence; the dropping itself is the whole window's business."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(text)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self, widget: QWidget) -> None:
        """Lie over all of a widget."""
        if self.parentWidget() is not widget:
            self.setParent(widget)
        self.setGeometry(widget.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = current_theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # Nothing peeps out; the edge of what is covered stays.
        painter.fillRect(self.rect().adjusted(1, 0, -1, -px(INSET)), QColor(theme.card))
        edge = px(INSET) + px(FRAME) / 2
        box = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        painter.setPen(QPen(QColor(theme.accent), px(FRAME)))
        painter.setBrush(QColor(theme.accent_soft))
        painter.drawRoundedRect(box, px(6), px(6))
        painter.setPen(QColor(theme.ink))
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        inside = box.adjusted(px(12), px(8), -px(12), -px(8))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(inside, flags, self.accessibleName())

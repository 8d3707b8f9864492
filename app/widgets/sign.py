"""Small painted signs, so that a warning or an error is never told by colour alone."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.theme import LOOK_CHANGES, Theme, current_theme, px

MARKS = {"error": "\N{MULTIPLICATION SIGN}", "warning": "!", "note": "i"}


def sign_colour(kind: str, theme: Theme) -> str:
    """Return the colour of a kind of message."""
    return {"error": theme.error, "warning": theme.warning}.get(kind, theme.mute)


class Sign(QWidget):
    """An octagon for an error, a triangle for a warning, a disc for a note."""

    def __init__(self, kind: str = "note", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_kind(self, kind: str) -> None:
        """Show another sign."""
        self._kind = kind
        self.update()

    def _outline(self, box: QRectF) -> QPolygonF:
        side, cut = box.width(), box.width() * 0.29
        if self._kind == "warning":
            places = [(side / 2, 0), (side, side * 0.9), (0, side * 0.9)]
        else:
            far = side - cut
            places = [(cut, 0), (far, 0), (side, cut), (side, far)]
            places += [(far, side), (cut, side), (0, far), (0, cut)]
        return QPolygonF([box.topLeft() + QPointF(x, y) for x, y in places])

    def sizeHint(self) -> QSize:
        return QSize(px(20), px(20))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self.updateGeometry()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = current_theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(sign_colour(self._kind, theme))
        box = QRectF(0, 0, px(18), px(18)).translated(1, 1)
        painter.setPen(QPen(colour, 1, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(colour)
        if self._kind == "note":
            painter.drawEllipse(box)
        else:
            painter.drawPolygon(self._outline(box))
        font = self.font()
        font.setPixelSize(px(15 if self._kind == "error" else 12))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(theme.card))
        down = box.translated(0, px(2)) if self._kind == "warning" else box
        painter.drawText(down, Qt.AlignmentFlag.AlignCenter, MARKS.get(self._kind, "i"))

"""Small painted signs, so that a warning or an error is never told by colour alone."""

from __future__ import annotations

from collections.abc import Sequence

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
        if kind != self._kind:
            self._kind = kind
            self.update()

    def kind(self) -> str:
        """Return which sign it shows."""
        return self._kind

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
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw(painter, QRectF(0, 0, px(18), px(18)).translated(1, 1))

    def _draw(self, painter: QPainter, box: QRectF) -> None:
        theme, colour = current_theme(), QColor(sign_colour(self._kind, current_theme()))
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


class StatusSign(Sign):
    """A ring at rest, a triangle in training, bars when paused, a tick at the end; or a sign."""

    def _draw(self, painter: QPainter, box: QRectF) -> None:
        theme = current_theme()
        inner = box.adjusted(px(4), px(4), -px(4), -px(4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.mute), px(2)))
        if self._kind in MARKS:
            super()._draw(painter, box)
        elif self._kind == "done":
            painter.setPen(QPen(QColor(theme.run), px(5) / 2))
            corners = ((0.0, 0.55), (0.38, 0.9), (1.0, 0.1))
            painter.drawPolyline(_polygon(inner, corners))
        elif self._kind == "going":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.run))
            painter.drawPolygon(_polygon(inner, ((0.05, -0.1), (1.05, 0.5), (0.05, 1.1))))
        elif self._kind == "paused":
            for left in (0.1, 0.6):
                bar = QRectF(0, inner.top(), inner.width() * 0.3, inner.height())
                bar.moveLeft(inner.left() + left * inner.width())
                painter.fillRect(bar, QColor(theme.mute))
        else:
            painter.drawEllipse(inner.adjusted(1, 1, -1, -1))


def _polygon(box: QRectF, shares: Sequence[tuple[float, float]]) -> QPolygonF:
    corner = box.topLeft()
    return QPolygonF([corner + QPointF(x * box.width(), y * box.height()) for x, y in shares])

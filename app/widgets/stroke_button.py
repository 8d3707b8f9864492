"""A small button with a sign of a few strokes, of one weight with the other painted signs."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QWidget

from app.widgets.theme import current_scale, current_theme

_SIDE, _WEIGHT = 12, 1.5  # of the sign and its strokes, in pixels of the design
Strokes = tuple[tuple[tuple[float, float], ...], ...]  # corners as shares of the sign's side

LIST: Strokes = tuple(((0.0, y), (1.0, y)) for y in (0.15, 0.5, 0.85))
PLUS: Strokes = (((0.5, 0.05), (0.5, 0.95)), ((0.05, 0.5), (0.95, 0.5)))
SWAP: Strokes = (  # an arrow to the right above one to the left
    ((0.0, 0.25), (1.0, 0.25)), ((0.72, 0.0), (1.0, 0.25), (0.72, 0.5)),
    ((1.0, 0.75), (0.0, 0.75)), ((0.28, 0.5), (0.0, 0.75), (0.28, 1.0)),
)  # fmt: skip
LARGER: Strokes = (  # an arrow into each of two corners
    ((0.6, 0.4), (1.0, 0.0)), ((0.6, 0.0), (1.0, 0.0), (1.0, 0.4)),
    ((0.4, 0.6), (0.0, 1.0)), ((0.4, 1.0), (0.0, 1.0), (0.0, 0.6)),
)  # fmt: skip
SMALLER: Strokes = (  # the same two arrows, from the corners
    ((0.6, 0.4), (1.0, 0.0)), ((0.6, 0.0), (0.6, 0.4), (1.0, 0.4)),
    ((0.4, 0.6), (0.0, 1.0)), ((0.4, 1.0), (0.4, 0.6), (0.0, 0.6)),
)  # fmt: skip


class StrokeButton(QPushButton):
    """Paints its sign itself: a font draws each sign at another size and weight."""

    def __init__(self, sign: Strokes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = sign

    def set_sign(self, sign: Strokes) -> None:
        """Show another sign."""
        self._sign = sign
        self.update()

    def sizeHint(self) -> QSize:
        option, side = QStyleOptionButton(), round(_SIDE * current_scale())
        self.initStyleOption(option)  # else as wide as four letters: it has no text
        kind = QStyle.ContentsType.CT_PushButton
        return self.style().sizeFromContents(kind, option, QSize(side, side), self)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme, side = current_theme(), _SIDE * current_scale()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.ink if self.isEnabled() else theme.mute))
        pen.setWidthF(_WEIGHT * current_scale())
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        corner = QPointF(self.width() - side, self.height() - side) / 2
        for stroke in self._sign:
            painter.drawPolyline(QPolygonF([corner + QPointF(x, y) * side for x, y in stroke]))
        painter.end()

"""A small button with a sign of a few strokes, of one weight with the other painted signs."""

from __future__ import annotations

from math import cos, radians, sin

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
WAY_BACK: Strokes = (  # three quarters of a round against the clock, and the corner of its arrow
    (
        *((0.5 + cos(radians(a)) / 2, 0.5 - sin(radians(a)) / 2) for a in range(-180, 91, 15)),
        (0.13, 0.14), (0.0, 0.28),
    ),
    ((0.0, 0.0), (0.0, 0.28), (0.28, 0.28)),
)  # fmt: skip


class StrokeButton(QPushButton):
    """Paints its sign itself: a font draws each sign at another size and weight."""

    def __init__(
        self, sign: Strokes, parent: QWidget | None = None, *, is_quiet: bool = False
    ) -> None:
        """Take the sign; is_quiet: it steps back until it is pointed at, or has the focus."""
        super().__init__(parent)
        self._sign, self._is_quiet = sign, is_quiet

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
        is_back = self._is_quiet and not (self.underMouse() or self.hasFocus())
        pen = QPen(QColor(theme.mute if is_back or not self.isEnabled() else theme.ink))
        pen.setWidthF(_WEIGHT * current_scale())
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        corner = QPointF(self.width() - side, self.height() - side) / 2
        for stroke in self._sign:
            painter.drawPolyline(QPolygonF([corner + QPointF(x, y) * side for x, y in stroke]))
        painter.end()

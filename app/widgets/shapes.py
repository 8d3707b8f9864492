"""The shapes that mark the points of a curve, so that curves are told apart without colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

DISC = "disc"
SHAPES: dict[str, tuple[tuple[float, float], ...]] = {  # corners, in radii
    DISC: (),
    "diamond": ((0, -1.6), (1.6, 0), (0, 1.6), (-1.6, 0)),
    "square": ((-1.15, -1.15), (1.15, -1.15), (1.15, 1.15), (-1.15, 1.15)),
}


def draw_shapes(
    painter: QPainter, points: Sequence[QPointF], shape: str, radius: float, colour: QColor
) -> None:  # fmt: skip
    """Draw one of `SHAPES` at each place: a full disc, or the outline of a diamond or a square.

    Outlines are not filled: where several curves have one value, all of them are seen.
    """
    if shape == DISC:
        pen = QPen(colour, 2 * radius)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(QPolygonF(points))
        return
    painter.setPen(QPen(colour, radius / 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    outline = QPolygonF([QPointF(x, y) * radius for x, y in SHAPES[shape]])
    for point in points:
        painter.drawPolygon(outline.translated(point))

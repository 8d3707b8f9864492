"""Signs at the edges of a plot, for values that are off its scale or are no numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from app.widgets.marks import End, end_room
from app.widgets.plot_frame import PlotFrame
from app.widgets.series import Floats

if TYPE_CHECKING:
    from app.widgets.curve import Curve
    from app.widgets.curve_plot import CurvePlot

_SIGN_GAP = 9  # pixels: of signs nearer than this only one is drawn


def draw_off_scale(plot: CurvePlot, painter: QPainter, curve: Curve) -> list[End]:
    """Draw signs where a curve leaves the scale; return in words how far, for beside the plot."""
    line = curve.raw if curve.is_smooth(plot.smoothing) else curve.line
    if plot.holds_y or not line.is_visible or not line.x.size:
        return []
    said, colour = [], str(getattr(plot.theme, curve.colour))
    low, high = plot.y_range()
    over, under = (line.y > high) & (line.y < np.inf), (line.y < low) & (line.y > -np.inf)
    if plot.is_logarithmic:
        under &= line.y > 0
    for beyond, is_up in ((over, True), (under, False)):
        columns = plot.columns_of(line.x[beyond])
        is_seen = (columns >= plot.area().left()) & (columns <= plot.area().right())
        if is_seen.any():
            values = line.y[beyond][is_seen]
            draw_beyond(plot, painter, columns, colour, is_up=is_up)
            extreme = float(values.max() if is_up else values.min())
            said.append(_how_far(plot, extreme, colour, is_up=is_up))
    return said


def _how_far(plot: CurvePlot, value: float, colour: str, *, is_up: bool) -> End:
    """Say it at the height of the signs: within the plot it would hide what is drawn there."""
    up = QCoreApplication.translate("CurvePlot", "up to {0}")
    down = QCoreApplication.translate("CurvePlot", "down to {0}")
    text = (up if is_up else down).format(plot.figure(value))
    if QFontMetricsF(plot.small).horizontalAdvance(text) > end_room(plot):
        text = f"{'↑' if is_up else '↓'} {plot.figure(value)}"
    row = plot.area().top() if is_up else plot.area().bottom()
    return End(row, text, colour, False)


def draw_odd(plot: CurvePlot, painter: QPainter, curve: Curve) -> None:
    """Draw crosses where values of a curve are no finite numbers."""
    series = curve.series
    if series.is_finite:
        return
    odd = np.flatnonzero(~np.isfinite(series.y))
    columns, is_up = plot.columns(series.x[odd]), series.y[odd] == np.inf
    draw_missing(plot, painter, columns[is_up], is_up=True)
    draw_missing(plot, painter, columns[~is_up], is_up=False)


def draw_beyond(
    plot: PlotFrame, painter: QPainter, columns: Floats, colour: str, *, is_up: bool
) -> None:  # fmt: skip
    """Draw a small triangle where values lie off the scale, two and a line for a long stretch."""
    way = -4.0 if is_up else 4.0
    row = _edge_row(plot, is_up)
    for left, right in _stretches(plot, columns):
        painter.setPen(QPen(QColor(colour), 2))
        painter.drawLine(QPointF(left, row), QPointF(right, row))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        for column in {left, right}:
            place = QPointF(column, row)
            feet = QPointF(4, -way * 0.75), QPointF(-4, -way * 0.75)
            tip = place + QPointF(0, way)
            painter.drawPolygon(QPolygonF([tip, *(place + foot for foot in feet)]))


def draw_missing(plot: PlotFrame, painter: QPainter, columns: Floats, *, is_up: bool) -> None:
    """Draw a cross where values are no finite numbers."""
    painter.setPen(QPen(QColor(plot.theme.error), 2))
    for place in _edge_places(plot, columns, is_up):
        painter.drawLine(place + QPointF(-3, -3), place + QPointF(3, 3))
        painter.drawLine(place + QPointF(-3, 3), place + QPointF(3, -3))


def _stretches(plot: PlotFrame, columns: Floats) -> Iterator[tuple[float, float]]:
    """Return the ends of stretches of columns in which signs would stand side by side."""
    seen = [place.x() for place in _edge_places(plot, columns, True)]
    breaks = [i for i in range(1, len(seen)) if seen[i] - seen[i - 1] > 1.5 * _SIGN_GAP]
    for start, stop in zip([0, *breaks], [*breaks, len(seen)], strict=True):
        if stop > start:
            yield seen[start], seen[stop - 1]


def _edge_places(plot: PlotFrame, columns: Floats, is_up: bool) -> Iterator[QPointF]:
    area = plot.area()
    columns = columns[(columns >= area.left() - 1) & (columns <= area.right() + 1)]
    _, firsts = np.unique(np.floor(columns / _SIGN_GAP), return_index=True)
    for column in columns[firsts]:
        yield QPointF(float(column), _edge_row(plot, is_up))


def _edge_row(plot: PlotFrame, is_up: bool) -> float:
    """Return the row of signs at an edge of the plot: within it, for above is the title."""
    return plot.area().top() + 6 if is_up else plot.area().bottom() - 4

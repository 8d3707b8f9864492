"""What stands behind the curves of a plot: the lines across, and the numbers of both axes."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from app.widgets.numbers import plain, power
from app.widgets.pictures import scale_of
from app.widgets.scales import decades, tick_text, ticks

if TYPE_CHECKING:
    from app.widgets.plot_frame import PlotFrame

_GAP = 6  # between the numbers of the y axis and the plot
_LONG = 10_000  # written out, it would be cut off beside the y axis


def y_ticks(plot: PlotFrame) -> list[tuple[float, str]]:
    """Return the labelled values of the y axis (exponents where it is logarithmic)."""
    _, _, _, low, high = plot.geometry_now()
    most = max(2, int(plot.area().height() / (24 * scale_of(plot))))
    if plot.is_logarithmic:
        exponents = decades(low, high, most).tolist()
        write = power if max(exponents, default=0) >= log10(_LONG) else plain
        return [(e, write(10.0**e)) for e in exponents]
    values, spacing = ticks(low, high, min(6, most))
    if abs(values).max(initial=0) >= _LONG:
        return _long_ticks(plot, low, high, min(6, most))
    return [(float(v), tick_text(v, spacing)) for v in values]


def _long_ticks(plot: PlotFrame, low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Powers of ten, as many as have room with their digits: rather 1e13 than 1.5e13."""
    metrics, room = QFontMetricsF(plot.small), plot.area().left() - _GAP
    found: list[tuple[float, str]] = []
    for count in range(most, 0, -1):
        found = [(float(value), power(value)) for value in ticks(low, high, count)[0]]
        if all(metrics.horizontalAdvance(text) <= room for _, text in found):
            break
    return found


def draw_rows(plot: PlotFrame, painter: QPainter) -> None:
    """Draw a line across at each labelled value of the y axis, and its number."""
    area, _, _, low, high = plot.geometry_now()
    labels, metrics = QRectF(0, 0, area.left() - _GAP, 40), QFontMetricsF(plot.small)
    values = y_ticks(plot)
    for value, text in values:
        row = round(area.bottom() - (value - low) / (high - low) * area.height()) + 0.5
        is_base = value == values[0][0] and value <= low + 0.03 * (high - low)
        painter.setPen(QColor(plot.theme.line if is_base else plot.theme.grid))
        painter.drawLine(QPointF(area.left(), row), QPointF(area.right(), row))
        painter.setPen(QColor(plot.theme.mute))
        labels.moveCenter(QPointF(labels.center().x(), row))
        wanted = metrics.horizontalAdvance(text)  # a long one goes into the gap
        labels.setRight(min(max(area.left() - _GAP, wanted), area.left() - 1))
        painter.drawText(labels, _ENDS, text)


def draw_columns(plot: PlotFrame, painter: QPainter) -> None:
    """Write the numbers of the x axis, and at its end what it counts."""
    area, metrics = plot.area(), QFontMetricsF(plot.small)
    low, high = plot.x_range()
    most = max(2, int(area.width() / (76 * scale_of(plot))))
    middle = area.bottom() + 4 + metrics.height() / 2
    painter.setPen(QColor(plot.theme.mute))
    end = area.left()
    for place, text in plot.axis.ticks(low, high, most):
        box = QRectF(0, 0, metrics.horizontalAdvance(text), metrics.height())
        column = area.left() + (place - low) / (high - low) * area.width()
        box.moveCenter(QPointF(column, middle))
        painter.drawText(box, _MIDDLE, text)
        end = box.right()
    left = max(end + 8 * scale_of(plot), area.right() + 6 * scale_of(plot))
    box = QRectF(left, 0, 0, metrics.height())
    box.setRight(plot.width())
    box.moveTop(middle - metrics.height() / 2)
    text = metrics.elidedText(plot.axis.title(high), Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, _STARTS, text)


_STARTS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ENDS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
_MIDDLE = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip

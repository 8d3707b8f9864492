"""What stands on a plot beside its curves: dots, signs, flags, values at lines' ends, readings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from app.widgets.pictures import scale_of
from app.widgets.plot_frame import PlotFrame
from app.widgets.scales import spread
from app.widgets.series import Floats
from app.widgets.shapes import draw_shapes

STRIP = 14  # pixels above the curves, for flags
_FLAG = 10  # pixels
_FLAG_TEXT = 14  # pixels from a flag's line to its text
_LEAST_LETTERS = 6  # that a text cut short must still have
_END_GAP = 9  # pixels of the design: a mark at the end of a line reaches into it


class Flag(NamedTuple):
    """A moment at which something was changed by hand."""

    x: float
    text: str
    shorter: tuple[str, ...] = ()  # where there is no room for it, the longest first


class End(NamedTuple):
    """What is written beside the end of a line."""

    row: float
    text: str
    colour: str
    is_bold: bool


class PlacedFlag(NamedTuple):
    """A flag, where its line starts, and its text cut to the room there is, "" for none."""

    flag: Flag
    corner: QPointF
    text: str
    box: QRectF


def draw_level(plot: PlotFrame, painter: QPainter, level: float) -> None:
    """Draw a dashed line across at a value, if it is in view."""
    area, row = plot.area(), plot.row(level)
    if area.top() <= row <= area.bottom():
        pen = QPen(QColor(plot.theme.ink), 1)
        pen.setDashPattern([6, 4])
        painter.setPen(pen)
        row = round(row) + 0.5
        painter.drawLine(QPointF(area.left(), row), QPointF(area.right(), row))


def draw_points(
    plot: PlotFrame, painter: QPainter, x: Floats, y: Floats, colour: str, shape: str
) -> None:  # fmt: skip
    """Mark each point; where marks would touch, each second, fourth …, and the last."""
    area, radius = plot.area(), 3.2 * scale_of(plot)
    columns = plot.columns(x)
    near = np.flatnonzero((columns >= area.left() - 1) & (columns <= area.right() + 1))
    strides = _strides(columns[near], 4 * radius, is_even=not plot.axis.is_logarithmic)
    near = near[(near % strides == strides - 1) | (near == x.size - 1)]
    columns, rows = columns[near], plot.rows(y[near])
    is_seen = (rows >= area.top() - 1) & (rows <= area.bottom() + 1)
    places = zip(columns[is_seen].tolist(), rows[is_seen].tolist(), strict=True)
    points = [QPointF(column, row) for column, row in places]
    draw_shapes(painter, points, shape, radius, QColor(colour))


def _strides(columns: Floats, width: float, *, is_even: bool) -> Floats:
    """Return which one of how many is kept so that things of a width do not touch.

    is_even: the same everywhere; a logarithmic axis crowds them at one end
    """
    if columns.size < 2:
        return np.ones(columns.size)
    gaps = np.diff(columns, prepend=2 * columns[0] - columns[1])
    gaps = np.full(columns.size, np.mean(gaps)) if is_even else gaps
    return np.asarray(2.0 ** np.ceil(np.log2(np.maximum(1.0, width / np.maximum(gaps, 1e-9)))))


def draw_flags(plot: PlotFrame, painter: QPainter, flags: Sequence[Flag]) -> None:
    """Draw flags in the strip above the curves, their lines and, where there is room, texts."""
    pen = QPen(QColor(plot.theme.mute), 1)
    pen.setDashPattern([2, 3])
    size = _FLAG * scale_of(plot)
    for _, corner, text, box in place_flags(plot, flags):
        painter.setPen(pen)
        painter.drawLine(corner, QPointF(corner.x(), plot.area().bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(plot.theme.accent))
        tip, foot = QPointF(size, size / 2), QPointF(0, size)
        painter.drawPolygon(QPolygonF([corner, corner + tip, corner + foot]))
        painter.setPen(QColor(plot.theme.ink))
        painter.drawText(box, _STARTS, text)


def place_flags(plot: PlotFrame, flags: Sequence[Flag]) -> list[PlacedFlag]:
    """Put the flags side by side into the strip above the curves, where they hide nothing.

    A text stands right of its flag, always, in the longest words that end before the next flag or
    the plot; where it has no shorter ones, it is cut.
    """
    area, metrics, scale = plot.area(), QFontMetricsF(plot.small), scale_of(plot)
    top, gap, apart = area.top() - STRIP * scale, _FLAG_TEXT * scale, 6 * scale
    seen = [(flag, plot.column(flag.x)) for flag in sorted(flags)]
    seen = [(f, column) for f, column in seen if area.left() - 1 <= column <= area.right() + 1]
    ends = [column - apart for _, column in seen[1:]] + [plot.width() - 2.0]
    places = []
    for (flag, column), end in zip(seen, ends, strict=False):  # none, and there is still an end
        room = end - column - gap
        texts = (flag.text, *flag.shorter)
        text = next((each for each in texts if metrics.horizontalAdvance(each) <= room), "")
        if not text and not flag.shorter:
            text = metrics.elidedText(flag.text, _CUT, room)
            text = "" if len(text) < _LEAST_LETTERS else text
        box = QRectF(column + gap, top, metrics.horizontalAdvance(text), STRIP * scale)
        places.append(PlacedFlag(flag, QPointF(column, top + 1), text, box))
    return places


def flag_at(plot: PlotFrame, flags: Sequence[Flag], position: QPointF) -> Flag | None:
    """Return the flag whose text or triangle is at a place; many a flag has no room for a text."""
    size = _FLAG * scale_of(plot)
    for placed in reversed(place_flags(plot, flags)):
        sign = QRectF(placed.corner, QSizeF(size, size)).adjusted(-3, -3, 3, 3)
        if sign.contains(position) or (placed.text and placed.box.contains(position)):
            return placed.flag
    return None


def end_room(plot: PlotFrame) -> float:
    """Return how wide a text at a line's end can be."""
    return float(plot.width() - plot.area().right() - _END_GAP * scale_of(plot))


def fitting_ends(ends: Sequence[End], most: int) -> list[End]:
    """Return as many as there is room for, in their order; those of thick lines are kept first."""
    by_weight = sorted(range(len(ends)), key=lambda place: not ends[place].is_bold)
    return [ends[place] for place in sorted(by_weight[: max(1, most)])]


def draw_ends(plot: PlotFrame, painter: QPainter, ends: Sequence[End]) -> None:
    """Write the current values beside the plot, each as near to its line's end as can be.

    In a low plot only as many as there is room for, those of the thick lines first.
    """
    area, height = plot.area(), QFontMetricsF(plot.bold).height()
    left = area.right() + _END_GAP * scale_of(plot)
    strip = height / 2 if plot.has_strip else 0.0  # texts of flags end there
    low = max(area.top() + strip, plot.corner.height() + height / 2)  # above is the plot's title
    high = area.bottom() - height / 2 - 2 * scale_of(plot)  # below is the axis's
    ends = fitting_ends(ends, int((high - low) / height + 1.01))
    rows = [end.row for end in ends]
    for end, place in zip(ends, spread(rows, height, low, high), strict=True):
        font = plot.bold if end.is_bold else plot.small
        box = QRectF(left, place - height / 2, plot.width() - left, height)
        painter.setFont(font)
        painter.setPen(QColor(end.colour))
        fitting = QFontMetricsF(font).elidedText(end.text, _ELIDE, box.width())
        painter.drawText(box, _STARTS, fitting)


def draw_reading(
    plot: PlotFrame, painter: QPainter, column: float, rows: Sequence[tuple[str, str]]
) -> None:  # fmt: skip
    """Draw the values at a column in a small box beside it.

    rows: texts, each with the colour of its sample or ""
    """
    area, metrics = plot.area(), QFontMetricsF(plot.small)
    width = min(max(metrics.horizontalAdvance(text) for text, _ in rows) + 26, plot.width() - 4)
    box = QRectF(column + 10, area.top() + 4, width, len(rows) * metrics.height() + 10)
    box.moveBottom(min(box.bottom(), area.bottom() - 2))
    # What is written at the lines' ends and beside the y axis stays in sight if it can.
    has_room = width + 10 < column - area.left()
    if box.right() > (area.right() if has_room else plot.width() - 2):
        box.moveRight(column - 10)
    box.moveLeft(max(2.0, box.left()))
    painter.setPen(QPen(QColor(plot.theme.line), 1))
    painter.setBrush(QColor(plot.theme.card))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, 0.5, 0.5), 4, 4)
    line = QRectF(box.left() + 18, box.top() + 5, width - 24, metrics.height())
    for text, colour in rows:
        if colour:
            painter.fillRect(QRectF(box.left() + 7, line.center().y() - 1, 7, 2), QColor(colour))
        painter.setPen(QColor(plot.theme.ink if colour else plot.theme.mute))
        painter.drawText(line, _STARTS, metrics.elidedText(text, _ELIDE, line.width() + 2))
        line.translate(0, metrics.height())


_STARTS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
_ELIDE = Qt.TextElideMode.ElideRight
_CUT = Qt.TextElideMode.ElideMiddle  # of a change, the value that it led to counts

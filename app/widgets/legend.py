"""The legend in the title line of a plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from app.widgets.shapes import draw_shapes

_SAMPLE, _GAP, _LEAST = 18, 42, 44  # pixels: of a sample, beside a text, and of a text cut short
_TYPE, _THICK = 11, 1.8  # pixels: of the type that these fit, and of a sample that can be seen


@dataclass(frozen=True)
class LegendEntry:
    """One line of the legend: a sample and what it stands for."""

    title: str
    pen: QPen
    mark: str  # one of `shapes.SHAPES`, or "" for none
    brief: str = ""  # where room is short


def legend_room(entries: Sequence[LegendEntry], font: QFont) -> float:
    """Return the pixels that a legend takes in its fewest words; a single line needs none."""
    if len(entries) < 2:
        return 0.0
    metrics, scale = QFontMetricsF(font), max(1.0, font.pixelSize() / _TYPE)
    texts = sum(metrics.horizontalAdvance(entry.brief or entry.title) for entry in entries)
    return texts + _GAP * scale * len(entries)


def draw_legend(
    painter: QPainter, entries: Sequence[LegendEntry], line: QRectF, room: float, font: QFont,
    colour: str,
) -> float:  # fmt: skip
    """Draw the legend at the right end of a line, in so much room, and return where it begins.

    A single line needs none; where there is no room for all of it there is none either.
    """
    entries = entries if len(entries) > 1 else ()
    metrics, scale = QFontMetricsF(font), max(1.0, font.pixelSize() / _TYPE)
    room -= _GAP * scale * len(entries)
    titles = [entry.title for entry in entries]
    if sum(map(metrics.horizontalAdvance, titles)) > room:
        titles = [entry.brief or entry.title for entry in entries]
    widths = [metrics.horizontalAdvance(title) for title in titles]
    widest = max(widths, default=0.0)
    while widest > _LEAST * scale and sum(min(width, widest) for width in widths) > room:
        widest -= 4
    if sum(min(width, widest) for width in widths) > room:
        return line.right()
    right = line.right()
    painter.setFont(font)
    for entry, title in reversed(list(zip(entries, titles, strict=True))):
        text = metrics.elidedText(title, Qt.TextElideMode.ElideRight, widest)
        width = metrics.horizontalAdvance(text)
        box = QRectF(right - width, line.top(), width, line.height())
        painter.setPen(QColor(colour))
        painter.drawText(box, _STARTS, text)
        left = box.left() - (_SAMPLE + 6) * scale
        sample = QRectF(left, box.center().y(), _SAMPLE * scale, 0)
        pen = QPen(entry.pen)
        pen.setWidthF(max(pen.widthF(), _THICK * scale))
        painter.setPen(pen)
        painter.drawLine(sample.topLeft(), sample.topRight())
        if entry.mark:
            draw_shapes(painter, [sample.center()], entry.mark, 3 * scale, entry.pen.color())
        right = sample.left() - 14 * scale
    return float(right)


_STARTS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip

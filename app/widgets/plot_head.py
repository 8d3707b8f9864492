"""The line above a plot: its title, what is to be said of it, and its legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from app.widgets.legend import LegendEntry, draw_legend
from app.widgets.theme import Theme

_BEFORE_LEGEND = 16  # pixels that a title leaves free


@dataclass(frozen=True)
class PlotHead:
    """What stands in the line, from the left."""

    title: str
    note: str = ""  # of the lines
    remarks: Sequence[str] = ()  # of how it is looked at: the longest words first
    legend: Sequence[LegendEntry] = ()


def draw_head(
    painter: QPainter, head: PlotHead, line: QRectF, fonts: tuple[QFont, QFont], theme: Theme
) -> None:  # fmt: skip
    """Draw it in the most words there is room for.

    fonts: of the title, and of the rest
    """
    bold, small = map(QFontMetricsF, fonts)
    room = line.width() - bold.horizontalAdvance(head.title)
    beside = []  # note and remark, each with its colour
    for texts, colour in (([head.note], theme.mute), (head.remarks, theme.warning)):
        spaced = (f"  {text}" for text in texts if text)
        text = next((each for each in spaced if small.horizontalAdvance(each) <= room), "")
        beside.append((text, colour))
        room -= small.horizontalAdvance(text)
    left = draw_legend(painter, head.legend, line, room, fonts[1], theme.mute)
    painter.setFont(fonts[0])
    painter.setPen(QColor(theme.ink))
    title = bold.elidedText(head.title, Qt.TextElideMode.ElideRight, left - _BEFORE_LEGEND)
    painter.drawText(line, _STARTS, title)
    line = line.adjusted(bold.horizontalAdvance(title), 0, 0, 0)
    painter.setFont(fonts[1])
    for text, colour in beside:
        painter.setPen(QColor(colour))
        painter.drawText(line, _STARTS, text)
        line.translate(small.horizontalAdvance(text), 0)


_STARTS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

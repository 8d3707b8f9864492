"""The line above a plot: its title, what is to be said of it, and its legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from app.widgets.legend import LegendEntry, draw_legend, legend_room
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

    Where room is short, the title goes without its unit, and then the note and the remark become
    shorter or are left out: without the legend nobody knows which line is which.

    fonts: of the title, and of the rest
    """
    bold, small = map(QFontMetricsF, fonts)
    shortest = small.horizontalAdvance(f"  {head.remarks[-1]}") if head.remarks else 0.0
    least, name = legend_room(head.legend, fonts[1]), head.title
    if bold.horizontalAdvance(name) + shortest + least > line.width():
        brief = name.partition(",")[0]
        if bold.horizontalAdvance(brief) + shortest + least <= line.width():
            name = brief
        else:
            least = 0.0  # there is no room for a legend, whatever the title is
    room = line.width() - bold.horizontalAdvance(name) - least
    remarks = [f"  {text}" for text in head.remarks] or [""]
    notes = [f"  {head.note}", ""] if head.note else [""]
    wanted = ((note, remark) for note in notes for remark in remarks)
    note, remark = next(
        (both for both in wanted if small.horizontalAdvance("".join(both)) <= room), ("", "")
    )
    room -= small.horizontalAdvance(note + remark)
    left = draw_legend(painter, head.legend, line, room + least, fonts[1], theme.mute)
    painter.setFont(fonts[0])
    painter.setPen(QColor(theme.ink))
    title = bold.elidedText(name, Qt.TextElideMode.ElideRight, left - _BEFORE_LEGEND)
    painter.drawText(line, _STARTS, title)
    line = line.adjusted(bold.horizontalAdvance(title), 0, 0, 0)
    painter.setFont(fonts[1])
    for text, colour in ((note, theme.mute), (remark, theme.warning)):
        painter.setPen(QColor(colour))
        painter.drawText(line, _STARTS, text)
        line.translate(small.horizontalAdvance(text), 0)


_STARTS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

"""Where what was looked for stands in a text, and how it is marked there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, Qt
from PySide6.QtGui import (
    QFont,
    QPainter,
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem, QWidget

from app.corpus_browser.scan import folded
from app.widgets.differences import characters
from app.widgets.script_delegate import ScriptDelegate
from s2s_core.markup import places_of_markup

Span = tuple[int, int]  # where it begins, and where it ends
_BEFORE = 12  # characters that are shown before a hit that would else be out of sight


def hits(text: str, words: Sequence[str]) -> list[Span]:
    """Return where folded words stand in a text, in order; what overlaps is joined.

    A letter is marked with all the marks upon it, however many code points they are.
    """
    if not words or not text:
        return []
    letters = characters(text)
    parts = [folded(letter) for letter in letters]
    whole = "".join(parts)
    starts = [0, *accumulate(map(len, letters))]  # of each letter in the text
    places = [number for number, part in enumerate(parts) for _ in part]  # the letter at each place
    found = []
    for word in words:
        at = whole.find(word)
        while at >= 0:
            found.append((starts[places[at]], starts[places[at + len(word) - 1] + 1]))
            at = whole.find(word, at + 1)
    return _joined(found)


def _joined(found: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


class Sought(NamedTuple):
    """What is to be marked in a text: folded words, and perhaps remains of mark-up."""

    words: tuple[str, ...] = ()
    markup: bool = False

    def places(self, text: str) -> list[Span]:
        """Return where it stands, in order."""
        found = hits(text, self.words)
        return _joined(found + places_of_markup(text)) if self.markup else found


def marked() -> QTextCharFormat:
    """Return how a hit looks: bold and underlined, on whatever ground, in whatever script."""
    look = QTextCharFormat()
    look.setFontWeight(QFont.Weight.Bold)
    look.setFontUnderline(True)
    return look


def mark_hits(document: QTextDocument, sought: Sought) -> None:
    """Mark what was looked for in a text that is read only."""
    text = document.toPlainText()
    cursor = QTextCursor(document)
    for start, end in sought.places(text):
        cursor.setPosition(_in_qt(text[:start]))
        cursor.setPosition(_in_qt(text[:end]), QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(marked())


def _in_qt(text: str) -> int:
    """Return how long a text is as Qt counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class HitDelegate(ScriptDelegate):
    """Cells in which what was looked for is marked, and never out of sight."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.sought = Sought()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:  # fmt: skip
        """Paint a cell; one without a hit as Qt does, unless it is struck through.

        Qt gives what is struck through its usual ink as soon as it is chosen.
        """
        is_struck = index.data(Qt.ItemDataRole.FontRole) is not None
        text = index.data() if is_struck or self.sought != Sought() else None
        if not isinstance(text, str) or not (is_struck or self.sought.places(text)):
            super().paint(painter, option, index)
            return
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        style = cell.widget.style() if cell.widget else QApplication.style()
        element = QStyle.SubElement.SE_ItemViewItemText
        box = style.subElementRect(element, cell, cell.widget)
        gap = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, cell, cell.widget) + 1
        box.adjust(gap, 0, -gap, 0)
        cell.text = ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)
        layout = self._laid_out(text, cell, box.width())
        painter.save()
        painter.setClipRect(box)
        painter.setPen(cell.palette.color(QPalette.ColorRole.Text))
        above = (box.height() - layout.boundingRect().height()) // 2  # as Qt places the others
        layout.draw(painter, QPointF(box.left(), box.top() + above))
        painter.restore()

    def _laid_out(self, text: str, cell: QStyleOptionViewItem, width: int) -> QTextLayout:
        """Lay out as much of a text as there is room for; of a late hit, what stands around it."""
        first, end = next(iter(self.sought.places(text)), (0, 0))
        if cell.fontMetrics.horizontalAdvance(text[:end]) > width:
            text = "…" + text[max(0, first - _BEFORE) :]
        room = width
        layout, needed = self._elided(text, cell, width, room)
        while needed > width and room > 0:  # a hit is bold, and takes more than was measured
            room -= math.ceil(needed - width)
            layout, needed = self._elided(text, cell, width, room)
        return layout

    def _elided(
        self, text: str, cell: QStyleOptionViewItem, width: int, room: int
    ) -> tuple[QTextLayout, float]:
        """Lay out what of a text takes so much room in plain type; returns what it takes so."""
        text = cell.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        layout = QTextLayout(text, cell.font)
        option = QTextOption(cell.displayAlignment & Qt.AlignmentFlag.AlignHorizontal_Mask)
        option.setTextDirection(cell.direction)
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        layout.setTextOption(option)
        ranges = []
        for start, end in self.sought.places(text):
            part = QTextLayout.FormatRange()
            before, inside = _in_qt(text[:start]), _in_qt(text[start:end])
            for name, value in (("start", before), ("length", inside), ("format", marked())):
                setattr(part, name, value)  # which the stubs take for methods
            ranges.append(part)
        layout.setFormats(ranges)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(width)
        layout.endLayout()
        return layout, line.naturalTextWidth()

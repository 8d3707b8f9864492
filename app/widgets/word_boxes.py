"""Where a word stands in a text that is laid out."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTextBlock, QTextLine

from app.widgets.words import Word


def word_boxes(block: QTextBlock, word: Word, origin: QPointF) -> list[QRectF]:
    """Return one rectangle for each line that a word of a block runs over.

    origin: of the block
    """
    layout, found = block.layout(), []
    first, last = word.start - block.position(), word.end - block.position()
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        start = max(first, line.textStart())
        end = min(last, line.textStart() + line.textLength())
        if start < end:
            # Of its first and its last letter: the next word may be read the other way, and then
            # what comes behind this one stands elsewhere.
            edges = [
                _x(line.cursorToX(place, edge))
                for place in (start, end - 1)
                for edge in (QTextLine.Edge.Leading, QTextLine.Edge.Trailing)
            ]
            box = QRectF(min(edges), line.y(), max(edges) - min(edges), line.height())
            found.append(box.translated(origin))
    return found


def _x(place: Any) -> float:
    """Return the x of `cursorToX`, which some versions give with the cursor's position."""
    return float(place[0] if isinstance(place, tuple) else place)

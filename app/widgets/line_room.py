"""How many lines a text takes, and where they end."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QAbstractScrollArea

from app.widgets.scripts import is_wide
from app.widgets.theme import px

EXPECTED = (1.1, 1.4)  # length of a translation, in lengths of its source; and the most
FROM_WIDE = 1.6  # and as much longer where one wide character says a syllable or a word


def expected_lines(
    field: QAbstractScrollArea, sources: Sequence[str], *, into_wide: bool = False
) -> tuple[int, int]:
    """Return how many lines of a field translations will take at least, and at most."""
    metrics, width = field.fontMetrics(), max(1, field.viewport().width() - px(8))
    lengths = [
        metrics.horizontalAdvance(line) / width * FROM_WIDE ** (is_wide(line) - into_wide)
        for line in sources
    ]
    least, most = (sum(ceil(share * length) or 1 for length in lengths) for share in EXPECTED)
    return least, most


def bottom_of(document: QTextDocument, lines: int) -> float:
    """Return where so many lines end: below the last one, or just above the next one."""
    block, left = document.begin(), lines
    while block.isValid():
        layout = block.layout()
        if left < layout.lineCount():
            origin = document.documentLayout().blockBoundingRect(block).top()
            return float(origin + layout.lineAt(left).y() - 2)
        left -= layout.lineCount()
        block = block.next()
    return document.size().height() - document.documentMargin()


def wrapped_height(field: QAbstractScrollArea, text: str) -> float:
    """Return how high a text is that is wrapped to the width of a field."""
    room = QRect(0, 0, max(1, field.viewport().width() - px(8)), px(1000))
    return field.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text).height()

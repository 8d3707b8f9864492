"""What is longer than its room: the first part of it, ending with dots."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QFont, QTextLayout, QTextOption

from app.widgets.differences import Difference
from app.widgets.words import Line, utf16_length, written

DOTS = "…"


def folded(line: Line, rows: int, font: QFont, width: float) -> Line:
    """Return the first words of a line, as many as so many rows hold; or the line as it is."""
    text, places = written([line])
    end = _end_of(text, rows, font, width)
    if end is None:
        return line
    kept = []
    for (_, probability), word in zip(line.words, places, strict=True):
        if word.start < end:
            kept.append((_cut(word.text, end - word.start), probability))
    rest = text[len(_cut(text, end).rstrip()) :]
    if kept:
        kept[-1] = (kept[-1][0].rstrip() + DOTS, kept[-1][1])
    return Line(tuple(kept), line.separator, len(line.words) - len(kept), rest)


def _end_of(text: str, rows: int, font: QFont, width: float) -> int | None:
    """Return where to cut a text, in Qt's units, so that it and dots take so many rows."""
    layout, end = _first_rows(text, rows, font, width)
    if end >= utf16_length(text):
        return None
    while end > 1:
        end = layout.previousCursorPosition(end)  # marks stay with their letter
        shorter = _cut(text, end).rstrip() + DOTS
        if _first_rows(shorter, rows, font, width)[1] == utf16_length(shorter):
            break
    return end


def _first_rows(text: str, rows: int, font: QFont, width: float) -> tuple[QTextLayout, int]:
    """Lay out so many rows of a text; return where they end, in Qt's units."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    end = 0
    for _ in range(rows):
        row = layout.createLine()
        if not row.isValid():
            break
        row.setLineWidth(width)
        end = row.textStart() + row.textLength()
    layout.endLayout()
    return layout, end


def _cut(text: str, units: int) -> str:
    """Return the first so many of Qt's units of a text."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore")


def first_of(
    found: Sequence[Difference], fits: Callable[[Sequence[Difference]], bool]
) -> Sequence[Difference]:
    """Return the first words of a comparison, as many as fit; or all of it."""
    if fits(found):
        return found
    low, high = 0, sum(_words(each) for each in found)
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(_first(found, middle)) else (low, middle)
    return _first(found, low)


def _first(found: Sequence[Difference], words: int) -> list[Difference]:
    kept: list[Difference] = []
    for each in found:
        if words <= 0:
            break
        kept.append(Difference(each.translation[:words], each.reference[:words]))
        words -= _words(each)
    if kept:  # the dots belong to a word: by themselves they would be one that is the same
        last = kept.pop()
        kept.append(Difference(_dotted(last.translation), _dotted(last.reference)))
    return kept


def _dotted(words: tuple[str, ...]) -> tuple[str, ...]:
    return (*words[:-1], words[-1] + DOTS) if words else words


def _words(each: Difference) -> int:
    return max(len(each.translation), len(each.reference))

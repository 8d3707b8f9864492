"""Words of a translation: where they stand in the text, and how they are shaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.widgets.scripts import without_controls
from app.widgets.theme import current_theme, px

STRONGEST_SHADE = 0.5  # more, and the word in ink would fall below 4.5 : 1
UNLIKELY = 0.5  # words below it are underlined as well
NOTICED = 0.3  # attention from here on is underlined as well


@dataclass(frozen=True)
class Line:
    """A line to show: its words, and how sure the model was of each (1: no shade)."""

    words: tuple[tuple[str, float], ...] = ()
    separator: str = " "  # nothing in a script that puts no spaces
    left_out: int = 0  # words behind the dots with which it ends
    rest: str = ""  # the text for which the dots stand

    def left_out_shade(self, shades: Mapping[int, float]) -> float:
        """Return the strongest shade of the words that are left out."""
        shown = len(self.words)
        return max((shades.get(shown + i, 0.0) for i in range(self.left_out)), default=0.0)


@dataclass(frozen=True)
class Word:
    """Where a word stands in the text, and how sure the model was of it."""

    line: int
    index: int  # in its line
    text: str
    start: int
    end: int
    probability: float


@dataclass(frozen=True)
class Shading:
    """How words are shaded: by how sure the model was, or by attention."""

    colour: str  # of the theme, by its name
    are_pieces: bool  # each underlined
    attention: Mapping[int, float] | None  # of the words of the current line, by index; 0 to 1

    def paint(
        self, painter: QPainter, box: QRectF, word: Word, *, is_current: bool, has_frame: bool
    ) -> None:
        """Paint what lies behind a word; `is_current` if its line is."""
        theme = current_theme()
        if self.attention is not None and is_current:
            strength = min(1.0, max(0.0, self.attention.get(word.index, 0.0)))
            colour, alpha = QColor(theme.source), STRONGEST_SHADE * strength
            underline = Qt.PenStyle.SolidLine if strength >= NOTICED else None
        else:
            colour, alpha = QColor(getattr(theme, self.colour)), shade(word.probability)
            underline = Qt.PenStyle.DotLine if word.probability < UNLIKELY else None
            if self.are_pieces and underline is None:
                underline = Qt.PenStyle.SolidLine
        colour.setAlphaF(alpha)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(box, px(3), px(3))
        if underline is not None:
            colour.setAlphaF(1)
            width = 1.0 if underline == Qt.PenStyle.SolidLine and self.are_pieces else px(2)
            inset = QPoint(px(2) if self.are_pieces else 0, 0)
            painter.setPen(QPen(colour, width, underline))
            painter.drawLine(box.bottomLeft() + inset, box.bottomRight() - inset)
        if has_frame:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRoundedRect(box, px(3), px(3))


def written(lines: Sequence[Line]) -> tuple[str, list[Word]]:
    """Return the lines as plain text, and where each word stands in it."""
    text, words = "", []
    for number, line in enumerate(lines):
        text += "\n" if number else ""
        for index, (word, probability) in enumerate(line.words):
            text += line.separator if index else ""
            start, shown = utf16_length(text), " ".join(without_controls(word).splitlines())
            text += shown
            words.append(Word(number, index, shown, start, utf16_length(text), probability))
    return text, words


def shade(probability: float) -> float:
    """Return how strongly a word is shaded: nothing for 1, visible already at 0.9."""
    return float(STRONGEST_SHADE * max(0.0, 1 - probability) ** 0.7)


def utf16_length(text: str) -> int:
    """Return the length in Qt's units; an emoji counts two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2

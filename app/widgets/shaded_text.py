"""Read-only text with shades behind its words: the less sure, the stronger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextBlockFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QSizePolicy,
    QTextEdit,
    QToolTip,
)

from app.widgets import numbers
from app.widgets.scripts import direction_of
from app.widgets.theme import LOOK_CHANGES, current_theme, px

STRONGEST_SHADE = 0.5  # more, and the word in ink would fall below 4.5 : 1
MOST_LINES = 4  # more are scrolled to: what is below needs its room
LINE_SPACING = 120.0  # per cent
UNLIKELY = 0.5  # words below it are underlined as well


@dataclass(frozen=True)
class Word:
    """Where a word stands in the text, and how sure the model was of it."""

    start: int
    end: int
    probability: float


class ShadedText(QTextEdit):
    """Read-only text with rounded shades behind its words."""

    focus_changed = Signal(bool)

    def __init__(self, placeholder: str) -> None:
        super().__init__(readOnly=True, tabChangesFocus=True)
        self._placeholder = placeholder  # Qt would cut it off after its first line
        self.setAcceptDrops(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameStyle(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(px(3))
        self._words: list[Word] = []
        self._padding = 0
        self._space_lines()
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def show_words(self, words: Sequence[tuple[str, float]], separator: str) -> None:
        """Put the words into the document as plain text and remember where each one stands."""
        text, self._words = "", []
        for index, (word, probability) in enumerate(words):
            text += separator if index else ""
            start = utf16_length(text)
            text += " ".join(word.split("\n"))
            self._words.append(Word(start, utf16_length(text), probability))
        if text != self.toPlainText():
            option = QTextOption(self.document().defaultTextOption())
            option.setTextDirection(direction_of(text))
            self.document().setDefaultTextOption(option)
            self.setPlainText(text)
            self._space_lines()
        self._padding = px(2) if separator.strip(" ") != separator else 0
        self.viewport().update()
        self._fit()

    def _space_lines(self) -> None:
        """Leave room between lines, so that the shades of two lines do not touch."""
        wide = QTextBlockFormat()
        wide.setLineHeight(LINE_SPACING, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(wide)

    def word_rectangles(self, word: Word) -> list[QRectF]:
        """Return where a word stands, one rectangle for each line it runs over."""
        block = self.document().firstBlock()
        layout, found = block.layout(), []
        origin = self.document().documentLayout().blockBoundingRect(block).topLeft()
        origin.setY(origin.y() - self.verticalScrollBar().value())
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            start = max(word.start, line.textStart())
            end = min(word.end, line.textStart() + line.textLength())
            if start < end:
                edges = [_x(line.cursorToX(start)), _x(line.cursorToX(end))]
                box = QRectF(min(edges), line.y(), abs(edges[1] - edges[0]), line.height())
                found.append(box.translated(origin))
        return found

    def _fit(self) -> None:
        most = self._lines(MOST_LINES) + 2 * self.document().documentMargin()
        wanted = min(self.document().size().height(), most)
        height = round(max(wanted, self._least_height()) + 0.49)
        if height != self.minimumHeight() or height != self.maximumHeight():
            self.setFixedHeight(height)

    def _least_height(self) -> float:
        """Return the height of two lines, or of a longer placeholder while it is shown.

        Two, because a translation that grows by a word must not push about what is below.
        """
        margin = 2 * self.document().documentMargin()
        lines = self._lines(2)
        if self.document().isEmpty() and self._placeholder:
            lines = max(lines, wrapped_height(self, self._placeholder))
        return lines + margin

    def _lines(self, count: int) -> float:
        return count * LINE_SPACING / 100 * self.fontMetrics().lineSpacing()

    def _paint_placeholder(self) -> None:
        painter, margin = QPainter(self.viewport()), round(self.document().documentMargin())
        painter.setPen(QColor(current_theme().mute))
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        box = self.viewport().rect().adjusted(margin, margin, -margin, 0)
        painter.drawText(box, int(side | Qt.TextFlag.TextWordWrap), self._placeholder)
        painter.end()

    def _tooltip_at(self, event: QHelpEvent) -> str:
        for word in self._words:
            if any(box.contains(event.pos()) for box in self.word_rectangles(word)):
                value = numbers.probability(word.probability)
                return self.tr("probability {value}").format(value=value)
        return ""

    def _paint_shades(self) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(current_theme().target)
        for word in self._words:
            for box in self.word_rectangles(word):
                box.adjust(-self._padding, 0, self._padding, 0)
                colour.setAlphaF(shade(word.probability))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawRoundedRect(box, px(3), px(3))
                if word.probability < UNLIKELY:
                    colour.setAlphaF(1)
                    painter.setPen(QPen(colour, px(2), Qt.PenStyle.DotLine))
                    painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(px(160), self.minimumHeight())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tooltip_at(event), self)
            return True
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self.viewport().update()  # a placeholder of two lines is drawn anew

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_words"):
            self._fit()
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.document().isEmpty():
            self._paint_placeholder()
        self._paint_shades()
        super().paintEvent(event)


def shade(probability: float) -> float:
    """Return how strongly a word is shaded: nothing for 1, visible already at 0.9."""
    return float(STRONGEST_SHADE * max(0.0, 1 - probability) ** 0.7)


def utf16_length(text: str) -> int:
    """Return the length in Qt's units; an emoji counts two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _x(place: Any) -> float:
    """Return the x of `cursorToX`, which some versions give with the cursor's position."""
    return float(place[0] if isinstance(place, tuple) else place)


def wrapped_height(field: QAbstractScrollArea, text: str) -> float:
    """Return how high a text is that is wrapped to the width of a field."""
    room = QRect(0, 0, max(1, field.viewport().width() - px(8)), px(1000))
    return field.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text).height()

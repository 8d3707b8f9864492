"""Read-only text with shades behind its words: the less sure, the stronger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit

from app.widgets.held_height import HeldHeight
from app.widgets.line_numbers import LineNumbers
from app.widgets.line_room import bottom_of, expected_lines, wrapped_height
from app.widgets.scripts import direction_of
from app.widgets.theme import LOOK_CHANGES, current_theme, px
from app.widgets.word_boxes import word_boxes
from app.widgets.words import Line, Shading, Word, written

MOST_LINES = 4  # more are scrolled to: what is below needs its room
LINE_SPACING = 120.0  # per cent


class ShadedView(QTextEdit):
    """Read-only lines with rounded shades behind their words; one of them is the current one."""

    def __init__(
        self, placeholder: str = "", *, colour: str = "target", least: int = 2,
        are_pieces: bool = False,
    ) -> None:  # fmt: skip
        """Take a colour of the theme by its name, and how many lines there is room for at least."""
        super().__init__(readOnly=True, tabChangesFocus=True)
        self._placeholder = placeholder  # Qt would cut it off after its first line
        self._colour, self._least = colour, least
        self.are_pieces = are_pieces  # each underlined, and no space lost
        self.current = 0
        self._lines: tuple[Line, ...] = ()
        self._words: list[Word] = []
        self._reached = -1  # among all words
        self._attention: Mapping[int, float] | None = None
        self._held, self._room = HeldHeight(MOST_LINES), (0, MOST_LINES)  # lines
        self._direction: Qt.LayoutDirection | None = None  # None: that of each line
        self._is_wide = False  # the script of the lines
        self._sources: tuple[str, ...] = ()  # whose translations are expected
        self._is_longer = False  # than there is room for: it is scrolled
        self.setAcceptDrops(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameStyle(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setMouseTracking(True)
        self.setCursorWidth(0)  # the word that is reached has a frame
        self.document().setDocumentMargin(px(3))
        self._numbers = LineNumbers(self, self._line_boxes)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._numbers.update)
        bar.setEnabled(False)  # and so unseen, while there is nothing to scroll
        bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._set_numbered(False)
        self._fit()

    # What is shown -----------------------------------------------------------------------

    def show_words(self, words: Sequence[tuple[str, float]], separator: str = " ") -> None:
        """Show a single line."""
        self.show_lines([Line(tuple(words), separator)] if words else [], 0)

    def show_lines(self, lines: Sequence[Line], current: int) -> None:
        """Put the lines into the document as plain text and remember where each word stands."""
        self._lines = tuple(lines)
        text, self._words = written(lines)
        if text != self.toPlainText():
            self._replace(text)
        self._reached = min(self._reached, len(self._words) - 1)
        self._set_numbered(len(lines) > 1)
        self.set_current(current)
        self.viewport().update()
        self._fit()

    def set_script(self, direction: Qt.LayoutDirection | None, is_wide: bool) -> None:
        """Take the direction in which all lines are read (None: each in its own), and the width."""
        if (direction, is_wide) != (self._direction, self._is_wide):
            self._direction, self._is_wide = direction, is_wide
            self._replace(self.toPlainText())
            self.fit_anew()
            self.viewport().update()

    def set_current(self, line: int) -> None:
        """Let another line be the current one, and show it; tells nobody."""
        if line != self.current:
            self._attention = None
        self.current = self._numbers.current = line
        block = self.document().findBlockByNumber(line)
        if len(self._lines) > 1 and block.isValid():
            self._scroll_to(self._block_box(block))
        self._numbers.update()
        self.viewport().update()

    def _scroll_to(self, box: QRectF) -> None:
        """Bring a line into sight, and no other one by halves."""
        bar, height, step = self.verticalScrollBar(), self.viewport().height(), self._height_of(1)
        margin = self.document().documentMargin()
        if box.top() < -margin or box.height() > height:
            bar.setValue(round(bar.value() + box.top()))
        elif box.bottom() > height + 1:
            wanted = bar.value() + box.bottom() - height - margin
            bar.setValue(round(margin + ceil(wanted / step) * step))

    def show_attention(self, shades: Mapping[int, float] | None) -> None:
        """Shade words of the current line by weights instead, or go back; by index, 0 to 1."""
        self._attention = shades
        self.viewport().update()

    def current_words(self) -> list[Word]:
        """The words of the current line."""
        return [word for word in self._words if word.line == self.current]

    def _replace(self, text: str) -> None:
        """Change the text; the reader's place in it stays."""
        scrolled = self.verticalScrollBar().value()
        place = self.textCursor().position()
        self.setPlainText(text)
        block = self.document().begin()
        while block.isValid():
            look = QTextBlockFormat()
            look.setLayoutDirection(self._direction or direction_of(block.text()))
            # Room between lines, so that the shades of two lines do not touch.
            kind = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
            look.setLineHeight(LINE_SPACING, kind)
            QTextCursor(block).mergeBlockFormat(look)
            block = block.next()
        cursor = self.textCursor()
        cursor.setPosition(min(place, max(0, self.document().characterCount() - 1)))
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(scrolled)

    def _set_numbered(self, is_numbered: bool) -> None:
        self._numbers.setVisible(is_numbered)
        # With a bar that comes and goes as translations get longer and shorter, all words jump.
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if is_numbered else policy.ScrollBarAsNeeded
        )
        # What is scrolled ends above the lower margin: no line shows by a sliver.
        margin = round(self.document().documentMargin()) if self._is_longer else 0
        self.setViewportMargins(LineNumbers.room() if is_numbered else 0, 0, 0, margin)
        self._place_numbers()

    def _place_numbers(self) -> None:
        box, room = self.viewport().geometry(), LineNumbers.room()
        self._numbers.setGeometry(box.left() - room, box.top(), room, box.height())

    # Where it stands ---------------------------------------------------------------------

    def word_rectangles(self, word: Word) -> list[QRectF]:
        """Return where a word stands, one rectangle for each line it runs over."""
        block = self.document().findBlock(word.start)
        return word_boxes(block, word, self._block_box(block).topLeft())

    def _block_box(self, block: QTextBlock) -> QRectF:
        box = self.document().documentLayout().blockBoundingRect(block)
        return box.translated(0, -self.verticalScrollBar().value())

    def _line_boxes(self) -> Iterator[tuple[int, QRectF]]:
        block = self.document().begin()
        while block.isValid():
            yield block.blockNumber(), self._block_box(block)
            block = block.next()

    @property
    def rows(self) -> int:
        """How many rows of text are seen at most, without scrolling."""
        return min(self._held.most_lines, max(self._room[1], self._least))

    def _fit(self) -> None:
        bottom = bottom_of(self.document(), self.rows) + self.document().documentMargin()
        height = round(max(self._held.grown_to(bottom), self._least_height()) + 0.49)
        if height != self.minimumHeight() or height != self.maximumHeight():
            self.setFixedHeight(height)
        is_longer = self.document().size().height() > height + 1
        if is_longer != self._is_longer:
            self._is_longer = is_longer
            self._set_numbered(len(self._lines) > 1)

    def fit_anew(self) -> None:
        """Be no higher than the text needs from now on; otherwise it only grows."""
        self._held.let_go()
        if self._sources:
            self._room = self._expected(self._sources)
        self._fit()

    def set_most_lines(self, most: int, least: int | None = None) -> None:
        """Take so many lines at most, more are scrolled to; and at least, or as before."""
        is_other, self._least = least not in (None, self._least), least or self._least
        if self._held.takes_lines(most) or is_other:
            self.fit_anew()

    def set_placeholder(self, text: str) -> None:
        """Say something else while there is no text."""
        self._placeholder = text
        self.viewport().update()

    def make_room(self, sources: Sequence[str]) -> bool:
        """Take the room that translations of these lines will need; return whether it is other.

        It follows from the sources: a model that has just begun to learn babbles, and a field that
        grew and shrank with it would push about what is below.
        """
        self._sources = tuple(sources)
        is_other = self._expected(sources) != self._room
        if is_other:
            self.fit_anew()
        return is_other

    def _expected(self, sources: Sequence[str]) -> tuple[int, int]:
        return expected_lines(self, sources, into_wide=self._is_wide)

    def _least_height(self) -> float:
        """Return the height of the least lines, or of a longer placeholder while it is shown.

        More than one, because a translation that grows by a word must not push about what is below.
        """
        margin = 2 * self.document().documentMargin()
        lines = self._height_of(min(self._held.most_lines, max(self._room[0], self._least)))
        if self.document().isEmpty() and self._placeholder:
            lines = max(lines, wrapped_height(self, self._placeholder))
        return lines + margin

    def _height_of(self, lines: int) -> float:
        return lines * LINE_SPACING / 100 * self.fontMetrics().lineSpacing()

    # Painting ----------------------------------------------------------------------------

    def _paint_placeholder(self) -> None:
        painter, margin = QPainter(self.viewport()), round(self.document().documentMargin())
        painter.setPen(QColor(current_theme().mute))
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        box = self.viewport().rect().adjusted(margin, margin, -margin, 0)
        painter.drawText(box, int(side | Qt.TextFlag.TextWordWrap), self._placeholder)
        painter.end()

    def _paint_shades(self) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if len(self._lines) > 1:
            block = self.document().findBlockByNumber(self.current)
            box = self._block_box(block)
            painter.fillRect(
                QRectF(0, box.top(), self.viewport().width(), box.height()),
                QColor(current_theme().accent_soft),
            )
        seen = QRectF(self.viewport().rect())
        shading = Shading(self._colour, self.are_pieces, self._attention)
        for place, word in enumerate(self._words):
            gap = px(2) if self._lines[word.line].separator else 0
            for box in self.word_rectangles(word):
                if box.intersects(seen):
                    shading.paint(
                        painter, box.adjusted(-gap, 0, gap, 0), word,
                        is_current=word.line == self.current,
                        has_frame=place == self._reached and self.hasFocus(),
                    )  # fmt: skip
        self._paint_dots(painter)
        painter.end()

    def _paint_dots(self, painter: QPainter) -> None:
        """Shade the dots at the end of a folded line for the words that they stand for."""
        line = self._lines[self.current] if self.current < len(self._lines) else Line()
        strength = line.left_out_shade(self._attention or {})
        if strength > 0:
            dots = replace(last := self.current_words()[-1], index=-1, start=last.end - 1)
            shading = Shading(self._colour, self.are_pieces, {-1: strength})
            for box in self.word_rectangles(dots):
                shading.paint(painter, box, dots, is_current=True, has_frame=False)

    # Qt ----------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(px(160), self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._held.takes_width(self.width()):  # and not for the scroll bar
            self.fit_anew()
        self._place_numbers()
        self.viewport().update()  # a placeholder of two lines is drawn anew

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_numbers"):
            self._set_numbered(len(self._lines) > 1)
            self.fit_anew()
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.document().isEmpty():
            self._paint_placeholder()
        self._paint_shades()
        super().paintEvent(event)

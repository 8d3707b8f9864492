"""The sentences to translate, one a line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import ceil

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QTextEdit, QWidget

from app.widgets.line_numbers import LineNumbers
from app.widgets.line_room import wrapped_height
from app.widgets.pictures import blend
from app.widgets.pieces import spans
from app.widgets.theme import LOOK_CHANGES, current_theme, px
from app.widgets.words import NOTICED, STRONGEST_SHADE, utf16_length
from s2s_core.words import placed_words, words_of

LEAST_LINES, MOST_LINES = 2, 4  # most sentences take one or two: what is below need not move
RETURNS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
WALKS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class SourceField(QPlainTextEdit):
    """Sentences, one a line, growing with the text; the line with the cursor is the current one."""

    text_changed = Signal()  # by the user's hand only
    line_chosen = Signal(int)  # the cursor went to another line
    walked = Signal(int)  # through what was typed before: 1 to older ones, -1 to newer ones
    word_reached = Signal(int)  # by the pointer, of the current line; -1: none

    def __init__(self, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent, placeholderText=placeholder, tabChangesFocus=True)
        self.setProperty("role", "source")
        self.setAcceptDrops(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("sentences to translate"))
        self.viewport().setMouseTracking(True)
        option = self.document().defaultTextOption()
        # Each line begins where its script does. Both flags: Justify alone would stretch lines,
        # Left alone would leave lines that are read from the right at the left edge.
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setAlignment(Qt.AlignmentFlag.AlignJustify | Qt.AlignmentFlag.AlignLeft)
        self.document().setDefaultTextOption(option)
        self.document().setDocumentMargin(px(2))
        self._is_silent = False
        self._least, self._most = LEAST_LINES, MOST_LINES
        self._line = 0
        self._words: list[tuple[int, int]] = []  # spans in the current line
        self._reached = -1
        self._attention: Mapping[int, float] = {}
        self._known: frozenset[str] = frozenset()  # words; none: nobody knows which are
        self._numbers = LineNumbers(self, self._line_boxes)
        self.textChanged.connect(self._tell)
        self.cursorPositionChanged.connect(self._follow_cursor)
        self.updateRequest.connect(lambda *_: self._numbers.update())
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    # The text ----------------------------------------------------------------------------

    def lines(self) -> list[str]:
        """The sentences, one a line, without superfluous spaces."""
        return [" ".join(line.split()) for line in self.toPlainText().split("\n")]

    def line(self) -> int:
        """The current line: that of the cursor, or the nearest one above it with words."""
        lines = self.lines()
        number = min(self.textCursor().blockNumber(), len(lines) - 1)
        filled = [i for i, text in enumerate(lines) if text]
        above = [i for i in filled if i <= number]
        return above[-1] if above else filled[0] if filled else 0

    def is_at_new_line(self) -> bool:
        """Whether the cursor is in an empty line below a sentence."""
        return self.blockCount() > 1 and not self.textCursor().block().text().strip()

    def sentence(self) -> str:
        """The current sentence."""
        return self.lines()[self.line()]

    def set_text(self, text: str) -> None:
        """Show other sentences; emits nothing."""
        self._is_silent = True
        self.setPlainText("\n".join(" ".join(line.split()) for line in text.splitlines()))
        self._is_silent = False
        self._line = self.line()
        self.moveCursor(QTextCursor.MoveOperation.End)

    def replace_line(self, sentence: str) -> None:
        """Put another sentence into the current line, as a person would: it can be undone."""
        block = self.document().findBlockByNumber(self.line())
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(sentence)
        self.setTextCursor(cursor)

    def set_line(self, line: int) -> None:
        """Let another line be the current one; emits nothing."""
        if line != self.line():
            self._is_silent = True
            block = self.document().findBlockByNumber(line)
            cursor = QTextCursor(block)
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
            self.setTextCursor(cursor)
            self._is_silent = False
        self.centre_if_hidden()

    def centre_if_hidden(self) -> None:
        """Bring the cursor into sight."""
        self.ensureCursorVisible()

    def _tell(self) -> None:
        self._words, self._attention = [], {}
        self._fit()
        self._follow_cursor()
        if not self._is_silent:
            self.text_changed.emit()

    def _follow_cursor(self) -> None:
        line = self.line()
        is_other, self._line = line != self._line, line
        if is_other:
            self._words, self._attention = [], {}
        self._numbers.current = line
        self._mark()
        if is_other and not self._is_silent:
            self.line_chosen.emit(line)

    # Words and attention -----------------------------------------------------------------

    def show_words(self, words: Sequence[str]) -> None:
        """Take the words of the current line, so that they can be reached and shaded."""
        text = self.document().findBlockByNumber(self.line()).text()
        self._words = [
            (utf16_length(text[:start]), utf16_length(text[:end]))
            for start, end in spans(text, words)
        ]

    def show_attention(self, shades: Mapping[int, float] | None) -> None:
        """Shade words of the current line by weights; by index, 0 to 1. None: no shades."""
        self._attention = shades or {}
        self._mark()

    def set_known(self, words: Collection[str]) -> None:
        """Underline from now on what is none of these words; without any nothing."""
        self._known = frozenset(words)
        self._mark()

    def unknown_words(self) -> list[str]:
        """The words of the current sentence that are not known, each once."""
        words = (word for word in words_of(self.sentence()) if word not in self._known)
        return list(dict.fromkeys(words)) if self._known else []

    def _mark(self) -> None:
        """Underline words that are not known; lay colours under words of the current line."""
        found = list(self._underlined()) if self._known else []
        start = self.document().findBlockByNumber(self.line()).position()
        for index, strength in self._attention.items():
            if index < len(self._words) and strength > 0.02:
                found.append(self._shaded(start, self._words[index], min(strength, 1.0)))
        self.setExtraSelections(found)
        self._numbers.update()
        self.viewport().update()

    def _underlined(self) -> Iterator[QTextEdit.ExtraSelection]:
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(QColor(current_theme().warning))
        block = self.document().firstBlock()
        while block.isValid():
            text = block.text()
            for word, start, end in placed_words(text):
                if word not in self._known:
                    span = utf16_length(text[:start]), utf16_length(text[:end])
                    yield self._selected(block.position(), span, look)
            block = block.next()

    def _shaded(
        self, start: int, span: tuple[int, int], strength: float
    ) -> QTextEdit.ExtraSelection:
        theme, look = current_theme(), QTextCharFormat()
        look.setBackground(blend(theme.source, theme.field, STRONGEST_SHADE * strength))
        if strength >= NOTICED:
            look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            look.setUnderlineColor(QColor(theme.source))
        return self._selected(start, span, look)

    def _selected(
        self, start: int, span: tuple[int, int], look: QTextCharFormat
    ) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(start + span[0])
        cursor.setPosition(start + span[1], QTextCursor.MoveMode.KeepAnchor)
        selection.format = look
        selection.cursor = cursor
        return selection

    def _word_at(self, position: QPoint) -> int:
        cursor = self.cursorForPosition(position)
        if cursor.blockNumber() != self.line():
            return -1
        place = cursor.positionInBlock()
        box = self.cursorRect(cursor).adjusted(-px(12), 0, px(12), 0)
        if not box.contains(position):
            return -1  # beside the text, or below it
        return next(
            (i for i, (start, end) in enumerate(self._words) if start <= place <= end and end), -1
        )

    def end_hover(self) -> None:
        """Reach no word, wherever the pointer rests."""
        self._reach(-1)

    def _reach(self, word: int) -> None:
        if word != self._reached:
            self._reached = word
            self.word_reached.emit(word)

    # Size --------------------------------------------------------------------------------

    def _line_boxes(self) -> Iterator[tuple[int, QRectF]]:
        block, offset = self.firstVisibleBlock(), self.contentOffset()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(offset)
            if box.top() > self.viewport().height():
                return
            yield block.blockNumber(), box
            block = block.next()

    def set_lines(self, least: int, most: int) -> None:
        """Take so many lines at least and at most; more are scrolled to."""
        if (least, most) != (self._least, self._most):
            self._least, self._most = least, most
            self._fit()

    def _fit(self) -> None:
        is_numbered = self.blockCount() > 1
        if self._numbers.isHidden() == is_numbered:
            self._numbers.setVisible(is_numbered)
            self.setViewportMargins(LineNumbers.room() if is_numbered else 0, 0, 0, 0)
        self._place_numbers()
        heights = list(self._line_heights())
        least = self.fontMetrics().lineSpacing() * self._least
        frame = px(6) * 2 + 2 + 2 * self.document().documentMargin()
        shown = max(sum(heights[: self._most]), least)
        if self.document().isEmpty() and self.placeholderText():
            shown = max(wrapped_height(self, self.placeholderText()), least)
        wants_bar = len(heights) > self._most
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if wants_bar else policy.ScrollBarAlwaysOff
        )
        wanted = round(shown + frame + 0.49)
        if wanted != self.maximumHeight() or wanted != self.minimumHeight():
            self.setFixedHeight(wanted)

    def _line_heights(self) -> Iterator[float]:
        """Return how high the lines are as they are wrapped; one more than are shown is enough."""
        block, lines = self.document().firstBlock(), 0
        while block.isValid() and lines <= self._most:
            self.blockBoundingRect(block)  # lays it out
            for number in range(block.layout().lineCount()):
                yield block.layout().lineAt(number).height()
                lines += 1
            block = block.next()

    def _sliver(self) -> int:
        """Return how much of a line that is scrolled away is still seen at the top, if little."""
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        for number in range(block.layout().lineCount()):
            line = block.layout().lineAt(number)
            seen = top + line.y() + line.height()
            if seen > 0:
                return ceil(seen) if seen < line.height() / 2 else 0
        return 0

    def _place_numbers(self) -> None:
        box, room = self.viewport().geometry(), LineNumbers.room()
        self._numbers.setGeometry(box.left() - room, box.top(), room, box.height())

    # Qt ----------------------------------------------------------------------------------

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802
        lines = [" ".join(line.split()) for line in source.text().splitlines()]
        self.insertPlainText("\n".join(lines))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if is_alt and event.key() in WALKS:
            self.walked.emit(-WALKS[Qt.Key(event.key())])
        elif event.key() in RETURNS:
            self.textCursor().insertBlock()  # with Shift, Qt would break the line within it
            self.ensureCursorVisible()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._reach(self._word_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._reach(-1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.blockCount() > 1:
            block = self.document().findBlockByNumber(self._line)
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            painter = QPainter(self.viewport())
            painter.fillRect(
                QRectF(0, box.top(), self.viewport().width(), box.height()),
                QColor(current_theme().accent_soft),
            )
            painter.end()
        super().paintEvent(QPaintEvent(event.rect().adjusted(0, self._sliver(), 0, 0)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_numbers"):
            if not self._numbers.isHidden():
                self.setViewportMargins(LineNumbers.room(), 0, 0, 0)
            self._mark()
            self._fit()

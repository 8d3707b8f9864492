"""Read-only text whose words are within reach of pointer and keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip

from app.widgets import numbers
from app.widgets.folding import DOTS
from app.widgets.plain_text import plain_tooltip
from app.widgets.scripts import isolated
from app.widgets.shaded_view import ShadedView
from app.widgets.words import UNLIKELY, Word

SIDEWAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
DOWNWARDS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class ShadedText(ShadedView):
    """Lines of which a click or the arrow keys choose another one, and reach its words."""

    focus_changed = Signal(bool)
    line_chosen = Signal(int)
    word_reached = Signal(int)  # of the current line, by pointer or keys; -1: none

    def reading(self, word: Word) -> str:
        """Return what a word says: "vend: 0.43"."""
        return f"{isolated(word.text)}: {numbers.probability(word.probability)}"

    def _told(self, word: Word) -> str:
        """Return what a word says, and why it is underlined if it is."""
        why = self.tr("Underlined with dots: below {limit}").format(limit=UNLIKELY)
        return f"{self.reading(word)}\n{why}" if word.probability < UNLIKELY else self.reading(word)

    def word_at(self, position: QPoint) -> int:
        """Return which of all words stands at a place of the viewport; -1: none."""
        for place, word in enumerate(self._words):
            if any(box.contains(position) for box in self.word_rectangles(word)):
                return place
        return -1

    def end_hover(self) -> None:
        """Reach no word, wherever the pointer rests."""
        self._reach(-1)

    def _reach(self, place: int) -> None:
        """Let a word be reached; -1: none."""
        if place == self._reached:
            return
        self._reached = place
        word = self._words[place] if place >= 0 else None
        self.setAccessibleDescription(self.reading(word) if word else "")
        self.word_reached.emit(word.index if word and word.line == self.current else -1)
        self.viewport().update()

    def _reach_by_key(self, place: int) -> None:
        if not self._words:
            return
        place = min(max(place, 0), len(self._words) - 1)
        word = self._words[place]
        if word.line != self.current:
            self.line_chosen.emit(word.line)
            self.set_current(word.line)
        self._reached = -1
        self._reach(place)
        box = self.word_rectangles(word)[:1]
        if box and not self.are_pieces:
            corner = self.viewport().mapToGlobal(box[0].bottomLeft().toPoint())
            QToolTip.showText(corner, plain_tooltip(self._told(word)), self)

    def _go_down(self, by: int) -> None:
        """Go to the next line that has words, up or down."""
        lines = sorted({word.line for word in self._words})
        later = [line for line in lines if (line - self.current) * by > 0]
        if later:
            line = later[0] if by > 0 else later[-1]
            self._reach_by_key(
                next(place for place, word in enumerate(self._words) if word.line == line)
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        is_plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier
        )  # fmt: skip
        if is_plain and key in SIDEWAYS:
            block = self.document().findBlockByNumber(self.current)
            is_turned = block.textDirection() == Qt.LayoutDirection.RightToLeft
            by = -SIDEWAYS[key] if is_turned else SIDEWAYS[key]
            first = next((p for p, w in enumerate(self._words) if w.line == self.current), 0)
            self._reach_by_key(self._reached + by if self._reached >= 0 else first)
        elif is_plain and key in DOWNWARDS and len(self._lines) > 1:
            self._go_down(DOWNWARDS[key])
        elif key == Qt.Key.Key_Escape and self._reached >= 0:
            self._reach(-1)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._reach(self.word_at(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        line = self.cursorForPosition(event.position().toPoint()).blockNumber()
        is_click = not self.textCursor().hasSelection()
        if is_click and line != self.current and line < len(self._lines):
            self.set_current(line)
            self.line_chosen.emit(line)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._reach(-1)

    # Qt ----------------------------------------------------------------------------------

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: N802
        """Copy what the dots of a folded line stand for, where they are selected."""
        cursor = self.textCursor()
        parts = cursor.selection().toPlainText().split("\n")
        first = self.document().findBlock(cursor.selectionStart()).blockNumber()
        last = self.document().findBlock(cursor.selectionEnd())
        ends = [True] * (len(parts) - 1)  # whether the end of the line is selected
        ends.append(cursor.selectionEnd() == last.position() + last.length() - 1)
        rests = [line.rest for line in self._lines[first : first + len(parts)]]
        if not any(rest and is_end for rest, is_end in zip(rests, ends, strict=False)):
            return super().createMimeDataFromSelection()
        for place, (rest, is_end) in enumerate(zip(rests, ends, strict=False)):
            if rest and is_end and parts[place]:
                parts[place] = parts[place].removesuffix(DOTS) + rest
        data = QMimeData()
        data.setText("\n".join(parts))
        return data

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = (
                -1 if self.are_pieces and self._colour == "source" else self.word_at(event.pos())
            )
            text = self._told(self._words[place]) if place >= 0 else self.toolTip()
            QToolTip.showText(event.globalPos(), plain_tooltip(text), self)
            return True
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._reach(-1)
        self.focus_changed.emit(False)

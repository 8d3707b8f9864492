"""The sentence to translate, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.widgets.scripts import direction_of
from app.widgets.shaded_text import ShadedText, wrapped_height
from app.widgets.theme import LOOK_CHANGES, px, set_look

MOST_LINES = 4


class SourceField(QPlainTextEdit):
    """One sentence, growing with its text; Return translates instead of breaking the line."""

    sentence_changed = Signal(str)  # by the user's hand only
    submitted = Signal()

    def __init__(self, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent, placeholderText=placeholder, tabChangesFocus=True)
        self.setProperty("role", "source")
        self.setAcceptDrops(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("sentence to translate"))
        self._is_silent = False
        self.document().setDocumentMargin(px(2))
        self.textChanged.connect(self._tell)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def sentence(self) -> str:
        """The text, in one line."""
        return " ".join(self.toPlainText().split())

    def set_sentence(self, text: str) -> None:
        """Show a sentence; emits nothing."""
        self._is_silent = True
        self.setPlainText(" ".join(text.split()))
        self._is_silent = False
        self.moveCursor(QTextCursor.MoveOperation.End)

    def _tell(self) -> None:
        self._turn()
        self._fit()
        if not self._is_silent:
            self.sentence_changed.emit(self.sentence())

    def _turn(self) -> None:
        """Begin at the side the script begins at."""
        option = self.document().defaultTextOption()
        direction = direction_of(self.toPlainText())
        if option.textDirection() != direction:
            option.setTextDirection(direction)
            self.document().setDefaultTextOption(option)

    def _fit(self) -> None:
        block, height, lines = self.document().firstBlock(), 0.0, 0
        while block.isValid():
            height += self.blockBoundingRect(block).height()
            lines += max(1, block.layout().lineCount())
            block = block.next()
        line = max(height / max(lines, 1), self.fontMetrics().lineSpacing())
        frame = px(6) * 2 + 2 + 2 * self.document().documentMargin()
        if self.document().isEmpty() and self.placeholderText():
            height = wrapped_height(self, self.placeholderText())
        shown = min(max(height, line), line * MOST_LINES)
        wants_bar = height > line * MOST_LINES + 1
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if wants_bar else policy.ScrollBarAlwaysOff
        )
        wanted = round(shown + frame + 0.49)
        if wanted != self.maximumHeight() or wanted != self.minimumHeight():
            self.setFixedHeight(wanted)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802
        self.insertPlainText(" ".join(source.text().split()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submitted.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_is_silent"):
            self._fit()


class TranslationField(QFrame):
    """A hypothesis, each word the more shaded the less sure the model was of it."""

    def __init__(self, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "target")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("translation"))
        self._view = ShadedText(placeholder)
        self._view.setAccessibleName(self.tr("translation"))
        self._view.setAccessibleDescription(placeholder)
        self._note = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._note.setProperty("role", "muted")
        self._note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._note.setIndent(px(3))
        self._note.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(8), px(6), px(8), px(6))
        layout.setSpacing(px(4))
        layout.addWidget(self._view)
        layout.addWidget(self._note)
        self.setFocusProxy(self._view)
        self._view.focus_changed.connect(self._show_focus)

    def show_hypothesis(
        self, words: Sequence[tuple[str, float]], note: str = "", *, separator: str = " "
    ) -> None:
        """Show words with their probabilities; the separator is "" for pieces and Chinese."""
        self._view.show_words(words, separator)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        words_and_note = f"{self.text()}\n{note}".strip()
        self.setAccessibleDescription(words_and_note)
        self._view.setAccessibleDescription(words_and_note)

    def clear(self) -> None:
        """Show the placeholder again."""
        self.show_hypothesis([])

    def text(self) -> str:
        """The hypothesis as plain text."""
        return self._view.toPlainText()

    def toPlainText(self) -> str:  # noqa: N802
        """The hypothesis as plain text, by the name text fields of Qt give it."""
        return self.text()

    def note(self) -> str:
        """The line below the hypothesis."""
        return self._note.text()

    def _show_focus(self, has_focus: bool) -> None:
        set_look(self, "focused", has_focus)

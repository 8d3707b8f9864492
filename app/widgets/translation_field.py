"""What became of the sentences: translations, how probable they are, and their references."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent, QTextDocumentFragment
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from app.widgets.differences import Difference, marked, plain
from app.widgets.pictures import blend
from app.widgets.plain_text import plain_tooltip
from app.widgets.scripts import is_right_to_left, isolated
from app.widgets.scrolled_note import ScrolledNote
from app.widgets.shaded_text import MOST_LINES, ShadedText
from app.widgets.theme import LOOK_CHANGES, current_theme, px, set_look
from app.widgets.words import Line, shade

BETWEEN = " · "  # two parts of the note
NOTHING = "&nbsp;"  # a line for the note from the beginning, so that nothing jumps when it comes


class TranslationField(QFrame):
    """Hypotheses, one a line, each word the more shaded the less sure the model was of it."""

    def __init__(self, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "target")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("translation"))
        self.view = ShadedText(placeholder)
        self.view.setAccessibleName(self.tr("translation"))
        self.view.setAccessibleDescription(placeholder)
        self._plain_note = ""
        self._found: tuple[Difference, ...] = ()
        self._separator = " "
        self._note = ScrolledNote(MOST_LINES)
        self._note.setAccessibleName(self.tr("about the translation"))
        self._note.setToolTip(plain_tooltip(self._legend()))
        self._note.set_text(NOTHING)
        self._column = layout = QVBoxLayout(self)
        layout.setContentsMargins(px(8), px(6), px(8), px(6))
        layout.setSpacing(px(4))
        layout.addWidget(self.view)
        layout.addWidget(self._note)
        self.setFocusProxy(self.view)
        self.view.focus_changed.connect(self._show_focus)

    def make_room(self, sources: Sequence[str]) -> None:
        """Take the room for translations of other lines; until then the field only grows.

        A model in training says more and less with every step: what is below must not jump.
        """
        if self.view.make_room(sources):
            self._note.fit_anew()
            self._settle()

    def set_most_lines(self, most: int) -> None:
        """Take so many lines at most for the translations, and for what is said of them."""
        self.view.set_most_lines(most)
        self._note.set_most_lines(most)
        self._settle()

    def show_lines(self, lines: Sequence[Line], current: int) -> None:
        """Show several hypotheses, aligned with their sources."""
        self.view.show_lines(lines, current)
        self._settle()

    def show_hypothesis(
        self, words: Sequence[tuple[str, float]], note: str = "", *, separator: str = " "
    ) -> None:
        """Show one; the separator is "" for Chinese, and for pieces."""
        self.view.show_words(words, separator)
        self.show_note(note)

    def show_note(
        self, note: str, reference: Sequence[Difference] = (), separator: str = " "
    ) -> None:
        """Say something of the current line; perhaps what sets it apart from a reference."""
        self._plain_note, self._found, self._separator = note, tuple(reference), separator
        self._write_note()
        self._settle()
        words_and_note = f"{self.text()}\n{self.note()}".strip()
        self.setAccessibleDescription(words_and_note)
        self.view.setAccessibleDescription(words_and_note)

    def clear(self) -> None:
        """Show the placeholder again."""
        self.show_hypothesis([])
        self.view.fit_anew()
        self._note.fit_anew()
        self._settle()

    def text(self) -> str:
        """The hypotheses as plain text, one a line."""
        return self.view.toPlainText()

    def toPlainText(self) -> str:  # noqa: N802
        """The hypotheses as plain text, by the name text fields of Qt give it."""
        return self.text()

    def note(self) -> str:
        """What is said below, as plain text."""
        if not self._found:
            return self._plain_note
        reference = isolated(plain(self._found, self._separator))
        return f"{self._plain_note} · " + self._reference().format(reference=reference)

    def _write_note(self) -> None:
        parts = [(part, escape(part)) for part in self._plain_note.split(BETWEEN) if part]
        if any(word.probability < 1 for word in self.view.current_words()):
            parts.append(
                (QTextDocumentFragment.fromHtml(shades := self._shades()).toPlainText(), shades)
            )
        ends_with = ""
        if self._found:
            told, reference = self._reference(), marked(self._found, self._separator)
            if is_right_to_left(plain(self._found, self._separator)):  # lines of its own
                ends_with = f'<div dir="rtl" align="right">{reference}</div>'
                told = told.format(reference="").strip()
                parts.append((told, escape(told)))
            else:
                ends_with = escape(told).format(reference=reference)
                ends_with = f"<br>{ends_with}" if parts else ends_with
        text = self._in_lines(parts) + ends_with
        self._note.set_text(text or NOTHING)

    def _settle(self) -> None:
        """Lay out what has grown or shrunk now; Qt would first paint the note over the words."""
        self._column.activate()
        parent = self.parentWidget()
        if parent is not None and (around := parent.layout()) is not None:
            around.activate()

    def _in_lines(self, parts: Sequence[tuple[str, str]]) -> str:
        """Join parts, each as plain and as rich text; no line ends with the sign between two."""
        measured, bar = self._note.width_of, self._note.verticalScrollBar()
        room = self.contentsRect().width() - 2 * px(8) - px(10)
        room -= bar.width() if bar.isVisible() else 0
        lines: list[str] = []
        text, used = "", 0
        for plain_part, part in parts:
            used += measured(BETWEEN + plain_part if text else plain_part)
            if text and used > room:
                lines.append(text)
                text, used = "", measured(plain_part)
            text = f"{text}{BETWEEN}{part}" if text else part
        return "<br>".join(line for line in (*lines, text) if line)

    def _reference(self) -> str:
        if all(each.is_same for each in self._found):
            return self.tr("reference ✓: {reference}")
        return self.tr("reference: {reference}")

    def _shades(self) -> str:
        """Return samples of the shades, with the probability that each stands for."""
        theme = current_theme()
        samples = []
        for value in (0.9, 0.5, 0.1):
            colour = blend(theme.target, theme.field, shade(value)).name()
            look = f"background-color:{colour};color:{theme.ink}"
            samples.append(f'<span style="{look}">&nbsp;{value}&nbsp;</span>')
        words = self.tr("word: {samples}").replace(" ", "\N{NO-BREAK SPACE}")
        return words.format(samples="".join(samples))

    def _legend(self) -> str:
        return self.tr(
            "Shade of a word: how sure the model was of it, given all before it; the stronger, the "
            "less sure. Below 0.5 it is dotted.\n"
            "Reference: underlined words are missing in the translation, words struck out are only "
            "in the translation, struck/underlined are other words in the same place."
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write_note()

    def _show_focus(self, has_focus: bool) -> None:
        set_look(self, "focused", has_focus)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_note"):
            self._write_note()

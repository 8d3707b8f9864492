"""What became of the sentences: translations, how probable they are, and their references."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent, QTextDocumentFragment
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.widgets.differences import Difference, marked, plain
from app.widgets.folding import first_of, folded
from app.widgets.line_numbers import LineNumbers
from app.widgets.named import named
from app.widgets.pictures import blend
from app.widgets.plain_text import plain_tooltip
from app.widgets.scripts import are_wide, is_right_to_left, isolated, reads_leftward
from app.widgets.scrolled_note import ScrolledNote
from app.widgets.shaded_text import ShadedText
from app.widgets.shaded_view import MOST_LINES
from app.widgets.theme import LOOK_CHANGES, current_theme, px, set_look
from app.widgets.words import Line, shade, written

BETWEEN = " · "  # two parts of the note
SEVERAL_ROWS = 2  # of each line, where there are several
NOTHING = "&nbsp;"  # a line for the note from the beginning, so that nothing jumps when it comes


class TranslationField(QFrame):
    """Hypotheses, one a line, each word the more shaded the less sure the model was of it.

    Of what is longer than the room for it, the first part is seen, the rest on demand.
    """

    def __init__(self, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "target")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("translation"))
        self.view = ShadedText(placeholder)
        self.view.setAccessibleName(self.tr("translation"))
        self.view.setAccessibleDescription(placeholder)
        self._lines: tuple[Line, ...] = ()  # as they are, however long
        self._folded: dict[Line, Line] = {}  # as they are seen, in this room:
        self._folded_to = (0, 0, "")  # rows, width and font
        self._most, self._least_note, self._least = MOST_LINES, 1, 2
        self._is_whole = False  # a person wants to see all there is
        self._is_folded = False  # some of it is left out
        self._is_leftward: bool | None = None  # None: as the letters are
        self._plain_note = ""
        self._found: tuple[Difference, ...] = ()
        self._separator = " "
        self._note = ScrolledNote(MOST_LINES)
        self._note.setAccessibleName(self.tr("about the translation"))
        self._note.setToolTip(plain_tooltip(self._legend()))
        self._note.set_text(NOTHING)
        self.whole = named(QPushButton(self._note), "translationWhole")
        self.whole.setProperty("role", "link")
        self.whole.clicked.connect(lambda: self.set_whole(not self._is_whole))
        self.swap = named(QPushButton(self.tr("Swap direction"), self._note), "translationSwap")
        tip = self.tr("Translate in the other direction, from the next run on.")
        self.swap.setToolTip(plain_tooltip(tip))
        self.swap.setAccessibleDescription(tip)
        self.swap.setProperty("role", "link")
        self.swap.hide()
        self._name_button()
        self.whole.hide()
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
        All of the text before was asked for, not of these.
        """
        is_other = self.view.make_room(sources)
        if self._is_whole:
            self.set_whole(False)
        elif is_other:
            self._note.fit_anew()
            self._settle()

    def set_most_lines(self, most: int, least_note: int = 1, least: int = 2) -> None:
        """Take so many lines at most for the translations, and for what is said of them.

        least_note: lines that are kept for the latter: nothing below moves when more is said
        least: lines that are kept for the translations
        """
        self._most, self._least_note, self._least = most, least_note, least
        self._set_room()

    def _set_room(self) -> None:
        # What is below, such as a heat map, keeps most of its room: the rest is scrolled to.
        most = self._most * 3 // 2 if self._is_whole else self._most
        self.view.set_most_lines(most, self._least)
        self._note.set_most_lines(most, self._least_note)
        self._show_lines(self.view.current)
        self._write_note()
        self._settle()

    def suit(self, samples: Sequence[str]) -> None:
        """Show text as the script of samples is read, all of it; without any as its letters are."""
        self._is_leftward = reads_leftward(samples) if samples else None
        sides = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
        side = None if self._is_leftward is None else sides[self._is_leftward]
        self.view.set_script(side, are_wide(samples))
        self._write_note()

    def set_whole(self, is_whole: bool) -> None:
        """Show all there is, in more room and scrolled to; or the first part of what is long."""
        self._is_whole = is_whole
        self._name_button()
        self.view.fit_anew()
        self._note.fit_anew()
        self._set_room()

    def _name_button(self) -> None:
        text, tip = self.tr("Show all"), self.tr("Show the whole translation and reference.")
        if self._is_whole:
            text, tip = self.tr("Show less"), self.tr("Show the first part of what is long.")
        self.whole.setText(text)
        self.whole.setToolTip(plain_tooltip(tip))
        self.whole.setAccessibleDescription(tip)

    def show_lines(self, lines: Sequence[Line], current: int) -> None:
        """Show several hypotheses, aligned with their sources."""
        self._lines = tuple(lines)
        self._show_lines(current)
        self._settle()

    def _show_lines(self, current: int) -> None:
        is_numbered = len(self._lines) > 1
        rows = SEVERAL_ROWS if is_numbered else min(self.view.rows, self._most)
        beside = LineNumbers.room() + self.view.verticalScrollBar().sizeHint().width()
        width = self.view.width() - (beside if is_numbered else 0)
        width -= round(2 * self.view.document().documentMargin())
        font = self.view.font()
        room = (rows, width, font.key())
        known = self._folded if room == self._folded_to else {}
        first = [known.get(line) or folded(line, rows, font, width) for line in self._lines]
        self._folded, self._folded_to = dict(zip(self._lines, first, strict=True)), room
        self._is_folded = first != list(self._lines)
        self.view.show_lines(self._lines if self._is_whole else first, current)

    def show_hypothesis(
        self, words: Sequence[tuple[str, float]], note: str = "", *, separator: str = " "
    ) -> None:
        """Show one; the separator is "" for Chinese, and for pieces."""
        self.show_lines([Line(tuple(words), separator)] if words else [], 0)
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

    def offer_swap(self, is_offered: bool) -> None:
        """Offer the other direction beside what is said from now on, or no longer."""
        self.swap.setVisible(is_offered)

    def text(self) -> str:
        """The hypotheses as plain text, one a line."""
        return written(self._lines)[0]

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
        """Write as much of the note as is seen at once; the legend gives way to the reference."""
        self.whole.setVisible(self._is_folded or self._is_whole)  # it takes room
        is_long = bool(self._found) and not self._fits(self._found)
        self.whole.setVisible(self._is_folded or is_long or self._is_whole)
        found: Sequence[Difference] = self._found
        if is_long and not self._is_whole:
            found = first_of(found, lambda found: self._fits(found, has_legend=False))
        text = self._rich_note(found, has_legend=self._is_whole or not is_long)
        self._note.set_text(text or NOTHING)
        self._place_button()

    def _fits(self, found: Sequence[Difference], *, has_legend: bool = True) -> bool:
        return self._note.fits(self._rich_note(found, has_legend=has_legend), self._most)

    def _rich_note(self, found: Sequence[Difference], *, has_legend: bool = True) -> str:
        parts = [(part, escape(part)) for part in self._plain_note.split(BETWEEN) if part]
        if has_legend and any(word.probability < 1 for word in self.view.current_words()):
            parts.append(
                (QTextDocumentFragment.fromHtml(shades := self._shades()).toPlainText(), shades)
            )
        ends_with = ""
        if found:
            told, reference = self._reference(), marked(found, self._separator)
            is_leftward = self._is_leftward
            if is_leftward is None:
                is_leftward = is_right_to_left(plain(found, self._separator))
            if is_leftward:  # lines of its own
                ends_with = f'<div dir="rtl" align="right">{reference}</div>'
                told = told.format(reference="").strip()
                parts.append((told, escape(told)))
            else:
                ends_with = escape(told).format(reference=reference)
                ends_with = f"<br>{ends_with}" if parts else ends_with
        return self._in_lines(parts) + ends_with

    def _place_button(self) -> None:
        """Put the buttons at the end of the first line of the note, which leaves room for them."""
        end = self._note.width() - self._note.bar_width()
        for button in self._buttons():
            button.resize(button.sizeHint())
            end -= button.width()
            button.move(end, 0)

    def _buttons(self) -> list[QPushButton]:
        """Return the buttons that are shown, the last one first."""
        return [b for b in (self.whole, self.swap) if b.isVisibleTo(self._note)]

    def _settle(self) -> None:
        """Lay out what has grown or shrunk now; Qt would first paint the note over the words."""
        self._column.activate()
        parent = self.parentWidget()
        if parent is not None and (around := parent.layout()) is not None:
            around.activate()

    def _in_lines(self, parts: Sequence[tuple[str, str]]) -> str:
        """Join parts, each as plain and as rich text; no line ends with the sign between two."""
        measured = self._note.width_of
        room = self.contentsRect().width() - 2 * px(8) - px(10)
        room -= self._note.bar_width()
        room -= sum(button.sizeHint().width() for button in self._buttons())
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
        each = self.tr("piece: {samples}") if self.view.are_pieces else self.tr("word: {samples}")
        return each.replace(" ", "\N{NO-BREAK SPACE}").format(samples="".join(samples))

    def _legend(self) -> str:
        return self.tr(
            "Shade of a word or piece: how sure the model was of it, given all before it; the "
            "stronger, the less sure. Below 0.5 it is underlined with dots as well.\n"
            "Reference: underlined words are missing in the translation, words struck out are only "
            "in the translation, struck/underlined are other words in the same place."
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_lines(self.view.current)
        self._write_note()

    def _show_focus(self, has_focus: bool) -> None:
        set_look(self, "focused", has_focus)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_note"):
            self._write_note()

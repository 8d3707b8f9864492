"""What was typed, the newest first, with what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QTableWidgetItem,
    QWidget,
)

from app.widgets import numbers
from app.widgets.hinted_table import HintedTable
from app.widgets.plain_text import plain_tooltip
from app.widgets.script_delegate import ScriptDelegate
from app.widgets.scripts import alignment_for, alignment_of, direction_among, tallest_line
from app.widgets.theme import LOOK_CHANGES, px

MOST, MOST_OF_ALL = 50, 400  # texts that are kept of a corpus; and of all, the oldest go first
LONGEST = 4000  # characters of a text that is kept


@dataclass(frozen=True)
class Remembered:
    """A text of one or more lines, and its last translation: by weights of a step of a run."""

    text: str
    translation: str = ""
    step: int = 0
    corpus: str = ""  # for which it was typed; "": nobody knows
    run: str = ""


class HistoryTable(HintedTable):
    """A row for each text of the corpus; a click or Return brings it back.

    What was typed for another corpus waits until that is there again: it may be of other languages.
    """

    chosen = Signal(str)
    changed = Signal()  # a text came to it, or was forgotten
    emptied = Signal()  # by the user's hand

    def __init__(self, parent: QWidget | None = None) -> None:
        hint = self.tr("Sentences you translate are kept here; a click brings one back.")
        super().__init__(3, hint, parent)
        self._entries: list[Remembered] = []
        # Until the program ends, and with each how many older ones there were: new ones come first.
        self._forgotten: list[tuple[int, Remembered]] = []
        self._corpus = ""
        self._place = -1  # of the walk; -1: not among them
        self._before = ""  # what stood in the field before the walk
        self.setHorizontalHeaderLabels(
            [self.tr("Sentence"), self.tr("Translation"), self.tr("Step")]
        )
        self.align_numbers(2)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)  # Tab leads on, arrows go about in the table
        self.setShowGrid(False)
        self._script = ScriptDelegate(self)
        self.setItemDelegate(self._script)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.setAccessibleName(self.tr("history of sentences"))
        self.setToolTip(
            plain_tooltip(
                self.tr(
                    "Sentences that were translated with this corpus, the newest first. A click "
                    "or Return brings one back; so do Alt+Up and Alt+Down in the source field. "
                    "Delete forgets one; the menu of the right mouse button, all."
                )
            )
        )
        self.cellClicked.connect(lambda row, _: self._choose(row))
        self._fit_rows()

    def entries(self) -> tuple[Remembered, ...]:
        """All that is remembered, the newest first."""
        return tuple(self._entries)

    def set_entries(self, entries: Iterable[Remembered]) -> None:
        """Take what was remembered before; tells nobody."""
        self._entries = list(entries)[:MOST_OF_ALL]
        self._show()

    def set_corpus(self, name: str) -> bool:
        """Show what was typed for this corpus; returns whether it is another one than before."""
        is_other, self._corpus = name != self._corpus, name
        if is_other:
            self.end_walk()
            self._show()
        return is_other

    def suit(self, sources: Sequence[str], targets: Sequence[str]) -> None:
        """Show each side as samples of it are read; without any as its letters are."""
        for column, samples in enumerate((sources, targets)):
            direction = direction_among(samples)
            self._script.set_direction(column, direction)
            left = Qt.LayoutDirection.LeftToRight
            if head := self.horizontalHeaderItem(column):
                head.setTextAlignment(alignment_for(left if direction is None else direction))
        self.viewport().update()

    def remember(self, text: str) -> None:
        """Put a text first."""
        text = text[:LONGEST].strip("\n")
        shown = self._shown()
        if not text.strip() or (shown and shown[0].text == text):
            return
        known = [entry for entry in shown if entry.text == text]
        others = [entry for entry in self._entries if entry not in known]
        entry = known[0] if known else Remembered(text, corpus=self._corpus)
        self._entries = _bounded([entry, *others])
        self._show()
        self.changed.emit()

    def newest(self) -> str:
        """Return the text that was typed for this corpus last, if one was."""
        own = (entry.text for entry in self._entries if entry.corpus == self._corpus)
        return next(own, "")

    def is_anothers(self, text: str) -> bool:
        """Whether a text was typed for other corpora only, as far as is remembered."""
        corpora = {entry.corpus for entry in self._entries if entry.text == text}
        return bool(corpora) and corpora.isdisjoint(("", self._corpus))

    def forget(self, row: int) -> None:
        """Forget the text of a row."""
        shown = self._shown()
        if 0 <= row < len(shown):
            self._forget([shown[row]])
            self.setCurrentCell(min(row, self.rowCount() - 1), self.currentColumn())

    def forget_all(self) -> None:
        """Forget all texts, of other corpora, too."""
        self._forget(self._entries)
        self.emptied.emit()

    def _forget(self, entries: Iterable[Remembered]) -> None:
        kept = list(self._entries)
        for entry in list(entries):
            place = kept.index(entry)
            self._forgotten.append((len(kept) - place - 1, kept.pop(place)))
        self._become(kept)

    def _bring_back_forgotten(self) -> None:
        """Put each in its place again, but for what has been typed again since."""
        entries = list(self._entries)
        there = {(entry.text, entry.corpus) for entry in entries}
        for older, entry in reversed(self._forgotten):
            if (entry.text, entry.corpus) not in there:
                there.add((entry.text, entry.corpus))
                entries.insert(max(0, len(entries) - older), entry)
        self._forgotten.clear()
        self._become(_bounded(entries))

    def _become(self, entries: list[Remembered]) -> None:
        self._entries = entries
        self.end_walk()
        self._show()
        self.changed.emit()

    def set_translation(self, text: str, translation: str, step: int, run: str = "") -> None:
        """Note what has become of a text, if it is remembered."""
        for row, entry in enumerate(self._shown()):
            if entry.text == text.strip("\n"):
                corpus = entry.corpus or self._corpus
                new = replace(entry, translation=translation, step=step, corpus=corpus, run=run)
                self._entries[self._entries.index(entry)] = new
                self._show_row(row, new)

    def walk(self, by: int, standing: str) -> str | None:
        """Go to an older text (1) or a newer one (-1); None where there is none.

        standing: what is in the field; the newest end of the walk brings it back.
        """
        texts = [entry.text for entry in self._shown()]
        if self._place < 0:
            self._before = standing
            self._place = texts.index(standing) if standing in texts else -1
        place = self._place + by
        if place >= len(texts) or (place < 0 and self._place < 0):
            return None
        self._place = max(place, -1)
        return texts[place] if place >= 0 else self._before

    def end_walk(self) -> None:
        """The text was changed by hand: the next walk begins there."""
        self._place = -1

    def _choose(self, row: int) -> None:
        shown = self._shown()
        if 0 <= row < len(shown):
            self.chosen.emit(shown[row].text)

    def _copy(self, row: int, column: int) -> None:
        """Copy all lines of a text; of many, a cell shows the last."""
        shown = self._shown()
        if 0 <= row < len(shown):
            text = shown[row].translation if column == 1 else shown[row].text
            QGuiApplication.clipboard().setText(text)

    def _shown(self) -> list[Remembered]:
        return [entry for entry in self._entries if entry.corpus in ("", self._corpus)]

    def _show(self) -> None:
        shown = self._shown()
        self.setRowCount(len(shown))
        for row, entry in enumerate(shown):
            self._show_row(row, entry)

    def _show_row(self, row: int, entry: Remembered) -> None:
        step = numbers.count(entry.step) if entry.translation else ""
        texts = self._in_one(entry.text), self._in_one(entry.translation), step
        for column, (shown, full) in enumerate(
            zip(texts, (entry.text, entry.translation, self._source_of(entry)), strict=True)
        ):
            item = self.item(row, column)
            if item is None:
                item = QTableWidgetItem()
                self.setItem(row, column, item)
            item.setText(shown)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            item.setTextAlignment(side if column == 2 else alignment_of(shown))
            item.setToolTip(plain_tooltip(full))

    def _source_of(self, entry: Remembered) -> str:
        """Tell which weights have translated it."""
        step = numbers.count(entry.step)
        if not entry.translation:
            return ""
        text = self.tr("With the weights of step {step} of the run “{run}”, {corpus}.")
        if not entry.run:
            text = self.tr("With the weights of step {step}.")
        return text.format(step=step, run=entry.run, corpus=entry.corpus)

    def _in_one(self, text: str) -> str:
        """Return the line that sets a text apart from the one before: it was typed last."""
        lines = text.rstrip("\n").split("\n")
        if len(lines) == 1:
            return lines[0]
        return self.tr("… {last} ({count} lines)").format(last=lines[-1], count=len(lines))

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(tallest_line(px(12)) + px(3))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.currentRow())
        elif event.key() == Qt.Key.Key_Delete:
            if not event.isAutoRepeat():  # a key that is held down would forget all of them
                self.forget(self.currentRow())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy(self.currentRow(), self.currentColumn())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to forget, and to take that back."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = self.currentRow()
        for text, deed, can in (
            (self.tr("Forget this sentence\tDel"), lambda: self.forget(row), row >= 0),
            (self.tr("Forget all sentences, of all corpora"), self.forget_all, self._entries),
            (self.tr("Bring back what was forgotten"), self._bring_back_forgotten, self._forgotten),
        ):
            action = menu.addAction(text)
            action.setEnabled(bool(can))
            action.triggered.connect(lambda _=False, deed=deed: deed())
        menu.popup(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_entries"):
            self._fit_rows()


def _bounded(entries: Sequence[Remembered]) -> list[Remembered]:
    """Leave out the oldest: of a corpus that has too many, then of all."""
    count: Counter[str] = Counter()
    kept: list[Remembered] = []
    for entry in entries:
        count[entry.corpus] += 1
        if count[entry.corpus] <= MOST:
            kept.append(entry)
    return kept[:MOST_OF_ALL]

"""What is looked for in the corpus: words, a kind of pair, lengths, an order, a row."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from app.corpus_browser.pair_list import ROW, SOURCE, SOURCE_LENGTH, TARGET, TARGET_LENGTH
from app.corpus_browser.scan import Query, words_of
from app.corpus_browser.stored import StoredCorpus
from app.widgets import numbers
from app.widgets.chooser import Chooser
from app.widgets.knob_editors import core_text
from app.widgets.named import named
from app.widgets.number_field import NumberField
from app.widgets.search_field import SearchField
from app.widgets.theme import px
from s2s_core.pair_findings import CHANGED, LEFT_OUT

ALL, HELD_OUT = "", "held_out"
BY_ROW, BY_SOURCE, BY_TARGET = "row", "source", "target"
COLUMNS = {BY_ROW: ROW, BY_SOURCE: SOURCE_LENGTH, BY_TARGET: TARGET_LENGTH}
MOST_CHARACTERS = 1_000_000


class FilterRow(QWidget):
    """Two lines of fields; tells what it asks for as a `Query`."""

    changed = Signal()  # what is looked for
    sort_changed = Signal()
    row_wanted = Signal(int)  # from 1
    entered = Signal()  # go to what was found

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "form")  # its fields are as low as those of a form
        self.search = named(SearchField(self.tr("Words in either side")), "searchPairs")
        self.kind = named(Chooser(letters=18), "pairKind")
        self.kind.setMaxVisibleItems(20)
        self.shortest = named(self._length_field(), "shortestPair")
        self.longest = named(self._length_field(), "longestPair")
        self.sort = named(Chooser(letters=22), "sortPairs")
        self.row = named(NumberField(low=1, integer=True, optional=True), "goToRow")
        self._fill()
        self._lay_out()
        self._describe()
        self._connect()

    def _length_field(self) -> NumberField:
        return NumberField(low=0, high=MOST_CHARACTERS, integer=True, optional=True)

    def _fill(self) -> None:
        self.kind.addItem(self.tr("All pairs"), ALL)
        self.set_titles((self.tr("source"), self.tr("target")))
        self.sort.setCurrentIndex(0)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(8))
        for field, width in ((self.shortest, 64), (self.longest, 64), (self.row, 128)):
            field.setFixedWidth(px(width))
        self.row.setPlaceholderText("")
        self.shortest.setPlaceholderText("0")
        self.longest.setPlaceholderText("∞")
        length = _line(
            _label(self.tr("Length from")), self.shortest, _label(self.tr("to")), self.longest
        )
        grid.addWidget(self.search, 0, 0)
        grid.addLayout(_line(_label(self.tr("Show")), self.kind), 0, 1)
        grid.addLayout(length, 0, 2)
        grid.setColumnStretch(0, 1)
        second = _line(_label(self.tr("Sort")), self.sort)
        second.addStretch(1)
        second.addWidget(_label(self.tr("Go to row")))
        second.addWidget(self.row)
        grid.addLayout(second, 1, 0, 1, 3)

    def _describe(self) -> None:
        for widget, name, tip in (
            (self.search, self.search.accessibleName(),
             self.tr("All of these words must stand in the pair, in any order, on either side; "
                     "upper and lower case are the same (Ctrl+F).")),
            (self.kind, self.tr("kind of pair"), self.tr("Which pairs are shown.")),
            (self.shortest, self.tr("shortest"),
             self.tr("The longer side has at least so many characters.")),
            (self.longest, self.tr("longest"),
             self.tr("The longer side has at most so many characters.")),
            (self.sort, self.tr("order"),
             self.tr("In which order the pairs stand; a click on a column's head does the same.")),
            (self.row, self.tr("row"), self.tr("The number of the row to go to (Ctrl+G).")),
        ):  # fmt: skip
            widget.setAccessibleName(name)
            widget.setAccessibleDescription(tip)
            if isinstance(widget, NumberField):
                widget.set_help(tip)
            else:
                widget.setToolTip(tip)

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _: self.changed.emit())
        self.search.entered.connect(self.entered)
        self.kind.activated.connect(lambda _: self.changed.emit())
        for field in (self.shortest, self.longest):
            field.textEdited.connect(lambda _: self.changed.emit())
        self.sort.activated.connect(lambda _: self.sort_changed.emit())
        self.row.returnPressed.connect(self._tell_row)

    # What it says ------------------------------------------------------------------------

    def query(self, corpus: StoredCorpus, left_out: frozenset[int]) -> Query:
        """Return what is looked for in a corpus; rows from 1 are left out by hand."""
        kind = str(self.kind.currentData() or ALL)
        rows = None
        if kind == LEFT_OUT:
            rows = corpus.left_out(left_out)
        elif kind == HELD_OUT:
            rows = np.setdiff1d(np.arange(len(corpus.pairs)), corpus.left_out(left_out))
        elif kind != ALL:
            rows = corpus.findings.rows(kind)
        shortest, longest = (_length(field) for field in (self.shortest, self.longest))
        return Query(
            words=words_of(self.search.text()),
            shortest=shortest or 0,
            longest=longest,
            kind=kind,
            condition=(lambda source, _: source in corpus.held_out) if kind == HELD_OUT else None,
            rows=rows,
        )

    def order(self) -> tuple[str, bool]:
        """Return by what is sorted, and whether from the largest on."""
        kind, falls = self.sort.currentData()
        return str(kind), bool(falls)

    def find_words(self) -> None:
        """Go to the field for words."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def find_row(self) -> None:
        """Go to the field for a row."""
        self.row.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.row.selectAll()

    # What it is told ---------------------------------------------------------------------

    def sort_by_column(self, column: int) -> None:
        """Sort by a column whose head was clicked, the other way round the second time."""
        kinds = {SOURCE: BY_SOURCE, SOURCE_LENGTH: BY_SOURCE, TARGET: BY_TARGET}
        kind = (kinds | {TARGET_LENGTH: BY_TARGET}).get(column, BY_ROW)
        falls = self.order() == (kind, False)
        self.sort.setCurrentIndex(2 * (BY_ROW, BY_SOURCE, BY_TARGET).index(kind) + falls)
        self.sort_changed.emit()

    def set_titles(self, titles: tuple[str, str]) -> None:
        """Name the sides in the list of orders."""
        index = max(0, self.sort.currentIndex())
        self.sort.clear()
        self.sort.addItem(self.tr("Row, as in the corpus"), (BY_ROW, False))
        self.sort.addItem(self.tr("Row, last first"), (BY_ROW, True))
        for title, kind in zip(titles, (BY_SOURCE, BY_TARGET), strict=True):
            for text, falls in (
                (self.tr("{side}, shortest first"), False), (self.tr("{side}, longest first"), True)
            ):  # fmt: skip
                self.sort.addItem(text.format(side=title), (kind, falls))
        self.sort.setCurrentIndex(index)

    def set_rows(self, count: int) -> None:
        """Say how many rows there are."""
        self.row.set_high(count)
        self.row.setPlaceholderText(self.tr("1 to {last}").format(last=numbers.count(count)))

    def set_kinds(self, corpus: StoredCorpus, left_out: frozenset[int]) -> None:
        """Offer what was found, with its count."""
        chosen = self.kind.currentData()
        self.kind.clear()
        self.kind.addItem(self.tr("All pairs"), ALL)
        changed, gone = len(corpus.changed), len(corpus.left_out(left_out))
        tips = (
            self.tr("Pairs that a cure has changed; the file stays as it is."),
            self.tr("By hand, by a cure or because a side is blank: not trained on."),
            self.tr("Never trained on: they score the model, or have the source of one that does."),
        )
        self._offer(self.tr("Changed by a cure"), CHANGED, changed, tips[0])
        self._offer(self.tr("Left out"), LEFT_OUT, gone, tips[1])
        if corpus.held_out:
            self._offer(self.tr("Held out"), HELD_OUT, corpus.with_held_out, tips[2])
        among = self.tr("Looked for among the first {count} pairs.")
        for found in corpus.found:
            lines = [core_text(found.template).format(count=numbers.count(found.count))]
            if first := corpus.looked_through(found.name):
                lines.append(among.format(count=numbers.count(first)))
            self._offer(core_text(found.title), found.name, found.count, "\n".join(lines))
        self.kind.setCurrentIndex(max(0, self.kind.findData(chosen)))

    def _offer(self, title: str, kind: str, count: int, tip: str) -> None:
        if count or kind in (LEFT_OUT, HELD_OUT):
            is_counted = count or kind == LEFT_OUT
            self.kind.addItem(f"{title} · {numbers.count(count)}" if is_counted else title, kind)
            self.kind.setItemData(self.kind.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)

    def show_kind(self, kind: str) -> None:
        """Look for one kind of pairs, if there are such, and for nothing else."""
        for field in (self.search, self.shortest, self.longest):
            field.clear()
        self.kind.setCurrentIndex(max(0, self.kind.findData(kind)))
        self.changed.emit()

    def _tell_row(self) -> None:
        value = numbers.parsed(self.row.text())
        if value is not None and not self.row.problem():
            self.row_wanted.emit(int(value))


def _length(field: NumberField) -> int | None:
    value = numbers.parsed(field.text())
    return None if value is None or field.problem() else int(value)


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "label")
    return label


def _line(*widgets: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(px(8))
    for widget in widgets:
        line.addWidget(widget)
    return line

"""The window of the corpus browser: what is looked for above, the pairs, one pair in full below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QProgressBar, QPushButton, QSplitter, QWidget

from app.bridge.controller import Controller, sentence_of
from app.bridge.messages import CorpusReady
from app.bridge.throttle import Throttle
from app.corpus_browser.filter_row import BY_ROW, COLUMNS, FilterRow
from app.corpus_browser.frame import lay_out
from app.corpus_browser.pair_browser import MOST_CHOSEN, PairBrowser
from app.corpus_browser.pair_details import PairDetails
from app.corpus_browser.pair_list import PairList
from app.corpus_browser.scan import Numbers, Query, Scan
from app.widgets import numbers
from app.widgets.elided_label import ElidedLabel
from app.widgets.named import named
from s2s_core.configs import DataConfig, RunConfig
from s2s_core.errors import S2SError
from s2s_core.pair_store import PairStore

TYPING_MS = 120
LEFT_OUT = "data.left_out"
NOT_OF_THE_ROWS = frozenset(  # settings that change nothing in which pair stands in which row
    {
        "left_out", "cures", "validation", "held_out_percent", "held_out_most", "longest", "seed",
        "split", "tokenizer",
    }
)  # fmt: skip


class CorpusBrowser(QDialog):
    """Shows the pairs as they were read; what is done with them is told to the controller."""

    translate_wanted = Signal(str, str)  # a source and its reference

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self._ready: CorpusReady | None = None
        self._query = Query()
        self._before: tuple[Query, Numbers] | None = None  # what was found last, and all of it
        self._stay: int | None = None  # the row where a person was
        self._first: int | None = None  # the row that was gone to because it is the first
        self._note = ""  # what is to be said beside the count
        named(self, "corpusBrowser")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.filters = FilterRow()
        self.pairs = PairList()
        self.table = named(PairBrowser(self.pairs), "pairTable")
        self.details = PairDetails()
        self.progress = named(QProgressBar(), "searchProgress")
        self.count = named(ElidedLabel(""), "pairCount")
        self.translate = named(QPushButton(self.tr("Translate")), "translatePair")
        self.leave = named(QPushButton(), "leaveOut")
        self.copy = named(QPushButton(self.tr("Copy")), "copyPairs")
        self.leave_window = named(QPushButton(self.tr("Close")), "closeBrowser")
        self.split = QSplitter(Qt.Orientation.Vertical)
        self._scan = Scan(self)
        self._search_soon = Throttle(self._search, TYPING_MS, self)
        self._describe()
        lay_out(self)
        self._connect()
        self._show_corpus(controller.corpus)

    def _describe(self) -> None:
        for widget, name, tip in (
            (self.table, self.tr("pairs"),
             self.tr("Enter translates a pair, Delete leaves it out or takes it back, Ctrl+C "
                     "copies the rows that are chosen.")),
            (self.progress, self.tr("searching"), self.tr("How far the search has come.")),
            (self.translate, self.tr("translate the pair"),
             self.tr("Put this source into Translate, with its target as the reference (Enter).")),
            (self.leave, self.tr("leave out"),
             self.tr("Do not train on the pairs that are chosen, from the next run on (Delete). "
                     "It can be undone.")),
            (self.copy, self.tr("copy rows"),
             self.tr("Copy source and target of the rows that are chosen, a tab between them "
                     "(Ctrl+C).")),
            (self.leave_window, self.tr("close"), self.tr("Close this window (Esc).")),
        ):  # fmt: skip
            widget.setAccessibleName(name)
            widget.setAccessibleDescription(tip)
            if widget is not self.table:
                widget.setToolTip(tip)

    def _connect(self) -> None:
        self._scan.found.connect(self._take_found)
        self._scan.moved.connect(self._show_progress)
        self._scan.finished.connect(self._finish)
        self.filters.changed.connect(self._search_soon)
        self.filters.sort_changed.connect(lambda: self._search())
        self.filters.row_wanted.connect(self.go_to)
        self.filters.entered.connect(self._go_down)
        self.table.sort_wanted.connect(self.filters.sort_by_column)
        self.table.chosen_changed.connect(self._show_chosen)
        for signal, deed in (
            (self.table.translate_wanted, self._translate),
            (self.table.leave_wanted, self._leave_out),
            (self.table.copy_wanted, self._copy),
            (self.translate.clicked, self._translate),
            (self.leave.clicked, self._leave_out),
            (self.copy.clicked, self._copy),
            (self.leave_window.clicked, self.reject),
        ):
            signal.connect(lambda *_, deed=deed: deed())
        keys: tuple[tuple[str, Callable[[], object]], ...] = (
            ("Ctrl+F", self.filters.find_words),
            ("Ctrl+G", self.filters.find_row),
            ("Ctrl+Z", self._controller.undo),
            ("Ctrl+Shift+Z", self._controller.redo),
            ("Ctrl+Y", self._controller.redo),
        )
        for key, does in keys:
            QShortcut(QKeySequence(key), self).activated.connect(does)
        self._controller.corpus_changed.connect(self._show_corpus)
        self._controller.draft.changed.connect(self._show_left_out)

    # The corpus --------------------------------------------------------------------------

    def _show_corpus(self, ready: CorpusReady | None) -> None:
        """Show another corpus; of the same rows prepared anew, stay where one is."""
        before, self._ready = self._ready, ready
        if ready is None:
            self.setWindowTitle(self.tr("Corpus"))
            self._say("")
            self.table.set_hint(self.tr("The pairs are shown as soon as the corpus is read."))
            self._show_chosen()
            return
        pairs, self._note = self._stored(ready)
        corpus = ready.corpus
        titles = (corpus.source_name, corpus.target_name)
        self.setWindowTitle(self.tr("Corpus: {title}").format(title=corpus.title))
        self.pairs.held_out = _held_out(ready)
        self.filters.offer_held_out(bool(self.pairs.held_out))
        self.filters.set_rows(len(pairs))
        if (
            before
            and _rows_of(before.data) == _rows_of(ready.data)
            and len(pairs) == len(self.pairs.pairs)
        ):
            self._scan.replace_pairs(pairs)
            self.pairs.replace_pairs(pairs)
        else:
            self._scan.set_pairs(pairs)
            self._before = self._stay = self._first = None
            self.pairs.set_pairs(pairs, titles)
            self.details.set_titles(titles)
            self.filters.set_titles(titles)
            self._search()
        self._show_left_out(self._controller.draft.config)

    def _stored(self, ready: CorpusReady) -> tuple[Sequence[tuple[str, str]], str]:
        """Return all pairs, or the first few and why there are no more."""
        try:
            return PairStore.load(Path(ready.prepared.folder)), ""
        except S2SError as error:
            template = self.tr("only the first pairs are kept here: {why}")
            return ready.corpus.preview, template.format(why=sentence_of(error))

    def _show_left_out(self, config: RunConfig) -> None:
        """Strike through what the next run does not train on."""
        left_out = frozenset(config.data.left_out)
        if left_out == self.pairs.left_out:
            return
        self.pairs.left_out = left_out
        self.pairs.refresh()
        self._show_chosen()
        if self._query.rows is not None:
            self._search()
        else:
            self._show_progress()

    # Searching ---------------------------------------------------------------------------

    def _search(self) -> None:
        """Look for what fits what is asked for; where one stands, one stays if it is there."""
        left_out = frozenset(row - 1 for row in self.pairs.left_out)
        query = self.filters.query(left_out, self._is_held_out)
        is_same = self._before is not None and self._before[0] == query
        if (current := self._current_row()) not in (None, self._first):
            self._stay = current
        self._query = query
        self._scan.stop()
        if self._before is not None and is_same:  # it is only to be sorted
            self._show_found(self._before[1])
            return
        if query.is_open and (self.filters.order()[0] == BY_ROW or self._scan.knows_lengths):
            self._before = None
            self._show_found(np.arange(len(self.pairs.pairs)))
            return
        among = None
        if self._before and query.narrows(self._before[0]):
            among = self._before[1]
            if len(among) > len(self.pairs.pairs) // 4:  # all together are read as fast
                among = None
        if not query.is_open:  # else all rows stay in sight while they are measured
            self.pairs.show_rows(np.zeros(0, np.int64))
        self._scan.start(query, among)
        self._show_progress()

    def _is_held_out(self, source: str, _target: str) -> bool:
        return source in self.pairs.held_out

    def _take_found(self, rows: Numbers) -> None:
        if self._query.is_open:
            return
        was_empty = not self.pairs.rowCount()
        self.pairs.append(rows)
        if was_empty:
            self.table.go_to(0)
            self._first = self._current_row()

    def _finish(self) -> None:
        if self._query.is_open:
            self._show_found(np.arange(len(self.pairs.pairs)))
            return
        if (current := self._current_row()) != self._first:  # a person went there meanwhile
            self._stay = current
        rows = self.pairs.rows().copy()
        self._before = (self._query, rows)
        self._show_found(rows)

    def _show_found(self, rows: Numbers) -> None:
        """Show all that was found in the order asked for, and stay at the row there was."""
        kind, falls = self.filters.order()
        self.pairs.sorted_by = (COLUMNS[kind], falls)
        if kind == BY_ROW:
            is_all = len(rows) == len(self.pairs.pairs)
            shown = None if is_all and not falls else rows[::-1] if falls else rows
        else:
            lengths = (self._scan.source_lengths, self._scan.target_lengths)[kind == "target"]
            keys = lengths[rows]
            shown = rows[np.argsort(-keys if falls else keys, kind="stable")]
        self.pairs.show_rows(shown)
        line = None if self._stay is None else self.pairs.line_of(self._stay)
        if self.pairs.rowCount():
            self.table.go_to(line or 0)
            self._first = None if line is not None else self._current_row()
        self._show_chosen()
        self._show_progress()

    def _show_progress(self) -> None:
        """Say how many were found, and how far the search has come."""
        scan, found = self._scan, numbers.count(self.pairs.rowCount())
        self.progress.setVisible(scan.is_running)
        self.progress.setMaximum(max(1, scan.total) if scan.is_running else 1)
        self.progress.setValue(scan.done if scan.is_running else 0)
        total = numbers.count(len(self.pairs.pairs))
        self.table.set_hint("" if scan.is_running else self.tr("There is no such pair."))
        if scan.is_running and self._query.is_open:
            text = self.tr("Measuring: {done} of {total} pairs")
        elif scan.is_running:
            text = self.tr("{found} found in {done} of {total} pairs …")
        elif self._query.is_open:
            text = self.tr("{total} pairs")
        else:
            text = self.tr("{found} of {total} pairs")
        done = numbers.count(scan.done)
        parts = [text.format(found=found, done=done, total=total)]
        if self.pairs.left_out:
            left_out = numbers.count(len(self.pairs.left_out))
            parts.append(self.tr("{count} left out").format(count=left_out))
        self._say(" · ".join([*parts, *filter(None, [self._note])]))

    def _say(self, text: str) -> None:
        self.count.setText(text)

    def go_to(self, number: int) -> None:
        """Go to a row by its number from 1; if it is not among those shown, say so."""
        line = self.pairs.line_of(number - 1)
        if line is None:
            template = self.tr("Row {row} is not among the pairs found.")
            self._say(template.format(row=numbers.count(number)))
            return
        self.table.go_to(line)
        self.table.setFocus()

    def _go_down(self) -> None:
        if self.pairs.rowCount():
            if not self.table.currentIndex().isValid():
                self.table.go_to(0)
            self.table.setFocus()

    # What is chosen ----------------------------------------------------------------------

    def _current_row(self) -> int | None:
        index = self.table.currentIndex()
        return self.pairs.row_of(index.row()) if index.isValid() else None

    def _chosen_numbers(self) -> list[int]:
        return [self.pairs.row_of(line) + 1 for line in self.table.chosen()]

    def _show_chosen(self) -> None:
        index, chosen = self.table.currentIndex(), self._chosen_numbers()
        is_there = index.isValid() and index.row() < self.pairs.rowCount()
        self.details.show_pair(self.pairs.pair(index.row()) if is_there else None)
        are_out = bool(chosen) and self.pairs.left_out.issuperset(chosen)
        self.leave.setText(self.tr("Take back") if are_out else self.tr("Leave out"))
        self.translate.setEnabled(is_there)
        self.leave.setEnabled(bool(chosen))
        self.copy.setEnabled(bool(chosen))

    def _translate(self) -> None:
        index = self.table.currentIndex()
        if not index.isValid():
            return
        source, target = self.pairs.pair(index.row())
        if not source.strip():
            self._say(self.tr("This source is blank: there is nothing to translate."))
            return
        self.translate_wanted.emit(source, target)
        row = numbers.count(self.pairs.row_of(index.row()) + 1)
        self._say(self.tr("Row {row} stands in Translate now.").format(row=row))

    def _leave_out(self) -> None:
        """Leave the rows out that are chosen; if all of them are already, take them back."""
        chosen = self._chosen_numbers()
        if not chosen or self._ready is None:
            return
        left_out = self.pairs.left_out
        are_out = left_out.issuperset(chosen)
        after = left_out.difference(chosen) if are_out else left_out.union(chosen)
        self._controller.turn_knob(LEFT_OUT, tuple(sorted(after)))

    def _copy(self) -> None:
        """Copy the rows that are chosen, as a table that readers of TSV take."""
        lines = self.table.chosen()
        rows = ("\t".join(" ".join(side.split()) for side in self.pairs.pair(n)) for n in lines)
        QGuiApplication.clipboard().setText("".join(f"{row}\n" for row in rows))
        copied = self.tr("{count} rows copied.").format(count=numbers.count(len(lines)))
        self._say(self.tr("1 row copied.") if len(lines) == 1 else copied)
        if len(lines) == MOST_CHOSEN:
            most = self.tr("{count} rows copied, which is the most at once.")
            self._say(most.format(count=numbers.count(MOST_CHOSEN)))

    def done(self, result: int) -> None:
        """Closed in whatever way: nothing goes on."""
        self._scan.stop()
        super().done(result)


def _rows_of(data: DataConfig) -> DataConfig:
    """Return what says which pair stands in which row."""
    fields = DataConfig.model_fields
    defaults = {name: fields[name].default for name in NOT_OF_THE_ROWS & fields.keys()}
    if data.builtin:
        defaults["seed"] = data.seed  # of which the pairs are made
    return data.model_copy(update=defaults)


def _held_out(ready: CorpusReady) -> frozenset[str]:
    """Return the sources that are not trained on, if all of them are known here."""
    examples = ready.prepared.examples
    if ready.data.validation or len(examples) < ready.prepared.held_out_pairs:
        return frozenset()
    return frozenset(source for source, _ in examples)

"""The window of the corpus browser: what is looked for above, the pairs, one pair in full below."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.bridge.controller import Controller
from app.bridge.messages import CorpusReady
from app.bridge.side_names import side_names
from app.bridge.throttle import Throttle
from app.corpus_browser.frame import BrowserFrame
from app.corpus_browser.hits import Sought
from app.corpus_browser.order import Numbers
from app.corpus_browser.pair_browser import MOST_CHOSEN
from app.corpus_browser.search import Search
from app.corpus_browser.stored import StoredCorpus, stored
from app.widgets import numbers
from s2s_core.configs import RunConfig
from s2s_core.pair_findings import LEFT_OUT
from s2s_core.records import ProgressRecord

TYPING_MS = 120
LEFT_OUT_KEY = "data.left_out"


class CorpusBrowser(BrowserFrame):
    """Shows the pairs as they are trained on; what is done with them is told to the controller."""

    translate_wanted = Signal(str, str)  # a source and its reference

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self._ready: CorpusReady | None = None
        self._gone = np.zeros(0, np.int64)  # rows that are left out, by hand or by cures
        self._note = ""  # what is to be said beside the count
        self.finder = Search(self.pairs, self.table, self)
        self._search_soon = Throttle(self._search, TYPING_MS, self)
        self._connect()
        self._show_corpus(controller.corpus)

    def _connect(self) -> None:
        self.finder.moved.connect(self._show_progress)
        self.finder.shown.connect(self._show_found)
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
            ("Ctrl+Z", self._controller.steering.undo),
            ("Ctrl+Shift+Z", self._controller.steering.redo),
            ("Ctrl+Y", self._controller.steering.redo),
        )
        for key, does in keys:
            QShortcut(QKeySequence(key), self).activated.connect(does)
        self._controller.corpus_changed.connect(self._show_corpus)
        self._controller.corpus_progress.connect(self._follow_reading)
        self._controller.draft.changed.connect(self._show_left_out)

    # The corpus --------------------------------------------------------------------------

    def _show_corpus(self, ready: CorpusReady | None) -> None:
        """Show another corpus; of the same rows prepared anew, stay where one is."""
        before, self._ready = self._ready, ready
        if ready is None:
            self.setWindowTitle(self.tr("Corpus"))
            self._say("")
            self.progress.setVisible(False)
            self.table.set_hint(self.tr("The pairs are shown as soon as the corpus is read."))
            self._show_chosen()
            return
        kept, known = stored(ready), self.pairs.corpus
        self._tell_of(ready, kept)
        self._name_sides(ready)
        self.filters.set_rows(len(kept.pairs))
        is_same = before is not None and before.data.rows == ready.data.rows
        if is_same and len(kept.pairs) == len(known.pairs):
            self.finder.replace(kept.pairs, np.concatenate((known.changed, kept.changed)))
            self.pairs.replace_corpus(kept)
        else:  # another, or the same of which more has been read
            self.finder.take(kept.pairs, stay=is_same)
            self.pairs.set_corpus(kept, side_names(ready.corpus))
        self._take_left_out(frozenset(self._controller.draft.config.data.left_out))
        self._search()

    def _tell_of(self, ready: CorpusReady, kept: StoredCorpus) -> None:
        """Note what is to be known of the pairs that are there."""
        self._note = ""
        if kept.problem:
            template = self.tr("only the first pairs are kept here: {why}")
            self._note = template.format(why=kept.problem)
        elif not kept.has_findings:
            self._note = self.tr("what was found in which pair is not kept here")
        elif not ready.corpus.is_counted and self._controller.reading.is_encoding:
            self._note = self.tr("more are being read")
        elif not ready.corpus.is_counted:
            self._note = self.tr("reading was stopped: these are the first")

    def _follow_reading(self, record: ProgressRecord | None) -> None:
        """See whether more are still being read."""
        if record is None and self._ready and not self._ready.corpus.is_counted:
            self._tell_of(self._ready, self.pairs.corpus)
            self._show_progress()

    def _name_sides(self, ready: CorpusReady) -> None:
        titles = side_names(ready.corpus)
        self.setWindowTitle(self.tr("Corpus: {title}").format(title=ready.corpus.title))
        self.details.set_titles(titles)
        self.filters.set_titles(titles)

    def _show_left_out(self, config: RunConfig) -> None:
        """Strike through what the next run does not train on."""
        left_out = frozenset(config.data.left_out)
        if left_out == self.pairs.left_out:
            return
        self._take_left_out(left_out)
        self.pairs.refresh()
        self._show_chosen()
        if self.finder.query.kind == LEFT_OUT:
            self.finder.forget()
            self._search()
        else:
            self._show_progress()

    def _take_left_out(self, left_out: frozenset[int]) -> None:
        self.pairs.leave_out(left_out)
        self._gone = self.pairs.corpus.left_out(left_out)
        self.filters.set_kinds(self.pairs.corpus, left_out)

    # Searching ---------------------------------------------------------------------------

    def show_finding(self, name: str) -> None:
        """Show the pairs of a finding, or those that were changed or left out."""
        self.filters.show_kind(name)

    def _search(self) -> None:
        query = self.filters.query(self.pairs.corpus, self.pairs.left_out)
        self.details.sought = Sought(query.words, markup=query.kind == "markup")
        self.table.mark(self.details.sought)
        self.finder.start(query, self.filters.order())

    def _show_found(self) -> None:
        self._show_chosen()
        self._show_progress()

    def _show_progress(self) -> None:
        """Say how many were found, and how far the search has come."""
        finder, scan = self.finder, self.finder.scan
        found = numbers.count(finder.found)
        self.progress.setVisible(scan.is_running)
        self.progress.setMaximum(max(1, scan.total) if scan.is_running else 1)
        self.progress.setValue(scan.done if scan.is_running else 0)
        total, done = numbers.count(len(self.pairs.pairs)), numbers.count(scan.done)
        self.table.set_hint("" if scan.is_running else self.tr("There is no such pair."))
        if scan.is_running and finder.query.is_open:
            text = self.tr("Measuring: {done} of {total:pair|pairs}")
        elif scan.is_running:
            text = self.tr("{found} found in {done} of {total:pair|pairs} …")
        elif finder.query.is_open:
            text = self.tr("{total:pair|pairs}")
        else:
            text = self.tr("{found} of {total:pair|pairs}")
        parts = [text.format(found=found, done=done, total=total)]
        if first := self.pairs.corpus.looked_through(finder.query.kind):
            text = self.tr("looked for among the first {count}")
            parts.append(text.format(count=numbers.count(first)))
        if gone := self._among_found(self._gone):
            parts.append(self.tr("{count} left out").format(count=numbers.count(gone)))
        if changed := self._among_found(self.pairs.corpus.changed):
            parts.append(self.tr("{count} changed").format(count=numbers.count(changed)))
        if self._ready and (added := self._ready.data.added):
            text = self.tr("{count} added by hand: in a list of their own")
            parts.append(text.format(count=numbers.count(len(added))))
        self._say(" · ".join([*parts, *filter(None, [self._note])]))

    def _among_found(self, rows: Numbers) -> int:
        """Return how many of some rows were found; none is known while it is searched."""
        if self.finder.query.is_open:
            return len(rows)
        shown = self.pairs.rows()
        return 0 if self.finder.is_running else int(np.isin(rows, shown).sum())

    def _say(self, text: str) -> None:
        self.count.setText(text)

    def go_to(self, number: int) -> None:
        """Go to a row by its number from 1; if it is not among those shown, say so."""
        if not self.finder.go_to(number - 1):
            template = self.tr("Row {row} is not among the pairs found.")
            self._say(template.format(row=numbers.count(number)))

    def _go_down(self) -> None:
        if self.pairs.rowCount():
            if not self.table.currentIndex().isValid():
                self.table.go_to(0)
            self.table.setFocus()

    # What is chosen ----------------------------------------------------------------------

    def _chosen_numbers(self) -> list[int]:
        return [self.pairs.row_of(line) + 1 for line in self.table.chosen()]

    def _show_chosen(self) -> None:
        index, chosen = self.table.currentIndex(), self._chosen_numbers()
        is_there = index.isValid() and index.row() < self.pairs.rowCount()
        if is_there:
            line = index.row()
            in_file = self.pairs.corpus.in_file(self.pairs.row_of(line))
            self.details.show_pair(self.pairs.pair(line), in_file, self.pairs.told_of(line))
        else:
            self.details.show_pair(None)
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
        self._controller.steering.turn(LEFT_OUT_KEY, tuple(sorted(after)))

    def _copy(self) -> None:
        """Copy the rows that are chosen, as a table that readers of TSV take."""
        lines = self.table.chosen()
        rows = ("\t".join(" ".join(side.split()) for side in self.pairs.pair(n)) for n in lines)
        QGuiApplication.clipboard().setText("".join(f"{row}\n" for row in rows))
        copied = self.tr("{count:row|rows} copied.")
        self._say(copied.format(count=numbers.count(len(lines))))
        if len(lines) == MOST_CHOSEN:
            most = self.tr("{count} rows copied, which is the most at once.")
            self._say(most.format(count=numbers.count(MOST_CHOSEN)))

    def done(self, result: int) -> None:
        """Closed in whatever way: nothing goes on."""
        self.finder.stop()
        super().done(result)

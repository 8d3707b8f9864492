"""Pairs typed in class: they join the corpus, each as often as chosen, and can be taken out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.bridge.controller import Controller, sentence_of
from app.bridge.side_names import side_names
from app.pasted import Pair, has_columns, in_words, pairs_in
from app.widgets import numbers
from app.widgets.named import named
from app.widgets.number_field import is_for_the_window
from app.widgets.pair_table import PairTable, WholeRows
from app.widgets.panel_frame import muted
from app.widgets.spin_box import SpinBox
from app.widgets.theme import px, set_look
from s2s_core.configs import RunConfig

ADDED, TIMES = "data.added", "data.added_times"
WIDTH, HEIGHT = 560, 440
MOST = 1000  # pairs; with more it is a corpus of its own
MOST_TIMES = 10_000


class SideField(QLineEdit):
    """One side of a pair; columns that are pasted are pairs, and not text of this side."""

    columns_pasted = Signal(str)

    def event(self, event: QEvent) -> bool:
        return not is_for_the_window(self, event) and super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = QGuiApplication.clipboard().text()
        if event.matches(QKeySequence.StandardKey.Paste) and _are_lines(text):
            self.columns_pasted.emit(text)
        else:
            super().keyPressEvent(event)


class AddedPairs(QDialog):
    """Edits the added pairs of the next run; each change can be undone like any other."""

    corpus_wanted = Signal(str)  # these lines are to be a corpus of their own

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        named(self, "addedPairs")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Add pairs to the corpus"))
        self.source = named(SideField(), "addSource")
        self.target = named(SideField(), "addTarget")
        self.add = named(QPushButton(self.tr("Add")), "addPair")
        self.table = named(PairTable(), "addedTable")
        self.times = named(SpinBox(1, MOST_TIMES, 1), "addedTimes")
        self.paste = named(QPushButton(self.tr("Paste columns")), "pasteColumns")
        self.remove = named(QPushButton(self.tr("Remove")), "removePairs")
        self.as_corpus = named(QPushButton(self.tr("Use as a corpus")), "pairsAsCorpus")
        self.leave = QPushButton(self.tr("Close"))
        self.note = muted()
        self._labels = (QLabel(), QLabel())
        self._lay_out()
        self._describe()
        self._connect()
        self.show_config(controller.draft.config)
        self._say_what_it_is()

    # Building ----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        entry = QGridLayout()
        entry.setHorizontalSpacing(px(8))
        entry.setVerticalSpacing(px(4))
        for side, (label, field) in enumerate(
            zip(self._labels, (self.source, self.target), strict=True)
        ):
            label.setProperty("role", "label")
            label.setBuddy(field)
            entry.addWidget(label, 0, side)
            entry.addWidget(field, 1, side)
            entry.setColumnStretch(side, 1)
        entry.addWidget(self.add, 1, 2)
        below = QHBoxLayout()
        below.setSpacing(px(8))
        self._times_label = QLabel(self.tr("Each of them"))
        self._times_label.setProperty("role", "label")
        self._times_label.setBuddy(self.times)
        self.times.setSuffix(self.tr(" times an epoch"))
        below.addWidget(self._times_label)
        below.addWidget(self.times)
        below.addStretch(1)
        below.addWidget(self.paste)
        below.addWidget(self.remove)
        last = QHBoxLayout()
        last.setSpacing(px(8))
        last.addWidget(self.as_corpus)
        last.addStretch(1)
        last.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(24), px(24), px(16))
        column.setSpacing(px(16))
        column.addLayout(entry)
        column.addWidget(WholeRows(self.table), 1)
        column.addLayout(below)
        column.addWidget(self.note)
        column.addLayout(last)
        for button in (self.add, self.paste, self.remove, self.as_corpus, self.leave):
            button.setAutoDefault(False)  # Enter belongs to the two fields
        self.resize(px(WIDTH), px(HEIGHT))

    def _describe(self) -> None:
        enter = self.tr("Enter goes on to the other side, and there adds the pair.")
        pasted = self.tr("Columns of a spreadsheet can be pasted here: each row is a pair.")
        for widget, name, tip in (
            (self.source, self.tr("source of the pair"), f"{enter} {pasted}"),
            (self.target, self.tr("target of the pair"), f"{enter} {pasted}"),
            (self.add, self.add.text(), self.tr("Let this pair join the corpus.")),
            (self.times, self.tr("how often each added pair is trained on"),
             self.tr("How often each added pair stands among the training pairs. Raised: learnt "
                     "sooner, and by heart rather than as a rule.")),
            (self.paste, self.paste.text(),
             self.tr("Add two columns from the clipboard (Ctrl+V): a pair a line, a tab between "
                     "the sides.")),
            (self.remove, self.remove.text(),
             self.tr("Take the pairs that are selected out again (Delete).")),
            (self.as_corpus, self.as_corpus.text(),
             self.tr("Save the pairs as a file, and open it in place of the corpus.")),
            (self.leave, self.leave.text(), self.tr("Close; the pairs stay in the corpus.")),
        ):  # fmt: skip
            widget.setAccessibleName(name)
            widget.setAccessibleDescription(tip)
            widget.setToolTip(tip)
        self.table.setAccessibleName(self.tr("added pairs"))
        self.table.setAccessibleDescription(self.tr("The pairs that were added."))

    def _connect(self) -> None:
        self.source.returnPressed.connect(lambda: self.target.setFocus())
        self.target.returnPressed.connect(self.add_typed)
        self.add.clicked.connect(self.add_typed)
        for field in (self.source, self.target):
            field.columns_pasted.connect(self.add_lines)
            field.textEdited.connect(lambda _: self._enable())
        self.paste.clicked.connect(self._paste)
        self.remove.clicked.connect(self.remove_selected)
        self.as_corpus.clicked.connect(self._use_as_corpus)
        self.leave.clicked.connect(self.close)
        self.times.valueChanged.connect(lambda times: self._controller.draft.set(TIMES, times))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self._controller.draft.changed.connect(self.show_config)
        self._controller.corpus_changed.connect(self._follow_corpus)
        standard, only_here = QKeySequence.StandardKey, Qt.ShortcutContext.WidgetShortcut
        QShortcut(standard.Undo, self, self._controller.steering.undo)
        QShortcut(standard.Redo, self, self._controller.steering.redo)
        QShortcut(standard.Delete, self.table, self.remove_selected, context=only_here)
        QShortcut(standard.Paste, self.table, self._paste, context=only_here)

    # Adding and taking out ---------------------------------------------------------------

    def add_typed(self) -> None:
        """Add what stands in the two fields; what is missing is gone to."""
        sides = [" ".join(field.text().split()) for field in (self.source, self.target)]
        if missing := next((f for f in (self.source, self.target) if not f.text().strip()), None):
            missing.setFocus()
            self._say(self.tr("A pair has two sides: one is still blank."), is_error=True)
            return
        if self._add([(sides[0], sides[1])]):
            for field in (self.source, self.target):
                field.setText("")  # unlike clear(): undo is that of the window again
            self.source.setFocus()
            self._enable()

    def add_lines(self, text: str) -> None:
        """Add pasted rows; lines without two sides are named, and left out."""
        found = pairs_in(text)
        if not found.pairs:
            self._say(
                self.tr("There are no two columns to paste: a tab stands between the two sides."),
                is_error=True,
            )
        elif self._add(list(found.pairs)):
            left = (
                in_words(found.one_column, one_column=True),
                in_words(found.one_sided, one_column=False),
            )
            if text := "\n".join(filter(None, left)):
                self._say(text, is_error=True)

    def _add(self, pairs: list[Pair]) -> bool:
        known = self.pairs()
        new = [pair for pair in dict.fromkeys(pairs) if pair not in set(known)]
        if len(known) + len(new) > MOST:
            template = self.tr(
                "These would be {count} pairs, and at most {most} can be added: paste them as a "
                "corpus of their own, from the File menu."
            )
            count = numbers.count(len(known) + len(new))
            self._say(template.format(count=count, most=numbers.count(MOST)), is_error=True)
            return False
        if not new:
            self._say(self.tr("That pair is there already."))
            return True
        return self._set([*known, *new])

    def remove_selected(self) -> None:
        """Take out the rows that are selected."""
        rows = {index.row() for index in self.table.selectionModel().selectedRows()}
        if rows:
            self._set([pair for row, pair in enumerate(self.pairs()) if row not in rows])

    def pairs(self) -> list[Pair]:
        """The pairs that were added, in the direction that is translated in."""
        data = self._controller.draft.config.data
        split = [line.split("\t") for line in data.added]
        return [(two, one) if data.swap_sides else (one, two) for one, two in split]

    def _set(self, pairs: list[Pair]) -> bool:
        draft = self._controller.draft
        swap = draft.config.data.swap_sides
        lines = tuple(f"{t}\t{s}" if swap else f"{s}\t{t}" for s, t in pairs)
        if error := draft.problem(ADDED, lines):
            self._say(sentence_of(error), is_error=True)
            return False
        draft.set(ADDED, lines)
        self._say_what_it_is()
        return True

    def _paste(self) -> None:
        self.add_lines(QGuiApplication.clipboard().text())

    def _use_as_corpus(self) -> None:
        self.corpus_wanted.emit("".join(f"{source}\t{target}\n" for source, target in self.pairs()))
        self.close()

    # Showing -----------------------------------------------------------------------------

    def show_config(self, config: RunConfig) -> None:
        """Show the pairs of an experiment, under the names of the corpus's sides."""
        corpus = self._controller.corpus
        titles = (self.tr("Source"), self.tr("Target"))
        if corpus is not None:
            titles = side_names(corpus.corpus)
        for label, title in zip(self._labels, titles, strict=True):
            label.setText(title)
        self.table.set_pairs(self.pairs(), titles)
        self.table.scrollToBottom()
        self.times.blockSignals(True)
        self.times.setValue(config.data.added_times)
        self.times.blockSignals(False)
        self._say_what_it_is()
        self._enable()

    def _follow_corpus(self, _: object) -> None:
        """Count anew, but let a sentence about what was pasted stand."""
        if self.note.property("role") != "error":
            self._say_what_it_is()

    def _enable(self) -> None:
        has_pairs = bool(self._controller.draft.config.data.added)
        self.add.setEnabled(bool(self.source.text().strip() and self.target.text().strip()))
        self.remove.setEnabled(self.table.selectionModel().hasSelection())
        self.as_corpus.setEnabled(has_pairs)

    def _say_what_it_is(self) -> None:
        data = self._controller.draft.config.data
        if not data.added:
            self._say(self.tr("Type a pair, or paste two columns of a spreadsheet."))
            return
        count, corpus = len(data.added), self._controller.corpus
        parts = [
            self.tr("{count} added, each {times:time|times}: {all:pair|pairs} more to train on.")
        ]
        if corpus is not None and corpus.data == data:
            parts = [
                self.tr(
                    "{count} added to the {pairs} of the corpus, each {times:time|times}: {all} of "
                    "the {train} to train on."
                )
            ]
        parts.append(self.tr("They are never held out."))
        if self._controller.joining.is_possible:
            parts.append(self.tr("The run trains on them at once."))
        self._say(
            " ".join(parts).format(
                count=numbers.count(count), times=numbers.count(data.added_times),
                all=numbers.count(count * data.added_times),
                pairs=numbers.count(corpus.corpus.pairs) if corpus else "",
                train=numbers.count(corpus.prepared.train_pairs) if corpus else "",
            )
        )  # fmt: skip

    def _say(self, text: str, *, is_error: bool = False) -> None:
        set_look(self.note, "role", "error" if is_error else "muted")
        self.note.setText(text)


def _are_lines(text: str) -> bool:
    return has_columns(text) or "\n" in text.strip()

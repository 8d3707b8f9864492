"""The table of the runs that are compared: what is varied, how far each is, what it scores."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidgetItem

from app.bridge.trials import BEGINS, DONE, FAILED, LEFT, NOT_BEGUN, TRAINS, WAITS, Trial
from app.widgets import numbers
from app.widgets.hinted_table import HintedTable
from app.widgets.knob_editors import core_text
from app.widgets.plain_text import plain_tooltip
from app.widgets.theme import LOOK_CHANGES, px
from s2s_core.comparing import LESS_IS_BETTER, best_rows
from s2s_core.grid import headings, value_in_words

ROW = 28
LONG_HEAD = 10  # letters
NUMBER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
TEXT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Column(NamedTuple):
    """A number of each run, by its name in `Compared`, and how it is written."""

    name: str
    title: str
    help: str
    written: Callable[[float], str]


class TrialsTable(HintedTable):
    """A row for each run; a double click or Enter opens it."""

    open_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__(0, "")
        self._trials: list[Trial] = []
        self._keys: tuple[str, ...] = ()
        self._columns = self._measured()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.setAccessibleName(self.tr("runs that are compared"))
        self.setAccessibleDescription(self.tr("Enter opens a run. The best values are bold."))
        self.cellDoubleClicked.connect(lambda row, _: self.open_wanted.emit(row))
        self._fit()

    def _measured(self) -> tuple[Column, ...]:
        best = self.tr("with the weights that are the best so far")
        held_out = self.tr("Of the held-out sentences, {best}.").format(best=best)
        return (
            Column("steps", self.tr("Steps"), self.tr("Updates of the weights."), numbers.count),
            Column("seconds", self.tr("Time"),
                   self.tr("Of training, validation and pauses left out."), numbers.duration),
            Column("loss", self.tr("Training loss"),
                   self.tr("Nats a token, the mean of the last twenty steps."), numbers.loss),
            Column("validation_loss", self.tr("Validation loss"),
                   self.tr("Nats a token of the held-out sentences, {best}.").format(best=best),
                   numbers.loss),
            Column("exact_match", self.tr("Exact match"),
                   self.tr("Per cent of the held-out sentences, {best}.").format(best=best),
                   numbers.score),
            Column("bleu", self.tr("BLEU"), held_out, numbers.score),
            Column("chrf", self.tr("chrF"), held_out, numbers.score),
        )  # fmt: skip

    # Showing -----------------------------------------------------------------------------

    def show_trials(self, trials: Sequence[Trial]) -> None:
        """Show these; the row that is chosen stays so."""
        is_other = [t.title for t in trials] != [t.title for t in self._trials]
        self._trials = list(trials)
        if is_other:
            self._lay_out()
        rows = [trial.numbers for trial in self._trials]
        best = [best_rows(rows, c.name) if c.name in LESS_IS_BETTER else () for c in self._columns]
        for row, trial in enumerate(self._trials):
            texts = [value_in_words(key, value, core_text) for key, value in trial.values.items()]
            for place, text in enumerate(texts):
                self._put(row, place, text, TEXT)
            self._put(row, len(self._keys), self.state_of(trial), TEXT, tip=trial.why)
            for place, (column, rows_of) in enumerate(zip(self._columns, best, strict=True)):
                value = getattr(trial.numbers, column.name)
                is_known = value is not None and trial.numbers.steps > 0
                text = column.written(value) if is_known else numbers.NOTHING
                self._put(row, len(texts) + 1 + place, text, NUMBER, is_best=row in rows_of)

    def _lay_out(self) -> None:
        """Make the columns and rows that these runs need."""
        self._keys = tuple(self._trials[0].values) if self._trials else ()
        titles = [*headings(self._keys, core_text), self.tr("State")]
        self.clear()
        self.setColumnCount(len(titles) + len(self._columns))
        self.setRowCount(len(self._trials))
        heads = [*titles, *(column.title for column in self._columns)]
        self.setHorizontalHeaderLabels(list(map(_in_two_lines, heads)))
        for place, column in enumerate(self._columns, len(titles)):
            if head := self.horizontalHeaderItem(place):
                head.setToolTip(plain_tooltip(column.help))
        self.align_numbers(*range(len(titles), self.columnCount()))
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(len(self._keys), QHeaderView.ResizeMode.Stretch)
        if self._trials:
            self.selectRow(0)

    def _put(
        self, row: int, place: int, text: str, side: Qt.AlignmentFlag, *, tip: str = "",
        is_best: bool = False,
    ) -> None:  # fmt: skip
        item = self.item(row, place)
        if item is None:
            item = QTableWidgetItem()
            item.setTextAlignment(side)
            self.setItem(row, place, item)
        if item.text() != text:
            item.setText(text)
            item.setToolTip(plain_tooltip(tip))
        font = item.font()
        if font.bold() != is_best:
            font.setBold(is_best)
            item.setFont(font)
            spoken = self.tr("{value}, the best").format(value=text) if is_best else ""
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, spoken)

    def state_of(self, trial: Trial) -> str:
        """Return how far a run is, in words."""
        training = self.tr("training") if trial.is_playing else self.tr("paused")
        failed = self.tr("failed: {why}").format(why=trial.why)
        return {
            WAITS: self.tr("waiting"), BEGINS: self.tr("being begun …"), TRAINS: training,
            DONE: self.tr("done"), FAILED: failed if trial.why else self.tr("failed"),
            LEFT: self.tr("left before its end"), NOT_BEGUN: self.tr("not begun"),
        }[trial.state]  # fmt: skip

    # Taking along ------------------------------------------------------------------------

    def as_text(self, comma: str) -> str:
        """Return the table as it is read, as CSV or TSV."""
        into = io.StringIO()
        writer = csv.writer(into, delimiter=comma, lineterminator="\n")
        columns = range(self.columnCount())
        heads = (self.horizontalHeaderItem(place) for place in columns)
        writer.writerow([head.text().replace("\n", " ") if head else "" for head in heads])
        for row in range(self.rowCount()):
            items = (self.item(row, place) for place in columns)
            texts = [item.text() if item else "" for item in items]
            writer.writerow(["" if text == numbers.NOTHING else text for text in texts])
        return into.getvalue()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_wanted.emit(self.currentRow())
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_trials"):
            self._fit()

    def _fit(self) -> None:
        self.verticalHeader().setDefaultSectionSize(px(ROW))


def _in_two_lines(head: str) -> str:
    """Break a long head, so that more columns are in sight."""
    return head.replace(" ", "\n", 1) if len(head) > LONG_HEAD else head

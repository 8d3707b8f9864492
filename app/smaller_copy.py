"""A smaller copy of a run: how small, and what it costs, side by side with the original."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.bridge.controller import Controller, sentence_of
from app.run_titles import free_copy, run_title
from app.widgets import numbers
from app.widgets.named import named
from app.widgets.panel_frame import muted
from app.widgets.spin_box import SpinBox
from app.widgets.theme import px, set_look
from s2s_core.records import FailureRecord, ProgressRecord, SmallerRecord

WIDTH = 440
MOST_PRUNED = 99  # per cent


class SmallerCopy(QDialog):
    """Asks for the share to prune and for bytes; shows size, speed and scores of both runs."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self._folder = Path(controller.run.folder)
        self._out = Path()
        named(self, "smallerCopy")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(
            self.tr("A smaller copy of “{run}”").format(run=run_title(self._folder))
        )
        self.share = named(SpinBox(0, MOST_PRUNED, 30), "pruneShare")
        self.share.setSuffix(" %")
        self.int8 = named(QCheckBox(self.tr("Weights of one byte (int8)")), "pruneInt8")
        self.int8.setChecked(True)
        self.make = named(QPushButton(self.tr("Make the copy")), "makeCopy")
        self.open_copy = named(QPushButton(self.tr("Open the copy")), "openCopy")
        self.note = muted()
        self._table = QGridLayout()
        self._lay_out()
        self.make.clicked.connect(self._make)
        self.open_copy.clicked.connect(self._open)
        controller.shrinking.connect(self._show_progress)
        controller.shrunk.connect(self._show)
        controller.failed.connect(self._show_failure)

    def _lay_out(self) -> None:
        label = QLabel(self.tr("Weights set to zero"))
        label.setProperty("role", "label")
        label.setBuddy(self.share)
        self.share.setAccessibleName(label.text())
        tip = self.tr("Share of each matrix, its smallest weights, that is set to zero.")
        self.share.setToolTip(tip)
        self.int8.setToolTip(self.tr("A quarter of the size; translations stay nearly the same."))
        form = QGridLayout()
        form.setHorizontalSpacing(px(24))
        form.setVerticalSpacing(px(8))
        form.setColumnStretch(1, 1)
        form.addWidget(label, 0, 0)
        form.addWidget(self.share, 0, 1, Qt.AlignmentFlag.AlignLeft)
        form.addWidget(self.int8, 1, 0, 1, 2)
        self._table.setHorizontalSpacing(px(24))
        self._table.setVerticalSpacing(px(4))
        self._table.setColumnStretch(0, 1)
        self.open_copy.setEnabled(False)  # not before it is there
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.make, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.open_copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(24), px(24), px(16))
        column.setSpacing(px(16))
        column.addLayout(form)
        column.addLayout(self._table)
        column.addWidget(self.note)
        column.addWidget(buttons)
        self.setMinimumWidth(px(WIDTH))
        self._say(self.tr("The copy is a run of its own beside the original, which stays."))

    def _make(self) -> None:
        self._out = free_copy(self._folder)
        for button in (self.make, self.open_copy):
            button.setEnabled(False)
        self._say(self.tr("The copy is being made …"))
        share, int8 = self.share.value() / 100, self.int8.isChecked()
        self._controller.shrink(self._folder, self._out, share, int8=int8)

    def _open(self) -> None:
        self._controller.open_run(self._out)
        self.close()

    def _show_progress(self, progress: ProgressRecord) -> None:
        if not self.make.isEnabled():
            percent = 100 * progress.done // max(1, progress.total)
            self._say(self.tr("Both are measured: {percent} %").format(percent=percent))

    def _show(self, found: SmallerRecord) -> None:
        """Show the table, if it is of this copy."""
        if Path(found.folder) != self._out:
            return
        rows = [("", self.tr("Before"), self.tr("After"))]
        for title, name, written in (
            (self.tr("Weights on disk"), "disk_bytes", _size),
            (self.tr("Weights in memory"), "memory_bytes", _size),
            (self.tr("Sentences a second"), "sentences_per_second", numbers.significant),
            (self.tr("Exact match, %"), "exact_match", _score),
            (self.tr("BLEU"), "bleu", _score),
            (self.tr("chrF"), "chrf", _score),
        ):
            rows.append((title, written(found.before[name]), written(found.after[name])))
        while (item := self._table.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                self._table.addWidget(_cell(text, is_number=column > 0), number, column)
        self._say(self.tr("Kept as “{run}”").format(run=run_title(self._out)))
        self.make.setEnabled(True)
        self.open_copy.setEnabled(True)
        self.adjustSize()

    def _show_failure(self, failure: FailureRecord) -> None:
        if not self.make.isEnabled():
            self.make.setEnabled(True)
            self._say(sentence_of(failure), is_error=True)

    def _say(self, text: str, *, is_error: bool = False) -> None:
        set_look(self.note, "role", "error" if is_error else "muted")
        self.note.setText(text)


def _cell(text: str, *, is_number: bool) -> QLabel:
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText)
    label.setProperty("role", "plain" if is_number else "label")
    if is_number:
        label.setAlignment(Qt.AlignmentFlag.AlignRight)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _size(value: float) -> str:
    return numbers.size(int(value))


def _score(value: float) -> str:
    return f"{value:.1f}"

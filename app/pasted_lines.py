"""Lines of a pasted text that are no pairs: put right here, they join the corpus."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.pasted import Row
from app.widgets import numbers
from app.widgets.hinted_table import HintedTable
from app.widgets.named import named
from app.widgets.panel_frame import muted
from app.widgets.theme import px

WIDTH, HEIGHT = 560, 360


class PastedLines(QDialog):
    """Each line with its number; what has two sides when it is taken is a pair."""

    corrected = Signal(list)  # of `Row`: the lines that have two sides now

    def __init__(self, lines: Sequence[Row], parent: QWidget) -> None:
        super().__init__(parent)
        named(self, "pastedLines")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Lines that were left out"))
        self._numbers = [number for number, _ in lines]
        self.table = named(HintedTable(3, ""), "pastedTable")
        self.take = named(QPushButton(self.tr("Take them in")), "takeLines")
        self.leave = named(QPushButton(self.tr("Leave them out")), "leaveLines")
        self._fill(lines)
        self._lay_out()
        self.take.clicked.connect(self._take)
        self.leave.clicked.connect(self.reject)
        self.table.itemChanged.connect(lambda _: self._enable())
        self._enable()

    def _fill(self, lines: Sequence[Row]) -> None:
        table = self.table
        table.setRowCount(len(lines))
        table.setHorizontalHeaderLabels(
            [self.tr("Line"), self.tr("Source"), self.tr("Target")]
        )  # fmt: skip
        for row, (number, cells) in enumerate(lines):
            head = QTableWidgetItem(numbers.count(number))
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            head.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(row, 0, head)
            for side in (0, 1):
                text = cells[side] if side < len(cells) else ""
                table.setItem(row, side + 1, QTableWidgetItem(text))
        blank = next(side for side in (1, 0) if side >= len(lines[0][1]) or not lines[0][1][side])
        table.setCurrentCell(0, blank + 1)

    def _lay_out(self) -> None:
        table, across = self.table, self.table.horizontalHeader()
        table.verticalHeader().hide()
        table.setTabKeyNavigation(False)
        table.align_numbers(0)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        across.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        table.setAccessibleName(self.tr("lines that were left out"))
        table.setAccessibleDescription(self.tr("Write what is missing: Enter, type, Enter."))
        for button, tip in (
            (self.take, self.tr("Lines that have two sides now join the corpus, in their places.")),
            (self.leave, self.tr("Close; the corpus stays without them.")),
        ):
            button.setAutoDefault(False)
            button.setAccessibleName(button.text())
            button.setAccessibleDescription(tip)
            button.setToolTip(tip)
        last = QHBoxLayout()
        last.setSpacing(px(8))
        last.addStretch(1)
        last.addWidget(self.leave)
        last.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(24), px(24), px(16))
        column.setSpacing(px(16))
        hint = muted()
        hint.setText(self.tr("Write the side that is missing; cut what belongs on the other."))
        column.addWidget(hint)
        column.addWidget(table, 1)
        column.addLayout(last)
        self.resize(px(WIDTH), px(HEIGHT))

    def rows(self) -> list[Row]:
        """Return the lines that have two sides."""
        found = []
        for row, number in enumerate(self._numbers):
            items = [self.table.item(row, side) for side in (1, 2)]
            sides = tuple(" ".join(item.text().split()) if item else "" for item in items)
            if all(sides):
                found.append((number, sides))
        return found

    def _enable(self) -> None:
        self.take.setEnabled(bool(self.rows()))

    def _take(self) -> None:
        self.corrected.emit(self.rows())
        self.accept()

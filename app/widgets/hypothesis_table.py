"""The best hypotheses of a search, with their scores."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidgetItem,
    QWidget,
)

from app.widgets import numbers
from app.widgets.hinted_table import HintedTable
from app.widgets.plain_text import plain_tooltip
from app.widgets.script_delegate import ScriptDelegate
from app.widgets.scripts import alignment_of

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class HypothesisTable(HintedTable):
    """A row for each hypothesis, the best first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        hint = self.tr("What the search also found, the best first, once training has begun.")
        super().__init__(3, hint, parent)
        self.setProperty("role", "roomy")
        self.setHorizontalHeaderLabels(
            [self.tr("Hypothesis"), self.tr("Score"), self.tr("Probability")]
        )
        self.align_numbers(1, 2)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)  # Tab leads on, arrows go about in the table
        self.setShowGrid(False)
        self.setItemDelegate(ScriptDelegate(self))
        self.setWordWrap(True)
        # A long hypothesis may be higher than the table, and is read to its end.
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setAccessibleName(self.tr("best hypotheses"))
        self.setToolTip(
            plain_tooltip(
                self.tr(
                    "The hypotheses that beam search kept. Score: log-probability over the length "
                    "penalty."
                )
            )
        )

    def show_hypotheses(self, rows: Sequence[tuple[str, float, float]], note: str = "") -> None:
        """Show (text, score, probability) of each, and perhaps why there are no more."""
        self.set_note(note)
        self.setRowCount(len(rows))
        for row, (text, score, probability) in enumerate(rows):
            texts = (
                text,
                numbers.log_probability(score),
                numbers.probability(probability),
            )
            for column, shown in enumerate(texts):
                item = QTableWidgetItem(shown)
                item.setTextAlignment(RIGHT if column else alignment_of(shown))
                self.setItem(row, column, item)

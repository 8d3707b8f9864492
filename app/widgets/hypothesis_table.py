"""The best hypotheses of a search, and how each came to its score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidgetItem,
    QWidget,
)

from app.widgets import numbers
from app.widgets.hinted_table import HintedTable
from app.widgets.hypothesis_delegate import FIGURES, HypothesisDelegate
from app.widgets.plain_text import plain_tooltip
from app.widgets.scripts import direction_among


@dataclass(frozen=True)
class Scored:
    """A hypothesis and the numbers of its score, which is log-probability over penalty."""

    text: str
    pieces: int  # the end included
    log_probability: float
    penalty: float
    score: float
    ended: bool = True  # False: cut because it would not end


class HypothesisTable(HintedTable):
    """A row for each hypothesis, the best first; its figures below it read as the sum they are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        hint = self.tr("What the search also found, the best first, once training has begun.")
        super().__init__(1, hint, parent)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)  # Tab leads on, arrows go about in the table
        self.setShowGrid(False)
        self._script = HypothesisDelegate(self)
        self.setItemDelegate(self._script)
        self.setWordWrap(True)
        # A long hypothesis may be higher than the table, and is read to its end.
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().hide()  # each row says what its figures are
        self.setAccessibleName(self.tr("best hypotheses"))
        self.setToolTip(
            plain_tooltip(
                self.tr(
                    "The hypotheses that beam search kept; the highest score wins. Score: "
                    "log-probability of all pieces, over the length penalty."
                )
            )
        )

    def suit(self, samples: Sequence[str]) -> None:
        """Show text as samples are read, all of it; without any as its letters are."""
        self._script.set_direction(0, direction_among(samples))
        self.viewport().update()

    def show_hypotheses(
        self, rows: Sequence[Scored], note: str = "", alpha: float | None = None
    ) -> None:
        """Show the hypotheses, and perhaps why there are no more.

        alpha: exponent of the length penalty; None where nobody knows it
        """
        self.set_note(note)
        self.setRowCount(len(rows))
        for row, scored in enumerate(rows):
            text = "{text}" if scored.ended else self.tr("{text} … (cut)")
            item = QTableWidgetItem(text.format(text=scored.text))
            item.setData(FIGURES, figures := self._figures(scored))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}\n{figures}")
            item.setToolTip(plain_tooltip(self._reckoned(scored, alpha)))
            self.setItem(row, 0, item)

    def _figures(self, scored: Scored) -> str:
        """Tell the score, and what it comes from."""
        reckoned = self.tr("score {score} = log p {log} ÷ penalty {penalty}").format(
            score=numbers.log_probability(scored.score),
            log=numbers.log_probability(scored.log_probability),
            penalty=numbers.log_probability(scored.penalty),
        )
        pieces = self.tr("{pieces} pieces").format(pieces=numbers.count(scored.pieces))
        return f"{reckoned} · " + pieces.replace(" ", "\N{NO-BREAK SPACE}")

    def _reckoned(self, scored: Scored, alpha: float | None) -> str:
        """Write the score out as a class would on the board."""
        exponent = self.tr("exponent") if alpha is None else numbers.plain(alpha)
        cut = self.tr("Cut, as it would not end: ranked after all that end, whatever its score.")
        reckoned = self.tr(
            "Score = log-probability / penalty = {log} / {penalty} = {score}\n"
            "Penalty = ((5 + pieces) / 6) ^ exponent = ((5 + {pieces}) / 6) ^ {exponent} = "
            "{penalty} (Wu et al. 2016, equation 14). The end counts as a piece. The exponent is "
            "the length penalty among the settings beside Beam; at 0, the most probable "
            "hypothesis wins.\n"
            "Log-probability: the sum over all pieces, in nats; probability {probability}."
        ).format(
            log=numbers.log_probability(scored.log_probability),
            penalty=numbers.log_probability(scored.penalty),
            score=numbers.log_probability(scored.score), pieces=numbers.count(scored.pieces),
            exponent=exponent, probability=numbers.probability(exp(scored.log_probability)),
        )  # fmt: skip
        return reckoned if scored.ended else f"{cut}\n{reckoned}"

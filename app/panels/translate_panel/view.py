"""The widgets of the translate panel, and where they stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton

from app import answers
from app.bridge import catalog
from app.widgets import numbers
from app.widgets.attention_links import AttentionLinks
from app.widgets.attention_view import AttentionView
from app.widgets.dice_button import DiceButton
from app.widgets.history_table import HistoryTable
from app.widgets.hypothesis_table import HypothesisTable, Scored
from app.widgets.named import named
from app.widgets.panel_frame import PanelBody, PanelHead
from app.widgets.plain_text import plain_tooltip
from app.widgets.popup import let_go_after
from app.widgets.search_row import SearchRow
from app.widgets.shaded_text import ShadedText
from app.widgets.source_field import SourceField
from app.widgets.tabbed_pages import TabbedPages
from app.widgets.table_page import TablePage
from app.widgets.theme import px
from app.widgets.translation_field import TranslationField
from s2s_core.configs import DecodingConfig
from s2s_core.knobs import knobs_of
from s2s_core.records import TranslationRecord

MOST_LINES_SHOWN = 2, 6  # of each field, in a low and in a high panel
MOST_LINES_OF_PIECES = 4
LINES_OF_NOTE = 3  # that are kept: how probable, what is unknown or left out, and the reference
# Pixels of a panel's height: below, only what is typed and what comes of it is shown. Presented,
# the heat map is looked at from the back row.
LOW, LOW_PRESENTED = 360, 480


class TranslateView(PanelBody):
    """What is typed above what comes of it, above the pages that tell why."""

    def __init__(self) -> None:
        super().__init__()
        self._is_presented = False
        self.head = PanelHead(4, self.tr("Translate"))
        self.source = named(
            SourceField(self.tr("Type a sentence: it is translated as you type")), "sourceText"
        )
        self.another = named(DiceButton(), "anotherSentence")
        self.source_pieces = named(
            ShadedText(colour="source", least=1, are_pieces=True), "sourcePieces"
        )
        # All of them act at once here, on what is looked at; the run does not ask for them.
        knobs = [replace(knob, live=True) for knob in knobs_of(DecodingConfig, "decoding")]
        self.search = SearchRow(knobs, catalog.choices())
        self.pieces = self.search.pieces
        self.translation = TranslationField(self.nothing_yet())
        named(self.translation, "translationText")
        self.attention = AttentionView(self.no_weights_yet())
        self.n_best = named(HypothesisTable(), "nBestTable")
        self.history = named(HistoryTable(), "historyTable")
        self.picture = named(QToolButton(), "heatmapMenu")
        self.pages = TabbedPages()
        self.links = AttentionLinks(
            self.attention, self.source, self.source_pieces, self.translation.view
        )
        self._lay_out()
        self._describe()

    def no_weights_yet(self, *, is_training: bool = False) -> str:
        """Say what the heat map will show."""
        if is_training:
            return self.tr("Where the decoder looks at each word, with the first translation.")
        return self.tr("Where the decoder looks at each word, once training has begun.")

    def nothing_yet(self, *, is_training: bool = False) -> str:
        """Say what the translation awaits."""
        if is_training:
            return self.tr("The translation appears here after the first step.")
        return self.tr("The translation appears here once training begins, or a run is opened.")

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(px(8))
        top.addWidget(self.source, 1)
        top.addWidget(self.another)
        top.setAlignment(self.another, Qt.AlignmentFlag.AlignTop)
        self.picture.setText(self.tr("View"))
        self.picture.setMenu(QMenu(self.picture))
        let_go_after(self.picture.menu(), self.picture)
        self.picture.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.source_pieces.setProperty("role", "pieces")
        self.source_pieces.hide()
        for page, title in (
            (self.attention, self.tr("Attention")),
            (TablePage(self.n_best), self.tr("Alternatives")),
            (TablePage(self.history), self.tr("History")),
        ):
            self.pages.add_page(page, title)
        self.pages.put_beside(self.picture)
        self.body.addLayout(top)
        self.body.addWidget(self.search)  # nothing above it grows while one types
        self.body.addWidget(self.source_pieces)
        self.body.addWidget(self.translation)
        self.body.addWidget(self.pages, 1)

    def _describe(self) -> None:
        for widget, name, tip in (
            (self.source, self.tr("sentences to translate"),
             self.tr("Type here: each change is translated with the weights as they are now. One "
                     "sentence a line; Alt+Up and Alt+Down bring back earlier ones.")),
            (self.another, self.tr("another sentence"),
             self.tr("Put a sentence here that training has never seen, with its reference "
                     "(Ctrl+R).")),
            (self.source_pieces, self.tr("pieces of the source"),
             self.tr("The source as the model reads it. ▁ marks a space; <0x4D> is a byte of a "
                     "letter that the vocabulary lacks.")),
            (self.picture, self.tr("view of the heat map"),
             self.tr("Colour scale of the heat map; save it as PNG, SVG or CSV, or copy it.")),
        ):  # fmt: skip
            widget.setAccessibleName(name)
            widget.setAccessibleDescription(tip)
            widget.setToolTip(plain_tooltip(tip))

    def show_answer(self, record: TranslationRecord, decoding: DecodingConfig) -> None:
        """Show all there is to see of an answer, but for its text and the note below it."""
        weights = self.tr("with the weights of step {step}")
        if record.averaged:
            weights = self.tr("with the weights of step {step}, averaged")
        self.head.set_note(weights.format(step=numbers.count(record.step)))
        if not record.hypotheses:
            self.translation.view.set_placeholder("")  # it speaks of training
            self.translation.show_note(self.tr("There is nothing to translate yet."))
            self.attention.clear(self.tr("Type a sentence above."))
            self.n_best.show_hypotheses([])
            return
        rows = [
            Scored(h.text, len(h.pieces), h.log_probability, h.penalty, h.score, h.ended)
            for h in record.hypotheses
        ]
        why_alone = answers.why_alone(len(rows), decoding.search)
        self.n_best.show_hypotheses(rows, why_alone, decoding.length_penalty)
        self.source_pieces.setVisible(self.pieces.isChecked())
        self.source_pieces.show_words([(piece, 1.0) for piece in record.source_pieces[:-1]])
        self.source.show_words(
            [piece.removeprefix("▁") for piece in record.source_pieces]
            if self.pieces.isChecked() else record.source_words
        )  # fmt: skip
        if record.attention is not None:
            sides = answers.sides_of(record, record.hypotheses[0])
            self.attention.show_attention(record.attention, *sides)

    def present(self, on: bool) -> None:
        """Leave the heat map what others can do without, or give it back to them."""
        self._is_presented = on
        self._share_height()

    def _share_height(self) -> None:
        """Give the fields more lines where there is more height; the heat map has the rest."""
        low, high = MOST_LINES_SHOWN
        most = min(max(low, self.height() // px(150)), high)
        # Presented on a small screen, the heat map needs the row more; Ctrl+B still turns to beam.
        is_low = self.height() < px(LOW_PRESENTED if self._is_presented else LOW)
        self.search.setVisible(not is_low)
        least = 1 if is_low or self._is_presented else min(max(low, self.height() // px(170)), high)
        self.source.set_lines(least, max(least, low))
        least_note = LINES_OF_NOTE if most > low and not self._is_presented else 1
        self.translation.set_most_lines(most, least_note, 1 if self._is_presented else low)
        self.source_pieces.set_most_lines(min(most - 1, MOST_LINES_OF_PIECES))

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._share_height()

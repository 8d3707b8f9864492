"""The translate panel: sentences, their translations by the weights in training, and why."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton

from app import answers
from app.bridge import catalog
from app.bridge.controller import Controller, sentence_of
from app.bridge.messages import MOST_LINES, CorpusReady, RunState
from app.bridge.throttle import Throttle
from app.run_titles import run_title
from app.widgets import numbers
from app.widgets.attention_links import AttentionLinks
from app.widgets.attention_view import AttentionView
from app.widgets.dice_button import DiceButton
from app.widgets.differences import differences
from app.widgets.history_table import HistoryTable
from app.widgets.hypothesis_table import HypothesisTable, Scored
from app.widgets.named import named
from app.widgets.panel_frame import PanelBody, PanelHead
from app.widgets.plain_text import plain_tooltip
from app.widgets.search_row import SearchRow
from app.widgets.shaded_text import ShadedText
from app.widgets.source_field import SourceField
from app.widgets.tabbed_pages import TabbedPages
from app.widgets.table_page import TablePage
from app.widgets.theme import px
from app.widgets.translation_field import TranslationField
from s2s_core.configs import DecodingConfig, RecurrentDecoderConfig
from s2s_core.experiment import changed
from s2s_core.knobs import knobs_of
from s2s_core.records import (
    CorpusRecord,
    HypothesisRecord,
    PreparedRecord,
    TranslationRecord,
)

TYPING_MS = 80
SETTLED_MS = 1500  # a text that stood still for so long goes into the history
MOST_LINES_SHOWN = 2, 6  # of each field, in a low and in a high panel
LOW = 360  # pixels of a panel's height: below, only what is typed and what comes of it is shown
ALTERNATIVES = 5  # shown where the beam is as wide


class TranslatePanel(PanelBody):
    """Asks for translations of what is typed, and shows the answers as the weights change."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._folder = ""
        self._decoding: DecodingConfig | None = None  # with which the answers were searched for
        self._offered = ""  # the sentence put here by the program and not by a person
        self._references: dict[str, str] = {}
        self._deck: list[str] = []  # held-out sentences in the order in which they will be shown
        self._drawn: set[str] = set()  # of these: no person has typed them
        self._lines: list[str] = [""]  # what was asked for
        self._records: dict[int, TranslationRecord] = {}  # the newest answer for each line
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
        self.translation = TranslationField(self._nothing_yet())
        named(self.translation, "translationText")
        self.attention = AttentionView(self._no_weights_yet())
        self.n_best = named(HypothesisTable(), "nBestTable")
        self.history = named(HistoryTable(), "historyTable")
        self.picture = named(QToolButton(), "heatmapMenu")
        self.pages = TabbedPages()
        self.links = AttentionLinks(
            self.attention, self.source, self.source_pieces, self.translation.view
        )
        self._ask = Throttle(self._send, TYPING_MS, self)
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._others_came = QTimer(self, singleShot=True, interval=0)
        self._lay_out()
        self._describe()
        self.show_decoding()
        self._connect()
        self._watch()

    # Building ----------------------------------------------------------------------------

    def _no_weights_yet(self) -> str:
        return self.tr("Where the decoder looks at each word, once training has begun.")

    def _nothing_yet(self) -> str:
        return self.tr("The translation appears here once training begins, or a run is opened.")

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(px(8))
        top.addWidget(self.source, 1)
        top.addWidget(self.another)
        top.setAlignment(self.another, Qt.AlignmentFlag.AlignTop)
        self.picture.setText(self.tr("View"))
        self.picture.setMenu(QMenu(self.picture))
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
             self.tr("The source as the model reads it. ▁ marks a space.")),
            (self.picture, self.tr("view of the heat map"),
             self.tr("Colour scale of the heat map; save it as PNG, SVG or CSV, or copy it.")),
        ):  # fmt: skip
            widget.setAccessibleName(name)
            widget.setAccessibleDescription(tip)
            widget.setToolTip(plain_tooltip(tip))

    def _connect(self) -> None:
        self.source.text_changed.connect(self._typed)
        self.source.line_chosen.connect(self._choose_line)
        self.source.walked.connect(self._walk)
        self.another.clicked.connect(self.another_sentence)
        self.translation.view.line_chosen.connect(self.source.set_line)
        self.translation.view.line_chosen.connect(self._choose_line)
        self.search.turned.connect(self._decode)
        self.search.pieces_toggled.connect(self.show_pieces)
        menu = self.picture.menu()
        menu.aboutToShow.connect(lambda: self.attention.heatmap.fill_menu(menu))
        self.history.chosen.connect(self._bring_back)
        self.pages.turned.connect(self._turn_page)
        self._settled.timeout.connect(self._remember)
        self._others_came.timeout.connect(self._show_lines)
        self._controller.questions.translated.connect(self.show_translation)
        self._controller.corpus_changed.connect(self.show_corpus)
        self._controller.corpus_progress.connect(self._make_way)
        self._controller.run_changed.connect(self.show_run)
        self._controller.draft.changed.connect(self.show_decoding)

    # Asking ------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask for the translation of what stands in the field, and remember it."""
        self._remember()
        self._ask()

    def another_sentence(self) -> None:
        """Put a held-out sentence into the current line, by chance; each comes once a round."""
        standing = self.source.sentence()
        if not self._deck:
            self._deck = [s for s in self._references if s != standing]
            random.shuffle(self._deck)
        if self._deck:
            self._drawn.add(drawn := self._deck.pop())
            self.source.replace_line(drawn)
            self._remember()

    def show_pieces(self, are_pieces: bool) -> None:
        """Show pieces instead of words, in all three places."""
        self.source_pieces.setVisible(are_pieces and bool(self._records))
        self.translation.view.are_pieces = are_pieces
        self.attention.show_pieces(are_pieces)
        self._show_all()

    def _typed(self) -> None:
        self.history.end_walk()
        self._settled.start()
        self._ask_anew()

    def _ask_anew(self) -> None:
        """Ask for another text; answers for lines that stayed the same stay in place."""
        lines = self._asked_lines()
        if len(lines) == len(self._lines):
            kept = self._records
        else:
            by_text = {record.source: record for record in self._records.values()}
            kept = {i: by_text[text] for i, text in enumerate(lines) if text in by_text}
        self._lines, self._records = lines, kept
        self.translation.make_room(lines)
        self._show_all()
        self._ask()

    def _asked_lines(self) -> list[str]:
        """Return the lines that are translated: not too many, and no empty ones at the end."""
        lines = self.source.lines()
        while len(lines) > 1 and not lines[-1]:
            lines.pop()
        return lines[:MOST_LINES]

    def _choose_line(self, _line: int) -> None:
        self._show_all()
        self._ask()

    def _decode(self, key: str, value: Any) -> None:
        """Turn a knob of the search, or say at the knob why it cannot be turned."""
        error = self._controller.draft.problem(key, value)
        self.search.show_error(key, sentence_of(error) if error else "")
        if error is None:
            self._controller.draft.set(key, value)

    def _send(self) -> None:
        decoding = self._controller.draft.config.decoding
        if decoding.search == "beam" and decoding.n_best == 1:
            n_best = min(ALTERNATIVES, decoding.beam_size)
            config = changed(self._controller.draft.config, "decoding.n_best", n_best)
            decoding = config.decoding
        text = "\n".join(self._lines)
        self._controller.questions.translate(text, decoding, self._current_line())

    def _watch(self) -> None:
        is_shown = self.pages.current() == 0
        self.picture.setVisible(is_shown)
        self._controller.questions.watch("attention", is_shown)

    def _turn_page(self, page: int) -> None:
        """Ask for the attention at once when a person wants to see it."""
        self._watch()
        if page == 0 and self._records:
            self._ask()

    # The corpus and the run --------------------------------------------------------------

    def show_corpus(self, ready: CorpusReady) -> None:
        """Offer a sentence of the corpus, unless a person has typed one."""
        run = self._controller.run
        if not run.folder or (run.config and run.config.data == ready.data):
            self._offer(ready.corpus, ready.prepared)

    def _make_way(self, _: object) -> None:
        """Let a sentence of the program's go while another corpus is read, or come again."""
        reading, ready = self._controller.reading, self._controller.corpus
        text = "\n".join(self.source.lines()).strip()
        if reading.is_of_another and not self._controller.run.folder:
            if text and (text == self._offered or text in self._drawn):
                self._offered = ""
                self.source.set_text("")
                self._ask_anew()
        elif not reading.is_busy and ready is not None and not (text or self._offered):
            self.show_corpus(ready)

    def _offer(self, corpus: CorpusRecord, prepared: PreparedRecord) -> None:
        """Put a sentence of a corpus into the field, unless a person has typed one."""
        self._references = {" ".join(s.split()): t for s, t in prepared.examples}
        self._deck = []
        self.source.set_known(prepared.known_words)
        self.history.set_corpus(f"{corpus.title}: {corpus.source_name} → {corpus.target_name}")
        self.another.setEnabled(bool(self._references))
        offer = corpus.example or next(iter(self._references), "")
        text = "\n".join(self.source.lines()).strip()
        if text in ("", self._offered) or text in self._drawn - set(self._references):
            self._offered = offer
            self.source.set_text(offer)
            self._ask_anew()

    def show_run(self, state: RunState) -> None:
        """Forget the translations of another run."""
        newest = max((record.step for record in self._records.values()), default=0)
        if not state.folder or state.step < newest:
            self._records = {}
            self.head.set_note("")
            self.translation.clear()
            self.translation.view.set_placeholder(self._nothing_yet())
            self.source_pieces.hide()
            self.attention.clear(self._no_weights_yet())
            self.n_best.show_hypotheses([])
        if state.folder != self._folder and state.corpus and state.prepared:
            self._offer(state.corpus, state.prepared)
        self._folder = state.folder

    def show_decoding(self) -> None:
        """Show how translations are searched for, and search anew when that has changed."""
        decoding = self._controller.draft.config.decoding
        values = {f"decoding.{name}": value for name, value in decoding.model_dump().items()}
        self.search.show_values(values)
        if self._decoding not in (None, decoding):
            self._ask()
        self._decoding = decoding

    # Answers -----------------------------------------------------------------------------

    def show_translation(self, record: TranslationRecord) -> None:
        """Show an answer: one line, and if it is the current one, all there is to see of it."""
        if record.line >= len(self._lines):
            return
        self._records[record.line] = record
        if record.line == self._current_line():
            self._show_all()
        else:
            self._others_came.start()  # many come at once, and are shown at once
        self._note_translation()

    def current(self) -> TranslationRecord | None:
        """The answer for the current line, or for what stood there a moment ago."""
        return self._records.get(self._current_line())

    def _current_line(self) -> int:
        return min(self.source.line(), len(self._lines) - 1)

    def _show_lines(self) -> None:
        records = map(self._records.get, range(len(self._lines)))
        lines = [answers.line_of(record, self.pieces.isChecked()) for record in records]
        self.translation.show_lines(lines, self._current_line())

    def _show_all(self) -> None:
        """Show all translations, and what there is to see of the current one."""
        record = self.current()
        if self._records:
            self._show_lines()
        if record is not None:
            self._show_current(record)

    def _show_current(self, record: TranslationRecord) -> None:
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
        best = record.hypotheses[0]
        self._show_note(record, best)
        rows = [
            Scored(h.text, len(h.pieces), h.log_probability, h.penalty, h.score, h.ended)
            for h in record.hypotheses
        ]
        decoding = self._controller.draft.config.decoding
        why_alone = answers.why_alone(len(rows), decoding.search)
        self.n_best.show_hypotheses(rows, why_alone, decoding.length_penalty)
        self.source_pieces.setVisible(self.pieces.isChecked())
        self.source_pieces.show_words([(piece, 1.0) for piece in record.source_pieces[:-1]])
        self.source.show_words(
            [piece.removeprefix("▁") for piece in record.source_pieces]
            if self.pieces.isChecked() else record.source_words
        )  # fmt: skip
        self._show_attention(record, best)

    def _show_note(self, record: TranslationRecord, best: HypothesisRecord) -> None:
        """Say how probable it is, and what sets it apart from its reference if that is known."""
        notes = answers.note_of(record, best, self.source.unknown_words())
        if self.source.is_at_new_line():
            notes.append(self.tr("translated as you type; Enter begins another sentence"))
        asked = len([line for line in self.source.lines() if line])
        if len(self._lines) == MOST_LINES and asked > MOST_LINES:
            template = self.tr("the first {most} of {all} lines are translated")
            notes.append(template.format(most=MOST_LINES, all=numbers.count(asked)))
        reference = self._references.get(record.source)
        # Of what never ends, nothing is compared: it would fill the note.
        text = best.text if best.ended else ""
        found = differences(text, reference, best.separator) if reference else []
        self.translation.show_note(" · ".join(notes), found, best.separator)

    def _show_attention(self, record: TranslationRecord, best: HypothesisRecord) -> None:
        if record.attention is None:
            if self.pages.current():  # nobody looks, and what is there grows old
                self.attention.clear(self.tr("The attention comes with the next translation."))
            run = self._controller.run.config
            decoder = run.model.decoder if run else None
            if isinstance(decoder, RecurrentDecoderConfig) and decoder.attention == "none":
                self.attention.clear(
                    self.tr(
                        "This decoder has no attention: it sees one vector for the whole sentence."
                    )
                )
            return
        self.attention.show_attention(record.attention, *answers.sides_of(record, best))

    # History -----------------------------------------------------------------------------

    def _remember(self) -> None:
        self._settled.stop()
        text = "\n".join(self.source.lines())
        if text.strip("\n") != self._offered:
            self.history.remember(text)
            self._note_translation()  # a run that rests has answered before, and only once

    def _note_translation(self) -> None:
        """Write beside the text in the history what it was translated to."""
        records = [self._records.get(line) for line in range(len(self._lines))]
        found = [r for r, line in zip(records, self._lines, strict=True) if r and r.source == line]
        if found:
            texts = [answers.text_of(record if record in found else None) for record in records]
            text, run = "\n".join(self._lines), run_title(self._controller.run.folder)
            step = max(record.step for record in found)
            self.history.set_translation(text, "\n".join(texts), step, run)

    def own_text(self) -> str:
        """What a person has typed; nothing where an example stands."""
        text = "\n".join(self.source.lines()).strip("\n")
        return "" if text == self._offered or text in self._drawn else text

    def bring_own_text(self, text: str) -> None:
        """Put back what a person had typed before this start."""
        if text.strip():
            self._bring_back(text)

    def _walk(self, by: int) -> None:
        text = self.history.walk(by, "\n".join(self.source.lines()).strip("\n"))
        if text is not None:
            self.source.set_text(text)
            self._ask_anew()

    def take_pair(self, source: str, target: str) -> None:
        """Translate a pair from elsewhere; its target is the reference."""
        text = " ".join(source.split())
        self._references[text] = target
        self._bring_back(text)

    def _bring_back(self, text: str) -> None:
        self.history.end_walk()
        self.source.set_text(text)
        self._ask_anew()

    # Qt ----------------------------------------------------------------------------------

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self._controller.questions.watch("translation", True)
        self._watch()

    def resizeEvent(self, event: Any) -> None:
        """Give the fields more lines where there is more height; the heat map has the rest."""
        super().resizeEvent(event)
        low, high = MOST_LINES_SHOWN
        most = min(max(low, self.height() // px(150)), high)
        # Presented on a small screen, the heat map needs the row more; Ctrl+B still turns to beam.
        self.search.setVisible(self.height() >= px(LOW))
        least = min(max(low, self.height() // px(170)), high) if self.height() >= px(LOW) else 1
        self.source.set_lines(least, max(least, low))
        self.translation.set_most_lines(most)

    def hideEvent(self, event: Any) -> None:
        super().hideEvent(event)
        self._controller.questions.watch("attention", False)
        self._controller.questions.watch("translation", False)

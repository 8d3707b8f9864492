"""The translate panel: a sentence, its translation by the weights in training, and why."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.bridge.controller import Controller
from app.bridge.messages import CorpusReady, RunState
from app.bridge.throttle import Throttle
from app.widgets import numbers
from app.widgets.chooser import Chooser
from app.widgets.heatmap import Heatmap
from app.widgets.named import named
from app.widgets.panel_frame import PanelBody, PanelHead
from app.widgets.pieces import characters, join_weights
from app.widgets.segmented import Segmented
from app.widgets.sentence_fields import SourceField, TranslationField
from app.widgets.spin_box import SpinBox
from app.widgets.theme import px
from s2s_core.configs import RecurrentDecoderConfig
from s2s_core.experiment import changed
from s2s_core.records import (
    CorpusRecord,
    HypothesisRecord,
    PreparedRecord,
    TranslationRecord,
)

TYPING_MS = 80
ALTERNATIVES = 5  # shown where the beam is as wide
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
MEAN = -1  # of all layers or heads


class TranslatePanel(PanelBody):
    """Asks for translations of what is typed, and shows the answers as the weights change."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._folder = ""
        self._offered = ""  # the sentence put here by the program and not by a person
        self._references: dict[str, str] = {}
        self._record: TranslationRecord | None = None
        self.head = PanelHead(4, self.tr("Translate"))
        self.source = named(SourceField(self.tr("Type a sentence to translate")), "sourceText")
        self.search = Segmented(
            (
                ("searchGreedy", self.tr("Greedy"), self._greedy_help(), "greedy"),
                ("searchBeam", self.tr("Beam"), self._beam_help(), "beam"),
            ),
            name=self.tr("search"),
        )
        self.beam_size = named(SpinBox(1, 100, 5), "beamSize")
        self.translation = TranslationField(
            self.tr("The translation appears here as soon as training begins.")
        )
        named(self.translation, "translationText")
        self.heatmap = named(Heatmap(self._no_weights_yet()), "attentionHeatmap")
        self.layers = named(Chooser(letters=12), "layerChooser")
        self.heads = named(Chooser(letters=12), "headChooser")
        self.layers.hide()
        self.heads.hide()
        self.n_best = named(QTableWidget(0, 3), "nBestTable")
        self.tabs = QTabWidget()
        self._ask = Throttle(self._send, TYPING_MS, self)
        self._lay_out()
        self._describe()
        self.show_decoding()
        self._connect()
        self._watch()

    def _greedy_help(self) -> str:
        return self.tr("Take the most probable piece at each step. Fast, and often right.")

    def _beam_help(self) -> str:
        return self.tr("Keep the best few hypotheses at each step. Slower, often a little better.")

    def _no_weights_yet(self) -> str:
        return self.tr("Where the decoder looks at each word, once training has begun.")

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.search, 1)
        row.addWidget(self.beam_size)
        choosers = QHBoxLayout()
        choosers.setSpacing(px(8))
        choosers.addWidget(self.layers)
        choosers.addWidget(self.heads)
        choosers.addStretch(1)
        attention = QWidget()
        column = QVBoxLayout(attention)
        column.setContentsMargins(0, px(8), 0, 0)
        column.setSpacing(px(4))
        column.addLayout(choosers)
        column.addWidget(self.heatmap, 1)
        self._prepare_table()
        self.tabs.addTab(attention, self.tr("Attention"))
        self.tabs.addTab(self.n_best, self.tr("Alternatives"))
        self.tabs.setDocumentMode(True)
        self.body.addWidget(self.source)
        self.body.addLayout(row)
        self.body.addWidget(self.translation)
        self.body.addWidget(self.tabs, 1)

    def _prepare_table(self) -> None:
        table = self.n_best
        table.setHorizontalHeaderLabels(
            [self.tr("hypothesis"), self.tr("score"), self.tr("probability")]
        )
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)  # Tab leads on, arrows go about in the table
        table.setShowGrid(False)
        table.setWordWrap(True)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def _describe(self) -> None:
        self.beam_size.setSuffix(self.tr(" beams"))
        for widget, name, tip in (
            (self.source, self.tr("sentence to translate"),
             self.tr("Type here: each change is translated with the weights as they are now.")),
            (self.beam_size, self.tr("beam size"),
             self.tr("Hypotheses kept at each step of beam search. More is slower.")),
            (self.layers, self.tr("layer"), self.tr("Which layer's attention is shown.")),
            (self.heads, self.tr("head"), self.tr("Which head's attention is shown.")),
            (self.n_best, self.tr("best hypotheses"),
             self.tr("The hypotheses that beam search kept. Score: log-probability over the length "
                     "penalty.")),
        ):  # fmt: skip
            widget.setAccessibleName(name)
            widget.setToolTip(tip)

    def _connect(self) -> None:
        self.source.sentence_changed.connect(lambda _: self.ask())
        self.source.submitted.connect(self.ask)
        self.search.value_chosen.connect(lambda name: self._decode("decoding.search", name))
        self.beam_size.valueChanged.connect(lambda n: self._decode("decoding.beam_size", n))
        self.layers.activated.connect(self.show_attention)
        self.heads.activated.connect(self.show_attention)
        self.tabs.currentChanged.connect(self._watch)
        self._controller.translated.connect(self.show_translation)
        self._controller.corpus_changed.connect(self.show_corpus)
        self._controller.run_changed.connect(self.show_run)
        self._controller.draft.changed.connect(self.show_decoding)

    def ask(self) -> None:
        """Ask for the translation of what stands in the field."""
        self._ask()

    def another_sentence(self) -> None:
        """Put another held-out sentence into the field."""
        others = [source for source in self._references if source != self.source.sentence()]
        if others:
            self._offered = random.choice(others)
            self.source.set_sentence(self._offered)
            self.ask()

    def show_corpus(self, ready: CorpusReady) -> None:
        """Offer a sentence of the corpus, unless a person has typed one."""
        run = self._controller.run
        if not run.folder or (run.config and run.config.data == ready.data):
            self._offer(ready.corpus, ready.prepared)

    def _offer(self, corpus: CorpusRecord, prepared: PreparedRecord) -> None:
        """Put a sentence of a corpus into the field, unless a person has typed one."""
        self._references = dict(prepared.examples)
        offer = corpus.example or (prepared.examples[0][0] if prepared.examples else "")
        if self.source.sentence() in ("", self._offered):
            self._offered = offer
            self.source.set_sentence(offer)
            self.ask()

    def show_run(self, state: RunState) -> None:
        """Forget the translations of another run."""
        if not state.folder or (self._record and state.step < self._record.step):
            self._record = None
            self.head.set_note("")
            self.translation.clear()
            self.heatmap.clear(self._no_weights_yet())
            self.n_best.setRowCount(0)
        if state.folder != self._folder and state.corpus and state.prepared:
            self._offer(state.corpus, state.prepared)
        self._folder = state.folder

    def show_decoding(self) -> None:
        """Show how translations are searched for."""
        decoding = self._controller.draft.config.decoding
        self.search.set_value(decoding.search)
        self.beam_size.setValue(decoding.beam_size)
        self.beam_size.setVisible(decoding.search == "beam")

    def show_translation(self, record: TranslationRecord) -> None:
        """Show an answer: the best hypothesis, the others, and the attention."""
        self._record = record
        self.head.set_note(
            self.tr("with the weights of step {step}").format(step=numbers.count(record.step))
        )
        if not record.hypotheses:
            self.translation.show_hypothesis([], self.tr("There is nothing to translate yet."))
            self.heatmap.clear(self.tr("Type a sentence above."))
            self.n_best.setRowCount(0)
            return
        best = record.hypotheses[0]
        words = best.words or ((self.tr("(empty: it ended at once)"), 1.0),)
        self.translation.show_hypothesis(
            words, self._note(record.source, best), separator=best.separator
        )
        self._show_alternatives(record.hypotheses)
        self._fill_choosers(record.attention)
        self.show_attention()

    def show_attention(self) -> None:
        """Show the layer and head that are chosen, or the mean of all."""
        record = self._record
        if record is None or not record.hypotheses:
            return
        if record.attention is None:
            run = self._controller.run.config
            decoder = run.model.decoder if run else None
            if isinstance(decoder, RecurrentDecoderConfig) and decoder.attention == "none":
                self.heatmap.clear(
                    self.tr(
                        "This decoder has no attention: it sees one vector for the whole sentence."
                    )
                )
            return
        weights = record.attention  # [layer, head, target length, source length]
        for axis, chooser in ((0, self.layers), (1, self.heads)):
            chosen = chooser.currentData()
            part = slice(None) if chosen in (None, MEAN) else slice(chosen, chosen + 1)
            weights = weights[(slice(None),) * axis + (part,)]
        sources, source_starts = characters(record.source_pieces)
        targets, target_starts = characters(record.hypotheses[0].pieces)
        joined = join_weights(weights.mean(axis=(0, 1)), source_starts, target_starts)
        self.heatmap.show_weights(joined, sources, targets)

    def _decode(self, key: str, value: Any) -> None:
        self._controller.draft.set(key, value)
        self.ask()

    def _send(self) -> None:
        decoding = self._controller.draft.config.decoding
        if decoding.search == "beam":
            n_best = min(ALTERNATIVES, decoding.beam_size)
            config = changed(self._controller.draft.config, "decoding.n_best", n_best)
            decoding = config.decoding
        self._controller.translate(self.source.sentence(), decoding)

    def _watch(self) -> None:
        self._controller.watch("attention", self.tabs.currentIndex() == 0)

    def _note(self, source: str, best: HypothesisRecord) -> str:
        """Say how probable the translation is, and what would be right if that is known."""
        probability = numbers.probability(float(np.exp(best.log_probability)))
        parts = [self.tr("probability {value}").format(value=probability)]
        if self._record and self._record.cut:
            parts.append(self.tr("only the beginning of the sentence is translated"))
        if not best.ended:
            parts.append(self.tr("cut, as it would not end"))
        reference = self._references.get(source)
        if reference == best.text:
            parts.append(self.tr("as the reference ✓"))
        elif reference:
            isolated = f"\u2068{reference}\u2069"  # its own direction, whatever the window's
            parts.append(self.tr("reference: {reference}").format(reference=isolated))
        return " · ".join(parts)

    def _show_alternatives(self, hypotheses: tuple[HypothesisRecord, ...]) -> None:
        self.n_best.setRowCount(len(hypotheses))
        for row, found in enumerate(hypotheses):
            probability = numbers.probability(float(np.exp(found.log_probability)))
            texts = (found.text, f"{found.score:.2f}", probability)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(RIGHT)
                self.n_best.setItem(row, column, item)

    def _fill_choosers(self, attention: np.ndarray[Any, Any] | None) -> None:
        """Offer the layers and heads there are; nothing to choose where there is one."""
        counts = attention.shape[:2] if attention is not None else (1, 1)
        choosers = (
            (self.layers, self.tr("layer {n}"), self.tr("mean of layers"), counts[0]),
            (self.heads, self.tr("head {n}"), self.tr("mean of heads"), counts[1]),
        )
        for chooser, template, mean, count in choosers:
            chooser.setVisible(count > 1)
            if chooser.count() != count + 1:
                chooser.clear()
                chooser.addItem(mean, MEAN)
                for number in range(count):
                    chooser.addItem(template.format(n=number + 1), number)

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self._controller.watch("translation", True)
        self._watch()

    def hideEvent(self, event: Any) -> None:
        super().hideEvent(event)
        self._controller.watch("attention", False)
        self._controller.watch("translation", False)

"""The translate panel: sentences, their translations by the weights in training, and why."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer

from app import answers
from app.bridge.controller import Controller, sentence_of
from app.bridge.messages import MOST_LINES, CorpusReady, RunState
from app.bridge.throttle import Throttle
from app.panels.translate_panel.held_out import HeldOut
from app.panels.translate_panel.own_sentences import OwnSentences
from app.panels.translate_panel.view import TranslateView
from app.run_titles import run_title
from app.widgets import numbers
from app.widgets.differences import differences
from app.widgets.knob_editors import core_text
from s2s_core.configs import DecodingConfig, RecurrentDecoderConfig
from s2s_core.experiment import changed
from s2s_core.records import (
    CorpusRecord,
    HypothesisRecord,
    PreparedRecord,
    TranslationRecord,
)

TYPING_MS = 80
SETTLED_MS = 1500  # a text that stood still for so long goes into the history
ENOUGH_PAIRS = 100  # to tell a script by
ALTERNATIVES = 5  # shown where the beam is as wide


class TranslatePanel(TranslateView):
    """Asks for translations of what is typed, and shows the answers as the weights change."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._folder = ""
        self._decoding: DecodingConfig | None = None  # with which the answers were searched for
        self._held_out = HeldOut()
        self._own = OwnSentences()
        self._target_name = ""  # of the corpus' side that is translated into
        self._lines: list[str] = [""]  # what was asked for
        self._records: dict[int, TranslationRecord] = {}  # the newest answer for each line
        self._ask = Throttle(self._send, TYPING_MS, self)
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._others_came = QTimer(self, singleShot=True, interval=0)
        self.show_decoding()
        self._connect()
        self._watch()

    def _connect(self) -> None:
        self.source.text_changed.connect(self._typed)
        self.source.line_chosen.connect(self._choose_line)
        self.source.walked.connect(self._walk)
        self.another.clicked.connect(self.another_sentence)
        self.translation.view.line_chosen.connect(self.source.set_line)
        self.translation.view.line_chosen.connect(self._choose_line)
        self.translation.swap.clicked.connect(self._controller.reading.swap_sides)
        self.search.turned.connect(self._decode)
        self.search.pieces_toggled.connect(self.show_pieces)
        menu = self.picture.menu()
        menu.aboutToShow.connect(lambda: self.attention.heatmap.fill_menu(menu))
        self.history.chosen.connect(self._bring_back)
        self.history.emptied.connect(lambda: self._own.forget())
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
        """Put a held-out sentence into the current line, by chance."""
        if drawn := self._held_out.draw(self.source.sentence()):
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
        self.links.end_hover()
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
        else:
            self._show_all()  # it may be that corpus the other way round

    def _make_way(self, _: object) -> None:
        """Let a sentence of the program's go while another corpus is read, or come again."""
        reading, ready = self._controller.reading, self._controller.corpus
        text = "\n".join(self.source.lines()).strip()
        if reading.is_of_another and not self._controller.run.folder:
            if text and not self._held_out.is_own(text):
                self._held_out.let_go()
                self.source.set_text("")
                self._ask_anew()
        elif not reading.is_busy and ready is not None and not (text or self._held_out.is_there):
            self.show_corpus(ready)

    def _offer(self, corpus: CorpusRecord, prepared: PreparedRecord) -> None:
        """Put a sentence of a corpus into the field, unless a person has typed one for it."""
        self._held_out.take(corpus, prepared)
        self._target_name = core_text(corpus.target_name)
        pairs = (prepared.examples or corpus.preview)[:ENOUGH_PAIRS]
        sources, targets = ([pair[side] for pair in pairs] for side in (0, 1))
        self.translation.suit(targets)
        self.n_best.suit(targets)
        self.history.suit(sources, targets)
        self.source.set_known(prepared.known_words)
        name = f"{corpus.title}: {corpus.source_name} → {corpus.target_name}"
        is_other = self.history.set_corpus(name)
        self.another.setEnabled(bool(self._held_out.references))
        text, own = "\n".join(self.source.lines()).strip(), self.own_text()
        to_begin = self._own.turn_to(
            name, own, sources, self.history.newest(), is_anothers=self.history.is_anothers(own)
        )
        if to_begin != own or self._held_out.gives_way(text):
            self.source.set_text(to_begin or self._held_out.offer(corpus.example))
            self._ask_anew()
        elif is_other:  # a person's own text stays in the field, and so in the history beside it
            self._remember()

    def show_run(self, state: RunState) -> None:
        """Forget the translations of another run."""
        newest = max((record.step for record in self._records.values()), default=0)
        if not state.folder or state.folder != self._folder or state.step < newest:
            self._records = {}
            self.head.set_note("")
            self.translation.clear()
            self.translation.view.set_placeholder(self.nothing_yet(is_training=state.playing))
            self.source_pieces.hide()
            self.attention.clear(self.no_weights_yet(is_training=state.playing))
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
        if record.hypotheses:
            self._show_note(record, record.hypotheses[0])
        self.show_answer(record, self._controller.draft.config.decoding)
        self.attention.heatmap.about = answers.caption_of(record, self._controller.run.folder)
        if record.hypotheses and record.attention is None:
            self._say_why_there_is_no_attention()

    def _show_note(self, record: TranslationRecord, best: HypothesisRecord) -> None:
        """Say how probable it is, and what sets it apart from its reference if that is known."""
        is_other = answers.is_spelled(record) and self._held_out.is_of_other_side(record.source)
        notes = answers.note_of(
            record, best, self.source.unknown_words(), self._target_name if is_other else ""
        )
        self.translation.offer_swap(is_other and self._can_swap())
        if self.source.is_at_new_line():
            notes.append(self.tr("translated as you type; Enter begins another sentence"))
        asked = len([line for line in self.source.lines() if line])
        if len(self._lines) == MOST_LINES and asked > MOST_LINES:
            template = self.tr("the first {most} of {all} lines are translated")
            notes.append(template.format(most=MOST_LINES, all=numbers.count(asked)))
        reference = self._held_out.references.get(record.source)
        # Of what never ends, nothing is compared: it would fill the note.
        text = best.text if best.ended else ""
        found = differences(text, reference, best.separator) if reference else []
        self.translation.show_note(" · ".join(notes), found, best.separator)

    def _can_swap(self) -> bool:
        """Whether the next run would train on the corpus of this one, in the same direction."""
        config, ready = self._controller.run.config, self._controller.corpus
        return config is not None and ready is not None and config.data == ready.data

    def _say_why_there_is_no_attention(self) -> None:
        if self.pages.current():  # nobody looks, and what is there grows old
            self.attention.clear(self.tr("The attention comes with the next translation."))
        run = self._controller.run.config
        decoder = run.model.decoder if run else None
        if isinstance(decoder, RecurrentDecoderConfig) and decoder.attention == "none":
            self.attention.clear(
                self.tr("This decoder has no attention: it sees one vector for the whole sentence.")
            )

    # History -----------------------------------------------------------------------------

    def _remember(self) -> None:
        self._settled.stop()
        text = "\n".join(self.source.lines())
        if not self._held_out.is_offered(text.strip("\n")):
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
        return text if self._held_out.is_own(text) else ""

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
        self._held_out.references[text] = target
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

    def hideEvent(self, event: Any) -> None:
        super().hideEvent(event)
        self._controller.questions.watch("attention", False)
        self._controller.questions.watch("translation", False)

"""The sentences that the lab shows cut: of the corpus or typed; as training does, or drawn."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.bridge.draft import Draft
from app.bridge.lab import Lab
from app.bridge.messages import Choice, CutSentences
from app.tokenizer_lab.column import MOST_SENTENCES, ChoiceColumn
from app.tokenizer_lab.form import LabForm
from app.widgets.scripts import alignment_of
from s2s_core.records import Cut, CutsRecord, VocabularyRecord

DRAWS = 5
CHANCES = 0.1, 0.2  # of BPE-dropout and unigram sampling, where the draft has none
SIDES = ("source", "target")
TYPING_MS = 150
MIDDLE = Qt.AlignmentFlag.AlignVCenter


class Sentences(QObject):
    """Asks for the cuts of some sentences, and puts them into the columns."""

    told = Signal(str)  # by which chance sentences are cut

    def __init__(self, form: LabForm, lab: Lab, draft: Draft) -> None:
        super().__init__(form)
        self._form, self._lab, self._draft = form, lab, draft
        self._seed = self._first = 0  # of the draws; of the corpus's sentences that are shown
        self._is_own = False  # whether a person typed the sentence
        self._cuts: dict[Choice, tuple[Cut, ...] | None] = {}
        self._cut_rows: tuple[str, ...] = ()
        self.cut_soon = QTimer(self, singleShot=True, interval=TYPING_MS)
        self.cut_soon.timeout.connect(self.cut)
        form.sentence.textEdited.connect(self._type)
        form.others.clicked.connect(self._show_others)
        form.by_chance.toggled.connect(lambda _: self.cut())
        form.again.clicked.connect(self._draw_again)
        lab.cut.connect(self._take_cuts)

    def forget(self) -> None:
        """Begin anew with another corpus."""
        self._is_own = False
        self._cuts.clear()

    def forget_cuts(self) -> None:
        """What was cut is of another sample."""
        self._cuts.clear()

    def clear_unknown(self, column: ChoiceColumn, *, is_learnt: bool) -> None:
        """Show no cuts in a column of which none are known."""
        if column.choice() not in self._cuts:
            note = self.tr("cutting the sentences …") if is_learnt else ""
            column.show_cuts(None, len(self._cut_rows), note)

    def _shown(self) -> list[ChoiceColumn]:
        return [column for column in self._form.columns if column.is_shown]

    def _choices(self) -> list[Choice]:
        return [column.choice() for column in self._shown()]

    def _type(self) -> None:
        self._is_own = True
        self.cut_soon.start()

    def turn(self) -> None:
        """Take the sentences of the other side."""
        self._is_own = False
        self.put()

    def _show_others(self) -> None:
        self._first += MOST_SENTENCES
        self._is_own = False
        self.put()
        self.cut()

    def _draw_again(self) -> None:
        self._seed += 1
        self.cut()

    def put(self) -> None:
        """Write a sentence of the corpus into the field, unless a person has typed one."""
        if not self._is_own and (examples := self._examples()):
            self._form.sentence.setText(examples[0])
            self._form.sentence.setCursorPosition(0)

    def _examples(self) -> list[str]:
        """Return the held-out sentences that are shown now."""
        sample = self._lab.sample
        if sample is None:
            return []
        texts = [pair[self.side] for pair in sample.examples]
        first = self._first % max(1, len(texts))
        return list(dict.fromkeys((*texts[first:], *texts[:first])))[:MOST_SENTENCES]

    @property
    def side(self) -> int:
        """0 for the source, 1 for the target."""
        return SIDES.index(self._form.side.value())

    def cut(self) -> None:
        """Let the sentences be cut by all that was learnt."""
        texts = self._form.sentence.text(), *self._examples()[0 if self._is_own else 1 :]
        texts = texts[:MOST_SENTENCES]
        choices = [
            c for c in self._choices() if isinstance(self._lab.results.get(c), VocabularyRecord)
        ]
        if self._form.by_chance.isChecked():
            asked = self._draft.config.regularisation
            chances = (asked.bpe_dropout or CHANCES[0], asked.unigram_sampling or CHANCES[1])
            self._lab.cut_sentences(choices, self.side, texts[:1], DRAWS, self._seed, chances)
        else:
            self._lab.cut_sentences(choices, self.side, texts)

    def _take_cuts(self, asked: CutSentences, record: CutsRecord) -> None:
        self._cuts = dict(zip(asked.choices, record.cuts, strict=True))
        rows = asked.texts
        if asked.draws:
            draw = self.tr("Draw {number}")
            rows = tuple(draw.format(number=n + 1) for n in range(asked.draws))
            text = self.tr("As in training with BPE-dropout {bpe} or unigram sampling {unigram}.")
            self.told.emit(text.format(bpe=asked.chances[0], unigram=asked.chances[1]))
        self._cut_rows = rows
        for place, label in enumerate(self._form.labels):
            text = rows[place] if place < len(rows) else ""
            label.setVisible(place < len(rows))
            if place == 0 and not asked.draws:
                text = self.tr("The sentence above")
            label.setText(text)
            label.setAlignment(alignment_of(text) & ~MIDDLE | Qt.AlignmentFlag.AlignTop)
        self._show_cuts(is_by_chance=bool(asked.draws))

    def _show_cuts(self, is_by_chance: bool) -> None:
        shown = (self._cuts.get(choice) or () for choice in self._choices())
        pieces = (piece for cuts in shown for cut in cuts for piece in cut)
        self._form.legend.setVisible(not all(is_held for _, _, is_held in pieces))
        note = self.tr("This kind knows one cut only.") if is_by_chance else ""
        for column in self._shown():
            choice = column.choice()
            known = choice in self._cuts
            column.show_cuts(self._cuts.get(choice), len(self._cut_rows), note if known else "")

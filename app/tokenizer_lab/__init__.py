"""The tokenizer lab: the same sentences, cut by several kinds and sizes of vocabulary."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from app.bridge import catalog
from app.bridge.controller import Controller, sentence_of
from app.bridge.lab import Lab
from app.bridge.messages import Choice
from app.bridge.side_names import side_names
from app.panels.model_panel.knob_words import in_words
from app.tokenizer_lab.column import (
    KINDS,
    ChoiceColumn,
    Shared,
    choice_in_words,
)
from app.tokenizer_lab.form import MOST, LabForm
from app.tokenizer_lab.proposals import Proposals
from app.tokenizer_lab.sentences import SIDES, Sentences
from app.widgets import numbers
from app.widgets.length_bars import bars_of, length_of
from app.widgets.theme import set_look
from s2s_core.configs import DataConfig, RunConfig, TokenizerConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import merged
from s2s_core.records import (
    FailureRecord,
    LabSampleRecord,
    ProgressRecord,
    VocabularyRecord,
)

LEAST = 2  # choices side by side
REST_MS = 500  # after a change of kind or size, before it is learnt


class TokenizerLab(LabForm):
    """Compares 2 to 4 choices; the one that is used is a change of the draft like any other."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self._draft = controller.draft
        self._lab = Lab(controller.reading.lend(), self)
        self._data = _corpus_of(self._draft.config)
        self._sentences = Sentences(self, self._lab, self._draft)
        self._cut_of: set[Choice] = set()  # the choices whose cuts were asked for
        self._sample: LabSampleRecord | None = None  # that is shown
        self._is_untouched = True  # kinds and sizes are those that are proposed
        self._used: Choice | None = None  # what was said to be that of the next run
        self._is_working = False  # something was said about what is being learnt
        self._learn_soon = QTimer(self, singleShot=True, interval=REST_MS)
        self._count_seconds = QTimer(self, interval=1000)
        self._connect()
        self._propose()
        self._show_sample()
        self._lab.wanted = self._wanted()
        self._lab.open(self._data)

    def _propose(self) -> None:
        """Begin with what the draft has and with what can be compared with it."""
        self._proposals = Proposals(_choice_of(self._draft.config), list(catalog.titles(KINDS)))
        for column, choice in zip(self.columns, self._proposals.first(), strict=True):
            column.set_choice(choice)
            column.set_shown(True)

    def _connect(self) -> None:
        for column in self.columns:
            column.changed.connect(self._change)
            column.told.connect(lambda text: self._say(text, is_error=bool(text)))
            column.removed.connect(lambda column=column: self._remove(column))
            column.stopped.connect(lambda column=column: self._stop_one(column.choice()))
            column.used.connect(lambda column=column: self._use(column.choice()))
        self._learn_soon.timeout.connect(self._learn)
        self._count_seconds.timeout.connect(self._show_states)
        self.side.value_chosen.connect(lambda _: self._turn_side())
        self._sentences.told.connect(self._say)
        self.add.clicked.connect(self._add)
        self.stop.clicked.connect(self._stop_or_go_on)
        self.leave.clicked.connect(self.reject)
        self._lab.changed.connect(self._refresh)
        self._lab.progress.connect(self._show_progress)
        self._lab.failed.connect(self._show_failure)
        self._draft.changed.connect(self._follow_draft)

    # What a person does ------------------------------------------------------------------

    def _shown(self) -> list[ChoiceColumn]:
        return [column for column in self.columns if column.is_shown]

    def _choices(self) -> list[Choice]:
        return [column.choice() for column in self._shown()]

    def _wanted(self) -> list[Choice]:
        """What is shown, and the draft's choice: all costs are told in relation to it."""
        return list(dict.fromkeys((*self._choices(), _choice_of(self._draft.config))))

    def _change(self) -> None:
        self._is_untouched = False
        self._learn_soon.start()
        self._refresh()

    def _learn(self) -> None:
        self._lab.want(self._wanted())
        self._sentences.cut()

    def _stop_or_go_on(self) -> None:
        if self._lab.is_busy:
            self._lab.stop()
        elif self._lab.sample is None:
            self._lab.open(self._data)
        else:
            self._lab.resume(*self._lab.wanted)

    def _stop_one(self, choice: Choice) -> None:
        if self._is_stopped(choice):
            self._lab.resume(choice)
        else:
            self._lab.skip(choice)

    def _add(self) -> None:
        self._is_untouched = False
        column = next(column for column in self.columns if not column.is_shown)
        taken = self._choices()
        kind, size = _choice_of(self._draft.config)
        free = [(each, size) for each in catalog.titles(KINDS) if (each, size) not in taken]
        column.set_choice(free[0] if free else (kind, 2 * size))
        column.set_shown(True)
        self._refresh()
        self._learn()
        column.kind.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, column: ChoiceColumn) -> None:
        self._is_untouched = False
        column.set_shown(False)
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)
        self._refresh()
        self._learn()

    def _use(self, choice: Choice) -> None:
        self._is_untouched = False
        kind, size = choice
        tokenizer = {"kind": kind, "vocabulary_size": size}
        try:
            config = merged(self._draft.config, {"data": {"tokenizer": tokenizer}})
        except BadConfig as error:
            self._say(in_words(error), is_error=True)
            return
        self._draft.set_data(config.data)
        text = self.tr("The next run takes {choice}; Ctrl+Z takes it back.")
        self._say(text.format(choice=choice_in_words(choice)))
        self._used = choice

    def _turn_side(self) -> None:
        self._sentences.turn()
        self._refresh()
        self._sentences.cut()

    # What the lab tells ------------------------------------------------------------------

    def _follow_draft(self, config: RunConfig) -> None:
        """Another corpus begins anew; another choice is what costs are compared with."""
        data = _corpus_of(config)
        if data != self._data:
            if self._is_untouched and data.rows != self._data.rows:
                self._propose()  # what was proposed came of the other corpus
                self._lab.wanted = self._wanted()
            self._data = data
            self._sentences.forget()
            self._lab.open(data)
        if self._used and self._used != _choice_of(config):
            self._used = None
            self._say("")  # it was taken back
        if _choice_of(config) not in self._lab.wanted and not self._lab.is_stopped:
            self._lab.want(self._wanted())
        self._refresh()

    def _fit_choices(self) -> None:
        """Propose others in place of those that cut this corpus as another one does."""
        if not self._is_untouched:
            return
        choices = self._choices()
        better = self._proposals.better(choices, self._lab.results)
        if better != choices:
            for column, choice in zip(self._shown(), better, strict=True):
                column.set_choice(choice)
            self._lab.want(self._wanted())

    def _show_failure(self, failure: FailureRecord) -> None:
        self._say(sentence_of(failure), is_error=True)

    def _show_progress(self, progress: ProgressRecord) -> None:
        self.progress.setRange(0, max(1, progress.total))
        self.progress.setValue(progress.done if progress.total else 0)
        text = self.tr("Reading the corpus: {count:pair|pairs}")
        self._say(text.format(count=numbers.count(progress.done)))

    # Showing -----------------------------------------------------------------------------

    def _result(self, choice: Choice) -> VocabularyRecord | FailureRecord | None:
        return self._lab.results.get(choice)

    def _refresh(self) -> None:
        """Show what is known, and ask for the cuts of what has just been learnt."""
        is_new = self._lab.sample is not self._sample
        if is_new:
            self._sample = self._lab.sample
            self._show_sample()
        self._fit_choices()
        shared = self._shared()
        is_spaced = self._sample is None or self._sample.spaced[shared.side]
        self.per_word.setText(
            self.tr("Pieces a word") if is_spaced else self.tr("Pieces a character")
        )
        shown, base = self._shown(), _choice_of(self._draft.config)
        for column in shown:
            choice = column.choice()
            result = self._result(choice)
            is_learnt = isinstance(result, VocabularyRecord)
            column.show_result(result if isinstance(result, VocabularyRecord) else None, shared)
            self._show_state(column)
            column.show_use(choice == base, is_learnt)
            column.remove.setVisible(len(shown) > LEAST)
            self._sentences.clear_unknown(column, is_learnt=is_learnt)
        self.add.setEnabled(len(shown) < MOST)
        self.again.setEnabled(self.by_chance.isChecked())
        self.others.setEnabled(not self.by_chance.isChecked())
        self._show_work()
        learnt = {c for c in self._choices() if isinstance(self._result(c), VocabularyRecord)}
        if is_new or learnt - self._cut_of:
            self._cut_of = learnt
            self._sentences.cut()  # if nothing is learnt yet: what will be cut

    def _show_states(self) -> None:
        for column in self._shown():
            self._show_state(column)

    def _show_state(self, column: ChoiceColumn) -> None:
        result = self._result(column.choice())
        column.show_state(
            "" if result else self._state_of(column.choice()),
            _why_not(result) if isinstance(result, FailureRecord) else "",
        )
        is_open = result is None and self._lab.sample is not None
        is_stopped = self._is_stopped(column.choice())
        column.show_stop(can_stop=is_open, can_go_on=is_open and is_stopped)

    def _is_stopped(self, choice: Choice) -> bool:
        return self._lab.is_stopped or choice in self._lab.skipped

    def _state_of(self, choice: Choice) -> str:
        if choice == self._lab.learning:
            text = self.tr("training the tokenizer, {seconds} s")
            return text.format(seconds=int(time.monotonic() - self._lab.began))
        if self._is_stopped(choice):
            return self.tr("stopped")
        if self._lab.sample is None:
            return self.tr("waits for the sentences")
        known = {*self._lab.results, *self._lab.skipped}
        waiting = [each for each in self._lab.wanted if each not in known]
        ahead = waiting.index(choice) if choice in waiting else 0
        text = self.tr("waits, {count} before it") if ahead else self.tr("comes next")
        return text.format(count=ahead)

    def _show_sample(self) -> None:
        """Say what is compared, on which sentences."""
        self._sentences.forget_cuts()
        self._cut_of = set()
        sample = self._lab.sample
        if sample is None:
            self.intro.setText(self.tr("A sample of the corpus is drawn …"))
            return
        names = sample.source_name, sample.target_name
        ready = self._controller.corpus
        if ready is not None and ready.data.rows == self._data.rows:
            names = side_names(ready.corpus)  # recognised by all that was read
        for side, name in zip(SIDES, names, strict=True):
            self.side.button(side).setText(name)
        self.intro.setText(self._intro(sample))
        self._sentences.put()

    def _intro(self, sample: LabSampleRecord) -> str:
        texts = [
            self.tr("Learnt from {learnt:pair|pairs}, drawn from all {read} by the split's seed;")
            if sample.read_all
            else self.tr("Learnt from {learnt:pair|pairs}, drawn from the corpus's first {read};"),
            self.tr("unknown characters are counted in {held_out:other|others}.")
        ]  # fmt: skip
        return " ".join(texts).format(
            learnt=numbers.count(sample.pairs - sample.held_out),
            read=numbers.count(sample.read), held_out=numbers.count(sample.held_out),
        )  # fmt: skip

    def _shared(self) -> Shared:
        """Return the scales that fit all results, so that their bars can be compared."""
        side, found = self._sentences.side, []
        for choice in self._choices():
            result = self._result(choice)
            if isinstance(result, VocabularyRecord):
                found.append(result.sides[side].lengths)
        longest = max((length_of(lengths, 0.99) for lengths in found), default=1)
        most = max((max(bars_of(lengths, longest)) for lengths in found), default=1.0)
        base = self._result(_choice_of(self._draft.config))
        return Shared(
            side, longest, most,
            base if isinstance(base, VocabularyRecord) else None,
        )  # fmt: skip

    def _show_work(self) -> None:
        """Say what is being done, and offer to stop it or to go on."""
        lab = self._lab
        self.stop.setText(self.tr("Stop") if lab.is_busy else self.tr("Go on"))
        is_stopped = lab.is_stopped or not lab.skipped.isdisjoint(lab.wanted)
        self.stop.setVisible(lab.is_busy or (is_stopped and lab.is_missing))
        done = sum(choice in lab.results for choice in lab.wanted)
        self.progress.setVisible(lab.is_busy)
        if lab.sample is not None:
            self.progress.setRange(0, max(1, len(lab.wanted)))
            self.progress.setValue(done)
        if lab.learning:
            self._count_seconds.start()
        else:
            self._count_seconds.stop()
        if lab.learning:
            text = self.tr("Learning {choice} … ({number} of {all})")
            choice = choice_in_words(lab.learning)
            self._say(text.format(choice=choice, number=done + 1, all=len(lab.wanted)))
            self._is_working = True
        elif is_stopped and lab.is_missing and self._is_working and not lab.is_busy:
            self._is_working = False
            self._say(self.tr("Stopped; what was learnt stays."))
        elif self._is_working and not lab.is_busy:
            self._is_working = False
            self._say("")

    def _say(self, text: str, is_error: bool = False) -> None:
        set_look(self.state, "role", "error" if is_error else "muted")
        self.state.setText(text)

    def come_back(self) -> None:
        """Be shown again as it was left, with what has changed since."""
        self._draft.changed.connect(self._follow_draft)
        self.show()
        self.sentence.setCursorPosition(0)  # Qt has selected all
        self._follow_draft(self._draft.config)
        if not self._lab.is_stopped:
            self._learn()

    def reject(self) -> None:
        """Esc, the button and the window's own cross: end the child; what was learnt stays."""
        self._draft.changed.disconnect(self._follow_draft)
        self._learn_soon.stop()
        self._count_seconds.stop()
        self._lab.rest()
        super().reject()


def _why_not(failure: FailureRecord) -> str:
    """Return why a vocabulary cannot be learnt, with settings called as in the form."""
    return in_words(BadConfig(failure.template, **failure.values))


def _choice_of(config: RunConfig) -> Choice:
    return config.data.tokenizer.kind, config.data.tokenizer.vocabulary_size


def _corpus_of(config: RunConfig) -> DataConfig:
    """Return what the sample hangs on: all of the data but the choice that is compared."""
    plain = TokenizerConfig(joint=config.data.tokenizer.joint)
    return config.data.model_copy(update={"tokenizer": plain})

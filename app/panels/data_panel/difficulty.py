"""The fold "Difficulty": how hard the built-in corpus is, by sliders, and its pairs at once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.bridge import catalog
from app.bridge.controller import Controller
from app.bridge.messages import CorpusReady
from app.bridge.taste import Taste
from app.widgets import numbers
from app.widgets.knob_editors import SliderEditor, core_text
from app.widgets.knob_row import KnobRow
from app.widgets.named import named
from app.widgets.panel_frame import muted
from app.widgets.slider_scale import even
from app.widgets.sliders_button import SlidersButton
from app.widgets.theme import LOOK_CHANGES, px
from s2s_core.configs import DataConfig, DifficultyConfig, RunConfig
from s2s_core.experiment import value_of
from s2s_core.knobs import Knob, knobs_of
from s2s_core.presets import preset_times

SIZE = "data.builtin_pairs"
SHARES = 7, 13  # of the width, for name and slider: one can aim at each of many values


class Difficulty(QWidget):
    """A slider for each knob that the corpus knows; those it does not know say why."""

    unfolded = Signal(bool)  # it is to be shown or hidden
    tasted = Signal(object)  # TasteReady: pairs as they will be; None: they stay as they are

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._corpus = ""  # whose sliders there are
        self._waiting: tuple[str, object] | None = None  # what a handle that is held stands at
        self._taste: Taste | None = None
        self._makes_way = False  # a corpus from files is being read
        self._is_tasted = False  # pairs were asked for that are not those of the corpus
        self.rows: dict[str, KnobRow] = {}
        self.button = named(SlidersButton(), "showDifficulty")
        self.usual = named(QPushButton(self.tr("Back to default")), "usualDifficulty")
        self.note = named(muted(), "difficultyNote")
        self._lay_out()
        self.hide()
        self.button.toggled.connect(self._fold)
        self.usual.clicked.connect(self._reset_all)
        controller.draft.changed.connect(self.show_config)
        controller.corpus_changed.connect(self._show_corpus)
        controller.run_changed.connect(lambda _: self._show_pending())
        self.show_config(controller.draft.config)

    def _lay_out(self) -> None:
        self.usual.setProperty("role", "link")
        self.usual.setAccessibleDescription(self.tr("Give all of these their default."))
        tip = self.tr("Difficulty: length, words, noise and size of the built-in corpus.")
        self.button.setAccessibleName(self.tr("difficulty"))
        self.button.setAccessibleDescription(tip)
        self.button.setToolTip(tip)
        title = QLabel(self.tr("Difficulty"), textFormat=Qt.TextFormat.PlainText)
        title.setProperty("role", "section")
        title.setIndent(0)
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(title, 1)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self.note, 1)
        self._foot.addWidget(self.usual)
        policy = self.usual.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that the note has the same room, and lines
        self.usual.setSizePolicy(policy)
        self._rows = QVBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._head)
        self._column.addLayout(self._rows)
        self._column.addLayout(self._foot)
        self._fit()

    # What is shown -----------------------------------------------------------------------

    def set_dense(self, on: bool) -> None:
        """Do without the title where height is short: the button that is pressed says as much."""
        self._head.setHidden(on)

    def make_way(self, on: bool) -> None:
        """Offer no sliders beside the name of a corpus that has none, while that is being read."""
        self._makes_way = on
        self.button.setVisible(bool(self._controller.draft.config.data.builtin) and not on)

    def show_config(self, config: RunConfig) -> None:
        """Follow the experiment: the sliders of its corpus, at its values."""
        data = config.data
        if self._is_there(data):  # read, or come back to
            self._forget_taste()
        self.button.setVisible(bool(data.builtin) and not self._makes_way)
        if not data.builtin:
            self.button.setChecked(False)
            self._corpus = ""
            return
        self.button.set_changed(not data.is_as_measured)
        if not self.button.isChecked():
            return
        if data.builtin != self._corpus:
            self._corpus = data.builtin
            self._make_rows(data.builtin)
        for key, row in self.rows.items():
            if row.knob.default is None:  # it says why
                continue
            value = value_of(config, key) or row.knob.default
            is_usual = value == row.knob.default
            back = self.tr("Back to {value} (default)").format(value=row.shown(row.knob.default))
            row.show_value(value)
            row.set_way_back("" if is_usual else back)
        self.usual.setVisible(not data.is_as_measured)
        self._show_pending()
        self._show_note(data)

    def _make_rows(self, corpus: str) -> None:
        for row in self.rows.values():
            self._rows.removeWidget(row)
            row.deleteLater()
        self.rows.clear()
        for knob in (*knobs_of(DifficultyConfig, "data.difficulty"), *knobs_of(DataConfig, "data")):
            if knob.key == SIZE:
                self._add(knob, label=self.tr("Size, pairs"))
            elif knob.key.startswith("data.difficulty."):
                name = knob.key.rpartition(".")[2]
                span = catalog.difficulty(corpus)[name]
                if isinstance(span, str):
                    self._add(replace(knob, low=None, high=None, default=None), core_text(span))
                else:
                    ends = {name: span[name] for name in ("low", "high", "default", "unit")}
                    self._add(
                        replace(knob, **ends),
                        label=core_text(catalog.difficulty_title(corpus, name)),
                    )

    def _add(self, knob: Knob, why_not: str = "", label: str = "") -> None:
        """Add a row that is called what is counted, so that its number needs no unit."""
        low, high = float(knob.low or 0), float(knob.high or 1)
        label = label or core_text(knob.label)
        label = label[:1].upper() + label[1:]
        when = self.tr("{name} of the built-in corpus, for the next run.").format(name=label)
        editor = SliderEditor(
            replace(knob, low=low, high=high, default=knob.default or low),
            None if knob.key == SIZE else even(low, high, 1),
        )
        row = KnobRow(knob, {}, label, when, editor)
        editor.setObjectName(f"difficulty.{knob.key}")  # the key itself is the model form's
        row.share_width(*SHARES)
        row.changed.connect(self._turn)
        row.reset_wanted.connect(partial(self._reset, knob.key))
        editor.track.let_go.connect(self._let_go)
        row.set_reason(why_not)
        if why_not:
            editor.field.setText("–")
        self.rows[knob.key] = row
        self._rows.addWidget(row)
        row.show()  # or the layout does a little later, and nobody knows its height until then

    def _show_pending(self) -> None:
        """Mark what the run does not have."""
        run = self._controller.run
        for key, row in self.rows.items():
            text = ""
            if (
                row.knob.default is not None
                and run.folder
                and run.config
                and run.config.data.builtin == self._corpus
            ):
                has = value_of(run.config, key) or row.knob.default
                if has != (value_of(self._controller.draft.config, key) or row.knob.default):
                    text = self.tr("Needs a new run: this one has {value}.")
                    text = text.format(value=row.shown(has))
            row.set_pending(text)

    def _show_note(self, data: DataConfig) -> None:
        """Say how soon it is learnt, if that is known, and whether there is less than wanted."""
        text = self.tr("Not measured with this preset.")
        draft = self._controller.draft
        times = preset_times().get(draft.preset, {})
        if not draft.is_preset():
            text = self.tr("Not measured with these settings.")
        elif data.builtin in times:
            seconds = times[data.builtin]
            learnt = self.tr("95 % not reached in 10 min")
            if seconds is not None:
                learnt = self.tr("95 % right in {time}").format(time=numbers.time_needed(seconds))
            usual, other = (
                self.tr("This preset: {learnt}."),
                self.tr("{learnt} at the default difficulty."),
            )
            text = (usual if data.is_as_measured else other).format(learnt=learnt)
        parts = [text]
        ready = self._controller.corpus
        if ready and ready.data == data and ready.corpus.pairs < data.builtin_pairs:
            count = numbers.count(ready.corpus.pairs)
            text = self.tr("Only {count:different pair|different pairs} can be made.")
            parts.append(text.format(count=count))
        self.note.setText(" ".join(parts))

    def _show_corpus(self, ready: CorpusReady) -> None:
        self._forget_taste()  # it is older than what has been read
        if not self.isHidden():
            self._show_note(ready.data)

    # What a person does ------------------------------------------------------------------

    def _fold(self, on: bool) -> None:
        """Make ready what will be seen; the panel shows it when there is room."""
        if on:
            self._taste = Taste(self._controller.reading.lend(), self)
            self._taste.ready.connect(self.tasted)
            self._taste.begin()
            self.show_config(self._controller.draft.config)
        elif self._taste is not None:
            self._taste.forget()
            self._controller.reading.give_back(self._taste.process)
            self._taste.deleteLater()
            self._taste = None
        self.unfolded.emit(on)

    def fold_away(self) -> bool:
        """Fold the sliders, the focus on their button if it was here; whether they were there."""
        was_there, focus = self.button.isChecked(), QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            self.button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.button.setChecked(False)
        return was_there

    def _turn(self, key: str, value: object) -> None:
        """Show pairs at once; a handle that is held is taken at its word when it is let go."""
        chosen = 0 if key != SIZE and value == self.rows[key].knob.default else value
        self._ask_taste(self._controller.draft.tried(key, chosen).data)
        editor = self.rows[key].editor_widget
        if isinstance(editor, SliderEditor) and editor.track.is_held():
            self._waiting = key, chosen
        else:
            self._controller.steering.turn(key, chosen)

    def _is_there(self, data: DataConfig) -> bool:
        """Whether it is the corpus whose pairs the panel has."""
        ready = self._controller.corpus
        return ready is not None and ready.data == data

    def _ask_taste(self, data: DataConfig) -> None:
        """Have pairs made, unless the handle is where it was when they were read."""
        if self._is_there(data):
            self._forget_taste()
        elif self._taste is not None:
            self._is_tasted = True
            self._taste.ask(data)

    def _forget_taste(self) -> None:
        """Let the pairs of the corpus come back, if others took their place."""
        if self._taste is not None:
            self._taste.forget()
        if self._is_tasted:
            self._is_tasted = False
            self.tasted.emit(None)

    def _let_go(self) -> None:
        if self._waiting is not None:
            (key, value), self._waiting = self._waiting, None
            self._controller.steering.turn(key, value)

    def _reset(self, key: str) -> None:
        if key == SIZE:
            self._controller.steering.reset(key)
        else:
            self._controller.steering.turn(key, 0)

    def _reset_all(self) -> None:
        for key in self.rows:
            self._reset(key)

    # Qt's own ----------------------------------------------------------------------------

    def _fit(self) -> None:
        self._column.setSpacing(px(4))
        self.note.setMinimumHeight(2 * self.note.fontMetrics().lineSpacing())  # as it may need
        self._rows.setSpacing(0)
        self._head.setFixedHeight(px(24))
        self._foot.setSpacing(px(8))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_column"):
            self._fit()

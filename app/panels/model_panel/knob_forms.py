"""The forms of an experiment, one for each of its parts, made little by little."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.panels.model_panel.knob_words import choice_names
from app.settings import AppSettings
from app.widgets.config_form import ConfigForm
from app.widgets.knob_row import Check, KnobRow
from app.widgets.theme import px
from s2s_core.configs import RunConfig
from s2s_core.experiment import kinds_of, knobs_in, value_of

ATTENTION = "model.decoder.attention"
SHOWN = (
    "model.encoder", "model.decoder", "training", "objective", "regularisation", "start",
    "smaller", "data.tokenizer", "decoding", "data",
)  # fmt: skip
IN_SIGHT = ("model.encoder", "model.decoder")  # at the window's first size; others come after it
OWN_PLACE = (  # in a row of its own, in a dialog of its own, beside the corpus
    ATTENTION, "data.added", "data.difficulty.length", "data.difficulty.vocabulary",
    "data.difficulty.noise",
)  # fmt: skip
ELSEWHERE = ("training.learning_rate", "training.device")  # in the bar on top of the window
OF_NO_PRESET = ("decoding", "data")  # nothing of them counts as a change of the preset
SLICE_SECONDS, PAUSE_MS = 0.01, 40  # of making rows that nobody has asked for yet, and between


class KnobForms(QWidget):
    """A column of forms; those that another architecture needs take the places of others."""

    changed = Signal(str, object)  # key and value, by the user's hand only
    reset_wanted = Signal(str)  # the key of a knob whose way back was taken
    lab_wanted = Signal()  # to compare vocabularies
    unfolded = Signal(list)  # the sections that stand unfolded, by the user's hand only
    rows_came = Signal()  # others than before: Tab is to go through them as they stand

    def __init__(self, check: Check) -> None:
        """Take what says why a knob cannot have a value."""
        super().__init__()
        self.setProperty("role", "form")
        self.forms: dict[str, ConfigForm] = {}
        self._check = check
        self._unfolded: set[str] = set()  # sections
        self._is_whole = False  # all rows are there that are not folded away
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(2))
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.rows_came)
        self._make_more = QTimer(self, interval=PAUSE_MS)
        self._make_more.setObjectName("rowsToMake")
        self._make_more.timeout.connect(self._make_some_rows)

    # Making ------------------------------------------------------------------------------

    def build(self, config: RunConfig) -> None:
        """Make the forms that this experiment needs and are not there yet."""
        titles = {
            "model.encoder": self.tr("Encoder"), "model.decoder": self.tr("Decoder"),
            "training": self.tr("Training"), "objective": self.tr("Objective"),
            "regularisation": self.tr("Against over-fitting"),
            "start": self.tr("Starting point"), "smaller": self.tr("Smaller"),
            "data.tokenizer": self.tr("Vocabulary"),
            "decoding": self.tr("Decoding"), "data": self.tr("Data"),
        }  # fmt: skip
        is_anew = False
        for place, section in enumerate(SHOWN):
            before = self.forms.get(section)
            keys = [knob.key for knob in knobs_in(config, section) if knob.key not in OWN_PLACE]
            if before and sorted(before.keys()) == sorted(keys):
                continue
            if before:  # not deleted at once: one of its own editors may have asked for the change
                self._column.removeWidget(before)
                before.hide()
                before.setParent(None)
                before.deleteLater()
            self.forms[section] = self._make_form(config, section, titles[section])
            self._column.insertWidget(place, self.forms[section])
            is_anew = is_anew or before is not None
        if is_anew:
            self.rows_came.emit()
            self.make_folded()

    def make_rest(self) -> Iterator[None]:
        """Make the rows that are out of sight in the first picture."""
        for form in self.forms.values():
            while form.lacks_rows():
                form.make_rows(SLICE_SECONDS)
                yield
        self._is_whole = True
        self.rows_came.emit()

    def make_folded(self) -> None:
        """Make the rows that are folded away, while the window has nothing better to do."""
        self._make_more.start()

    def _make_some_rows(self) -> None:
        """Little by little: all at once would be a halt."""
        if not any(form.make_rows(SLICE_SECONDS) for form in self.forms.values()):
            self._make_more.stop()

    def _make_form(self, config: RunConfig, section: str, title: str) -> ConfigForm:
        knobs = [
            replace(knob, names=kinds_of(section)) if knob.name == "kind" and knob.names else knob
            for knob in knobs_in(config, section)
            if knob.key not in OWN_PLACE
        ]
        soon = self.tr("Acts on the next translation.") if section == "decoding" else ""
        form = ConfigForm(knobs, choice_names(), title=title, when=soon, elsewhere=ELSEWHERE,
                          is_late=not self._is_whole and section not in IN_SIGHT)  # fmt: skip
        form.set_check(self._check)
        form.knob_changed.connect(self.changed)
        form.reset_wanted.connect(self.reset_wanted)
        form.rows_made.connect(self._soon.start)
        form.unfolded.connect(partial(self._note_fold, section))
        if section in self._unfolded:  # another architecture's was
            form.show_advanced(True)
        if section == "data.tokenizer":
            tip = self.tr("See sentences cut by several kinds and sizes side by side (Ctrl+K).")
            button = form.add_to_head(self.tr("compare …"), "openLab", tip)
            button.clicked.connect(self.lab_wanted)
        return form

    # Asking ------------------------------------------------------------------------------

    def keys(self) -> list[str]:
        """The keys of all knobs, from top to bottom."""
        return [key for form in self.forms.values() for key in form.keys()]  # noqa: SIM118

    def row(self, key: str) -> KnobRow | None:
        """Return the row of a knob, if there is one."""
        form = self.forms.get(key.rpartition(".")[0])
        return form.row(key) if form and key in form.keys() else None  # noqa: SIM118

    def rows(self) -> list[KnobRow]:
        """All rows from top to bottom, those that are not shown included."""
        return [row for form in self._standing() for row in form.rows()]

    # Showing -----------------------------------------------------------------------------

    def show_config(self, config: RunConfig) -> None:
        """Show an experiment in all editors."""
        for section, form in self.forms.items():
            part = value_of(config, section)
            form.set_values(
                {f"{section}.{name}": getattr(part, name) for name in type(part).model_fields}
            )
            form.clear_errors()

    def set_ways_back(self, texts: Mapping[str, str]) -> None:
        """Mark the knobs that were changed, each with what its way back leads to."""
        for form in self.forms.values():
            form.set_ways_back(texts)

    def set_pending(self, template: str, values: Mapping[str, object]) -> None:
        """Mark the knobs that the run has at another value, which is written into the sentence."""
        said = {
            key: template.format(value=form.shown(key, values[key]))
            for form in self.forms.values() for key in form.keys() if key in values  # noqa: SIM118
        }  # fmt: skip
        for form in self.forms.values():
            form.set_pending(said)

    def set_reasons(self, reasons: Mapping[str, str]) -> None:
        """Grey the knobs that have no effect at the moment and say why; check the others."""
        for form in self.forms.values():
            form.set_reasons(reasons)

    def show_advanced(self, shown: bool) -> None:
        """Unfold the advanced knobs of all forms, or those only that a person has unfolded."""
        for section, form in self.forms.items():
            form.show_advanced(shown or section in self._unfolded)

    def remember_folds(self, settings: AppSettings) -> None:
        """Unfold what was left unfolded, and keep it from now on."""
        self.set_unfolded(settings.unfolded)
        self.unfolded.connect(lambda sections: setattr(settings, "unfolded", sections))

    def set_unfolded(self, sections: Collection[str]) -> None:
        """Unfold these forms, as they were left."""
        self._unfolded = {*sections} & {*SHOWN}
        for section in self._unfolded:
            self.forms[section].show_advanced(True)

    def _note_fold(self, section: str, on: bool) -> None:
        (self._unfolded.add if on else self._unfolded.discard)(section)
        self.unfolded.emit(sorted(self._unfolded))

    def seek(self, words: Sequence[str], only_changed: bool) -> int:
        """Show what is sought, or all as usual; returns how many rows are shown."""
        found = 0
        for section, form in self.forms.items():
            if only_changed and section in OF_NO_PRESET:
                form.hide()
                continue
            found += form.seek(words, only_changed)
            is_usual = not (words or only_changed) and bool(form.keys())
            form.setVisible(is_usual or form.is_any_shown())
        self._order_forms(words)
        return found

    def _order_forms(self, words: Sequence[str]) -> None:
        """Put those first in which the name of a knob is sought; as usual where nothing is."""
        usual = [self.forms[section] for section in SHOWN]
        forms = sorted(usual, key=lambda form: bool(words) and not form.is_called_so())
        if forms != self._standing():
            for form in forms:
                self._column.addWidget(form)  # it is taken out of where it was
                form.raise_()  # Tab goes in this order
            self._soon.start()

    def _standing(self) -> list[ConfigForm]:
        """Return the forms from top to bottom."""
        return sorted(self.forms.values(), key=self._column.indexOf)

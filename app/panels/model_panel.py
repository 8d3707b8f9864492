"""The model panel: presets, architecture and every knob of the next run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.bridge import catalog
from app.bridge.controller import Controller, sentence_of
from app.bridge.messages import RunState
from app.widgets import numbers
from app.widgets.chooser import Chooser
from app.widgets.config_form import ConfigForm
from app.widgets.knob_editors import core_text
from app.widgets.named import named
from app.widgets.panel_frame import PanelBody, PanelHead, muted
from app.widgets.theme import px
from s2s_core.configs import RunConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import SECTIONS, knobs_in, value_of
from s2s_core.knobs import knobs_of
from s2s_core.presets import preset_helps

SHOWN = ("model.encoder", "model.decoder", "training", "data.tokenizer")
ELSEWHERE = {  # knobs with a control of their own
    "model.decoder.attention", "training.learning_rate", "training.device",
}  # fmt: skip
ARCHITECTURES = tuple(
    name
    for config in SECTIONS["model.encoder"]
    for knob in knobs_of(config)
    for name in knob.names
    if knob.key == "kind"
)


class ModelPanel(PanelBody):
    """Edits the draft; knobs that are live act on the run at once."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._draft = controller.draft
        self.head = PanelHead(2, self.tr("Model"))
        self.presets = named(Chooser(), "presetChooser")
        self.architecture = named(Chooser(), "architectureChooser")
        self.attention = named(Chooser(), "attentionChooser")
        self.later = muted(self.tr("Changed knobs are for a new run: press New run."))
        self.forms: dict[str, ConfigForm] = {}
        self._scroll = QScrollArea()
        self._kinds: tuple[str, ...] = ()
        self._lay_out()
        self._fill()
        self._connect()
        self.show_config(self._draft.config)

    def _lay_out(self) -> None:
        top = QGridLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.setVerticalSpacing(px(8))
        top.setHorizontalSpacing(px(12))
        top.setColumnStretch(1, 1)
        rows = (
            (self.tr("Preset"), self.presets),
            (self.tr("Architecture"), self.architecture),
            (self.tr("Attention"), self.attention),
        )
        for row, (text, chooser) in enumerate(rows):
            top.addWidget(self._label(text), row, 0)
            top.addWidget(chooser, row, 1)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has the focus
        self._scroll.setProperty("role", "plain")
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.later.hide()
        self.body.addLayout(top)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self.later)

    def _label(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", "label")
        return label

    def _fill(self) -> None:
        self.presets.addItem(self.tr("own settings"), "")
        for name, help_text in preset_helps().items():
            self._add_item(self.presets, name, help_text)
        for kind in ARCHITECTURES:
            self._add_item(self.architecture, kind, "", _TITLES.get(kind, kind))
        for name, help_text in catalog.choices()["attention"]:
            self._add_item(self.attention, name, help_text)
        for combo, name, tip in (
            (self.presets, self.tr("preset"), self.tr("A ready-made model with its training.")),
            (
                self.architecture,
                self.tr("architecture"),
                self.tr("What encoder and decoder are made of; below they can be set apart."),
            ),
            (
                self.attention,
                self.tr("attention"),
                self.tr("How the decoder looks back at the source. Needs a new run."),
            ),
        ):
            combo.setAccessibleName(name)
            combo.setToolTip(tip)

    def _add_item(self, combo: QComboBox, name: str, help_text: str, title: str = "") -> None:
        combo.addItem(title or name, name)
        if help_text:
            row = combo.count() - 1
            combo.setItemData(row, core_text(help_text), Qt.ItemDataRole.ToolTipRole)

    def _connect(self) -> None:
        self.presets.activated.connect(self._choose_preset)
        self.architecture.activated.connect(self._choose_architecture)
        self.attention.activated.connect(
            lambda row: self._draft.set("model.decoder.attention", self.attention.itemData(row))
        )
        self._draft.changed.connect(self.show_config)
        self._draft.refused.connect(self.show_refusal)
        self._controller.run_changed.connect(self.show_run)

    def find_setting(self) -> None:
        """Go to the settings."""
        self.presets.setFocus()

    def show_config(self, config: RunConfig) -> None:
        """Show an experiment in all editors."""
        kinds = (config.model.encoder.kind, config.model.decoder.kind)
        if kinds != self._kinds:
            self._kinds = kinds
            self._build_forms(config)
        for section, form in self.forms.items():
            part = value_of(config, section)
            form.set_values(
                {f"{section}.{name}": getattr(part, name) for name in type(part).model_fields}
            )
            for key in form.keys():  # noqa: SIM118  # a form, not a mapping
                form.set_error(key, None)
        both = kinds[0] if kinds[0] == kinds[1] else ""
        self.architecture.setCurrentIndex(self.architecture.findData(both))
        preset = self._draft.preset if self._draft.is_preset() else ""
        self.presets.setCurrentIndex(self.presets.findData(preset))
        self._show_attention(config)
        self._show_later()

    def show_refusal(self, key: str, error: BadConfig) -> None:
        """Mark a value that cannot be taken where it stands."""
        section = key.rpartition(".")[0]
        if section in self.forms and key in self.forms[section].keys():  # noqa: SIM118
            self.forms[section].set_error(key, sentence_of(error))
        else:
            self.show_config(self._draft.config)
            self._controller.fail(error.template, **error.values)

    def show_run(self, state: RunState) -> None:
        """Tell how large the model is."""
        text = self.tr("{count} parameters").format(count=numbers.parameters(state.parameters))
        self.head.set_note(text if state.folder else "")
        self._show_later()

    def _build_forms(self, config: RunConfig) -> None:
        inside = QWidget()
        inside.setProperty("role", "form")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, px(8), 0)
        column.setSpacing(px(8))
        titles = {
            "model.encoder": self.tr("Encoder"), "model.decoder": self.tr("Decoder"),
            "training": self.tr("Training"), "data.tokenizer": self.tr("Vocabulary"),
        }  # fmt: skip
        self.forms = {}
        for section in SHOWN:
            knobs = [
                replace(knob, names=ARCHITECTURES) if knob.name == "kind" and knob.names else knob
                for knob in knobs_in(config, section)
                if knob.key not in ELSEWHERE
            ]
            title = QLabel(titles[section])
            title.setProperty("role", "section")
            form = ConfigForm(knobs, catalog.choices())
            form.knob_changed.connect(self._turn)
            self.forms[section] = form
            column.addWidget(title)
            column.addWidget(form)
        column.addStretch(1)
        # Not deleted at once: one of its own editors may have asked for the change.
        if before := self._scroll.takeWidget():
            before.deleteLater()
        self._scroll.setWidget(inside)

    def _turn(self, key: str, value: Any) -> None:
        self._controller.turn_knob(key, value)

    def _choose_preset(self, row: int) -> None:
        if name := self.presets.itemData(row):
            self._draft.apply_preset(str(name))

    def _choose_architecture(self, row: int) -> None:
        kind = str(self.architecture.itemData(row))
        self._draft.set_kinds(kind)

    def _show_attention(self, config: RunConfig) -> None:
        attention = getattr(config.model.decoder, "attention", None)
        self.attention.setEnabled(attention is not None)
        self.attention.setCurrentIndex(self.attention.findData(attention))
        self.attention.setPlaceholderText(self.tr("scaled dot, many heads"))

    def _show_later(self) -> None:
        """Say so when the run does not have what the form shows."""
        run = self._controller.run.config
        draft = self._draft.config
        self.later.setVisible(
            run is not None and (run.model != draft.model or _fixed(run) != _fixed(draft))
        )


_TITLES = {"gru": "GRU", "lstm": "LSTM", "rnn": "RNN", "transformer": "Transformer"}


def _fixed(config: RunConfig) -> dict[str, Any]:
    """Return the settings of training that a run cannot change."""
    live = {knob.key.rpartition(".")[2] for knob in knobs_in(config, "training") if knob.live}
    return config.training.model_dump(exclude=live)

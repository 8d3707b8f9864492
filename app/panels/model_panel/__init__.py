"""The model panel: presets, architecture and every knob of the next run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.bridge.catalog import preset_title
from app.bridge.controller import Controller
from app.bridge.messages import RunState
from app.bridge.preset_values import KEYS_BEGIN
from app.panels.model_panel.attention_row import AttentionRow
from app.panels.model_panel.coming import Coming
from app.panels.model_panel.enlarging import Enlarging
from app.panels.model_panel.knob_forms import ATTENTION, ELSEWHERE, IN_SIGHT, KnobForms
from app.panels.model_panel.knob_words import ARCHITECTURE, KINDS, in_words, settings_of
from app.panels.model_panel.model_cost import ModelCost
from app.panels.model_panel.next_run import NextRun
from app.panels.model_panel.only_changed import OnlyChanged
from app.panels.model_panel.preset_chooser import ARCHITECTURES, PresetChooser
from app.panels.model_panel.seeking import Seeking
from app.widgets.chooser import Chooser
from app.widgets.form_row import FormRow
from app.widgets.knob_editors import core_text
from app.widgets.knob_row import KnobRow
from app.widgets.named import named
from app.widgets.panel_frame import PanelBody, PanelHead, muted
from app.widgets.scroll_fade import fade_edges
from app.widgets.search_field import SearchField
from app.widgets.stroke_button import LARGER, StrokeButton
from app.widgets.tab_order import order_tabs
from app.widgets.theme import px
from s2s_core.configs import RunConfig, idle_reason
from s2s_core.errors import BadConfig
from s2s_core.experiment import fixed_values
from s2s_core.knobs import title_of
from s2s_core.presets import preset_names
from s2s_core.records import ProbeRecord

DECODER_KIND = "model.decoder.kind"
LEAST_WIDTH = 240
BESIDE = 12  # pixels of the margin at the right that the scroll bar may use


class ModelPanel(PanelBody):
    """Edits the draft; knobs that are live act on the run at once."""

    lab_wanted = Signal()  # to compare vocabularies

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._draft = controller.draft
        self.coming = Coming(controller, self)
        self._devices: tuple[str, ...] = ()
        self._kinds: tuple[str, ...] = ()
        self._ways: Any = None  # the marks that are shown, and in which forms
        self._checked: Any = None  # the settings for which the choices were greyed
        self.head = PanelHead(2, self.tr("Model"))
        self.search = named(SearchField(self.tr("Search")), "settingSearch")
        self.larger = named(StrokeButton(LARGER), "largerSettings")
        self.presets = named(PresetChooser(), "presetChooser")
        self.architecture = named(Chooser(), "architectureChooser")
        self.preset_row = FormRow(self.tr("Preset"), self.presets, is_wide=True)
        self.architecture_row = FormRow(self.tr("Architecture"), self.architecture)
        self.attention_row = AttentionRow(self._why_not)
        self.only_changed = named(OnlyChanged(), "onlyChanged")
        self.nothing = muted()
        self.later = NextRun()
        self.cost = ModelCost(self.later)
        self.knobs = KnobForms(self._why_not)
        self.forms = self.knobs.forms
        self.seeking = Seeking(
            self.search, self.only_changed, self.nothing,
            self.preset_row, self.architecture_row, self.attention_row, self.knobs,
        )  # fmt: skip
        self.enlarging = Enlarging(self, self.larger, self.knobs)
        self._scroll = QScrollArea()
        self._column = QVBoxLayout()
        self._lay_out()
        self._fill()
        self._connect()
        self.show_config(self._draft.config)

    # Building ----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.head.note_label.hide()
        self.head.row.addWidget(self.search, 1)
        self.larger.setProperty("role", "small")
        self.head.add_widget(self.larger)
        inside = QWidget()
        inside.setProperty("role", "form")
        inside.setLayout(self._column)
        self._column.setSpacing(px(2))
        self.preset_row.add_beside(self.only_changed)  # what is counted is told from the preset
        rows = (self.preset_row, self.architecture_row, self.attention_row)
        for row in rows:
            self._column.addWidget(row)
        self._column.addWidget(self.knobs)
        self._column.addWidget(self.nothing)
        self._column.addStretch(1)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has the focus
        self._scroll.setProperty("role", "plain")
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        fade_edges(self._scroll)
        self._scroll.setMinimumWidth(px(LEAST_WIDTH))
        self.body.setContentsMargins(px(16), 0, px(16 - BESIDE), px(12))
        self.body.setSpacing(0)
        self.body.addWidget(self._scroll, 1)
        below = QVBoxLayout()
        below.setContentsMargins(0, 0, px(BESIDE), px(8))
        below.setSpacing(px(8))
        rule = QFrame()
        rule.setProperty("role", "rule")  # under it the settings are scrolled away
        for widget in (rule, self.later):
            below.addWidget(widget)
        self.body.addLayout(below)
        self.body.addWidget(self.cost)  # it may be long, and takes the margin if it must
        self._make_room(0, 0)

    def _make_room(self, _: int, last: int) -> None:
        """Let the scroll bar stand beside the settings, in the margin, where there is one."""
        bar = self._scroll.verticalScrollBar().sizeHint().width() if last else 0
        self._column.setContentsMargins(0, 0, max(0, px(BESIDE) - bar), 0)

    def _fill(self) -> None:
        for kind in ARCHITECTURES:
            self.architecture.addItem(title_of(kind), kind)
        self.architecture.setPlaceholderText(self.tr("mixed"))
        for row, tip in (
            (self.preset_row, self.tr("A ready-made model with its training.")),
            (
                self.architecture_row,
                self.tr(
                    "What encoder and decoder are made of; below they can be set apart.\n"
                    "While nothing is changed, the preset of this size comes with its training.\n"
                    "Needs a new run."
                ),
            ),
        ):
            row.label.set_tooltip(tip)
            row.editor_widget.setToolTip(tip)
            row.editor_widget.setAccessibleName(row.label.text())
            row.editor_widget.setAccessibleDescription(tip)
        tip = self.tr("Search all settings by name and by what they do (Ctrl+F).")
        self.search.setToolTip(tip)
        self.search.setAccessibleDescription(tip)

    def _connect(self) -> None:
        self.presets.activated.connect(self._choose_preset)
        self.architecture.activated.connect(self._choose_architecture)
        self.attention_row.changed.connect(self._turn)
        self.attention_row.reset_wanted.connect(lambda: self._controller.steering.reset(ATTENTION))
        self.architecture_row.reset_wanted.connect(self._reset_architecture)
        self.preset_row.reset_wanted.connect(self._controller.steering.back_to_preset)
        self.seeking.gone_to.connect(self._scroll.ensureWidgetVisible)
        self.head.floats.connect(self.enlarging.show_floating)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._make_room)
        self.later.wanted.connect(lambda: self._controller.new_run())
        self.knobs.changed.connect(self._turn)
        self.knobs.reset_wanted.connect(self._controller.steering.reset)
        self.knobs.lab_wanted.connect(self.lab_wanted)
        self.knobs.rows_came.connect(self._order_tabs)
        self._draft.changed.connect(self.show_config)
        self._draft.refused.connect(self.show_refusal)
        self._controller.ready.connect(self._show_devices)
        self.coming.changed.connect(self._show_coming)
        self._controller.run_changed.connect(self.show_run)
        self._controller.questions.probed.connect(self.show_probe)
        self._controller.records.connect(self._note_pace)

    def make_rest(self) -> Iterator[None]:
        """Make the rows that are out of sight in the first picture."""
        yield from self.knobs.make_rest()
        dock = self.enlarging.dock()
        if dock and dock.isFloating():  # large, as it was when the window was closed
            self.knobs.show_advanced(True)

    def _order_tabs(self) -> None:
        """Let Tab go through the settings as they stand, also where forms were made anew."""
        rows = (self.preset_row, self.architecture_row, self.attention_row)
        order_tabs([*rows, *self.knobs.forms.values(), self.later])

    # Showing -----------------------------------------------------------------------------

    def show_config(self, config: RunConfig) -> None:
        """Show an experiment in all editors."""
        kinds = (config.model.encoder.kind, config.model.decoder.kind)
        if kinds != self._kinds:
            self._kinds, self._checked = kinds, None
            self._keep_focus()
            self.knobs.build(config)
        self.knobs.show_config(config)
        both = kinds[0] if kinds[0] == kinds[1] else ""
        self.architecture.setCurrentIndex(self.architecture.findData(both))
        self.presets.show_preset(self._draft.preset, is_whole=self._draft.is_preset())
        data = self.coming.corpus or config.data
        self.presets.show_times(data.builtin if data.is_as_measured else "")
        self.attention_row.show_config(config)
        self._show_changes()
        self._show_reasons(config)
        self._show_pending()
        self.cost.show_config(config)

    def _keep_focus(self) -> None:
        """Take the focus out of what another architecture replaces.

        Qt would send it to the next widget there is, and scroll the settings to that.
        """
        focus = self.window().focusWidget()
        going = [self.attention_row, *(self.forms[s] for s in IN_SIGHT if s in self.forms)]
        if focus and any(widget.isAncestorOf(focus) for widget in going):
            self.architecture.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_refusal(self, key: str, error: BadConfig) -> None:
        """Mark a value that cannot be taken where it stands."""
        row = self._row(key)
        if row:
            row.set_error(in_words(error))
        else:
            self.show_config(self._draft.config)
            self._controller.fail(error.template, **error.values)

    def _show_coming(self) -> None:
        """Tell no time and no size of the corpus there was under the name of another."""
        self.cost.make_way(self.coming.corpus is not None)
        self.show_config(self._draft.config)

    def show_run(self, state: RunState) -> None:
        """Say what the run does not have, and how large its model is."""
        self._show_pending()
        self.cost.show_run(state, self._draft.config)

    def show_probe(self, probe: ProbeRecord) -> None:
        """Tell what the experiment would cost."""
        self.cost.show_probe(probe, self._draft.config)

    def _note_pace(self, _: object) -> None:
        if run := self._controller.run.config:
            self.cost.note_pace(self._controller.course.pace.seconds_per_step(), run)

    def go_back(self) -> bool:
        """Put large settings back into the window; returns whether they were out of it."""
        return self.enlarging.go_back()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape or not self.go_back():
            super().keyPressEvent(event)

    def find_setting(self) -> None:
        """Go to the search field, wherever the panel is."""
        if dock := self.enlarging.dock():
            dock.show()
            dock.raise_()
            dock.activateWindow()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _row(self, key: str) -> KnobRow | None:
        return self.attention_row if key == ATTENTION else self.knobs.row(key)

    def _show_changes(self) -> None:
        """Mark what differs from the preset, and offer the ways back."""
        keys = self._draft.changed_keys()
        if KINDS.issubset(keys) and self.architecture.currentIndex() >= 0:  # one choice, not two
            keys = ["", *(key for key in keys if key not in KINDS)]
        ways = {key: self._way_back(key) for key in keys}
        self._show_preset()
        if (ways, tuple(map(id, self.forms.values()))) == self._ways:
            return
        self._ways = ways, tuple(map(id, self.forms.values()))
        self.knobs.set_ways_back(ways)
        self.attention_row.set_way_back(ways.get(ATTENTION, ""))
        self.architecture_row.set_way_back(ways.get("", ""))
        counted = [k for k in keys if not k or k.startswith(KEYS_BEGIN)]  # as its way back
        count = len([k for k in counted if k not in ELSEWHERE])
        self.only_changed.show_count(count)
        self.seeking.seek()

    def _show_preset(self) -> None:
        """Offer the way back for all, where something differs from the preset."""
        text = self.tr("Back to the preset {preset}: takes back all changes of model, training and "
                       "vocabulary").format(preset=preset_title(self._draft.preset))  # fmt: skip
        self.preset_row.set_way_back("" if self._draft.is_preset() else text)

    def _show_pending(self) -> None:
        """Mark what the run does not have, and offer a new one."""
        before = self._controller.joining.for_a_new_run()
        data = self._draft.config.data
        settings = settings_of(before, data)
        self.later.show_settings(settings, data)
        text = self.tr("Needs a new run: this one has {value}.")
        self.knobs.set_pending(text, {key: before[key] for key in settings if key in before})
        for key, row, shows in (
            (ATTENTION, self.attention_row, ATTENTION),
            (ARCHITECTURE, self.architecture_row, DECODER_KIND),
        ):
            shown = self._row(shows)
            has = shown.shown(before[shows]) if key in settings and shown else ""
            row.set_pending(text.format(value=has) if has else "")

    def _way_back(self, key: str) -> str:
        """Return what a knob goes back to; without a key the architecture."""
        row = self._row(key or DECODER_KIND)
        if row is None:
            return ""
        value = row.shown(self._draft.baseline(row.knob))
        if not key or key.startswith(KEYS_BEGIN):
            preset = preset_title(self._draft.preset)
            template = self.tr("Back to {value} (preset {preset})")
            return template.format(value=value, preset=preset)
        return self.tr("Back to {value} (default)").format(value=value)

    def _show_reasons(self, config: RunConfig) -> None:
        """Grey what has no effect or does not fit, unless nothing moved that it hangs on."""
        known = ((key, idle_reason(config, key)) for key in self.knobs.keys())  # noqa: SIM118
        reasons = {key: core_text(why) for key, why in known if why}
        shape = fixed_values(config), config.decoding, self._devices, reasons
        if shape == self._checked:
            return
        self._checked = shape
        self.knobs.set_reasons(reasons)
        self.attention_row.show_reason(config)

    def _why_not(self, key: str, value: object) -> str:
        """Return why a knob cannot have a value as things stand."""
        if key == "training.device" and self._devices and value not in ("auto", *self._devices):
            return self.tr("This machine has no such device.")
        problem = self._draft.problem(key, value)
        return in_words(problem) if problem else ""

    def _show_devices(self, devices: tuple[str, ...]) -> None:
        self._devices = tuple(devices)
        self._show_reasons(self._draft.config)
        self.knobs.make_folded()

    # What is chosen ----------------------------------------------------------------------

    def _turn(self, key: str, value: Any) -> None:
        if row := self._row(key):
            row.set_error("")  # unless it is refused again
        self._controller.steering.turn(key, value)

    def _choose_preset(self, row: int) -> None:
        self.presets.setFocus(Qt.FocusReason.OtherFocusReason)  # not where it was before the list
        if name := self.presets.itemData(row):
            self._controller.steering.apply_preset(str(name))

    def _reset_architecture(self) -> None:
        row = self._row(DECODER_KIND)
        assert row is not None
        self._draft.set_kinds(str(self._draft.baseline(row.knob)))

    def _choose_architecture(self, row: int) -> None:
        """Take the preset of this architecture and the same size; changed settings are kept."""
        self.architecture.setFocus(Qt.FocusReason.OtherFocusReason)
        kind = str(self.architecture.itemData(row))
        preset = f"{kind}-{self._draft.preset.partition('-')[2]}"
        if self._draft.is_preset() and preset in preset_names():
            self._draft.apply_preset(preset)
        else:
            self._draft.set_kinds(kind)

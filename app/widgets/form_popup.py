"""A form that opens below a button and closes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.widgets.config_form import ConfigForm
from app.widgets.knob_editors import Names, core_text
from app.widgets.panel_frame import muted
from app.widgets.popup import Popup
from s2s_core.knobs import Knob


class FormPopup(Popup):
    """Knobs that are seldom turned; Escape or a click beside it closes it."""

    def __init__(
        self, title: str, knobs: Sequence[Knob], names: Names, foot: str, when: str,
        parent: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(title, parent, width=400)
        head = QLabel(title, textFormat=Qt.TextFormat.PlainText)
        head.setProperty("role", "section")
        knobs = [_with_unit(knob) for knob in knobs]
        self.form = ConfigForm(knobs, names, fold_advanced=False, when=when)
        for key in self.form.keys():  # noqa: SIM118  # a form, not a mapping
            self.form.editor(key).setObjectName(
                f"popup.{key}"
            )  # the key itself is the model form's
        self.column.addWidget(head)
        self.column.addWidget(self.form)
        self.column.addWidget(muted(foot))

    def show_below(self, button: QWidget) -> None:
        """Open with the keys going to the first knob."""
        super().show_below(button)
        self._take_keys()

    def show_clear_of(self, column: QWidget, button: QWidget) -> None:
        """Open with the keys going to the first knob."""
        super().show_clear_of(column, button)
        self._take_keys()

    def _take_keys(self) -> None:
        first = self.form.nextInFocusChain()
        if first:
            first.setFocus(Qt.FocusReason.PopupFocusReason)


def _with_unit(knob: Knob) -> Knob:
    """Name the unit beside the label, where there is room for it, unless the label does so."""
    label, unit = core_text(knob.label), core_text(knob.unit)
    if not unit or unit.casefold() in label.casefold():
        return knob
    return replace(knob, title=f"{label}, {unit}")

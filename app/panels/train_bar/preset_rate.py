"""The way back to the preset's learning rate, within the field of the slider."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from app.bridge import catalog
from app.bridge.draft import Draft
from app.widgets import numbers
from app.widgets.log_slider import LogSlider
from app.widgets.stroke_button import WAY_BACK, StrokeButton
from app.widgets.theme import px, set_look
from s2s_core.configs import RunConfig
from s2s_core.experiment import knobs_in
from s2s_core.knobs import Knob

RATE = "training.learning_rate"


class PresetRate(StrokeButton):
    """Seen while another rate is set, which a run or a restart may have kept."""

    def __init__(self, slider: LogSlider, draft: Draft) -> None:
        super().__init__(WAY_BACK, is_quiet=True)
        self._slider, self._draft = slider, draft
        self.setProperty("role", "reset")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        inside = QHBoxLayout(slider.field)  # so that nothing moves when the rate is turned
        inside.setContentsMargins(0, 0, px(3), 0)
        inside.addStretch(1)
        inside.addWidget(self)
        self.hide()

    def usual(self) -> float:
        """Return the rate of the preset."""
        return float(self._draft.baseline(rate_knob(self._draft.config)))

    def mark(self) -> None:
        """Mark the slider's rate if it is another one, and say what the way leads to."""
        usual, field = self.usual(), self._slider.field
        is_other = self._slider.value() != usual
        if is_other == self.isHidden():
            self.setVisible(is_other)
            set_look(field, "changed", is_other)
            field.setTextMargins(0, 0, px(18) if is_other else 0, 0)
        tip = self.tr("Learning rate back to {value} (preset {preset})").format(
            value=numbers.learning_rate(usual), preset=catalog.preset_title(self._draft.preset)
        )
        if tip != self.toolTip():
            self.setToolTip(tip)
            self.setAccessibleName(tip)


def rate_knob(config: RunConfig) -> Knob:
    """Return the knob of the learning rate."""
    return next(knob for knob in knobs_in(config, "training") if knob.key == RATE)

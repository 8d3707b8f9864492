"""How much curves are smoothed: a slider that opens below its button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.widgets.curve_view import MOST_SMOOTHING
from app.widgets.panel_frame import muted
from app.widgets.popup import Popup
from app.widgets.slider_scale import SliderScale
from app.widgets.theme import px
from app.widgets.value_slider import ValueSlider

STOPS = (0.0, 0.3, 0.6, 0.8, 0.9, 0.95, 0.98, MOST_SMOOTHING)


class SmoothingPopup(Popup):
    """A slider from off to 0.99, any value between, and a button that turns it off."""

    chosen = Signal(float)  # by the user's hand only

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Smoothing"), parent, width=320)
        self.slider = ValueSlider(
            SliderScale(STOPS), 0.0, shown=lambda value: f"{value:g}" if value else self.tr("off")
        )
        self.slider.set_name(self.tr("smoothing"))
        self.slider.set_help(
            self.tr("The weight of what came before in the running mean; 0 is off")
        )
        self.off = QPushButton(self.tr("Off"))
        self.off.setToolTip(self.tr("Show the values themselves"))
        row = QHBoxLayout()
        row.addWidget(self.slider, 1)
        row.addWidget(self.off)
        self.column.addLayout(row)
        note = self.tr(
            "The values stay in sight, faint, behind the smooth line, which lags behind them: at "
            "its end stand its mean and the last value."
        )
        self.column.addWidget(muted(note))
        self.slider.value_changed.connect(self._choose)
        self.off.clicked.connect(lambda: self._choose(0.0))

    def open_below(self, button: QWidget, weight: float) -> None:
        """Show the slider below a button, with the keys going to it."""
        self.slider.set_value(weight)
        self.off.setEnabled(weight > 0)
        self.slider.field.setFixedWidth(px(56))
        self.show_below(button)
        self.slider.setFocus(Qt.FocusReason.PopupFocusReason)

    def _choose(self, weight: float) -> None:
        weight = min(max(0.0, weight), MOST_SMOOTHING)
        self.slider.set_value(weight)
        self.off.setEnabled(weight > 0)
        self.chosen.emit(weight)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            super().keyPressEvent(event)

"""The compact slider of the model form: stops at good values, any other can be typed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.widgets import numbers
from app.widgets.slider_scale import scale_for
from app.widgets.theme import px
from app.widgets.value_slider import ValueSlider


class KnobSlider(ValueSlider):
    """A slider with its value at the right; click the value to type one."""

    def __init__(
        self, low: float, high: float, value: float, *, integer: bool = False,
        is_rate: bool = False, name: str = "", parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        scale = scale_for(low, high, integer=integer, rate=is_rate)
        shown = numbers.learning_rate if is_rate else numbers.plain
        super().__init__(scale, value, integer=integer, shown=shown, parent=parent)
        self._snaps_always = True
        self.field.setProperty("role", "value")
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._fit()
        if name:
            self.set_name(name)

    def _fit(self) -> None:
        """Make the field wide enough for every stop, so that the track never jumps."""
        metrics = self.field.fontMetrics()
        widest = max(metrics.horizontalAdvance(self._shown(stop)) for stop in self._scale.stops)
        self._row.setSpacing(px(4))
        self.field.setFixedWidth(min(max(px(52), widest + px(12)), px(84)))

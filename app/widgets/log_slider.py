"""The slider of the learning rate: decades under the track, stops at 1, 3, 10."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.widgets import numbers
from app.widgets.slider_scale import SliderScale, one_three_ten
from app.widgets.theme import px
from app.widgets.value_slider import ValueSlider


class LogSlider(ValueSlider):
    """A logarithmic slider: keys, wheel and clicks go 1, 3, 10; a drag stops anywhere."""

    def __init__(
        self, low: float = 1e-5, high: float = 1e-1, value: float = 1e-3, *, name: str = "",
        limits: tuple[float, float] | None = None,
        shown: Callable[[float], str] = numbers.learning_rate, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        self._usual = low, high
        scale = one_three_ten(low, high)
        ticks = _ticks(scale, shown)
        super().__init__(scale, value, shown=shown, ticks=ticks, limits=limits, parent=parent)
        self.track.let_go.connect(self._reach_again)
        self._reach_again()
        self._fit()
        if name:
            self.set_name(name)

    def set_value(self, value: float) -> None:
        """Show a value; the track reaches as far as it. Emits nothing."""
        self._reach(value)
        super().set_value(value)

    def _reach(self, value: float) -> None:
        """Add the decades up to a value that lies beyond the track, and drop them afterwards."""
        if value <= 0 or self.track.is_held():  # what is pulled must not move under the hand
            return
        power = math.log10(value)
        low = min(self._usual[0], float(f"1e{math.floor(power + 1e-9)}"))
        high = max(self._usual[1], float(f"1e{math.ceil(power - 1e-9)}"))
        if (low, high) != (self._scale.low, self._scale.high):
            self._scale = one_three_ten(low, high)
            self.track.set_ticks(_ticks(self._scale, self._shown))

    def _reach_again(self) -> None:
        self._reach(self._value)
        self._show()

    def _fit(self) -> None:
        self.field.setFixedWidth(px(96))
        self._row.setSpacing(px(12))


def _ticks(scale: SliderScale, shown: Callable[[float], str]) -> list[tuple[float, str]]:
    powers = range(math.ceil(math.log10(scale.low) - 1e-9), math.floor(math.log10(scale.high)) + 1)
    decades = [float(f"1e{power}") for power in powers]
    return [(scale.fraction(value), shown(value)) for value in decades]

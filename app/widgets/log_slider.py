"""The slider of the learning rate: decades under the track, stops at 1, 3, 10."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.widgets import numbers
from app.widgets.slider_scale import SliderScale, one_three_ten
from app.widgets.theme import px
from app.widgets.value_slider import ValueSlider

MOST_TICKS = 6


class LogSlider(ValueSlider):
    """A logarithmic slider: keys and wheel go 1, 3, 10; a drag stops anywhere, two digits fine."""

    def __init__(
        self, low: float = 1e-5, high: float = 1e-1, value: float = 1e-3, *, name: str = "",
        shown: Callable[[float], str] = numbers.learning_rate, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        scale = one_three_ten(low, high)
        super().__init__(scale, value, shown=shown, ticks=_ticks(scale, shown), parent=parent)
        self._wheel_needs_focus = False
        self._fit()
        if name:
            self.set_name(name)

    def _fit(self) -> None:
        self.field.setFixedWidth(px(84))
        self._row.setSpacing(px(12))


def _ticks(scale: SliderScale, shown: Callable[[float], str]) -> list[tuple[float, str]]:
    powers = range(math.ceil(math.log10(scale.low) - 1e-9), math.floor(math.log10(scale.high)) + 1)
    every = math.ceil(len(powers) / MOST_TICKS)
    decades = [float(f"1e{power}") for power in powers][::-1][::every]
    return [(scale.fraction(value), shown(value)) for value in reversed(decades)]

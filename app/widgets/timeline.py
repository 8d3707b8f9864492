"""How far a run had come at each step, and how its steps are laid out along an axis."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.widgets.curve_view import UNITS
from app.widgets.numbers import plain
from app.widgets.scales import ceiling, decades, fit, fit_decades, tick_text, ticks
from app.widgets.series import Floats, Growing, Numbers

_LARGER = {  # units for many: from twice as much on, the name and how many there are in one
    "tokens": ((1e6, "M tokens"), (1e3, "k tokens")),
    "seconds": ((3600.0, "hours"), (60.0, "minutes")),
}
_LEAST = {"step": 10.0, "seconds": 1.0}  # what an axis shows at least
_LATE = 100  # a run that begins at a later step than this was taken up again


class Timeline(Growing):
    """Epochs, tokens and seconds of training at each step; every run begins with none of them."""

    def __init__(self) -> None:
        super().__init__(len(UNITS))  # a row for each
        self.clear()

    def clear(self) -> None:
        """Forget the run."""
        super().clear()
        self.extend([0], [0], [0], [0])

    def extend(self, steps: Numbers, epochs: Numbers, tokens: Numbers, seconds: Numbers) -> None:
        """Add steps at the end; one that is not beyond the last replaces all from there on."""
        self._append(np.array([steps, epochs, tokens, seconds], float))

    def _take(self, part: Floats) -> None:
        before = self.row(0)[:0] if not len(self) else self._room[1:, len(self) - 1 : len(self)]
        if before.size:  # a clock that was set back stands still
            part = np.vstack((part[:1], np.maximum(part[1:], before)))
        part[1:] = np.maximum.accumulate(part[1:], axis=1)
        super()._take(part)

    def values(self, unit: str, steps: Floats) -> Floats:
        """Return how far the run had come at these steps, between known ones in proportion."""
        if unit == "step":
            return steps
        return np.asarray(np.interp(steps, self.row(0), self.row(UNITS.index(unit))))

    def steps(self, unit: str, values: Floats) -> Floats:
        """Return the steps at which the run had come so far; the inverse of `values`."""
        if unit == "step":
            return values
        return np.asarray(np.interp(values, self.row(UNITS.index(unit)), self.row(0)))

    def least(self, unit: str) -> float:
        """Return the first value above zero: where a logarithmic axis may begin."""
        row = self.row(UNITS.index(unit))
        first = int(np.searchsorted(row, 0.0, side="right"))
        return 1.0 if unit == "step" or first == len(self) else float(row[first])


@dataclass(frozen=True)
class Axis:
    """An x axis: steps on it have values in its unit, and places where those are drawn."""

    unit: str = "step"
    is_logarithmic: bool = False
    timeline: Timeline = field(default_factory=Timeline)

    def values(self, steps: Floats) -> Floats:
        """Return the steps in the unit of the axis; what a logarithm has no room for is moved."""
        values = self.timeline.values(self.unit, steps)
        return np.maximum(values, self.timeline.least(self.unit)) if self.is_logarithmic else values

    def places(self, steps: Floats) -> Floats:
        """Return where steps are drawn: their values, or the exponents of those."""
        return np.log10(self.values(steps)) if self.is_logarithmic else self.values(steps)

    def steps(self, places: Floats) -> Floats:
        """Return the steps at places of the axis."""
        values = 10.0 ** np.minimum(places, 300.0) if self.is_logarithmic else places
        return self.timeline.steps(self.unit, values)

    def limits(
        self, first: float, last: float, current: tuple[float, float]
    ) -> tuple[float, float]:  # fmt: skip
        """Return round places around two steps, which stay where they are as long as they can."""
        start, end = self.values(np.array([first, last])).tolist()
        if self.is_logarithmic:
            return fit_decades((start, max(end, 10 * start)))
        if first > max(last / 2, _LATE):  # a run taken up again
            return start, max(fit((start, end), current)[1], ceiling(1.01 * end))
        return fit((min(start, 0.0), max(end, _LEAST.get(self.unit, 0.0))), current)

    def title(self, high: float) -> str:
        """Name what the axis counts, in a unit that suits its highest place."""
        return QCoreApplication.translate("curves", self._unit_for(high)[1])

    def ticks(self, low: float, high: float, most: int) -> list[tuple[float, str]]:
        """Return round places on the axis and what is written there."""
        if self.is_logarithmic:
            return [(float(e), plain(10.0**e)) for e in decades(low, high, most)]
        size, _ = self._unit_for(high)
        least = 1.0 if self.unit == "step" else 0.0
        values, spacing = ticks(low / size, high / size, most, least)
        return [(float(v) * size, tick_text(float(v), spacing)) for v in values]

    def described(self, step: float) -> str:
        """Say in words where a step is: "epoch 1.53, step 412"."""
        count = f"{QCoreApplication.translate('curves', 'step')} {round(step):,}"
        value = float(self.timeline.values(self.unit, np.array([step]))[0])
        if self.unit == "step":
            return count
        name = QCoreApplication.translate("curves", self.unit)
        if self.unit == "epoch":
            return f"{name} {value:.2f}, {count}"
        amount = f"{value:,.1f}" if self.unit == "seconds" else f"{value:,.0f}"
        return f"{amount} {name}, {count}"

    def _unit_for(self, high: float) -> tuple[float, str]:
        larger = () if self.is_logarithmic else _LARGER.get(self.unit, ())
        return next((row for row in larger if high >= 2 * row[0]), (1.0, self.unit))

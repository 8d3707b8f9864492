"""Numbers that keep arriving: storing and smoothing them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = Sequence[float] | NDArray[np.floating] | NDArray[np.integer]

_BLOCK = 64  # values smoothed by one matrix product
_EARLY = 5000  # from so many values on, 0.99^n is nothing


class Growing:
    """Rows of numbers that grow at their end, the first of them strictly rising.

    Room doubles, so a million appends stay cheap. Numbers that do not lie beyond the last ones
    replace all from there on: after a rewind a run goes on from an earlier step.
    """

    def __init__(self, rows: int) -> None:
        self._room = np.empty((rows, 256))
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def row(self, number: int) -> Floats:
        """Return one of the rows, not a copy."""
        return self._room[number, : self._length]

    def clear(self) -> None:
        """Forget all numbers."""
        self._length = 0

    def cut(self, x: float) -> None:
        """Forget the numbers from `x` on."""
        self._length = int(np.searchsorted(self.row(0), x))

    def _append(self, numbers: Floats) -> None:
        turns = np.flatnonzero(np.diff(numbers[0]) <= 0) + 1
        for part in np.split(numbers, turns, axis=1):
            if part.size:
                if self._length and part[0, 0] <= self._room[0, self._length - 1]:
                    self.cut(float(part[0, 0]))
                self._take(part)

    def _take(self, part: Floats) -> None:
        needed = self._length + part.shape[1]
        if needed > self._room.shape[1]:
            room = np.empty((self._room.shape[0], max(needed, 2 * self._room.shape[1])))
            room[:, : self._length] = self._room[:, : self._length]
            self._room = room
        self._room[:, self._length : needed] = part
        self._length = needed


class Series(Growing):
    """A curve's points.

    Memory: 16 bytes a point, 24 once it was smoothed; at most twice that is set aside.
    """

    def __init__(self) -> None:
        super().__init__(2)
        self._smoothed = np.empty(0)
        self._average = Average(0.0)
        self.finite_length = 0

    @property
    def x(self) -> Floats:
        return self.row(0)

    @property
    def y(self) -> Floats:
        return self.row(1)

    @property
    def is_finite(self) -> bool:
        """True if no value is a NaN or infinite."""
        return self.finite_length == len(self)

    def extend(self, xs: Numbers, ys: Numbers) -> None:
        """Add points at the end."""
        x, y = np.atleast_1d(np.asarray(xs, float)), np.atleast_1d(np.asarray(ys, float))
        if x.shape != y.shape or x.ndim != 1:
            raise ValueError(f"{x.size} x values do not fit {y.size} y values")
        self._append(np.stack((x, y)))

    def _take(self, part: Floats) -> None:
        super()._take(part)
        self.finite_length += int(np.isfinite(part[1]).sum())

    def cut(self, x: float) -> None:
        super().cut(x)
        self.finite_length = int(np.isfinite(self.y).sum())
        self._average = Average(self._average.weight)

    def clear(self) -> None:
        super().clear()
        self.finite_length = 0
        self._average = Average(self._average.weight)

    def smoothed(self, weight: float) -> Floats:
        """Return the exponential moving average of the values; only new ones cost anything."""
        if weight != self._average.weight:
            self._average = Average(weight)
        if self._smoothed.size < len(self):
            room = np.empty(self._room.shape[1])
            room[: self._smoothed.size] = self._smoothed
            self._smoothed = room
        seen = self._average.seen
        self._smoothed[seen : len(self)] = self._average.take(self.y[seen:])
        return self._smoothed[: len(self)]


class Average:
    """An exponential moving average that corrects its bias towards zero at the start.

    average(t) = (1 - weight) * sum over i <= t of weight^(t - i) * y(i), divided by 1 - weight^t.
    Values that are not finite leave it as it is.
    Source: Kingma and Ba 2015, algorithm 1 (the first moment).
    """

    def __init__(self, weight: float) -> None:
        self.weight = weight
        self.seen = 0  # values taken, those not finite included
        self._count = 0
        self._total = 0.0
        steps = np.arange(_BLOCK)
        gaps = steps[:, None] - steps
        self._kernel = np.where(gaps >= 0, (1 - weight) * weight ** np.maximum(gaps, 0), 0.0)
        self._decay = weight ** (steps + 1.0)

    def take(self, values: Floats) -> Floats:
        """Return the average after each of these further values."""
        self.seen += values.size
        finite = np.isfinite(values)
        if finite.all():
            return self._take_finite(values)
        before = np.array([self._total])
        self._correct(before, self._count)
        averages = np.concatenate((before, self._take_finite(values[finite])))
        spread: Floats = averages[np.cumsum(finite)]
        return spread

    def _take_finite(self, values: Floats) -> Floats:
        blocks = -(-values.size // _BLOCK)
        padded = np.zeros(blocks * _BLOCK)
        padded[: values.size] = values
        totals = padded.reshape(blocks, _BLOCK) @ self._kernel.T
        carried = []
        for end in totals[:, -1].tolist():
            carried.append(self._total)
            self._total = end + self._total * float(self._decay[-1])
        totals += np.multiply.outer(carried, self._decay)
        flat = totals.ravel()[: values.size]
        self._total = float(flat[-1]) if flat.size else self._total
        self._correct(flat, self._count + 1)
        self._count += values.size
        return flat

    def _correct(self, totals: Floats, first: int) -> None:
        """Divide by what the weights add up to; `first` is how many values the first total has."""
        counts = np.arange(first, max(first, min(first + totals.size, _EARLY)))
        with np.errstate(invalid="ignore"):
            totals[: counts.size] /= np.where(counts > 0, 1 - self.weight**counts, np.nan)

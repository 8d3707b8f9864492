"""Numbers that keep arriving: storing, smoothing and thinning them for the screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = Sequence[float] | NDArray[np.floating] | NDArray[np.integer]

_BLOCK = 64  # values smoothed by one matrix product
_EARLY = 5000  # from so many values on, 0.99^n is nothing


class Series:
    """A curve's points, x strictly growing; room doubles, so a million appends stay cheap.

    A point that does not lie beyond the last one replaces all from there on: after a rewind the
    curve goes on from the earlier step.
    """

    def __init__(self) -> None:
        self._room = np.empty((2, 256))
        self._length = 0
        self._smoothed = np.empty(256)
        self._average = Average(0.0)
        self.finite_length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def x(self) -> Floats:
        return self._room[0, : self._length]

    @property
    def y(self) -> Floats:
        return self._room[1, : self._length]

    @property
    def is_finite(self) -> bool:
        """True if no value is a NaN or infinite."""
        return self.finite_length == self._length

    def extend(self, xs: Numbers, ys: Numbers) -> None:
        """Add points at the end."""
        x, y = np.atleast_1d(np.asarray(xs, float)), np.atleast_1d(np.asarray(ys, float))
        if x.shape != y.shape or x.ndim != 1:
            raise ValueError(f"{x.size} x values do not fit {y.size} y values")
        turns = np.flatnonzero(np.diff(x) <= 0) + 1
        for part in np.split(np.stack((x, y)), turns, axis=1):
            if part.size:
                self._extend(part)

    def _extend(self, part: Floats) -> None:
        if self._length and part[0, 0] <= self._room[0, self._length - 1]:
            self.cut(float(part[0, 0]))
        needed = self._length + part.shape[1]
        if needed > self._room.shape[1]:
            room = np.empty((2, max(needed, 2 * self._room.shape[1])))
            room[:, : self._length] = self._room[:, : self._length]
            self._room = room
        self._room[:, self._length : needed] = part
        self._length = needed
        self.finite_length += int(np.isfinite(part[1]).sum())

    def cut(self, x: float) -> None:
        """Forget the points from `x` on."""
        self._length = int(np.searchsorted(self.x, x))
        self.finite_length = int(np.isfinite(self.y).sum())
        self._average = Average(self._average.weight)

    def clear(self) -> None:
        """Forget all points."""
        self._length = self.finite_length = 0
        self._average = Average(self._average.weight)

    def smoothed(self, weight: float) -> Floats:
        """Return the exponential moving average of the values; only new ones cost anything."""
        if weight != self._average.weight:
            self._average = Average(weight)
        if self._smoothed.size < self._length:
            room = np.empty(self._room.shape[1])
            room[: self._smoothed.size] = self._smoothed
            self._smoothed = room
        seen = self._average.seen
        self._smoothed[seen : self._length] = self._average.take(self.y[seen:])
        return self._smoothed[: self._length]


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
        before = self._corrected(np.array([self._total]), np.array([self._count]))
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
        counts = self._count + 1 + np.arange(values.size)
        self._count += values.size
        return self._corrected(flat, counts)

    def _corrected(self, totals: Floats, counts: NDArray[np.int64]) -> Floats:
        corrected = totals.copy()
        early = slice(0, int(np.searchsorted(counts, _EARLY)))
        with np.errstate(invalid="ignore"):
            seen = 1 - self.weight ** counts[early]
            corrected[early] /= np.where(counts[early] > 0, seen, np.nan)
        return corrected


def peaks(x: Floats, y: Floats, columns: int) -> tuple[Floats, Floats]:
    """Return about two points a column, its lowest and its highest: no spike is lost.

    Blocks hold a power of two of points, counted from the start, so that a curve that grows does
    not shimmer. The last point is always kept as it is.
    """
    size = _block_size(x.size, columns)
    if size <= 2:
        return x, y
    whole = x.size // size * size
    blocks = y[:whole].reshape(-1, size)
    low, high = np.fmin.reduce(blocks, axis=1), np.fmax.reduce(blocks, axis=1)
    tail = y[whole:]
    xs = np.empty(2 * low.size + 3 * bool(tail.size))
    ys = np.empty_like(xs)
    ends = slice(0, 2 * low.size, 2), slice(1, 2 * low.size, 2)
    xs[ends[0]], xs[ends[1]] = x[:whole:size], x[size // 2 : whole : size]
    ys[ends[0]], ys[ends[1]] = low, high
    if tail.size:
        xs[-3:] = x[whole], x[-1], x[-1]
        ys[-3:] = np.fmin.reduce(tail), np.fmax.reduce(tail), y[-1]
    return xs, ys


def samples(x: Floats, y: Floats, columns: int) -> tuple[Floats, Floats]:
    """Return about one point a column and the last: enough for a curve without spikes."""
    size = _block_size(x.size, columns)
    chosen = np.unique(np.append(np.arange(0, x.size, size), max(0, x.size - 1)))
    return x[chosen], y[chosen]


def _block_size(points: int, columns: int) -> int:
    return 1 << max(0, int(np.ceil(np.log2(max(1, points) / max(1, columns)))))

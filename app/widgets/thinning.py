"""As many points of a long curve as the screen has columns for, and no spike lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.widgets.series import Floats
from app.widgets.timeline import Axis

Indices = NDArray[np.intp]
POINTS_A_COLUMN = 2


def columns(
    steps: Floats, axis: Axis, low: float, high: float, most: int
) -> tuple[Indices, int]:  # fmt: skip
    """Return where in `steps` the columns between two places begin, and where the last one ends.

    Every point is a column of its own where there are few. Else the columns lie on a grid that
    neither a growing curve nor panning moves, so that nothing shimmers.
    """
    ends = axis.steps(np.array([low, high]))
    start = max(0, int(np.searchsorted(steps, ends[0])) - 1)
    stop = min(steps.size, int(np.searchsorted(steps, ends[1], side="right")) + 1)
    if stop - start <= POINTS_A_COLUMN * most:
        return np.arange(start, stop), stop
    width = 2.0 ** np.ceil(np.log2((high - low) / most))
    grid = np.arange(np.floor(low / width), np.ceil(high / width) + 1) * width
    begins = np.searchsorted(steps, axis.steps(grid))
    begins = np.unique(np.append(begins, start))
    return begins[(begins >= start) & (begins < stop)], stop


def peaks(y: Floats, begins: Indices, stop: int) -> tuple[Indices, Floats]:
    """Return indices and values of two points a column, its lowest and its highest, and the last.

    They are put at the column's ends, in the order in which the curve goes through it.
    """
    if begins.size == stop - (begins[0] if begins.size else stop):
        return begins, y[begins]
    ends = np.append(begins[1:], stop) - 1
    low = np.fmin.reduceat(y[:stop], begins)
    high = np.fmax.reduceat(y[:stop], begins)
    falls = y[begins] > y[ends]
    values = np.empty(2 * begins.size + 1)
    values[0:-1:2], values[1:-1:2] = np.where(falls, high, low), np.where(falls, low, high)
    values[-1] = y[stop - 1]
    indices = np.empty(values.size, np.intp)
    indices[0:-1:2], indices[1:-1:2], indices[-1] = begins, ends, stop - 1
    return indices, values


def samples(y: Floats, begins: Indices, stop: int) -> tuple[Indices, Floats]:
    """Return one point a column, the last in it: enough for a curve without spikes."""
    indices = np.append(begins[1:], stop)[: begins.size] - 1
    return indices, y[indices]

"""Where two texts lose each other: a long sentence is rarely the translation of a short one."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

LONGEST = 65_535  # characters; more are counted as so many, in two bytes for each line
FEWEST = 8  # lines that can be told to belong together
SURE = 3.0  # a gain of so many logarithms of the lines is not by chance
FAR = 2.0  # a logarithm that is as good as any above it: no single line decides
OTHERS = (-13, -9, 9, 13)  # lines away, which is rarely how many are missing
NEAR = 41  # lines, to tell how long lines are in this part of a text
AROUND = 301  # lines, to tell what is usual: short lines vary more than long ones

Numbers = np.ndarray[Any, np.dtype[np.float64]]


class Lengths:
    """The characters of each line of a text."""

    def __init__(self) -> None:
        self._lengths = array("H")

    def add(self, line: str) -> None:
        """Note the next line."""
        self._lengths.append(min(len(line), LONGEST))

    def __len__(self) -> int:
        return len(self._lengths)

    def logarithms(self, count: int) -> Numbers:
        """Return the logarithms of the first lengths, with 1 for a blank line."""
        return np.log1p(np.array(self._lengths[:count], np.float64))


def lines_together(source: Lengths, target: Lengths) -> int | None:
    """Return how many lines at the beginning seem to be translations of each other.

    The lengths of two sentences that say the same go together: a line is nearer in length to
    its own translation than to other lines; from the place where a line is missing on it is
    not. With r, the mean square of the logarithms of the ratios of the first n lines, in units
    of what other lines around them have, the likelihood that they belong together, and the rest
    does not, is above that of no lines belonging together by n/2 (r - 1 - log r), if both are
    normal distributions: its highest place is the answer. Nothing is returned where lengths do
    not tell, as in texts sorted by length.
    """
    count = min(len(source), len(target))
    if count < FEWEST:
        return None
    places = np.arange(1, count + 1)
    ratio = np.cumsum(_squares(source.logarithms(count), target.logarithms(count))) / places
    ratio = np.clip(ratio, 1e-3, 1.0)
    gain = places / 2 * (ratio - 1 - np.log(ratio))
    gain[: FEWEST - 1] = 0.0
    best = int(np.argmax(gain))
    return best + 1 if gain[best] > SURE * np.log(count) else None


def _squares(source: Numbers, target: Numbers) -> Numbers:
    """Return the squares of the logarithms of ratios, in units of those of lines around."""
    # Texts that are sorted by length get longer together, which does not make them translations.
    source, target = (side - _around(side, NEAR) for side in (source, target))
    own = np.clip(source - target, -FAR, FAR) ** 2
    others = np.mean(
        [np.clip(source - np.roll(target, away), -FAR, FAR) ** 2 for away in OTHERS], axis=0
    )
    return np.asarray((own + 1e-3) / (_around(others, AROUND) + 1e-3))


def _around(values: Numbers, width: int) -> Numbers:
    """Return the mean of each value and those around it, fewer at both ends."""
    reach = min(width, len(values)) // 2
    sums = np.concatenate(([0.0], np.cumsum(values)))
    places = np.arange(len(values))
    first, last = np.maximum(places - reach, 0), np.minimum(places + reach + 1, len(values))
    return np.asarray((sums[last] - sums[first]) / (last - first))

"""Where a value stands on a slider, and which values are worth stopping at."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class SliderScale:
    """Stops at equal distances; between two of them the slider runs evenly."""

    stops: tuple[float, ...]  # rising, at least two; the first and last are the limits
    logarithmic: bool = False
    big_step: int = 2  # stops jumped over by Page Up and Page Down

    @property
    def low(self) -> float:
        """The lowest value."""
        return self.stops[0]

    @property
    def high(self) -> float:
        """The highest value."""
        return self.stops[-1]

    def fraction(self, value: float) -> float:
        """Return how far along the slider the value stands, from 0 to 1."""
        value = min(max(value, self.low), self.high)
        index = min(bisect_right(self.stops, value), len(self.stops) - 1) - 1
        low, high = self.stops[index], self.stops[index + 1]
        if self._is_even_in_ratio(low):
            part = math.log(value / low) / math.log(high / low)
        else:
            part = (value - low) / (high - low)
        return (index + part) / (len(self.stops) - 1)

    def value(self, fraction: float) -> float:
        """Return the value at a place on the slider; the inverse of `fraction`."""
        place = min(max(fraction, 0.0), 1.0) * (len(self.stops) - 1)
        index = min(int(place), len(self.stops) - 2)
        low, high = self.stops[index], self.stops[index + 1]
        part = place - index
        if self._is_even_in_ratio(low):
            return float(low * (high / low) ** part)
        return low + (high - low) * part

    def nearest(self, fraction: float) -> float:
        """Return the stop nearest to a place on the slider."""
        return self.stops[round(min(max(fraction, 0.0), 1.0) * (len(self.stops) - 1))]

    def step(self, value: float, stops: int) -> float:
        """Return the value so many stops further on; from between two, the next is the first."""
        if stops > 0:
            index = bisect_right(self.stops, value * (1 + 1e-9)) - 1 + stops
        else:
            index = bisect_left(self.stops, value * (1 - 1e-9)) + stops
        return self.stops[min(max(index, 0), len(self.stops) - 1)]

    def _is_even_in_ratio(self, low: float) -> bool:
        return self.logarithmic and low > 0


def one_three_ten(low: float, high: float) -> SliderScale:
    """Return the scale 1, 3, 10, 30 … between two limits; a low of 0 is a stop of its own."""
    first = low if low > 0 else high * 1e-6
    powers = range(math.floor(math.log10(first)), math.ceil(math.log10(high)) + 1)
    inner = [float(f"{digit}e{power}") for power in powers for digit in (1, 3)]
    return SliderScale(_between(low, high, inner), logarithmic=True)


def doubling(low: float, high: float) -> SliderScale:
    """Return the scale of sizes: 16, 32, 64 … between two limits."""
    inner = [float(2**power) for power in range(64) if 2**power < high]
    return SliderScale(_between(low, high, inner), logarithmic=True, big_step=1)


def even(low: float, high: float, step: float) -> SliderScale:
    """Return a scale of equal steps between two limits."""
    inner = [round(low + step * i, 10) for i in range(math.ceil((high - low) / step))]
    return SliderScale(_between(low, high, inner), big_step=max(2, round(len(inner) / 5)))


def nearing_one(low: float, high: float) -> SliderScale:
    """Return the scale of what an average keeps at each step: 0.9, 0.95, 0.98, 0.99, 0.995 …"""
    inner = [0.5, *(round(1 - d * 10.0**-p, 10) for p in range(1, 7) for d in (2, 1, 0.5))]
    return SliderScale(_between(low, high, inner))


def scale_for(low: float, high: float, *, integer: bool, rate: bool = False) -> SliderScale:
    """Return the scale that suits a range: few whole numbers, sizes, decades, or even steps."""
    if integer:
        return _whole(low, high)
    is_tiny = low == 0 and high <= 0.1  # such as a penalty: what matters is its order
    if rate or is_tiny or (low > 0 and high / low > 100) or high - low >= 1000:
        return one_three_ten(low, high)
    if low == 0 and 0.99 <= high < 1:
        return nearing_one(low, high)
    if high - low > 5:
        return even(low, high, _round_step((high - low) / 40))
    return even(low, high, 0.05 if high - low >= 0.5 else _round_step((high - low) / 20))


def _whole(low: float, high: float) -> SliderScale:
    if high - low <= 24:
        return even(low, high, 1)
    if high <= 16384:
        return doubling(low, high)
    return one_three_ten(low, high) if low > 0 else _with_zero(high)


def _with_zero(high: float) -> SliderScale:
    return SliderScale((0.0, *one_three_ten(10, high).stops), logarithmic=True)


def _round_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= step * 0.999)


def _between(low: float, high: float, inner: list[float]) -> tuple[float, ...]:
    stops = [low, *(value for value in inner if low < value < high), high]
    assert all(a < b for a, b in pairwise(stops)), f"not rising: {stops}"
    return tuple(float(value) for value in stops)

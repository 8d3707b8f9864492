"""Axes: where they end, where their ticks stand, and how a number is written."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from app.widgets import numbers
from app.widgets.series import Floats

_JUMPS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)  # about a quarter more each
_SPACINGS = (1.0, 2.0, 2.5, 5.0, 10.0)


def ceiling(value: float) -> float:
    """Return the next round number that is not below a positive value."""
    power = 10.0 ** np.floor(np.log10(value))
    return next(float(jump * power) for jump in (*_JUMPS, 12.5) if jump * power >= value * 0.999999)


def ticks(low: float, high: float, most: int, least_spacing: float = 0.0) -> tuple[Floats, float]:
    """Return at most `most` + 1 round values between two limits, and their spacing."""
    raw = max((high - low) / (max(1, most) + 0.5), least_spacing, 1e-300)
    power = 10.0 ** np.floor(np.log10(raw))
    fitting = (s * power for s in _SPACINGS if s * power >= raw * 0.999999)
    spacing = next((s for s in fitting if not least_spacing or s % least_spacing == 0), 10 * power)
    multiples = np.arange(np.ceil(low / spacing - 1e-6), np.floor(high / spacing + 1e-6) + 1)
    return multiples * spacing + 0.0, float(spacing)  # no minus zero


def decades(low: float, high: float, most: int) -> Floats:
    """Return the exponents of round values between 10^low and 10^high."""
    if 3 * (high - low) <= most + 2:
        steps = np.log10((1.0, 2.0, 5.0)) if high - low > 0.8 else np.log10(np.arange(1.0, 10.0))
        whole = np.arange(np.floor(low), np.ceil(high) + 1)
        exponents = (whole[:, None] + steps).ravel()
    else:
        stride = max(1, int(np.ceil((high - low) / max(1, most))))
        exponents = np.arange(np.ceil(low / stride), np.floor(high / stride) + 1) * stride
    inside: Floats = exponents[(exponents >= low - 1e-6) & (exponents <= high + 1e-6)]
    return inside


def tick_text(value: float, spacing: float) -> str:
    """Write a tick: as many decimals as its neighbours need, thousands set apart."""
    if abs(value) >= 1e7 or 0 < spacing < 1e-4:
        return numbers.plain(value)
    decimals = next((d for d in range(5) if abs(spacing * 10**d % 1) < 1e-6), 5)
    return f"{value:,.{decimals}f}"


def figure(value: float) -> str:
    """Write a value of a curve with three digits."""
    return "NaN" if np.isnan(value) else numbers.significant(value)


def fit(needed: tuple[float, float], current: tuple[float, float]) -> tuple[float, float]:
    """Return limits that hold what is needed: they grow in jumps and shrink only by much."""
    low, high = needed
    top = _jump(high, current[1])
    bottom = -_jump(-low, -current[0])
    if top <= bottom:
        top = bottom + 1.0
    return bottom, top


def fit_span(needed: tuple[float, float], current: tuple[float, float]) -> tuple[float, float]:
    """Return round limits close around what is needed, which need not begin at zero.

    The current ones stay as long as they hold it and are not more than three times as wide.
    """
    low, high = needed
    span = max(high - low, 1e-3 * max(abs(low), abs(high)), 1e-12)
    if current[0] <= low and high <= current[1] and current[1] - current[0] <= 3 * span:
        return current
    raw = 0.25 * span
    power = 10.0 ** np.floor(np.log10(raw))
    spacing = next(float(s * power) for s in _SPACINGS if s * power >= raw * 0.999999)
    bottom = float(np.floor(low / spacing - 1e-6)) * spacing
    if low > 0 and bottom < 0.4 * high:
        bottom = 0.0  # it is near enough to be shown
    return bottom, float(np.ceil(high / spacing + 1e-6)) * spacing


def fit_decades(needed: tuple[float, float]) -> tuple[float, float]:
    """Return exponents of round limits around positive values, well apart."""
    high = float(np.log10(ceiling(needed[1])))
    low = min(needed[0], needed[1] / 5)
    power = np.floor(np.log10(low))
    step = max(s for s in (1.0, 2.0, 5.0) if s * 10**power <= low * 1.000001)
    return float(np.log10(step) + power), high


def _jump(needed: float, current: float) -> float:
    if needed <= 0:
        return 0.0
    if needed > current or ceiling(1.25 * needed) < current:
        return ceiling(needed)
    return current


def spread(middles: Iterable[float], height: float, low: float, high: float) -> list[float]:
    """Push labels of one height apart so that none overlaps another, keeping their order."""
    wanted = list(middles)
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    places = dict.fromkeys(order, 0.0)
    edge = low
    for i in order:
        places[i] = max(wanted[i], edge)
        edge = places[i] + height
    edge = high
    for i in reversed(order):
        places[i] = min(places[i], edge)
        edge = places[i] - height
    return [places[i] for i in range(len(wanted))]

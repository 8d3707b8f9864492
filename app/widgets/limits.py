"""Which values a y axis must show, so that the newest can be read and no spike sets the scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.widgets.scales import ceiling, fit, fit_decades, fit_span
from app.widgets.series import Floats, Series

_SPIKE = 2.0  # how many times the usual values something must be to be cut off
_FLAT = 0.1  # a share of the axis, below which recent values are hard to tell apart
_SHORT = 1000  # points of a run whose descent is what there is to see
_NEWEST, _FEW = 16, 200  # points; of a curve of few each of the newest is seen, else their middle
_CLOSER = 4.0  # times: a range becomes no narrower at once
_REST, _LEAST_REST = 0.2, 50  # between two such changes: a share of all points, and points
_SAMPLE = 2048  # values are enough to tell what is usual

Limits = tuple[float, float]


class YLimits:
    """Chooses the limits of a y axis; they change seldom, and never come much closer at once."""

    def __init__(self, fixed: Limits | None) -> None:
        self.fixed = fixed
        self.range = "automatic"
        self.is_live = True  # values come, and the newest are what one looks at
        self.current = fixed or (0.0, 1.0)
        self._is_recent = False
        self._fits_since = 0  # how many points there were when the range was last the right one

    def reset(self) -> None:
        """Forget the limits there were."""
        self.current = self.fixed or (0.0, 0.0)
        self._is_recent = False
        self._fits_since = 0

    def fit(
        self, shown: Sequence[Series], *, is_logarithmic: bool, level: float | None,
        window: Limits | None = None,
    ) -> Limits:  # fmt: skip
        """Return the limits for these curves: values, or exponents if logarithmic.

        level: a line that is kept in view unless it lies far above; window: the first and the last
        step, if a person chose them: then all that is between them is shown, spikes too
        """
        parts = _between(shown, *window) if window else [series.y for series in shown]
        if not any(part.size for part in parts):
            return self.current
        if self.fixed:
            low, high = self.fixed
            limits = fit_decades((max(low, high / 1000), high)) if is_logarithmic else self.fixed
        elif is_logarithmic:
            parts = _newer_half(shown) if self.range == "recent" and not window else parts
            limits = _decades_of(parts)
        elif window:
            limits = fit_span(_extremes(parts), self.current)
        elif self.range == "recent":
            limits = fit_span(_usual(_newer_half(shown)), self.current)
        else:
            limits = self._from_zero(shown, parts, level)
        self.current = limits
        return limits

    def _from_zero(
        self, shown: Sequence[Series], parts: Sequence[Floats], level: float | None
    ) -> Limits:  # fmt: skip
        low, high = _usual(parts)
        points = max((series.x.size for series in shown), default=0)
        if self.range == "automatic":
            recent = _usual(_newer_half(shown))
            is_flat = max(-recent[0], recent[1]) < _FLAT * max(-low, high)
            # What is looked at closely is left only for what it has no room for.
            self._is_recent |= points > _SHORT and is_flat
            self._is_recent &= self.is_live
            low, high = recent if self._is_recent else (low, high)
        low, high = min(low, 0.0), max(high, 0.0)
        if level and 0 < level <= 4 * high:
            high = max(high, 1.1 * level)
        return self._not_too_soon(fit((low, high), self.current), points)

    def _not_too_soon(self, wanted: Limits, points: int) -> Limits:
        """Return a range that is wanted; a much narrower one little by little, with rests."""
        bottom, top = self.current
        if wanted[1] - wanted[0] >= top - bottom:
            self._fits_since = points
            return wanted
        self._fits_since = min(self._fits_since, points)  # it was rewound
        rests = int((points - self._fits_since) / max(_LEAST_REST, _REST * points))
        if not rests:
            return self.current
        self._fits_since = points
        closer = _CLOSER**rests  # many points may come at once
        least_top = ceiling(top / closer) if top > 0 else 0.0
        least_bottom = -ceiling(-bottom / closer) if bottom < 0 else 0.0
        return min(wanted[0], least_bottom), max(wanted[1], least_top)


def usual_top(y: Floats, extreme: float) -> float:
    """Return how far up a curve must be seen: all of it, but for spikes that lie far above.

    The level of the newest values, that where the curve began and 98 of 100 values are always seen.
    extreme: the highest value of the curve
    """
    sample = y[:: max(1, y.size // _SAMPLE)]
    values = [sample, y[:32], y[-_NEWEST:]]
    finite = [part[np.isfinite(part)] for part in values]
    if not finite[0].size:
        return extreme
    usual = float(np.quantile(finite[0], 0.98, method="lower"))
    if finite[1].size:
        usual = max(usual, float(np.median(finite[1])))
    if finite[2].size:
        newest = finite[2].max() if y.size <= _FEW else np.median(finite[2])
        usual = max(usual, float(newest))
    return extreme if usual <= 0 or extreme <= _SPIKE * usual else 1.25 * usual


def _usual(parts: Sequence[Floats]) -> Limits:
    limits = []
    for part in parts:
        finite = _finite(part)
        if finite.size:
            low, high = float(finite.min()), float(finite.max())
            limits.append((-usual_top(-part, -low) if low < 0 else low, usual_top(part, high)))
    return _around(limits)


def _extremes(parts: Sequence[Floats]) -> Limits:
    finite = [part for part in map(_finite, parts) if part.size]
    return _around([(float(part.min()), float(part.max())) for part in finite])


def _decades_of(parts: Sequence[Floats]) -> Limits:
    limits = []
    for part in parts:
        positive = part[(part > 0) & (part < np.inf)]
        if positive.size:
            sample = positive[:: max(1, positive.size // _SAMPLE)]
            limits.append((float(np.quantile(sample, 0.002)), float(positive.max())))
    return fit_decades(_around(limits) if limits else (0.1, 1.0))


def _around(limits: Sequence[Limits]) -> Limits:
    if not limits:
        return 0.0, 0.0
    return min(low for low, _ in limits), max(high for _, high in limits)


def _finite(y: Floats) -> Floats:
    is_finite = np.isfinite(y)
    return y if is_finite.all() else y[is_finite]


def _newer_half(shown: Sequence[Series]) -> list[Floats]:
    """Return the values of the later half of all steps; of a curve without any, its last."""
    first = min(float(series.x[0]) for series in shown)
    last = max(float(series.x[-1]) for series in shown)
    starts = [int(np.searchsorted(series.x, (first + last) / 2)) for series in shown]
    return [
        series.y[min(start, len(series) - 1) :] for series, start in zip(shown, starts, strict=True)
    ]


def _between(shown: Sequence[Series], first: float, last: float) -> list[Floats]:
    """Return the values between two steps, and those of the lines at both of them."""
    parts = []
    for series in shown:
        x, y = series.x, series.y
        start, stop = np.searchsorted(x, (first, last)).tolist()
        edges = [edge for edge in (first, last) if x[0] <= edge <= x[-1]]
        parts.append(np.concatenate((y[start:stop], np.interp(edges, x, y))))
    return parts

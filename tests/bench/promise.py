"""A number that the design promises, and how one that was measured is written beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

Numbers = dict[str, list[float]]
MUCH_WORSE = 0.1  # a share
MANY = 8  # values, of which the middle half tells more than the extremes


@dataclass(frozen=True)
class Promise:
    """A number the design promises."""

    name: str
    key: str
    limit: float
    unit: str
    at_least: bool = False
    of: Callable[[Sequence[float]], float] = median  # what counts of many values

    def is_kept(self, value: float) -> bool:
        """Whether a number is as good as it was promised to be."""
        return value >= self.limit if self.at_least else value <= self.limit

    def is_much_worse(self, value: float, before: float) -> bool:
        """Whether a number is over 10 % worse than another."""
        if self.at_least:
            return value < (1 - MUCH_WORSE) * before
        return value > (1 + MUCH_WORSE) * before

    def row(self, values: list[float]) -> str:
        """Write the value that counts and the spread beside the promise."""
        value, (low, high) = self.of(values), spread(values)
        sign, verdict = ("≥" if self.at_least else "≤"), "pass" if self.is_kept(value) else "MISS"
        promised = f"{sign} {self.limit:g} {self.unit}"
        shown = f"{value:.3g} {self.unit} | {low:.3g} – {high:.3g}"
        return f"| {self.name} | {shown} | {promised} | {verdict} |"

    def plain(self, values: list[float]) -> dict[str, object]:
        """Return the same for programs."""
        value, (low, high) = self.of(values), spread(values)
        return {
            "key": self.key, "what": self.name, "value": value, "unit": self.unit,
            "low": low, "high": high, "count": len(values),
            "promised": self.limit, "at_least": self.at_least, "kept": self.is_kept(value),
        }  # fmt: skip


def spread(values: list[float]) -> tuple[float, float]:
    """Return between which numbers values lie: the middle half, where there are many."""
    if len(values) < MANY:
        return min(values), max(values)
    low, _, high = quantiles(values, n=4)
    return low, high

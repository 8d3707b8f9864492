"""What makes a built-in corpus harder: between which ends, in which unit, with which words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from s2s_core.errors import BadConfig


@dataclass(frozen=True)
class Span:
    """What one knob of one corpus can be set to, and what it is by itself."""

    low: int
    high: int
    default: int
    unit: str
    title: str = ""  # what a form calls it, if that is not the unit

    def __str__(self) -> str:
        return f"{self.low} to {self.high} {self.unit} ({self.default})"

    def checked(self, key: str, corpus: str, value: int) -> int:
        """Return the value, or refuse it with the ends of this corpus."""
        if not self.low <= value <= self.high:
            raise BadConfig(
                "{key} must be between {low} and {high} {unit} for {corpus}, not {given}",
                key=key, low=self.low, high=self.high, unit=self.unit, corpus=corpus, given=value,
            )  # fmt: skip
        return value


@dataclass(frozen=True)
class Words:
    """Words of one kind: those that a corpus has by itself, and those of a larger vocabulary."""

    usual: Sequence[Any]
    more: Sequence[Any] = ()
    least: int = 1  # without which there are no sentences


@dataclass(frozen=True)
class Lexicon:
    """All words of a corpus, kind by kind; a part of each kind is taken for a vocabulary."""

    kinds: tuple[Words, ...]

    def span(self, unit: str = "words", title: str = "") -> Span:
        """Return how many words there can be."""
        least, usual, every = (sum(sizes) for sizes in zip(*map(_sizes, self.kinds), strict=True))
        return Span(least, every, usual, unit, title)

    def of(self, words: int) -> list[tuple[Any, ...]]:
        """Return exactly so many words, of each kind its share, the most usual ones first."""
        sizes = [_sizes(kind) for kind in self.kinds]
        is_more = words > sum(usual for _, usual, _ in sizes)
        ends = [(usual, every) if is_more else (least, usual) for least, usual, every in sizes]
        return [
            (*kind.usual, *kind.more)[:count]
            for kind, count in zip(self.kinds, _shares(ends, words), strict=True)
        ]


def _sizes(kind: Words) -> tuple[int, int, int]:
    return kind.least, len(kind.usual), len(kind.usual) + len(kind.more)


def _shares(ends: list[tuple[int, int]], total: int) -> list[int]:
    """Return whole numbers of that sum, each as far on its way between two ends as the others."""
    first = sum(low for low, _ in ends)
    way = max(1, sum(high for _, high in ends) - first)
    exact = [low + (high - low) * (total - first) / way for low, high in ends]
    found = [int(share) for share in exact]
    by_remainder = sorted(range(len(ends)), key=lambda i: found[i] - exact[i])
    for place in by_remainder[: total - sum(found)]:
        found[place] += 1
    return found

"""Pairs whose sides are blank, far too long, or too unlike in length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np

from s2s_core.data.doctor.check import Check
from s2s_core.data.pairs import SentencePair

Lengths = np.ndarray[Any, np.dtype[np.float64]]

ENOUGH = 30  # pairs, to tell what is usual
RATIO = 3.0  # times the usual ratio is too much, or more where ratios vary
LONG = 4.0  # times the usual length is too long, or more where lengths vary
SPREADS = 5.0  # usual deviations that are still no fault
FEW_LETTERS = 25  # characters; a difference of so few says nothing


class Blank(Check):
    """Pairs with a side that has no text: there is nothing to learn from them."""

    title = "Blank sides"
    template = "{count:pair has a blank side and is|pairs have a blank side and are} left out"

    def faulty(self, pairs: Sequence[SentencePair]) -> Iterator[int]:
        """Ask first whether all have text, which is fast."""
        if all(map(str.strip, chain.from_iterable(pairs))):
            return
        for place, (source, target) in enumerate(pairs):
            if not source or not target or source.isspace() or target.isspace():
                yield place


class LengthRatio(Check):
    """Pairs with one side far longer than the other, as these languages go: rarely translations."""

    title = "Length ratio"
    template = "{count:pair has|pairs have} one side far longer than the other"
    cure = "such pairs are left out"
    usual = 0.0  # logarithm of the characters of the source for each of the target
    limit = float(np.log(9.0))

    def learn(self, pairs: Sequence[SentencePair]) -> None:
        """Find the usual ratio and how much it varies."""
        if len(pairs) >= ENOUGH:
            source, target = _lengths(pairs)
            self.usual, spread = _usual(np.log(source / target))
            self.limit = max(float(np.log(RATIO)), SPREADS * spread)

    def faulty(self, pairs: Sequence[SentencePair]) -> Iterable[int]:
        """Compare the characters of both sides."""
        source, target = _lengths(pairs)
        as_usual = target * np.exp(self.usual)
        is_far = np.abs(np.log(source / as_usual)) > self.limit
        return np.flatnonzero(is_far & (np.abs(source - as_usual) > FEW_LETTERS)).tolist()


class TooLong(Check):
    """Pairs far longer than the others: whole paragraphs, or lines that were not parted."""

    title = "Far too long"
    template = "{count:pair is|pairs are} far longer than the others"
    cure = "such pairs are left out"
    limit = float("inf")  # characters of both sides

    def learn(self, pairs: Sequence[SentencePair]) -> None:
        """Find the usual length and how much it varies."""
        if len(pairs) >= ENOUGH:
            source, target = _lengths(pairs)
            usual, spread = _usual(np.log(source + target))
            self.limit = float(np.exp(usual + max(np.log(LONG), SPREADS * spread)))
            self.limit += FEW_LETTERS

    def faulty(self, pairs: Sequence[SentencePair]) -> Iterable[int]:
        """Compare the characters of both sides together."""
        source, target = _lengths(pairs)
        return np.flatnonzero(source + target > self.limit).tolist()


def _lengths(pairs: Sequence[SentencePair]) -> tuple[Lengths, Lengths]:
    """Return the characters of all sources and of all targets, at least 1."""
    both = (np.fromiter((len(p[side]) for p in pairs), np.float64, len(pairs)) for side in (0, 1))
    source, target = (np.maximum(lengths, 1.0) for lengths in both)
    return source, target


def _usual(values: Lengths) -> tuple[float, float]:
    """Return the median and a standard deviation that a few outliers do not move."""
    median = float(np.median(values))
    return median, 1.4826 * float(np.median(np.abs(values - median)))

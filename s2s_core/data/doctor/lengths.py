"""Pairs whose sides are too short, too long, or too unlike in length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from s2s_core.data.doctor.check import Check
from s2s_core.data.pairs import SentencePair


class Blank(Check):
    """Pairs with a side that has no text: there is nothing to learn from them."""

    title = "Blank sides"
    template = "{count} pairs have a blank side and are left out"

    def faulty(self, pairs: Sequence[SentencePair]) -> Iterator[int]:
        """Look at both sides."""
        for place, (source, target) in enumerate(pairs):
            if not source or not target or source.isspace() or target.isspace():
                yield place


class LengthRatio(Check):
    """Pairs with one side far longer than the other: they are rarely translations."""

    title = "Length ratio"
    template = "{count} pairs have one side more than nine times as long as the other"
    cure = "they are left out"

    def faulty(self, pairs: Sequence[SentencePair]) -> Iterator[int]:
        """Compare the characters of both sides."""
        for place, (source, target) in enumerate(pairs):
            shorter, longer = sorted((len(source), len(target)))
            if longer > 9 * shorter and longer > 30:
                yield place

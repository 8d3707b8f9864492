"""Pairs whose sides are in the wrong language, or not in two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from s2s_core.data.doctor.check import Check
from s2s_core.data.pairs import SentencePair


class Identical(Check):
    """Pairs with the same text on both sides: they teach to copy."""

    title = "Identical sides"
    template = "{count} pairs have the same text on both sides"
    cure = "they are left out"

    def faulty(self, pairs: Sequence[SentencePair]) -> Iterator[int]:
        """Compare both sides."""
        return (place for place, pair in enumerate(pairs) if pair.source == pair.target)

"""Pairs that stand in the corpus more than once, in one way or another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from s2s_core.data.doctor.check import Check
from s2s_core.data.pairs import SentencePair


class Duplicates(Check):
    """Pairs that occur again: what is repeated is learnt more firmly than the rest."""

    title = "Duplicates"
    template = "{count} pairs occur more than once"
    cure = "only the first of each is kept"

    def forget(self) -> None:
        """Let every pair be the first again."""
        self._seen: set[int] = set()

    def faulty(self, pairs: Sequence[SentencePair]) -> Iterator[int]:
        """Remember each pair as a hash."""
        for place, key in enumerate(map(hash, pairs)):
            if key in self._seen:
                yield place
            self._seen.add(key)

"""Pairs that stand in the corpus more than once, in one way or another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from s2s_core.data.doctor.check import Check
from s2s_core.data.doctor.seen import Seen
from s2s_core.data.pairs import SentencePair


class Duplicates(Check):
    """Pairs that occur again: what is repeated is learnt more firmly than the rest."""

    title = "Duplicates"
    template = "{count:pair occurs|pairs occur} more than once"
    cure = "only the first of each is kept"

    def forget(self) -> None:
        """Let every pair be the first again."""
        self._seen = Seen()

    def faulty(self, pairs: Sequence[SentencePair]) -> list[int]:
        """Remember each pair as a hash."""
        return self._seen.again([hash(pair) for pair in pairs])


class OtherTargets(Check):
    """Sources that came before with another target: the model cannot know which is wanted."""

    title = "Several targets"
    template = "{count:pair has|pairs have} a source that came before with another target"
    cure = "only the first target of each source is kept"

    def forget(self) -> None:
        """Let every source be the first again."""
        self._pairs, self._sources = Seen(), Seen()

    def faulty(self, pairs: Sequence[SentencePair]) -> list[int]:
        """Remember sources and pairs as hashes."""
        again = set(self._pairs.again([hash(pair) for pair in pairs]))
        sources = self._sources.again([hash(pair.source) for pair in pairs])
        return [place for place in sources if place not in again]


class InValidation(Check):
    """Sentences that the model is also scored with: its scores would promise too much."""

    title = "Also in validation"
    template = "{count:pair has|pairs have} a source that also stands in the validation files"
    cure = "such pairs are left out of training"

    def faulty(self, pairs: Sequence[SentencePair]) -> Iterator[int]:
        """Ask for the source: another translation of it gives it away as well."""
        if self.held_out:
            for place, pair in enumerate(pairs):
                if hash(pair.source) in self.held_out:
                    yield place

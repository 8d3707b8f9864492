"""What all checks of a corpus have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import ClassVar

from s2s_core.data.pairs import SentencePair


class Check:
    """One thing that can be wrong with sentence pairs, and what can be done about it.

    Pairs come in their order, many at a time. A check may remember what it saw, as hashes.
    """

    title: ClassVar[str]
    template: ClassVar[str]  # of the sentence, with the {count}
    cure: ClassVar[str] = ""  # what ticking it does; blank: nothing can be done here

    def __init__(self, held_out: Set[int] = frozenset()) -> None:
        """Take the hashes of the sources of the validation files."""
        self.held_out = held_out
        self.forget()

    def learn(self, pairs: Sequence[SentencePair]) -> None:
        """See the first pairs of the corpus, before any pair is judged."""

    def faulty(self, pairs: Sequence[SentencePair]) -> Iterable[int]:
        """Return the places of those with the fault, rising."""
        raise NotImplementedError

    def cured(self, pair: SentencePair) -> SentencePair | None:
        """Return a pair that has the fault without it; nothing where it is to be left out."""
        return None

    def forget(self) -> None:
        """Forget which pairs were judged, but not what was learnt."""

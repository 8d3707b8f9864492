"""Sentences that training has never seen, to be put into the field by the program."""

from __future__ import annotations

import random

from s2s_core.records import CorpusRecord, PreparedRecord


class HeldOut:
    """Held-out sentences with their references; knows which text is of its hand."""

    def __init__(self) -> None:
        self.references: dict[str, str] = {}
        self._target_letters: frozenset[str] = frozenset()
        self._offered = ""
        self._deck: list[str] = []  # in the order in which they will be shown
        self._drawn: set[str] = set()

    def take(self, corpus: CorpusRecord, prepared: PreparedRecord) -> None:
        """Draw from another corpus from now on."""
        self.references = {" ".join(s.split()): t for s, t in prepared.examples}
        targets = "".join(target for _, target in (*prepared.examples, *corpus.preview))
        self._target_letters = frozenset(filter(str.isalpha, targets))
        self._deck = []

    def is_of_other_side(self, text: str) -> bool:
        """Whether most letters of a text are letters of the target side."""
        letters = [letter for letter in text if letter.isalpha()]
        return 2 * sum(letter in self._target_letters for letter in letters) > len(letters)

    def gives_way(self, text: str) -> bool:
        """Whether a text is nobody's own and not of this corpus."""
        return text in ("", self._offered) or text in self._drawn - set(self.references)

    def offer(self, example: str) -> str:
        """Return the sentence to begin with: the example, or else the first there is."""
        self._offered = example or next(iter(self.references), "")
        return self._offered

    def let_go(self) -> None:
        """Forget the sentence to begin with."""
        self._offered = ""

    @property
    def is_there(self) -> bool:
        """Whether there is a sentence to begin with."""
        return bool(self._offered)

    def is_offered(self, text: str) -> bool:
        """Whether this is the sentence that was there at the beginning."""
        return text == self._offered

    def draw(self, standing: str) -> str:
        """Return one by chance, other than the one that stands there; each comes once a round."""
        if not self._deck:
            self._deck = [s for s in self.references if s != standing]
            random.shuffle(self._deck)
        if not self._deck:
            return ""
        self._drawn.add(drawn := self._deck.pop())
        return drawn

    def is_own(self, text: str) -> bool:
        """Whether a text was put there by a person."""
        return text != self._offered and text not in self._drawn

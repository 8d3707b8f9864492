"""Which choices the lab begins with: such that no two of them cut alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.bridge.messages import Choice
from app.tokenizer_lab.column import HIGHEST, LOWEST
from s2s_core.records import FailureRecord, VocabularyRecord

Results = Mapping[Choice, VocabularyRecord | FailureRecord]


class Proposals:
    """What the draft has, half and double the size, and another kind; others if these are alike.

    A corpus that holds fewer pieces is cut by fewer: double the size would say nothing.
    """

    def __init__(self, draft: Choice, kinds: Sequence[str]) -> None:
        self._draft = draft
        self._kinds = kinds
        self._tried: set[Choice] = set()

    def first(self) -> list[Choice]:
        """Return what to begin with."""
        kind, size = self._draft
        other = next(each for each in (*self._kinds[1:2], *self._kinds) if each != kind)
        sizes = max(LOWEST, size // 2), min(HIGHEST, 2 * size)
        return [(kind, size), (kind, sizes[0]), (kind, sizes[1]), (other, size)]

    def better(self, choices: list[Choice], results: Results) -> list[Choice]:
        """Return the choices, those replaced that say nothing new as far as is known."""
        found, cuts = list(choices), list[object]()
        reached = _reached(results.get(self._draft))
        if reached is not None and reached < self._draft[1] and found == self.first():
            found[1:3] = [(self._draft[0], max(LOWEST, _rounded(reached / n))) for n in (2, 4)]
        for place, choice in enumerate(found):
            result = results.get(choice)
            if result is None:
                continue
            cut = _cut(result)
            if place and (cut is None or cut in cuts):
                found[place] = self._other(choice, _reached(result), found)
            else:
                cuts.append(cut)
        return found

    def _other(self, choice: Choice, reached: int | None, known: list[Choice]) -> Choice:
        """Return half of what was reached, or another kind where no less can be learnt."""
        kind, size = choice
        self._tried.add(choice)
        half = [(kind, max(LOWEST, _rounded(min(size, reached) / 2)))] if reached else []
        others = ((each, self._draft[1]) for each in self._kinds)
        new = (each for each in (*half, *others) if each not in self._tried and each not in known)
        return next(new, choice)


def _cut(result: VocabularyRecord | FailureRecord) -> object:
    """Return what tells two cuts of a corpus apart; nothing if there is none."""
    if isinstance(result, FailureRecord):
        return None
    return tuple(side.lengths for side in result.sides)


def _reached(result: VocabularyRecord | FailureRecord | None) -> int | None:
    """How many pieces a choice has on the side that has more."""
    if not isinstance(result, VocabularyRecord):
        return None
    return max(side.vocabulary for side in result.sides)


def _rounded(size: float) -> int:
    """Round to two digits: sizes are orders of magnitude."""
    return int(float(f"{size:.2g}"))

"""Cures, applied to pairs on their way from the reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain, islice

from s2s_core.data.doctor import CHECKS, Check, cures_named
from s2s_core.data.pairs import SentencePair
from s2s_core.records import Finding

TOGETHER = 2000  # pairs that are looked at together
SAMPLE = 10_000  # first pairs, from which is learnt what is usual in this corpus
EXAMPLES = 3  # shown of each finding

Row = tuple[int, SentencePair]  # the number of a pair in the corpus, from 1


def together(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield rows many at a time."""
    rest = iter(rows)
    while some := list(islice(rest, TOGETHER)):
        yield some


class Notes:
    """How often each check found its fault, with the first examples."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self._examples: dict[str, list[tuple[int, str, str]]] = {}

    def add(self, name: str, rows: Sequence[Row]) -> None:
        """Note pairs with a fault."""
        self.counts[name] = self.counts.get(name, 0) + len(rows)
        examples = self._examples.setdefault(name, [])
        for number, (source, target) in rows[: EXAMPLES - len(examples)]:
            examples.append((number, source, target))

    def findings(self, *, cured: bool = False) -> Iterator[Finding]:
        """Yield what was found."""
        for name, count in self.counts.items():
            row = CHECKS[name]
            yield Finding(
                name, row.template, count, tuple(self._examples[name]), row.cure,
                count if cured else 0,
            )  # fmt: skip


class Curing:
    """Applies the cures that are ticked, and notes what they did.

    Where a check judges by what is usual, this is learnt from the first pairs. Cures are applied
    in as many rounds as these pairs need until nothing changes any more: so curing what was
    cured changes nothing.
    """

    def __init__(self, cures: tuple[str, ...], held_out: Set[int] = frozenset()) -> None:
        self.notes = Notes()
        self._names = cures_named(cures)
        self.held_out = held_out

    def rows(self, pairs: Iterable[SentencePair]) -> Iterator[Row]:
        """Yield what is left of the pairs, with the numbers they have in the corpus."""
        rows: Iterator[Row] = enumerate(pairs, 1)
        if not self._names:
            yield from rows
            return
        first = list(islice(rows, SAMPLE))
        rounds = self._rounds(first)
        for left in together(chain(first, rows)):
            for checks in rounds:
                left = _apply(checks, left, self.notes)
            yield from left

    def _rounds(self, first: list[Row]) -> list[dict[str, Check]]:
        """Return the checks of each round, which have learnt from the first pairs."""
        rounds: list[dict[str, Check]] = []
        left = first
        while len(rounds) < _MOST_ROUNDS:
            checks = {name: CHECKS[name](self.held_out) for name in self._names}
            before, left = left, _apply(checks, left, Notes(), learn=True)
            if left == before:
                break
            for check in checks.values():
                check.forget()
            rounds.append(checks)
        return rounds


_MOST_ROUNDS = 5


def _apply(
    checks: dict[str, Check], rows: list[Row], notes: Notes, *, learn: bool = False
) -> list[Row]:
    """Return the rows that are left, each check after the other."""
    for name, check in checks.items():
        pairs = [pair for _, pair in rows]
        if learn:
            check.forget()
            check.learn(pairs)
        places = list(check.faulty(pairs))
        if not places:
            continue
        notes.add(name, [rows[place] for place in places])
        cured = {place: check.cured(pairs[place]) for place in places}
        rows = [
            (number, kept)
            for place, (number, pair) in enumerate(rows)
            if (kept := cured.get(place, pair)) is not None
        ]
    return rows

"""Cures, applied to pairs on their way from the reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain, islice

from s2s_core.data.doctor import CHECKS, Check, cures_named
from s2s_core.data.doctor.characters import Repair
from s2s_core.data.pairs import SentencePair
from s2s_core.records import Finding

TOGETHER = 2000  # pairs that are looked at together
SAMPLE = 100_000  # first pairs, to learn what is usual; many, as some corpora are sorted by length
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

    def add(self, name: str, rows: Sequence[Row], count: int | None = None) -> None:
        """Note pairs with a fault; where there are more than these, their count."""
        self.counts[name] = self.counts.get(name, 0) + (len(rows) if count is None else count)
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

    def __init__(
        self,
        cures: tuple[str, ...],
        held_out: Set[int] = frozenset(),
        left_out: Set[int] = frozenset(),
    ) -> None:
        self.notes = Notes()
        self._names = cures_named(cures)
        self.held_out = held_out
        self._left_out = left_out  # rows, by their numbers: nobody sees them, as if cured away

    @property
    def cut(self) -> Callable[[int, int, list[SentencePair]], None] | None:
        """Whom to tell where files of different lengths were cut; nobody: they are refused."""
        return self._note_cut if "cut" in self._names else None

    def rows(self, pairs: Iterable[SentencePair]) -> Iterator[Row]:
        """Yield what is left of the pairs, with the numbers they have in the corpus."""
        rows = (row for row in enumerate(pairs, 1) if row[0] not in self._left_out)
        if not self._names:
            yield from rows
            return
        first = list(islice(rows, SAMPLE))
        rounds, left = self._rounds(first)
        after = list(islice(rows, 1))
        if not after:  # all was cured while learning
            yield from left
            return
        self.notes = Notes()
        for left in together(chain(first, after, rows)):
            for checks in rounds:
                left = _apply(checks, left, self.notes)
            yield from left

    def _note_cut(self, kept: int, lines: int, after: list[SentencePair]) -> None:
        self.notes.add("cut", list(enumerate(after, kept + 1)), lines)

    def _rounds(self, first: list[Row]) -> tuple[list[dict[str, Check]], list[Row]]:
        """Cure the first pairs; returns the checks of each round, which learnt from them."""
        rounds: list[dict[str, Check]] = []
        left = first
        while len(rounds) < _MOST_ROUNDS:
            checks = {name: CHECKS[name](self.held_out) for name in self._names}
            before, left = left, _apply(checks, left, self.notes, learn=True)
            if left == before:
                break
            for check in checks.values():
                check.forget()
            rounds.append(checks)
        return rounds, left


_MOST_ROUNDS = 12  # nearly always 2 are enough


def _apply(
    checks: dict[str, Check], rows: list[Row], notes: Notes, *, learn: bool = False
) -> list[Row]:
    """Return the rows that are left, each check after the other."""
    repairs = {name: check for name, check in checks.items() if isinstance(check, Repair)}
    rows = _repaired(repairs, rows, notes)
    for name, check in checks.items():
        if name in repairs:
            continue
        if learn:
            check.forget()
            check.learn([pair for _, pair in rows])
        rows, _ = _treated(name, check, rows, notes)
    return rows


def _repaired(repairs: Mapping[str, Check], rows: list[Row], notes: Notes) -> list[Row]:
    """Return rows with their texts put right: again and again, as one repair may show the next."""
    done: dict[int, SentencePair | None] = {}
    todo = rows
    for _ in range(_MOST_ROUNDS):
        before = dict(todo)
        for name, check in repairs.items():
            todo, gone = _treated(name, check, todo, notes)
            done |= dict.fromkeys(gone)
        todo = [row for row in todo if before[row[0]] is not row[1]]
        if not todo:
            break
        done |= dict(todo)
    kept = ((number, done.get(number, pair)) for number, pair in rows)
    return [(number, pair) for number, pair in kept if pair is not None]


def _treated(name: str, check: Check, rows: list[Row], notes: Notes) -> tuple[list[Row], list[int]]:
    """Return the rows that one cure leaves, and the numbers of those that it leaves out."""
    pairs = [pair for _, pair in rows]
    places = list(check.faulty(pairs))
    if not places:
        return rows, []
    notes.add(name, [rows[place] for place in places])
    cured = {place: check.cured(pairs[place]) for place in places}
    kept = ((n, cured.get(place, pair)) for place, (n, pair) in enumerate(rows))
    gone = [rows[place][0] for place, pair in cured.items() if pair is None]
    return [(number, pair) for number, pair in kept if pair is not None], gone

"""Cures, applied to pairs on their way from the reader."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import chain, islice

import numpy as np

from s2s_core.data.blocks import PAIRS, in_blocks
from s2s_core.data.doctor import CHECKS, Check, cures_named
from s2s_core.data.doctor.characters import Repair
from s2s_core.data.doctor.lengths import Blank
from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.lines import Broken
from s2s_core.pair_findings import CHANGED, IN_ALL_ROWS, LEFT_OUT, Rows
from s2s_core.pair_store import PairWriter
from s2s_core.records import Finding, ProgressRecord

SAMPLE = 100_000  # first pairs, to learn what is usual; many, as some corpora are sorted by length
EXAMPLES = 3  # shown of each finding
BEGINNING = 500  # first rows, whose outcome is told at once

Row = tuple[int, SentencePair]  # the number of a pair in the corpus, from 1


class Notes:
    """Where each check found its fault, with the first examples."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Rows]] = {}  # of each check, from 0
        self._lines: dict[str, int] = {}  # that are no rows: a reader has cut them off
        self._left_out: dict[str, int] = {}
        self._examples: dict[str, list[tuple[int, str, str]]] = {}

    def add(self, name: str, rows: Sequence[Row], left_out: int = 0) -> None:
        """Note pairs with a fault, and how many of them are left out because of it."""
        self._rows.setdefault(name, []).append(row_numbers(rows))
        self._left_out[name] = self._left_out.get(name, 0) + left_out
        self._add_examples(name, rows)

    def add_lines(self, name: str, count: int, first: Sequence[Row]) -> None:
        """Note lines that were cut off, given the first of them."""
        self._lines[name] = self._left_out[name] = count
        self._add_examples(name, first)

    def _add_examples(self, name: str, rows: Sequence[Row]) -> None:
        examples = self._examples.setdefault(name, [])
        known = {number for number, *_ in examples}
        for number, (source, target) in rows[: EXAMPLES + len(known)]:
            if number not in known and len(examples) < EXAMPLES:
                examples.append((number, source, target))

    @property
    def rows(self) -> dict[str, Rows]:
        """The rows of each check, rising; one that was cured twice stands there once."""
        return {name: np.unique(np.concatenate(some)) for name, some in self._rows.items()}

    @property
    def counts(self) -> dict[str, int]:
        """How many pairs or lines each check has found."""
        return {name: len(rows) for name, rows in self.rows.items()} | self._lines

    def findings(self, *, cured: bool = False) -> Iterator[Finding]:
        """Yield what was found."""
        for name, count in self.counts.items():
            row = CHECKS[name]
            yield Finding(
                name, row.template, count, tuple(self._examples[name]), row.cure,
                cured=count if cured and row.cure else 0,
                left_out=self._left_out.get(name, 0), title=row.title,
            )  # fmt: skip


class Outcome:
    """What has become of the rows: which a cure has changed, and which are left out."""

    def __init__(self, text: PairWriter | None = None) -> None:
        """Take where the changed pairs are written, as they are trained on."""
        self.beginning: dict[int, SentencePair | None] = {}  # of the first rows; none: left out
        self._changed: list[Rows] = []
        self._left_out: list[Rows] = []
        self._text = text

    def add(self, given: list[Row], left: list[Row]) -> None:
        """Note what is left of some rows."""
        became = dict(left)
        changed = [row for row in given if became.get(row[0], row[1]) != row[1]]
        gone = [row for row in given if row[0] not in became]
        for rows, numbers in ((changed, self._changed), (gone, self._left_out)):
            if rows:
                numbers.append(row_numbers(rows))
            for number, _ in rows:
                if number <= BEGINNING:
                    self.beginning[number - 1] = became.get(number)
        if self._text is not None:
            for number, _ in changed:
                self._text.add(became[number])

    @property
    def rows(self) -> dict[str, Rows]:
        """The rows that were changed, and those that were left out."""
        return {CHANGED: _joined(self._changed), LEFT_OUT: _joined(self._left_out)}


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
        text: PairWriter | None = None,
    ) -> None:
        """Take the cures, whose sources are held out, rows to leave out, where changes go."""
        self.notes = Notes()
        self.outcome = Outcome(text)
        self.learning: ProgressRecord | None = None  # while it is learnt what is usual
        self.odd: dict[int, str] = {}  # rows whose line is odd, and how, as the reader tells
        self.broken = Broken()  # rows whose line holds bytes that are no characters, too
        self.broken_held_out = 0  # such pairs of the files for validation, left out there
        self._blank = Blank()
        self._names = cures_named(cures)
        self.held_out = held_out
        self._left_out = left_out  # rows, by their numbers: nobody sees them, as if cured away

    @property
    def cut(self) -> Callable[[int, int, list[SentencePair]], None] | None:
        """Whom to tell where files of different lengths were cut; nobody: they are refused."""
        return self._note_cut if "cut" in self._names else None

    def rows(self, blocks: Iterable[list[SentencePair]]) -> Iterator[list[Row]]:
        """Yield what is left of the pairs, with the numbers they have in the corpus.

        Pairs with a blank side go first: no check judges them, no cure counts them. So there are
        as many of them whatever is ticked; a pair that a cure empties is left out by that cure.
        Blocks without a pair come while it is `learning`, for whoever wants to tell how far it is.
        """
        rows: Iterator[Row] = enumerate(chain.from_iterable(blocks), 1)
        if self._left_out:
            rows = (row for row in rows if row[0] not in self._left_out)
        first = list(islice(rows, SAMPLE)) if self._names else []
        rounds, left = (yield from self._rounds(self._with_text(first))) if first else ([], [])
        after = list(islice(rows, 1))
        if self._names and not after:  # all was cured while learning
            self.outcome.add(first, left)
            yield left
            return
        self.notes = Notes()
        for some in in_blocks(chain(first, after, rows), PAIRS):
            left = self._with_text(some)
            for checks in rounds:
                left = _apply(checks, left, self.notes)
            if left != some:
                self.outcome.add(some, left)
            if left:
                yield left

    def _with_text(self, rows: list[Row]) -> list[Row]:
        """Return the rows with whole text on both sides, and note the others."""
        blank = [rows[place][0] for place in self._blank.faulty([pair for _, pair in rows])]
        why = {row: self.odd.get(row, "blank") for row in blank}
        if self.broken.rows:
            why |= {row: "not_utf8" for row, _ in rows if row in self.broken.rows}
        if not why:
            return rows
        for name in IN_ALL_ROWS:
            if some := [row for row in rows if why.get(row[0]) == name]:
                self.notes.add(name, some, len(some))
        return [row for row in rows if row[0] not in why]

    def _note_cut(self, kept: int, lines: int, after: list[SentencePair]) -> None:
        self.notes.add_lines("cut", lines, list(enumerate(after, kept + 1)))

    def _rounds(
        self, first: list[Row]
    ) -> Generator[list[Row], None, tuple[list[dict[str, Check]], list[Row]]]:
        """Cure the first pairs; returns the checks of each round, which learnt from them."""
        rounds: list[dict[str, Check]] = []
        left = first
        while len(rounds) < _MOST_ROUNDS:
            checks = {name: CHECKS[name](self.held_out) for name in self._names}
            before, left = left, (yield from self._learnt(checks, left, again=bool(rounds)))
            if left == before:
                break
            for check in checks.values():
                check.forget()
            rounds.append(checks)
        self.learning = None
        return rounds, left

    def _learnt(
        self, checks: dict[str, Check], rows: list[Row], *, again: bool
    ) -> Generator[list[Row], None, list[Row]]:
        """Return the rows that are left, each check after the other; all but repairs learn."""
        stage = ProgressRecord("learning what is usual", 0, len(rows))
        if again:
            stage = ProgressRecord("learning again what is usual, cured", 0, len(rows))
        repairs, others = _by_kind(checks)
        left, looked_at = list[Row](), 0
        for some in in_blocks(iter(rows), PAIRS):
            left += _repaired(repairs, some, self.notes)
            looked_at += len(some)
            self.learning = replace(stage, done=looked_at * len(repairs) // len(checks))
            yield []
        for number, (name, check) in enumerate(others.items(), len(repairs) + 1):
            check.forget()
            check.learn([pair for _, pair in left])
            left, _ = _treated(name, check, left, self.notes)
            self.learning = replace(stage, done=len(rows) * number // len(checks))
            yield []
        return left


_MOST_ROUNDS = 12  # nearly always 2 are enough


def _apply(checks: dict[str, Check], rows: list[Row], notes: Notes) -> list[Row]:
    """Return the rows that are left, each check after the other."""
    repairs, others = _by_kind(checks)
    rows = _repaired(repairs, rows, notes)
    for name, check in others.items():
        rows, _ = _treated(name, check, rows, notes)
    return rows


def _by_kind(checks: Mapping[str, Check]) -> tuple[dict[str, Check], dict[str, Check]]:
    """Return the repairs, which judge single texts and come first, and the other checks."""
    repairs: dict[str, Check] = {n: c for n, c in checks.items() if isinstance(c, Repair)}
    return repairs, {name: check for name, check in checks.items() if name not in repairs}


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
    cured = {place: _whole(check.cured(pairs[place])) for place in places}
    kept = ((n, cured.get(place, pair)) for place, (n, pair) in enumerate(rows))
    gone = [rows[place][0] for place, pair in cured.items() if pair is None]
    notes.add(name, [rows[place] for place in places], len(gone))
    return [(number, pair) for number, pair in kept if pair is not None], gone


def _whole(pair: SentencePair | None) -> SentencePair | None:
    """Return a pair that still has text on both sides."""
    return pair if pair and not any(side == "" or side.isspace() for side in pair) else None


def row_numbers(rows: Sequence[Row]) -> Rows:
    """Return the numbers of rows as they are stored, from 0."""
    return np.fromiter((number - 1 for number, _ in rows), np.int32, len(rows))


def _joined(parts: list[Rows]) -> Rows:
    return np.concatenate(parts) if parts else np.zeros(0, np.int32)

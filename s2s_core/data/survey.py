"""A first look at a corpus: counts, a preview, and what is odd about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from s2s_core.data.blocks import PAIRS, in_blocks
from s2s_core.data.doctor import CHECKS
from s2s_core.data.doctor.curing import SAMPLE, Curing, Notes, Row
from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers import Look
from s2s_core.data.readers.choosing import side_name
from s2s_core.data.recognising import language_in
from s2s_core.pair_findings import CHANGED, IN_ALL_ROWS, Rows
from s2s_core.records import SAMPLED, UNNAMED, CorpusRecord, Finding, ProgressRecord
from s2s_core.scripts import puts_spaces

# Pairs that are looked through; of the others only blank sides are counted. All checks take 8 µs a
# pair: of a million pairs, 8 s of the 20 s within which training shall begin.
MOST = 100_000
NAMED_BY = 500  # pairs, to recognise the languages of columns without a name
FEW = 1000  # pairs; with fewer no model learns to translate, only to recite


@dataclass(frozen=True)
class Names:
    """What a corpus and its two sides are called."""

    title: str
    source: str
    target: str
    example: str = ""
    swapped: bool = False  # the first side was the target
    is_checked: bool = True  # for faults


class Survey:
    """Counts the pairs that pass through it; what it remembers of each is a hash."""

    def __init__(self, preview: int, curing: Curing | None = None) -> None:
        self.looked_at = 0  # of the first pairs, to which all checks were put
        self.pairs = 0  # of the corpus, looked at so far
        self._read = 0  # some of them ahead, to learn what is usual
        self.doing: ProgressRecord | None = None  # with the first pairs, which are read
        self.usable = 0  # of them, cured and with text on both sides
        self.look = Look()  # what the readers see
        self._first: list[Row] = []  # that are looked through: what came before is among them
        self._some: list[SentencePair] = []  # from which languages are recognised
        self.preview: list[tuple[str, str]] = []
        self._preview_size = preview
        self.curing = curing or Curing(())
        self._checks = {
            name: check(self.curing.held_out)
            for name, check in CHECKS.items()
            if name not in IN_ALL_ROWS
        }
        self._notes = Notes()
        self._words, self._characters = [0, 0], [0, 0]

    @property
    def blank(self) -> int:
        """How many pairs have a side without text."""
        return sum(self.curing.notes.counts.get(name, 0) for name in IN_ALL_ROWS)

    def read(self, blocks: Iterable[list[SentencePair]]) -> Iterator[list[SentencePair]]:
        """Yield the pairs that can be used: cured, and with text on both sides.

        Some blocks are empty: then it can be told what it is `doing`.
        """
        cured = self.curing.rows(self._counted(blocks))
        first: list[Row] = []
        while len(first) < SAMPLE and (some := next(cured, None)) is not None:
            first += some
            curing = self.doing and ProgressRecord("curing", len(first), min(SAMPLE, self._read))
            self.doing = self.curing.learning or curing
            yield []
        every = chain(first[SAMPLE:], chain.from_iterable(cured))
        del first[SAMPLE:]
        self._some = [pair for _, pair in first[:: 1 + len(first) // NAMED_BY]]
        self._first, size = first, len(first)
        pairs = [pair for _, pair in first]
        for number, check in enumerate(self._checks.values(), 1):
            check.learn(pairs)
            done = size * number // len(self._checks)
            self.doing = ProgressRecord("learning what is usual", done, size)
            yield []
        for rows in in_blocks(chain(first, every), PAIRS):
            is_first = self.usable + len(rows) < size
            self.doing = ProgressRecord("checking", self.usable, size) if is_first else None
            self.pairs = rows[-1][0]
            self._examine(rows)
            pairs = [pair for _, pair in rows]
            self._measure(pairs)
            yield pairs
        self.pairs = self._read

    def record(self, names: Names) -> CorpusRecord:
        """Return what has been seen."""
        usable = max(1, self.usable)
        sources, targets = ([pair[side] for pair in self.preview] for side in (0, 1))
        spaced = puts_spaces(sources), puts_spaces(targets)
        counts = (self._words if is_spaced else self._characters for is_spaced in spaced)
        lengths = [count[side] for side, count in enumerate(counts)]
        sides = [self.look.source, self.look.target]
        if names.swapped:
            sides.reverse()
        beginning = self.curing.outcome.beginning
        titles = [side_name(side) for side in sides]
        if titles[0] == titles[1]:  # "en-us" and "en-gb"
            titles = [side for side in sides if titles[0]] or titles
        if not any(titles) and (names.source, names.target) == UNNAMED:
            titles = [language_in([pair[side] for pair in self._some]) for side in (0, 1)]
            titles = titles if titles[0] != titles[1] else ["", ""]
        return CorpusRecord(
            title=names.title, source_name=titles[0] or names.source,
            target_name=titles[1] or names.target, columns=self.look.columns,
            source_column=sides[0], target_column=sides[1], header=self.look.header,
            encodings=tuple(self.look.encodings.items()),
            pairs=self.pairs, kept=self.usable, changed=len(self.curing.outcome.rows[CHANGED]),
            preview=tuple(self.preview),
            preview_cured=tuple((row, *pair) for row, pair in beginning.items() if pair),
            preview_left_out=tuple(row for row, pair in beginning.items() if not pair),
            findings=tuple(f for f in self.findings() if names.is_checked or not f.cure),
            source_words=lengths[0] / usable, target_words=lengths[1] / usable, spaced=spaced,
            example=names.example,
        )  # fmt: skip

    def findings(self) -> tuple[Finding, ...]:
        """Return what is odd, the most frequent first, then by kind; what was cured too."""
        cured = {found.name: found for found in self.curing.notes.findings(cured=True)}
        found = [f for f in self._notes.findings() if f.name not in cured]
        if self.curing.broken_held_out:
            found.append(Finding("not_utf8_held_out", _BROKEN, self.curing.broken_held_out))
        if self.pairs > MOST:
            found.append(Finding(SAMPLED, _SAMPLE, MOST))
        if self.usable < FEW:
            found.append(Finding("few", _FEW, self.usable))
        kinds = {name: place for place, name in enumerate(CHECKS)}
        return tuple(
            sorted(
                map(self._with_what_came_before, (*cured.values(), *found)),
                key=lambda finding: (-finding.count, kinds.get(finding.name, len(kinds))),
            )
        )

    def _with_what_came_before(self, found: Finding) -> Finding:
        """Put behind each example the pair that it repeats: one of them alone tells little."""
        sides = _REPEATED.get(found.name, 0)
        wanted = {each[1 : 1 + sides] for each in found.examples if sides}
        known: dict[tuple[int | str, ...], tuple[int, str, str]] = {}
        for number, (source, target) in self._first if wanted else ():
            if (source, target)[:sides] in wanted:
                known.setdefault((source, target)[:sides], (number, source, target))
                if len(known) == len(wanted):
                    break
        if not known:
            return found
        each_twice = ((each, known.get(each[1 : 1 + sides], each)) for each in found.examples)
        return replace(found, examples=tuple(dict.fromkeys(chain.from_iterable(each_twice))))

    def rows(self) -> dict[str, Rows]:
        """Return the rows of each finding, and what became of the rows."""
        return self._notes.rows | self.curing.notes.rows | self.curing.outcome.rows

    def _counted(self, blocks: Iterable[list[SentencePair]]) -> Iterator[list[SentencePair]]:
        for pairs in blocks:
            self._read += len(pairs)
            if room := self._preview_size - len(self.preview):
                self.preview += [(pair.source, pair.target) for pair in pairs[:room]]
            yield pairs

    def _measure(self, pairs: list[SentencePair]) -> None:
        self.usable += len(pairs)
        for side in (0, 1):
            texts = [pair[side] for pair in pairs]
            self._words[side] += sum(map(len, map(str.split, texts)))
            self._characters[side] += sum(map(len, texts))

    def _examine(self, rows: list[Row]) -> None:
        """Show rows to every check, unless so many were looked at already."""
        rows = [row for row in rows if row[0] <= MOST]
        if not rows:
            return
        self.looked_at = rows[-1][0]
        pairs = [pair for _, pair in rows]
        for name, check in self._checks.items():
            if places := list(check.faulty(pairs)):
                self._notes.add(name, [rows[place] for place in places])


_REPEATED = {"duplicates": 2, "other_targets": 1}  # sides that came before: both, or the source
_SAMPLE = "only the first {count} pairs were looked through; the others are read, and cured, too"
_FEW = "with only {count:pair|pairs}, a model learns by heart rather than learning to translate"
_BROKEN = (
    "{count:line of the files for validation is not valid UTF-8 (the others are), and is"
    "|lines of the files for validation are not valid UTF-8 (the others are), and are} left out"
)

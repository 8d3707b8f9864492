"""A first look at a corpus: counts, a preview, and what is odd about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from s2s_core.data.doctor import CHECKS
from s2s_core.data.doctor.curing import SAMPLE, Curing, Notes, Row, together
from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers import Look
from s2s_core.data.readers.choosing import side_name
from s2s_core.records import CorpusRecord, Finding

MOST = 100_000  # pairs that are looked through; of the others only blank sides are counted
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
        self.looked_at = 0  # pairs that went through all checks
        self.pairs = 0  # of the corpus, looked at so far
        self._read = 0  # some of them ahead, to learn what is usual
        self.usable = 0  # of them, cured and with text on both sides
        self.look = Look()  # what the readers see
        self.preview: list[tuple[str, str]] = []
        self._preview_size = preview
        self.curing = curing or Curing(())
        self._checks = {name: check(self.curing.held_out) for name, check in CHECKS.items()}
        self._notes = Notes()
        self._words = [0, 0]

    @property
    def blank(self) -> int:
        """How many pairs have a side without text."""
        return self._notes.counts.get("blank", 0)

    def read(self, pairs: Iterable[SentencePair]) -> Iterator[SentencePair]:
        """Yield the pairs that can be used: cured, and with text on both sides."""
        every = self.curing.rows(self._counted(pairs))
        first = list(islice(every, SAMPLE))
        for check in self._checks.values():
            check.learn([pair for _, pair in first])
        for rows in together(chain(first, every)):
            self.pairs = rows[-1][0]
            for _, pair in self._examined(rows):
                self._words[0] += len(pair.source.split())
                self._words[1] += len(pair.target.split())
                self.usable += 1
                yield pair
        self.pairs = self._read

    def record(self, names: Names) -> CorpusRecord:
        """Return what has been seen."""
        usable = max(1, self.usable)
        sides = [self.look.source, self.look.target]
        if names.swapped:
            sides.reverse()
        titles = [side_name(side) for side in sides]
        if titles[0] == titles[1]:  # "en-us" and "en-gb"
            titles = [side for side in sides if titles[0]] or titles
        return CorpusRecord(
            title=names.title, source_name=titles[0] or names.source,
            target_name=titles[1] or names.target, columns=self.look.columns,
            source_column=sides[0], target_column=sides[1],
            encodings=tuple(self.look.encodings.items()),
            pairs=self.pairs, preview=tuple(self.preview),
            findings=tuple(f for f in self.findings() if names.is_checked or not f.cure),
            source_words=self._words[0] / usable, target_words=self._words[1] / usable,
            example=names.example,
        )  # fmt: skip

    def findings(self) -> tuple[Finding, ...]:
        """Return what is odd, the most frequent first; what was cured too."""
        cured = {found.name: found for found in self.curing.notes.findings(cured=True)}
        found = [f for f in self._notes.findings() if f.name not in cured]
        if self.looked_at < self.pairs and self.looked_at >= MOST:
            found.append(Finding("sample", _SAMPLE, self.looked_at))
        if self.usable < FEW:
            found.append(Finding("few", _FEW, self.usable))
        return tuple(sorted((*cured.values(), *found), key=lambda finding: -finding.count))

    def _counted(self, pairs: Iterable[SentencePair]) -> Iterator[SentencePair]:
        for pair in pairs:
            self._read += 1
            if len(self.preview) < self._preview_size:
                self.preview.append((pair.source, pair.target))
            yield pair

    def _examined(self, rows: list[Row]) -> list[Row]:
        """Show rows to every check; returns those with text on both sides."""
        pairs = [pair for _, pair in rows]
        whole = self.looked_at < MOST
        self.looked_at += len(rows) if whole else 0
        for name, check in self._checks.items():
            if not whole and name != "blank":
                continue
            places = list(check.faulty(pairs))
            if not places:
                continue
            self._notes.add(name, [rows[place] for place in places])
            if name == "blank":
                left_out = set(places)
                rows = [row for place, row in enumerate(rows) if place not in left_out]
                pairs = [pair for _, pair in rows]
        return rows


_SAMPLE = "only the first {count} pairs were looked through; the others are read, and cured, too"
_FEW = "only {count} pairs: a model will learn them by heart rather than learn to translate"

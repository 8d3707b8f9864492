"""A first look at a corpus: counts, a preview, and what is odd about it."""

from __future__ import annotations

from dataclasses import dataclass

from s2s_core.data.pairs import SentencePair
from s2s_core.records import CorpusRecord, Finding

FEW = 1000  # pairs; with fewer no model learns to translate, only to recite


@dataclass(frozen=True)
class Names:
    """What a corpus and its two sides are called."""

    title: str
    source: str
    target: str
    example: str = ""


class Survey:
    """Counts the pairs that are shown to it; what it remembers of each is a hash."""

    def __init__(self, preview: int) -> None:
        self.pairs = 0
        self.preview: list[tuple[str, str]] = []
        self._preview_size = preview
        self._seen: set[int] = set()
        self._odd: dict[str, list[int | str]] = {}
        self._source_words = 0
        self._target_words = 0

    @property
    def blank(self) -> int:
        """How many pairs have a side without text."""
        return int(self._odd.get(_BLANK, [0])[0])

    def add(self, pair: SentencePair) -> bool:
        """Look at one pair; tells whether it can be used: it has text on both sides."""
        self.pairs += 1
        if len(self.preview) < self._preview_size:
            self.preview.append((pair.source, pair.target))
        source, target = len(pair.source.split()), len(pair.target.split())
        if not source or not target:
            self._note(_BLANK, pair)
            return False
        self._source_words += source
        self._target_words += target
        key = hash(pair)
        if key in self._seen:
            self._note(_TWICE, pair)
        self._seen.add(key)
        if pair.source == pair.target:
            self._note(_SAME, pair)
        longer, shorter = sorted((len(pair.source), len(pair.target)), reverse=True)
        if longer > 9 * shorter and longer > 30:
            self._note(_RATIO, pair)
        return True

    def record(self, names: Names) -> CorpusRecord:
        """Return what has been seen."""
        usable = max(1, self.pairs - self.blank)
        return CorpusRecord(
            title=names.title, source_name=names.source, target_name=names.target,
            pairs=self.pairs, preview=tuple(self.preview), findings=self.findings(),
            source_words=self._source_words / usable, target_words=self._target_words / usable,
            example=names.example,
        )  # fmt: skip

    def findings(self) -> tuple[Finding, ...]:
        """Return what is odd, the most frequent first."""
        found = [Finding(name, int(n), str(example)) for name, (n, example) in self._odd.items()]
        usable = self.pairs - self.blank
        if usable < FEW:
            found.append(Finding(_FEW, usable))
        return tuple(sorted(found, key=lambda finding: -finding.count))

    def _note(self, name: str, pair: SentencePair) -> None:
        entry = self._odd.setdefault(name, [0, f"{pair.source} → {pair.target}"])
        entry[0] = int(entry[0]) + 1


_BLANK = "{count} pairs have a blank side and are left out"
_TWICE = "{count} pairs occur more than once"
_SAME = "{count} pairs have the same text on both sides"
_RATIO = "{count} pairs have one side more than nine times as long as the other"
_FEW = "only {count} pairs: a model will learn them by heart rather than learn to translate"

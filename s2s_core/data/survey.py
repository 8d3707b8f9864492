"""A first look at a corpus: counts, a preview, and what is odd about it."""

from __future__ import annotations

from s2s_core.data.pairs import SentencePair
from s2s_core.records import Finding

FEW = 1000  # pairs; with fewer no model learns to translate, only to recite


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
    def usable(self) -> int:
        """How many pairs have text on both sides."""
        return self.pairs - int(self._odd.get(_BLANK, [0])[0])

    @property
    def source_words(self) -> float:
        """Words between spaces in a source sentence, on average."""
        return self._source_words / max(1, self.pairs)

    @property
    def target_words(self) -> float:
        """Words between spaces in a target sentence, on average."""
        return self._target_words / max(1, self.pairs)

    def add(self, pair: SentencePair) -> None:
        """Look at one pair."""
        self.pairs += 1
        if len(self.preview) < self._preview_size:
            self.preview.append((pair.source, pair.target))
        source, target = pair.source.split(), pair.target.split()
        self._source_words += len(source)
        self._target_words += len(target)
        if not source or not target:
            self._note(_BLANK, pair)
            return
        key = hash(pair)
        if key in self._seen:
            self._note(_TWICE, pair)
        self._seen.add(key)
        if pair.source == pair.target:
            self._note(_SAME, pair)
        longer, shorter = sorted((len(pair.source), len(pair.target)), reverse=True)
        if longer > 9 * shorter and longer > 30:
            self._note(_RATIO, pair)

    def findings(self) -> tuple[Finding, ...]:
        """Return what is odd, the most frequent first."""
        found = [Finding(name, int(n), str(example)) for name, (n, example) in self._odd.items()]
        if self.usable < FEW:
            found.append(Finding(_FEW, self.usable))
        return tuple(sorted(found, key=lambda finding: -finding.count))

    def _note(self, name: str, pair: SentencePair) -> None:
        entry = self._odd.setdefault(name, [0, f"{pair.source} → {pair.target}"])
        entry[0] = int(entry[0]) + 1


_BLANK = "{count} pairs have a blank side and are left out"
_TWICE = "{count} pairs occur more than once"
_SAME = "{count} pairs have the same text on both sides"
_RATIO = "{count} pairs have one side more than nine times as long as the other"
_FEW = "only {count} pairs: a model will learn them by heart rather than learn to translate"

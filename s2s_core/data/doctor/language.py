"""Pairs whose sides are in the wrong language, or not in two."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from s2s_core.data.doctor.check import Check
from s2s_core.data.pairs import SentencePair

Numbers = np.ndarray[Any, np.dtype[Any]]

BUCKETS = 1 << 16  # for three characters in a row
SAMPLE = 10_000  # pairs of those seen at first, whose characters are counted
ENOUGH = 50  # pairs, to tell two languages apart
SMOOTHING = 5.0  # so many occurrences say little about which side they are of
CLEAR = 0.5  # nats for each character, on both sides, that speak against a text's own side
FEW_LETTERS = 8  # a text of fewer tells no language
USUAL = 0.01  # of a side's letters; a script with fewer is foreign to it
MOST = 0.8  # of a text's letters; fewer may be a name in the middle of a sentence


class Identical(Check):
    """Pairs with the same text on both sides: they teach to copy."""

    title = "Identical sides"
    template = "{count:pair has|pairs have} the same text on both sides"
    cure = "such pairs are left out"

    def faulty(self, pairs: Sequence[SentencePair]) -> Iterator[int]:
        """Compare both sides."""
        return (place for place, pair in enumerate(pairs) if pair.source == pair.target)


class _Letters(Check):
    """Knows how the two sides differ: how often three characters follow each other in each."""

    weights: Numbers | None = None  # positive: they speak for the source
    apart = False  # the sides are in different scripts, which tell more than characters do
    scripts: tuple[Collection[str], ...] = ()  # of each side, those that are not foreign to it

    def learn(self, pairs: Sequence[SentencePair]) -> None:
        """Count the characters of both sides."""
        if len(pairs) < ENOUGH:
            return
        pairs = pairs[:: 1 + len(pairs) // SAMPLE]
        counts = [
            np.bincount(_trigrams([pair[side] for pair in pairs])[0], minlength=BUCKETS)
            for side in (0, 1)
        ]
        totals = [max(1, int(count.sum())) for count in counts]
        mean = sum(totals) / 2
        rates = [np.log(c * (mean / n) + SMOOTHING) for c, n in zip(counts, totals, strict=True)]
        self.weights = np.clip(rates[0] - rates[1], -3.0, 3.0)
        scripts = [_scripts_of([pair[side] for pair in pairs]) for side in (0, 1)]
        main = [next(iter(found), "") for found in scripts]
        self.apart = main[0] != main[1]
        if self.apart:
            for side in (0, 1):
                scripts[side].pop(main[1 - side], None)
        self.scripts = tuple(scripts)

    def likeness(self, pairs: Sequence[SentencePair], side: int) -> Numbers:
        """Return how much each text of a side is like the source, in nats for each character.

        Texts that are too short to tell have 0.
        """
        assert self.weights is not None
        buckets, starts, lengths = _trigrams([pair[side] for pair in pairs])
        sums = np.add.reduceat(self.weights[buckets], starts)
        return np.where(lengths >= FEW_LETTERS, sums / np.maximum(lengths, 1), 0.0)


class SwappedSides(_Letters):
    """Pairs with the source where the target should be, as the characters of both sides tell."""

    title = "Swapped sides"
    template = "{count:pair seems to have its|pairs seem to have their} sides swapped"
    cure = "their sides are exchanged"

    def faulty(self, pairs: Sequence[SentencePair]) -> list[int]:
        """Ask whether each side is like the other one."""
        if self.weights is None or not pairs:
            return []
        if self.apart:
            one, other = self.scripts
            return [
                place
                for place, (source, target) in enumerate(pairs)
                if _is_foreign(source, one, 2) and _is_foreign(target, other, 2)
            ]
        source, target = (self.likeness(pairs, side) for side in (0, 1))
        return [int(place) for place in np.flatnonzero((source < -CLEAR) & (target > CLEAR))]

    def cured(self, pair: SentencePair) -> SentencePair | None:
        """Turn the pair round."""
        return SentencePair(pair.target, pair.source)


class WrongLanguage(_Letters):
    """Pairs with both sides in one language, or with a side in letters that are foreign to it."""

    title = "Wrong language"
    template = "{count:pair seems|pairs seem} to have a side in the wrong language"
    cure = "such pairs are left out"

    def faulty(self, pairs: Sequence[SentencePair]) -> list[int]:
        """Ask whether a side is like the other one, or in a foreign script."""
        if self.weights is None or not pairs:
            return []
        wrong: set[int] = set()
        if not self.apart:
            source, target = (self.likeness(pairs, side) for side in (0, 1))
            both = (np.minimum(source, target) > CLEAR) | (np.maximum(source, target) < -CLEAR)
            wrong |= set(np.flatnonzero(both).tolist())
        for side, usual in enumerate(self.scripts):
            texts = enumerate(pair[side] for pair in pairs)
            # Latin letters may be a name; others do not stand in a Latin text by chance.
            fewest = 3 if "LATIN" in usual else FEW_LETTERS
            wrong |= {place for place, text in texts if _is_foreign(text, usual, fewest)}
        return sorted(place for place in wrong if pairs[place].source != pairs[place].target)


def _trigrams(texts: Sequence[str]) -> tuple[Numbers, Numbers, Numbers]:
    """Return the buckets of all texts in a row, where each text begins, and how long it is."""
    joined = "".join(f"\n {text} " for text in texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    buckets = points[:-2] * np.uint32(0x9E3779B1)
    buckets += points[1:-1] * np.uint32(0x85EBCA77)
    buckets += points[2:] * np.uint32(0xC2B2AE3D)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    starts = np.concatenate(([0], np.cumsum(lengths + 3)[:-1]))
    return buckets >> np.uint32(16), starts, lengths


def _scripts_of(texts: Sequence[str]) -> dict[str, int]:
    """Return the scripts that are not foreign to a side, the most frequent first."""
    counts: Counter[str] = Counter()
    for letter, count in Counter("".join(texts)).items():
        counts[script_of(letter)] += count
    del counts[""]
    total = counts.total()
    return {script: count for script, count in counts.most_common() if count >= USUAL * total}


def _is_foreign(text: str, usual: Collection[str], fewest: int) -> bool:
    """Whether most letters of a text, and not too few, are of scripts that are not usual."""
    if "LATIN" in usual and (text.isascii() or max(text, default="") < "\u0250"):
        return False
    scripts = [script for script in map(script_of, text) if script]
    foreign = sum(script not in usual for script in scripts)
    return foreign >= fewest and foreign >= MOST * len(scripts)


@cache
def script_of(letter: str) -> str:
    """Return the script of a letter; nothing for what is none, such as digits and signs."""
    return unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""

"""Pairs that were typed by hand: trained on with a corpus as often as asked for, never held out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from s2s_core.configs import DataConfig
from s2s_core.data.splits import Split
from s2s_core.pair_store import SentencePair


def added_pairs(config: DataConfig) -> list[SentencePair]:
    """Return the pairs that were typed, each once, in the direction asked for."""
    pairs = [SentencePair(*line.split("\t")) for line in config.added]
    return [SentencePair(p.target, p.source) for p in pairs] if config.swap_sides else pairs


def repeated(config: DataConfig) -> list[SentencePair]:
    """Return them as often as they are trained on; they stand behind the pairs of the corpus."""
    return added_pairs(config) * config.added_times


def without_added(config: DataConfig, pairs: Sequence[SentencePair]) -> Sequence[SentencePair]:
    """Return the pairs of the corpus itself: how they are split, added ones do not change."""
    return _First(pairs, len(pairs) - len(repeated(config))) if config.added else pairs


def sparing_added(config: DataConfig, split: Split) -> Split:
    """Let what was held out be trained on where its source was typed as well.

    A score on it would say nothing any more. Validation files stay as given.
    """
    typed = {pair.source for pair in added_pairs(config)}
    if config.validation or not typed:
        return split
    held_out = [pair for pair in split.held_out if pair.source not in typed]
    return Split(held_out, lambda source: source not in typed and split.keeps_back(source))


class _First(Sequence[SentencePair]):
    """The first pairs of a store, which is not copied."""

    def __init__(self, pairs: Sequence[SentencePair], count: int) -> None:
        self._pairs = pairs
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, row: int) -> SentencePair: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[SentencePair]: ...
    def __getitem__(self, row: int | slice) -> SentencePair | Sequence[SentencePair]:
        if isinstance(row, slice):
            return [self._pairs[each] for each in range(*row.indices(self._count))]
        if not -self._count <= row < self._count:
            raise IndexError(row)
        return self._pairs[row % self._count]

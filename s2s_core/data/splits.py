"""Which pairs are held out from training, and which must not be trained on because of them."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from s2s_core.choices import Choices
from s2s_core.configs import DataConfig
from s2s_core.pair_store import SentencePair

HASHES = 2**64


@dataclass(frozen=True)
class Split:
    """The pairs held out, and whether a source is kept from training."""

    held_out: list[SentencePair]
    keeps_back: Callable[[str], bool]


def at_random(config: DataConfig, pairs: Sequence[SentencePair]) -> Split:
    """Pairs drawn by the seed, each of another source; every pair of their sources is left out."""
    rows = shuffled(random.Random(config.seed), len(pairs))
    return _distinct((pairs[row] for row in rows), wanted(config, len(pairs)))


def by_order(config: DataConfig, pairs: Sequence[SentencePair]) -> Split:
    """The last pairs of the corpus: for texts in order, such as chapters or years."""
    rows = range(len(pairs) - 1, -1, -1)
    found = _distinct((pairs[row] for row in rows), wanted(config, len(pairs)))
    return Split(found.held_out[::-1], found.keeps_back)


def by_source(config: DataConfig, pairs: Sequence[SentencePair]) -> Split:
    """The same sentences in every corpus: a share of all texts there are, told by a hash.

    So scores of models of several corpora can be compared: none has trained on what another
    was scored with, if seed and share are the same. That needs that all texts of the share are
    kept from training; where they are more than may be held out, only some of them are scored.
    """
    limit = int(HASHES * config.held_out_percent / 100)
    best: dict[str, SentencePair] = {}
    heap: list[tuple[int, str]] = []  # the smallest hashes, the largest of them first
    smallest: tuple[int, SentencePair] | None = None
    for pair in pairs:
        value = _hash(config.seed, pair.source)
        if smallest is None or value < smallest[0]:
            smallest = value, pair
        if value >= limit or pair.source in best:
            continue
        if len(heap) < config.held_out_most:
            heapq.heappush(heap, (-value, pair.source))
        elif value < -heap[0][0]:
            del best[heapq.heapreplace(heap, (-value, pair.source))[1]]
        else:
            continue
        best[pair.source] = pair
    if not best and smallest is not None:  # a small corpus: one at least
        limit, best = smallest[0] + 1, {smallest[1].source: smallest[1]}
    return Split(list(best.values()), lambda source: _hash(config.seed, source) < limit)


SPLITS: Choices[Callable[[DataConfig, Sequence[SentencePair]], Split]] = Choices(
    "split", {"at_random": at_random, "by_order": by_order, "by_source": by_source}
)


def of_sample(config: DataConfig, sample: Sequence[SentencePair], pairs: int) -> Split:
    """Split a large corpus, of so many pairs, by a sample of it, before it has been read.

    Those sources are held out that have the smallest hashes: which these are hangs neither on the
    number of pairs nor on what else the corpus holds. Of `by_source` all small ones are.
    """
    if config.split == "by_source":
        return by_source(config, sample)
    firsts = {pair.source: pair for pair in reversed(sample)}
    count = max(1, min(wanted(config, pairs), len(firsts) // 2))
    chosen = heapq.nsmallest(count, firsts, key=lambda source: _hash(config.seed, source))
    return Split([firsts[source] for source in chosen], frozenset(chosen).__contains__)


class LastOf:
    """Holds out the last pairs of a large corpus, as `by_order` does; all of it goes through."""

    def __init__(self, config: DataConfig) -> None:
        self._config = config
        self._last: dict[str, SentencePair] = {}  # of each source, the oldest first
        self._read = 0

    def add(self, pairs: Iterable[SentencePair]) -> None:
        """Take the next pairs."""
        for pair in pairs:
            self._read += 1
            self._last.pop(pair.source, None)
            self._last[pair.source] = pair
            if len(self._last) > self._config.held_out_most:
                del self._last[next(iter(self._last))]

    def split(self) -> Split:
        """Return what is held out, once all pairs were taken."""
        chosen = list(self._last.values())[-wanted(self._config, self._read) :]
        return Split(chosen, frozenset(pair.source for pair in chosen).__contains__)


def wanted(config: DataConfig, pairs: int) -> int:
    """Return how many of so many pairs are to be held out."""
    return max(1, min(config.held_out_most, round(pairs * config.held_out_percent / 100)))


def shuffled(chance: random.Random, count: int) -> Iterator[int]:
    """Yield all rows in the order of `chance.sample(range(count), count)`, one by one.

    What is kept in memory are the rows that were drawn, not all of them.
    """
    moved: dict[int, int] = {}
    for left in range(count, 0, -1):
        place = chance.randrange(left)
        yield moved.get(place, place)
        moved[place] = moved.pop(left - 1, left - 1)


def _distinct(pairs: Iterator[SentencePair], count: int) -> Split:
    """Take the first pairs of so many sources."""
    chosen: dict[str, SentencePair] = {}
    for pair in pairs:
        if len(chosen) >= count:
            break
        chosen.setdefault(pair.source, pair)
    return Split(list(chosen.values()), chosen.__contains__)


def _hash(seed: int, source: str) -> int:
    key = seed.to_bytes(8, "little")
    digest = blake2b(source.encode("utf-8", "surrogatepass"), digest_size=8, key=key).digest()
    return int.from_bytes(digest, "little")

"""From the text of a corpus to numbers: the vocabularies are learnt, then all is encoded.

No list of all pairs is made: what is read comes in parts from the disk, and goes there.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np

from s2s_core.configs import DataConfig, TokenizerConfig
from s2s_core.data.splits import Split
from s2s_core.data.store import EncodedWriter, Numbers
from s2s_core.pair_store import PairStore, SentencePair
from s2s_core.records import ProgressRecord
from s2s_core.text.tokenizer import Tokenizer, train_tokenizer

SAMPLE = 200_000  # pairs that vocabularies are learnt from, if there are more
TOGETHER = 8192  # pairs that are encoded together


class Pace:
    """How quickly work goes on, and how long it will take."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def of(self, done: int, share: float = 0.0) -> tuple[float, float]:
        """Return pairs a second and the seconds left; 0 where they are not known."""
        passed = time.monotonic() - self._began
        left = passed * (1 - share) / share if 0 < share < 1 else 0.0
        return (done / passed if passed else 0.0), left


class Sample:
    """The pairs that vocabularies are learnt from: all for training, or some drawn by the seed."""

    def __init__(self, pairs: PairStore, split: Split, seed: int) -> None:
        self._pairs = pairs
        self._split = split
        self.is_all = len(pairs) <= SAMPLE
        self._rows: list[int] = []
        if not self.is_all:
            drawn = np.random.default_rng(seed).choice(len(pairs), SAMPLE, replace=False)
            self._rows = np.sort(drawn).tolist()

    def __iter__(self) -> Iterator[SentencePair]:
        chosen = self._pairs if self.is_all else (self._pairs[row] for row in self._rows)
        return (pair for pair in chosen if not self._split.keeps_back(pair.source))

    def __len__(self) -> int:
        return len(self._pairs) if self.is_all else len(self._rows)


def train_tokenizers(config: TokenizerConfig, pairs: Sample) -> tuple[Tokenizer, Tokenizer]:
    """Learn the vocabularies of both sides, or one for both."""
    size = config.vocabulary_size
    if config.joint:
        both = (side for pair in pairs for side in pair)
        tokenizer = train_tokenizer(both, config.kind, size)
        return tokenizer, tokenizer
    source = train_tokenizer((pair.source for pair in pairs), config.kind, size)
    return source, train_tokenizer((pair.target for pair in pairs), config.kind, size)


class Encoder:
    """Encodes pairs, many together; those with a side longer than `longest` are left out."""

    def __init__(self, config: DataConfig, tokenizers: tuple[Tokenizer, Tokenizer]) -> None:
        self._longest = config.longest
        self._tokenizers = tokenizers

    def encode(self, pairs: list[SentencePair], writer: EncodedWriter) -> Numbers:
        """Write pairs; returns which of them were short enough."""
        sides = [
            tokenizer.encode_flat([pair[side] for pair in pairs])
            for side, tokenizer in enumerate(self._tokenizers)
        ]
        kept = np.logical_and(*(lengths <= self._longest for _, lengths in sides))
        if not kept.all():
            sides = [(v[np.repeat(kept, lengths)], lengths[kept]) for v, lengths in sides]
        writer.add(*sides)
        return kept

    def training(
        self, pairs: PairStore, split: Split, folder: Path
    ) -> Generator[ProgressRecord, None, tuple[int, int]]:
        """Encode what may be trained on; returns how many pairs that were, and how many fitted."""
        pace, count, fitted = Pace(), 0, 0
        with EncodedWriter(folder, "train") as writer:
            for done in range(0, len(pairs), TOGETHER):
                share = done / len(pairs)
                yield ProgressRecord("encoding", done, len(pairs), *pace.of(done, share))
                some = pairs[done : done + TOGETHER]
                some = [pair for pair in some if not split.keeps_back(pair.source)]
                fitted += int(self.encode(some, writer).sum())
                count += len(some)
        return count, fitted

    def held_out(self, pairs: list[SentencePair], folder: Path) -> list[SentencePair]:
        """Encode the held-out pairs; returns those that fitted."""
        with EncodedWriter(folder, "held_out") as writer:
            kept = self.encode(pairs, writer)
        return [pairs[row] for row in np.flatnonzero(kept)]

"""From the text of a corpus to numbers: the vocabularies are learnt, then all is encoded.

No list of all pairs is made: of a large corpus, one window is in memory at a time.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import compress
from pathlib import Path

import numpy as np

from s2s_core.configs import DataConfig, TokenizerConfig
from s2s_core.data.begun import Begun
from s2s_core.data.splits import Split
from s2s_core.data.store import EncodedWriter, Numbers
from s2s_core.data.windows import Index, move_window, name_of
from s2s_core.pair_store import SentencePair
from s2s_core.records import ProgressRecord
from s2s_core.text.tokenizer import Tokenizer, train_tokenizer
from s2s_core.words import words_of

TOGETHER = 8192  # pairs that are encoded together
LATELY = 10.0  # seconds: reading and encoding take turns several times meanwhile
MOST_WORDS = 50_000  # that are told of a corpus


class ReadingPace:
    """How quickly work goes on of late, and how long it will take."""

    def __init__(self, done: int = 0, share: float = 0.0) -> None:
        """Begin where so much has been done already."""
        self._marks = deque([(time.monotonic(), done, share)])

    def of(self, done: int, share: float = 0.0) -> tuple[float, float]:
        """Return pairs a second and the seconds left; 0 where they are not known."""
        now = time.monotonic()
        while len(self._marks) > 1 and self._marks[1][0] <= now - LATELY:
            self._marks.popleft()
        then, before, part = self._marks[0]
        self._marks.append((now, done, share))
        passed = now - then
        left = passed * (1 - share) / (share - part) if part < share < 1 else 0.0
        return ((done - before) / passed if passed else 0.0), left


def train_tokenizers(
    config: TokenizerConfig, pairs: Sequence[SentencePair]
) -> tuple[Tokenizer, Tokenizer]:
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
        self.tokenizers = tokenizers

    def encode(self, pairs: Sequence[SentencePair], writer: EncodedWriter) -> Numbers:
        """Write pairs; returns which of them were short enough."""
        sides = [
            tokenizer.encode_flat([pair[side] for pair in pairs])
            for side, tokenizer in enumerate(self.tokenizers)
        ]
        kept = np.logical_and(*(lengths <= self._longest for _, lengths in sides))
        if not kept.all():
            sides = [(v[np.repeat(kept, lengths)], lengths[kept]) for v, lengths in sides]
        writer.add(*sides)
        return kept

    def held_out(self, pairs: list[SentencePair], folder: Path) -> list[SentencePair]:
        """Encode the held-out pairs; returns those that fitted."""
        with EncodedWriter(folder, "held_out") as writer:
            kept = self.encode(pairs, writer)
        return [pairs[row] for row in np.flatnonzero(kept)]


class WindowMaker:
    """Encodes what may be trained on, window by window; each is told of when it is whole."""

    def __init__(
        self, encoder: Encoder, split: Split, folder: Path, begun: Begun, expected: int
    ) -> None:
        """Take what there is already: windows that are made so are not made again."""
        self.counts: list[int] = []
        self.seen = 0  # pairs that may be trained on
        self.fitted = 0  # of them
        self.given = 0  # pairs, with those that are held out
        self._words: set[str] = set()  # of the sources trained on
        self._encoder = encoder
        self._split = split
        self._folder = folder
        self._expected = expected  # pairs of the corpus; 0: a small one, of a single window
        self._made: list[tuple[int, int]] = []  # of each window, as `begun` has them
        self._begun = begun

    @property
    def is_new(self) -> bool:
        """Whether the next window has to be made."""
        return len(self._made) >= len(self._begun.done)

    @property
    def share(self) -> float:
        """How much of a large corpus is there, as far as that can be known."""
        return min(1.0, self.given / self._expected) if self._expected else 0.0

    @property
    def total(self) -> int:
        """How many pairs there will be to train on, as far as that can be known."""
        share = self.fitted / self.given if self.given else 0.0
        return max(self.fitted, round(self._expected * share))

    @property
    def words(self) -> list[str]:
        """All words of the sources trained on; none where not all of them were noted."""
        return sorted(self._words) if len(self._words) < MOST_WORDS else []

    def _note_words(self, pairs: Sequence[SentencePair], kept: Numbers) -> None:
        if self._expected:  # a large corpus
            return
        for pair in compress(pairs, kept):
            if len(self._words) < MOST_WORDS:
                self._words.update(words_of(pair.source))

    def add(self, pairs: Sequence[SentencePair], pace: ReadingPace) -> Iterator[ProgressRecord]:
        """Encode a window, and tell how far it is."""
        if not self.is_new:
            self._count(len(pairs), *self._begun.done[len(self._made)])
            if self.is_new:
                self._publish()
            return
        window, seen, fitted, given = len(self.counts), 0, 0, self.given
        folder = self._folder / "unfinished" if self._expected else self._folder
        all_pairs = self._expected or len(pairs)
        with EncodedWriter(folder, name_of(window)) as writer:
            for done in range(0, len(pairs), TOGETHER):
                self.given = given + done
                at = min(1.0, self.given / all_pairs)
                yield ProgressRecord("encoding", self.given, all_pairs, *pace.of(self.given, at))
                some = pairs[done : done + TOGETHER]
                some = [pair for pair in some if not self._split.keeps_back(pair.source)]
                kept = self._encoder.encode(some, writer)
                fitted += int(kept.sum())
                seen += len(some)
                self._note_words(some, kept)
        self.given = given
        self._count(len(pairs), seen, fitted)
        if self._expected and fitted:
            move_window(folder, self._folder, window)
        if self._expected:
            replace(self._begun, done=tuple(self._made)).save(self._folder)
        if fitted:
            self._publish()

    def _count(self, given: int, seen: int, fitted: int) -> None:
        """A window is there."""
        self._made.append((seen, fitted))
        self.given += given
        self.seen += seen
        self.fitted += fitted
        if fitted:
            self.counts.append(fitted)

    def finish(self) -> None:
        """There are no more pairs."""
        self._expected = self._expected and self.given
        self._publish(is_whole=True)

    def _publish(self, *, is_whole: bool = False) -> None:
        if self._expected:
            Index(tuple(self.counts), self.total, is_whole, self._begun.key).save(self._folder)

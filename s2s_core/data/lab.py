"""The tokenizer lab: vocabularies learnt from one sample of a corpus, and what they do to it."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import numpy as np

from s2s_core.configs import DataConfig
from s2s_core.data.pairs import SentencePair
from s2s_core.data.reading import names_of, pairs_of
from s2s_core.errors import BadFile
from s2s_core.files import replacing
from s2s_core.records import (
    Cut,
    CutPiece,
    LabSampleRecord,
    ProgressRecord,
    SideCut,
    VocabularyRecord,
)
from s2s_core.scripts import characters_in, puts_spaces
from s2s_core.text.tokenizer import EXTRA_PIECES, Tokenizer, seed_sampling, train_tokenizer

SAMPLE = 20_000  # pairs: enough for what is compared here, and a unigram model takes seconds
READ = 1_000_000  # pairs that the sample is drawn from, at most: the first ones of the corpus
HELD_OUT = 1000  # pairs at most, and no more than one in twenty
EXAMPLES = 200
EXAMPLE_LETTERS = 160  # longer ones show no more, and fill the window


class TokenizerLab:
    """Draws a sample of a corpus once, and learns vocabularies from it.

    Sample and vocabularies are kept in a folder, so that nothing is lost where the work is
    stopped in the middle: what was learnt is there for the next lab in that folder.
    """

    def __init__(self, data: DataConfig, folder: Path) -> None:
        self._data = data
        self._folder = folder
        self._train: list[SentencePair] = []
        self._held_out: list[SentencePair] = []
        self._read = 0
        self._read_all = True
        self._learnt: dict[tuple[str, int], tuple[Tokenizer, Tokenizer]] = {}

    # The sample --------------------------------------------------------------------------

    def read(self) -> Iterator[ProgressRecord]:
        """Draw the sample, unless that was done."""
        path = self._folder / "sample.json"
        if self._train:
            return
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            drawn = yield from self._draw_sample()
            with replacing(path) as unfinished:
                text = json.dumps([self._read, self._read_all, drawn])
                unfinished.write_text(text, encoding="ascii")
        self._read, self._read_all, drawn = json.loads(path.read_text(encoding="ascii"))
        self._hold_out([SentencePair(*pair) for pair in drawn])

    def drawn(self, request: int) -> LabSampleRecord:
        """Return what the sample is."""
        names = names_of(self._data)
        fitting = [p for p in self._held_out if max(map(len, p)) <= EXAMPLE_LETTERS]
        return LabSampleRecord(
            request=request, source_name=names.source, target_name=names.target,
            pairs=len(self._train) + len(self._held_out), held_out=len(self._held_out),
            read=self._read, read_all=self._read_all,
            examples=tuple((p.source, p.target) for p in (fitting or self._train)[:EXAMPLES]),
            spaced=(puts_spaces(self._side(0)), puts_spaces(self._side(1))),
        )  # fmt: skip

    def _draw_sample(self) -> Generator[ProgressRecord, None, list[SentencePair]]:
        """Yield progress; returns the pairs, each of those read with the same chance.

        Source: Vitter 1985, algorithm R.
        """
        chance, drawn = random.Random(self._data.seed), list[SentencePair]()
        for pair in pairs_of(self._data):
            if self._read >= READ:
                self._read_all = False
                break
            if not (pair.source.strip() and pair.target.strip()):
                continue
            self._read += 1
            if len(drawn) < SAMPLE:
                drawn.append(pair)
            elif (place := chance.randrange(self._read)) < SAMPLE:
                drawn[place] = pair
            if self._read % 20_000 == 0:
                yield ProgressRecord("reading", self._read)
        if not drawn:
            title = names_of(self._data).title
            raise BadFile("{title} holds no pair with text on both sides", title=title)
        return drawn

    def _hold_out(self, drawn: list[SentencePair]) -> None:
        """Set some pairs aside; their sources occur in no other, as in training."""
        random.Random(self._data.seed).shuffle(drawn)
        wanted = min(HELD_OUT, max(1, len(drawn) // 20))
        sources = {pair.source for pair in drawn[:wanted]}
        self._train = [pair for pair in drawn if pair.source not in sources]
        self._held_out = [pair for pair in drawn if pair.source in sources]
        if not self._train:  # a single pair, or one source again and again
            self._train, self._held_out = drawn, []

    def _side(self, side: int, held_out: bool = False) -> list[str]:
        return [pair[side] for pair in (self._held_out if held_out else self._train)]

    # Vocabularies ------------------------------------------------------------------------

    def learn(self, request: int, kind: str, size: int) -> VocabularyRecord:
        """Learn a vocabulary for each side, or one for both, and count what it does."""
        began = time.perf_counter()
        tokenizers = self._tokenizers(kind, size)
        sides = tuple(self._counted(side, each) for side, each in enumerate(tokenizers))
        pieces = sum(_total(side.lengths) + sum(side.lengths) for side in sides)  # and the ends
        seconds = time.perf_counter() - began
        return VocabularyRecord(request, kind, size, (sides[0], sides[1]), pieces, seconds)

    def _tokenizers(self, kind: str, size: int) -> tuple[Tokenizer, Tokenizer]:
        if (kind, size) not in self._learnt:
            names = ("joint",) if self._data.tokenizer.joint else ("source", "target")
            made = [self._tokenizer(kind, size, name) for name in names]
            self._learnt[kind, size] = (made[0], made[-1])
        return self._learnt[kind, size]

    def _tokenizer(self, kind: str, size: int, name: str) -> Tokenizer:
        """Bring a tokenizer from the folder, or learn it."""
        path = self._path(kind, size, name)
        if not path.exists():
            sides = {"source": (0,), "target": (1,), "joint": (0, 1)}[name]
            sentences = (pair[side] for pair in self._train for side in sides)
            tokenizer = train_tokenizer(sentences, kind, size)
            with replacing(path) as unfinished:
                unfinished.write_bytes(tokenizer.model)
        return Tokenizer.load(path)

    def _path(self, kind: str, size: int, name: str) -> Path:
        return self._folder / f"{kind}-{size}-{name}.model"

    def _is_learnt(self, kind: str, size: int) -> bool:
        """Whether both sides are there; the second is written last."""
        last = "joint" if self._data.tokenizer.joint else "target"
        return (kind, size) in self._learnt or self._path(kind, size, last).exists()

    def _counted(self, side: int, tokenizer: Tokenizer) -> SideCut:
        sentences = self._side(side)
        _, lengths = tokenizer.encode_flat(sentences)
        count = (lambda text: len(text.split())) if puts_spaces(sentences) else characters_in
        words = sum(map(count, sentences))
        return SideCut(
            vocabulary=tokenizer.size - EXTRA_PIECES,
            lengths=tuple(np.bincount(lengths).tolist()),
            pieces_per_sentence=float(lengths.mean()),
            pieces_per_word=int(lengths.sum()) / max(1, words),
            unknown=_unknown(tokenizer, self._side(side, held_out=True)),
        )

    # Cuts --------------------------------------------------------------------------------

    def cut(self, kind: str, size: int, side: int, texts: Sequence[str]) -> tuple[Cut, ...] | None:
        """Cut sentences as training does; None: nothing was learnt yet."""
        if not self._is_learnt(kind, size):
            return None
        tokenizer = self._tokenizers(kind, size)[side]
        return tuple(_shown(tokenizer, tokenizer.encode(text)) for text in texts)

    def draw(
        self, kind: str, size: int, side: int, texts: Sequence[str], draws: int, seed: int,
        chances: tuple[float, float],
    ) -> tuple[Cut, ...] | None:  # fmt: skip
        """Cut the first sentence by chance, again and again; None: this kind knows one cut only.

        chances: BPE-dropout, and the power of the probabilities of unigram sampling
        """
        alpha = dict(zip(("bpe", "unigram"), chances, strict=True)).get(kind)
        if not alpha or not texts or not self._is_learnt(kind, size):
            return None
        tokenizer = self._tokenizers(kind, size)[side]
        seed_sampling(seed, side)
        return tuple(_shown(tokenizer, tokenizer.sample(texts[0], alpha)) for _ in range(draws))


def _shown(tokenizer: Tokenizer, ids: Sequence[int]) -> Cut:
    return tuple(CutPiece(*shown) for shown in tokenizer.shown(ids))


def _unknown(tokenizer: Tokenizer, sentences: Sequence[str]) -> float:
    """Return the share of the characters, spaces left out, that are spelled in bytes."""
    spelled = letters = 0
    for sentence in sentences:
        for text, _, is_known in tokenizer.shown(tokenizer.encode(sentence)):
            count = sum(not character.isspace() for character in text.replace("▁", " "))
            letters += count
            spelled += 0 if is_known else count
    return spelled / max(1, letters)


def _total(lengths: Sequence[int]) -> int:
    """Return the number of pieces of all sentences."""
    return sum(pieces * sentences for pieces, sentences in enumerate(lengths))

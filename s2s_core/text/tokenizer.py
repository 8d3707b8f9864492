"""Sentences to piece numbers and back, without losing a character."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece

from s2s_core.choices import Choices
from s2s_core.errors import BadConfig, BadFile
from s2s_core.text.words import KnownWords

Numbers = np.ndarray[Any, Any]

PADDING, UNKNOWN, BEGIN, END = 0, 1, 2, 3  # the same in every vocabulary
SPECIAL_NAMES = {PADDING: "[padding]", UNKNOWN: "[unknown]", BEGIN: "[begin]", END: "[end]"}
EXTRA_PIECES = len(SPECIAL_NAMES) + 256  # one for each byte, so that nothing is ever unknown


class BytePairs:
    """Frequent character sequences, merged pair by pair (Sennrich et al. 2016)."""

    model_type = "bpe"


class Unigram:
    """Pieces that make the corpus most probable (Kudo 2018)."""

    model_type = "unigram"


class Words:
    """Whole words between spaces; rare ones are spelled out."""

    model_type = "word"


class Characters:
    """Single characters: the longest sequences, the smallest vocabulary."""

    model_type = "char"


TOKENIZERS: Choices[Any] = Choices(
    "tokenizer", {"bpe": BytePairs, "unigram": Unigram, "word": Words, "char": Characters}
)


class Tokenizer:
    """A trained SentencePiece model; `decode(encode(text)) == text`.

    The one exception: U+2581, with which SentencePiece writes a space, comes back as a space.
    """

    def __init__(self, model: bytes) -> None:
        self.model = model
        self._processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        self.size: int = self._processor.get_piece_size()
        self._names = [self._processor.id_to_piece(i) for i in range(self.size)]
        self._bytes = [self._spelling(i) for i in range(self.size)]
        self._words = KnownWords(self._processor.encode) if self._is_bpe() else None

    @classmethod
    def load(cls, path: Path) -> Tokenizer:
        """Read a .model file of SentencePiece."""
        try:
            model = path.read_bytes()
            if not model:  # SentencePiece takes nothing for a model of no pieces
                raise RuntimeError("it is empty")
            return cls(model)
        except (OSError, RuntimeError) as error:
            raise BadFile(
                "{file} is not a SentencePiece model: {why}", file=path, why=error
            ) from None

    def encode(self, text: str) -> list[int]:
        """Return the numbers of the text's pieces, without begin and end."""
        return list(self._processor.encode(text))

    def encode_flat(self, texts: list[str]) -> tuple[Numbers, Numbers]:
        """Encode many texts: all numbers in a row, and how many are of each text."""
        # A text of nothing has no word, nor a space.
        if self._words is not None and texts and "" not in texts:
            return self._words.pieces(texts)
        rows = self._processor.encode(texts)
        lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        return np.fromiter(chain.from_iterable(rows), np.int32, int(lengths.sum())), lengths

    def sample(self, text: str, alpha: float) -> list[int]:
        """Cut a text by chance; the numbers drawn are those of `seed_sampling`, of one thread.

        Of bpe, each merge is left out with the chance alpha (Provilkov et al. 2020, section 4.1);
        of unigram, a cut is drawn by its probability to the power of alpha (Kudo 2018, section
        3.2, over all cuts). Words and characters know one cut only.
        """
        return list(self._processor.encode(text, enable_sampling=True, nbest_size=-1, alpha=alpha))

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of the pieces; begin, end and padding leave no trace.

        Not SentencePiece's own decoding: that shows a space which was spelled in bytes as `▁`.
        """
        spelled = b"".join(self._bytes[i] for i in ids)
        return spelled.decode("utf-8", errors="replace").replace("▁", " ").removeprefix(" ")

    def pieces(self, ids: Iterable[int]) -> tuple[str, ...]:
        """Return each piece as a person may read it: `▁` for a space, `[end]` for the end."""
        return tuple(SPECIAL_NAMES.get(i, self._names[i]) for i in ids)

    def shown(self, ids: Iterable[int]) -> Iterator[tuple[str, int, bool]]:
        """Yield what a person may read: a text, its number of pieces, and whether a piece holds it.

        Bytes are joined to the characters that they spell, for which there is no piece.
        """
        spelled = b""
        for i in ids:
            if not self._processor.is_byte(i):
                yield from _characters(spelled)
                yield SPECIAL_NAMES.get(i, self._names[i]), 1, True
                spelled = b""
            else:
                spelled += self._bytes[i]
        yield from _characters(spelled)

    def _is_bpe(self) -> bool:
        """Whether the scores of pieces are ranks, not logarithms, and none goes over a space."""
        scores = map(self._processor.get_score, range(self.size))
        return all(map(float.is_integer, scores)) and not any("▁" in n[1:] for n in self._names)

    def _spelling(self, piece: int) -> bytes:
        if piece in SPECIAL_NAMES:
            return b""
        if self._processor.is_byte(piece):
            return bytes([int(self._names[piece][3:-1], 16)])  # "<0xE2>"
        return str(self._names[piece]).encode()


def _characters(spelled: bytes) -> Iterator[tuple[str, int, bool]]:
    for character in spelled.decode("utf-8", errors="replace"):
        yield character, len(character.encode()), False


def seed_sampling(*numbers: int) -> None:
    """Begin SentencePiece's random numbers anew, in this thread, from some numbers.

    They are its own and cannot be saved, so whoever samples seeds them again and again. Measured
    with SentencePiece 0.2.3: what was drawn before, here or in another thread, leaves no trace.
    """
    (seed,) = np.random.SeedSequence(numbers).generate_state(1).tolist()
    sentencepiece.set_random_generator_seed(seed)


def train_tokenizer(sentences: Iterable[str], kind: str, vocabulary_size: int) -> Tokenizer:
    """Learn a vocabulary from sentences; it comes out smaller than asked for a small corpus."""
    output = io.BytesIO()
    alphabet: set[str] = set()

    def seen() -> Iterator[str]:
        for sentence in sentences:
            alphabet.update(sentence)
            yield sentence

    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=seen(),
            model_writer=output,
            model_type=TOKENIZERS[kind].model_type,
            vocab_size=vocabulary_size + EXTRA_PIECES,
            hard_vocab_limit=False,
            use_all_vocab=False,
            character_coverage=0.9995,  # the rarest characters are spelled in bytes
            byte_fallback=True,
            # SentencePiece's own defaults would change the text: join full-width letters with
            # narrow ones, drop repeated spaces.
            normalization_rule_name="identity",
            remove_extra_whitespaces=False,
            split_digits=False,
            pad_id=PADDING,
            unk_id=UNKNOWN,
            bos_id=BEGIN,
            eos_id=END,
            max_sentence_length=100_000,
            input_sentence_size=1_000_000,
            shuffle_input_sentence=False,
            num_threads=2,
            minloglevel=2,
        )
    except RuntimeError as error:
        raise BadConfig(
            "no {kind} vocabulary of {size} pieces can be learned from these sentences, which have "
            "{characters} different characters; a vocabulary_size above that is needed",
            kind=kind, size=vocabulary_size, characters=len(alphabet),
        ) from error  # fmt: skip
    return Tokenizer(output.getvalue())

"""Letters in a row: the smallest worlds in which attention can be watched."""

from __future__ import annotations

from random import Random
from string import ascii_lowercase, ascii_uppercase

from s2s_core.data.builtin.difficulty import Lexicon, Span, Words
from s2s_core.data.builtin.distinct import distinct
from s2s_core.data.pairs import SentencePair

SHORTEST = 3
LENGTH = Span(4, 40, 10, "letters")
LETTERS = Lexicon((Words(ascii_lowercase, ascii_uppercase, least=4),))
VOCABULARY = LETTERS.span("letters", "Alphabet")


def copy(
    random: Random, size: int, length: int = LENGTH.default, vocabulary: int = VOCABULARY.default
) -> list[SentencePair]:
    """Letters in a row, written again: attention becomes a straight diagonal."""
    (letters,) = LETTERS.of(vocabulary)

    def draw(random: Random) -> tuple[str, str]:
        text = " ".join(_drawn(random, letters, length))
        return text, text

    return distinct(draw, random, size)


def reverse(
    random: Random, size: int, length: int = LENGTH.default, vocabulary: int = VOCABULARY.default
) -> list[SentencePair]:
    """Letters in a row, written backwards: attention becomes the other diagonal."""
    (letters,) = LETTERS.of(vocabulary)

    def draw(random: Random) -> tuple[str, str]:
        text = _drawn(random, letters, length)
        return " ".join(text), " ".join(reversed(text))

    return distinct(draw, random, size)


def _drawn(random: Random, letters: tuple[str, ...], most: int) -> list[str]:
    return random.choices(letters, k=random.randint(SHORTEST, most))

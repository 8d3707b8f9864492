"""Letters in a row: the smallest worlds in which attention can be watched."""

from __future__ import annotations

from random import Random
from string import ascii_lowercase

from s2s_core.data.builtin.distinct import distinct
from s2s_core.data.pairs import SentencePair


def copy(random: Random, size: int) -> list[SentencePair]:
    """Three to ten letters, written again: attention becomes a straight diagonal."""

    def draw(random: Random) -> tuple[str, str]:
        letters = " ".join(_letters(random))
        return letters, letters

    return distinct(draw, random, size)


def reverse(random: Random, size: int) -> list[SentencePair]:
    """Three to ten letters, written backwards: attention becomes the other diagonal."""

    def draw(random: Random) -> tuple[str, str]:
        letters = _letters(random)
        return " ".join(letters), " ".join(reversed(letters))

    return distinct(draw, random, size)


def _letters(random: Random) -> list[str]:
    return random.choices(ascii_lowercase, k=random.randint(3, 10))

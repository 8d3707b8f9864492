"""Scripts that put no spaces between words: there a sentence is measured in characters."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

LOOK_AT = 1000  # sentences
UNSPACED = (  # Thai and Lao, Burmese, Khmer, kana, Han
    range(0x0E00, 0x0F00), range(0x1000, 0x10A0), range(0x1780, 0x1800),
    range(0x3040, 0x3100), range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x33480),
)  # fmt: skip


def puts_spaces(sentences: Iterable[str]) -> bool:
    """Tell whether words stand between spaces, by the letters of some sentences."""
    texts = islice(sentences, LOOK_AT)
    letters = [ord(letter) for text in texts for letter in text if letter.isalpha()]
    unspaced = sum(any(letter in script for script in UNSPACED) for letter in letters)
    return 2 * unspaced <= len(letters)


def characters_in(sentence: str) -> int:
    """Return how many characters a sentence has, spaces left out."""
    return sum(not character.isspace() for character in sentence)

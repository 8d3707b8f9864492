"""The words of a sentence in a script that puts spaces between them, as its corpus has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

# Between words: spaces and punctuation of all scripts; not the joiners of Persian and Hindi.
_WORD = re.compile(
    r"[^\s!-/:-@\[-`{-~\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf"
    r"\u060c\u061b\u061f\u0964\u0965\u2000-\u200b\u200e-\u206f\u3000-\u303f]+"
)


def words_of(text: str) -> list[str]:
    """Return the words, compatible characters (as a ligature and its letters) made one."""
    return [word for word, _, _ in placed_words(text)]


def placed_words(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word, and where it begins and ends in the text."""
    for found in _WORD.finditer(text):
        yield normalize("NFKC", found[0]), found.start(), found.end()

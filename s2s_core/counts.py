"""Numbers that sentences tell, each with the word that fits it: "1 pair", "2 pairs"."""

from __future__ import annotations


class Count(str):
    """A number as it is read; `{count:pair|pairs}` in a template is the number and its word.

    A language that has one word for both writes no more than `{count}` and that word.
    """

    __slots__ = ()

    def __format__(self, words: str) -> str:
        one, bar, several = words.partition("|")
        if not bar:
            return super().__format__(words)
        return f"{self!s} {one if self == '1' else several}"


def count(value: int) -> Count:
    """1412 -> "1,412"."""
    return Count(f"{value:,}")

"""Sums, digit by digit."""

from __future__ import annotations

from random import Random

from s2s_core.data.builtin.difficulty import Span
from s2s_core.data.builtin.distinct import distinct
from s2s_core.data.pairs import SentencePair

LENGTH = Span(2, 8, 3, "digits")


def addition(random: Random, size: int, length: int = LENGTH.default) -> list[SentencePair]:
    """Two numbers and their sum: the carry must be known before it is written."""
    largest = 10**length - 1

    def draw(random: Random) -> tuple[str, str]:
        one, other = random.randint(0, largest), random.randint(0, largest)
        return f"{_digits(one, length)} + {_digits(other, length)}", _digits(
            one + other, length + 1
        )

    return distinct(draw, random, size)


def _digits(number: int, width: int) -> str:
    """Return a number digit by digit, filled up with zeros: "0 4 2"."""
    return " ".join(f"{number:0{width}}")

"""Sums, digit by digit."""

from __future__ import annotations

from random import Random

from s2s_core.data.builtin.distinct import distinct
from s2s_core.data.pairs import SentencePair


def addition(random: Random, size: int) -> list[SentencePair]:
    """Two numbers of three digits and their sum: the carry must be known before it is written."""

    def draw(random: Random) -> tuple[str, str]:
        one, other = random.randint(0, 999), random.randint(0, 999)
        return f"{_digits(one, 3)} + {_digits(other, 3)}", _digits(one + other, 4)

    return distinct(draw, random, size)


def _digits(number: int, width: int) -> str:
    """Return a number digit by digit, filled up with zeros: "0 4 2"."""
    return " ".join(f"{number:0{width}}")

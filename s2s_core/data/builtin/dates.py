"""Dates as people say them, and as computers write them."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from s2s_core.data.builtin.difficulty import Span
from s2s_core.data.builtin.distinct import distinct
from s2s_core.data.pairs import SentencePair

FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)
MONTHS = [name.lower() for name in (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)]  # fmt: skip
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ONES = [
    "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth", "twenty": "twentieth", "thirty": "thirtieth",
}  # fmt: skip
VOCABULARY = Span(1, 11, 7, "phrasings")


def dates(random: Random, size: int, vocabulary: int = VOCABULARY.default) -> list[SentencePair]:
    """Dates in words or short, written as 1984-03-31: few characters, all of them matter."""

    def draw(random: Random) -> tuple[str, str]:
        day = FIRST + timedelta(days=random.randrange((LAST - FIRST).days + 1))
        return in_words(day, random, vocabulary), " ".join(day.isoformat())

    return distinct(draw, random, size)


def in_words(day: date, random: Random, ways_known: int = VOCABULARY.default) -> str:
    """Return a date in one of the first so many ways in which people say it."""
    month, weekday = MONTHS[day.month - 1], DAYS[day.weekday()]
    ways = (
        f"the {ordinal(day.day)} of {month} {year_in_words(day.year)}",
        f"{month} the {ordinal(day.day)} {year_in_words(day.year)}",
        f"{weekday} the {ordinal(day.day)} of {month} {year_in_words(day.year)}",
        f"{day.day} {month} {day.year}",
        f"{month[:3]} {day.day} {day.year}",
        f"{weekday[:3]} {day.day} {month[:3]} {day.year}",
        f"{day.day} . {day.month} . {day.year}",
        f"{weekday} {day.day} {month} {year_in_words(day.year)}",
        f"{day.year} {month[:3]} {day.day}",
        f"on the {ordinal(day.day)} day of {month} in {day.year}",
        f"{ordinal(day.day)} of the {ordinal(day.month)} {year_in_words(day.year)}",
    )
    return random.choice(ways[:ways_known])


def number(value: int) -> str:
    """Return a number from 1 to 99 in words."""
    if value < len(ONES):
        return ONES[value]
    tens, ones = divmod(value, 10)
    return f"{TENS[tens]} {ONES[ones]}".strip()


def ordinal(value: int) -> str:
    """Return the ordinal of a number from 1 to 99 in words."""
    before, _, last = number(value).rpartition(" ")
    return f"{before} {ORDINALS.get(last, last + 'th')}".strip()


def year_in_words(year: int) -> str:
    """Return a year between 1900 and 2099 in words."""
    century, rest = divmod(year, 100)
    if century == 20 and rest < 10:
        return f"two thousand {number(rest) if rest else ''}".strip()
    if not rest:
        return f"{number(century)} hundred"
    return f"{number(century)} {f'oh {number(rest)}' if rest < 10 else number(rest)}"

"""What can be asked of a single sentence pair: one table, from which lists are filtered."""

from __future__ import annotations

import re
import unicodedata

from s2s_core.choices import Choices

MOST_RATIO, RATIO_FROM = 3, 30  # one side so many times as long as the other, from that length on
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-zA-Z]{2,8}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_NUMBER = re.compile(r"\d{1,3}(?:[.,\s]\d{3})+(?!\d)|\d+(?:[.,]\d+)*")
_BETWEEN = re.compile(r"[.,\s]")


def blank(source: str, target: str) -> bool:
    """One side holds no text."""
    return not source.strip() or not target.strip()


def identical(source: str, target: str) -> bool:
    """Both sides are the same text."""
    return source == target and not blank(source, target)


def length_ratio(source: str, target: str) -> bool:
    """One side is more than three times as long as the other."""
    shorter, longer = sorted((len(source), len(target)))
    return longer >= RATIO_FROM and longer > MOST_RATIO * shorter and not blank(source, target)


def numbers_differ(source: str, target: str) -> bool:
    """The figures on one side are not those on the other."""
    return _numbers(source) != _numbers(target) and not blank(source, target)


def markup(source: str, target: str) -> bool:
    """Tags or entities of HTML or XML stand in the text."""
    return any(mark in side and _MARKUP.search(side) for side in (source, target) for mark in "<&")


def controls(source: str, target: str) -> bool:
    """Characters stand in the text that no font shows."""
    return any(
        not side.isprintable() and any(unicodedata.category(letter) == "Cc" for letter in side)
        for side in (source, target)
    )


def not_normalised(source: str, target: str) -> bool:
    """Letters are written in parts that Unicode has whole: it is not in form NFC."""
    return not all(
        side.isascii() or unicodedata.is_normalized("NFC", side) for side in (source, target)
    )


def _numbers(text: str) -> list[str]:
    """Return the numbers of a text, however their thousands are parted, in any order."""
    return sorted(_digits(number) for number in _NUMBER.findall(text))


def _digits(number: str) -> str:
    digits = _BETWEEN.sub("", number)
    return digits if digits.isascii() else "".join(str(unicodedata.digit(d)) for d in digits)


PAIR_CONDITIONS = Choices(
    "pair_condition",
    {
        "blank": blank,
        "identical": identical,
        "length_ratio": length_ratio,
        "numbers": numbers_differ,
        "markup": markup,
        "controls": controls,
        "not_normalised": not_normalised,
    },
)

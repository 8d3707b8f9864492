"""Numbers, which are the same in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from s2s_core.data.doctor.check import Check
from s2s_core.data.pairs import SentencePair

LOOK_AT = 10_000  # pairs
MOST = 0.1  # of all pairs; where numbers differ in more, that is how it should be
FEW = 9  # pairs are never how it should be
HOURS = 24  # 7 in the evening may be 19 on the other side
SPELT = 3  # numbers with fewer digits are often spelt out, as are round ones


class OtherNumbers(Check):
    """Pairs with other numbers on one side than on the other: something was changed or lost."""

    title = "Numbers that differ"
    template = "{count:pair has|pairs have} other numbers on one side than on the other"
    cure = "such pairs are left out"

    are_alike = True  # as a rule; in sums and dates other numbers are what is to be learnt

    def learn(self, pairs: Sequence[SentencePair]) -> None:
        """Find out whether numbers are the same on both sides as a rule."""
        some = pairs[:: 1 + len(pairs) // LOOK_AT]
        differ = sum(_differ(*p) for p in some if _DIGIT(p.source) or _DIGIT(p.target))
        self.are_alike = differ < FEW or differ < MOST * len(some)

    def faulty(self, pairs: Sequence[SentencePair]) -> Iterator[int]:
        """Compare the numbers of both sides; most pairs have none."""
        for place, (source, target) in enumerate(pairs if self.are_alike else ()):
            if (_DIGIT(source) or _DIGIT(target)) and _differ(source, target):
                yield place


def _differ(source: str, target: str) -> bool:
    one, other = _numbers(source), _numbers(target)
    if one == other or _SPELT(source) or _SPELT(target):
        return False
    if (not one and _WORDS(source)) or (not other and _WORDS(target)):
        return False
    if one and other:
        # Numbers that only one side writes in digits may be spelt out on the other.
        more = set(one) ^ set(other)
        return bool(set(one) - set(other) and set(other) - set(one)) or any(map(_is_told, more))
    return any(map(_is_told, one or other))


def _numbers(text: str) -> list[int]:
    """Return the numbers written in digits, without what groups or parts them."""
    found = (int(number) for number in _NUMBER.findall(_GROUPED.sub("", _CENTS.sub("", text))))
    return sorted(number % (HOURS // 2) if number <= HOURS else number for number in found)


def _is_told(number: int) -> bool:
    """Whether a number is one that is written in digits nearly always."""
    return number >= 10 ** (SPELT - 1) and number % 100 != 0


_DIGIT = re.compile(r"\d").search
# Numbers in Chinese and Japanese, such as 4万 and 一九七二.
_SPELT = re.compile(r"\d\s?[十百千万萬億亿]|[〇零一二三四五六七八九十百千万萬億亿两兩]{2}").search
# In English, as corpora have it mostly; of one and two alone nothing can be told.
_WORDS = re.compile(
    r"\b(hundred|thousand|million|billion|dozen|\w+teenth?|(twen|thir|for|fif|six|seven|eigh|nine)"
    r"t(y|ieth)|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twelfth)s?\b",
    re.IGNORECASE,
).search
_NUMBER = re.compile(r"\d{1,40}")
_CENTS = re.compile(r"(?<=\d)[.,]00?(?!\d)")
_GROUPED = re.compile(r"(?<=\d)[.,'\u2019 \xa0\u202f\u066b\u066c](?=\d)")

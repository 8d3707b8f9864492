"""An invented language whose words bend by rule: stems, suffixes, harmony of vowels."""

from __future__ import annotations

from random import Random

from s2s_core.data.builtin.distinct import distinct
from s2s_core.data.pairs import SentencePair

FRONT = {"a": "e", "o": "ö", "u": "ü"}  # a suffix's vowels after a stem with front vowels
BACK_STEM, FRONT_STEM = "aou", "eöü"
CONSONANTS = "bdfgklmnprstvz"
SOFTENED = {"k": "g", "t": "d", "p": "b"}  # at a stem's end, before a vowel
CASES = {"NOM": "", "ACC": "u", "DAT": "ak", "LOC": "da", "ABL": "dan"}
OWNERS = {"-": "", "1SG": "am", "2SG": "at", "1PL": "amuz"}
NUMBERS = {"SG": "", "PL": "lar"}


def inflection(random: Random, size: int) -> list[SentencePair]:
    """A stem and what is wanted of it, and the bent word of an invented language.

    Suffixes follow each other as number, owner, case; their vowels follow the stem's last one,
    a hard consonant softens before a vowel, and two vowels are kept apart by y.
    """

    def draw(random: Random) -> tuple[str, str]:
        stem = _stem(random)
        number, owner, case = (random.choice(list(x)) for x in (NUMBERS, OWNERS, CASES))
        word = bend(stem, NUMBERS[number], OWNERS[owner], CASES[case])
        wanted = " ".join(sign for sign in (number, owner, case) if sign != "-")
        return f"{' '.join(stem)} {wanted}", " ".join(word)

    return distinct(draw, random, size)


def bend(stem: str, *suffixes: str) -> str:
    """Return a stem with suffixes, each joined by the rules."""
    word = stem
    for suffix in suffixes:
        if suffix:
            word = _joined(word, suffix)
    return word


def _joined(word: str, suffix: str) -> str:
    last_vowel = next(sound for sound in reversed(word) if sound in BACK_STEM + FRONT_STEM)
    if last_vowel in FRONT_STEM:
        suffix = "".join(FRONT.get(sound, sound) for sound in suffix)
    if suffix[0] in CONSONANTS:
        return word + suffix
    if word[-1] in CONSONANTS:
        return word[:-1] + SOFTENED.get(word[-1], word[-1]) + suffix
    return f"{word}y{suffix}"


def _stem(random: Random) -> str:
    vowels = random.choice((BACK_STEM, FRONT_STEM))
    stem = "".join(
        random.choice(CONSONANTS) + random.choice(vowels) for _ in range(random.randint(1, 3))
    )
    return stem + (random.choice(CONSONANTS) if random.random() < 0.6 else "")

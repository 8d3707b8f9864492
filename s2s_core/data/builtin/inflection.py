"""An invented language whose words bend by rule: stems, suffixes, harmony of vowels."""

from __future__ import annotations

from random import Random

from s2s_core.data.builtin.difficulty import Lexicon, Span, Words
from s2s_core.data.builtin.distinct import distinct
from s2s_core.data.pairs import SentencePair

FRONT = {"a": "e", "o": "ö", "u": "ü"}  # a suffix's vowels after a stem with front vowels
BACK_STEM, FRONT_STEM = "aou", "eöü"
CONSONANTS = "bdfgklmnprstvz"
SOFTENED = {"k": "g", "t": "d", "p": "b"}  # at a stem's end, before a vowel
CASES = {"NOM": "", "ACC": "u", "DAT": "ak", "LOC": "da", "ABL": "dan"}
OWNERS = {"-": "", "1SG": "am", "2SG": "at", "1PL": "amuz"}
NUMBERS = {"SG": "", "PL": "lar"}
MORE_CASES = {"INS": "la", "GEN": "un", "COM": "nar", "ABE": "suz", "TER": "akat", "EQU": "ba"}
MORE_OWNERS = {"2PL": "atuz", "3PL": "aru"}
MORE_NUMBERS = {"DU": "ko"}
SUFFIXES = {**CASES, **OWNERS, **NUMBERS, **MORE_CASES, **MORE_OWNERS, **MORE_NUMBERS}
LENGTH = Span(1, 6, 3, "syllables")
ENDINGS = Lexicon(
    (
        Words(tuple(NUMBERS), tuple(MORE_NUMBERS)),
        Words(tuple(OWNERS), tuple(MORE_OWNERS)),
        Words(tuple(CASES), tuple(MORE_CASES)),
    )
)
VOCABULARY = ENDINGS.span("endings")


def inflection(
    random: Random, size: int, length: int = LENGTH.default, vocabulary: int = VOCABULARY.default
) -> list[SentencePair]:
    """A stem and what is wanted of it, and the bent word of an invented language.

    Suffixes follow each other as number, owner, case; their vowels follow the stem's last one,
    a hard consonant softens before a vowel, and two vowels are kept apart by y.
    """
    kinds = ENDINGS.of(vocabulary)

    def draw(random: Random) -> tuple[str, str]:
        stem = _stem(random, length)
        number, owner, case = (random.choice(kind) for kind in kinds)
        word = bend(stem, SUFFIXES[number], SUFFIXES[owner], SUFFIXES[case])
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


def _stem(random: Random, syllables: int) -> str:
    vowels = random.choice((BACK_STEM, FRONT_STEM))
    stem = "".join(
        random.choice(CONSONANTS) + random.choice(vowels)
        for _ in range(random.randint(1, syllables))
    )
    return stem + (random.choice(CONSONANTS) if random.random() < 0.6 else "")

"""Reports of one sentence and their headlines: what is left out, what must be copied."""

from __future__ import annotations

from random import Random

from s2s_core.data.builtin.difficulty import Lexicon, Span, Words
from s2s_core.data.builtin.distinct import distinct
from s2s_core.data.pairs import SentencePair

SYLLABLES = (
    "ba", "be", "bo", "da", "do", "el", "fa", "ga", "ha", "in", "ka", "ko", "la", "le", "li", "lo",
    "ma", "mi", "mo", "na", "ne", "no", "ra", "ri", "ro", "sa", "so", "ta", "ti", "to", "va", "vi",
)  # fmt: skip
ROLES = ("minister", "mayor", "teacher", "singer", "farmer", "pilot", "judge", "coach", "painter")
TRAITS = ("young", "old", "famous", "tired", "angry", "cheerful", "new")
DEEDS = {  # what was done, and how a headline says it
    "opened": "opens", "closed": "closes", "sold": "sells", "bought": "buys", "painted": "paints",
    "visited": "visits", "repaired": "repairs", "left": "leaves", "praised": "praises",
}  # fmt: skip
THINGS = ("school", "bridge", "market", "theatre", "garden", "station", "museum", "harbour")
LOOKS = ("small", "large", "empty", "crowded", "wooden", "yellow", "quiet")
TIMES = ("yesterday", "on monday", "last night", "this morning", "after lunch", "in the evening")
ENDINGS = (
    "after years of waiting", "in spite of the rain", "and nobody was surprised",
    "while the children watched", "as had been said before", "to the joy of many",
    "for reasons that are not known",
)  # fmt: skip

MORE_ROLES = (
    "baker", "doctor", "captain", "writer", "driver", "gardener", "lawyer", "dancer", "student",
)  # fmt: skip
MORE_TRAITS = ("brave", "shy", "clever", "lonely", "polite", "nervous", "proud")
MORE_DEEDS = {
    "cleaned": "cleans", "lost": "loses", "found": "finds", "rented": "rents", "drew": "draws",
    "guarded": "guards", "described": "describes", "measured": "measures", "showed": "shows",
}  # fmt: skip
MORE_THINGS = ("castle", "library", "kitchen", "tower", "hotel", "mill", "fountain", "stadium")
MORE_LOOKS = ("round", "narrow", "ancient", "modern", "green", "dusty", "bright")
SAYS = {**DEEDS, **MORE_DEEDS}
LENGTH = Span(1, 5, 2, "parts")  # of a report; all but the first are asides
WORDS = Lexicon(
    (
        Words(ROLES, MORE_ROLES, least=2),
        Words(TRAITS, MORE_TRAITS),
        Words(tuple(DEEDS), tuple(MORE_DEEDS), least=2),
        Words(THINGS, MORE_THINGS, least=2),
        Words(LOOKS, MORE_LOOKS),
    )
)
VOCABULARY = WORDS.span()


def headlines(
    random: Random, size: int, length: int = LENGTH.default, vocabulary: int = VOCABULARY.default
) -> list[SentencePair]:
    """A long sentence and its core: summarising, with names that occur nowhere else.

    Names of people and towns are made up for each pair, so that they must be copied; the traits,
    looks, times and endings are to be left out.
    """
    words = WORDS.of(vocabulary)
    return distinct(lambda random: _report(random, words, length - 1), random, size)


def _report(random: Random, words: list[tuple[str, ...]], asides: int) -> tuple[str, str]:
    roles, traits, deeds, things, looks = words
    name, town = _name(random), _name(random)
    role, thing = random.choice(roles), random.choice(things)
    deed = random.choice(deeds)
    trait = f"{random.choice(traits)} " if random.random() < 0.7 else ""
    look = f"{random.choice(looks)} " if random.random() < 0.7 else ""
    when = random.choice(TIMES)
    ends = (random.choice(ENDINGS) for _ in range(asides) if random.random() < 0.6)
    end = "".join(f" {text}" for text in dict.fromkeys(ends))  # nothing is said twice
    what = f"the {trait}{role} {name} of {town} {deed} the {look}{thing}"
    report = f"{when} {what}{end}" if random.random() < 0.5 else f"{what} {when}{end}"
    return report, f"{town} : {name} {SAYS[deed]} {thing}"


def _name(random: Random) -> str:
    return "".join(random.choices(SYLLABLES, k=random.randint(2, 3)))

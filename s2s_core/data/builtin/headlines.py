"""Reports of one sentence and their headlines: what is left out, what must be copied."""

from __future__ import annotations

from random import Random

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


def headlines(random: Random, size: int) -> list[SentencePair]:
    """A long sentence and its core: summarising, with names that occur nowhere else.

    Names of people and towns are made up for each pair, so that they must be copied; the traits,
    looks, times and endings are to be left out.
    """
    return distinct(_report, random, size)


def _report(random: Random) -> tuple[str, str]:
    name, town = _name(random), _name(random)
    role, thing = random.choice(ROLES), random.choice(THINGS)
    deed = random.choice(list(DEEDS))
    trait = f"{random.choice(TRAITS)} " if random.random() < 0.7 else ""
    look = f"{random.choice(LOOKS)} " if random.random() < 0.7 else ""
    when = random.choice(TIMES)
    end = f" {random.choice(ENDINGS)}" if random.random() < 0.6 else ""
    what = f"the {trait}{role} {name} of {town} {deed} the {look}{thing}"
    report = f"{when} {what}{end}" if random.random() < 0.5 else f"{what} {when}{end}"
    return report, f"{town} : {name} {DEEDS[deed]} {thing}"


def _name(random: Random) -> str:
    return "".join(random.choices(SYLLABLES, k=random.randint(2, 3)))

"""The phrasebook as it might come from the web: with every fault that corpora have."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from s2s_core.data.pairs import SentencePair
from s2s_core.data.phrasebook_sentences import LENGTH, VOCABULARY, sentences

SHARE = 0.15  # of the pairs have a fault


def noisy(
    random: Random, size: int, length: int = LENGTH.default, vocabulary: int = VOCABULARY.default
) -> list[SentencePair]:
    """The phrasebook with blanks, doubles, swapped sides, mark-up and worse: for the doctor.

    About one pair in seven has a fault; the others are as in the phrasebook.
    """
    pairs = sentences(random, size, length, vocabulary)
    faults = list(FAULTS.values())
    for place, pair in enumerate(pairs):
        if random.random() < SHARE:
            other = pairs[random.randrange(len(pairs))]
            pairs[place] = random.choice(faults)(pair, other)
    return pairs


def _blank(pair: SentencePair, other: SentencePair) -> SentencePair:
    return SentencePair(pair.source, "")


def _double(pair: SentencePair, other: SentencePair) -> SentencePair:
    return other


def _another_translation(pair: SentencePair, other: SentencePair) -> SentencePair:
    return SentencePair(pair.source, other.target)


def _swapped(pair: SentencePair, other: SentencePair) -> SentencePair:
    return SentencePair(pair.target, pair.source)


def _untranslated(pair: SentencePair, other: SentencePair) -> SentencePair:
    return SentencePair(pair.source, pair.source)


def _marked_up(pair: SentencePair, other: SentencePair) -> SentencePair:
    return SentencePair(f"<b>{pair.source}</b>", f"{pair.target}&nbsp;<br/>")


def _mojibake(pair: SentencePair, other: SentencePair) -> SentencePair:
    """UTF-8 that was read as Latin-1."""
    garbled = f"{pair.target} é".encode().decode("latin-1")
    return SentencePair(pair.source, garbled)


def _far_too_long(pair: SentencePair, other: SentencePair) -> SentencePair:
    return SentencePair(pair.source, " ".join([pair.target, other.target] * 3))


def _other_numbers(pair: SentencePair, other: SentencePair) -> SentencePair:
    return SentencePair(f"12 {pair.source}", f"21 {pair.target}")


def _control_characters(pair: SentencePair, other: SentencePair) -> SentencePair:
    return SentencePair(f"{pair.source}\x07", pair.target)


FAULTS: dict[str, Callable[[SentencePair, SentencePair], SentencePair]] = {
    "blank": _blank,
    "double": _double,
    "another translation": _another_translation,
    "swapped": _swapped,
    "untranslated": _untranslated,
    "marked up": _marked_up,
    "mojibake": _mojibake,
    "far too long": _far_too_long,
    "other numbers": _other_numbers,
    "control characters": _control_characters,
}

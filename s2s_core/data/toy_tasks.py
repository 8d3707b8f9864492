"""Corpora made from a seed: what can be learned in a minute without any file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from string import ascii_lowercase

from s2s_core.choices import Choices
from s2s_core.data.pairs import SentencePair
from s2s_core.data.phrasebook_sentences import sentences


@dataclass(frozen=True)
class ToyTask:
    """A generator of distinct sentence pairs, with what a window shows of it."""

    title: str
    source_language: str
    target_language: str
    size: int  # pairs, unless another number is asked for
    example: str
    generate: Callable[[Random, int], list[SentencePair]]

    def __post_init__(self) -> None:
        # A table's help is the docstring of its row; a row explains itself where it is made.
        object.__setattr__(self, "__doc__", self.generate.__doc__)

    def __call__(self, random: Random, size: int) -> list[SentencePair]:
        """Return that many distinct pairs, always the same for the same seed."""
        return self.generate(random, size)


def phrasebook(random: Random, size: int) -> list[SentencePair]:
    """Everyday sentences: adjectives change places, negation embraces the verb."""
    return sentences(random, size)


def reverse(random: Random, size: int) -> list[SentencePair]:
    """Three to ten letters, written backwards: attention becomes the other diagonal."""
    found: dict[str, str] = {}
    while len(found) < size:
        letters = random.choices(ascii_lowercase, k=random.randint(3, 10))
        found[" ".join(letters)] = " ".join(reversed(letters))
    return [SentencePair(source, target) for source, target in found.items()]


TOY_TASKS: Choices[ToyTask] = Choices(
    "built-in corpus",
    {
        "phrasebook": ToyTask(
            title="Phrasebook English → French",
            source_language="English",
            target_language="French",
            size=20_480,
            example="the happy queen does not sell my white flower",
            generate=phrasebook,
        ),
        "reverse": ToyTask(
            title="Reverse letters",
            source_language="Letters",
            target_language="Letters reversed",
            size=10_240,
            example="s t r e s s e d",
            generate=reverse,
        ),
    },
)

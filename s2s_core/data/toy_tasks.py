"""Corpora made from a seed: what can be learned in a minute without any file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from s2s_core.choices import Choices
from s2s_core.data.builtin.arithmetic import addition
from s2s_core.data.builtin.chinese import chinese
from s2s_core.data.builtin.dates import dates
from s2s_core.data.builtin.german import german
from s2s_core.data.builtin.headlines import headlines
from s2s_core.data.builtin.inflection import inflection
from s2s_core.data.builtin.letters import copy, reverse
from s2s_core.data.builtin.noisy import noisy
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
    is_faulty: bool = False  # made to be cured; in the others what looks odd is what they teach

    def __post_init__(self) -> None:
        # A table's help is the docstring of its row; a row explains itself where it is made.
        object.__setattr__(self, "__doc__", self.generate.__doc__)

    def __call__(self, random: Random, size: int) -> list[SentencePair]:
        """Return that many distinct pairs, always the same for the same seed."""
        return self.generate(random, size)


def phrasebook(random: Random, size: int) -> list[SentencePair]:
    """Everyday sentences: adjectives change places, negation embraces the verb."""
    return sentences(random, size)


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
        "phrasebook_german": ToyTask(
            title="Subordinate clauses English → German",
            source_language="English",
            target_language="German",
            size=20_480,
            example="i know that the woman does not sell the old horse today",
            generate=german,
        ),
        "phrasebook_chinese": ToyTask(
            title="Phrasebook English → Chinese",
            source_language="English",
            target_language="Chinese",
            size=20_480,
            example="the teacher bought three red umbrellas in the shop yesterday",
            generate=chinese,
        ),
        "copy": ToyTask(
            title="Copy letters",
            source_language="Letters",
            target_language="Letters again",
            size=10_240,
            example="h e l l o",
            generate=copy,
        ),
        "reverse": ToyTask(
            title="Reverse letters",
            source_language="Letters",
            target_language="Letters reversed",
            size=10_240,
            example="s t r e s s e d",
            generate=reverse,
        ),
        "addition": ToyTask(
            title="Add numbers of three digits",
            source_language="Sum",
            target_language="Result",
            size=20_480,
            example="1 9 9 + 3 0 2",
            generate=addition,
        ),
        "dates": ToyTask(
            title="Dates in words → 1984-03-31",
            source_language="Date in words",
            target_language="ISO date",
            size=20_480,
            example="the thirty first of march nineteen eighty four",
            generate=dates,
        ),
        "inflection": ToyTask(
            title="Inflect an invented language",
            source_language="Stem and wish",
            target_language="Word",
            size=20_480,
            example="t a l o k PL 1SG DAT",
            generate=inflection,
        ),
        "headlines": ToyTask(
            title="Reports → headlines",
            source_language="Report",
            target_language="Headline",
            size=20_480,
            example="yesterday the famous pilot mosa of halo opened the large museum",
            generate=headlines,
        ),
        "noisy": ToyTask(
            title="Phrasebook with faults",
            source_language="English",
            target_language="French",
            size=20_480,
            example="the red cat sees my house",
            generate=noisy,
            is_faulty=True,
        ),
    },
)

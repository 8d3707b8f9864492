"""Corpora made from a seed: what can be learned in a minute without any file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from s2s_core.choices import Choices
from s2s_core.configs import DifficultyConfig
from s2s_core.data import phrasebook_sentences
from s2s_core.data.builtin import (
    arithmetic,
    chinese,
    dates,
    german,
    headlines,
    inflection,
    letters,
    noisy,
)
from s2s_core.data.builtin.difficulty import Span
from s2s_core.data.builtin.noise import NOISE
from s2s_core.data.pairs import SentencePair


@dataclass(frozen=True)
class ToyTask:
    """A generator of distinct sentence pairs, with what a window shows of it."""

    title: str
    source_language: str
    target_language: str
    example: str
    generate: Callable[..., list[SentencePair]]  # of a random state, a size, length, vocabulary
    length: Span | str  # where there is nothing to set, why
    vocabulary: Span | str
    noise: Span | str = NOISE
    swapped_title: str = ""  # of the other direction, where the title names one
    is_faulty: bool = False  # made to be cured; in the others what looks odd is what they teach

    def __post_init__(self) -> None:
        # A table's help is the docstring of its row; a row explains itself where it is made.
        object.__setattr__(self, "__doc__", self.generate.__doc__)

    def __call__(
        self, random: Random, size: int, difficulty: DifficultyConfig | None = None
    ) -> list[SentencePair]:
        """Return that many distinct pairs, always the same for the same seed; without noise."""
        asked = self.checked(difficulty or DifficultyConfig())
        asked.pop("noise", None)
        return self.generate(random, size, **asked)

    @property
    def difficulty(self) -> dict[str, Span | str]:
        """What the difficulty can be set to, knob by knob, or why it cannot."""
        return {name: getattr(self, name) for name in DifficultyConfig.model_fields}

    def checked(self, difficulty: DifficultyConfig) -> dict[str, int]:
        """Return what of a difficulty was chosen and has an effect; refuse what is out of range."""
        chosen = {}
        for name, span in self.difficulty.items():
            value = getattr(difficulty, name)
            if value and isinstance(span, Span):
                chosen[name] = span.checked(f"data.difficulty.{name}", self.title, value)
        return chosen


def phrasebook(
    random: Random,
    size: int,
    length: int = phrasebook_sentences.LENGTH.default,
    vocabulary: int = phrasebook_sentences.VOCABULARY.default,
) -> list[SentencePair]:
    """Everyday sentences: adjectives change places, negation embraces the verb."""
    return phrasebook_sentences.sentences(random, size, length, vocabulary)


TOY_TASKS: Choices[ToyTask] = Choices(
    "built-in corpus",
    {
        "phrasebook": ToyTask(
            title="Phrasebook → French",
            swapped_title="Phrasebook French → English",
            source_language="English",
            target_language="French",
            example="the happy queen does not sell my white flower",
            generate=phrasebook,
            length=phrasebook_sentences.LENGTH,
            vocabulary=phrasebook_sentences.VOCABULARY,
        ),
        "phrasebook_german": ToyTask(
            title="Subordinate clauses English → German",
            swapped_title="Subordinate clauses German → English",
            source_language="English",
            target_language="German",
            example="i know that the woman does not sell the old horse today",
            generate=german.german,
            length=german.LENGTH,
            vocabulary=german.VOCABULARY,
        ),
        "phrasebook_chinese": ToyTask(
            title="Phrasebook → Chinese",
            swapped_title="Phrasebook Chinese → English",
            source_language="English",
            target_language="Chinese",
            example="the teacher bought three red umbrellas in the shop yesterday",
            generate=chinese.chinese,
            length=chinese.LENGTH,
            vocabulary=chinese.VOCABULARY,
        ),
        "copy": ToyTask(
            title="Copy letters",
            source_language="Letters",
            target_language="Letters again",
            example="h e l l o",
            generate=letters.copy,
            length=letters.LENGTH,
            vocabulary=letters.VOCABULARY,
        ),
        "reverse": ToyTask(
            title="Reverse letters",
            source_language="Letters",
            target_language="Letters reversed",
            example="s t r e s s e d",
            generate=letters.reverse,
            length=letters.LENGTH,
            vocabulary=letters.VOCABULARY,
        ),
        "addition": ToyTask(
            title="Add numbers digit by digit",
            source_language="Sum",
            target_language="Result",
            example="1 9 9 + 3 0 2",
            generate=arithmetic.addition,
            length=arithmetic.LENGTH,
            vocabulary="Sums are written with ten digits, and there are no more.",
        ),
        "dates": ToyTask(
            title="Dates in words → 1984-03-31",
            swapped_title="1984-03-31 → dates in words",
            source_language="Date in words",
            target_language="ISO date",
            example="the thirty first of march nineteen eighty four",
            generate=dates.dates,
            length="A date is as long as it is.",
            vocabulary=dates.VOCABULARY,
        ),
        "inflection": ToyTask(
            title="Inflect an invented language",
            source_language="Stem and wish",
            target_language="Word",
            example="t a l o k PL 1SG DAT",
            generate=inflection.inflection,
            length=inflection.LENGTH,
            vocabulary=inflection.VOCABULARY,
        ),
        "headlines": ToyTask(
            title="Reports → headlines",
            swapped_title="Headlines → reports",
            source_language="Report",
            target_language="Headline",
            example="yesterday the famous pilot mosa of halo opened the large museum",
            generate=headlines.headlines,
            length=headlines.LENGTH,
            vocabulary=headlines.VOCABULARY,
        ),
        "noisy": ToyTask(
            title="Phrasebook with faults",
            source_language="English",
            target_language="French",
            example="the red cat sees my house",
            generate=noisy.noisy,
            length=phrasebook_sentences.LENGTH,
            vocabulary=phrasebook_sentences.VOCABULARY,
            noise="Its faults are its noise, and are for the corpus doctor.",
            is_faulty=True,
        ),
    },
)

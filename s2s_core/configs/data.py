"""What to learn from: the corpus and how its sentences are cut."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from s2s_core.configs.base import Config
from s2s_core.configs.difficulty import DifficultyConfig
from s2s_core.knobs import knob

# What the settings of the data decide; the others cure, split and cut.
WHERE_FROM = ("builtin", "train", "header", "source_column", "target_column", "swap_sides")
HOW_MADE = ("builtin_pairs", "seed", "difficulty")  # the pairs of a built-in corpus
BESIDE = ("validation", "added", "added_times")  # pairs that are not of the corpus itself


class TokenizerConfig(Config):
    """How sentences are cut into pieces."""

    kind: str = knob(
        "bpe", choices="tokenizer", title="Pieces",
        help="How sentences are cut into pieces. Longer pieces make sentences short and rare "
        "words hard; shorter ones the other way round.",
    )  # fmt: skip
    vocabulary_size: int = knob(
        4000, low=8, high=200_000, unit="pieces",
        help="How many pieces each vocabulary may hold; lowered by itself for a small corpus. "
        "Raised: shorter sentences and faster steps, but each piece is seen less often and the "
        "output layer grows.",
    )  # fmt: skip
    joint: bool = knob(
        False, title="Joint vocabulary",
        help="One vocabulary for both sides. On: names and words that both languages share are "
        "learnt once, and the embeddings can be shared.",
    )  # fmt: skip


class DataConfig(Config):
    """Which sentence pairs to learn from, and which to hold out."""

    builtin: str = knob(
        "phrasebook", choices="toy_task", title="Built-in corpus", advanced=True,
        help="A corpus that is generated here, without files. Choosing one lets go of the files.",
    )  # fmt: skip
    builtin_pairs: int = knob(
        20_480, low=100, high=1_000_000, unit="pairs", advanced=True,
        title="Built-in pairs",
        help="How many pairs of the built-in corpus are generated. Raised: better on sentences "
        "never seen, and longer epochs.",
    )  # fmt: skip
    train: tuple[str, ...] = knob(
        (), title="Corpus files", advanced=True, files=True,
        help="The pairs to learn from: one file or folder with both sides, or two text files. More "
        "pairs help more than any other setting.",
    )  # fmt: skip
    validation: tuple[str, ...] = knob(
        (), title="Validation files", advanced=True, files=True,
        help="Pairs to score the model with, given likewise; without them some of the corpus is "
        "held out. With files of their own, scores can be compared with those of others.",
    )  # fmt: skip
    header: Literal["auto", "yes", "no"] = knob(
        "auto", advanced=True, title="Header row",
        help="Whether the first row of a table names its columns. Automatic: it does if it holds "
        "two known names, such as “source” or “German”; otherwise it is a pair.",
    )  # fmt: skip
    source_column: str = knob(
        "", advanced=True,
        help="The column or language to translate from, by its name or number, where a file has "
        "more than two; blank: the first that holds sentences.",
    )  # fmt: skip
    target_column: str = knob(
        "", advanced=True,
        help="The column or language to translate into, by its name or number, where a file has "
        "more than two; blank: the second that holds sentences.",
    )  # fmt: skip
    swap_sides: bool = knob(
        False, advanced=True,
        help="On: translate from the second language into the first.",
    )  # fmt: skip
    cures: tuple[str, ...] = knob(
        (), advanced=True,
        help="What is put right in the pairs that are trained on, by the names of the findings; "
        "\"all\" is everything. The files stay as they are.",
    )  # fmt: skip
    split: str = knob(
        "at_random", choices="split", advanced=True, title="Split",
        help="Which pairs are held out from training, if there are no validation files. All pairs "
        "of a source are always on one side.",
    )  # fmt: skip
    added: tuple[str, ...] = knob(
        (), advanced=True, title="Added pairs",
        help="Pairs typed by hand, each a source, a tab and a target. They are trained on with the "
        "corpus, and never held out.",
    )  # fmt: skip
    added_times: int = knob(
        10, low=1, high=10_000, advanced=True, title="Added pairs, times",
        help="How often each added pair stands among the training pairs. Raised: learnt sooner, "
        "and by heart rather than as a rule.",
    )  # fmt: skip
    held_out_percent: float = knob(
        2.0, low=0.1, high=50, unit="%", advanced=True,
        title="Held out",
        help="Share of the pairs held out from training to score the model with. Raised: steadier "
        "scores, slower checks, fewer pairs to learn from.",
    )  # fmt: skip
    held_out_most: int = knob(
        1000, low=1, high=100_000, unit="pairs", advanced=True,
        title="Held out, at most",
        help="No more pairs than these are held out. Raised: steadier scores of a large corpus, "
        "slower checks.",
    )  # fmt: skip
    longest: int = knob(
        200, low=4, high=10_000, unit="pieces", advanced=True, title="Longest sentence",
        help="Pairs with a longer side are left out, and counted. Raised: fewer are lost, but the "
        "longest set the memory that is needed.",
    )  # fmt: skip
    seed: int = knob(
        1, low=0, high=2**31, advanced=True, title="Seed of the split",
        help="Chooses which pairs are held out. Another number is another choice, neither better "
        "nor worse.",
    )  # fmt: skip
    left_out: tuple[Annotated[int, Field(ge=1)], ...] = knob(
        (), advanced=True, title="Rows left out",
        help="Pairs that are not trained on, by their row in the corpus; the first is 1. They are "
        "chosen in the corpus browser; another corpus begins with none.",
    )  # fmt: skip
    difficulty: DifficultyConfig = DifficultyConfig()
    tokenizer: TokenizerConfig = TokenizerConfig()

    @property
    def is_as_measured(self) -> bool:
        """Whether it is a built-in corpus as hard as when the times of the presets were taken."""
        pairs = type(self).model_fields["builtin_pairs"].default
        usual = self.difficulty == DifficultyConfig() and self.builtin_pairs == pairs
        return bool(self.builtin) and usual

    @property
    def rows(self) -> tuple[object, ...]:
        """What says which pair stands in which row of the corpus."""
        names = (*WHERE_FROM, *(HOW_MADE if self.builtin else ()))
        return tuple(getattr(self, name) for name in names)

    @property
    def pairs(self) -> tuple[object, ...]:
        """What says which pairs there are to learn from, and in which direction."""
        return (*self.rows, *(getattr(self, name) for name in BESIDE))

    @field_validator("left_out")
    @classmethod
    def _in_order(cls, rows: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(rows)))

    @model_validator(mode="after")
    def _check(self) -> Self:
        if bool(self.builtin) == bool(self.train):
            raise ValueError("name either data.builtin or files in data.train, and not both")
        if len(self.train) > 2 or len(self.validation) > 2:
            raise ValueError("a corpus is one file with both sides, or two plain text files")
        for line in self.added:
            sides = line.split("\t")
            if len(sides) != 2 or not all(side.strip() for side in sides):
                raise ValueError(f"an added pair is a source, a tab and a target, not {line!r}")
        return self

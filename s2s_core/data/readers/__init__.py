"""Readers of parallel corpora, one file for each format, and the table of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from s2s_core.choices import Choices
from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.languages import CODES, language_of, sides
from s2s_core.data.readers.lines import read_lines
from s2s_core.data.readers.parallel_text import check_counts, read_parallel_text
from s2s_core.data.readers.tab_separated import read_tab_separated
from s2s_core.errors import BadFile

__all__ = [
    "READERS", "Reader", "check_counts", "language_of", "read_lines", "read_pairs", "sides",
]  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """A file format: how it is called, known and read."""

    title: str
    suffixes: tuple[str, ...]  # without ".gz", which any of them may carry
    files: int  # how many files make a corpus
    read: Callable[..., Iterator[SentencePair]]  # takes as many paths

    def __post_init__(self) -> None:
        # A table's help is the docstring of its row; a row explains itself where it is made.
        object.__setattr__(self, "__doc__", self.read.__doc__)


def read_pairs(files: tuple[Path, ...]) -> Iterator[SentencePair]:
    """Yield the sentence pairs of a corpus; what cannot be used is refused with `BadFile`.

    Two files are source and target in this order. Blank sides are yielded as they are.
    """
    return _reader_for(files).read(*files)


def _reader_for(files: tuple[Path, ...]) -> Reader:
    """Return the reader that knows the suffix, or else the first for as many files."""
    fitting = [reader for reader in READERS.values() if reader.files == len(files)]
    if not fitting:
        raise BadFile(
            "{count} files were given; expected one tab-separated file, or two text files",
            count=len(files),
        )
    suffixes = {Path(path.name.lower().removesuffix(".gz")).suffix for path in files}
    return next((row for row in fitting if suffixes <= set(row.suffixes)), fitting[0])


READERS: Choices[Reader] = Choices(
    "corpus format",
    {
        "tab_separated": Reader(
            title="Tab-separated pairs",
            suffixes=(".tsv", ".tab", ".txt"),
            files=1,
            read=read_tab_separated,
        ),
        "parallel_text": Reader(
            title="Two text files",
            suffixes=(".txt", ".src", ".tgt", *(f".{code}" for code in CODES)),
            files=2,
            read=read_parallel_text,
        ),
    },
)

"""Two text files, one sentence a line: line n of one is the translation of line n of the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.choosing import ANY, Wanted
from s2s_core.data.readers.lines import read_lines
from s2s_core.errors import BadFile


def read_parallel_text(source: Path, target: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """Two plain text files, one sentence a line, the same number of lines in both.

    The counts are known at the end only: if they differ, `BadFile` comes after the last pair.
    To know before the first one, ask `check_counts`.
    """
    counts = [0, 0]
    for source_line, target_line in zip_longest(read_lines(source), read_lines(target)):
        counts[0] += source_line is not None
        counts[1] += target_line is not None
        if source_line is not None and target_line is not None:
            yield SentencePair(source_line, target_line)
    _compare(source, target, counts[0], counts[1])


def check_counts(source: Path, target: Path) -> int:
    """Return how many lines both files have; refuse them if the numbers differ."""
    source_count, target_count = (sum(1 for _ in read_lines(path)) for path in (source, target))
    _compare(source, target, source_count, target_count)
    return source_count


def _compare(source: Path, target: Path, source_count: int, target_count: int) -> None:
    if source_count != target_count:
        raise BadFile(
            "{source} has {source_count} lines and {target} has {target_count}; "
            "expected one line for each sentence, the same number in both",
            source=source.name, source_count=source_count,
            target=target.name, target_count=target_count,
        )  # fmt: skip

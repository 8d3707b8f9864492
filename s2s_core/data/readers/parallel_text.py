"""Two text files, one sentence a line: line n of one is the translation of line n of the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, starmap, zip_longest
from pathlib import Path

from s2s_core.counts import count
from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.alignment import Lengths, lines_together
from s2s_core.data.readers.choosing import ANY, Wanted
from s2s_core.data.readers.lines import Broken, read_lines
from s2s_core.errors import BadFile, Curable

BEFORE = 10  # lines that are cut off before the place, which is not known to the line


def read_parallel_text(source: Path, target: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """Two plain text files, one sentence a line, the same number of lines in both.

    The counts are known at the end only: if they differ, `BadFile` comes after the last pair,
    unless the rest is to be cut off.
    """
    if wanted.cut is not None:
        yield from _before_the_place(source, target, wanted)
        return
    lengths, broken = (Lengths(), Lengths()), wanted.broken
    both = zip_longest(read_lines(source, broken), read_lines(target, broken))
    for number, lines in enumerate(both, 1):
        for side, line in zip(lengths, lines, strict=True):
            if line is not None:
                side.add(line)
        if lines[0] is not None and lines[1] is not None:
            pair = SentencePair(lines[0], lines[1])
            yield broken.mended(number, pair) if broken is not None and broken.lines else pair
    _compare(source, target, lengths)


def _before_the_place(source: Path, target: Path, wanted: Wanted) -> Iterator[SentencePair]:
    """Yield the pairs that seem to belong together, and tell how many lines come after them."""
    broken = wanted.broken or Broken()
    lengths = (_lengths(source, broken), _lengths(target, broken))
    shorter, longer = sorted(map(len, lengths))
    together: int | None = shorter
    if shorter != longer:
        together = lines_together(*lengths)
        if together is None:
            _compare(source, target, lengths)
        else:
            together = _kept(together, shorter)
    lines = map(SentencePair, read_lines(source, broken), read_lines(target, broken))
    pairs = starmap(broken.mended, enumerate(lines, 1)) if broken.lines else lines
    yield from islice(pairs, together)
    if shorter != longer and wanted.cut is not None and together is not None:
        wanted.cut(together, longer - together, list(islice(pairs, 3)))


def _kept(together: int, shorter: int) -> int:
    """Return how many pairs a cut keeps: all, or some fewer, as the place is not sure."""
    return together if together == shorter else max(0, together - BEFORE)


def _lengths(path: Path, broken: Broken) -> Lengths:
    lengths = Lengths()
    for line in read_lines(path, broken):
        lengths.add(line)
    return lengths


def _compare(source: Path, target: Path, lengths: tuple[Lengths, Lengths]) -> None:
    if len(lengths[0]) == len(lengths[1]):
        return
    counts = {
        "source": source.name, "source_count": count(len(lengths[0])),
        "target": target.name, "target_count": count(len(lengths[1])),
    }  # fmt: skip
    together, (shorter, longer) = lines_together(*lengths), sorted(map(len, lengths))
    if together is None:
        raise BadFile(
            "{source} has {source_count:line|lines} and {target} has {target_count}; expected one "
            "line for each sentence, the same number in both. Where they lose each other cannot be "
            "told from the lengths of the lines",
            **counts,
        )
    kept = _kept(together, shorter)
    outcome = {"kept": count(kept), "left": count(longer - kept)}
    if together == shorter:
        raise Curable(
            "{source} has {source_count:line|lines} and {target} has {target_count}; expected one "
            "line for each sentence, the same number in both. They seem to belong together up to "
            "line {place}, where one ends. The cure “cut” keeps {kept:pair|pairs} and leaves out "
            "{left:line|lines}",
            cure="cut", place=together, **outcome, **counts,
        )  # fmt: skip
    raise Curable(
        "{source} has {source_count:line|lines} and {target} has {target_count}; expected one line "
        "for each sentence, the same number in both. They seem to lose each other around line "
        "{place}: put that right, or let the cure “cut” keep {kept:pair|pairs}, those before line "
        "{first}, to be sure, and leave out {left:line|lines}",
        cure="cut", place=together + 1, first=kept + 1, **outcome, **counts,
    )  # fmt: skip

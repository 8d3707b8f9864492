"""Which of several columns or languages are source and target."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import NamedTuple

from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.lines import Broken, shown
from s2s_core.errors import BadFile, WhichLanguages
from s2s_core.languages import CODES, NAMES

SAMPLE = 200  # records that are looked at
EXAMPLE = 80  # characters of a text that tells what stands in a column
HEADERS = frozenset(
    ("source", "src", "target", "tgt", "trg", "original", "translation", "translated", "sentence",
     "reference")
)  # fmt: skip
NO_TEXT = re.compile(r"[\d\W_]*|https?://\S*|CC[- ]BY.*", re.IGNORECASE)

Texts = Mapping[str, str]  # from the name of a column or a language to what stands there


@dataclass
class Look:
    """What readers see on their way, for a person to judge by whether they guessed well."""

    columns: tuple[tuple[str, str], ...] = ()  # name, and the first text that stands there
    source: str = ""  # the name of the column, the language or the file that was taken
    target: str = ""
    header: str = ""  # whether the first row of a table names its columns, "yes" or "no"
    first_row: tuple[str, ...] = ()  # of a table
    encodings: dict[str, str] = field(default_factory=dict)  # of each text file, by its name


class Wanted(NamedTuple):
    """The names of the columns or languages asked for; "" leaves the choice open.

    Two files with different numbers of lines are refused, unless there is `cut`: it is told how
    many pairs were kept, how many lines left out, and the first pairs after them. `odd` is told
    the numbers of those pairs, from 1, whose line has a tab too few or too many, and which: the
    name of the check. Lines that are not valid
    UTF-8 are refused, too, unless they are few and there is `broken`, which notes their pairs.
    Given `like`, the first row of another table, `header` is meant for tables that begin alike;
    whether another one's first row names its columns is told by itself.
    """

    source: str = ""
    target: str = ""
    cut: Callable[[int, int, list[SentencePair]], None] | None = None
    odd: Callable[[int, str], None] | None = None
    broken: Broken | None = None
    header: str = "auto"  # whether a table's first row names the columns: "yes", "no"
    like: tuple[str, ...] | None = None
    held_out: bool = False  # of an archive, what it holds for validation, if it does
    is_inside: bool = False  # the file comes out of an archive
    look: Look | None = None  # takes what there is to choose from, and what was chosen


ANY = Wanted()


def pairs_of(
    records: Iterable[Texts], wanted: Wanted, file: str, are_languages: bool = False, *,
    has_lines: bool = False,
) -> Iterator[SentencePair]:  # fmt: skip
    """Yield source and target of each record; of languages that are more than two, ask."""
    odd, broken = wanted.odd if has_lines else None, wanted.broken
    rest = iter(records)
    sample = list(islice(rest, SAMPLE))
    source, target = choose(sample, wanted, file, are_languages)
    usual = max(Counter(map(len, sample)).items(), key=lambda item: item[1], default=(0, 0))[0]
    if wanted.look is not None:
        wanted.look.columns = _columns(sample)
        wanted.look.source, wanted.look.target = source, target
    for number, record in enumerate(chain(sample, rest), 1):
        pair = SentencePair(record.get(source, ""), record.get(target, ""))
        if odd is not None and len(record) != usual and not all(map(str.strip, pair)):
            if len(record) == 1:
                odd(number, "one_column")
            elif len(record) > usual:
                odd(number, "extra_tab")
        yield broken.mended(number, pair) if broken is not None and broken.lines else pair


def choose(
    sample: Sequence[Texts], wanted: Wanted, file: str, are_languages: bool = False
) -> tuple[str, str]:
    """Return the names of source and target."""
    names = list(dict.fromkeys(name for record in sample for name in record))
    texts = names if are_languages else [n for n in names if _is_text(n, sample)]
    texts = texts if len(texts) > 1 else names  # sums, or a side that is still blank
    if not wanted.source and not wanted.target and are_languages and len(names) > 2:
        raise WhichLanguages(
            "{file} has {known}: choose two of them as data.source_column and data.target_column",
            tuple((name, language_name(name)) for name in names), file=file, known=", ".join(names),
        )  # fmt: skip
    source = _named(wanted.source, names, file) if wanted.source else ""
    target = _named(wanted.target, names, file) if wanted.target else ""
    source = source or next((name for name in texts if name != target), "")
    target = target or next((name for name in texts if name != source), "")
    if not source or not target:
        raise BadFile(
            "{file} has one column of text only, {known}; expected source and target"
            if names else "{file} holds no texts; expected source and target",
            file=file, known=" and ".join(map(repr, names)),
        )  # fmt: skip
    return source, target


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row names its columns instead of being a pair: two names that are known."""
    words = [cell.strip().casefold() for cell in cells]
    known = [w for w in words if w in HEADERS or w in CODES or w in NAMES or _region(w) in CODES]
    return len(known) >= 2 and len(set(words)) == len(words)


def language_name(name: str) -> str:
    """Return how a column is called: "en-us" is "English"."""
    word = name.strip().casefold()
    return CODES.get(word) or NAMES.get(word) or CODES.get(_region(word)) or name


def side_name(name: str) -> str:
    """Return how a side is called by its column, language or file; "" if that does not tell."""
    return "" if name.isdigit() or name.strip().casefold() in HEADERS else language_name(name)


def _columns(sample: Sequence[Texts]) -> tuple[tuple[str, str], ...]:
    """Return all columns, each with a text that stands there."""
    columns: dict[str, str] = {}
    for record in sample:
        for name, text in record.items():
            columns[name] = columns.get(name) or shown(text[:EXAMPLE])
    return tuple(columns.items())


def _region(word: str) -> str:
    return re.split(r"[-_]", word)[0] if re.fullmatch(r"[a-z]{2,3}[-_]\w{2,8}", word) else ""


def _is_text(name: str, sample: Sequence[Texts]) -> bool:
    """Whether a column holds text; numbers, addresses and attributions are none."""
    cells = [record[name] for record in sample if record.get(name, "").strip()]
    return sum(not NO_TEXT.fullmatch(cell.strip()) for cell in cells) * 2 >= max(1, len(cells))


def _named(wanted: str, names: Sequence[str], file: str) -> str:
    word = wanted.strip().casefold()
    for fits in (
        lambda name: name.casefold() == word,
        lambda name: language_name(name).casefold() == language_name(word).casefold(),
        lambda name: str(names.index(name) + 1) == word,
    ):
        if found := [name for name in names if fits(name)]:
            return found[0]
    raise BadFile(
        "{file} has no column {wanted}; it has {known}",
        file=file, wanted=repr(wanted), known=", ".join(names) or "none",
    )  # fmt: skip

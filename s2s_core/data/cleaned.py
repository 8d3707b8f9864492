"""Pairs written to a file that our own readers, and those of others, read as the same pairs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.choosing import is_header
from s2s_core.files import replacing

SIGNS = re.compile(r"[\t\n\r\0]+")  # what a table of lines cannot hold in a cell
MARK = "\ufeff"  # at the beginning of a file it says how that is encoded


@dataclass
class Written:
    """How many pairs were written, and what became of them."""

    pairs: int = 0
    changed: int = 0  # tabs and line breaks became spaces


def write_pairs(pairs: Iterable[SentencePair], path: Path) -> Written:
    """Write pairs as JSON lines, if the name ends so, or with a tab between the sides.

    JSON lines keep every character. With tabs, those in a text become spaces, as do line
    breaks. The file is there when it is whole.
    """
    written = Written()
    as_json = path.suffix.lower() in (".jsonl", ".json")
    lines = _json(pairs, written) if as_json else _tabbed(pairs, written)
    with replacing(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
        for line in lines:
            file.write(line + "\n")
    return written


def _json(pairs: Iterable[SentencePair], written: Written) -> Iterator[str]:
    for pair in pairs:
        written.pairs += 1
        yield json.dumps(pair._asdict(), ensure_ascii=False)


def _tabbed(pairs: Iterable[SentencePair], written: Written) -> Iterator[str]:
    for pair in pairs:
        source, target = (SIGNS.sub(" ", side) for side in pair)
        written.changed += (source, target) != pair
        if not source.strip() or not target.strip():
            continue
        # A first pair that looks like names of columns must not be taken for them.
        if not written.pairs and (is_header([source, target]) or source.startswith(MARK)):
            yield "source\ttarget"
        written.pairs += 1
        yield f"{source}\t{target}"

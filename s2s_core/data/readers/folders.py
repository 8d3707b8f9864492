"""Which of many files are the corpus: by their names, as publishers name them."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from s2s_core.data.readers.languages import CODES, language_of, sides
from s2s_core.data.readers.opening import plain_name
from s2s_core.errors import BadFile

HELD_OUT = re.compile(r"(^|[^a-z])(valid(ation)?|val|dev(el)?|test|newstest|eval)(?![a-z])")
VALIDATION = re.compile(r"(^|[^a-z])(valid(ation)?|val|dev(el)?)(?![a-z])")
BESIDE = re.compile(r"readme|licen[cs]e|copying|changes|notice|makefile|\.|~|__macosx")


def training_files(names: tuple[Path, ...], where: str) -> tuple[Path, ...]:
    """Return the one or two files to train on; refuses where it cannot be told.

    Files for validation and tests, and what accompanies a corpus, are left out. Two files belong
    together if their names differ in the language only.
    """
    usable = [path for path in names if not BESIDE.match(path.name.lower())]
    training = [path for path in usable if not HELD_OUT.search(plain_name(path))] or usable
    groups: dict[str, list[Path]] = defaultdict(list)
    for path in training:
        groups[_without_language(path)].append(path)
    pairs = [group for group in groups.values() if len(group) == 2]
    if len(pairs) == 1:
        return sides((pairs[0][0], pairs[0][1]))
    if len(training) == 1:
        return (training[0],)
    named = [group for group in pairs if "train" in plain_name(group[0])]
    if len(named) == 1:
        return sides((named[0][0], named[0][1]))
    tables = [path for path in training if "train" in plain_name(path)]
    if len(tables) == 1:
        return (tables[0],)
    known = ", ".join(sorted(path.name for path in training)[:6]) or "none"
    raise BadFile(
        "{file} has several files that could be the corpus ({known}): drop the one or two that "
        "are meant", file=where, known=known,
    ) if training else BadFile("{file} holds no text files", file=where)  # fmt: skip


def validation_files(names: tuple[Path, ...], training: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the files to hold out, if there are just as many as to train on; or none."""
    found = [
        path
        for path in names
        if path not in training
        and not BESIDE.match(path.name.lower())
        and VALIDATION.search(plain_name(path))
    ]
    if len(found) != len(training):
        return ()
    if len(found) == 1:
        return (found[0],)
    if _without_language(found[0]) != _without_language(found[1]):
        return ()
    one, other = sides((found[0], found[1]))
    return one, other


def _without_language(path: Path) -> str:
    """Return a name without the part that tells the language."""
    name = plain_name(path)
    if language_of(path) == path.name:
        return name
    parts = name.split(".")
    for place in range(len(parts) - 1, -1, -1):
        if parts[place] in CODES or re.split(r"[-_ ]", parts[place])[-1] in CODES:
            rest = re.split(r"[-_ ]", parts[place])[:-1]
            return ".".join([*parts[:place], "-".join(rest), *parts[place + 1 :]])
    return re.sub("|".join(map(re.escape, sorted(CODES, key=len, reverse=True))), "", name)

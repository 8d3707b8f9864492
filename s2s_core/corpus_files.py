"""Which of many files are the corpus: by their names, as publishers name them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from s2s_core.errors import BadFile
from s2s_core.languages import (
    CODES,
    NAMES,
    SOURCE_NAMES,
    TARGET_NAMES,
    language_of,
    sides,
)

HELD_OUT = re.compile(r"(^|[^a-z])(valid(ation)?|val|dev(el)?|test|newstest|eval)(?![a-z])")
VALIDATION = re.compile(r"(^|[^a-z])(valid(ation)?|val|dev(el)?)(?![a-z])")
SIDE = re.compile(rf"(^|[-_. ])({'|'.join(sorted(SOURCE_NAMES | TARGET_NAMES))})(?=$|[-_. ])")
MOST_NAMED = 6  # files in a sentence
PACKED_SUFFIXES = (".gz", ".bz2", ".xz", ".zst")
BESIDE = re.compile(r"readme|licen[cs]e|copying|changes|notice|makefile|\.|~|__macosx")


def files_in(folder: Path) -> tuple[Path, ...]:
    """Return the files of a folder.

    Where none of them may be a corpus, they are those of the folders in it that are named for
    training, validation or tests, or for a language.
    """
    try:
        inner = [path for path in folder.iterdir() if path.is_dir() and _is_part(path.name.lower())]
        for folders in ([folder], inner):
            files = sorted(file for each in folders for file in each.iterdir() if file.is_file())
            if any(map(_is_usable, files)):
                return tuple(files)
    except OSError as error:
        raise BadFile(
            "{file} cannot be read: {reason}", file=str(folder), reason=error.strerror
        ) from None
    return ()


def training_files(names: tuple[Path, ...], where: str) -> tuple[Path, ...]:
    """Return the one or two files to train on; refuses where it cannot be told.

    Files for validation and tests, and what accompanies a corpus, are left out. Two files belong
    together if their names differ in the language only. What a file is for may be told by its
    folder, too.
    """
    told = _told(names)
    training = _not_held_out(told)
    if found := _corpus_among(training, told):
        return found
    known = ", ".join(sorted(path.name for path in training)[:MOST_NAMED]) or "none"
    raise BadFile(
        "{file} has several files that could be the corpus ({known}): drop the one or two that "
        "are meant", file=where, known=known,
    ) if training else BadFile("{file} holds no text files", file=where)  # fmt: skip


class Parts(NamedTuple):
    """What files that were given together are for."""

    train: tuple[Path, ...]
    validation: tuple[Path, ...] = ()
    aside: tuple[Path, ...] = ()  # neither, such as a readme or what is for tests


def parts_of(files: Sequence[Path]) -> Parts:
    """Return what each of some files is for, as if they were all there is in a folder.

    Two files are the two sides of a corpus, unless their names tell that one is to be held out.
    What accompanies a corpus does not count, unless it is all there is.
    """
    files = tuple(files)
    told = _told(files)
    train = _corpus_among(_not_held_out(told), told)
    if len(told) < 3 and not _is_one_held_out(told, train):
        train = tuple(told) or files
    if not train or len(train) > 2:
        raise BadFile(
            "{count} files were given ({known}), and their names do not tell which of them are the "
            "corpus. It is one file with both sides, or two text files, one for each language; "
            "more are told apart by names such as train.en, train.de, val.en and val.de",
            count=len(files), known=", ".join([path.name for path in files][:MOST_NAMED]),
        )  # fmt: skip
    validation = validation_files(files, train)
    aside = tuple(path for path in files if path not in (*train, *validation))
    return Parts(train, validation, aside)


def _is_one_held_out(told: dict[Path, str], train: tuple[Path, ...]) -> bool:
    """Tell whether two files are one to train on and one to hold out, and not two sides.

    One to validate with is used for that; one for tests is left aside.
    """
    if len(told) != 2 or len(train) != 1:
        return False
    (other_told,) = (name for path, name in told.items() if path not in train)
    if not HELD_OUT.search(other_told):
        return False
    (name,), (one, other) = map(plain_name, train), map(_side_told, told)
    is_table = "train" in name or Path(name).suffix not in ("", ".txt")
    return one == other and is_table


def _side_told(path: Path) -> str:
    """Return the language that a name tells, or which side it is; "" if it tells neither."""
    side = SIDE.search(plain_name(path))
    language = language_of(path)
    return language if language != path.name else side.group(2) if side else ""


def _not_held_out(told: dict[Path, str]) -> list[Path]:
    return [path for path in told if not HELD_OUT.search(told[path])] or list(told)


def _corpus_among(training: list[Path], told: dict[Path, str]) -> tuple[Path, ...]:
    """Return the one or two files that must be the corpus; none where it cannot be told."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for path in training:
        groups[_without_language(path)].append(path)
    pairs = [group for group in groups.values() if len(group) == 2]
    if len(pairs) == 1:
        return sides((pairs[0][0], pairs[0][1]))
    if len(training) == 1:
        return (training[0],)
    named = [group for group in pairs if "train" in told[group[0]]]
    if len(named) == 1:
        return sides((named[0][0], named[0][1]))
    tables = [path for path in training if "train" in told[path]]
    return (tables[0],) if len(tables) == 1 else ()


def validation_files(names: tuple[Path, ...], training: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the files to hold out, if there are just as many as to train on; or none."""
    told = _told(names)
    found = [path for path in told if path not in training and VALIDATION.search(told[path])]
    if len(found) != len(training):
        return ()
    if len(found) == 1:
        return (found[0],)
    if _without_language(found[0]) != _without_language(found[1]):
        return ()
    one, other = sides((found[0], found[1]))
    return one, other


def plain_name(path: Path) -> str:
    """Return a file's name in small letters, without the ending that says how it is packed."""
    name = path.name.lower()
    return next((name.removesuffix(s) for s in PACKED_SUFFIXES if name.endswith(s)), name)


def _is_part(name: str) -> bool:
    return "train" in name or bool(HELD_OUT.search(name)) or name in CODES or name in NAMES


def _is_usable(path: Path) -> bool:
    return not BESIDE.match(path.name.lower())


def _told(names: tuple[Path, ...]) -> dict[Path, str]:
    """Return what may be the corpus, and what tells which part of it each file is.

    That is its name, after those folders in which not all of the files are, in small letters.
    """
    usable = list(filter(_is_usable, names))
    levels = zip(*(path.parent.parts for path in usable), strict=False)
    common = sum(1 for _ in takewhile(lambda folders: len(set(folders)) == 1, levels))
    return {
        path: "/".join((*path.parent.parts[common:], plain_name(path))).lower() for path in usable
    }


def _without_language(path: Path) -> str:
    """Return a name without the part that tells the language."""
    name = plain_name(path)
    if language_of(path) == path.name:
        return SIDE.sub(r"\1", name)
    parts = name.split(".")
    for place in range(len(parts) - 1, -1, -1):
        if parts[place] in CODES or re.split(r"[-_ ]", parts[place])[-1] in CODES:
            rest = re.split(r"[-_ ]", parts[place])[:-1]
            return ".".join([*parts[:place], "-".join(rest), *parts[place + 1 :]])
    return re.sub("|".join(map(re.escape, sorted(CODES, key=len, reverse=True))), "", name)

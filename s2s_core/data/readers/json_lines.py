"""JSON: an object for each pair, one a line or in a list, flat or with a `translation` inside."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.choosing import ANY, Texts, Wanted, pairs_of
from s2s_core.data.readers.lines import HALF, LONGEST_LINE, Broken, read_lines, shown
from s2s_core.errors import BadFile

LOOK_AT = 50  # lines, to tell whether each is an object
LONG = 10_000  # characters of an object that is still to be ended; few have so many
BETWEEN, BETWEEN_LISTED = re.compile(r"[ \t\r\n,]*"), re.compile(r"[ \t\r\n,\]]*")


def read_json(path: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """JSON or JSON Lines: objects with two texts, or with both under "translation".

    The second is how Hugging Face publishes corpora: {"translation": {"en": …, "de": …}}.
    """
    lines, broken = deque[int](), wanted.broken
    records = _named(_records(path, broken, lines), broken)
    for number, pair in enumerate(pairs_of(records, wanted, path.name), 1):
        line = lines.popleft()
        if not all(side.isascii() or not HALF.search(side) for side in pair):
            if broken is None:
                raise BadFile(
                    "line {line} of {file} holds half a character, written as an escape such as "
                    "\\ud83d; write the whole one", line=line, file=path.name,
                )  # fmt: skip
            broken.rows.add(number)
            yield SentencePair(*map(shown, pair))
        else:
            yield pair


def is_object_a_line(start: str) -> bool:
    """Tell whether a file that begins so has an object on each line, and is no list of them."""
    lines = [line for line in start.split("\n")[:-1][:LOOK_AT] if line.strip()]
    try:
        return bool(lines) and all(isinstance(json.loads(line), dict) for line in lines)
    except (ValueError, RecursionError):
        return False


def _records(path: Path, broken: Broken | None, lines: deque[int]) -> Iterator[Texts]:
    """Yield the texts of each object of a file, and note in which line it ends."""
    for line, value in _values(path, broken):
        lines.append(line)
        yield _texts(value, path)


def _values(path: Path, broken: Broken | None) -> Iterator[tuple[int, Any]]:
    """Yield the objects of a file: of each line, or of the list that the file is."""
    rest, size, wait = [""], 0, 0  # of what is not complete: its parts, and their characters
    number, is_list = 0, False
    for number, line in enumerate(read_lines(path, broken), 1):
        if not size and not is_list and line.lstrip().startswith("[{"):
            is_list, line = True, line.lstrip()[1:]
        elif line.strip() == "[":
            is_list, line = True, ""
        rest += [line, "\n"]
        size += len(line) + 1
        # To look at a long object again after each of its lines would never end.
        if size < wait:
            continue
        values, left = _complete("".join(rest), is_list, path, number)
        yield from ((number, value) for value in values)
        rest, size = [left], len(left)
        if size > LONGEST_LINE:
            raise _no_json(path, number, "an object is longer than any pair of sentences")
        wait = size * 5 // 4 if size > LONG else 0
    values, left = _complete("".join(rest), is_list, path, number)
    yield from ((number, value) for value in values)
    if left:
        raise _no_json(path, number, "it ends in the middle of an object")


def _complete(buffer: str, is_list: bool, path: Path, number: int) -> tuple[list[Any], str]:
    """Return the objects that a text begins with, and the rest that goes on in the next line."""
    found: list[Any] = []
    decoder, between = json.JSONDecoder(), BETWEEN_LISTED if is_list else BETWEEN
    place = _after(between, buffer, 0)
    while place < len(buffer):
        try:
            value, place = decoder.raw_decode(buffer, place)
        except json.JSONDecodeError as error:
            if buffer[place] in "{[" and (is_list or error.pos >= len(buffer.rstrip())):
                return found, buffer[place:]
            raise _no_json(path, number, error) from None
        except (ValueError, RecursionError) as error:  # a number of thousands of digits
            why = "it is nested too deeply" if isinstance(error, RecursionError) else error
            raise _no_json(path, number, why) from None
        found.append(value)
        place = _after(between, buffer, place)
    return found, ""


def _after(signs: re.Pattern[str], text: str, place: int) -> int:
    """Return the place of the next object: after what may stand between two."""
    match = signs.match(text, place)
    return match.end() if match else place


def _texts(value: Any, path: Path) -> Texts:
    inner = value.get("translation", value) if isinstance(value, dict) else value
    texts = inner if isinstance(inner, dict) else value
    if isinstance(texts, dict):
        return {str(key): text for key, text in texts.items() if isinstance(text, str)}
    if isinstance(value, list):
        return {str(place): text for place, text in enumerate(value, 1) if isinstance(text, str)}
    raise BadFile(
        "{file} holds {given} where an object with two texts was expected",
        file=path.name, given=repr(value)[:60],
    )  # fmt: skip


def _named(records: Iterator[Texts], broken: Broken | None) -> Iterator[Texts]:
    """Yield records with names that can be shown, and note those where that changes one."""
    for number, record in enumerate(records, 1):
        if all(map(str.isascii, record)):
            yield record
            continue
        whole = {shown(name): text for name, text in record.items()}
        if broken is not None and whole.keys() != record.keys():
            broken.rows.add(number)
        yield whole


def _no_json(path: Path, number: int, why: object) -> BadFile:
    return BadFile("line {line} of {file} is not JSON: {why}", line=number, file=path.name, why=why)

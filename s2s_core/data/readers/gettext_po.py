"""gettext catalogues: the texts of a program and their translations."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import polib

from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.choosing import ANY, Wanted
from s2s_core.data.readers.lines import read_lines
from s2s_core.errors import BadFile

LARGEST = 100_000_000  # characters
LONGEST, MOST_PARTS = 1_000_000, 10_000  # characters and lines of a text


def read_po(path: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """gettext catalogue (PO): texts that are translated, plurals too; doubtful ones are left out.

    Of several plural forms that of one thing goes with the singular, the last with the plural.
    """
    text = "\n".join(_lines(path)) + "\n"
    try:
        entries = polib.pofile(text, check_for_duplicates=False)
    except (OSError, ValueError, IndexError, AttributeError) as error:
        raise BadFile("{file} is no catalogue: {why}", file=path.name, why=error) from None
    if wanted.look is not None:
        wanted.look.target = entries.metadata.get("Language", "").split(" ")[0]
    one = _form_of_one(entries.metadata.get("Plural-Forms", ""))
    for entry in entries:
        if entry.obsolete or entry.fuzzy:
            continue
        forms = [form for _, form in sorted(entry.msgstr_plural.items())] or [entry.msgstr]
        if singular := forms[one if one < len(forms) else 0]:
            yield SentencePair(entry.msgid, singular)
        if entry.msgid_plural and forms[-1]:
            yield SentencePair(entry.msgid_plural, forms[-1])


def _lines(path: Path) -> Iterator[str]:
    """Yield the lines; all of them are read at once, so there are not to be too many."""
    size, entry, parts = 0, 0, 0
    for number, line in enumerate(read_lines(path), 1):
        size += len(line) + 1
        # Each line of a text that goes on is joined to all before it.
        goes_on = line.lstrip().startswith('"')
        entry, parts = (entry + len(line), parts + 1) if goes_on else (len(line), 1)
        if entry > LONGEST or parts > MOST_PARTS or size > LARGEST:
            raise BadFile(
                "line {line} of {file} goes on with more text than a catalogue of a program holds; "
                "save it as a table", line=number, file=path.name,
            )  # fmt: skip
        yield line


def _form_of_one(plural: str) -> int:
    """Return which plural form is that of one thing: not the first where none has a form, too."""
    rule = re.search(r"plural\s*=\s*([^;]+)", plural)
    try:
        return max(0, gettext.c2py(rule[1])(1)) if rule else 0
    except (ValueError, ArithmeticError, SyntaxError):
        return 0

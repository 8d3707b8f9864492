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


def read_po(path: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """gettext catalogue (PO): texts that are translated, plurals too; doubtful ones are left out.

    Of several plural forms that of one thing goes with the singular, the last with the plural.
    """
    text = "\n".join(read_lines(path)) + "\n"
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


def _form_of_one(plural: str) -> int:
    """Return which plural form is that of one thing: not the first where none has a form, too."""
    rule = re.search(r"plural\s*=\s*([^;]+)", plural)
    try:
        return max(0, gettext.c2py(rule[1])(1)) if rule else 0
    except (ValueError, ArithmeticError, SyntaxError):
        return 0

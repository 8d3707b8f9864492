"""gettext catalogues: the texts of a program and their translations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polib

from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.choosing import ANY, Wanted
from s2s_core.data.readers.lines import read_lines
from s2s_core.errors import BadFile


def read_po(path: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """gettext catalogue (PO): texts that are translated, plurals too; doubtful ones are left out.

    Of several plural forms the first goes with the singular, the last with the plural.
    """
    text = "\n".join(read_lines(path)) + "\n"
    try:
        entries = polib.pofile(text, check_for_duplicates=False)
    except (OSError, ValueError, IndexError, AttributeError) as error:
        raise BadFile("{file} is no catalogue: {why}", file=path.name, why=error) from None
    if wanted.look is not None:
        wanted.look.target = entries.metadata.get("Language", "").split(" ")[0]
    for entry in entries:
        if entry.obsolete or entry.fuzzy:
            continue
        forms = [form for _, form in sorted(entry.msgstr_plural.items())] or [entry.msgstr]
        if forms[0]:
            yield SentencePair(entry.msgid, forms[0])
        if entry.msgid_plural and forms[-1]:
            yield SentencePair(entry.msgid_plural, forms[-1])

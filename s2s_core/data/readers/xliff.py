"""XLIFF 1.2 and 2.x: what translators exchange, a source and a target in each segment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.choosing import ANY, Texts, Wanted, pairs_of
from s2s_core.data.readers.xml_parts import child, elements, local, plain_text


def read_xliff(path: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """XLIFF 1.2 and 2.x: segments that are translated; mark-up inside them is left out."""
    yield from pairs_of(_segments(path), wanted, path.name, are_languages=True)


def _segments(path: Path) -> Iterator[Texts]:
    names = ["source", "target"]
    unit = "segment" if _is_second(path) else "trans-unit"
    for event, element in elements(path, unit):
        if event == "start":
            if local(element) == "xliff" and element.get("srcLang"):
                names = [element.get("srcLang", ""), element.get("trgLang") or "target"]
            elif local(element) == "file" and element.get("source-language"):
                names = [
                    element.get("source-language", ""),
                    element.get("target-language") or "target",
                ]
            continue
        target = child(element, "target")
        if target is not None:
            yield dict(zip(names, map(plain_text, (child(element, "source"), target)), strict=True))


def _is_second(path: Path) -> bool:
    """Whether the file is of version 2."""
    for _, element in elements(path, "xliff"):
        return element.get("version", "1").startswith("2")
    return False

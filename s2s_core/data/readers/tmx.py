"""Translation Memory eXchange 1.4: units, each with one text for every language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.choosing import ANY, Texts, Wanted, pairs_of
from s2s_core.data.readers.xml_parts import LANGUAGE, child, elements, local, plain_text


def read_tmx(path: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """Translation memory (TMX 1.4): mark-up inside sentences is left out.

    Where it has more than two languages, source and target have to be chosen.
    """
    yield from pairs_of(_units(path), wanted, path.name, are_languages=True)


def _units(path: Path) -> Iterator[Texts]:
    source = ""
    for event, element in elements(path, "tu"):
        if event == "start":
            if local(element) == "header":
                source = element.get("srclang", "").lower()
            continue
        texts = {}
        for variant in element:
            language = (variant.get(LANGUAGE) or variant.get("lang") or "").lower()
            if local(variant) == "tuv" and language:
                texts[language] = plain_text(child(variant, "seg"))
        if source in texts:
            texts = {source: texts[source], **texts}
        yield texts

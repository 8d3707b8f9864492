"""What sets a translation apart from its reference, word by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from itertools import pairwise

from PySide6.QtCore import QTextBoundaryFinder

from app.widgets.theme import current_theme

MOST_EXTRA = 8  # words in a row that are only in the translation; a model in training babbles


@dataclass(frozen=True)
class Difference:
    """Words of both; of one only, where the other has none; or other words in their place."""

    translation: tuple[str, ...]
    reference: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether these words are the same in both."""
        return self.translation == self.reference


def differences(translation: str, reference: str, separator: str = " ") -> list[Difference]:
    """Compare word by word; character by character in a script that puts no spaces."""
    split = str.split if separator else characters
    ours, theirs = tuple(split(translation)), tuple(split(reference))
    steps = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    return [Difference(ours[a:b], theirs[c:d]) for _, a, b, c, d in steps]


def characters(text: str) -> list[str]:
    """Return the characters of a text as a reader counts them: marks stay with their letter."""
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, text)
    units = text.encode("utf-16-le", "surrogatepass")  # in which Qt counts
    places = [0]
    while (place := finder.toNextBoundary()) != -1:
        places.append(place)
    return [
        units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")
        for start, end in pairwise(places)
    ]


def marked(found: Sequence[Difference], separator: str = " ") -> str:
    """Return the reference as rich text: what is missing underlined, what is extra struck out.

    Where nothing is the same there is nothing to compare, and no mark.
    """
    if not any(each.is_same for each in found):
        return escape(plain(found, separator))
    return separator.join(_marked(each, separator) for each in found)


def plain(found: Sequence[Difference], separator: str = " ") -> str:
    """Return the reference as it is."""
    return separator.join(separator.join(each.reference) for each in found if each.reference)


def _marked(each: Difference, separator: str) -> str:
    theme = current_theme()
    reference = escape(separator.join(each.reference))
    if each.is_same:
        return reference
    parts = []
    if each.translation:
        more = ("…",) if len(each.translation) > MOST_EXTRA else ()
        ours = escape(separator.join((*each.translation[:MOST_EXTRA], *more)))
        parts.append(f'<s style="color:{theme.error}">{ours}</s>')
    if each.reference:
        parts.append(f'<u style="color:{theme.warning}">{reference}</u>')
    return "/".join(parts)

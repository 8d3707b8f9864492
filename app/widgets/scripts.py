"""What a text's script asks of its place: direction of reading, and height of the line."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt

# Noto's Chinese needs 1.45 of the type size, its Arabic and Devanagari 1.7. Asking Qt instead
# would load every font of the machine before the window shows.
TALLEST = 1.75
_USUAL = 0.05  # of the letters: rarer ones are names and quotations
_WRITTEN = {chr(n): f"‹{n:02x}›" for n in (*range(32), 127) if chr(n) not in "\t\n\r"}


def is_right_to_left(text: str) -> bool:
    """Whether the first strong letter belongs to a script written from right to left."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False


def reads_leftward(texts: Iterable[str]) -> bool:
    """Whether most letters of some texts belong to scripts written from right to left."""
    kinds = Counter(unicodedata.bidirectional(letter) for text in texts for letter in text)
    return kinds["R"] + kinds["AL"] > kinds["L"]


def direction_among(texts: Sequence[str]) -> Qt.LayoutDirection | None:
    """Return the direction in which some texts are read; None where there is none."""
    if not texts:
        return None
    leftward = reads_leftward(texts)
    return Qt.LayoutDirection.RightToLeft if leftward else Qt.LayoutDirection.LeftToRight


def are_wide(texts: Iterable[str]) -> bool:
    """Whether most letters of some texts are as wide as high."""
    kinds = Counter(
        unicodedata.east_asian_width(letter) in ("W", "F")
        for text in texts
        for letter in text
        if letter.isalpha()
    )
    return kinds[True] > kinds[False]


def is_wide(text: str) -> bool:
    """Whether the first letter is of a script whose characters are as wide as high."""
    first = next((letter for letter in text if letter.isalpha()), " ")
    return unicodedata.east_asian_width(first) in ("W", "F")


def has_script_of(text: str, samples: Iterable[str]) -> bool:
    """Whether most letters of a text are of scripts in which samples are written."""
    among = Counter(_script(letter) for sample in samples for letter in sample if letter.isalpha())
    usual = {script for script, count in among.items() if count >= _USUAL * among.total()}
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(_script(letter) in usual for letter in letters) >= len(letters)


def _script(letter: str) -> str:
    """Return the first word of a letter's name, such as LATIN, CJK or ARABIC."""
    return unicodedata.name(letter, "").partition(" ")[0]


def alignment_of(text: str) -> Qt.AlignmentFlag:
    """Return the side at which a text begins."""
    return alignment_for(direction_of(text))


def alignment_for(direction: Qt.LayoutDirection) -> Qt.AlignmentFlag:
    """Return the side at which text of a direction begins."""
    is_leftward = direction == Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignRight if is_leftward else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute


def tallest_line(size: int) -> int:
    """Return the height of a line that cuts off no script, for type of so many pixels."""
    return math.ceil(size * TALLEST)


def direction_of(text: str) -> Qt.LayoutDirection:
    """Return the direction in which a text is read."""
    rightward = is_right_to_left(text)
    return Qt.LayoutDirection.RightToLeft if rightward else Qt.LayoutDirection.LeftToRight


def without_controls(text: str) -> str:
    """Return a text with ‹01› and the like for control characters, which no font has."""
    return "".join(_WRITTEN.get(letter, letter) for letter in text)


def isolated(text: str) -> str:
    """Return a text that keeps its own direction, whatever stands around it."""
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"

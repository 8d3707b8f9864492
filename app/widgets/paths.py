"""Paths in a sentence: they wrap after a slash, never inside a name."""

from __future__ import annotations

import re
from pathlib import Path

MOST_OF_A_NAME = 28  # characters, which a message has room for; else the middle is left out
_MAY_WRAP, _MUST_NOT = "\N{ZERO WIDTH SPACE}", "\N{WORD JOINER}"


def in_sentence(path: str, *, whole: bool = False) -> str:
    """Return a path as a sentence shows it; whoever needs it exactly is given a way to copy it.

    whole: it is what the sentence is about, and nothing of it is left out
    """
    home = str(Path.home())
    if not whole and path.startswith((f"{home}/", f"{home}\\")):
        path = f"~{path.removeprefix(home)}"
    return _MAY_WRAP.join(_name(name, whole) for name in re.findall(r"[/\\]*[^/\\]+[/\\]*", path))


def _name(name: str, whole: bool) -> str:
    if whole and len(name) > MOST_OF_A_NAME:
        return _MAY_WRAP.join(re.split(r"(?<=\W)(?=\w)", name))  # after a hyphen, then
    if len(name) > MOST_OF_A_NAME:
        half = (MOST_OF_A_NAME - 1) // 2
        name = f"{name[:half]}…{name[-half:]}"
    # A word joiner keeps together what hyphens, dots and the like would let go.
    joined = _MUST_NOT.join(re.split(r"(?<=\W)(?=\w)|(?<=\w)(?=\W)", name))
    return joined.replace(" ", "\N{NO-BREAK SPACE}")

"""The names of everything that can be chosen, known before torch is loaded."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from PySide6.QtCore import QCoreApplication

from s2s_core.presets import title_of_preset
from s2s_core.resources import resource

Names = dict[str, tuple[tuple[str, str, str], ...]]


@cache
def choices() -> Names:
    """Return (name, help, title) of all rows of each table."""
    return {
        kind: tuple((name, row["help"], row["title"]) for name, row in rows.items())
        for kind, rows in _tables().items()
    }


def titles(kind: str) -> dict[str, str]:
    """Return the title of each row of a table."""
    return {name: row["title"] for name, row in _tables()[kind].items()}


def corpus_title(builtin: str, is_swapped: bool = False) -> str:
    """Return what a built-in corpus is called in one direction or the other."""
    row = _tables()["toy_task"][builtin]
    return str((is_swapped and row.get("swapped_title")) or row["title"])


def helps(kind: str) -> dict[str, str]:
    """Return what each row of a table does."""
    return {name: row["help"] for name, row in _tables()[kind].items()}


def suffixes() -> dict[str, tuple[str, ...]]:
    """Return the endings of the files of each corpus format, by its title."""
    rows = _tables()["reader"].values()
    return {row["title"]: tuple(row.get("suffixes", "").split()) for row in rows}


def difficulty(corpus: str) -> dict[str, dict[str, Any] | str]:
    """Return what a built-in corpus knows of length, vocabulary, noise: `Span`s, or why not."""
    found: dict[str, dict[str, Any] | str] = _tables()["toy_task"][corpus]["difficulty"]
    return found


def difficulty_title(corpus: str, name: str) -> str:
    """Return what a built-in corpus calls length, vocabulary or noise; "" if it knows it not."""
    span = difficulty(corpus)[name]
    return "" if isinstance(span, str) else str(span["title"] or span["unit"])


def preset_title(name: str) -> str:
    """Return the title of a preset: "gru-small" is "GRU small"."""
    return title_of_preset(name, lambda size: QCoreApplication.translate("s2s_core", size))


@cache
def _tables() -> dict[str, dict[str, dict[str, Any]]]:
    """Read `resources/catalog.json`, which is made of the tables of the core."""
    tables: dict[str, dict[str, dict[str, Any]]] = json.loads(
        resource("catalog.json").read_text(encoding="utf-8")
    )
    return tables

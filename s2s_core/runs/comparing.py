"""Runs side by side, as their journals tell it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from s2s_core.comparing import Compared, Comparing
from s2s_core.runs.journal import read_journal


def compared(folders: Iterable[Path]) -> list[Compared]:
    """Return a row for each run; that of a run not begun knows no more than its folder."""
    return [_row(folder) for folder in folders]


def _row(folder: Path) -> Compared:
    row = Comparing(folder)
    row.take(read_journal(folder / "journal.jsonl"))
    return row.now

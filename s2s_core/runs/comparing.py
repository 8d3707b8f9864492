"""Runs side by side, as their journals tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from s2s_core.comparing import Compared, Comparing
from s2s_core.grid_folder import GridFolder, Planned
from s2s_core.runs.checkpoint import checkpoint_folder, config_of
from s2s_core.runs.journal import read_journal


def compared(folders: Iterable[Path]) -> list[Compared]:
    """Return a row for each run; that of a run not begun knows no more than its folder."""
    return [_row(folder) for folder in folders]


def rows_of(plan: GridFolder, failures: Mapping[str, str]) -> list[Compared]:
    """Return what came of each run of a grid so far; why some failed, by the names of folders.

    A run is finished if it was trained to the end that it is to have now.
    """
    return [
        replace(
            row,
            is_finished=row.is_finished and _has_its_end(run),
            failure=row.failure or failures.get(run.folder.name, ""),
        )
        for run, row in zip(plan.runs, compared(run.folder for run in plan.runs), strict=True)
    ]


def _row(folder: Path) -> Compared:
    row = Comparing(folder)
    row.take(read_journal(folder / "journal.jsonl"))
    return row.now


def _has_its_end(run: Planned) -> bool:
    if not run.is_begun:
        return False
    had, wanted = config_of(checkpoint_folder(run.folder, "last"), "").training, run.config.training
    return (had.steps, had.minutes) == (wanted.steps, wanted.minutes)

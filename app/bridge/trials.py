"""The runs that are compared: what each is to be, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from s2s_core.comparing import Compared
from s2s_core.configs import RunConfig
from s2s_core.grid import title
from s2s_core.grid_folder import GridFolder

WAITS, BEGINS, TRAINS = "waits", "begins", "trains"
DONE, FAILED, LEFT, NOT_BEGUN = "done", "failed", "left", "not begun"


@dataclass(frozen=True)
class Trial:
    """One of the runs that are compared."""

    values: Mapping[str, Any]  # of the settings that are varied, by key
    config: RunConfig
    title: str
    numbers: Compared
    state: str = NOT_BEGUN
    why: str = ""  # it failed
    is_begun: bool = False  # there is a run in its folder
    is_playing: bool = False

    @property
    def folder(self) -> Path:
        """Where its run is, or is to be."""
        return self.numbers.folder

    @property
    def row(self) -> Compared:
        """What of it is kept in the table."""
        return replace(self.numbers, is_finished=self.state == DONE, failure=self.why)


def trials_of(plan: GridFolder, device: str) -> list[Trial]:
    """Return the runs of a grid as its table and their folders tell of them; for this machine."""
    known = {row.folder: row for row in plan.kept}
    trials = []
    for run in plan.runs:
        row, is_begun = known.get(run.folder, Compared(run.folder)), run.is_begun
        state = LEFT if is_begun else NOT_BEGUN
        state = FAILED if row.failure else DONE if is_begun and row.is_finished else state
        training = run.config.training.model_copy(update={"device": device})
        config = run.config.model_copy(update={"training": training})
        name = title(run.values, translated)
        trials.append(Trial(run.values, config, name, row, state, row.failure, is_begun))
    return trials


def translated(text: str) -> str:
    """Return a sentence of the core in the language of the window."""
    return QCoreApplication.translate("s2s_core", text)

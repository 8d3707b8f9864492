"""The folder of a grid: an ordinary run in a folder of its own for each combination, and a table.

grid.json holds what is varied, what is common to all runs, and the table of what came of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from s2s_core.comparing import LESS_IS_BETTER, Compared, best_rows
from s2s_core.configs import RunConfig
from s2s_core.errors import BadFile, BadRun
from s2s_core.experiment import laid_over
from s2s_core.files import replacing
from s2s_core.grid import Grid, folder_name
from s2s_core.run_folders import is_run
from s2s_core.runs.catalog import check
from s2s_core.runs.checkpoint import checkpoint_folder, config_of
from s2s_core.runs.comparing import compared
from s2s_core.runs.folder import unwritable

FORMAT = 1  # of grid.json
FILE = "grid.json"
LIMITS = ("steps", "minutes", "device")  # of training: with others, a grid still goes on


@dataclass(frozen=True)
class Planned:
    """A run of a grid, begun or not."""

    folder: Path
    values: dict[str, Any]  # of the settings that are varied
    config: RunConfig

    @property
    def is_begun(self) -> bool:
        """Whether there is something to go on with."""
        return is_run(self.folder)

    def is_done(self) -> bool:
        """Tell whether it was trained to the end that it is to have."""
        (row,) = compared([self.folder])
        if not row.is_finished or not self.is_begun:
            return False
        had = config_of(checkpoint_folder(self.folder, "last"), "").training
        return (had.steps, had.minutes) == (
            self.config.training.steps,
            self.config.training.minutes,
        )


@dataclass(frozen=True)
class GridFolder:
    """A grid with the place where it is kept."""

    folder: Path
    grid: Grid
    common: dict[str, Any]  # the settings of all runs, nested, not checked
    failures: dict[str, str] = field(default_factory=dict)  # by the name of a run's folder

    @classmethod
    def new(cls, folder: Path, grid: Grid, changes: Sequence[Mapping[str, Any]]) -> Self:
        """Plan a grid; nothing is written."""
        common = RunConfig().model_dump(mode="json")
        for change in changes:
            common = laid_over(common, change)
        return cls(folder, grid, common)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what was planned before, and what came of it."""
        path = folder / FILE
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            if values["format"] != FORMAT:
                raise BadFile(
                    "{file} has format {given}; this version reads format {known}",
                    file=path, given=values["format"], known=FORMAT,
                )  # fmt: skip
            axes = tuple((key, tuple(several)) for key, several in values["axes"].items())
            failures = {r["folder"]: r["failure"] for r in values["runs"] if r["failure"]}
            return cls(folder, Grid(axes), dict(values["common"]), failures)
        except OSError as error:
            raise BadFile("{file} cannot be read: {why}", file=path, why=error.strerror) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadFile("{file} is not the file of a grid", file=path) from None

    @cached_property
    def runs(self) -> list[Planned]:
        """The runs, each checked; a combination that cannot be is refused by its name."""
        configs = self.grid.configs(RunConfig(), [self.common], check)
        return [
            Planned(self.folder / folder_name(values), values, config)
            for values, config in zip(self.grid.combinations(), configs, strict=True)
        ]

    def with_limits(self, limits: Mapping[str, Any]) -> Self:
        """Return the grid with another end of training."""
        return replace(self, common=laid_over(self.common, {"training": limits}))

    def check_goes_on(self, before: Self) -> None:
        """Refuse to mix the runs of two grids in one folder."""
        ours, theirs = _without_limits(self.common), _without_limits(before.common)
        if (self.grid.keys, ours) != (before.grid.keys, theirs):
            raise BadRun(
                "{folder} holds a grid of other settings; name another folder", folder=self.folder
            )

    def rows(self) -> list[Compared]:
        """Return what came of each run so far."""
        return [
            replace(row, failure=row.failure or self.failures.get(row.folder.name, ""))
            for row in compared(run.folder for run in self.runs)
        ]

    def save(self) -> None:
        """Write grid.json, with the table as it is now."""
        rows = self.rows()
        best = {column: best_rows(rows, column) for column in LESS_IS_BETTER}
        runs = [
            {
                "folder": run.folder.name,
                "values": run.values,
                **{f.name: _plain(getattr(row, f.name)) for f in fields(row) if f.name != "folder"},
                "best": [column for column, numbers in best.items() if number in numbers],
            }
            for number, (run, row) in enumerate(zip(self.runs, rows, strict=True))
        ]
        values = {
            "format": FORMAT, "axes": dict(self.grid.axes), "common": self.common, "runs": runs,
        }  # fmt: skip
        try:
            with replacing(self.folder / FILE) as unfinished:
                text = json.dumps(values, ensure_ascii=False, indent=1)
                unfinished.write_text(text + "\n", encoding="utf-8", newline="\n")
        except OSError as error:
            raise unwritable(self.folder, error) from None


def is_grid(folder: Path) -> bool:
    """Whether a folder is that of a grid."""
    return (folder / FILE).is_file()


def _without_limits(common: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings as the file has them, without when training ends and where it runs."""
    values = laid_over(RunConfig().model_dump(), common)
    training = {k: v for k, v in values["training"].items() if k not in LIMITS}
    found: dict[str, Any] = json.loads(json.dumps({**values, "training": training}))
    return found


def _plain(value: Any) -> Any:
    """Return what JSON can hold: a loss that is no number is not told."""
    return None if isinstance(value, float) and not math.isfinite(value) else value

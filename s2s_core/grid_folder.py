"""The folder of a grid: an ordinary run in a folder of its own for each combination, and a table.

grid.json holds what is varied, what is common to all runs, and the table of what came of them.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from s2s_core.comparing import LESS_IS_BETTER, Compared, best_rows
from s2s_core.configs import RunConfig
from s2s_core.errors import BadFile, BadRun
from s2s_core.experiment import laid_over, merged
from s2s_core.files import replacing
from s2s_core.grid import PRESET, Grid, accept, folder_name
from s2s_core.run_folders import is_run

FORMAT = 1  # of grid.json
FILE = "grid.json"
ENDS = ("steps", "minutes")  # of training
LIMITS = (*ENDS, "device")  # of training: with others, a grid still goes on


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


@dataclass(frozen=True)
class GridFolder:
    """A grid with the place where it is kept."""

    folder: Path
    grid: Grid
    common: dict[str, Any]  # the settings of all runs, nested, not checked
    below: dict[str, Any] = field(default_factory=dict)  # what presets are laid over, if varied
    kept: tuple[Compared, ...] = ()  # the table as it was written
    check: Callable[[RunConfig], None] = field(default=accept, compare=False)

    @classmethod
    def new(
        cls, folder: Path, grid: Grid, start: Sequence[Mapping[str, Any]],
        changes: Sequence[Mapping[str, Any]], check: Callable[[RunConfig], None] = accept,
    ) -> Self:  # fmt: skip
        """Plan a grid; nothing is written. Presets that are varied come between both."""
        before = _laid({}, [RunConfig().model_dump(mode="json"), *start])
        if PRESET in grid.keys:
            return cls(folder, grid, _laid({}, changes), before, check=check)
        return cls(folder, grid, _laid(before, changes), check=check)

    @classmethod
    def load(cls, folder: Path, check: Callable[[RunConfig], None] = accept) -> Self:
        """Read what was planned before, and what came of it."""
        path = folder / FILE
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            if values["format"] != FORMAT:
                raise BadFile(
                    "{file} has format {given}; this version reads format {known}",
                    file=path, given=values["format"], known=FORMAT,
                )  # fmt: skip
            axes = tuple(_axis(key, several) for key, several in values["axes"].items())
            kept = tuple(_row(folder, row) for row in values["runs"])
            below = _settings(values.get("below", {}))
            return cls(folder, Grid(axes), _settings(values["common"]), below, kept, check)
        except OSError as error:
            raise BadFile("{file} cannot be read: {why}", file=path, why=error.strerror) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadFile("{file} is not the table of a comparison", file=path) from None

    @cached_property
    def runs(self) -> list[Planned]:
        """The runs, each checked; a combination that cannot be is refused by its name."""
        base = merged(RunConfig(), self.below)
        configs = self.grid.configs(base, [self.common], self.check)
        return [
            Planned(self.folder / folder_name(values), values, config)
            for values, config in zip(self.grid.combinations(), configs, strict=True)
        ]

    def with_limits(self, limits: Mapping[str, Any]) -> Self:
        """Return the grid with another end of training."""
        return replace(self, common=laid_over(self.common, {"training": limits}))

    def check_goes_on(self, before: Self) -> None:
        """Refuse to mix the runs of two grids in one folder."""
        if (self.grid.keys, self._constant) != (before.grid.keys, before._constant):
            raise BadRun(
                "{folder} holds a grid of other settings; name another folder", folder=self.folder
            )

    @property
    def _constant(self) -> tuple[dict[str, Any], ...]:
        """What is the same in all runs, but for when training ends and where it runs."""
        start = {} if self.below else RunConfig().model_dump()
        return tuple(map(_without_limits, (self.below, laid_over(start, self.common))))

    def save(self, rows: Sequence[Compared]) -> None:
        """Write grid.json, with the table as it is now."""
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
            "format": FORMAT, "axes": dict(self.grid.axes), "below": self.below,
            "common": self.common, "runs": runs,
        }  # fmt: skip
        self.make()
        try:
            with replacing(self.folder / FILE) as unfinished:
                text = json.dumps(values, ensure_ascii=False, indent=1)
                unfinished.write_text(text + "\n", encoding="utf-8", newline="\n")
        except OSError as error:
            raise self._unwritten(error) from None

    def make(self) -> None:
        """Make the folder itself."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritten(error) from None

    def _unwritten(self, error: OSError) -> BadFile:
        template = "{folder} cannot be written: {why}"
        return BadFile(template, folder=self.folder, why=error.strerror)


def is_grid(folder: Path) -> bool:
    """Whether a folder is that of a grid."""
    return os.path.isfile(folder / FILE)  # False of what cannot even be looked for


def is_unfinished(folder: Path) -> bool:
    """Whether some run of a grid is not trained to its end; what cannot be read is none."""
    try:
        rows = json.loads((folder / FILE).read_text(encoding="utf-8"))["runs"]
        return not all(row["is_finished"] for row in rows)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def last_grid(parent: Path) -> Path | None:
    """Return the grid of a folder of runs that was written to last."""
    try:
        grids = [folder for folder in parent.iterdir() if is_grid(folder)]
        return max(grids, key=lambda folder: (folder / FILE).stat().st_mtime, default=None)
    except OSError:
        return None


def _laid(start: dict[str, Any], changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    for change in changes:
        start = laid_over(start, change)
    return start


def _axis(key: str, values: Any) -> tuple[str, tuple[Any, ...]]:
    """Return a setting and its values: names, switches and finite numbers."""
    kinds = str if key == PRESET else str | int | float
    if not isinstance(values, list) or not all(isinstance(value, kinds) for value in values):
        raise TypeError
    if any(isinstance(value, float) and not math.isfinite(value) for value in values):
        raise ValueError
    return key, tuple(values)


def _settings(values: Any) -> dict[str, Any]:
    """Return settings, not checked but for what others are laid over."""
    found = dict(values)
    if not all(isinstance(found.get(name, {}), Mapping) for name in ("model", "training")):
        raise TypeError
    return found


def _row(folder: Path, values: Mapping[str, Any]) -> Compared:
    """Return a row of the table as the file has it."""
    known = {f.name: values[f.name] for f in fields(Compared) if f.name != "folder"}
    return Compared(folder / values["folder"], **known)


def _without_limits(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings as the file has them, without when training ends and where it runs."""
    training = {k: v for k, v in settings.get("training", {}).items() if k not in LIMITS}
    found: dict[str, Any] = json.loads(json.dumps({**settings, "training": training}))
    return found


def _plain(value: Any) -> Any:
    """Return what JSON can hold: a loss that is no number is not told."""
    return None if isinstance(value, float) and not math.isfinite(value) else value

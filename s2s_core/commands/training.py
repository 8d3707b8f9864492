"""The command that trains."""

from __future__ import annotations

import argparse
from pathlib import Path

from s2s_core.commands.following import follow, new_run, opened_run
from s2s_core.commands.grids import go_on_with_grid, train_grid
from s2s_core.commands.options import config_of, limits_of
from s2s_core.errors import BadConfig
from s2s_core.experiment import parsed_value, parted_setting
from s2s_core.grid import is_varied
from s2s_core.grid_folder import is_grid
from s2s_core.run_folders import new_run_folder
from s2s_core.runs.run import Run

OF_A_NEW_RUN = ("experiment", "preset", "corpus", "builtin", "validation", "out")


def train(options: argparse.Namespace) -> int:
    """Train until the limits are reached or Ctrl+C is pressed; both save."""
    if options.resume:
        if given := [name for name in OF_A_NEW_RUN if getattr(options, name)]:
            raise BadConfig(
                "--resume goes on with the run as it is; {given} is for a new one",
                given=" and ".join(given),
            )
        if is_grid(options.resume):
            return go_on_with_grid(options)
        run = _resumed(options)
    elif "," in (options.preset or "") or any(map(is_varied, options.settings)):
        return train_grid(options)
    else:
        config = config_of(options)
        run = new_run(config, options.out or new_run_folder(Path("runs"), config))
    status = follow(run)
    print(run.folder)
    return status


def _resumed(options: argparse.Namespace) -> Run:
    """Open a run to go on; live knobs may be turned on the way."""
    run = opened_run(options.resume, options.device or "")
    for setting in options.settings:
        key, value = parted_setting(setting)
        run.change(key, parsed_value(value))
    _check_limits(options, {"steps": run.trainer.step, "minutes": run.trainer.elapsed_seconds / 60})
    for name, value in limits_of(options).items():
        if name != "device":
            run.change(f"training.{name}", value)
    return run


def _check_limits(options: argparse.Namespace, spent: dict[str, float]) -> None:
    """Refuse a limit that is behind the run: it would end at once, and nobody would know why."""
    for name, already in spent.items():
        limit = getattr(options, name)
        if limit is not None and 0 < limit <= already:
            raise BadConfig(
                "the run has trained for {already} {name} already, and --{name} counts from its "
                "beginning: name more than that",
                already=f"{already:,.4g}" if name == "minutes" else f"{already:,}", name=name,
            )  # fmt: skip

"""Training a grid: one run after the other, and a table of what came of them."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from s2s_core.commands.following import follow, new_run, opened_run
from s2s_core.commands.grid_table import print_table
from s2s_core.commands.options import changes_of, found_from_anywhere, limits_of, start_of
from s2s_core.commands.telling import console, sentence_of
from s2s_core.data.cache import is_whole
from s2s_core.errors import BadConfig, BadRun, S2SError
from s2s_core.experiment import parted_setting
from s2s_core.grid import PRESET, Grid, is_varied, title
from s2s_core.grid_folder import GridFolder, Planned, is_grid
from s2s_core.models.device import choose_device
from s2s_core.records import FailureRecord
from s2s_core.run_folders import GRID, new_run_folder
from s2s_core.runs.catalog import check
from s2s_core.runs.comparing import rows_of
from s2s_core.runs.folder import held, make_folder
from s2s_core.runs.run import Run


def train_grid(options: argparse.Namespace) -> int:
    """Train a run for each combination; go on where the same command has left off."""
    options = found_from_anywhere(options)  # it may go on elsewhere, or in the window
    varied = [setting for setting in options.settings if is_varied(setting)]
    others = [setting for setting in options.settings if not is_varied(setting)]
    preset = options.preset
    if "," in (preset or ""):
        varied, preset = [f"{PRESET}={preset}", *varied], None
    grid = Grid.parse(varied)
    for setting in others:
        key, value = parted_setting(setting)
        if key in grid.keys:
            raise BadConfig("{key} is varied, and {value} as well", key=key, value=value)
    start, changes = start_of(options, preset), changes_of(options, others)
    plan = GridFolder.new(options.out or Path(), grid, start, changes, check)
    if not options.out:
        folder = new_run_folder(Path("runs"), plan.runs[0].config, GRID)
        plan = replace(plan, folder=folder)
    if is_grid(plan.folder):
        before = GridFolder.load(plan.folder)
        plan.check_goes_on(before)
        plan = replace(plan, kept=before.kept)
    return _train_all(plan)


def go_on_with_grid(options: argparse.Namespace) -> int:
    """Train what is left of a grid."""
    if options.settings:
        raise BadConfig(
            "{folder} is a grid, which goes on with the settings that it has", folder=options.resume
        )
    return _train_all(GridFolder.load(options.resume, check).with_limits(limits_of(options)))


def _train_all(plan: GridFolder) -> int:
    """Train all runs that are not done; print the table whatever happens on the way."""
    for run in plan.runs:
        training = run.config.training
        choose_device(training.device)
        if not training.steps and not training.minutes:
            raise BadConfig("runs are compared at the end of training: name --steps or --minutes")
    make_folder(plan.folder)
    console.print(f"{len(plan.runs)} runs, kept in {plan.folder}", markup=False, soft_wrap=True)
    failures = {row.folder.name: row.failure for row in plan.kept if row.failure}
    with held(plan.folder):
        status = _train_each(plan, failures)
    rows = rows_of(plan, failures)
    print_table(plan, rows)
    print(plan.folder)
    return status or int(any(row.failure for row in rows))


def _train_each(plan: GridFolder, failures: dict[str, str]) -> int:
    """Train one run after the other until all are done, or a person has had enough."""
    rows = rows_of(plan, failures)
    plan.save(rows)
    status = 0
    try:
        for number, (run, row) in enumerate(zip(plan.runs, rows, strict=True), 1):
            name = f"run {number} of {len(plan.runs)}: {title(run.values)}"
            failures.pop(run.folder.name, None)
            if row.is_finished:
                console.print(f"{name}: trained already", markup=False, soft_wrap=True)
                continue
            console.print(name, style="bold", markup=False, soft_wrap=True)
            status = _train_one(plan, run, failures)
            plan.save(rows_of(plan, failures))
            if status:
                break
    except KeyboardInterrupt:  # while a corpus was prepared
        status = 130
    plan.save(rows_of(plan, failures))
    return status


def _train_one(plan: GridFolder, planned: Planned, failures: dict[str, str]) -> int:
    """Begin a run, or go on with it; what makes it fail is told, and kept for the table."""
    run = None
    try:
        run = _run_of(plan, planned)
        return follow(run)
    except (S2SError, OSError, RuntimeError, MemoryError) as error:
        sentence = sentence_of(error)
        if not sentence:
            raise
        console.print(f"s2s: {sentence}", markup=False)
        failures[planned.folder.name] = sentence
        if run and not isinstance(error, BadRun):  # that of another program is not to be written to
            run.note(FailureRecord("{why}", {"why": sentence}, step=run.trainer.step))
        return 0


def _run_of(plan: GridFolder, planned: Planned) -> Run:
    config, folder = planned.config, planned.folder
    if not planned.is_begun:
        return new_run(config, folder, _prepared_for(plan, planned))
    run = opened_run(folder, config.training.device)
    run.change("training.steps", config.training.steps)
    run.change("training.minutes", config.training.minutes)
    return run


def _prepared_for(plan: GridFolder, planned: Planned) -> Path | None:
    """Return the folder of a run that has the same corpus, cut in the same way."""
    for other in plan.runs:
        if other.is_begun and other.config.data == planned.config.data and is_whole(other.folder):
            return other.folder
    return None

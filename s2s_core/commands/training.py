"""The command that trains."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from s2s_core.commands.following import follow, new_run, opened_run
from s2s_core.configs import DifficultyConfig, RunConfig
from s2s_core.data.readers import held_out_in
from s2s_core.errors import BadConfig
from s2s_core.experiment import merged, parse_setting, read_experiment
from s2s_core.presets import read_preset
from s2s_core.run_folders import new_run_folder
from s2s_core.runs.catalog import check
from s2s_core.runs.run import Run


def train(options: argparse.Namespace) -> int:
    """Train until the limits are reached or Ctrl+C is pressed; both save."""
    if options.resume:
        others = ("experiment", "preset", "corpus", "builtin", "validation", "out")
        if given := [name for name in others if getattr(options, name)]:
            raise BadConfig(
                "--resume goes on with the run as it is; {given} is for a new one",
                given=" and ".join(given),
            )
        run = _resumed(options)
    else:
        config = _config(options)
        run = new_run(config, options.out or new_run_folder(Path("runs"), config))
    status = follow(run)
    print(run.folder)
    return status


def _config(options: argparse.Namespace) -> RunConfig:
    """Lay the options over each other: file, preset, corpus, settings, limits."""
    if options.corpus and options.builtin:
        raise BadConfig("name either --corpus or --builtin, and not both")
    changes: list[Mapping[str, Any]] = []
    if options.experiment:
        changes.append(read_experiment(options.experiment))
    if options.preset:
        changes.append(read_preset(options.preset))
    if options.corpus:
        changes.append({"data": {"builtin": "", "train": options.corpus}})
        if found := held_out_in(tuple(options.corpus)):  # in a folder
            changes.append({"data": {"validation": list(found)}})
    if options.builtin:
        as_it_is = {"difficulty": DifficultyConfig().model_dump()}  # another's would not fit
        changes.append({"data": {"builtin": options.builtin, "train": [], **as_it_is}})
    if options.validation:
        changes.append({"data": {"validation": options.validation}})
    changes += [parse_setting(setting) for setting in options.settings]
    config = merged(RunConfig(), *changes, {"training": _limits(options)})
    check(config)
    return config


def _limits(options: argparse.Namespace) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if options.minutes is not None:
        limits = {"minutes": options.minutes, "steps": 0}  # the clock alone, unless steps are named
    if options.steps is not None:
        limits["steps"] = options.steps
    if options.device:
        limits["device"] = options.device
    return limits


def _resumed(options: argparse.Namespace) -> Run:
    """Open a run to go on; live knobs may be turned on the way."""
    run = opened_run(options.resume, options.device or "")
    for setting in options.settings:
        key, _, _ = setting.partition("=")
        value: Any = parse_setting(setting)
        for part in key.strip().split("."):
            value = value[part]
        run.change(key.strip(), value)
    for name, value in _limits(options).items():
        if name != "device":
            run.change(f"training.{name}", value)
    return run

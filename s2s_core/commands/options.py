"""What the options of `s2s train` add up to."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from typing import Any

from s2s_core.configs import DifficultyConfig, RunConfig
from s2s_core.data.readers import held_out_in
from s2s_core.errors import BadConfig
from s2s_core.experiment import merged, parse_setting, read_experiment
from s2s_core.presets import read_preset
from s2s_core.runs.catalog import check


def config_of(options: argparse.Namespace) -> RunConfig:
    """Lay the options over each other, and check what they make."""
    changes = changes_of(options, options.settings)
    config = merged(RunConfig(), *start_of(options, options.preset), *changes)
    check(config)
    return config


def start_of(options: argparse.Namespace, preset: str | None) -> list[Mapping[str, Any]]:
    """Return what the other options change: a file, and over it a preset."""
    file = [read_experiment(options.experiment)] if options.experiment else []
    return [*file, *([read_preset(preset)] if preset else [])]


def changes_of(options: argparse.Namespace, settings: Sequence[str]) -> list[Mapping[str, Any]]:
    """Return what is changed then, later over earlier: corpus, settings, limits.

    Of the settings, only those given here.
    """
    if options.corpus and options.builtin:
        raise BadConfig("name either --corpus or --builtin, and not both")
    changes: list[Mapping[str, Any]] = []
    if options.corpus:
        changes.append({"data": {"builtin": "", "train": options.corpus}})
        if found := held_out_in(tuple(options.corpus)):  # in a folder
            changes.append({"data": {"validation": list(found)}})
    if options.builtin:
        as_it_is = {"difficulty": DifficultyConfig().model_dump()}  # another's would not fit
        changes.append({"data": {"builtin": options.builtin, "train": [], **as_it_is}})
    if options.validation:
        changes.append({"data": {"validation": options.validation}})
    changes += map(parse_setting, settings)
    return [*changes, {"training": limits_of(options)}]


def found_from_anywhere(options: argparse.Namespace) -> argparse.Namespace:
    """Return the options with their files where they are on this machine, not as seen from here."""
    files = {
        name: [os.path.abspath(file) for file in getattr(options, name)]
        for name in ("corpus", "validation")
        if getattr(options, name)
    }
    return argparse.Namespace(**{**vars(options), **files})


def limits_of(options: argparse.Namespace) -> dict[str, Any]:
    """Return when training ends and where it runs, as far as the options say."""
    limits: dict[str, Any] = {}
    if options.minutes is not None:
        limits = {"minutes": options.minutes, "steps": 0}  # the clock alone, unless steps are named
    if options.steps is not None:
        limits["steps"] = options.steps
    if options.device:
        limits["device"] = options.device
    return limits

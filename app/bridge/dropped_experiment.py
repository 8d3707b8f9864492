"""An experiment.toml that was dropped: taken as a whole, or refused in words that name the knob."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.bridge import catalog
from s2s_core.configs import RunConfig
from s2s_core.errors import BadConfig, BadFile
from s2s_core.experiment import SECTIONS, all_knobs, knobs_in, load_experiment, value_of
from s2s_core.knobs import title_of


def experiment_in(path: Path) -> RunConfig:
    """Read an experiment, and refuse at once what would be refused when it is trained."""
    try:
        config = load_experiment(path)
        check_choices(config)
    except BadConfig as error:
        raise _in_words(error, path) from None
    return config


def check_choices(config: RunConfig) -> None:
    """Refuse a name that no table knows; the core does so only when a run starts."""
    for section in SECTIONS:
        for knob in knobs_in(config, section):
            name = value_of(config, knob.key)
            known = catalog.titles(knob.choices) if knob.choices else {}
            if knob.choices and name and name not in known:
                raise BadConfig(
                    "{key} must be one of {known}, not {given}",
                    key=knob.key, known=", ".join(known), given=repr(name),
                )  # fmt: skip


def _in_words(error: BadConfig, path: Path) -> BadFile:
    """Name the file, the knob as it stands in the window, what was given and what would be right.

    The key stands beside the title, because it is what has to be sought in the file.
    """
    values: dict[str, Any] = {**error.values, "file": path.name}
    key = str(values.get("key", ""))
    if "given" in values and _title(key):
        values |= {"title": _title(key), "near": _near(values)}
        values.setdefault("range", f"one of {values.get('known')}")
        template = "{file} was not taken: “{title}” ({key}) is {given} there; it must be {range}"
        if values["near"]:
            template += ". Did you mean {near}?"
        return BadFile(template, **values)
    if "known" in values and "given" not in values:
        template = "{file} was not taken: there is no setting {key}. Known there: {known}"
        return BadFile(template, **values)
    if "near" in values:
        template = "{file} was not taken: there is no setting {key}. Did you mean {near}?"
        return BadFile(template, **values)
    return BadFile("{file} was not taken: {why}", file=path.name, why=error)


def _near(values: dict[str, Any]) -> str:
    """Return the name that was probably meant."""
    known = str(values.get("known") or str(values.get("range", "")).removeprefix("one of "))
    given = str(values["given"]).strip("'\"")
    return next(iter(difflib.get_close_matches(given, known.split(", "), n=1)), "")


def _title(key: str) -> str:
    """Return what a knob is called in the window, under the title of its section."""
    knob = next((knob for knob in all_knobs() if knob.key == key), None)
    if knob is None:
        return ""
    section = title_of(key.split(".")[-2])
    return f"{_translated(section)}: {_translated(knob.label)}"


def _translated(text: str) -> str:
    return QCoreApplication.translate("s2s_core", text)

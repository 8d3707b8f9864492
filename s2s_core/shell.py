"""An experiment as the shortest command that does the same, and one that uses its run."""

from __future__ import annotations

import json
import shlex
from typing import Any

from s2s_core.configs import DecodingConfig, RunConfig
from s2s_core.experiment import SECTIONS, knobs_in, laid_over, parse_setting, value_of
from s2s_core.presets import preset_names, read_preset


def as_command(config: RunConfig, preset: str = "") -> str:
    """Return the shortest `s2s train …` line that does what this config says.

    It begins with the preset that is named; if none is, with the one that leaves least to say.
    """
    names = [preset] if preset else ["", *preset_names()]
    return min((_line(config, name) for name in names), key=len)


def as_translation(run: str, decoding: DecodingConfig) -> str:
    """Return the `s2s translate …` line that searches as this config says."""
    arguments = ["--search", decoding.search]
    if decoding.search == "beam":
        arguments += ["--beam-size", str(decoding.beam_size)]
    return shlex.join(["s2s", "translate", *arguments, run])


def _line(config: RunConfig, preset: str) -> str:
    start = laid_over(RunConfig().model_dump(), read_preset(preset) if preset else {})
    different = _differences(config, start)
    arguments = ["--preset", preset] if preset else []
    arguments += _corpus(different)
    limits = _limits(different, config)
    for key, value in different.items():
        arguments += ["--set", f"{key}={_as_text(key, value)}"]
    return shlex.join(["s2s", "train", *arguments, *limits])


def _differences(config: RunConfig, start: dict[str, Any]) -> dict[str, Any]:
    """Return the knobs that are not as in `start`; another kind of model brings its defaults."""
    kinds = {side: {"kind": getattr(config.model, side).kind} for side in ("encoder", "decoder")}
    before = laid_over(start, {"model": kinds})
    found = {}
    for section in SECTIONS:
        for knob in knobs_in(config, section):
            values: Any = start if knob.key.endswith(".kind") else before
            for part in section.split("."):
                values = values[part]
            value = value_of(config, knob.key)
            if value != values.get(knob.key.rpartition(".")[2], knob.default):
                found[knob.key] = value
    return found


def _corpus(different: dict[str, Any]) -> list[str]:
    """Take the corpus out of the differences, as far as there are options for it."""
    arguments: list[str] = []
    for key, option in (("data.train", "--corpus"), ("data.validation", "--validation")):
        if _can_be_named(different.get(key, ())):
            arguments += [option, *different.pop(key)]
    if "--corpus" in arguments:
        different.pop("data.builtin", None)
    elif "data.train" not in different and _can_be_named((different.get("data.builtin", ""),)):
        arguments = ["--builtin", different.pop("data.builtin"), *arguments]
    return arguments


def _can_be_named(names: tuple[str, ...]) -> bool:
    """Whether the parser of the command takes these for names, and not for options."""
    return bool(names) and all(name and not name.startswith("-") for name in names)


def _limits(different: dict[str, Any], config: RunConfig) -> list[str]:
    """Take out of the differences what has an option; minutes mean no steps but those named."""
    arguments: list[str] = []
    if "training.minutes" in different:
        arguments += ["--minutes", str(different.pop("training.minutes"))]
        different.pop("training.steps", None)
        if config.training.steps:
            arguments += ["--steps", str(config.training.steps)]
    for name in ("steps", "device"):
        if f"training.{name}" in different:
            arguments += [f"--{name}", str(different.pop(f"training.{name}"))]
    return arguments


def _as_text(key: str, value: Any) -> str:
    """Write a value so that `--set` reads it again: bare where it can be, else as TOML does."""
    if isinstance(value, str) and _is_read_as(key, value, value):
        return value
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _is_read_as(key: str, text: str, value: str) -> bool:
    read: Any = parse_setting(f"{key}={text}")
    for part in key.split("."):
        read = read[part]
    return bool(read == value)

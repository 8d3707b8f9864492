"""Ready-made experiments: files under resources/presets, each a change to the defaults."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from s2s_core.errors import BadConfig
from s2s_core.experiment import read_experiment
from s2s_core.knobs import title_of
from s2s_core.resources import resource

TIMES = resource("presets/times.json")


def preset_names() -> list[str]:
    """Return the names of all presets."""
    return [path.stem for path in _files()]


def preset_helps() -> dict[str, str]:
    """Return what each preset is for: the comment in the first line of its file."""
    return {
        path.stem: path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
        for path in _files()
    }


def title_of_preset(name: str, say: Callable[[str], str] = str) -> str:
    """Return what a preset is called: "gru-small" is "GRU small"; `say` puts it into a language."""
    kind, _, size = name.partition("-")
    return f"{title_of(kind)} {say(size)}".strip()


def read_preset(name: str) -> dict[str, Any]:
    """Return the changes that a preset makes to the defaults."""
    if name not in preset_names():
        raise BadConfig(
            "there is no preset {name}; there are {known}",
            name=repr(name), known=", ".join(preset_names()),
        )  # fmt: skip
    return read_experiment(resource(f"presets/{name}.toml"))


def preset_times() -> dict[str, dict[str, float | None]]:
    """Return the seconds in which a preset learns a built-in corpus; None where it took too long.

    What is not there was not measured.
    """
    if not TIMES.exists():
        return {}
    times: dict[str, dict[str, float | None]] = json.loads(TIMES.read_text(encoding="utf-8"))[
        "seconds"
    ]
    return times


def quickest_presets() -> dict[str, tuple[str, float]]:
    """Return which preset learns a built-in corpus soonest, with its seconds."""
    found: dict[str, tuple[str, float]] = {}
    for preset, times in preset_times().items():
        for corpus, seconds in times.items():
            if seconds is not None and seconds < found.get(corpus, (preset, math.inf))[1]:
                found[corpus] = preset, seconds
    return found


def _files() -> list[Path]:
    return sorted(resource("presets").glob("*.toml"))

"""Where runs are kept, and what the ready-made experiments are."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from s2s_core.configs import RunConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import read_experiment
from s2s_core.resources import resource


def preset_names() -> list[str]:
    """Return the names of the ready-made experiments."""
    return sorted(path.stem for path in resource("presets").glob("*.toml"))


def read_preset(name: str) -> dict[str, Any]:
    """Return the changes that a ready-made experiment makes to the defaults."""
    if name not in preset_names():
        raise BadConfig(
            "there is no preset {name}; there are {known}",
            name=repr(name), known=", ".join(preset_names()),
        )  # fmt: skip
    return read_experiment(resource(f"presets/{name}.toml"))


def new_run_folder(parent: Path, config: RunConfig, title: str = "") -> Path:
    """Return the path of a folder for a new run: corpus, architecture and time; not yet there."""
    stem = "".join(c if c.isalnum() else "-" for c in (title or config.data.builtin or "corpus"))
    moment = datetime.now().strftime("%Y%m%d-%H%M%S")
    name = f"{stem[:40].strip('-').lower()}-{config.model.decoder.kind}-{moment}"
    folder, number = parent / name, 2
    while folder.exists():
        folder, number = parent / f"{name}-{number}", number + 1
    return folder

"""Where presets, icons and themes are, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path


def resource(name: str) -> Path:
    """Return the path of a file or folder under `resources/`, such as "presets/small.toml"."""
    with as_file(files("resources").joinpath(name)) as path:
        return path

"""Where runs are kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from s2s_core.configs import RunConfig


def new_run_folder(parent: Path, config: RunConfig, title: str = "") -> Path:
    """Return the path of a folder for a new run: corpus, architecture and time; not yet there."""
    stem = "".join(c if c.isalnum() else "-" for c in (title or config.data.builtin or "corpus"))
    moment = datetime.now().strftime("%Y%m%d-%H%M%S")
    name = f"{stem[:40].strip('-').lower()}-{config.model.decoder.kind}-{moment}"
    folder, number = parent / name, 2
    while folder.exists():
        folder, number = parent / f"{name}-{number}", number + 1
    return folder

"""Where runs are kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from s2s_core.configs import RunConfig


def new_run_folder(parent: Path, config: RunConfig) -> Path:
    """Return the path of a folder for a new run: corpus, architecture and time; not yet there."""
    title = config.data.builtin or Path(config.data.train[0]).name.partition(".")[0]
    words = "".join(c if c.isalnum() else "-" for c in title).strip("-").lower()[:40]
    moment = datetime.now().strftime("%Y%m%d-%H%M%S")
    name = f"{words or 'corpus'}-{config.model.decoder.kind}-{moment}"
    folder, number = parent / name, 2
    while folder.exists():
        folder, number = parent / f"{name}-{number}", number + 1
    return folder

"""Where runs are kept, and who has them open."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from filelock import BaseFileLock as Lock
from filelock import FileLock, Timeout

from s2s_core.configs import RunConfig

__all__ = ["Lock", "hold", "is_in_use", "is_run", "new_run_folder"]

TRAINING_LOCK = "training.lock"  # held by the program that trains a run
WINDOW_LOCK = "window.lock"  # held by the window in which it is open


def is_run(folder: Path) -> bool:
    """Whether a folder is that of a run, and not just of an experiment.toml."""
    parts = folder / "experiment.toml", folder / "checkpoints"
    return os.path.isfile(parts[0]) and os.path.isdir(parts[1])


def is_in_use(folder: Path) -> bool:
    """Whether another program trains a run or has it open in a window."""
    return any(_is_held(folder / name) for name in (TRAINING_LOCK, WINDOW_LOCK))


def hold(folder: Path) -> Lock | None:
    """Tell other windows that a run is open here, until the lock is released.

    Returns nothing if another window was first. Where nothing can be written nobody is told.
    """
    lock = FileLock(folder / WINDOW_LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return None
    except OSError:
        pass
    return lock


def _is_held(path: Path) -> bool:
    if not os.path.exists(path):
        return False
    try:
        with FileLock(path).acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def new_run_folder(parent: Path, config: RunConfig, preset: str = "") -> Path:
    """Return the path of a folder for a new run: corpus, model and time; not yet there.

    The model is that of a preset, or else called by its architecture.
    """
    title = config.data.builtin or Path(config.data.train[0]).name.partition(".")[0]
    words = "".join(c if c.isalnum() else "-" for c in title).strip("-").lower()[:40]
    moment = datetime.now().strftime("%Y%m%d-%H%M%S")
    name = f"{words or 'corpus'}-{preset or config.model.decoder.kind}-{moment}"
    folder, number = parent / name, 2
    while folder.exists():
        folder, number = parent / f"{name}-{number}", number + 1
    return folder

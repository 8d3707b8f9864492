"""Where runs are kept, and who has them open."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from filelock import BaseFileLock as Lock
from filelock import FileLock, Timeout

from s2s_core.configs import RunConfig

__all__ = ["Lock", "hold", "is_in_use", "is_run", "lost_steps", "new_run_folder"]

SWAPPED = "-swapped"  # at the end of the corpus in the name of a run
GRID = "grid"  # instead of a model, in the name of a folder of several runs
TRAINING_LOCK = "training.lock"  # held by the program that trains a run
WINDOW_LOCK = "window.lock"  # held by the window in which it is open
TAIL = 1 << 16  # bytes of a journal, which hold its newest steps


def is_run(folder: Path) -> bool:
    """Whether a folder is that of a run, and not just of an experiment.toml."""
    parts = folder / "experiment.toml", folder / "checkpoints"
    return os.path.isfile(parts[0]) and os.path.isdir(parts[1])


def is_in_use(folder: Path) -> bool:
    """Whether another program trains a run or has it open in a window."""
    return any(_is_held(folder / name) for name in (TRAINING_LOCK, WINDOW_LOCK))


def hold(folder: Path, name: str = WINDOW_LOCK) -> Lock | None:
    """Tell other windows that a run is open here, until the lock is released.

    Returns nothing if another window was first. Where nothing can be written nobody is told.
    With `TRAINING_LOCK` all other programs are told that it is trained here.
    """
    lock = FileLock(folder / name)
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


def lost_steps(folder: Path) -> tuple[int, int]:
    """Return the step that a run goes on from, and how many steps its journal knows after that.

    There are such if the program was killed: what was trained since the last checkpoint is lost.
    """
    try:
        index = json.loads((folder / "checkpoints" / "index.json").read_text(encoding="utf-8"))
        saved = int(str(index["last"]).split("-")[1])
        with (folder / "journal.jsonl").open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
            lines = file.read().split(b"\n")
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return 0, 0
    return saved, max(0, max(map(_step_in, lines)) - saved)


def _step_in(line: bytes) -> int:
    """Return the step that a line of a journal tells of; 0 if it is cut, or of something else."""
    try:
        values = json.loads(line)
        return int(values["step"]) if values["record"] == "step" else 0
    except (ValueError, KeyError, TypeError):
        return 0


def new_run_folder(parent: Path, config: RunConfig, preset: str = "") -> Path:
    """Return the path of a folder for a new run: corpus, model and time; not yet there.

    The model is that of a preset, or else called by its architecture.
    """
    title = config.data.builtin or Path(config.data.train[0]).name.partition(".")[0]
    words = "".join(c if c.isalnum() else "-" for c in title).strip("-").lower()[:40]
    words += SWAPPED if config.data.builtin and config.data.swap_sides else ""
    moment = datetime.now().strftime("%Y%m%d-%H%M%S")
    name = f"{words or 'corpus'}-{preset or config.model.decoder.kind}-{moment}"
    folder, number = parent / name, 2
    while folder.exists():
        folder, number = parent / f"{name}-{number}", number + 1
    return folder

"""The folder of a run: it is made, given its corpus, and held by one program at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from s2s_core.data.windows import LOOKED_AT, files_of, follow_from, link_looked_at
from s2s_core.errors import BadFile, BadRun
from s2s_core.files import bring
from s2s_core.run_folders import TRAINING_LOCK

BESIDE = ("held_out.jsonl", "prepared.json", "corpus.toml")  # tokenizers and what is encoded


def make_folder(folder: Path) -> None:
    """Make the folder of a new run, or say why it cannot be one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadFile("{folder} cannot be made: {why}", folder=folder, why=error.strerror) from None
    if (folder / "experiment.toml").exists():
        raise BadRun("{folder} holds a run already; name another folder", folder=folder)


def link_data(source: Path, folder: Path) -> None:
    """Bring a prepared corpus, or that of a run, into the folder of a new run.

    It may be one that is still being made: of what is encoded, only whole windows are taken.
    """
    _link_told(source, folder)
    follow_from(source, folder)


def _link_told(source: Path, folder: Path) -> None:
    """Bring all but what is trained on."""
    for name in ("tokenizer", "encoded"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    files = [Path("tokenizer", file.name) for file in (source / "tokenizer").iterdir()]
    files += [Path("encoded", name) for name in files_of("held_out")]
    for file in (*files, *map(Path, BESIDE)):
        bring(source / file, folder / file)
    link_looked_at(source, folder)


def remove_data(folder: Path) -> None:
    """Remove what was written into the folder of a run that could not be begun."""
    for name in ("tokenizer", "encoded", *BESIDE, *LOOKED_AT, "checkpoints", "journal.jsonl"):
        _remove(folder / name)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep other programs from training the same run at the same time."""
    lock = FileLock(folder / TRAINING_LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BadRun("{folder} is being trained by another program", folder=folder) from None
    except OSError as error:
        raise unwritable(folder, error) from None
    try:
        yield
    finally:
        lock.release()


def unwritable(folder: Path, error: OSError) -> BadFile:
    """Return the error that says why a run cannot be kept in its folder."""
    return BadFile("{folder} cannot be written: {why}", folder=folder, why=error.strerror or error)

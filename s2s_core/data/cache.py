"""Prepared corpora that are kept: found again, gone on with where it was stopped, swept away.

A corpus is made where it will lie, and nothing of it is moved afterwards: it may be mapped by
whoever looks at it or trains on it, and no system lets every mapped file be renamed. A lock
beside the folder says that someone is making it; another window then makes one of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from filelock import FileLock, Timeout

from s2s_core.data.begun import Begun
from s2s_core.data.corpus import prepared
from s2s_core.data.windows import Index
from s2s_core.errors import BadFile

KEPT = 12  # prepared corpora
KEPT_BEGUN = 2  # of which only some windows are there


def whole_in(cache: Path, name: str) -> Path | None:
    """Return the folder of a corpus that was made to its end."""
    return next((folder for folder in cache.glob(f"{name}*") if is_whole(folder)), None)


def is_whole(folder: Path) -> bool:
    """Tell whether a corpus lies there that was made to its end."""
    with suppress(BadFile):
        index = Index.load(folder / "encoded")
        return prepared(folder)[1].is_whole and (index is None or index.is_whole)
    return False


@contextmanager
def place_in(cache: Path, name: str) -> Iterator[Path]:
    """Give a folder to make a corpus in, which nobody else uses; perhaps it was begun there.

    Where the making fails, what runs may be training on already stays until it is swept.
    """
    cache.mkdir(parents=True, exist_ok=True)
    folder, lock = _free(cache, name)
    try:
        if Begun.load(folder / "encoded", name) is None and not is_whole(folder):
            shutil.rmtree(folder, ignore_errors=True)
        yield folder
    except BaseException:
        if not (folder / "prepared.json").exists():
            shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        lock.release()  # its file stays: others may be looking at it
    sweep(cache)


def sweep(cache: Path) -> None:
    """Remove the oldest corpora, and of those that were never made whole all but the newest."""
    whole, begun = list[tuple[float, Path]](), list[tuple[float, Path]]()
    for folder in [path for path in cache.iterdir() if path.is_dir()]:
        with suppress(OSError, Timeout), _lock_of(folder).acquire(timeout=0):
            if is_whole(folder):
                whole.append((_age(folder), folder))
            elif Begun.load(folder / "encoded", folder.name.split(".")[0]):
                begun.append((_age(folder), folder))
            else:
                shutil.rmtree(folder, ignore_errors=True)
    for folders, most in ((whole, KEPT), (begun, KEPT_BEGUN)):
        for age, old in sorted(folders)[:-most]:
            with suppress(OSError, Timeout), _lock_of(old).acquire(timeout=0):
                if _age(old) == age:  # otherwise somebody has gone on with it just now
                    # First, so that no half is ever used.
                    (old / "prepared.json").unlink(missing_ok=True)
                    shutil.rmtree(old, ignore_errors=True)
    for left in cache.glob("*.lock"):
        with suppress(OSError, Timeout), FileLock(left).acquire(timeout=0):
            left.unlink(missing_ok=True)


def _free(cache: Path, name: str) -> tuple[Path, FileLock]:
    """Return a folder that nobody is making a corpus in, and its lock, held."""
    for number in count(1):
        folder = cache / (name if number == 1 else f"{name}.{number}")
        lock = _lock_of(folder)
        with suppress(Timeout):
            lock.acquire(timeout=0)
            return folder, lock
    raise AssertionError


def _lock_of(folder: Path) -> FileLock:
    return FileLock(f"{folder}.lock")


def _age(folder: Path) -> float:
    return folder.stat().st_mtime

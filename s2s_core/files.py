"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a place beside a file to write to; what stands there takes the file's name at the end.

    Where something goes wrong on the way, the file stays as it was.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def bring(source: Path, target: Path, *, copies: bool = True) -> None:
    """Give a file a second place, whole or not at all: linked, or copied where it cannot be."""
    with replacing(target) as unfinished:
        unfinished.unlink(missing_ok=True)  # of a program that was ended on the way
        try:
            os.link(source, unfinished)
        except FileNotFoundError:
            raise
        except OSError:
            if not copies:
                raise
            shutil.copy2(source, unfinished)

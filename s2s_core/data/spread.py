"""Pairs from all places of a corpus that has not been read yet, as a large one takes long to read.

A line of a text file can be gone to without reading those before it, once the ends of lines have
been counted, which is some hundred times as quick as reading. What is drawn is written into small
files of the same names, which are read as the corpus itself is. Other formats cannot be entered
in the middle.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from s2s_core.configs import DataConfig
from s2s_core.data.readers import is_by_line
from s2s_core.data.readers.lines import LONGEST_LINE
from s2s_core.errors import BadFile

PLACES = 1000  # where lines are taken
AT_A_PLACE = 50  # lines, one after the other
HEAD = 300  # first lines, which tell what the columns are
BLOCK = 2**16  # bytes between two places whose line is known


class Lines:
    """The lines of a file, any of them at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        ends = [0]  # line ends before each block
        last = b"\n"
        with path.open("rb", buffering=0) as file:
            while block := file.read(BLOCK):
                ends.append(ends[-1] + block.count(b"\n"))
                last = block[-1:]
        self._ends = np.array(ends)
        self._count = ends[-1] + (last != b"\n")

    def __len__(self) -> int:
        return self._count

    def at(self, places: list[tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
        """Yield lines with their numbers from 0: at each place, so many from a line on."""
        with self._path.open("rb") as file:
            for first, count in places:
                block = int(np.searchsorted(self._ends, first, side="left")) - 1
                block = max(0, block)
                file.seek(block * BLOCK)
                for _ in range(first - int(self._ends[block])):
                    file.readline()
                for number in range(first, min(first + count, self._count)):
                    yield number, file.readline(LONGEST_LINE)


class Places:
    """A corpus that can be entered anywhere."""

    def __init__(self, config: DataConfig) -> None:
        self._config = config
        self._files = tuple(map(Path, config.train))
        self._sides = [Lines(file) for file in self._files]

    def __len__(self) -> int:
        """Return how many lines there are, nearly all of them pairs."""
        return min(map(len, self._sides))

    @contextmanager
    def sample(self) -> Iterator[DataConfig]:
        """Give the config of a corpus that is a sample of this one."""
        rooms = max(0, len(self) - HEAD) // AT_A_PLACE
        random = np.random.default_rng(self._config.seed)
        drawn = np.sort(random.choice(rooms, min(rooms, PLACES), replace=False)).tolist()
        places = [(0, HEAD), *((HEAD + AT_A_PLACE * room, AT_A_PLACE) for room in drawn)]
        # A row has the number of its line from 1, or from 0 below a header.
        left_out = {row + more for row in self._config.left_out for more in (-1, 0)} - {0}
        with TemporaryDirectory(prefix="s2s-", ignore_cleanup_errors=True) as folder:
            names = []
            for number, (file, side) in enumerate(zip(self._files, self._sides, strict=True)):
                copy = Path(folder, str(number), file.name)
                copy.parent.mkdir()
                names.append(str(copy))
                with copy.open("wb") as stream:
                    stream.writelines(
                        line if line.endswith(b"\n") else line + b"\n"
                        for at, line in side.at(places)
                        if at not in left_out
                    )
            yield self._config.model_copy(update={"train": tuple(names), "left_out": ()})


def places_of(config: DataConfig) -> Places | None:
    """Return the places of a corpus; None where it is of another format, or cannot be read."""
    with suppress(OSError, BadFile):
        if config.train and is_by_line(tuple(map(Path, config.train))):
            return Places(config)
    return None

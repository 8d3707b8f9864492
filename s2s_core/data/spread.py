"""Pairs from all places of a corpus that has not been read yet, as a large one takes long to read.

A line of a text file, an object of JSON Lines and a row of a table can be gone to without reading
those before it, once the ends of lines have been counted, which is some hundred times as quick as
reading. What is drawn is written into small files of the same names, which are read as the corpus
itself is. Other formats, and files that are packed, cannot be entered in the middle.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from s2s_core.configs import DataConfig
from s2s_core.data.readers import lines_of
from s2s_core.data.readers.entering import Lines
from s2s_core.errors import BadFile

PLACES = 1000  # where lines are taken
AT_A_PLACE = 50  # lines, one after the other
HEAD = 300  # first lines, which tell what the columns are


class Places:
    """A corpus that can be entered anywhere."""

    def __init__(self, config: DataConfig, sides: list[Lines]) -> None:
        self._config = config
        self._files = tuple(map(Path, config.train))
        self._sides = sides

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
        early, left_out = self._left_out()
        with TemporaryDirectory(prefix="s2s-", ignore_cleanup_errors=True) as folder:
            names = []
            for number, (file, side) in enumerate(zip(self._files, self._sides, strict=True)):
                copy = Path(folder, str(number), file.name)
                copy.parent.mkdir()
                names.append(str(copy))
                lines = [line for at, line in side.at(places) if at not in left_out]
                side.check(lines)
                with copy.open("wb") as stream:
                    stream.writelines(
                        line if line.endswith(b"\n") else line + b"\n" for line in lines
                    )
            yield self._config.model_copy(update={"train": tuple(names), "left_out": early})

    def _left_out(self) -> tuple[tuple[int, ...], set[int]]:
        """Return the rows left out that keep their numbers in a sample, and lines of the others.

        The number of a row counts rows from 1, or from 0 where the first one is a header: which
        it is, only the reader knows. So the row before goes too.
        """
        rows = self._config.left_out
        lines = self._sides[0].numbers_of({row - less for row in rows for less in (0, 1)})
        early = tuple(row for row in rows if lines.get(row, HEAD) < HEAD)
        late = (row - less for row in rows if row not in early for less in (0, 1))
        return early, {lines[row] for row in late if row in lines}


def places_of(config: DataConfig) -> Places | None:
    """Return the places of a corpus; None where it is of another format, or cannot be read."""
    with suppress(OSError, BadFile):
        if config.train and (sides := lines_of(tuple(map(Path, config.train)))):
            return Places(config, sides)
    return None

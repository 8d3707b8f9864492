"""What an interrupted making of a large corpus has left: its windows are not encoded again.

The text is read again from its beginning, as a reader cannot be left and entered in the middle
of every format; learning the vocabularies and encoding, which take far longer, are not repeated.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from s2s_core.data.windows import files_of, name_of
from s2s_core.files import replacing

NAME = "begun.json"  # beside the windows


@dataclass(frozen=True)
class Begun:
    """How far the making of a corpus has come."""

    made_of: str  # the fingerprint of its files and settings
    key: str  # of its windows
    # Of each window's pairs: how many may be trained on, and how many of them fitted. Where none
    # did, there is no window.
    done: tuple[tuple[int, int], ...] = ()

    def save(self, folder: Path) -> None:
        """Write begun.json, when a window is there."""
        with replacing(folder / NAME) as unfinished:
            unfinished.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, made_of: str) -> Begun | None:
        """Return what was left in a folder of encoded pairs; None: nothing that can be used."""
        try:
            values = json.loads((folder / NAME).read_text(encoding="utf-8"))
            done = tuple((int(seen), int(fitted)) for seen, fitted in values.pop("done"))
            begun = cls(done=done, **values)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
        count = sum(fitted > 0 for _, fitted in done)
        names = ["held_out", *map(name_of, range(count))]
        are_there = all((folder / file).exists() for name in names for file in files_of(name))
        return begun if count and begun.made_of == made_of and are_there else None

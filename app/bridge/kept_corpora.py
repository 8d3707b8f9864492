"""What was set for each corpus: it stays with it while another one is looked at.

All of `data.*` is a corpus' own but whether the vocabulary is joint, which the model asks for.
Of the pieces, only what a person has set otherwise than the preset is remembered.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from s2s_core.configs import DataConfig

MOST = 24  # corpora, of which the oldest is forgotten first
OF_CONTENT = (
    "left_out",
    "header",
    "source_column",
    "target_column",
)  # rows and columns of other content
OF_CORPUS = ("kind", "vocabulary_size")  # of the tokenizer
Identity = tuple[str, tuple[str, ...]]


class _Kept(NamedTuple):
    data: DataConfig
    tokenizer: dict[str, Any]  # what differs from the preset
    stamps: tuple[str, ...]  # of the files, to tell when they have changed


class KeptCorpora:
    """Remembers, by which corpus it is, how a person has set it."""

    def __init__(self) -> None:
        self._kept: dict[Identity, _Kept] = {}

    def note(self, data: DataConfig, preset: Mapping[str, Any]) -> None:
        """Remember how a corpus is set now; `preset` is the tokenizer of the preset."""
        identity, own = identity_of(data), {}
        for name in OF_CORPUS:
            if (value := getattr(data.tokenizer, name)) != preset[name]:
                own[name] = value
        self._kept.pop(identity, None)
        self._kept[identity] = _Kept(data, own, _stamps(data.train))
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]

    def knows(self, data: DataConfig) -> bool:
        """Whether a corpus was opened before."""
        return identity_of(data) in self._kept

    def recall(self, fresh: DataConfig) -> tuple[DataConfig, dict[str, Any]]:
        """Return how a corpus was left, and what of its tokenizer was set; or it as it is given.

        What names rows or columns is of the content that a file had: it goes with it.
        """
        kept = self._kept.get(identity_of(fresh))
        if kept is None:
            return fresh, {}
        gone: dict[str, Any] = {}
        if _stamps(kept.data.train) != kept.stamps:
            gone = {name: getattr(fresh, name) for name in OF_CONTENT}
        return without_lost_files(kept.data.model_copy(update=gone)), kept.tokenizer

    # From one start to the next ----------------------------------------------------------

    def to_text(self) -> str:
        """Return what is remembered of corpora from files; built-in ones begin afresh."""
        return json.dumps(
            [
                [kept.data.model_dump(mode="json"), kept.tokenizer, kept.stamps]
                for kept in self._kept.values()
                if kept.data.train
            ],
            ensure_ascii=False,
        )

    def read(self, text: str) -> None:
        """Remember what `to_text` has given; what cannot be used is as good as none."""
        with suppress(ValueError, TypeError):
            for data, tokenizer, stamps in json.loads(text):
                with suppress(ValidationError):
                    known = {k: v for k, v in dict(tokenizer).items() if k in OF_CORPUS}
                    kept = DataConfig.model_validate(data)
                    self._kept[identity_of(kept)] = _Kept(kept, known, tuple(map(str, stamps)))


def identity_of(data: DataConfig) -> Identity:
    """Return which corpus it is, however it is set; two files are the same in either order."""
    return data.builtin, tuple(sorted(data.train))


def without_lost_files(data: DataConfig) -> DataConfig:
    """Return a corpus; without its validation files, if one is not there any more."""
    is_whole = all(map(os.path.exists, data.validation))
    return data if is_whole else data.model_copy(update={"validation": ()})


def _stamps(files: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is other when a file is."""
    found = []
    for name in files:
        try:
            status = Path(name).stat()
            found.append(f"{status.st_size} {status.st_mtime_ns}")
        except (OSError, ValueError):
            found.append("")
    return tuple(found)

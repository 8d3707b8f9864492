"""The training pairs of a corpus in windows: the first is trained on while others are made.

A small corpus is one window. Of a large one `windows.json` beside the windows says which are
there; it is replaced when a window is whole, so that whoever reads it finds whole ones only.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from s2s_core import pair_findings, pair_store
from s2s_core.data.store import EncodedPairs
from s2s_core.errors import BadFile
from s2s_core.files import bring, replacing

INDEX = "windows.json"
TOLD = ("prepared.json", "corpus.toml")  # of the corpus, beside its folder
LOOKED_AT = (*pair_store.FILES, *pair_findings.FILES)
PARTS = ("source.values", "source.offsets", "target.values", "target.offsets")


@dataclass(frozen=True)
class Index:
    """Which windows there are."""

    counts: tuple[int, ...]  # pairs of each
    total: int  # pairs of all that there will be: an estimate until it is whole
    is_whole: bool
    key: str  # the same for windows of the same texts, vocabularies and split
    origin: str = ""  # of the windows of a run: the folder where more are made

    def save(self, folder: Path) -> None:
        """Replace windows.json."""
        with replacing(folder / INDEX) as unfinished:
            unfinished.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Index | None:
        """Read windows.json; None where there is none: all is one window."""
        try:
            values = json.loads((folder / INDEX).read_text(encoding="utf-8"))
            return cls(**values | {"counts": tuple(values["counts"])})
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise BadFile(
                "the encoded corpus in {folder} cannot be read: {why}", folder=folder, why=error
            ) from None


class Windows:
    """The windows of a corpus, all there and in memory."""

    def __init__(self, windows: Sequence[EncodedPairs]) -> None:
        self._windows = windows
        self.counts = tuple(map(len, windows))
        self.total = sum(self.counts)
        self.is_whole = True

    def __len__(self) -> int:
        """Return how many are there by now."""
        return len(self.counts)

    def __getitem__(self, window: int) -> EncodedPairs:
        return self._windows[window]

    def look(self) -> None:
        """See whether more have come."""

    def be_content(self) -> None:
        """Take those that have come for all; the disk does not know of it."""


class StoredWindows(Windows):
    """The windows of a corpus on the disk; more may come from the folder they are made in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index = Index.load(folder)
        super().__init__([])
        self._take(self._index)

    def __getitem__(self, window: int) -> EncodedPairs:
        return EncodedPairs.load(self.folder, name_of(window))

    def look(self) -> None:
        """Know of what has come; link it into the folder if it is made in another."""
        if self._index is None or self._index.is_whole:
            return
        if not self._index.origin:
            self._take(Index.load(self.folder))
            return
        try:
            there = _brought(Path(self._index.origin), self.folder, self._index)
        except FileNotFoundError:  # it is being removed: there is no more for now
            return
        except OSError as error:
            raise BadFile(
                "{folder} cannot be written: {why}", folder=self.folder, why=error.strerror
            ) from None
        if there and (len(there.counts) > len(self.counts) or there.is_whole):
            self._save(replace(there, origin=self._index.origin))

    def follow(self, origin: Path) -> bool:
        """Take more from another folder from now on, if what it holds goes on with these."""
        there = Index.load(origin / self.folder.name)
        if self._index is None or there is None or not _goes_on(self._index, there):
            return False
        self._save(replace(self._index, origin=str(origin)))
        self.look()
        return True

    def close(self) -> None:
        """There will be no more: what has come is the corpus."""
        self.look()
        if self._index is not None and not self._index.is_whole:
            self._save(replace(self._index, total=sum(self.counts), is_whole=True))

    def be_content(self) -> None:
        """Take those that have come for all; the disk does not know of it."""
        if self._index is not None:
            self._take(replace(self._index, total=sum(self.counts), is_whole=True))

    def _save(self, index: Index) -> None:
        index.save(self.folder)
        self._take(index)

    def _take(self, index: Index | None) -> None:
        self._index = index
        if index is None:
            self.counts = (len(self[0]),)
            self.total = self.counts[0]
        else:
            self.counts, self.total, self.is_whole = index.counts, index.total, index.is_whole


def name_of(window: int) -> str:
    """Return what a window's files are called."""
    return f"train-{window}" if window else "train"


def files_of(name: str) -> list[str]:
    """Return the files of encoded pairs."""
    return [f"{name}.{part}.npy" for part in PARTS]


def move_window(source: Path, folder: Path, window: int) -> None:
    """Bring the files of a window that was just written to the others."""
    for file in files_of(name_of(window)):
        (source / file).replace(folder / file)


def follow_from(origin: Path, folder: Path) -> None:
    """Let the windows of a run come from where a corpus is being made, those to come too."""
    encoded = folder / "encoded"
    encoded.mkdir(parents=True, exist_ok=True)
    if there := _brought(origin, encoded):
        made = "" if there.is_whole else there.origin or str(origin)  # a run's come from elsewhere
        replace(there, origin=made).save(encoded)


def _brought(origin: Path, encoded: Path, here: Index | None = None) -> Index | None:
    """Bring the windows that are made elsewhere; returns which are there, if they go on so.

    Whoever calls saves that index last: what it tells of is there, however this ends.
    """

    there = Index.load(origin / encoded.name)
    if here and (there is None or not _goes_on(here, there)):
        return None
    first, end = len(here.counts) if here else 0, len(there.counts) if there else 1
    for file in (file for window in range(first, end) for file in files_of(name_of(window))):
        bring(origin / encoded.name / file, encoded / file)
    if there and there.is_whole:
        for name in TOLD:
            bring(origin / name, encoded.parent / name)
        link_looked_at(origin, encoded.parent)
    return there


def link_looked_at(source: Path, folder: Path) -> None:
    """Bring the text of all pairs and what was found; it is left out where it cannot be linked."""
    for name in LOOKED_AT:
        with suppress(OSError):
            bring(source / name, folder / name, copies=False)


def _goes_on(index: Index, there: Index) -> bool:
    """Whether what is made there begins with the windows that are here, and has no fewer."""
    return index.key == there.key and (
        there.counts[: len(index.counts)] == index.counts
        or index.counts[: len(there.counts)] == there.counts
    )

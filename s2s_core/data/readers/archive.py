"""Zip archives as corpora are published in: the pair inside is found."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.choosing import Wanted
from s2s_core.data.readers.folders import training_files, validation_files
from s2s_core.errors import BadFile

LARGEST, MOST_TIMES = 20_000_000_000, 200  # bytes unpacked; and times the size packed
Read = Callable[[tuple[Path, ...], Wanted], Iterator[SentencePair]]


def read_members(path: Path, wanted: Wanted, read: Read) -> Iterator[SentencePair]:
    """Yield the pairs of the corpus inside an archive, which `read` reads.

    It is unpacked into a folder that is gone afterwards.
    """
    refuse_bombs(path)
    with tempfile.TemporaryDirectory(prefix="s2s-archive-") as folder:
        with ZipFile(path) as archive:
            members = _files_in(archive)
            chosen = training_files(tuple(members), path.name)
            if wanted.held_out:
                chosen = validation_files(tuple(members), chosen) or chosen
            # A folder for each: "en/train.txt" and "de/train.txt" have one name.
            files = tuple(Path(folder, str(n), name.name) for n, name in enumerate(chosen))
            try:
                for name, file in zip(chosen, files, strict=True):
                    file.parent.mkdir()
                    with archive.open(members[name]) as packed, file.open("wb") as plain:
                        shutil.copyfileobj(packed, plain)
            except (BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError) as error:
                raise _damaged(path, error) from None
        yield from read(files, wanted)


def has_validation_files(path: Path) -> bool:
    """Tell whether an archive holds files for validation beside those to train on, by the names."""
    try:
        with ZipFile(path) as archive:
            names = tuple(_files_in(archive))
    except BadZipFile as error:
        raise _damaged(path, error) from None
    return bool(validation_files(names, training_files(names, path.name)))


def refuse_bombs(path: Path) -> None:
    """Refuse an archive that is damaged, or made to do harm: by its size or by its names."""
    try:
        with ZipFile(path) as archive:
            members = archive.infolist()
    except (BadZipFile, OSError, ValueError) as error:
        raise _damaged(path, error) from None
    size = sum(member.file_size for member in members)
    if size > LARGEST or size > MOST_TIMES * max(path.stat().st_size, 1_000_000):
        raise BadFile(
            "{file} would unpack to {size:.1f} GB from {packed:.1f} MB; it is not opened, as it "
            "seems made to fill the disk",
            file=path.name, size=size / 1e9, packed=path.stat().st_size / 1e6,
        )  # fmt: skip
    for member in members:
        parts = PurePosixPath(member.filename.replace("\\", "/"))
        is_link = stat.S_ISLNK(member.external_attr >> 16)
        if parts.is_absolute() or ".." in parts.parts or ":" in member.filename or is_link:
            raise BadFile(
                "{file} has a member {member} that points outside of it; it is not opened",
                file=path.name, member=repr(member.filename),
            )  # fmt: skip


def _files_in(archive: ZipFile) -> dict[Path, ZipInfo]:
    return {Path(m.filename): m for m in archive.infolist() if _is_file(m)}


def _is_file(member: ZipInfo) -> bool:
    name = PurePosixPath(member.filename).name.lower()
    return not member.is_dir() and bool(name)


def _damaged(path: Path, error: Exception) -> BadFile:
    return BadFile(
        "{file} is a damaged archive, or one that needs a password: {why}",
        file=path.name, why=error,
    )  # fmt: skip

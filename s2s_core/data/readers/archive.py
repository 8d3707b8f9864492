"""Archives as corpora are published in: the pair inside is found."""

from __future__ import annotations

import lzma
import shutil
import stat
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo

from s2s_core.corpus_files import training_files, validation_files
from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.choosing import Wanted
from s2s_core.errors import BadFile

LARGEST, MOST_TIMES = 20_000_000_000, 200  # bytes unpacked; and times the size packed
Read = Callable[[tuple[Path, ...], Wanted], Iterator[SentencePair]]


class Archive(NamedTuple):
    """How archives of one kind are looked into, what seems made to do harm being refused."""

    names: Callable[[Path], tuple[Path, ...]]  # of the files inside
    unpack: Callable[[Path, Mapping[Path, Path]], None]  # some of them, to places of their own


def read_members(
    path: Path, wanted: Wanted, read: Read, archive: Archive
) -> Iterator[SentencePair]:
    """Yield the pairs of the corpus inside an archive, which `read` reads.

    It is unpacked into a folder that is gone afterwards.
    """
    if wanted.is_inside:
        raise BadFile(
            "{file} is an archive within another one; unpack that one and drop what is meant",
            file=path.name,
        )
    names = archive.names(path)
    chosen = training_files(names, path.name)
    if wanted.held_out:
        chosen = validation_files(names, chosen) or chosen
    with tempfile.TemporaryDirectory(prefix="s2s-archive-") as folder:
        # A folder for each: "en/train.txt" and "de/train.txt" have one name.
        files = tuple(Path(folder, str(n), name.name) for n, name in enumerate(chosen))
        for file in files:
            file.parent.mkdir()
        archive.unpack(path, dict(zip(chosen, files, strict=True)))
        yield from read(files, wanted._replace(is_inside=True))


def has_validation_files(path: Path, archive: Archive) -> bool:
    """Tell whether an archive holds files for validation beside those to train on, by the names."""
    names = archive.names(path)
    return bool(validation_files(names, training_files(names, path.name)))


def names_in_zip(path: Path) -> tuple[Path, ...]:
    """Return the names of the files in an archive."""
    refuse_bombs(path)
    with ZipFile(path) as archive:
        return tuple(_files_in(archive))


def unpack_zip(path: Path, places: Mapping[Path, Path]) -> None:
    """Write some of the files of an archive to places of their own."""
    with ZipFile(path) as archive:
        members = _files_in(archive)
        try:
            for name, place in places.items():
                with archive.open(members[name]) as packed, place.open("wb") as plain:
                    shutil.copyfileobj(packed, plain)
        except (
            BadZipFile, RuntimeError, NotImplementedError, zlib.error, lzma.LZMAError, EOFError,
            ValueError,
        ) as error:  # fmt: skip
            raise damaged(path, error) from None
        except OSError as error:
            if error.errno is None:  # so says bzip2
                raise damaged(path, error) from None
            raise BadFile(
                "{file} cannot be unpacked: {reason}", file=path.name, reason=error.strerror
            ) from None


def refuse_bombs(path: Path) -> None:
    """Refuse a zip archive that is damaged, or made to do harm: by its size or by its names."""
    try:
        with ZipFile(path) as archive:
            members = archive.infolist()
    except (BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise damaged(path, error) from None
    refuse_size(path, sum(member.file_size for member in members))
    for member in members:
        refuse_name(path, member.filename, is_file=not stat.S_ISLNK(member.external_attr >> 16))


def refuse_size(path: Path, size: int) -> None:
    """Refuse an archive that would unpack to so many bytes, if that is far too much."""
    packed = path.stat().st_size
    if size > LARGEST or size > MOST_TIMES * max(packed, 1_000_000):
        raise BadFile(
            "{file} would unpack to {size:.1f} GB from {packed:.1f} MB; it is not opened, as it "
            "seems made to fill the disk",
            file=path.name, size=size / 1e9, packed=packed / 1e6,
        )  # fmt: skip


def refuse_name(path: Path, name: str, *, is_file: bool) -> None:
    """Refuse a member that is called as if it were elsewhere, or that is a link or a device."""
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in name or "\0" in name:
        raise BadFile(
            "{file} has a member {member} that points outside of it; it is not opened",
            file=path.name, member=repr(name),
        )  # fmt: skip
    if not is_file:
        raise BadFile(
            "{file} has a member {member} that is a link or a device, which may point outside of "
            "it; it is not opened",
            file=path.name, member=repr(name),
        )  # fmt: skip


def damaged(path: Path, error: object) -> BadFile:
    """Return what is said of an archive that cannot be read."""
    return BadFile(
        "{file} is a damaged archive, or one that needs a password: {why}",
        file=path.name, why=error,
    )  # fmt: skip


def _files_in(archive: ZipFile) -> dict[Path, ZipInfo]:
    return {Path(m.filename): m for m in archive.infolist() if _is_file(m)}


def _is_file(member: ZipInfo) -> bool:
    name = PurePosixPath(member.filename).name.lower()
    return not member.is_dir() and bool(name)

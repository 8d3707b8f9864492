"""Tar archives, packed or not: what is in them, one member after the other."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from tarfile import AREGTYPE, BLOCKSIZE, CONTTYPE, DIRTYPE, REGTYPE, HeaderError, TarInfo
from typing import IO, NamedTuple

from s2s_core.data.readers.archive import damaged, refuse_name, refuse_size
from s2s_core.data.readers.opening import opened

MAGIC, MAGIC_AT = "ustar", 257
NAME, MORE, MORE_OF_ALL, OF_LINK = b"L", (b"x", b"X"), b"g", b"K"  # what precedes a member
PLAIN = (REGTYPE, AREGTYPE, CONTTYPE)
LONGEST = 1_000_000  # bytes of what precedes a member, such as a name that is long


class Member(NamedTuple):
    """A file in an archive; what it holds is next in the stream."""

    name: str
    size: int


def is_tar(start: str) -> bool:
    """Tell whether a file that begins so, a character for each byte, is a tar archive."""
    return start.startswith(MAGIC, MAGIC_AT)


def names_in_tar(path: Path) -> tuple[Path, ...]:
    """Return the names of the files in an archive, which has to be read to its end for that."""
    with opened(path) as (_, stream):
        names = (Path(member.name) for member in _Members(stream, path))
        return tuple(dict.fromkeys(name for name in names if name.name))


def unpack_tar(path: Path, places: Mapping[Path, Path]) -> None:
    """Write some of the files of an archive to places of their own."""
    with opened(path) as (_, stream):
        members = _Members(stream, path)
        for member in members:
            if place := places.get(Path(member.name)):
                with place.open("wb") as plain:
                    shutil.copyfileobj(members, plain)


class _Members:
    """The files of an archive in their order; what the one at hand holds can be read.

    Other than the standard library's reader it refuses an archive that ends too soon, or goes on
    with nonsense, and takes little memory for whatever stands there.
    """

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        self._stream, self._path = stream, path
        self._left, self._padding = 0, 0  # of the member at hand
        self._taken = 0

    def __iter__(self) -> Iterator[Member]:
        long_name, more = b"", dict[bytes, bytes]()
        while header := self._header():
            if header.type == NAME:
                long_name = self._whole().rstrip(b"\0")
            elif header.type in MORE:
                more = _records(self._whole())
            elif header.type in (MORE_OF_ALL, OF_LINK):
                self._skip()
            else:
                named = more.get(b"path") or long_name
                name = named.decode("utf-8", "replace") or header.name
                refuse_name(self._path, name, is_file=header.type in (*PLAIN, DIRTYPE))
                if any(key.startswith(b"GNU.sparse") for key in more):
                    raise damaged(self._path, "it has a member with gaps")
                self._begin(_number(more.get(b"size")) or header.size)
                if header.type != DIRTYPE:
                    yield Member(name, self._left)
                self._skip()
                long_name, more = b"", {}

    def read(self, count: int = LONGEST, /) -> bytes:
        """Return some more of the member at hand; nothing at its end."""
        return self._take(min(count, self._left))

    def _header(self) -> TarInfo | None:
        """Return what precedes a member, or None at the end of the archive."""
        block = self._exactly(BLOCKSIZE)
        if not any(block):
            return None
        try:
            header = TarInfo.frombuf(block, "utf-8", "replace")
        except HeaderError as error:
            raise damaged(self._path, error) from None
        self._begin(header.size)
        return header

    def _begin(self, size: int) -> None:
        if size < 0:
            raise damaged(self._path, "it has a member of a negative size")
        self._left, self._padding = size, -size % BLOCKSIZE
        refuse_size(self._path, self._taken + size)

    def _whole(self) -> bytes:
        if self._left > LONGEST:
            raise damaged(self._path, "the name of a member is too long")
        whole = self._exactly(self._left)
        self._left = 0
        self._skip()
        return whole

    def _skip(self) -> None:
        while self._take(min(self._left, LONGEST)):
            pass
        self._exactly(self._padding)
        self._padding = 0

    def _take(self, count: int) -> bytes:
        part = self._stream.read(count)
        if count and not part:
            raise damaged(self._path, "it is cut short")
        self._taken += len(part)
        self._left = max(0, self._left - len(part))
        return part

    def _exactly(self, count: int) -> bytes:
        whole = self._stream.read(count)
        self._taken += len(whole)
        if len(whole) < count:
            raise damaged(self._path, "it is cut short")
        return whole


def _records(text: bytes) -> dict[bytes, bytes]:
    """Return what is told of a member beyond its header: lines, each after its own length."""
    found, place = dict[bytes, bytes](), 0
    while match := re.compile(rb"(\d{1,7}) ([^=]{1,99})=").match(text, place):
        end = place + int(match[1])
        if end <= match.end():
            break
        found[match[2]] = text[match.end() : end - 1]
        place = end
    return found


def _number(text: bytes | None) -> int:
    return int(text) if text and re.fullmatch(rb"\d{1,18}", text) else 0

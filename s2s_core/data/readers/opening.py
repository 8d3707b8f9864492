"""Opening files: packed or not, and what cannot be opened is told in a sentence."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import zstandard

from s2s_core.errors import BadFile

A_LITTLE = 1024  # packed bytes, of which zstd can make 32 MB
SAMPLE_BYTES = 65_536  # what is looked at to tell formats and encodings apart
PACKED: dict[bytes, tuple[str, Callable[[Any], Any]]] = {
    b"\x1f\x8b": ("gzipped", gzip.open),
    b"BZh": ("packed by bzip2", bz2.open),
    b"\xfd7zXZ\x00": ("packed by xz", lzma.open),
    b"\x28\xb5\x2f\xfd": ("packed by zstd", lambda file: _Zstd(file)),
}  # fmt: skip


_being_read: list[IO[bytes]] = []


def share_read() -> float:
    """Return how much of the files that are open now has been read, packed as they are."""
    size = sum(os.fstat(file.fileno()).st_size for file in _being_read)
    return sum(file.tell() for file in _being_read) / size if size else 0.0


@contextmanager
def _noted(file: IO[bytes]) -> Iterator[None]:
    _being_read.append(file)
    try:
        yield
    finally:
        _being_read.remove(file)


@contextmanager
def opened(path: Path) -> Iterator[tuple[bytes, io.BufferedReader]]:
    """Open a file, unpacked if it is packed: its beginning, and the whole of it.

    Whatever goes wrong, also while it is read, becomes a sentence.
    """
    how = ""
    try:
        _refuse_what_is_no_file(path)
        with path.open("rb") as plain, _noted(plain):
            start = plain.read(max(map(len, PACKED)))
            plain.seek(0)
            stream: Any = plain
            for magic, (name, unpack) in PACKED.items():
                if start.startswith(magic):
                    how, stream = name, unpack(plain)
            sample = _read_up_to(stream, SAMPLE_BYTES)
            yield sample, io.BufferedReader(_Joined(sample, stream))
    except UnicodeDecodeError:
        raise BadFile(
            "{file} ends in the middle of a UTF-16 character; save it as UTF-8", file=path.name
        ) from None
    except (gzip.BadGzipFile, EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError) as error:
        raise BadFile(
            "{file} is {packed}, but damaged or cut short ({reason})",
            file=path.name, packed=how, reason=error,
        ) from None  # fmt: skip
    except OSError as error:
        if how.endswith("bzip2") and error.errno is None:
            raise BadFile(
                "{file} is {packed}, but damaged or cut short ({reason})",
                file=path.name, packed=how, reason=error,
            ) from None  # fmt: skip
        raise _refusal(path, error) from None


def sample_of(path: Path) -> bytes:
    """Return the beginning of a file, unpacked."""
    with opened(path) as (sample, _):
        return sample


def _refuse_what_is_no_file(path: Path) -> None:
    if "\0" in str(path):
        raise FileNotFoundError
    if path.is_dir():
        raise BadFile("{file} is a folder; expected a text file", file=str(path))
    if path.exists() and not path.is_file():
        raise BadFile("{file} is a device or a pipe; expected a text file", file=str(path))


def _read_up_to(stream: IO[bytes], count: int) -> bytes:
    parts = []
    while count > 0 and (part := stream.read(count)):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


class _Zstd:
    """What a file packed by zstd holds, all of its frames.

    The library's own reader takes a frame that is cut short for one that has ended.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._packed, self._plain = b"", memoryview(b"")

    def read(self, count: int) -> bytes:
        """Return some more, at most so much; nothing at the end."""
        while not self._plain and self._more():
            pass
        part, self._plain = bytes(self._plain[:count]), self._plain[count:]
        return part

    def _more(self) -> bool:
        """Unpack a little; tells whether there was something."""
        packed = self._packed or self._file.read(A_LITTLE)
        if not packed:
            if self._frame is not None:
                raise EOFError("a frame is cut short")
            return False
        if self._frame is None:
            self._frame = zstandard.ZstdDecompressor().decompressobj(write_size=SAMPLE_BYTES)
        self._plain = memoryview(self._frame.decompress(packed))
        self._packed = b""
        if self._frame.eof:
            self._packed, self._frame = self._frame.unused_data, None
        return True


class _Joined(io.RawIOBase):
    """What was read already, and then the rest of the stream."""

    def __init__(self, start: bytes, rest: IO[bytes]) -> None:
        self._start = memoryview(start)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._start:
            count = min(len(buffer), len(self._start))
            buffer[:count] = self._start[:count]
            self._start = self._start[count:]
            return count
        part = self._rest.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)


def _refusal(path: Path, error: OSError) -> BadFile:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return BadFile("there is no file {file}", file=str(path))
    if isinstance(error, PermissionError):
        return BadFile("{file} may not be read: permission denied", file=str(path))
    return BadFile("{file} cannot be read: {reason}", file=str(path), reason=error.strerror)

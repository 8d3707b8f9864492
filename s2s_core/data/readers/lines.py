"""Lines of a text file, however it was saved; what is no text is refused with a sentence."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from s2s_core.errors import BadFile

GZIP = b"\x1f\x8b"
BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
SAMPLE_BYTES = 8192  # what is looked at to tell the encoding, and text from other things
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
LONGEST_LINE = 10_000_000  # characters; more is no sentence, and would fill the memory


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a text file, gzipped or not, in UTF-8 or UTF-16.

    Only a line feed, with or without a carriage return before it, ends a line; all other
    separators of Unicode stay inside it. A file that cannot be read to its end is a `BadFile`.
    """
    with _opened(path) as stream:
        sample = stream.read(SAMPLE_BYTES)
        encoding, start = _detect_encoding(sample, path)
        stream.seek(start)
        # What is no character becomes a lone surrogate, so that `_check` can name the line.
        errors = "surrogateescape" if encoding == "utf-8" else "surrogatepass"
        number = 0
        with io.TextIOWrapper(stream, encoding, errors, newline="\n") as text:
            for number, line in enumerate(iter(partial(text.readline, LONGEST_LINE), ""), 1):
                _check(line, number, encoding, path)
                yield line[:-1].removesuffix("\r") if line.endswith("\n") else line
        if number == 0:
            raise BadFile("{file} is empty", file=path.name)


@contextmanager
def _opened(path: Path) -> Iterator[io.BufferedReader | gzip.GzipFile]:
    """Open a file and unpack it if it is gzipped; whatever goes wrong becomes a sentence."""
    try:
        if "\0" in str(path):
            raise FileNotFoundError
        if path.is_dir():
            raise BadFile("{file} is a folder; expected a text file", file=str(path))
        if path.exists() and not path.is_file():
            raise BadFile("{file} is a device or a pipe; expected a text file", file=str(path))
        with path.open("rb") as plain:
            is_packed = plain.read(len(GZIP)) == GZIP
            plain.seek(0)
            if not is_packed:
                yield plain
                return
            with gzip.open(plain) as unpacked:
                yield unpacked
    except UnicodeDecodeError:
        raise BadFile(
            "{file} ends in the middle of a UTF-16 character; save it as UTF-8", file=path.name
        ) from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadFile(
            "{file} is gzipped, but damaged or cut short ({reason})", file=path.name, reason=error
        ) from None
    except OSError as error:
        raise _refusal(path, error) from None


def _refusal(path: Path, error: OSError) -> BadFile:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return BadFile("there is no file {file}", file=str(path))
    if isinstance(error, PermissionError):
        return BadFile("{file} may not be read: permission denied", file=str(path))
    return BadFile("{file} cannot be read: {reason}", file=str(path), reason=error.strerror)


def _detect_encoding(sample: bytes, path: Path) -> tuple[str, int]:
    """Return the encoding, and where the text begins; something that is no text is refused."""
    for bom, encoding in BOMS.items():
        if sample.startswith(bom):
            return encoding, len(bom)
    even, odd = sample[0::2], sample[1::2]
    # Latin letters in UTF-16 have a zero in every second byte, and only there.
    if odd.count(0) * 2 > len(odd) and 0 not in even:
        return "utf-16-le", 0
    if even.count(0) * 2 > len(even) and 0 not in odd:
        return "utf-16-be", 0
    controls = len(sample) - len(sample.translate(None, CONTROLS))
    if controls * 50 > len(sample) and (0 in sample or not _is_utf8(sample)):
        raise BadFile(
            "{file} is not a text file; expected sentences as plain text, in UTF-8", file=path.name
        )
    return "utf-8", 0


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # may end within a character
    except UnicodeDecodeError:
        return False
    return True


def _check(line: str, number: int, encoding: str, path: Path) -> None:
    """Refuse a line that is no text, and one that is too long to be a sentence."""
    if "\0" in line:
        raise BadFile(
            "line {line} of {file} holds a zero byte, so it is not plain text; save it as UTF-8",
            line=number, file=path.name,
        )  # fmt: skip
    if len(line) == LONGEST_LINE and not line.endswith("\n"):
        raise BadFile(
            "line {line} of {file} is longer than {longest} characters; "
            "expected one sentence a line",
            line=number, file=path.name, longest=f"{LONGEST_LINE:,}",
        )  # fmt: skip
    if line.isascii():
        return
    try:
        line.encode()
    except UnicodeEncodeError as error:
        raise _bad_character(line, error.start, number, encoding, path) from None


def _bad_character(line: str, place: int, number: int, encoding: str, path: Path) -> BadFile:
    if encoding != "utf-8":
        return BadFile(
            "line {line} of {file} is not valid UTF-16 at character {place}; save it as UTF-8",
            line=number, file=path.name, place=place + 1,
        )  # fmt: skip
    return BadFile(
        "line {line} of {file} is not valid UTF-8: byte {place} of the line is {byte}; "
        "save it as UTF-8",
        line=number, file=path.name, place=len(line[:place].encode()) + 1,
        byte=f"0x{ord(line[place]) - 0xDC00:02X}",
    )  # fmt: skip

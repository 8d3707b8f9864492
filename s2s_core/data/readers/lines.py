"""Lines of a text file, however it was saved; what is no text is refused with a sentence."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path

from charset_normalizer import from_bytes

from s2s_core.counts import count
from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.opening import opened, sample_of
from s2s_core.errors import BadFile

BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
XML_DECLARATION = re.compile(rb"""\s*<\?xml[^>]{0,99}encoding=["']([\w.-]{1,40})["']""")
TITLES = {
    r"utf-?8(-sig)?": "UTF-8",
    r"utf-?16.*": "UTF-16",
    r"(?:windows-|cp)(125\d)": r"Windows-\1",
}
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
WESTERN, CLOSE = "cp1252", 0.05  # and how much messier a text in it may look than the best
FEW_SIGNS = 16  # bytes beyond ASCII; from fewer no encoding can be told
HALF = re.compile("[\ud800-\udfff]")  # of a character: no text can be written with it
ZEROS = bytes(8)  # in a row, what is no text fills its blocks with
LONGEST_LINE = 10_000_000  # characters; more is no sentence, and would fill the memory
FEW = 10  # at most one line in so many may be no good, such as not valid UTF-8
LOOK_AT = 200  # lines; of fewer it is told at their end whether these are many


@dataclass
class Broken:
    """What is not valid UTF-8 in files that are otherwise, or could not be written in it."""

    lines: int = 0  # read so far
    rows: set[int] = field(default_factory=set)  # pairs that stand in such lines, from 1

    def mended(self, row: int, pair: SentencePair) -> SentencePair:
        """Return a pair as it can be shown, and note it if it stands in such a line."""
        whole = SentencePair(*map(shown, pair))
        if whole != pair:
            self.rows.add(row)
        return whole


def shown(text: str) -> str:
    """Return a text with a sign in place of each byte, or half, that is no character."""
    return text if text.isascii() else HALF.sub("\ufffd", text)


def read_lines(path: Path, broken: Broken | None = None) -> Iterator[str]:
    """Yield the lines of a text file, packed or not, in the encoding that it seems to have.

    Only a line feed, with or without a carriage return before it, ends a line; all other
    separators of Unicode stay inside it. A file that cannot be read to its end is a `BadFile`;
    so is one with lines that are not valid UTF-8, unless these are few and `broken` is told.
    """
    with opened(path) as (sample, stream):
        encoding, start = detect_encoding(sample, path)
        stream.read(start)
        # What is no character becomes a lone surrogate, so that `_check` can name the line.
        errors = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
        number, faults, first = 0, 0, 0
        with io.TextIOWrapper(stream, encoding, errors, newline="\n") as text:
            for number, line in enumerate(iter(partial(text.readline, LONGEST_LINE), ""), 1):
                if fault := _fault(line, number, encoding, path):
                    if broken is None or encoding != "utf-8":
                        raise fault
                    broken.lines += 1
                    faults, first = faults + 1, first or number
                    if number >= LOOK_AT and faults * FEW > number:
                        break
                yield line[:-1].removesuffix("\r") if line.endswith("\n") else line
        if number == 0:
            raise BadFile("{file} is empty", file=path.name)
        if faults * FEW > number:
            raise BadFile(
                "{faults} of {lines:line|lines} of {file} are not valid UTF-8, the first of them "
                "line {line}; save it as UTF-8",
                faults=faults, lines=count(number), line=first, file=path.name,
            )  # fmt: skip


def detect_encoding(sample: bytes, path: Path) -> tuple[str, int]:
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
    has_many = (controls * 5 > len(sample) and 0 in sample) or ZEROS in sample
    if has_many or (controls * 50 > len(sample) and not _is_utf8(sample)):
        raise BadFile(
            "{file} is not a text file; expected sentences as plain text, in UTF-8", file=path.name
        )
    return ("utf-8" if _is_utf8(sample) else _older_encoding(sample)), 0


def encoding_of(path: Path) -> str:
    """Return the encoding of a file as people call it, such as "Windows-1252"."""
    sample = sample_of(path)
    declared = XML_DECLARATION.match(sample)
    name = declared.group(1).decode() if declared else detect_encoding(sample, path)[0]
    for codec, title in TITLES.items():
        if re.fullmatch(codec, name.lower().replace("_", "-")):
            return re.sub(codec, title, name.lower().replace("_", "-"))
    return name.upper().replace("_", "-")


@lru_cache(
    maxsize=4
)  # it is asked by what recognises a file, by what reads it and by `encoding_of`
def _older_encoding(sample: bytes) -> str:
    """Return the encoding of before Unicode that the text seems to have.

    UTF-8 with a fault somewhere stays UTF-8, so that the fault is told with its place.
    """
    signs = sum(byte >= 0x80 for byte in sample)
    text = sample.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(not character.isascii() for character in text) - bad
    if signs < FEW_SIGNS or good > bad:
        return "utf-8"
    found = from_bytes(sample[: sample.rfind(b"\n") + 1] or sample)
    best = found.best()
    if best is None:
        return "utf-8"
    # Neighbours of the commonest one differ in a few letters, which a short text cannot tell.
    western = [match for match in found if WESTERN in match.could_be_from_charset]
    return WESTERN if western and western[0].chaos <= best.chaos + CLOSE else best.encoding


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # may end within a character
    except UnicodeDecodeError:
        return False
    return True


def _fault(line: str, number: int, encoding: str, path: Path) -> BadFile | None:
    """Refuse a line that is no text or too long; return what is no character of its encoding.

    A zero in what is text otherwise is a control character; beside bytes that are none it tells
    that the file is something else, such as UTF-16 without its mark.
    """
    if "\0" in line and not (encoding.startswith("utf-16") or _is_utf8_line(line, encoding)):
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
        return None
    try:
        line.encode()
    except UnicodeEncodeError as error:
        return _bad_character(line, error.start, number, encoding, path)
    return None


def _is_utf8_line(line: str, encoding: str) -> bool:
    return encoding == "utf-8" and (line.isascii() or not HALF.search(line))


def _bad_character(line: str, place: int, number: int, encoding: str, path: Path) -> BadFile:
    if encoding.startswith("utf-16"):
        return BadFile(
            "line {line} of {file} is not valid UTF-16 at character {place}; save it as UTF-8",
            line=number, file=path.name, place=place + 1,
        )  # fmt: skip
    if encoding != "utf-8":
        return BadFile(
            "line {line} of {file} is not valid {encoding}, which its beginning seems to be; save "
            "it as UTF-8", line=number, file=path.name, encoding=encoding,
        )  # fmt: skip
    return BadFile(
        "line {line} of {file} is not valid UTF-8: byte {place} of the line is {byte}; "
        "save it as UTF-8",
        line=number, file=path.name, place=len(line[:place].encode()) + 1,
        byte=f"0x{ord(line[place]) - 0xDC00:02X}",
    )  # fmt: skip

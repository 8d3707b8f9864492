"""Readers of parallel corpora, one file for each format, and the table of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from s2s_core.choices import Choices
from s2s_core.corpus_files import files_in, plain_name, training_files, validation_files
from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.archive import (
    Archive,
    has_validation_files,
    names_in_zip,
    read_members,
    unpack_zip,
)
from s2s_core.data.readers.choosing import ANY, Look, Wanted
from s2s_core.data.readers.delimited import LOOK_AT, delimiter_of, read_delimited
from s2s_core.data.readers.entering import Lines
from s2s_core.data.readers.excel import read_excel
from s2s_core.data.readers.gettext_po import read_po
from s2s_core.data.readers.json_lines import is_object_a_line, read_json
from s2s_core.data.readers.lines import detect_encoding, encoding_of, read_lines
from s2s_core.data.readers.opening import PACKED, SAMPLE_BYTES, sample_of
from s2s_core.data.readers.parallel_text import read_parallel_text
from s2s_core.data.readers.tab_separated import read_tab_separated
from s2s_core.data.readers.tar import is_tar, names_in_tar, unpack_tar
from s2s_core.data.readers.tmx import read_tmx
from s2s_core.data.readers.xliff import read_xliff
from s2s_core.errors import BadFile
from s2s_core.languages import CODES, language_of, sides

__all__ = [
    "READERS", "Look", "Reader", "Wanted", "held_out_in", "language_of", "lines_of",
    "read_lines", "read_pairs", "sides",
]  # fmt: skip

ZIP = "PK\x03\x04"
ARCHIVES = {
    "archive": Archive(names_in_zip, unpack_zip),
    "tar": Archive(names_in_tar, unpack_tar),
}


@dataclass(frozen=True)
class Reader:
    """A file format: how it is called, known and read."""

    title: str
    suffixes: tuple[str, ...]  # without what says how it is packed, which any of them may carry
    files: int  # how many files make a corpus
    read: Callable[..., Iterator[SentencePair]]  # takes as many paths, and a `Wanted`
    knows: Callable[[str, Path], bool]  # whether a file that begins so is of this format
    is_binary: bool = False  # not text as a whole, whatever is inside
    # Whether the pairs of a file that begins so can be gone to, as each is a line, or a row of a
    # table whose quoted cells may hold line breaks; whatever stands before it.
    is_by_line: Callable[[str], bool] = lambda start: False
    has_quotes: bool = False
    skips_blank: bool = False  # a blank line is no pair, also in the middle

    def __post_init__(self) -> None:
        # A table's help is the docstring of its row; a row explains itself where it is made.
        object.__setattr__(self, "__doc__", self.read.__doc__)


def read_pairs(files: tuple[Path, ...], wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """Yield the sentence pairs of a corpus; what cannot be used is refused with `BadFile`.

    Two files are source and target in this order. Blank sides are yielded as they are.
    """
    reader = _reader_for(files)
    if wanted.look is not None:
        if len(files) == 2:
            wanted.look.source, wanted.look.target = map(language_of, files)
        if not reader.is_binary:
            wanted.look.encodings |= {path.name: encoding_of(path) for path in files}
    return reader.read(*files, wanted)


def lines_of(files: tuple[Path, ...]) -> list[Lines] | None:
    """Return the lines or rows of plain files, if each is a pair, so that any can be gone to."""
    reader = _reader_for(files)
    for path in files:
        with path.open("rb") as file:
            sample = file.read(SAMPLE_BYTES)
        if sample.startswith((*PACKED, ZIP.encode())):
            return None
        encoding, start = detect_encoding(sample, path)
        text = sample[start:].decode(encoding, "replace")
        if encoding.startswith("utf-16") or not reader.is_by_line(text):
            return None
    lines = [
        Lines(path, has_quotes=reader.has_quotes, skips_blank=reader.skips_blank) for path in files
    ]
    return lines if all(each.are_whole for each in lines) else None


def read_archive(path: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """Zip archive, as OPUS publishes corpora: the pair inside is found by the names."""
    yield from read_members(path, wanted, read_pairs, ARCHIVES["archive"])


def read_tar(path: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """Tar archive, packed or not: the pair inside is found by the names."""
    yield from read_members(path, wanted, read_pairs, ARCHIVES["tar"])


def read_folder(path: Path, wanted: Wanted = ANY) -> Iterator[SentencePair]:
    """Folder with a corpus: what is named for training, and not for validation or tests."""
    yield from read_pairs(training_files(files_in(path), path.name), wanted)


def held_out_in(files: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a folder or an archive holds for validation, told by the names.

    An archive is named itself: asked for what is `held_out`, it is read for that.
    """
    if len(files) != 1:
        return ()
    path = Path(files[0])
    with suppress(BadFile, OSError, ValueError):  # told when the corpus is read
        if _is_folder(path):
            names = files_in(path)
            return tuple(map(str, validation_files(names, training_files(names, path.name))))
        reader = _reader_for((path,))
        for name, archive in ARCHIVES.items():
            if reader is READERS[name] and has_validation_files(path, archive):
                return files
    return ()


def _reader_for(files: tuple[Path, ...]) -> Reader:
    """Return the reader that knows the content; names decide only where it leaves that open."""
    if len(files) == 2:
        return READERS["parallel_text"]
    if len(files) != 1:
        raise BadFile(
            "{count} files were given; expected one file with both sides, or two text files",
            count=len(files),
        )
    (path,) = files
    start = "" if _is_folder(path) else _beginning(path)
    fitting = (row for row in READERS.values() if row.files == 1 and row.knows(start, path))
    return next(fitting, READERS["tab_separated"])


def _beginning(path: Path) -> str:
    """Return what a file begins with, as text as far as it is one."""
    sample = sample_of(path)
    binary = sample.decode("latin-1")
    if binary.startswith(ZIP) or is_tar(binary):
        return binary
    encoding, start = detect_encoding(sample, path)
    return sample[start:].decode(encoding, "replace")


def _is_folder(path: Path) -> bool:
    return "\0" not in str(path) and len(path.name) < 256 and path.is_dir()


def _is_table(start: str, path: Path) -> bool:
    lines = start.split("\n")[:LOOK_AT]
    if plain_name(path).endswith(".csv"):
        return True
    has_tabs = sum("\t" in line for line in lines) * 2 >= len(lines)
    whole = "\n".join(lines[:-1])
    return not has_tabs and len(lines) > 2 and delimiter_of(whole) in (";", "|", ",")


READERS: Choices[Reader] = Choices(
    "corpus format",
    {
        "folder": Reader(
            title="Folder", suffixes=(), files=1, read=read_folder, is_binary=True,
            knows=lambda start, path: _is_folder(path),
        ),
        "excel": Reader(
            title="Excel workbook", suffixes=(".xlsx",), files=1, read=read_excel,
            is_binary=True,
            knows=lambda start, path: (
                start.startswith(ZIP) and ("xl/" in start or path.suffix.lower() == ".xlsx")
            ),
        ),
        "archive": Reader(
            title="Zip archive", suffixes=(".zip",), files=1, read=read_archive,
            is_binary=True,
            knows=lambda start, path: start.startswith(ZIP),
        ),
        "tar": Reader(
            title="Tar archive", suffixes=(".tar", ".tgz", ".tbz2", ".txz"), files=1,
            read=read_tar, is_binary=True,
            knows=lambda start, path: is_tar(start),
        ),
        "tmx": Reader(
            title="Translation memory", suffixes=(".tmx",), files=1, read=read_tmx,
            knows=lambda start, path: start.lstrip().startswith("<") and "<tmx" in start,
        ),
        "xliff": Reader(
            title="XLIFF", suffixes=(".xlf", ".xliff"), files=1, read=read_xliff,
            knows=lambda start, path: start.lstrip().startswith("<") and "<xliff" in start,
        ),
        "json": Reader(
            title="JSON", suffixes=(".jsonl", ".json"), files=1, read=read_json,
            is_by_line=is_object_a_line, skips_blank=True,
            knows=lambda start, path: (
                plain_name(path).endswith((".json", ".jsonl"))
                or start.lstrip().startswith(('{"', "[{"))
            ),
        ),
        "gettext_po": Reader(
            title="gettext catalogue", suffixes=(".po",), files=1, read=read_po,
            knows=lambda start, path: '\nmsgid "' in f"\n{start}" and "\nmsgstr" in start,
        ),
        "delimited": Reader(
            title="Table (CSV)", suffixes=(".csv",), files=1, read=read_delimited, knows=_is_table,
            is_by_line=lambda start: True, has_quotes=True, skips_blank=True,
        ),
        "tab_separated": Reader(
            title="Tab-separated pairs", suffixes=(".tsv", ".tab", ".txt"), files=1,
            read=read_tab_separated, knows=lambda start, path: "\t" in start,
            is_by_line=lambda start: True,
        ),
        "parallel_text": Reader(
            title="Two text files",
            suffixes=(".txt", ".src", ".tgt", *(f".{code}" for code in CODES)), files=2,
            read=read_parallel_text, knows=lambda start, path: True, is_by_line=lambda start: True,
        ),
    },
)  # fmt: skip

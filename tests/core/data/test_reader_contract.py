"""What every row of the readers' table promises, so that a new one is tried as soon as it exists.

What is written in a format, by other programs than ours, is read back; and whatever stands in a
file, it ends in pairs or in one of our sentences, before long.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import openpyxl
import polib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers import READERS, Wanted, lines, lines_of, read_pairs
from s2s_core.errors import BadFile

Pairs = Sequence[tuple[str, str]]
Content = dict[str, bytes]  # from the name of a file to what it holds


def two_texts(pairs: Pairs) -> Content:
    return {
        f"text.{code}": "".join(f"{side}\n" for side in sides).encode()
        for code, sides in zip(("en", "fr"), zip(*pairs, strict=True), strict=True)
    }


def tabs(pairs: Pairs) -> Content:
    return {"pairs.tsv": "".join(f"{one}\t{other}\n" for one, other in pairs).encode()}


def table(pairs: Pairs) -> Content:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(pairs)
    return {"pairs.csv": text.getvalue().encode()}


def json_lines(pairs: Pairs) -> Content:
    rows = [json.dumps({"translation": {"en": one, "fr": other}}) for one, other in pairs]
    return {"pairs.jsonl": "\n".join(rows).encode()}


def catalogue(pairs: Pairs) -> Content:
    made = polib.POFile()
    made.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    for number, (one, other) in enumerate(pairs):
        made.append(polib.POEntry(msgctxt=str(number), msgid=one, msgstr=other))
    return {"pairs.po": str(made).encode()}


def memory(pairs: Pairs) -> Content:
    units = "".join(
        f'<tu><tuv xml:lang="en"><seg>{escape(one)}</seg></tuv>'
        f'<tuv xml:lang="fr"><seg>{escape(other)}</seg></tuv></tu>'
        for one, other in pairs
    )
    return {"pairs.tmx": f'<tmx version="1.4"><body>{units}</body></tmx>'.encode()}


def segments(pairs: Pairs) -> Content:
    units = "".join(
        f"<trans-unit id='{number}'><source>{escape(one)}</source>"
        f"<target>{escape(other)}</target></trans-unit>"
        for number, (one, other) in enumerate(pairs)
    )
    head = '<xliff version="1.2"><file source-language="en" target-language="fr"><body>'
    return {"pairs.xlf": f"{head}{units}</body></file></xliff>".encode()}


def workbook(pairs: Pairs) -> Content:
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row, pair in enumerate(pairs, 1):
        for column, text in enumerate(pair, 1):
            cell = book.worksheets[0].cell(row, column)
            cell.value, cell.data_type = text, "s"  # also what looks like a formula
    book.save(content)
    return {"pairs.xlsx": content.getvalue()}


def zipped(pairs: Pairs) -> Content:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in two_texts(pairs).items():
            made.writestr(f"inner/{name}", text)
    return {"pairs.zip": content.getvalue()}


def tarred(pairs: Pairs) -> Content:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as made:
        for name, text in two_texts(pairs).items():
            member = tarfile.TarInfo(f"inner/{name}")
            member.size = len(text)
            made.addfile(member, io.BytesIO(text))
    return {"pairs.tar.gz": content.getvalue()}


def folder(pairs: Pairs) -> Content:
    return {f"corpus/{name}": text for name, text in two_texts(pairs).items()}


class Format(NamedTuple):
    """How files of a format are written, and what texts it can hold beside usual ones."""

    write: Callable[[Pairs], Content]
    signs: str = ""
    wanted: Wanted = Wanted()


BY_PLACE = Wanted("1", "2", header="no")
SEPARATORS = "\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e\0"
FORMATS = {
    "folder": Format(folder, SEPARATORS + "\t"),
    "excel": Format(workbook, "\n\t", BY_PLACE),
    "archive": Format(zipped, SEPARATORS + "\t"),
    "tar": Format(tarred, SEPARATORS + "\t"),
    "tmx": Format(memory, "\t"),
    "xliff": Format(segments, "\t"),
    "json": Format(json_lines, SEPARATORS + "\t\n\r"),
    "gettext_po": Format(catalogue, "\t\n"),
    "delimited": Format(table, SEPARATORS + "\n\t", BY_PLACE),
    "tab_separated": Format(tabs, SEPARATORS, BY_PLACE),
    "parallel_text": Format(two_texts, SEPARATORS + "\t"),
}
each_format = pytest.mark.parametrize("name", FORMATS)
properties = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def placed(folder: Path, content: Content) -> tuple[Path, ...]:
    """Write files, and return what is dropped: them, or the folder that they are in."""
    for name, text in content.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text)
    return tuple(dict.fromkeys(folder / name.split("/")[0] for name in content))


def test_each_format_is_tried() -> None:
    assert set(FORMATS) == set(READERS)


@each_format
@properties
@given(data=st.data())
def test_what_is_written_is_read_back(tmp_path: Path, name: str, data: st.DataObject) -> None:
    form = FORMATS[name]
    usual = st.characters(exclude_categories=["C"], exclude_characters="\ufffe\uffff")
    texts = st.text(usual | st.sampled_from(form.signs) if form.signs else usual, min_size=1)
    pairs = data.draw(st.lists(st.tuples(texts, texts).map(with_words), min_size=1, max_size=8))
    files = placed(tmp_path, form.write(pairs))
    assert len(files) == READERS[name].files
    assert list(READERS[name].read(*files, form.wanted)) == pairs
    assert list(read_pairs(files, form.wanted)) == pairs


def with_words(pair: tuple[str, str]) -> tuple[str, str]:
    """Return a pair that is not blank, nor ends or begins with what its format is trimmed of."""
    return f"a{pair[0]}b", f"c{pair[1]}d"


CATS: Pairs = [("the cat", "le chat"), ("a dog", "un chien"), ("“quoted”, \\n", "été; à")] * 3
changes = st.lists(
    st.tuples(
        st.integers(0, 10**6),  # where
        st.integers(0, 20),  # how many bytes are left out there
        st.binary(max_size=9) | st.sampled_from([b"\0\0\0", b"\xff\xfe", b"<", b'"', b"\n", b"{["]),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


def changed(content: bytes, what: list[tuple[int, int, bytes]]) -> bytes:
    for place, count, instead in what:
        place %= len(content) + 1
        content = content[:place] + instead + content[place + count :]
    return content


def inside(content: bytes, what: list[tuple[int, int, bytes]]) -> bytes:
    """Return a zip archive, or a workbook, whose members are changed and not the archive itself."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        names = old.namelist()
        for number, name in enumerate(names):
            own = [change for change in what if change[0] % len(names) == number]
            new.writestr(name, changed(old.read(name), own))
    return made.getvalue()


BEGINNINGS = [b"", b"\x1f\x8b", b"\x1f\x8b\x08\0", b"PK\x03\x04", *lines.BOMS]
anything = st.builds(
    lambda start, rest, pack: pack(start + rest),
    st.sampled_from(BEGINNINGS),
    st.binary(max_size=60)
    | st.text(st.sampled_from("aé\t\n\r\0\u2028"), max_size=50).map(str.encode),
    st.sampled_from([bytes, gzip.compress]),
)


@each_format
@properties
@given(what=changes, is_inside=st.booleans(), other=st.none() | anything)
def test_whatever_stands_in_a_file_ends_in_pairs_or_in_a_sentence(
    tmp_path: Path, name: str, what: list[tuple[int, int, bytes]], is_inside: bool,
    other: bytes | None,
) -> None:  # fmt: skip
    content = FORMATS[name].write(CATS)
    for file, text in content.items():
        change = inside if is_inside and name in ("archive", "excel") else changed
        content[file] = change(text, what) if other is None else other
    files = placed(tmp_path, content)
    began = time.process_time()
    for pairs in (READERS[name].read(*files), chosen(files)):
        try:
            assert all(isinstance(pair, SentencePair) for pair in pairs)
        except BadFile as error:
            # Of an archive it may be a file inside.
            names = (*content, "corpus", "text.en", "text.fr")
            assert any(Path(name).name in str(error) for name in names)  # noqa: PT017
    with suppress(BadFile, IsADirectoryError):
        lines_of(files)
    assert time.process_time() - began < 2


def chosen(files: tuple[Path, ...]) -> Iterator[SentencePair]:
    """Yield the pairs as the reader reads them that is found for them, which may refuse, too."""
    yield from read_pairs(files)

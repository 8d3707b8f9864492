"""Files that are made to do harm, or would by their size: refused soon, and in little memory."""

from __future__ import annotations

import io
import json
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zstandard

from s2s_core.data.readers import READERS, gettext_po, read_pairs
from tests.core.data.test_reader_contract import CATS, FORMATS, workbook
from tests.core.data.test_readers import SAMPLES, refusal, write

BEGINNINGS = {
    "tmx": "<tmx><body><tu><tuv xml:lang='en'><seg>",
    "xliff": "<xliff version='1.2'><body><trans-unit><source>",
    "json": '{"en": "a", "fr": "',
    "gettext_po": 'msgid "a"\nmsgstr "',
    "delimited": 'source,target\na,"',
    "tab_separated": "a\tb\nc\t",
    "parallel_text": "a\n",
}


@contextmanager
def bounded(seconds: float, megabytes: float) -> Iterator[None]:
    """Assert that something takes no more than so much of the processor and of memory."""
    tracemalloc.start()
    began = time.process_time()
    try:
        yield
        taken, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < seconds
    assert peak < megabytes * 1e6


def test_each_format_of_text_is_tried() -> None:
    assert set(BEGINNINGS) == {name for name, row in READERS.items() if not row.is_binary}


@pytest.fixture(scope="module")
def endless() -> bytes:
    """A line of 2 GB, packed: two frames, one after the other."""
    gigabyte = zstandard.ZstdCompressor(level=1).compress(b"a" * 2**30)
    return gigabyte * 2


@pytest.mark.parametrize("name", BEGINNINGS)
def test_a_line_of_two_gigabytes_is_refused(tmp_path: Path, name: str, endless: bytes) -> None:
    start = zstandard.compress(BEGINNINGS[name].encode())
    path = write(tmp_path / "long", start + endless)
    files = (path,) * READERS[name].files
    with bounded(10, 250):
        said = refusal(*files)
    assert "long" in said
    assert "longer than" in said or "part of more than" in said


@pytest.mark.parametrize("root", ["tmx", "xliff"])
@pytest.mark.parametrize(
    "entity",
    [
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY b SYSTEM "file:///etc/passwd">',
    ],
)
def test_entities_of_its_own_are_refused(tmp_path: Path, root: str, entity: str) -> None:
    text = (
        f"<!DOCTYPE {root} [{entity}]><{root}><tu><tuv lang='en'><seg>&b;</seg></tuv></tu></{root}>"
    )
    path = write(tmp_path / "evil", '<?xml version="1.0"?>' + text)
    assert "defines entities of its own" in refusal(path)
    book = rewritten("xl/worksheets/sheet1.xml", lambda sheet: sheet.replace(
        "<worksheet", f"<!DOCTYPE worksheet [{entity}]><worksheet", 1
    ))  # fmt: skip
    assert "book is no workbook: EntitiesForbidden" in refusal(write(tmp_path / "book", book))


def test_xml_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    text = SAMPLES["tmx"][0][0]
    assert "is not valid XML" in refusal(write(tmp_path / "cut.tmx", text[: len(text) // 2]))


def test_markup_may_be_nested_as_deep_as_it_likes(tmp_path: Path) -> None:
    (text,) = FORMATS["tmx"].write([("a", "b")]).values()
    deep = text.decode().replace("<seg>a", "<seg>" + "<hi>a" * 5000).replace(
        "</seg>", "</hi>" * 5000 + "</seg>", 1
    )  # fmt: skip
    path = write(tmp_path / "deep.tmx", deep)
    with bounded(5, 50):
        assert list(read_pairs((path,))) == [("a" * 5000, "b")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"en": ' + "9" * 5000 + "}", "line 1 of a.json is not JSON"),
        ('[{"en": [\n' + "1,\n" * 200_000, "ends in the middle of an object"),
        ('[{"en": ' + "[" * 100_000, "line 1 of a.json is not JSON: it is nested too deeply"),
        ("{" * 50_000, "line 1 of a.json is not JSON"),
    ],
)
def test_json_without_an_end_is_refused(tmp_path: Path, text: str, said: str) -> None:
    began = time.process_time()
    assert said in refusal(write(tmp_path / "a.json", text))
    assert time.process_time() - began < 5


def test_many_objects_on_one_line_are_read_one_by_one(tmp_path: Path) -> None:
    pairs = [{"en": f"the cat {n}", "fr": f"le chat {n}"} for n in range(60_000)]
    path = write(tmp_path / "a.json", json.dumps(pairs))
    began = time.process_time()
    assert len(list(read_pairs((path,)))) == len(pairs)
    assert time.process_time() - began < 3


def test_a_catalogue_without_an_end_is_refused(tmp_path: Path) -> None:
    text = 'msgid "a"\nmsgstr "b"\n\nmsgid ""\n'
    path = write(tmp_path / "a.po", text + '"c"\n' * 400_000)
    with bounded(8, 100):
        assert refusal(path).startswith("line 10004 of a.po goes on with more text than")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gettext_po, "LARGEST", 100)
        assert "of a.po goes on" in refusal(write(path, 'msgid "a"\nmsgstr "b"\n\n' * 50))


@pytest.mark.parametrize(
    ("last", "size"), [("900000000", "A1:B900000000"), ("1048576", "A1:ZZZ1048576")]
)
def test_a_sheet_that_claims_to_be_endless_is_refused(tmp_path: Path, last: str, size: str) -> None:
    def claim(sheet: str) -> str:
        sheet = sheet.replace('<row r="9">', f'<row r="{last}">').replace('"A9"', f'"A{last}"')
        return sheet.replace('"B9"', f'"B{last}"').replace('"A1:B9"', f'"{size}"')

    path = write(tmp_path / "book.xlsx", rewritten("xl/worksheets/sheet1.xml", claim))
    began = time.process_time()
    assert refusal(path) == (
        "book.xlsx claims to have more than 1,048,576 rows or 50,000,000 cells; save it as a text "
        "file"
    )
    assert time.process_time() - began < 8


def rewritten(member: str, change: Callable[[str], str]) -> bytes:
    """Return a workbook of which a member is changed."""
    (content,) = workbook(CATS).values()
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, change(text) if name == member else text)
    return made.getvalue()

"""Formats with more than two columns, packed in others, or made to do harm."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers import READERS, Wanted, read_lines, read_pairs
from s2s_core.data.readers.lines import Broken
from s2s_core.errors import BadFile
from tests.core.data.test_readers import CATS, SAMPLES, refusal, write

CATS_READ = [SentencePair(*pair) for pair in CATS]
TSV = 'a cat\tun chat\na dog, red\tun chien "rouge"\n'
cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=12)
properties = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_every_format_has_a_sample() -> None:
    assert set(READERS) == {*SAMPLES, "folder", "archive", "tar", "excel"}


# Columns and languages ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "1\ta cat\t77\tun chat\n2\tred\t78\trouge\n",
        "a cat\tun chat\tCC-BY 2.0 (France) Attribution: tatoeba.org #1\nred\trouge\tCC-BY 2.0\n",
        "English\tFrench\na cat\tun chat\nred\trouge\n",
        "fr\ten\tid\nun chat\ta cat\t1\nrouge\tred\t2\n",
        "source;target\na cat;un chat\nred;rouge\n",
        "a cat|un chat|https://example.org/1\nred|rouge|https://example.org/2\n",
    ],
)
def test_columns_without_sentences_are_passed_over(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "table", text)
    wanted = Wanted("en", "fr") if text.startswith("fr") else Wanted()
    assert list(read_pairs((path,), wanted)) == [("a cat", "un chat"), ("red", "rouge")]


def test_sums_are_text_enough_where_there_is_no_other() -> None:
    assert READERS["tab_separated"].knows("1 + 1\t2", Path("x"))


def test_columns_can_be_chosen_by_name_number_or_language(tmp_path: Path) -> None:
    path = write(tmp_path / "table", "de,en,fr\nKatze,cat,chat\nrot,red,rouge\n")
    assert next(read_pairs((path,))) == ("Katze", "cat")
    assert next(read_pairs((path,), Wanted("fr", "German"))) == ("chat", "Katze")
    assert next(read_pairs((path,), Wanted(target="FR"))) == ("Katze", "chat")
    numbered = write(tmp_path / "numbered", "Katze\tcat\tchat\n")
    assert list(read_pairs((numbered,), Wanted("3", "1"))) == [("chat", "Katze")]
    with pytest.raises(BadFile, match="has no column 'es'; it has de, en, fr"):
        list(read_pairs((path,), Wanted("es")))


def test_a_memory_of_three_languages_asks_for_two(tmp_path: Path) -> None:
    unit = "".join(
        f'<tuv xml:lang="{name}"><seg>{text}</seg></tuv>'
        for name, text in (("en", "cat"), ("fr", "chat"), ("de-AT", "Katze"))
    )
    path = write(tmp_path / "three.tmx", f"<tmx><body><tu>{unit}</tu></body></tmx>")
    assert "has en, fr, de-at: choose two of them as data.source_column" in refusal(path)
    assert list(read_pairs((path,), Wanted("german", "fr"))) == [("Katze", "chat")]


def test_xliff_of_version_two_is_read_segment_by_segment(tmp_path: Path) -> None:
    text = """<xliff version="2.0" srcLang="en" trgLang="fr"
    xmlns="urn:oasis:names:tc:xliff:document:2.0"><file id="f"><unit id="u">
    <segment><source>a <pc id="1">cat</pc></source><target>un <ph id="2"/>chat</target></segment>
    <segment><source>left</source></segment></unit></file></xliff>"""
    path = write(tmp_path / "two", text)
    assert list(read_pairs((path,))) == [("a cat", "un chat")]


def test_line_breaks_in_quotes_stay(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", 'a,b\n"Once upon\na time","Il était\r\nune fois"\n')
    assert list(read_pairs((path,)))[1] == ("Once upon\na time", "Il était\nune fois")
    assert "is no row of a table" in refusal(write(tmp_path / "u.csv", 'a,b\n"a"x,b\n'))


@properties
@given(st.lists(st.tuples(cells, cells), min_size=3, max_size=6))
def test_what_is_written_as_a_list_is_read_back(
    tmp_path: Path, pairs: list[tuple[str, str]]
) -> None:
    rows = [{"source": source, "target": target} for source, target in pairs]
    lines = "\n".join(json.dumps(row) for row in rows)
    assert list(read_pairs((write(tmp_path / "t.jsonl", lines),))) == pairs
    for indent in (None, 2):
        whole = json.dumps(rows, indent=indent, ensure_ascii=False)
        assert list(read_pairs((write(tmp_path / "t.json", whole),))) == pairs


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"en": "a", "fr": "b"}\n{"en": "a"', "ends in the middle of an object"),
        ('{"en": "a", "fr": "b"}\nnothing\n', "line 2 of t.json is not JSON"),
        ('{"en": "a"}\n', "has one column of text only, 'en'"),
        ("3\n", "holds 3 where an object with two texts was expected"),
        ("[" * 100_000, "t.json"),
    ],
)
def test_json_that_is_no_corpus_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in refusal(write(tmp_path / "t.json", text))


# Encodings ---------------------------------------------------------------------------------

FRENCH = (
    "Où est passé le garçon ?\nIl a été très étonné de voir la forêt brûler.\n"
    "Ça n'a pas empêché l'élève de répéter sa leçon.\nLe château était déjà fermé.\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1", "utf-16", "utf-16-be"])
def test_one_text_in_many_encodings_is_one_text(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "french.txt", FRENCH.encode(encoding))
    assert list(read_lines(path)) == FRENCH.splitlines()


def test_a_fault_in_utf8_stays_a_fault(tmp_path: Path) -> None:
    path = write(tmp_path / "fault", FRENCH.encode() * 3 + b"caf\xe9\n" + FRENCH.encode())
    with pytest.raises(BadFile, match="line 13 of fault is not valid UTF-8: byte 4"):
        list(read_lines(path))


@pytest.mark.parametrize(
    ("name", "row", "bad", "place"),
    [
        ("a.tsv", "chat {n}\tcat {n}\n", "chat\udce9\tcat\n", 7),
        ("a.csv", "chat {n},cat {n}\n", '"chat\udce9\n, noir",cat\n', 7),
        (
            "a.jsonl",
            '{{"en": "cat {n}", "fr": "chat {n}"}}\n',
            '{{"en": "\udcff", "fr": "b"}}\n',
            7,
        ),
        ("a.en a.fr", "cat {n}\n", "cat\udcff\n", 7),
    ],
)
def test_a_few_lines_that_are_not_utf8_are_noted(
    tmp_path: Path, name: str, row: str, bad: str, place: int
) -> None:
    rows = [row.format(n=n) for n in range(20)]
    rows[place - 1] = bad.replace("{{", "{").replace("}}", "}")
    files = tuple(tmp_path / part for part in name.split())
    for path, text in zip(files, ("".join(rows), row.format(n=1) * 20), strict=False):
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    broken = Broken()
    pairs = list(read_pairs(files, Wanted(broken=broken)))
    assert len(pairs) == 20
    assert broken.rows == {place}
    assert [n for n, pair in enumerate(pairs, 1) if "\ufffd" in "".join(pair)] == [place]
    assert "not valid UTF-8: byte" in refusal(*files)


def test_many_lines_that_are_not_utf8_refuse_the_file(tmp_path: Path) -> None:
    some = ["é\tb\n"] * 30 + ["\udcff\tb\n"] * 4
    path = write(tmp_path / "few.tsv", "".join(some).encode("utf-8", "surrogateescape"))
    with pytest.raises(BadFile, match=r"4 of 34 lines of few\.tsv are not .* line 31; save it"):
        list(read_pairs((path,), Wanted(broken=Broken())))
    path = write(tmp_path / "long.tsv", "".join(some * 90).encode("utf-8", "surrogateescape"))
    with pytest.raises(BadFile, match=r"2\d of 20\d lines"):  # told before the file has been read
        list(read_pairs((path,), Wanted(broken=Broken())))


# Archives, folders, workbooks --------------------------------------------------------------


def test_a_workbook_is_a_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("id", "en", "fr"), (1, *CATS[0]), (None, None, None), (2, *CATS[1])):
        book.worksheets[0].append(row)
    book.save(tmp_path / "book")
    assert list(read_pairs((tmp_path / "book",))) == CATS_READ

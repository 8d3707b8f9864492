from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
import os
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from s2s_core.data.doctor.characters import ControlCharacters
from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers import (
    READERS,
    Wanted,
    language_of,
    lines,
    read_lines,
    read_pairs,
    sides,
)
from s2s_core.errors import BadFile

CORPORA = os.environ.get("S2S_CORPORA")
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4

# One folder serves all examples of a property, because each writes its files anew.
properties = settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SEPARATORS = "\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e\r\t\ufeff"
letters = st.characters(exclude_categories=["Cs"], exclude_characters="\n\0")
sentences = st.text(letters | st.sampled_from(SEPARATORS), max_size=20)
PACKING: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes, "gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}  # fmt: skip
BOMS = {
    "utf-8": b"",
    "utf-8-sig": b"",  # writes its own
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}

CATS = [("a cat", "un chat"), ("a dog, red", 'un chien "rouge"')]
# For every row of READERS that reads text: what its files hold, and the pairs that come of it.
SAMPLES: dict[str, tuple[tuple[str, ...], list[tuple[str, str]]]] = {
    "tmx": (
        (
            """<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="EN-US"/><body>
<tu><tuv xml:lang="fr"><seg>un <bpt i="1">&lt;b></bpt>chat<ept i="1">&lt;/b></ept></seg></tuv>
<tuv xml:lang="en-us"><seg>a <hi>cat</hi></seg></tuv></tu>
<tu><tuv xml:lang="en-us"><seg>a dog, red</seg></tuv>
<tuv xml:lang="fr"><seg>un chien "rouge"</seg></tuv></tu></body></tmx>""",
        ),
        CATS,
    ),
    "xliff": (
        (
            """<?xml version="1.0"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file source-language="en" target-language="fr"><body>
<trans-unit id="1"><source>a <g id="1">cat</g><x id="2"/></source><target>un chat</target>
<alt-trans><source>x</source><target>y</target></alt-trans></trans-unit>
<trans-unit id="2"><source>a dog, red</source><target>un chien "rouge"</target></trans-unit>
<trans-unit id="3"><source>not yet</source></trans-unit></body></file></xliff>""",
        ),
        CATS,
    ),
    "json": (
        (
            """{"id": 7, "translation": {"en": "a cat", "fr": "un chat"}}

{"en": "a dog, red", "id": 8, "fr": "un chien \\u0022rouge\\""}
""",
        ),
        CATS,
    ),
    "gettext_po": (
        (
            """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "a cat"
msgstr "un "
"chat"

#, fuzzy
msgid "doubtful"
msgstr "douteux"

msgid "to do"
msgstr ""

msgid "a dog, red"
msgid_plural "dogs"
msgstr[0] "un chien \\"rouge\\""
msgstr[1] "des chiens"
""",
        ),
        [*CATS, ("dogs", "des chiens")],
    ),
    "delimited": (
        ('id,English,French\r\n1,a cat,un chat\r\n2,"a dog, red","un chien ""rouge"""\r\n',),
        CATS,
    ),
    "tab_separated": (
        ("a cat\tun chat\tCC-BY 2.0 (France)\t\n\tsans source\r\n\n \n",),
        [("a cat", "un chat"), ("", "sans source")],
    ),
    "parallel_text": (
        ("a\tcat\n\nlast", "un chat\r\nsans source\r\n\r\n"),
        [("a\tcat", "un chat"), ("", "sans source"), ("last", "")],
    ),
}


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(*files: Path) -> str:
    with pytest.raises(BadFile) as caught:
        list(read_pairs(files))
    return str(caught.value)


@pytest.mark.parametrize("pack", PACKING.values(), ids=PACKING)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_of_each_format_gives_the_expected_pairs(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    contents, expected = SAMPLES[name]
    files = [  # nameless: only the content tells the format
        write(tmp_path / f"file {place}", pack(content.encode()))
        for place, content in enumerate(contents)
    ]
    assert len(files) == READERS[name].files
    assert list(READERS[name].read(*files)) == expected
    assert list(read_pairs(tuple(files))) == [SentencePair(*pair) for pair in expected]
    assert READERS.help(name).endswith(".")


@properties
@given(
    written=st.lists(sentences, min_size=1, max_size=8),
    encoding=st.sampled_from(list(BOMS)),
    end=st.sampled_from(["\n", "\r\n"]),
    packed=st.booleans(),
    ended=st.booleans(),
)
def test_lines_written_are_the_lines_read(
    tmp_path: Path, written: list[str], encoding: str, end: str, packed: bool, ended: bool
) -> None:
    # The last line needs its end if it is empty; before "\n" a final "\r" would belong to it.
    assume(ended or written[-1])
    assume(end == "\r\n" or not any(line.endswith("\r") for line in written))
    # Without a mark of its own, a file that begins with one loses it.
    assume(encoding != "utf-8" or not written[0].startswith("\ufeff"))
    text = end.join(written) + (end if ended else "")
    data = BOMS[encoding] + text.encode(encoding)
    path = write(tmp_path / "lines", gzip.compress(data) if packed else data)
    assert list(read_lines(path)) == written


@properties
@given(
    data=st.binary(min_size=1, max_size=60), cut=st.integers(1, 20),
    packed=st.sampled_from([name for name in PACKING if name != "plain"]),
)  # fmt: skip
def test_a_packed_file_that_is_cut_short_is_refused(
    tmp_path: Path, data: bytes, cut: int, packed: str
) -> None:
    whole = PACKING[packed](data)
    path = write(tmp_path / "cut.packed", whole[: max(6, len(whole) - cut)])
    with pytest.raises(BadFile, match=r"cut\.packed is (gzipped|packed by \w+), but"):
        list(read_lines(path))


@pytest.mark.parametrize("packed", PACKING)
def test_a_file_packed_in_parts_is_read_to_its_end(tmp_path: Path, packed: str) -> None:
    """Programs that pack with several cores write one part after the other."""
    lines = [f"line {number} {'x' * 999}" for number in range(300)]
    parts = ["".join(f"{line}\n" for line in lines[at : at + 100]) for at in (0, 100, 200)]
    path = write(tmp_path / "parts", b"".join(PACKING[packed](part.encode()) for part in parts))
    assert list(read_lines(path)) == lines


def test_a_gzip_of_nonsense_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "bad.gz", gzip.compress(b"")[:10] + b"\xff" * 20)
    assert "bad.gz is gzipped, but damaged" in refusal(path)


def test_a_long_line_does_not_lose_characters_between_blocks(tmp_path: Path) -> None:
    written = ["é" * 5000 + "𝄞" * 5000, "x" * 100_000, "\r" * 9000 + "end"]
    for encoding, bom in BOMS.items():
        path = write(tmp_path / encoding, bom + "\r\n".join(written).encode(encoding))
        assert list(read_lines(path)) == written


def test_only_line_feeds_end_a_line(tmp_path: Path) -> None:
    path = write(tmp_path / "odd", "a\u2028b\x85c\x0bd\x0ce\x1cf\rg\r\nh\n")
    assert list(read_lines(path)) == ["a\u2028b\x85c\x0bd\x0ce\x1cf\rg", "h"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_recognised(tmp_path: Path, encoding: str) -> None:
    # The second line has the byte of a line feed within two of its characters.
    path = write(tmp_path / "bare", "the cat\r\nand ਊ, Ċ\n中文\n".encode(encoding))
    assert list(read_lines(path)) == ["the cat", "and ਊ, Ċ", "中文"]


def test_few_lines_without_a_tab_are_pairs_with_one_side(tmp_path: Path) -> None:
    lines = [f"cat {n}\tchat {n}" for n in range(27)]
    lines[4:4] = ["# a remark", ""]
    path = write(tmp_path / "pairs.tsv", "\n".join([*lines, "", " ", ""]))
    told: dict[int, str] = {}
    pairs = list(read_pairs((path,), Wanted(odd=told.__setitem__)))
    assert pairs[3:7] == [("cat 3", "chat 3"), ("# a remark", ""), ("", ""), ("cat 4", "chat 4")]
    assert len(pairs) == 29
    assert told == {5: "one_column", 6: "one_column"}
    path = write(tmp_path / "more.tsv", "\n".join([*lines, "and", "more"]))
    assert refusal(path) == (
        "line 5 of more.tsv has 1 column; expected source and target, separated by a tab"
    )


def test_many_lines_without_a_tab_are_refused_before_all_are_read(tmp_path: Path) -> None:
    lines = [f"cat {n}\tchat {n}" for n in range(1000)]
    lines[180:210] = ["no tab"] * 30
    pairs = read_pairs((write(tmp_path / "pairs.tsv", "\n".join(lines)),))
    with pytest.raises(BadFile, match=r"line 181 of pairs\.tsv has 1 column"):
        list(islice(pairs, 300))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "pairs.tsv is empty"),
        (codecs.BOM_UTF8, "pairs.tsv is empty"),
        (gzip.compress(b"", mtime=0), "pairs.tsv is empty"),
        (b"\n \n\n", "pairs.tsv holds only blank lines"),
        (PNG, "pairs.tsv is not a text file; expected sentences as plain text, in UTF-8"),
        (
            b"a\tb\nc d\ne\tf\n",
            "line 2 of pairs.tsv has 1 column; expected source and target, separated by a tab",
        ),
        (
            b"a\tb\n\nc\td\n",
            "line 2 of pairs.tsv has 1 column; expected source and target, separated by a tab",
        ),
        (
            b"c d\na\tb\n",
            "line 1 of pairs.tsv has 1 column; expected source and target, separated by a tab",
        ),
        (
            b"a\nb\n",
            "pairs.tsv holds one sentence a line and no tabs: "
            "drop the other side's file together with it",
        ),
        (
            "ok\tfine\ndéjà\tvu\n".encode("latin-1"),
            "line 2 of pairs.tsv is not valid UTF-8: byte 2 of the line is 0xE9; save it as UTF-8",
        ),
        (
            "é\tb".encode() + b"\xc3",
            "line 1 of pairs.tsv is not valid UTF-8: byte 5 of the line is 0xC3; save it as UTF-8",
        ),
        (
            b"a\tb\n" * 100 + b"c\0\td\xff\n",
            "line 101 of pairs.tsv holds a zero byte, so it is not plain text; save it as UTF-8",
        ),
        (  # UTF-16 without its mark, of a script that has no zeros of its own
            "我喜欢你\t天气很好\n我们去学校\t今天下雨\n".encode("utf-16-le") * 9,
            "pairs.tsv is not a text file; expected sentences as plain text, in UTF-8",
        ),
        (
            codecs.BOM_UTF16_LE + "a\tb\nc".encode("utf-16-le") + b"\x00\xd8" + b"a\0",
            "line 2 of pairs.tsv is not valid UTF-16 at character 2; save it as UTF-8",
        ),
        (
            codecs.BOM_UTF16_LE + "a\tb".encode("utf-16-le") + b"c",
            "pairs.tsv ends in the middle of a UTF-16 character; save it as UTF-8",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    assert refusal(write(tmp_path / "pairs.tsv", content)) == sentence


@pytest.mark.parametrize("content", ["a\0b\tc\n", "a\tb\n" * 99 + "c\0\0\0\0d\té\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_zero_in_a_text_is_a_control_character(
    tmp_path: Path, content: str, encoding: str
) -> None:
    path = write(tmp_path / "pairs.tsv", content.encode(encoding))
    pairs = list(read_pairs((path,)))
    assert [list(pair) for pair in pairs] == [row.split("\t") for row in content.splitlines()]
    assert ControlCharacters.is_faulty(pairs[-1].source)
    assert ControlCharacters.repaired(pairs[-1].source) in ("ab", "cd")


def test_an_endless_line_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_LINE", 100)
    path = write(tmp_path / "long", "a" * 99 + "\n" + "b" * 200)
    with pytest.raises(BadFile, match="line 2 of long is longer than 100 characters"):
        list(read_lines(path))


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.tsv") == f"there is no file {tmp_path / 'no.tsv'}"
    assert refusal(tmp_path) == f"{tmp_path.name} holds no text files"
    assert refusal(tmp_path, tmp_path) == f"{tmp_path} is a folder; expected a text file"
    assert "there is no file" in refusal(write(tmp_path / "file", "a\tb\n") / "below")
    assert "there is no file" in refusal(Path("nul\0byte"))
    assert "cannot be read" in refusal(tmp_path / ("long" * 100))
    assert "3 files were given" in refusal(tmp_path, tmp_path, tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="devices are files on POSIX only")
def test_a_device_is_refused() -> None:
    assert "device" in refusal(Path(os.devnull))


def test_a_file_without_permission_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not by chmod: the superuser may read everything.
    def forbidden(self: Path, mode: str = "r") -> None:
        raise PermissionError(13, "Permission denied", str(self))

    path = write(tmp_path / "secret.tsv", "a\tb\n")
    monkeypatch.setattr(Path, "open", forbidden)
    assert refusal(path) == f"{path} may not be read: permission denied"


@pytest.mark.parametrize(("source_count", "target_count"), [(3, 2), (2, 3), (1, 9)])
def test_files_of_unequal_length_are_refused_with_both_counts(
    tmp_path: Path, source_count: int, target_count: int
) -> None:
    source = write(tmp_path / "a.en", "x\n" * source_count)
    target = write(tmp_path / "a.fr", "x\n" * target_count)
    lines = "1 line" if source_count == 1 else f"{source_count} lines"
    sentence = f"a.en has {lines} and a.fr has {target_count}; "
    assert refusal(source, target).startswith(sentence)


def test_pairs_come_before_the_file_is_read_to_its_end(tmp_path: Path) -> None:
    path = write(tmp_path / "pairs.tsv", "a\tb\n" * 100_000 + "broken")
    pairs = read_pairs((path,))
    assert next(pairs) == SentencePair("a", "b")
    pairs.close()  # type: ignore[attr-defined]
    path.unlink()


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("train.en", "English"),
        ("train.de.gz", "German"),
        ("TRAIN.DE.GZ", "German"),
        ("news.zh-CN.txt", "Chinese"),
        ("news.fr-CA", "French"),
        ("train-en.txt", "English"),
        ("train_cs.txt.gz", "Czech"),
        ("Tatoeba.ar-en.ar", "Arabic"),
        ("english.txt", "English"),
        ("notes_french.txt", "French"),
        ("corpus.tsv", "corpus.tsv"),
        ("pair.src", "pair.src"),
    ],
)
def test_the_language_is_read_off_the_file_name(name: str, language: str) -> None:
    assert language_of(Path("/some.en/folder") / name) == language


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("train.en", "train.de"),
        ("foo.en.gz", "foo.zh.gz"),
        ("pair.src", "pair.tgt"),
        ("source.txt", "target.txt"),
        ("train.src.fr", "train.tgt.en"),
        ("z.source", "a.txt"),
        ("z.txt", "a.target"),
        ("train.de", "train.fr"),
        ("one.txt", "two.txt"),
        ("eng.txt", "deu.txt"),
    ],
)
def test_two_files_have_one_order_however_they_are_dropped(source: str, target: str) -> None:
    files = Path(source), Path(target)
    assert sides(files) == files
    assert sides((files[1], files[0])) == files


@pytest.mark.skipif(not CORPORA, reason="S2S_CORPORA names no folder of real corpora")
def test_real_corpora_are_read_to_the_last_line() -> None:
    corpora = Path(CORPORA or "")
    files = corpora / "multi30k/train.en.gz", corpora / "multi30k/train.de.gz"
    assert sum(1 for _ in read_pairs(files)) == 29_000
    chinese = list(read_pairs((corpora / "eng-cmn/cmn.txt",)))
    assert len(chinese) == 21_007
    assert any("\u200b" in pair.target for pair in chinese)

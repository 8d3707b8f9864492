"""Corpora in archives and folders: what is in them is found, what is made to do harm refused."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from s2s_core.configs import DataConfig, TokenizerConfig
from s2s_core.data.corpus import fingerprint
from s2s_core.data.preparing import prepare
from s2s_core.data.readers import Wanted, archive, held_out_in, read_pairs, tar
from s2s_core.data.readers.opening import opened
from s2s_core.data.reading import pairs_of
from s2s_core.errors import BadFile
from s2s_core.records import PreparedRecord
from tests.core.data.test_readers import CATS, PACKING, SAMPLES, refusal, write

TSV = 'a cat\tun chat\na dog, red\tun chien "rouge"\n'


TEXTS = st.text(st.characters(exclude_categories=["C"]), max_size=9)
properties = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def zipped(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def tarred(path: Path, members: dict[str, str], kind: int = tarfile.PAX_FORMAT) -> Path:
    """Write a tar archive with the standard library, which ours does without."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=kind) as made:
        for name, text in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            made.addfile(member, io.BytesIO(text.encode()))
    pack = PACKING.get(path.suffix.removeprefix("."), bytes)
    return write(path, pack(content.getvalue()))


ARCHIVES: dict[str, Callable[[Path, dict[str, str]], Path]] = {
    name: zipped if name.endswith("zip") else tarred
    for name in ("a.zip", "a.tar", "a.tar.gz", "a.tar.bz2", "a.tar.xz", "a.tar.zst")
}
OPUS = {
    "README": "about", "LICENSE": "free", "Tatoeba.ar-en.en": "a cat\nred\n",
    "Tatoeba.ar-en.ar": "قطة\nأحمر\n",
}  # fmt: skip


@pytest.mark.parametrize("place", ["folder", *ARCHIVES])
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (OPUS, [("a cat", "قطة"), ("red", "أحمر")]),
        ({"corpus.tsv": TSV, "readme.md": "x"}, CATS),
        (
            {"train.en": "a\n", "train.de": "b\n", "valid.en": "c\n", "valid.de": "d\n"},
            [("a", "b")],
        ),
        ({"train.jsonl": SAMPLES["json"][0][0], "test.jsonl": "{}"}, CATS),
        (
            {"news-train.de-en.de": "b\n", "news-train.de-en.en": "a\n", "x.tsv": TSV},
            [("a", "b")],
        ),
        (
            {
                f"{part}/text.{code}": f"{part} {code}\n"
                for part in ("train", "valid", "test")
                for code in ("en", "de")
            },
            [("train en", "train de")],
        ),
        ({"pair.src": "a\n", "pair.tgt": "b\n", "LICENSE": "x"}, [("a", "b")]),
    ],
)
def test_the_corpus_among_other_files_is_found(
    tmp_path: Path, place: str, files: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    if place in ARCHIVES:
        path = ARCHIVES[place](tmp_path / place, {f"inner/{k}": v for k, v in files.items()})
    else:
        path = tmp_path
        for name, content in files.items():
            (path / name).parent.mkdir(exist_ok=True)
            write(path / name, content)
    assert list(read_pairs((path,))) == expected


def test_two_files_of_one_name_in_an_archive_stay_apart(tmp_path: Path) -> None:
    members = {"en/train.en.txt": "a\n", "de/train.de.txt": "b\n"}
    assert list(read_pairs((zipped(tmp_path / "a.zip", members),))) == [("a", "b")]
    members = {"x/en.txt": "a\n", "y/en.txt": "b\n"}
    path = zipped(tmp_path / "b.zip", members)
    assert list(read_pairs((path,))) == [("a", "b")]


def test_what_a_folder_holds_for_validation_is_found_by_name(tmp_path: Path) -> None:
    names = [f"{part}.{code}.gz" for part in ("train", "val", "test_2016") for code in ("en", "de")]
    for name in (*names, "README.md"):
        (tmp_path / name).touch()
    found = held_out_in((str(tmp_path),))
    assert [Path(name).name for name in found] == ["val.en.gz", "val.de.gz"]
    (tmp_path / "val.de.gz").unlink()
    assert held_out_in((str(tmp_path),)) == ()  # one side of two
    assert held_out_in((str(tmp_path / "train.en.gz"),)) == ()
    assert held_out_in(()) == ()


def test_what_an_archive_holds_for_validation_is_found_by_name_and_held_out(tmp_path: Path) -> None:
    parts = {"train": range(60), "valid": range(60, 67), "test": range(70, 80)}
    members = {
        f"inner/{part}.{code}": "".join(f"{word} {n}\n" for n in numbers)
        for part, numbers in parts.items()
        for code, word in (("en", "cat"), ("fr", "chat"))
    }
    path = zipped(tmp_path / "corpus.zip", members)
    (name,) = found = held_out_in((str(path),))
    assert name == str(path)
    config = DataConfig(
        builtin="", train=found, validation=found, tokenizer=TokenizerConfig(kind="word")
    )
    assert [pair.source for pair in pairs_of(config, validation=True)] == [
        f"cat {n}" for n in range(60, 67)
    ]
    *_, ready = prepare(config, tmp_path / "prepared")
    assert isinstance(ready, PreparedRecord)
    assert (ready.train_pairs, ready.held_out_pairs) == (60, 7)
    del members["inner/valid.fr"]
    path = zipped(tmp_path / "one_side.zip", members)
    assert held_out_in((str(path),)) == ()
    # An archive that is given to score with, and holds nothing else, is read as it is.
    members = {"val.en": "a\n", "val.fr": "b\n"}
    path = zipped(tmp_path / "val.zip", members)
    assert held_out_in((str(path),)) == ()
    assert list(read_pairs((path,), Wanted(held_out=True))) == [("a", "b")]
    path.write_bytes(b"PK\x03\x04 no archive")
    assert held_out_in((str(path),)) == ()


@pytest.mark.parametrize("place", ["folder", "a.zip", "a.tar.gz"])
def test_folders_tell_which_part_is_held_out(tmp_path: Path, place: str) -> None:
    files = {
        f"{part}/text.{code}": f"{part} {code}\n"
        for part in ("train", "valid", "test")
        for code in ("de", "en")
    }
    # What all of them lie in, or what lies beside them, tells nothing.
    outer = tmp_path / "test"
    outer.mkdir()
    for name, content in {**files, "README": "about"}.items():
        (outer / name).parent.mkdir(exist_ok=True)
        write(outer / name, content)
    path = outer
    if place in ARCHIVES:
        inside = {f"test-set/{name}": content for name, content in files.items()}
        path = ARCHIVES[place](tmp_path / place, {**inside, "README": "about"})
    found = held_out_in((str(path),))
    assert found == ((str(path),) if place in ARCHIVES else tuple(
        str(outer / "valid" / f"text.{code}") for code in ("en", "de")
    ))  # fmt: skip
    config = DataConfig(builtin="", train=(str(path),), validation=found)
    assert list(pairs_of(config)) == [("train en", "train de")]
    assert list(pairs_of(config, validation=True)) == [("valid en", "valid de")]
    before = fingerprint(config)
    if place == "folder":
        write(outer / "train" / "text.de", "anders\n")
        assert fingerprint(config) != before


def test_a_folder_is_prepared_and_read_anew_when_a_file_in_it_changes(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    text = "".join(f"the cat {n}\tle chat {n}\n" for n in range(60))
    write(folder / "train.tsv", text)
    config = DataConfig(builtin="", train=(str(folder),), tokenizer=TokenizerConfig(kind="word"))
    before = fingerprint(config)
    *_, ready = prepare(config, tmp_path / "prepared")
    assert isinstance(ready, PreparedRecord)
    assert ready.train_pairs + ready.held_out_pairs == 60
    write(folder / "train.tsv", text * 2)
    assert fingerprint(config) != before


def test_what_cannot_be_told_is_asked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "two.zip", {"one.tsv": TSV, "two.tsv": TSV})
    assert "two.zip has several files that could be the corpus (one.tsv, two.tsv)" in refusal(path)


@pytest.mark.parametrize(
    "name", ["../evil.tsv", "/etc/evil.tsv", "a/../../evil.tsv", "C:\\evil.tsv"]
)
def test_an_archive_that_points_outside_is_refused(tmp_path: Path, name: str) -> None:
    for kind, pack in ARCHIVES.items():
        assert "points outside of it" in refusal(pack(tmp_path / kind, {name: TSV}))
    assert not list(tmp_path.parent.glob("**/evil.tsv"))


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as made:
        member = zipfile.ZipInfo("corpus.tsv")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(member, "/etc/passwd")
    assert "is a link or a device" in refusal(path)


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE,
     tarfile.GNUTYPE_SPARSE],
)  # fmt: skip
def test_what_is_no_file_in_a_tar_archive_is_refused(tmp_path: Path, kind: bytes) -> None:
    path = tmp_path / "odd.tar"
    with tarfile.open(path, "w") as made:
        member = tarfile.TarInfo("corpus.tsv")
        member.type, member.linkname = kind, "/etc/passwd"
        made.addfile(member)
    assert "'corpus.tsv' that is a link or a device" in refusal(path)


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    """One can be made that holds itself, and so on without end."""
    inner = zipped(tmp_path / "inner.zip", {"corpus.tsv": TSV})
    outer = tmp_path / "outer.tar"
    with tarfile.open(outer, "w") as made:
        made.add(inner, "inner.zip")
    assert refusal(outer) == (
        "inner.zip is an archive within another one; unpack that one and drop what is meant"
    )


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.tar.gz", "bomb.tar.zst"])
def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path, name: str) -> None:
    small = {"a.tsv": "0" * 2_500_000}
    whole = zipped if name.endswith("zip") else tarred
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "MOST_TIMES", 2)
        path = whole(tmp_path / name, small)
        assert path.stat().st_size < 10_000
        assert "made to fill the disk" in refusal(path)
    assert "no tabs" in refusal(path)  # by its size it would be opened


def test_a_bomb_of_headers_is_refused(tmp_path: Path) -> None:
    """The standard library's reader would take all of a name into memory, and sixteen times it."""
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 100_000_000
    content = header.tobuf(tarfile.GNU_FORMAT) + b"a" * header.size
    path = write(tmp_path / "name.tar.gz", gzip.compress(content, 1))
    tracemalloc.start()
    assert "the name of a member is too long" in refusal(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


NAMES = st.text(st.characters(exclude_categories=["C"], exclude_characters="/\\:"), min_size=1)


@properties
@given(
    folder=NAMES.map(lambda name: name * 40), lines=st.lists(TEXTS, min_size=1),
    kind=st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]),
    packed=st.sampled_from(list(PACKING)),
)  # fmt: skip
def test_what_is_written_as_a_tar_archive_is_read_back(
    tmp_path: Path, folder: str, lines: list[str], kind: int, packed: str
) -> None:
    folder = folder if folder.strip(".") else "a"
    members = {f"{folder}/README": "x" * 600}
    for code, word in (("en", "a"), ("fr", "b")):
        text = "".join(f"{word}{line}\n" for line in lines)
        members[f"{folder}/train.{code}"] = text
    path = tarred(tmp_path / f"a.{packed}", members, kind)
    assert list(read_pairs((path,))) == [(f"a{line}", f"b{line}") for line in lines]
    with tarfile.open(fileobj=io.BytesIO(unpacked(path)), mode="r:") as theirs:
        assert [str(name) for name in tar.names_in_tar(path)] == theirs.getnames()


def unpacked(path: Path) -> bytes:
    with opened(path) as (_, stream):
        return stream.read()


@properties
@given(cut=st.integers(1, 3000), change=st.integers(0, 255), place=st.integers(0, 3000))
def test_a_tar_archive_cut_short_or_changed_is_never_read_in_part(
    tmp_path: Path, cut: int, change: int, place: int
) -> None:
    members = {"train.en": "a cat\n" * 90, "train.fr": "un chat\n" * 90}
    path = tarred(tmp_path / "a.tar", members)
    whole = path.read_bytes()
    end = whole.rindex(b"chat\n") + 5  # after it there are zeros only
    cut = min(cut, end)
    assert "a.tar" in refusal(write(path, whole[:cut]))
    write(path, whole[:place] + bytes([change]) + whole[place + 1 :])
    try:
        pairs = list(read_pairs((path,)))
    except BadFile as error:
        assert "a.tar" in str(error) or "train." in str(error)  # noqa: PT017
    else:
        assert len(pairs) == 90


def test_damaged_archives_are_refused(tmp_path: Path) -> None:
    data = zipped(tmp_path / "whole.zip", {"a.tsv": TSV * 50}).read_bytes()
    for cut in (10, len(data) // 2, len(data) - 5):
        assert "damaged" in refusal(write(tmp_path / "cut.zip", data[:cut]))

"""Which of several files are the corpus, told by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from s2s_core.corpus_files import Parts, parts_of, training_files
from s2s_core.errors import BadFile

MULTI30K = [f"{part}.{code}" for part in ("test_2016", "train", "val") for code in ("de", "en")]


def parts(*names: str) -> tuple[list[str], ...]:
    """Return the names of the files of each part."""
    return tuple([path.name for path in part] for part in parts_of([*map(Path, names)]))


@pytest.mark.parametrize("ending", ["", ".gz", ".txt.xz"])
def test_of_several_files_each_part_is_found(ending: str) -> None:
    names = [f"/corpora/{name}{ending}" for name in MULTI30K]
    train, validation, aside = ([f"{name}{ending}" for name in part] for part in (
        ("train.en", "train.de"), ("val.en", "val.de"), ("test_2016.de", "test_2016.en"),
    ))  # fmt: skip
    assert parts(*names) == (train, validation, aside)
    assert parts(*names[2:]) == (train, validation, [])
    assert parts(*reversed(names[1:])) == (train, validation, aside[1:])


@pytest.mark.parametrize(
    ("names", "train", "validation"),
    [
        (("a.tsv",), ["a.tsv"], []),
        (("b.txt", "a.txt"), ["b.txt", "a.txt"], []),  # two sides, in the order given
        (("val.de", "val.en"), ["val.de", "val.en"], []),
        (("dev.txt", "reference.txt"), ["dev.txt", "reference.txt"], []),
        (("dev.en", "reference.de"), ["dev.en", "reference.de"], []),
        (("test.src", "test.tgt"), ["test.src", "test.tgt"], []),
        (("val.txt", "train.txt"), ["train.txt"], ["val.txt"]),  # tables, both sides in each
        (("pairs.tsv.gz", "pairs.dev.tsv.gz"), ["pairs.tsv.gz"], ["pairs.dev.tsv.gz"]),
        (("train.tsv", "test.tsv"), ["train.tsv"], []),
        (("test.csv", "data.csv", "README.md"), ["data.csv"], []),
        (("README.md", "a.tsv"), ["a.tsv"], []),
        (("README.md", "b.txt", "a.txt"), ["b.txt", "a.txt"], []),
        (("dev.txt", "reference.txt", "README.md"), ["dev.txt", "reference.txt"], []),
        (("README.md", "LICENSE"), ["README.md", "LICENSE"], []),  # there is nothing else
        (("source.csv", "test-target.csv"), ["source.csv", "test-target.csv"], []),
        (("train.de-en.jsonl", "test.de-en.jsonl", "valid.de-en.jsonl"), ["train.de-en.jsonl"],
         ["valid.de-en.jsonl"]),
        (("README", "train.src", "dev.tgt", "train.tgt", "dev.src"), ["train.src", "train.tgt"],
         ["dev.src", "dev.tgt"]),
        (("train/text.en", "train/text.de", "valid/text.en", "valid/text.de"),
         ["text.en", "text.de"], ["text.en", "text.de"]),
        (("train.en", "train.de", "val.en"), ["train.en", "train.de"], []),  # one side of two
    ],
)  # fmt: skip
def test_parts_of_a_corpus(names: tuple[str, ...], train: list[str], validation: list[str]) -> None:
    assert parts(*names)[:2] == (train, validation)


def test_each_file_has_a_part() -> None:
    given = [Path(name) for name in ("LICENSE", "train.en", "train.de", "val.en", "notes.txt")]
    found = parts_of(given)
    assert found == Parts(tuple(given[1:3]), (), (given[0], given[3], given[4]))


def test_a_file_for_tests_is_left_aside_as_in_a_folder(tmp_path: Path) -> None:
    given = [tmp_path / name for name in ("README", "test.tsv", "train.tsv")]
    for path in given:
        path.write_text("a\tb\n", encoding="utf-8")
    for files in (given, given[1:]):
        train, validation, aside = parts_of(files)
        assert (train, validation) == (training_files(tuple(files), "x"), ())
        assert train == (given[2],)
        assert aside == tuple(files[:-1])


def test_names_that_do_not_tell_are_refused_with_what_would() -> None:
    with pytest.raises(BadFile) as refused:
        parts_of([Path("/x/a.en"), Path("/x/a.de"), Path("/y/b.en"), Path("/y/b.de")])
    sentence = str(refused.value)
    assert "4 files were given (a.en, a.de, b.en, b.de)" in sentence
    assert "train.en, train.de, val.en and val.de" in sentence

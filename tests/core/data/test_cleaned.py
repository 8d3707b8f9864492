from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_core.configs import DataConfig
from s2s_core.data.cleaned import write_pairs
from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers import read_pairs
from s2s_core.data.reading import examined
from tests.core.data.test_doctor import SOUND
from tests.core.data.test_doctor import texts as faulty

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda text: bool(text.replace("\0", " ").strip())
)
pairs = st.lists(
    st.one_of(
        st.builds(SentencePair, texts, texts),
        st.sampled_from([SentencePair("source", "target"), SentencePair("English", "French")]),
        st.sampled_from([SentencePair("\ufeffa", "b\r"), SentencePair("a\r\nb", "c\td")]),
    ),
    min_size=1, max_size=20,
)  # fmt: skip


def as_read(written: list[SentencePair], name: str) -> list[SentencePair]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        assert write_pairs(written, path).pairs == len(written)
        assert [file.name for file in path.parent.iterdir()] == [name]
        return list(read_pairs((path,)))


@given(pairs)
def test_what_is_written_with_tabs_is_read_back(some: list[SentencePair]) -> None:
    """Tabs and line breaks, which would part cells, are spaces; the rest is the same."""
    flat = [SentencePair(*(re.sub("[\t\n\r\0]+", " ", side) for side in pair)) for pair in some]
    assert as_read(some, "cleaned.tsv") == flat


@given(pairs.map(lambda some: [SentencePair("a", "b"), *some]))
def test_json_lines_keep_every_character(some: list[SentencePair]) -> None:
    assert as_read(some, "cleaned.jsonl") == some


def test_changed_pairs_are_counted(tmp_path: Path) -> None:
    some = [SentencePair("a\tb", "c\nd"), SentencePair("a", "b")]
    written = write_pairs(some, tmp_path / "x.tsv")
    assert (written.pairs, written.changed) == (2, 1)


def test_a_file_is_whole_or_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text("as it was")

    def broken() -> object:
        yield SentencePair("a", "b")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_pairs(broken(), path)  # type: ignore[arg-type]
    assert path.read_text() == "as it was"
    assert list(tmp_path.iterdir()) == [path]


with_breaks = st.one_of(
    faulty, st.tuples(faulty, st.sampled_from("\t\n\r\0 "), faulty).map("".join)
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(st.tuples(with_breaks, with_breaks), st.sampled_from(SOUND))))
def test_a_file_that_was_cured_has_nothing_left_to_cure(some: list[tuple[str, str]]) -> None:
    """Although tabs and line breaks become spaces, which may make two pairs the same."""
    with tempfile.TemporaryDirectory() as folder:
        given_file, cured = Path(folder, "given.jsonl"), Path(folder, "cured.tsv")
        rows = ({"source": source, "target": target} for source, target in (*SOUND[:60], *some))
        given_file.write_text("\n".join(map(json.dumps, rows)))
        config = DataConfig(builtin="", train=(str(given_file),), cures=("all",))
        write_pairs(examined(config)[1], cured)
        found, pairs = examined(DataConfig(builtin="", train=(str(cured),)))
        assert len(list(pairs)) == found.pairs
        assert not [each for each in found.findings() if each.cure]

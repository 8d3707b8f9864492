"""The settings that were left: taken up, unless they cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bridge.draft import Draft
from app.bridge.last_experiment import LeftCorpus, take_up, to_text


def left_with(**changes: object) -> Draft:
    draft = Draft()
    draft.apply_preset("transformer-tiny")
    for key, value in changes.items():
        assert draft.set(key.replace("__", "."), value)
    return draft


def test_settings_and_a_built_in_corpus_are_taken_up() -> None:
    before, after = left_with(data__builtin="copy", training__clip_norm=3.0), Draft()
    assert take_up(after, to_text(before, before.config.data)) == LeftCorpus()
    assert (after.config, after.preset) == (before.config, "transformer-tiny")
    assert not after.can_undo


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.tsv"
    path.write_text("a\tb\n", encoding="utf-8")
    return path


def started_anew(before: Draft) -> tuple[Draft, LeftCorpus]:
    """Do what the program does when it starts."""
    after = Draft()
    after.corpora.read(before.corpora.to_text())
    return after, take_up(after, to_text(before, before.config.data))


def test_files_are_read_before_they_are_the_drafts(file: Path) -> None:
    before = left_with(data__train=(str(file),), data__swap_sides=True, data__left_out=(2,))
    after, left = started_anew(before)
    assert left == LeftCorpus(before.config.data)
    assert after.config.data == Draft().config.data.model_copy(
        update={"tokenizer": before.config.data.tokenizer}
    )
    assert after.config.model == before.config.model


def test_rows_left_out_of_another_content_are_not_left_out(file: Path) -> None:
    before = left_with(data__train=(str(file),), data__swap_sides=True, data__left_out=(2,))
    file.write_text("a\tb\nanother\tcontent\n", encoding="utf-8")
    data = started_anew(before)[1].data
    assert data == before.config.data.model_copy(update={"left_out": ()})


def test_a_corpus_goes_on_without_validation_files_that_are_gone(file: Path) -> None:
    gone = (str(file.with_name("gone.tsv")),)
    before = left_with(data__train=(str(file),), data__validation=gone)
    assert started_anew(before)[1] == LeftCorpus(
        before.config.data.model_copy(update={"validation": ()})
    )
    assert started_anew(left_with(data__validation=gone))[0].config == left_with().config


def test_files_that_are_gone_or_cannot_even_be_looked_for_are_missing(file: Path) -> None:
    names = str(file.with_name("gone.tsv")), f"/{'x' * 300}"  # the system refuses to look
    before = left_with(data__train=names, data__validation=names)
    assert started_anew(before)[1].missing == names


@pytest.mark.parametrize("text", ["", "[]", "{", '["x", {"model": 3}]', '["x", null]', "7"])
def test_what_cannot_be_used_is_as_good_as_none(text: str) -> None:
    draft = Draft()
    assert take_up(draft, text) == LeftCorpus()
    assert draft.config == Draft().config

"""The settings that were left: taken up, unless they cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bridge.draft import Draft
from app.bridge.last_experiment import LeftCorpus, take_up, to_text
from s2s_core.configs import DataConfig


def left_with(**changes: object) -> Draft:
    draft = Draft()
    draft.apply_preset("transformer-tiny")
    for key, value in changes.items():
        assert draft.set(key.replace("__", "."), value)
    return draft


def test_settings_and_a_built_in_corpus_are_taken_up() -> None:
    before, after = left_with(data__builtin="copy", training__clip_norm=3.0), Draft()
    assert take_up(after, to_text(before)) == LeftCorpus()
    assert (after.config, after.preset) == (before.config, "transformer-tiny")
    assert not after.can_undo


def test_files_are_read_before_they_are_the_drafts(tmp_path: Path) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text("a\tb\n", encoding="utf-8")
    before, after = left_with(data__train=(str(file),), data__swap_sides=True), Draft()
    usual = after.config.data.builtin
    assert take_up(after, to_text(before)) == LeftCorpus(before.config.data)
    assert after.config.data.builtin == usual
    assert after.config.model == before.config.model
    file.unlink()
    assert take_up(Draft(), to_text(before)) == LeftCorpus(None, (str(file),))


def test_files_that_cannot_even_be_looked_for_are_missing() -> None:
    name = f"/{'x' * 300}"  # the system refuses to look, as at a dead mount
    before, after = left_with(data__train=(name,)), Draft()
    assert take_up(after, to_text(before)) == LeftCorpus(None, (name,))
    after.corpora.note(DataConfig(builtin="", train=("a",), validation=(name,)), {
        "kind": "bpe", "vocabulary_size": 4000,
    })  # fmt: skip
    assert after.corpus(train=("a",)).validation == ()


@pytest.mark.parametrize("text", ["", "[]", "{", '["x", {"model": 3}]', '["x", null]', "7"])
def test_what_cannot_be_used_is_as_good_as_none(text: str) -> None:
    draft = Draft()
    assert take_up(draft, text) == LeftCorpus()
    assert draft.config == Draft().config

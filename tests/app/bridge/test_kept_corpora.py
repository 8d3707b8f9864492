"""What was set for a corpus stays with it, and with no other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.bridge.draft import Draft
from app.bridge.kept_corpora import KeptCorpora
from s2s_core.configs import DataConfig


@pytest.fixture
def draft(qapp: object) -> Draft:
    return Draft()


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    for name in ("a.en", "a.de"):
        (tmp_path / name).write_text("x\n", encoding="utf-8")
    return str(tmp_path / "a.en"), str(tmp_path / "a.de")


def test_each_corpus_comes_back_as_it_was_left(draft: Draft, files: tuple[str, str]) -> None:
    draft.set("data.cures", ("duplicates",))
    draft.set("data.held_out_percent", 5.0)
    draft.set_data(draft.corpus(train=files))
    assert draft.config.data == DataConfig(builtin="", train=files)
    draft.set("data.left_out", (4, 7))
    draft.set("data.swap_sides", True)
    draft.set_data(draft.corpus("phrasebook"))
    assert draft.config.data.cures == ("duplicates",)
    assert draft.config.data.held_out_percent == 5.0
    back = draft.corpus(train=files[::-1])  # as a file manager may give them
    assert (back.train, back.left_out, back.swap_sides) == (files, (4, 7), True)


def test_a_corpus_chosen_in_the_form_comes_back_too(draft: Draft, files: tuple[str, str]) -> None:
    draft.set("data.added", ("one\tun",))
    assert draft.set("data.train", files[::-1])
    assert draft.config.data == DataConfig(builtin="", train=files[::-1])  # in the order given
    assert draft.set("data.builtin", "phrasebook")
    assert draft.config.data.added == ("one\tun",)
    assert draft.undo()
    assert draft.config.data.train == files[::-1]


def test_undo_after_coming_back_takes_back_the_choice_of_the_corpus(draft: Draft) -> None:
    draft.set("data.cures", ("blank",))
    states = [draft.config]
    for name in ("copy", "phrasebook"):
        draft.set_data(draft.corpus(name))
        states.append(draft.config)
    assert states[0].data == states[2].data
    for state in states[1::-1]:
        assert draft.undo()
        assert draft.config == state
    assert draft.undo()
    assert not draft.config.data.cures
    draft.set_data(draft.corpus("copy"))
    assert not draft.corpus("phrasebook").cures  # as it was left, which is without


def test_pieces_set_for_one_corpus_do_not_follow_to_the_next(draft: Draft) -> None:
    draft.set("data.tokenizer.kind", "char")
    draft.set_data(draft.corpus("copy"))
    assert draft.config.data.tokenizer.kind == "bpe"
    draft.set("data.tokenizer.vocabulary_size", 64)
    draft.set_data(draft.corpus("phrasebook"))
    tokenizer = draft.config.data.tokenizer
    assert (tokenizer.kind, tokenizer.vocabulary_size) == ("char", 4000)


def test_pieces_that_the_model_asks_for_do_follow(draft: Draft) -> None:
    draft.apply_preset("lstm-base")  # its embeddings are shared
    assert draft.corpus("copy").tokenizer.joint
    draft.set("data.tokenizer.kind", "unigram")
    draft.set("regularisation.unigram_sampling", 0.2)
    assert draft.corpus("copy").tokenizer.kind == "unigram"


def test_a_file_that_changed_has_other_rows_and_columns(
    draft: Draft, files: tuple[str, str]
) -> None:
    data = DataConfig(builtin="", train=files, left_out=(1,), target_column="3", cures=("blank",))
    draft.set_data(data)
    draft.set_data(draft.corpus("copy"))
    os.utime(files[0], ns=(1, 1))
    back = draft.corpus(train=files)
    assert (back.left_out, back.target_column, back.cures) == ((), "", ("blank",))


def test_files_are_remembered_to_the_next_start(draft: Draft, files: tuple[str, str]) -> None:
    draft.set("data.cures", ("blank",))
    draft.set_data(DataConfig(builtin="", train=files, left_out=(1,)))
    draft.set("data.tokenizer.kind", "char")
    other = Draft()
    other.corpora.read(draft.corpora.to_text())
    back = other.corpus(train=files)
    assert (back.left_out, back.tokenizer.kind) == ((1,), "char")
    assert not other.corpus("phrasebook").cures  # a demonstration, and begins afresh


@pytest.mark.parametrize("text", ["", "{", "7", "[7]", "[[1, 2, 3]]", '[[{"train": 1}, {}, []]]'])
def test_what_is_written_by_hand_does_no_harm(text: str) -> None:
    kept = KeptCorpora()
    kept.read(text)
    assert kept.to_text() == "[]"

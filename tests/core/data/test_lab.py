"""The tokenizer lab: what it counts is counted here by hand, or by another way."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from s2s_core.configs import DataConfig, TokenizerConfig
from s2s_core.data import lab as lab_module
from s2s_core.data.lab import TokenizerLab
from s2s_core.errors import BadConfig, BadFile
from s2s_core.records import LabSampleRecord, ProgressRecord
from s2s_core.text.tokenizer import TOKENIZERS, Tokenizer

WORDS = ("cat", "dog", "bird", "sees", "likes", "the", "red", "old", "house", "river")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def table(folder: Path, pairs: list[tuple[str, str]], joint: bool = False) -> DataConfig:
    path = folder / "pairs.tsv"
    text = "".join(f"{source}\t{target}\n" for source, target in pairs)
    path.write_text(text, encoding="utf-8")
    return DataConfig(builtin="", train=(str(path),), tokenizer=TokenizerConfig(joint=joint))


def sentences(count: int) -> list[tuple[str, str]]:
    chance = random.Random(7)
    lines = [" ".join(chance.choices(WORDS, k=chance.randint(3, 8))) for _ in range(count)]
    return [(f"{line} {n}", line.upper()) for n, line in enumerate(lines)]


def opened(data: DataConfig, folder: Path) -> tuple[TokenizerLab, LabSampleRecord]:
    lab = TokenizerLab(data, folder / "lab")
    assert all(isinstance(record, ProgressRecord) for record in lab.read())
    return lab, lab.drawn(5)


def test_a_sample_says_what_it_is(tmp_path: Path) -> None:
    _, drawn = opened(table(tmp_path, [*sentences(400), ("", "blank"), (" ", " ")]), tmp_path)
    assert (drawn.request, drawn.read, drawn.pairs, drawn.held_out) == (5, 400, 400, 20)
    assert drawn.read_all
    assert len(drawn.examples) == 20
    assert set(drawn.examples) <= set(sentences(400))


def test_the_sample_is_drawn_from_all_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab_module, "SAMPLE", 100)
    monkeypatch.setattr(lab_module, "READ", 900)
    lab, drawn = opened(table(tmp_path, sentences(1000)), tmp_path)
    assert (drawn.pairs, drawn.read, drawn.read_all) == (100, 900, False)
    numbers = sorted(int(pair.source.split()[-1]) for pair in lab._train + lab._held_out)
    assert len(set(numbers)) == 100
    assert numbers[-1] < 900
    assert 300 < sum(numbers) / 100 < 600  # about the middle: not the first, not the last ones


def test_no_source_is_both_learnt_from_and_held_out(tmp_path: Path) -> None:
    pairs = [(f"same {n % 30}", f"other {n}") for n in range(300)]
    lab, drawn = opened(table(tmp_path, pairs), tmp_path)
    assert not {p.source for p in lab._train} & {p.source for p in lab._held_out}
    assert drawn.held_out >= 15


@pytest.mark.parametrize("pairs", [[("one", "two")], [("same", "a"), ("same", "b")]])
def test_a_tiny_corpus_is_still_learnt_from(tmp_path: Path, pairs: list[tuple[str, str]]) -> None:
    lab, drawn = opened(table(tmp_path, pairs), tmp_path)
    assert drawn.held_out == 0
    assert drawn.examples
    assert lab.learn(1, "char", 100).sides[0].unknown == 0


def test_a_corpus_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="pairs"):
        opened(table(tmp_path, [("", "a"), ("b", "")]), tmp_path)


def test_characters_are_counted_as_by_hand(tmp_path: Path) -> None:
    lab, _ = opened(table(tmp_path, sentences(400)), tmp_path)
    record = lab.learn(3, "char", 500)
    assert (record.request, record.kind, record.vocabulary_size) == (3, "char", 500)
    for side in (0, 1):
        texts = [pair[side] for pair in lab._train]
        pieces = sum(len(text) + 1 for text in texts)  # each character, and a space before them
        found = record.sides[side]
        assert found.pieces_per_sentence == pytest.approx(pieces / len(texts))
        assert found.pieces_per_word == pytest.approx(pieces / sum(len(t.split()) for t in texts))
        assert sum(found.lengths) == len(texts)
        assert found.lengths[len(texts[0]) + 1] >= 1
        assert len(found.lengths) == max(map(len, texts)) + 2
        assert found.vocabulary == len({c for text in texts for c in text})
    both = sum(len(text) + 2 for pair in lab._train for text in pair)  # and an end for each
    assert record.pieces == both


def test_what_no_piece_holds_is_counted_in_characters(tmp_path: Path) -> None:
    lab, _ = opened(table(tmp_path, sentences(400)), tmp_path)
    lab._held_out = [lab._held_out[0]._replace(source="the ca€ \N{SMILING FACE WITH SUNGLASSES}")]
    unknown = lab.learn(1, "bpe", 100).sides[0].unknown
    assert unknown == pytest.approx(2 / 7)  # of t h e c a € 😎: two
    (cut,) = lab.cut("bpe", 100, 0, ["the ca€ \N{SMILING FACE WITH SUNGLASSES}"]) or ()
    assert [(p.text, p.pieces) for p in cut if not p.is_known] == [
        ("€", 3), ("\N{SMILING FACE WITH SUNGLASSES}", 4)
    ]  # fmt: skip


def test_a_size_too_large_is_lowered(tmp_path: Path) -> None:
    lab, _ = opened(table(tmp_path, sentences(100)), tmp_path)
    assert lab.learn(1, "word", 100_000).sides[1].vocabulary < 500


def test_a_size_too_small_is_refused_in_a_sentence(tmp_path: Path) -> None:
    pairs = [(chr(0x4E00 + n), chr(0x4E00 + n)) for n in range(400)]
    lab, _ = opened(table(tmp_path, pairs), tmp_path)
    with pytest.raises(BadConfig, match="different characters"):
        lab.learn(1, "bpe", 8)
    assert lab.cut("bpe", 8, 0, ["x"]) is None


@pytest.mark.parametrize("kind", list(TOKENIZERS))
@pytest.mark.parametrize("text", ["the cat", "  two  spaces ", "ﬁne €", "", "‮abc", "▁"])
def test_a_cut_holds_the_whole_text(tmp_path: Path, kind: str, text: str) -> None:
    lab, _ = opened(table(tmp_path, sentences(100)), tmp_path)
    lab.learn(1, kind, 60)
    (cut,) = lab.cut(kind, 60, 0, [text]) or ()
    shown = "".join(piece.text for piece in cut).replace("▁", " ").removeprefix(" ")
    assert shown == text.replace("▁", " ")
    ids = lab._tokenizers(kind, 60)[0].encode(text)
    assert sum(piece.pieces for piece in cut) == len(ids)


@pytest.mark.parametrize(("kind", "chances"), [("bpe", (0.5, 0.0)), ("unigram", (0.0, 0.1))])
def test_drawn_cuts_differ_and_hold_the_text(
    tmp_path: Path, kind: str, chances: tuple[float, float]
) -> None:
    lab, _ = opened(table(tmp_path, sentences(300)), tmp_path)
    lab.learn(1, kind, 80)
    text = "the red cat likes the old house"
    cuts = lab.draw(kind, 80, 0, (text,), 20, 1, chances)
    assert cuts is not None
    assert len(cuts) == 20
    assert len(set(cuts)) > 3
    assert {"".join(p.text for p in cut).replace("▁", " ").strip() for cut in cuts} == {text}
    assert lab.draw(kind, 80, 0, (text,), 20, 1, chances) == cuts  # seeded
    assert lab.draw(kind, 80, 0, (text,), 20, 2, chances) != cuts


def test_words_and_characters_know_one_cut_only(tmp_path: Path) -> None:
    lab, _ = opened(table(tmp_path, sentences(100)), tmp_path)
    for kind in ("word", "char"):
        lab.learn(1, kind, 60)
        assert lab.draw(kind, 60, 0, ("the cat",), 3, 1, (0.1, 0.2)) is None


def test_what_was_learnt_is_there_for_the_next_lab(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = table(tmp_path, sentences(200))
    lab, drawn = opened(data, tmp_path)
    first = lab.learn(1, "bpe", 80)
    cut = lab.cut("bpe", 80, 1, ["THE CAT"])
    monkeypatch.setattr(lab_module, "train_tokenizer", lambda *_: pytest.fail("learnt again"))
    monkeypatch.setattr(lab_module, "pairs_of", lambda _: pytest.fail("read again"))
    again, drawn_again = opened(data, tmp_path)
    assert drawn_again == drawn
    assert again.cut("bpe", 80, 1, ["THE CAT"]) == cut
    assert again.learn(1, "bpe", 80).sides == first.sides


def test_a_joint_vocabulary_is_one(tmp_path: Path) -> None:
    lab, _ = opened(table(tmp_path, sentences(200), joint=True), tmp_path)
    record = lab.learn(1, "char", 100)
    assert record.sides[0].vocabulary == record.sides[1].vocabulary
    assert [path.name for path in (tmp_path / "lab").glob("*.model")] == ["char-100-joint.model"]
    assert lab.cut("char", 100, 1, ["a"]) is not None


@pytest.mark.parametrize(
    ("text", "is_spaced"),
    [
        ("the cat", True),
        ("我爱你。", False),
        ("猫は寝る", False),
        ("القطة نائمة", True),
        ("123", True),
    ],
)
def test_it_knows_which_side_puts_spaces(tmp_path: Path, text: str, is_spaced: bool) -> None:
    _, drawn = opened(table(tmp_path, [(text, LETTERS)] * 3), tmp_path)
    assert drawn.spaced == (is_spaced, True)


def test_bytes_are_joined_to_characters(tmp_path: Path) -> None:
    lab, _ = opened(table(tmp_path, sentences(50)), tmp_path)
    tokenizer: Tokenizer = lab._tokenizers("char", 60)[0]
    cut = list(tokenizer.shown(tokenizer.encode("a字b")))
    assert ("字", 3, False) in cut
    assert [text for text, _, _ in cut if text != "▁"][-1] == "b"
    half = tokenizer.encode("字")[:-1]  # cut in the middle of a character
    assert "�" in "".join(text for text, _, _ in tokenizer.shown(half))

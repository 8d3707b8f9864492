from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_core.errors import BadConfig, BadFile
from s2s_core.text import words
from s2s_core.text.tokenizer import (
    BEGIN,
    END,
    EXTRA_PIECES,
    PADDING,
    TOKENIZERS,
    UNKNOWN,
    Tokenizer,
    train_tokenizer,
)

SENTENCES = [
    "the cat sleeps on the mat", "a dog and a cat", "where is my red flower ?", "cats and dogs",
    "le chat dort sur le tapis", "今天天气很好", "Ｆｕｌｌ ｗｉｄｔｈ", "it's 2001 , isn't it ?",
]  # fmt: skip
TOKENIZERS_MADE: dict[str, Tokenizer] = {}


def tokenizer_of(kind: str) -> Tokenizer:
    """Return a tokenizer of a kind, trained once."""
    if kind not in TOKENIZERS_MADE:
        TOKENIZERS_MADE[kind] = train_tokenizer(SENTENCES, kind, 60)
    return TOKENIZERS_MADE[kind]


each_kind = pytest.mark.parametrize("kind", TOKENIZERS)
TRICKS = ["<s>", "</s>", "<unk>", "<pad>", "<0x41>", "  ", "\u2028", "\0", "\t", "cat", "猫", "😀"]
anything = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="▁"), max_size=8)
    | st.sampled_from(TRICKS),
    max_size=6,
).map("".join)


@each_kind
@settings(deadline=None, max_examples=150)
@given(text=anything)
def test_any_text_survives(kind: str, text: str) -> None:
    tokenizer = tokenizer_of(kind)
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert not {PADDING, UNKNOWN, BEGIN, END} & set(ids)
    assert all(0 <= piece < tokenizer.size for piece in ids)


@each_kind
@pytest.mark.parametrize(
    "text",
    [
        "", " ", "  two  spaces  ", "Ｆｕｌｌ ｗｉｄｔｈ １２３", "ﬁne ２００１",
        "👩‍👩‍👧‍👦 and 🇫🇷", 
        "e\u0301 é",
        "今天天气很好。", "one\u2028line\u2029of\x85many\x0bkinds", "a\r\nb", "İıŞ", "\ufeffbom",
        "a" * 3000,
    ],
)  # fmt: skip
def test_letters_of_all_kinds_survive(kind: str, text: str) -> None:
    tokenizer = tokenizer_of(kind)
    assert tokenizer.decode(tokenizer.encode(text)) == text


@each_kind
def test_the_mark_of_a_space_comes_back_as_a_space(kind: str) -> None:
    tokenizer = tokenizer_of(kind)
    assert tokenizer.decode(tokenizer.encode("a▁b")) == "a b"


@each_kind
def test_many_texts_are_encoded_like_each(kind: str) -> None:
    tokenizer = tokenizer_of(kind)
    rows = [tokenizer.encode(text) for text in SENTENCES]
    values, lengths = tokenizer.encode_flat(SENTENCES)
    assert values.tolist() == [piece for row in rows for piece in row]
    assert lengths.tolist() == [len(row) for row in rows]
    assert [array.tolist() for array in tokenizer.encode_flat([])] == [[], []]


@each_kind
@settings(deadline=None, max_examples=100)
@given(texts=st.lists(anything | st.sampled_from([*SENTENCES, " a", "a ", "a▁b", "▁", " "])))
def test_any_texts_are_encoded_together_as_sentencepiece_does(kind: str, texts: list[str]) -> None:
    tokenizer = tokenizer_of(kind)
    rows = tokenizer._processor.encode(texts)
    values, lengths = tokenizer.encode_flat(texts)
    assert values.tolist() == [piece for row in rows for piece in row]
    assert lengths.tolist() == [len(row) for row in rows]


def test_words_are_forgotten_when_they_become_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST", 3)
    asked: list[list[str]] = []

    def encode(texts: list[str]) -> list[list[int]]:
        asked.append(texts)
        return [[ord(letter) for letter in f"_{text}"] for text in texts]

    known = words.KnownWords(encode)
    for texts in (["a b a", "b"], ["b c d"], ["a"]):
        values, lengths = known.pieces(texts)
        assert "".join(map(chr, values)) == "".join(f"_{text.replace(' ', '_')}" for text in texts)
        assert lengths.tolist() == [len(text) + 1 for text in texts]
    assert asked[1:] == [["a", "b"], ["c", "d"], ["a"]]  # each once, until there are too many


@each_kind
def test_training_again_gives_the_same_pieces(kind: str) -> None:
    assert train_tokenizer(SENTENCES, kind, 60).model == tokenizer_of(kind).model


@each_kind
def test_signs_leave_no_trace_in_text(kind: str) -> None:
    tokenizer = tokenizer_of(kind)
    ids = [BEGIN, *tokenizer.encode("a cat"), END, PADDING, PADDING]
    assert tokenizer.decode(ids) == "a cat"


@each_kind
def test_pieces_can_be_read(kind: str) -> None:
    tokenizer = tokenizer_of(kind)
    pieces = tokenizer.pieces([*tokenizer.encode("a cat"), END])
    assert pieces[-1] == "[end]"
    assert "".join(pieces[:-1]) == "▁a▁cat"
    assert tokenizer.pieces([PADDING, UNKNOWN, BEGIN]) == ("[padding]", "[unknown]", "[begin]")


def test_words_and_characters_are_what_they_say() -> None:
    assert tokenizer_of("word").pieces(tokenizer_of("word").encode("a cat")) == ("▁a", "▁cat")
    letters = tokenizer_of("char").pieces(tokenizer_of("char").encode("a cat"))
    assert letters == ("▁", "a", "▁", "c", "a", "t")


@pytest.mark.parametrize("kind", ["bpe", "unigram"])
def test_subwords_are_between_letters_and_words(kind: str) -> None:
    text = "the cat and the dog"
    counts = {name: len(tokenizer_of(name).encode(text)) for name in ("word", kind, "char")}
    assert counts["word"] <= counts[kind] < counts["char"]


@each_kind
def test_the_vocabulary_is_lowered_for_a_small_corpus(kind: str) -> None:
    tokenizer = train_tokenizer(SENTENCES, kind, 4000)
    assert EXTRA_PIECES < tokenizer.size < 4000
    assert tokenizer.decode(tokenizer.encode("a new sentence")) == "a new sentence"


@each_kind
def test_the_vocabulary_is_no_larger_than_asked_for(kind: str) -> None:
    assert tokenizer_of(kind).size <= 60 + EXTRA_PIECES


@pytest.mark.parametrize("kind", ["bpe", "unigram"])
def test_too_small_a_vocabulary_is_refused_with_a_sentence(kind: str) -> None:
    with pytest.raises(BadConfig) as caught:
        train_tokenizer(SENTENCES, kind, 8)
    assert f"no {kind} vocabulary of 8 pieces" in str(caught.value)
    assert f"{len(set(''.join(SENTENCES)))} different characters" in str(caught.value)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(BadConfig, match="tokenizer must be one of bpe, unigram, word, char"):
        train_tokenizer(SENTENCES, "syllable", 60)


@each_kind
def test_a_tokenizer_comes_back_from_its_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "source.model"
    path.write_bytes(tokenizer_of(kind).model)
    loaded = Tokenizer.load(path)
    assert loaded.size == tokenizer_of(kind).size
    assert loaded.encode("a cat 猫") == tokenizer_of(kind).encode("a cat 猫")


@pytest.mark.parametrize("content", [None, b"no model", b""])
def test_a_file_that_is_no_tokenizer_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "source.model"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadFile, match=r"source\.model is not a SentencePiece model"):
        Tokenizer.load(path)

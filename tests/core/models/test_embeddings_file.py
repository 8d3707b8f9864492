from __future__ import annotations

import gzip
import re
from contextlib import suppress
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from s2s_core.errors import BadConfig, BadFile, S2SError
from s2s_core.models.embeddings_file import fill, vectors, words_of
from s2s_core.text.tokenizer import SPECIAL_NAMES, train_tokenizer

GLOVE = "the 0.1 0.2 -0.3\n. . . 1 2 3\nHaus 4 5e-1 6\nthe 9 9 9\n"
WANTED = ("the", "Haus", "absent")


def read(path: Path, size: int = 3) -> dict[str, list[float]]:
    return dict(vectors(path, WANTED, size))


def written(folder: Path, text: str | bytes, name: str = "vectors.txt") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(GLOVE, id="GloVe"),
        pytest.param("4 3\n" + GLOVE, id="word2vec"),
        pytest.param("4 3\n" + GLOVE.replace("\n", " \n"), id="fastText"),
        pytest.param(GLOVE.replace("\n", "\r\n"), id="Windows"),
        pytest.param(GLOVE.replace(" ", "\t"), id="tabs"),
        pytest.param(GLOVE + "\n", id="blank"),
        pytest.param(GLOVE.rstrip(), id="unended"),
    ],
)
def test_the_three_formats_are_read(tmp_path: Path, text: str) -> None:
    expected = {"the": [0.1, 0.2, -0.3], "Haus": [4.0, 0.5, 6.0]}  # the first of two counts
    assert read(written(tmp_path, text)) == expected


def test_a_packed_file_is_read_and_a_torn_one_refused(tmp_path: Path) -> None:
    packed = gzip.compress(GLOVE.encode())
    assert read(written(tmp_path, packed, "vectors.vec.gz"))["Haus"] == [4.0, 0.5, 6.0]
    with pytest.raises(BadFile, match="cannot be read"):
        read(written(tmp_path, packed[:-10], "torn.vec.gz"))
    with pytest.raises(BadFile, match="cannot be read"):
        read(written(tmp_path, GLOVE, "plain.gz"))
    with pytest.raises(BadFile, match="No such file"):
        read(tmp_path / "absent.txt")


@pytest.mark.parametrize("header", ["", "4 3\n"])
def test_another_width_is_refused_with_both(tmp_path: Path, header: str) -> None:
    with pytest.raises(BadConfig, match=r"have 3 numbers and the embeddings 5.* of 3 fits"):
        read(written(tmp_path, header + GLOVE), size=5)
    with pytest.raises(BadConfig, match=r"have 3 numbers and the embeddings 2"):
        read(written(tmp_path, header + GLOVE), size=2)


GOOD = st.lists(st.just("other 1 2 3"), max_size=4)
BAD = st.sampled_from(["the", "the 1 2", "Haus 1 2 3 4", "the 1 x 3", "Haus 1 nan 3", "the 1  3"])


@given(before=GOOD, bad=BAD, after=GOOD)
def test_a_bad_line_is_refused_with_its_number(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], bad: str, after: list[str]
) -> None:
    lines = ["other 1 2 3", *before, bad, *after]
    path = written(tmp_path_factory.mktemp("bad"), "\n".join(lines))
    with pytest.raises(BadFile, match=rf"line {len(before) + 2} of {re.escape(str(path))} "):
        read(path)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = written(tmp_path_factory.mktemp("any"), b"the 1 2 3\n" + content)
    with suppress(S2SError):
        found = read(path)
        assert found["the"] == [1.0, 2.0, 3.0]
        assert all(len(vector) == 3 for vector in found.values())


def test_pieces_at_the_beginning_of_a_word_are_words() -> None:
    tokenizer = train_tokenizer(["the house is the house ."] * 20 + ["mouse mousse"], "bpe", 30)
    words = words_of(tokenizer)
    names = tokenizer.pieces(range(tokenizer.size))
    for word, pieces in words.items():
        for piece in pieces:
            assert names[piece] == f"▁{word}" or (names[piece] == word and not word.isalnum())
    assert "house" in words
    assert not any(name in words for name in SPECIAL_NAMES.values())
    assert not any(word.startswith("<0x") for word in words)
    assert "s" not in words or names[words["s"][0]] == "▁s"


def test_rows_of_words_that_are_found_are_filled_and_others_stay(tmp_path: Path) -> None:
    embedding = nn.Embedding(6, 3)
    drawn = embedding.weight.detach().clone()
    found = fill(embedding, {"the": [2, 5], "absent": [3]}, written(tmp_path, GLOVE))
    assert found == 2
    expected = drawn.clone()
    expected[2] = expected[5] = torch.tensor([0.1, 0.2, -0.3])
    assert torch.equal(embedding.weight, expected)
    assert embedding.weight.requires_grad

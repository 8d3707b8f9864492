"""Embeddings read from the text files of word2vec, GloVe and fastText."""

from __future__ import annotations

import gzip
import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from s2s_core.counts import count
from s2s_core.errors import BadConfig, BadFile
from s2s_core.text.tokenizer import Tokenizer

Vector = list[float]


def vectors(path: Path, wanted: Iterable[str], size: int) -> Iterator[tuple[str, Vector]]:
    """Yield the wanted words of a file with their vectors, each once, as they come.

    A line is a word and its numbers with a space between any two. word2vec and fastText begin
    with a line of two counts, GloVe does not. A word may hold spaces itself (GloVe has some), so
    that the numbers are counted from the right. Of words that nobody wants only the number of
    numbers is looked at. Raises `BadConfig` where vectors are not `size` wide.
    """
    left = {word.encode(): word for word in wanted}
    is_first = True
    for number, line in _lines(path):
        if number == 1 and _is_header(line):
            continue
        _check_width(path, number, line, size, is_first)
        is_first = False
        word, _, rest = line.partition(b" ")
        if word not in left or rest.count(b" ") != size - 1:
            continue
        yield left.pop(word), _numbers(path, number, rest)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file, unpacked, with their numbers; blank ones are left out."""
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    try:
        with opened(path, "rb") as file:
            for number, line in enumerate(file, 1):
                if text := line.strip(b" \r\n").replace(b"\t", b" "):
                    yield number, text
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or error
        raise BadFile("{file} cannot be read: {why}", file=path, why=why) from None


def _is_header(line: bytes) -> bool:
    return line.count(b" ") == 1 and all(part.isdigit() for part in line.split(b" "))


def _check_width(path: Path, number: int, line: bytes, size: int, is_first: bool) -> None:
    """Refuse a line with too few numbers, or with more than a word with spaces explains."""
    given = line.count(b" ")
    if given == size:
        return
    # What stands before the last numbers is the word; it may hold spaces, but ends in no number.
    if given > size and not _is_number(line.rsplit(b" ", size)[0].rpartition(b" ")[2]):
        return
    if is_first and given and all(map(_is_number, line.split(b" ")[1:])):
        raise BadConfig(
            "the vectors of {file} have {given:number|numbers} and the embeddings {size}: an "
            "embedding_size of {given} fits (a Transformer's is its hidden_size)",
            file=path, given=count(given), size=size,
        )  # fmt: skip
    raise BadFile(
        "line {line} of {file} has {given:number|numbers} after its word and not {size}",
        line=number, file=path, given=count(given), size=size,
    )  # fmt: skip


def _is_number(text: bytes) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _numbers(path: Path, number: int, text: bytes) -> Vector:
    parts = text.split(b" ")
    if not all(map(_is_number, parts)):
        raise BadFile(
            "line {line} of {file} holds something other than numbers after its word",
            line=number, file=path,
        )  # fmt: skip
    return [float(part) for part in parts]


def words_of(tokenizer: Tokenizer) -> dict[str, list[int]]:
    """Return the pieces that are whole words, as files of embeddings spell them, by number.

    `▁` marks the beginning of a word; a piece without it is the rest of one, unless it holds
    neither letters nor digits: signs stand alone in such files.
    """
    words: dict[str, list[int]] = {}
    for piece, name in enumerate(tokenizer.pieces(range(tokenizer.size))):
        word = name.removeprefix("▁")
        if word and (word != name or not any(map(str.isalnum, word))):
            words.setdefault(word, []).append(piece)
    return words


def fill(embedding: nn.Embedding, words: Mapping[str, Sequence[int]], path: Path) -> int:
    """Put the vectors of a file into the rows of their pieces; returns how many got one."""
    found = 0
    weight: Tensor = embedding.weight
    with torch.no_grad():
        for word, vector in vectors(path, words, embedding.embedding_dim):
            weight[list(words[word])] = weight.new_tensor(vector)
            found += len(words[word])
    return found

"""The pieces of words that were met before: a corpus has far fewer words than it has places."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[Any]]

MOST = 100_000  # words that are remembered; with more, a new beginning is made
SPACE, SHOWN_SPACE = " ", "▁"  # the same for SentencePiece


class KnownWords:
    """Cuts texts word by word, each word once.

    That is the same as cutting whole texts where no piece reaches beyond a word and no choice
    between pieces hangs on those of another word, as in bpe.
    """

    def __init__(self, encode: Callable[[list[str]], list[list[int]]]) -> None:
        """Take what cuts many texts."""
        self._encode = encode
        both, word = encode(["a ", "a"])
        self._space = both[len(word) :]  # the pieces of a space with no word behind it
        self._forget()

    def pieces(self, texts: list[str]) -> tuple[Numbers, Numbers]:
        """Return the numbers of all pieces in a row, and how many are of each text."""
        if len(self._numbers) > MOST:
            self._forget()
        joined = SPACE.join(texts)
        if SHOWN_SPACE in joined:
            joined = joined.replace(SHOWN_SPACE, SPACE)
            texts = [text.replace(SHOWN_SPACE, SPACE) for text in texts]
        words = joined.split(SPACE)
        numbers = np.fromiter(map(self._numbers.__getitem__, words), np.intp, len(words))
        self._learn()
        begins = self._ends[numbers]
        lengths = self._ends[numbers + 1] - begins
        ends = np.cumsum(lengths)
        places = np.repeat(begins - ends + lengths, lengths)
        places += np.arange(len(places))
        last = np.cumsum([text.count(SPACE) + 1 for text in texts]) - 1  # word of each text
        return self._pieces[places], np.diff(ends[last], prepend=0)

    def _forget(self) -> None:
        self._numbers = _Numbers()
        self._pieces = np.zeros(0, np.int32)  # of all words in a row
        self._ends = np.zeros(1, np.int64)  # of each word, behind a first 0

    def _learn(self) -> None:
        """Cut the words that were met for the first time."""
        new, self._numbers.new = self._numbers.new, []
        cut = self._encode(new)
        rows = [row if word else self._space for word, row in zip(new, cut, strict=True)]
        lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        pieces = np.fromiter(chain.from_iterable(rows), np.int32, int(lengths.sum()))
        self._pieces = np.concatenate((self._pieces, pieces))
        self._ends = np.concatenate((self._ends, self._ends[-1] + np.cumsum(lengths)))


class _Numbers(dict[str, int]):
    """Numbers words in the order in which they are asked for."""

    def __init__(self) -> None:
        self.new: list[str] = []

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        self.new.append(word)
        return number

"""Pairs that join a corpus while it is trained on: they are mixed into its batches."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor, cat
from torch.nn.functional import pad

from s2s_core.data.batch import Batch, Sampler, make_batch
from s2s_core.data.store import EncodedPairs
from s2s_core.text.tokenizer import PADDING

MOST = 0.5  # as many pairs as of the corpus stand in a batch, at most: its memory is planned


class Joining:
    """Puts each pair into the next batch, then so often into each pass over the corpus.

    The batches of the corpus stay as they are and where they are, so that nothing else changes.
    What is handed out depends on the seed and on the numbers in `state` only.
    """

    def __init__(
        self, lines: tuple[str, ...], times: int, pairs: EncodedPairs, corpus: int, seed: int,
        sampler: Sampler | None = None,
    ) -> None:  # fmt: skip
        """Take the text of pairs, the same encoded, and the number of pairs of the corpus."""
        self.lines, self.times = lines, times
        self._pairs, self._seed, self._sampler = pairs, seed, sampler
        self._corpus = max(1, corpus)
        self._queue: list[int] = []  # rows, in the order in which they come
        self._owed = 0  # pairs, times the pairs of the corpus
        self._handed = 0

    @property
    def is_too_much(self) -> bool:
        """Whether so many repetitions do not fit beside the corpus."""
        return len(self.lines) * self.times > MOST * self._corpus

    def hurry(self, known: tuple[str, ...]) -> None:
        """Let those that are new come at once."""
        self._queue = [row for row, line in enumerate(self.lines) if line not in known]
        self._owed = len(self._queue) * self._corpus

    def beside(self, batch: Batch) -> Batch:
        """Return a batch with the pairs that are due in it."""
        most = max(1, int(MOST * len(batch)))
        self._owed += len(batch) * len(self.lines) * self.times
        count = min(most, self._owed // self._corpus)
        # What does not fit is not put off for ever, but for what has just joined.
        self._owed = min(self._owed - count * self._corpus, len(self.lines) * self._corpus)
        if not count:
            return batch
        rows = [self._next_row() for _ in range(count)]
        if self._sampler:
            more = make_batch(*self._sampler(self._pairs, rows, (self._seed, self._handed, 1)))
        else:
            sides = self._pairs.sources, self._pairs.targets
            more = make_batch(*([side[row] for row in rows] for side in sides))
        return _together(batch, more)

    def _next_row(self) -> int:
        if not self._queue:
            random = np.random.default_rng((self._seed, self._handed))
            self._queue = random.permutation(len(self.lines)).tolist()
        self._handed += 1
        return self._queue.pop(0)

    def state(self) -> dict[str, Any]:
        """Return all that it goes on from, as plain values."""
        return {
            "lines": list(self.lines), "times": self.times, "queue": self._queue,
            "owed": self._owed, "handed": self._handed, "corpus": self._corpus,
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        """Be where `state` was."""
        self._queue = [int(row) for row in state["queue"]]
        self._owed, self._handed = int(state["owed"]), int(state["handed"])
        self._corpus = int(state["corpus"])  # a corpus that was still being read has a better one


def _together(one: Batch, other: Batch) -> Batch:
    """Return the sentences of two batches as one."""
    return Batch(
        _stacked(one.source, other.source, PADDING),
        _stacked(one.source_mask, other.source_mask, 0),
        _stacked(one.target_input, other.target_input, PADDING),
        _stacked(one.target_output, other.target_output, PADDING),
        _stacked(one.target_mask, other.target_mask, 0),
        one.source_tokens + other.source_tokens, one.target_tokens + other.target_tokens,
    )  # fmt: skip


def _stacked(one: Tensor, other: Tensor, filling: int) -> Tensor:
    width = max(one.shape[1], other.shape[1])
    return cat([pad(each, (0, width - each.shape[1]), value=filling) for each in (one, other)])

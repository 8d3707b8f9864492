"""Batches: sentence pairs of like length, padded side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from s2s_core.choices import Choices
from s2s_core.configs import TrainingConfig
from s2s_core.data.store import EncodedPairs, Numbers
from s2s_core.text.tokenizer import BEGIN, END, PADDING

# Gives other pieces of the same sentences: pairs, rows and a seed -> sources and targets.
Sampler = Callable[
    [EncodedPairs, Sequence[int] | Numbers, tuple[int, ...]],
    tuple[list[list[int]], list[list[int]]],
]
LOOK_AT = 10_000  # pairs that a typical batch is picked from


@dataclass(frozen=True)
class Batch:
    """Sentence pairs side by side. In every mask `True` means a real token."""

    source: Tensor  # [batch, source length], each sentence closed by END
    source_mask: Tensor  # [batch, source length]
    target_input: Tensor  # [batch, target length], opened by BEGIN
    target_output: Tensor  # [batch, target length], closed by END
    target_mask: Tensor  # [batch, target length]
    source_tokens: int  # real ones, END counted
    target_tokens: int

    def __len__(self) -> int:
        return self.source.shape[0]

    def to(self, device: torch.device) -> Batch:
        """Return the same batch on another device."""
        if device.type == "cpu":
            return self

        def moved(tensor: Tensor) -> Tensor:
            return tensor.to(device, non_blocking=True)

        return Batch(
            moved(self.source), moved(self.source_mask), moved(self.target_input),
            moved(self.target_output), moved(self.target_mask),
            self.source_tokens, self.target_tokens,
        )  # fmt: skip


def pad_sources(sources: Sequence[Sequence[int] | Numbers]) -> tuple[Tensor, Tensor]:
    """Close each source with END and pad; returns numbers and mask, [batch, source length]."""
    lengths = np.array([len(source) + 1 for source in sources])
    ids = np.full((len(sources), lengths.max()), PADDING, dtype=np.int64)
    for row, source in enumerate(sources):
        ids[row, : len(source)] = source
        ids[row, len(source)] = END
    return torch.from_numpy(ids), torch.from_numpy(np.arange(ids.shape[1]) < lengths[:, None])


def make_batch(
    sources: Sequence[Sequence[int] | Numbers], targets: Sequence[Sequence[int] | Numbers]
) -> Batch:
    """Pad sentence pairs into one batch."""
    source, source_mask = pad_sources(sources)
    target_output, target_mask = pad_sources(targets)
    target_input = target_output.roll(1, dims=1)
    target_input[:, 0] = BEGIN
    target_input[target_input == END] = PADDING
    return Batch(
        source, source_mask, target_input, target_output, target_mask,
        int(source_mask.sum()), int(target_mask.sum()),
    )  # fmt: skip


@dataclass
class Position:
    """Where in the corpus training is: this many epochs and, in the next one, batches are done."""

    epoch: int = 0
    batch: int = 0


class Batches:
    """The batches of a corpus in an order that depends only on the seed and the epoch.

    Within an epoch all pairs are sorted by length, equal lengths in random order, cut into
    batches of about `batch_tokens` (sentences times the longest side, END counted), and the
    batches are shuffled.
    """

    def __init__(self, pairs: EncodedPairs, batch_tokens: int, seed: int) -> None:
        self.pairs = pairs
        self.batch_tokens = batch_tokens
        self.seed = seed
        self.sampler: Sampler | None = None  # cuts the sentences of each batch anew
        self.position = Position()
        self._epoch: tuple[int, list[Numbers]] = (-1, [])
        self._source_lengths = pairs.sources.lengths + 1
        self._target_lengths = pairs.targets.lengths + 1

    @property
    def epochs_done(self) -> float:
        """Passes over the corpus so far, as a fraction."""
        count = len(self.rows_of(self.position.epoch))
        return self.position.epoch + self.position.batch / count

    def next(self) -> Batch:
        """Return the batch at the position and move on."""
        rows = self.rows_of(self.position.epoch)
        chosen, seed = rows[self.position.batch], (self.position.epoch, self.position.batch)
        self.position.batch += 1
        if self.position.batch == len(rows):
            self.position = Position(self.position.epoch + 1, 0)
        if self.sampler:
            return make_batch(*self.sampler(self.pairs, chosen, (self.seed, *seed)))
        return self.take(chosen)

    def of_update(self, count: int) -> Iterator[Batch]:
        """Yield the next `count` batches; for 0, all that are left of the epoch."""
        done = 0
        while not done or (done < count if count else self.position.batch):
            yield self.next()
            done += 1

    def take(self, rows: Sequence[int] | Numbers) -> Batch:
        """Return the batch of these pairs."""
        sources, targets = self.pairs.sources, self.pairs.targets
        return make_batch([sources[row] for row in rows], [targets[row] for row in rows])

    def rows_of(self, epoch: int) -> list[Numbers]:
        """Return the rows of each batch of an epoch, in their order."""
        if self._epoch[0] != epoch:
            random = np.random.default_rng((self.seed, epoch))
            order = np.lexsort(
                (random.random(len(self.pairs)), self._source_lengths, self._target_lengths)
            )
            batches = self._cut(order)
            self._epoch = (epoch, [batches[i] for i in random.permutation(len(batches))])
        return self._epoch[1]

    def typical_rows(self) -> Numbers:
        """Return the rows of a batch of middling length, from a look at some pairs only."""
        some = np.linspace(0, len(self.pairs) - 1, min(len(self.pairs), LOOK_AT)).astype(np.int64)
        order = np.lexsort((self._source_lengths[some], self._target_lengths[some]))
        batches = self._cut(some[order])
        return batches[len(batches) // 2]

    def count(self) -> int:
        """Return how many batches an epoch has, without making them: quick for any corpus."""
        width = int(self._source_lengths.max(initial=0)) + 1
        kinds, counts = np.unique(
            self._target_lengths * width + self._source_lengths, return_counts=True
        )
        full = size = widest = 0  # the batches behind, and the one being filled
        for kind, left in zip(kinds.tolist(), counts.tolist(), strict=True):
            longest = max(divmod(kind, width))
            room = self.batch_tokens // max(widest, longest) - size
            taken = min(left, max(room, 0 if size else 1))
            if taken:
                size, widest, left = size + taken, max(widest, longest), left - taken
            if left:  # of this kind alone, in batches of their own
                capacity = max(1, self.batch_tokens // longest)
                more, rest = divmod(left - 1, capacity)
                full, size, widest = full + 1 + more, rest + 1, longest
        return full + (size > 0)

    def in_order(self) -> list[Numbers]:
        """Return the rows of each batch sorted by length, always the same: for validation."""
        return self._cut(np.lexsort((self._source_lengths, self._target_lengths)))

    def _cut(self, order: Numbers) -> list[Numbers]:
        longest = np.maximum(self._source_lengths, self._target_lengths)[order]
        cuts, start, width = [], 0, 0
        for row, length in enumerate(longest.tolist()):
            width = max(width, length)
            if row > start and width * (row - start + 1) > self.batch_tokens:
                cuts.append(row)
                start, width = row, length
        return np.split(order, cuts) if len(order) else []

    def state(self) -> dict[str, Any]:
        """Return where training is, as plain numbers."""
        return {"epoch": self.position.epoch, "batch": self.position.batch}

    def restore(self, state: dict[str, Any]) -> None:
        """Go to where `state` was."""
        self.position = Position(int(state["epoch"]), int(state["batch"]))


@dataclass(frozen=True)
class Portion:
    """How much of a corpus moves the weights once."""

    tokens: int  # of a batch, at most; but one pair at least
    batches: int  # of one update; 0: all of an epoch

    def updates(self, batches: int) -> int:
        """Return how many updates an epoch of so many batches has."""
        return -(-batches // self.batches) if self.batches else 1


def tokens(config: TrainingConfig) -> Portion:
    """As many pairs of like length as the batch size allows: smooth enough, and quick."""
    return Portion(config.batch_tokens, config.accumulate)


def pair(config: TrainingConfig) -> Portion:
    """One pair at a time, "stochastic": many cheap steps that all disagree; lower the rate."""
    return Portion(1, config.accumulate)


def full(config: TrainingConfig) -> Portion:
    """All pairs of the corpus for each step: the true gradient; a step lasts a whole epoch."""
    return Portion(config.batch_tokens, 0)


BATCHINGS: Choices[Callable[[TrainingConfig], Portion]] = Choices(
    "batching", {"tokens": tokens, "pair": pair, "full": full}
)


def portion(config: TrainingConfig) -> Portion:
    """Return how much of the corpus moves the weights once."""
    return BATCHINGS[config.batching](config)

"""Batches: sentence pairs of like length, padded side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

import numpy as np
import torch
from torch import Tensor

from s2s_core.choices import Choices
from s2s_core.configs import TrainingConfig
from s2s_core.data.cutting import Cuts, starts_in
from s2s_core.data.store import EncodedPairs, Numbers
from s2s_core.data.windows import Windows
from s2s_core.errors import NotYet
from s2s_core.text.tokenizer import BEGIN, END, PADDING

# Gives other pieces of the same sentences: pairs, rows and a seed -> sources and targets.
Sampler = Callable[
    [EncodedPairs, Sequence[int] | Numbers, tuple[int, ...]],
    tuple[list[list[int]], list[list[int]]],
]
LOOK_AT = 10_000  # pairs that a typical batch is picked from
# Pairs that are sorted together. No window has more: a corpus does that was prepared whole, as
# all were before they had windows.
SORTED_TOGETHER = 2**20
LAST_SEED = 2**32 - 1  # no window has this number


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
    source = Flat.of(sources)
    return torch.from_numpy(source.closed()), torch.from_numpy(source.places(1))


def make_batch(
    sources: Sequence[Sequence[int] | Numbers], targets: Sequence[Sequence[int] | Numbers]
) -> Batch:
    """Pad sentence pairs into one batch."""
    return _padded(Flat.of(sources), Flat.of(targets))


def _padded(source: Flat, target: Flat) -> Batch:
    return Batch(
        torch.from_numpy(source.closed()), torch.from_numpy(source.places(1)),
        torch.from_numpy(target.opened()), torch.from_numpy(target.closed()),
        torch.from_numpy(target.places(1)), source.tokens, target.tokens,
    )  # fmt: skip


@dataclass(frozen=True)
class Flat:
    """Sentences one after the other and the length of each: padded without a loop over them."""

    values: Numbers
    lengths: Numbers

    @classmethod
    def of(cls, rows: Sequence[Sequence[int] | Numbers]) -> Flat:
        """Join sentences, END not counted."""
        lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        values = np.fromiter(chain.from_iterable(rows), np.int64, int(lengths.sum()))
        return cls(values, lengths)

    @property
    def tokens(self) -> int:
        """How many tokens there are, END counted."""
        return len(self.values) + len(self.lengths)

    def places(self, more: int) -> Numbers:
        """Return where a sentence and so many more stand, [batch, longest and one more]."""
        return np.arange(self.lengths.max() + 1) < (self.lengths + more)[:, None]

    def closed(self) -> Numbers:
        """Return the sentences with END behind them."""
        ids = np.full((len(self.lengths), self.lengths.max() + 1), PADDING, dtype=np.int64)
        ids[self.places(0)] = self.values
        ids[np.arange(len(ids)), self.lengths] = END
        return ids

    def opened(self) -> Numbers:
        """Return the sentences with BEGIN before them."""
        ids = np.full((len(self.lengths), self.lengths.max() + 1), PADDING, dtype=np.int64)
        ids[:, 0] = BEGIN
        ids[:, 1:][self.places(0)[:, :-1]] = self.values
        return ids


@dataclass
class Position:
    """Where in the corpus training is: so many epochs are done, then windows, then batches."""

    epoch: int = 0
    batch: int = 0
    window: int = 0


class Batches:
    """The batches of a corpus in an order that depends only on the seed and the epoch.

    A window of the corpus, which is all of a small one, is sorted by length, equal lengths in
    random order, cut into batches of about `batch_tokens` (sentences times the longest side, END
    counted), and the batches are shuffled. In the first epoch windows come in the order in which
    they are made, as more may still be coming; in all others in random order.
    """

    def __init__(self, pairs: EncodedPairs | Windows, batch_tokens: int, seed: int) -> None:
        self.windows = pairs if isinstance(pairs, Windows) else Windows([pairs])
        self.batch_tokens = batch_tokens
        self.seed = seed
        self.sampler: Sampler | None = None  # cuts the sentences of each batch anew
        self.position = Position()
        self._epoch: tuple[tuple[int, int], Cuts] | None = None
        self._open(0)

    def _open(self, window: int) -> None:
        """Take the pairs of a window."""
        self._window = window
        self.pairs = self.windows[window]
        self._source_lengths = self.pairs.sources.lengths + np.int32(1)
        self._target_lengths = self.pairs.targets.lengths + np.int32(1)
        self._width = int(self._source_lengths.max(initial=0)) + 1

    @property
    def longest_source(self) -> int:
        """Pieces of the longest source in the window that is trained on now, END not counted."""
        return max(0, self._width - 2)

    @property
    def epochs_done(self) -> float:
        """Passes over the corpus so far, as a fraction; about so many while it is not whole."""
        at = self.position
        if not self._is_there():
            return at.epoch + sum(self.windows.counts) / max(1, self.windows.total)
        count = len(self.rows_of(at.epoch, at.window))
        order = self._order(at.epoch)
        before = sum(self.windows.counts[window] for window in order[: at.window])
        here = self.windows.counts[order[at.window]]
        return at.epoch + (before + here * at.batch / count) / self.windows.total

    def can_give(self, batches: int) -> bool:
        """Tell whether the next `batches` are there; 0: all of the epoch. More may be coming."""
        if not self._holds(batches):
            self.windows.look()
        return self._holds(batches)

    def _holds(self, batches: int) -> bool:
        """Tell whether so many are sure to be in the windows known: in each further one, one."""
        is_there = self._is_there()
        if self.windows.is_whole:
            return True
        if not batches or not is_there:
            return False
        at = self.position
        left = len(self.rows_of(at.epoch, at.window)) - at.batch
        return batches <= left + len(self.windows) - at.window - 1

    def _is_there(self) -> bool:
        """Tell whether the window at the position is; at the end of all, go on to an epoch."""
        if self.windows.is_whole and self.position.window >= len(self.windows):
            self.position = Position(self.position.epoch + 1)
        return self.position.window < len(self.windows)

    def next(self) -> Batch:
        """Return the batch at the position and move on."""
        if not self.can_give(1):
            raise _not_yet()
        at = self.position
        rows = self.rows_of(at.epoch, at.window)
        chosen, seed = rows[at.batch], (self.seed, at.epoch, at.batch, self._window)
        if at.batch + 1 < len(rows):
            self.position = Position(at.epoch, at.batch + 1, at.window)
        else:
            self.position = Position(at.epoch, 0, at.window + 1)
            self.windows.look()
            self._is_there()
        if self.sampler:
            return make_batch(*self.sampler(self.pairs, chosen, seed))
        return self.take(chosen)

    def of_update(self, count: int) -> Iterator[Batch]:
        """Yield the next `count` batches; for 0, all that are left of the epoch.

        Where they are not all there yet, none is taken: `NotYet`.
        """
        if not self.can_give(count):
            raise _not_yet()
        done, epoch = 0, self.position.epoch
        while not done or (done < count if count else self.position.epoch == epoch):
            yield self.next()
            done += 1

    def take(self, rows: Sequence[int] | Numbers) -> Batch:
        """Return the batch of these pairs."""
        at = np.asarray(rows)
        return _padded(Flat(*self.pairs.sources.at(at)), Flat(*self.pairs.targets.at(at)))

    def rows_of(self, epoch: int, place: int = 0) -> Cuts:
        """Return the rows of each batch of an epoch's first, second … window, in their order."""
        if self._epoch is None or self._epoch[0] != (epoch, place):
            self._epoch = None  # its memory is needed
            window = self._order(epoch)[place]
            if window != self._window:
                self._open(window)
            # Zeros at the end of a seed change nothing: a single window has none of its own.
            random = np.random.default_rng((self.seed, epoch, window))
            cuts = self._sorted_in_parts(random)
            cuts = Cuts(cuts.rows, cuts.starts, random.permutation(len(cuts)))
            self._epoch = (epoch, place), cuts
        return self._epoch[1]

    def _order(self, epoch: int) -> list[int]:
        """Return the windows of an epoch in their order."""
        order: list[int] = list(range(len(self.windows)))
        if epoch and len(order) > 1:
            np.random.default_rng((self.seed, epoch, LAST_SEED)).shuffle(order)
        return order

    def _sorted_in_parts(self, random: np.random.Generator) -> Cuts:
        count = len(self.pairs)
        if count <= SORTED_TOGETHER:
            return self._cut(
                np.lexsort((random.random(count), self._source_lengths, self._target_lengths))
            )
        rows = np.arange(count, dtype=np.int32 if count < 2**31 else np.int64)
        random.shuffle(rows)
        starts = []
        for begin in range(0, count, SORTED_TOGETHER):
            part = rows[begin : begin + SORTED_TOGETHER]
            part[:] = part[np.argsort(self._kinds(part), kind="stable")]
            starts.append(begin + self._cut(part).starts)
        return Cuts(rows, np.concatenate(starts))

    def typical_rows(self) -> Numbers:
        """Return the rows of a batch of middling length, from a look at some pairs only."""
        some = np.linspace(0, len(self.pairs) - 1, min(len(self.pairs), LOOK_AT)).astype(np.int64)
        order = np.lexsort((self._source_lengths[some], self._target_lengths[some]))
        batches = self._cut(some[order])
        return batches[len(batches) // 2]

    def count(self) -> int:
        """Return how many batches an epoch has, without making them: quick for any corpus.

        Of several windows one is looked at, and each has one or two more.
        """
        begins = range(0, len(self.pairs), SORTED_TOGETHER)
        some = (slice(begin, begin + SORTED_TOGETHER) for begin in begins)
        parts = [np.unique(self._kinds(rows), return_counts=True) for rows in some]
        if not parts:
            return 0
        kinds, place = np.unique(np.concatenate([kinds for kinds, _ in parts]), return_inverse=True)
        counts = np.bincount(place, np.concatenate([counts for _, counts in parts]))
        count = len(starts_in(kinds, counts.astype(np.int64), self._width, self.batch_tokens))
        return round(count * self.windows.total / len(self.pairs))

    def in_order(self) -> Cuts:
        """Return the rows of each batch sorted by length, always the same: for validation."""
        return self._cut(np.lexsort((self._source_lengths, self._target_lengths)))

    def _cut(self, order: Numbers) -> Cuts:
        """Cut rows that are sorted by length into batches."""
        kinds = self._kinds(order)
        changes = np.flatnonzero(np.diff(kinds, prepend=-1))
        counts = np.diff(changes, append=len(kinds))
        starts = starts_in(kinds[changes], counts, self._width, self.batch_tokens)
        return Cuts(order, starts)

    def _kinds(self, rows: Numbers | slice) -> Numbers:
        """Return one number for both lengths of each pair; sorted as targets are, then sources."""
        return (
            self._target_lengths[rows].astype(np.int64) * self._width + self._source_lengths[rows]
        )

    def state(self) -> dict[str, Any]:
        """Return where training is, as plain numbers."""
        return asdict(self.position)

    def restore(self, state: dict[str, Any]) -> None:
        """Go to where `state` was."""
        window = int(state.get("window", 0))  # older checkpoints know of one only
        self.position = Position(int(state["epoch"]), int(state["batch"]), window)


def _not_yet() -> NotYet:
    return NotYet("the next part of the corpus has not been encoded yet")


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

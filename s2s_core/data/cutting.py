"""Where the batches of a corpus begin: found without a step for each pair, kept in few bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from s2s_core.data.store import Numbers


@dataclass(frozen=True)
class Cuts(Sequence[Numbers]):
    """Rows of pairs, where in them each batch begins, and in which order the batches come."""

    rows: Numbers
    starts: Numbers
    order: Numbers | None = None  # None: as they stand

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, batch: int) -> Numbers: ...
    @overload
    def __getitem__(self, batch: slice) -> list[Numbers]: ...
    def __getitem__(self, batch: int | slice) -> Numbers | list[Numbers]:
        """Return the rows of a batch."""
        if isinstance(batch, slice):
            return [self[at] for at in range(*batch.indices(len(self)))]
        at = int(range(len(self))[batch] if self.order is None else self.order[batch])
        end = self.starts[at + 1] if at + 1 < len(self) else len(self.rows)
        return self.rows[self.starts[at] : end]


def starts_in(kinds: Numbers, counts: Numbers, width: int, batch_tokens: int) -> Numbers:
    """Return where batches begin in so many pairs of each kind, one kind after the other.

    A kind is the length of the target times `width` and that of the source, END counted.

    The steps of this loop are kinds, not pairs: some thousand in a corpus of any size.
    """
    starts = [np.zeros(min(1, len(kinds)), np.int64)]
    at = size = widest = 0  # the pairs behind; those of the batch that is being filled
    for kind, left in zip(kinds.tolist(), counts.tolist(), strict=True):
        longest = max(divmod(kind, width))
        room = batch_tokens // max(widest, longest) - size
        taken = min(left, max(room, 0 if size else 1))
        if taken:
            at, size, widest, left = (
                at + taken,
                size + taken,
                max(widest, longest),
                left - taken,
            )
        if left:  # of this kind alone, in batches of their own
            capacity = max(1, batch_tokens // longest)
            starts.append(np.arange(at, at + left, capacity))
            at, size, widest = at + left, (left - 1) % capacity + 1, longest
    return np.concatenate(starts)

"""Which of millions of texts came before, in a few bytes for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Hashes = np.ndarray[Any, np.dtype[np.int64]]


class Seen:
    """Remembers hashes, 8 bytes each, in sorted lists of which each is twice the one after it.

    A set of Python's would take ten times as much. By chance two texts have one hash: among
    ten million, once in some hundred thousand corpora.
    """

    def __init__(self) -> None:
        self._sorted: list[Hashes] = []  # the longest first

    def again(self, hashes: Sequence[int]) -> list[int]:
        """Return the places of those that came before, also among these; remember the others."""
        some = np.array(hashes, np.int64)
        fresh, first = np.unique(some, return_index=True)
        is_new = np.ones(len(fresh), np.bool_)
        for known in self._sorted:
            places = np.minimum(np.searchsorted(known, fresh), len(known) - 1)
            is_new &= known[places] != fresh
        self._remember(fresh[is_new])
        is_again = np.ones(len(some), np.bool_)
        is_again[first[is_new]] = False
        return [int(place) for place in np.flatnonzero(is_again)]

    def _remember(self, new: Hashes) -> None:
        while self._sorted and len(self._sorted[-1]) < 2 * len(new):
            new = np.sort(np.concatenate((self._sorted.pop(), new)), kind="stable")
        if len(new):
            self._sorted.append(new)

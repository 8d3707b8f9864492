"""Sorting millions of rows in slices of a millisecond, so that the window lives."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[Any]]
AT_ONCE = 32_768  # rows
FEW_BITS = 65_536  # numbers below it are sorted by radix: seven times as fast
LARGEST = 1_000_000  # keys from there on are so rare that they are sorted at the end


def in_order(
    rows: Numbers, keys: Numbers, *, falls: bool = False
) -> Generator[None, None, Numbers]:
    """Return rows by their keys, which are not negative; of equal keys, as they came.

    keys: of all rows there are, by row
    falls: the largest key comes first
    A counting sort: first it is counted how often each key occurs, which tells where its rows
    begin in the result.
    """
    starts = np.zeros(0, np.int64)
    for part in _parts(rows):
        more = np.bincount(np.minimum(keys[part], LARGEST))
        if len(more) > len(starts):
            more[: len(starts)] += starts
            starts = more
        else:
            starts[: len(more)] += more
        yield
    top = len(starts) - 1
    if falls:
        starts = starts[::-1]
    large = int(starts[0 if falls else -1]) if top == LARGEST else 0
    starts = np.cumsum(starts) - starts
    result = np.empty(len(rows), np.int64)
    for part in _parts(rows):
        own = np.minimum(keys[part], LARGEST)
        own = top - own if falls else own
        order = np.argsort(own.astype(np.uint16) if top < FEW_BITS else own, kind="stable")
        own = own[order]
        firsts = np.flatnonzero(np.diff(own, prepend=-1))
        counts = np.diff(firsts, append=len(own))
        before = np.repeat(firsts, counts)
        result[starts[own] + np.arange(len(own)) - before] = part[order]
        starts[own[firsts]] += counts
        yield
    if large:
        where = slice(0, large) if falls else slice(len(rows) - large, len(rows))
        some = result[where]
        result[where] = some[np.argsort(keys[some] * (-1 if falls else 1), kind="stable")]
    return result


def _parts(rows: Numbers) -> list[Numbers]:
    return [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]

"""Pieces of a vocabulary: joined to words, and where these stand in a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPACE = "▁"  # SentencePiece's mark at the beginning of a word


def spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where each word stands in a text that holds them in this order.

    A word that is not there, such as the sign of the end, has a span of no length.
    """
    found, place = [], 0
    for word in words:
        start = text.find(word, place) if word else -1
        if start < 0:
            found.append((place, place))
        else:
            place = start + len(word)
            found.append((start, place))
    return found


def join_weights(
    weights: NDArray[np.floating], source_starts: Sequence[int], target_starts: Sequence[int]
) -> NDArray[np.floating]:
    """Join attention weights as pieces are joined to words, whose first pieces are given.

    weights: [target length, source length]. What falls on the pieces of one source word is
    added up; of one target word the mean is taken, so that each row still sums to one.
    """
    summed = np.add.reduceat(weights, source_starts, axis=1)
    sizes = np.diff([*target_starts, len(weights)])
    joined: NDArray[np.floating] = np.add.reduceat(summed, target_starts, axis=0) / sizes[:, None]
    return joined

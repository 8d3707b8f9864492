"""Pieces of a vocabulary as labels that a person can read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SPACE = "▁"  # SentencePiece's mark at the beginning of a word


def readable(piece: str) -> str:
    """Return a piece without the mark of its space; a space alone is shown as one."""
    return piece.removeprefix(SPACE) or "␣"


def characters(pieces: Sequence[str]) -> tuple[list[str], list[int]]:
    """Join the bytes that spell one character, such as <0xE7> <0x8C> <0xAB> for 猫.

    returns: labels, and the place of each one's first piece
    """
    spelled: list[bytes] = []
    starts: list[int] = []
    for place, piece in enumerate(pieces):
        byte = _byte(piece)
        if byte is None:
            spelled.append(readable(piece).encode())
        elif spelled and 0x80 <= byte < 0xC0 and _byte(pieces[place - 1]) is not None:
            spelled[-1] += bytes([byte])  # goes on with the character before
            continue
        else:
            spelled.append(bytes([byte]))
        starts.append(place)
    return [readable(label.decode("utf-8", errors="replace")) for label in spelled], starts


def join_weights(
    weights: NDArray[np.floating], source_starts: Sequence[int], target_starts: Sequence[int]
) -> NDArray[np.floating]:
    """Join attention weights as `characters` joins the pieces.

    weights: [target length, source length]. What falls on the bytes of one source character is
    added up; of one target character the mean is taken, so that each row still sums to one.
    """
    summed = np.add.reduceat(weights, source_starts, axis=1)
    sizes = np.diff([*target_starts, len(weights)])
    joined: NDArray[np.floating] = np.add.reduceat(summed, target_starts, axis=0) / sizes[:, None]
    return joined


def _byte(piece: str) -> int | None:
    is_byte = len(piece) == 6 and piece.startswith("<0x") and piece.endswith(">")
    return int(piece[3:5], 16) if is_byte else None

"""Blocks: what comes one by one, taken many at a time, so that each costs little on its way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from s2s_core.errors import S2SError

Item = TypeVar("Item")

PAIRS = 2000  # that are read, looked at, cured and stored together


def in_blocks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield so many at a time, fewer at the end; what came before an error comes before it."""
    rest, error = iter(items), None
    while error is None:
        block: list[Item] = []
        try:
            block.extend(islice(rest, size))
        except S2SError as refused:
            error = refused
        if block:
            yield block
        if error:
            raise error
        if len(block) < size:
            return

"""Drawing until there are enough: what all built-in corpora have in common."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from s2s_core.data.pairs import SentencePair
from s2s_core.errors import BadConfig

FEWEST = 100  # pairs, from which something can be learnt and something held out
PATIENCE = 50  # drawings without a new pair, for each pair there is, before giving up


def distinct(
    draw: Callable[[Random], tuple[str, str]], random: Random, size: int
) -> list[SentencePair]:
    """Return that many pairs with different sources; a world that is too small gives all it has.

    Where it has not even the fewest that can be asked for, it is refused.
    """
    found: dict[str, str] = {}
    vain = 0
    while len(found) < size:
        source, target = draw(random)
        vain = vain + 1 if source in found else 0
        found[source] = target
        if vain > PATIENCE + len(found):
            break
    if len(found) < min(size, FEWEST):
        raise BadConfig(
            "data.builtin_pairs {given} is too many: at this difficulty the corpus has about "
            "{known} different pairs", given=size, known=len(found),
        )  # fmt: skip
    return [SentencePair(source, target) for source, target in found.items()]

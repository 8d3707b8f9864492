"""Noise on what is learnt: wrong and missing words in the targets that are trained on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from s2s_core.data.builtin.difficulty import Span
from s2s_core.data.pairs import SentencePair

NOISE = Span(0, 50, 0, "%", "Noise, %")


def with_noise(pairs: Iterable[SentencePair], percent: int, seed: int) -> Iterator[SentencePair]:
    """Yield the pairs with so many words of the targets gone, or exchanged for one from before.

    The sources stay as they are, and so what is held out is the same with noise and without. Where
    a target has no spaces its characters are what words are elsewhere; none is left without any.
    """
    random = Random(f"{seed} noise")
    before = [""]
    for source, target in pairs:
        gap = " " if " " in target else ""
        words = target.split(" ") if gap else list(target)
        kept = [
            word if random.random() * 100 >= percent else _wrong(word, before, random)
            for word in words
        ]
        yield SentencePair(source, gap.join(word for word in kept if word) or target)
        before = words


def _wrong(word: str, before: list[str], random: Random) -> str:
    """Return nothing, or another word; of two equal ones nothing is left."""
    other = random.choice(before)
    return "" if random.random() < 0.5 or other == word else other

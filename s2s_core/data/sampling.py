"""Cutting the sentences of a batch anew, by chance: another way each time they are trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from s2s_core.configs import RunConfig
from s2s_core.data.store import EncodedPairs, Numbers, Sequences
from s2s_core.text.tokenizer import Tokenizer, seed_sampling


@dataclass(frozen=True)
class PieceSampler:
    """Joins the stored pieces of a sentence to its text, and cuts that by chance.

    No text is kept: the pieces hold it whole. As each batch seeds the random numbers afresh, a
    batch is cut the same way whether training was interrupted before it or not.
    """

    source: Tokenizer
    target: Tokenizer
    alpha: float

    def __call__(
        self, pairs: EncodedPairs, rows: Sequence[int] | Numbers, seed: tuple[int, ...]
    ) -> tuple[list[list[int]], list[list[int]]]:
        """Return sources and targets of these pairs in other pieces."""
        seed_sampling(*seed)
        return (
            [self._cut(self.source, pairs.sources, row) for row in rows],
            [self._cut(self.target, pairs.targets, row) for row in rows],
        )

    def _cut(self, tokenizer: Tokenizer, sequences: Sequences, row: int) -> list[int]:
        """Cut one sentence; one that becomes longer than any of the corpus stays as it was."""
        stored = sequences[row].tolist()
        pieces = tokenizer.sample(tokenizer.decode(stored), self.alpha)
        return pieces if len(pieces) <= sequences.longest else stored


def sampler_of(config: RunConfig, tokenizers: tuple[Tokenizer, Tokenizer]) -> PieceSampler | None:
    """Return what a config asks for, if it does."""
    asked = config.regularisation
    alpha = asked.bpe_dropout or asked.unigram_sampling  # one at most: of the kind of pieces
    return PieceSampler(*tokenizers, alpha) if alpha else None

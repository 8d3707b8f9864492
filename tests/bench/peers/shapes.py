"""The work that all do: two models, one corpus, one size of batch."""

from __future__ import annotations

from pathlib import Path

BATCH_TOKENS = 4096  # sentences times the longest side, padding included
VOCABULARY = 4000  # pieces, of both languages together
LAYERS, HEADS, SIZE, INNER = 3, 4, 256, 1024  # A: a Transformer
EMBEDDING, ENCODER, DECODER = 256, 512, 512  # B: LSTMs with additive attention; both directions
DROPOUT, SMOOTHING, CLIP = 0.1, 0.1, 1.0
RATE, WARMUP, BETAS, EPSILON = 1e-3, 300, (0.9, 0.98), 1e-9
TRANSLATED = 64  # sentences side by side
LONGEST = 80  # pieces of a translation
SPECIAL = 4  # numbers below are no pieces: unknown, padding, begin and end, in some order
SIDES = ("source", "target")


def numbers(folder: Path, part: str, side: str) -> list[list[str]]:
    """Return the pieces of each sentence: their numbers, which every toolkit takes for words."""
    lines = (folder / f"{part}.{side}").read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines]


def pieces() -> list[str]:
    """Return the vocabulary without what is no piece."""
    return [str(number) for number in range(SPECIAL, VOCABULARY)]

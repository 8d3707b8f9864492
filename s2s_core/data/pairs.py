"""A sentence and its translation: what every reader and toy task gives."""

from __future__ import annotations

from typing import NamedTuple


class SentencePair(NamedTuple):
    """One sentence in the source language and the same in the target language."""

    source: str
    target: str

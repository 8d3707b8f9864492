"""A sentence and its translation: what every reader and toy task gives."""

from __future__ import annotations

from s2s_core.pair_store import SentencePair

__all__ = ["SentencePair"]

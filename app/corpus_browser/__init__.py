"""The corpus browser: every pair of the corpus to search, to try and to leave out."""

from app.corpus_browser.window import CorpusBrowser

__all__ = ["CorpusBrowser"]

"""What a person has typed, corpus by corpus."""

from __future__ import annotations

from collections.abc import Iterable

from app.widgets.scripts import has_script_of


class OwnSentences:
    """A text stays with the corpus that it was typed for, which may be of another language."""

    def __init__(self) -> None:
        self._corpus = ""
        self._kept: dict[str, str] = {}

    def turn_to(
        self, corpus: str, standing: str, sources: Iterable[str], remembered: str = "", *,
        is_anothers: bool = False,
    ) -> str:  # fmt: skip
        """Keep the text that stands with its corpus; return what to begin another corpus with.

        standing: typed by a person; nothing where an example stands
        sources: of the other corpus; a text in their script may well be meant for it, too
        remembered: what was translated with the other corpus last, perhaps before this start
        is_anothers: what stands was typed for another corpus than that
        Returns nothing where its own example is to begin.
        """
        if corpus == self._corpus:
            return standing
        self._kept[self._corpus] = standing
        self._corpus = corpus
        if kept := self._kept.get(corpus):
            return kept
        fitting = standing if has_script_of(standing, sources) else ""
        return (remembered or fitting) if is_anothers else (fitting or remembered)

    def forget(self) -> None:
        """Begin each corpus with its example again."""
        self._kept.clear()

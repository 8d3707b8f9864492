"""Which columns or languages of the corpus are its two sides, and others to be taken instead."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.bridge.controller import Controller
from app.bridge.side_names import column_name, side_names
from app.panels.data_panel.languages import LanguagesDialog
from app.widgets.side_titles import SideTitles
from s2s_core.records import CorpusRecord, FailureRecord


class CorpusSides(SideTitles):
    """The titles of the table; a choice is read at once, and can be undone."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.chosen.connect(self._take_column)
        self.header_taken.connect(controller.reading.take_header)
        controller.failed.connect(self._ask_languages)

    def show_columns(self, corpus: CorpusRecord) -> bool:
        """Offer the columns of a corpus; returns whether there is anything to choose.

        There is of a table, or where there are more than two languages.
        """
        columns = [(name, f"{column_name(name)} · {text}"[:60]) for name, text in corpus.columns]
        taken = corpus.source_column, corpus.target_column
        self.set_columns(columns, taken, side_names(corpus), corpus.header)
        return len(corpus.columns) > 2 or bool(corpus.header)

    def _take_column(self, is_target: bool, name: str) -> None:
        """Take another column for a side; the other side's is exchanged for it."""
        ready = self._controller.corpus
        if ready is None:
            return
        sides = [ready.corpus.source_column, ready.corpus.target_column]
        before, sides[is_target] = sides[is_target], name
        if sides[not is_target] == name:
            sides[not is_target] = before
        if name != before:
            self._controller.reading.take_columns(sides[0], sides[1])

    def _ask_languages(self, failure: FailureRecord) -> None:
        """Ask which two of many languages are meant, and read the file again."""
        if failure.choices:
            dialog = LanguagesDialog(
                tuple(failure.choices), str(failure.values.get("file", "")), self
            )
            dialog.chosen.connect(self._controller.reading.choose_languages)
            dialog.open()

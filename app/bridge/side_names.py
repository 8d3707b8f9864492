"""What the two sides of a corpus are called, everywhere in the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from s2s_core.records import UNNAMED, CorpusRecord


def side_names(corpus: CorpusRecord) -> tuple[str, str]:
    """Return the languages or names of the sides; of a column without one, its number."""
    sides = (
        (corpus.source_column, corpus.source_name),
        (corpus.target_column, corpus.target_name),
    )
    source, target = (
        column_name(column) if column.isdigit() and name in UNNAMED else name
        for column, name in sides
    )
    return source, target


def column_name(name: str) -> str:
    """Return what a column is called that may have a number only."""
    text = QCoreApplication.translate("CorpusSides", "Column {number}")
    return text.format(number=name) if name.isdigit() else name

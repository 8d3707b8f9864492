"""Hovering links the heat map with the words of the source and of the translation."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject

from app.widgets.attention_view import AttentionView
from app.widgets.shaded_text import ShadedText
from app.widgets.source_field import SourceField


class AttentionLinks(QObject):
    """A cell lets its two words stand out; a word shades those of the other side by attention."""

    def __init__(
        self, view: AttentionView, source: SourceField, pieces: ShadedText, target: ShadedText
    ) -> None:
        super().__init__(view)
        self._view, self._source, self._pieces, self._target = view, source, pieces, target
        self._row, self._column = -1, -1
        view.heatmap.hovered.connect(self._from_map)
        target.word_reached.connect(lambda word: self._from_text(word, -1))
        source.word_reached.connect(lambda word: self._from_text(-1, word))
        pieces.word_reached.connect(lambda word: self._from_text(-1, word))
        view.changed.connect(self._again)

    def end_hover(self) -> None:
        """Point at nothing, wherever the pointer rests: it points at words that are no more."""
        for widget in (self._view.heatmap, self._source, self._pieces, self._target):
            widget.end_hover()

    def _from_map(self, row: int, column: int) -> None:
        self._row = self._column = -1
        self._shade({column: 1.0} if column >= 0 else None, {row: 1.0} if row >= 0 else None)

    def _from_text(self, row: int, column: int) -> None:
        """Point at a row or a column, and shade the words it is made of."""
        heatmap = self._view.heatmap
        rows, columns = heatmap.weights.shape
        row, column = (row if row < rows else -1), (column if column < columns else -1)
        self._row, self._column = row, column
        heatmap.point(row, column)
        levels = heatmap.levels()
        if row >= 0:
            self._shade(dict(enumerate(map(float, levels[row]))), None)
        elif column >= 0:
            self._shade(None, dict(enumerate(map(float, levels[:, column]))))
        else:
            self._shade(None, None)

    def _again(self) -> None:
        """Shade by the new weights what is pointed at."""
        if (self._row, self._column) != (-1, -1):
            self._from_text(self._row, self._column)

    def _shade(
        self, source: Mapping[int, float] | None, target: Mapping[int, float] | None
    ) -> None:
        self._source.show_attention(source)
        self._pieces.show_attention(source)
        self._target.show_attention(target)

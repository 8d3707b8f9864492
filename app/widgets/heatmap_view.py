"""The attention weights as they are seen: coloured, laid out, scrolled, with a chosen cell."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.widgets.heatmap_grid import placed
from app.widgets.heatmap_layout import Layout, visible
from app.widgets.heatmap_painter import (
    WRAPPED,
    HeatmapPainter,
    Picture,
    coloured,
    make_tile,
)
from app.widgets.heatmap_scale import AUTOMATIC, ColourScale, scale_for
from app.widgets.numbers import probability
from app.widgets.pictures import sized
from app.widgets.scripts import isolated
from app.widgets.theme import current_theme

if TYPE_CHECKING:  # numpy is loaded when there are weights, after the window is seen
    from numpy.typing import NDArray

NOWHERE = (-1, -1)


class HeatmapView(QAbstractScrollArea):
    """Attention weights as coloured cells: target tokens down, source tokens across.

    `hovered` tells the target and source position of the cell that is chosen, -1 and -1 when there
    is none. Where cells would be too small for their labels, one scrolls, by a small map of all of
    them.
    """

    hovered = Signal(int, int)

    def __init__(self, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weights: NDArray[np.float32] | None = None
        self.source_tokens: list[str] = []
        self.target_tokens: list[str] = []
        self.about = ""  # of what the map is: stands below it in pictures
        self.scale_choice = AUTOMATIC
        self.is_whole = False
        self._hint = hint
        self._cell = NOWHERE
        self._pointed = NOWHERE  # by another widget: a row, or a column
        self._image = QImage()
        self.scale = ColourScale()
        self._layout: Layout | None = None
        self.setFrameStyle(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("Attention weights"))
        self._describe()
        self.setMinimumSize(120, 100)
        never = Qt.ScrollBarPolicy.ScrollBarAlwaysOff  # the overview tells more
        self.setHorizontalScrollBarPolicy(never)
        self.setVerticalScrollBarPolicy(never)

    @property
    def weights(self) -> NDArray[np.float32]:
        """The weights that are shown, [target length, source length]."""
        return np.zeros((0, 0), np.float32) if self._weights is None else self._weights

    def show_weights(
        self, weights: NDArray[np.floating], source_tokens: Sequence[str],
        target_tokens: Sequence[str],
    ) -> None:  # fmt: skip
        """Show other weights.

        weights: [target length, source length], numbers from 0 to 1
        """
        weights = np.array(weights, np.float32)
        if weights.shape != (len(target_tokens), len(source_tokens)):
            raise ValueError(
                f"weights of shape {weights.shape} do not fit {len(target_tokens)} target and "
                f"{len(source_tokens)} source tokens"
            )
        tokens = list(source_tokens), list(target_tokens)
        is_other = tokens != (self.source_tokens, self.target_tokens)
        before = self._layout if tokens[0] == self.source_tokens else None
        begins_anew = tokens[0][:1] != self.source_tokens[:1]
        self.source_tokens, self.target_tokens = tokens
        self._weights = weights
        self._colour()
        if is_other:
            self._lay_out_again(before)
        if begins_anew and self._layout is not None:
            self._go_to_start(self._layout)
        if not self._is_inside(self._cell):
            self._choose(NOWHERE)
        self._describe()

    def clear(self, hint: str = "") -> None:
        """Show nothing but a sentence that says what will appear here."""
        self._hint = hint or self._hint
        self.scale = ColourScale()
        self.show_weights(np.zeros((0, 0), np.float32), [], [])

    def point(self, target: int, source: int) -> None:
        """Let a row or a column stand out (-1: none); tells nobody."""
        self._pointed = target, source
        self.viewport().update()

    def end_hover(self) -> None:
        """Choose no cell, wherever the pointer rests."""
        self._choose(NOWHERE)

    def set_scale(self, choice: str) -> None:
        """Colour the weights on an "automatic", "linear" or "logarithmic" scale."""
        self.scale_choice = choice
        self._colour()

    def set_whole(self, is_whole: bool) -> None:
        """Show the whole matrix, however small its cells become, or cells one can read."""
        self.is_whole = is_whole
        self._lay_out_again()
        if self._layout is not None:
            self._go_to_start(self._layout)

    def levels(self) -> NDArray[np.floating]:
        """Return where each weight stands on the scale of colours, 0 to 1."""
        return self.scale.levels(self.weights)

    def cell_at(self, position: QPointF) -> tuple[int, int]:
        """Return target and source position of the cell at a place; -1 and -1 outside."""
        layout = self.placed()
        return layout.cell_at(position) if layout else NOWHERE

    def reading(self, target: int, source: int) -> str:
        """Return what a cell says: "chat ← cat 0.93"."""
        # Isolated, so that a token of a script written from right to left stays in its place.
        tokens = (
            isolated(visible(token))
            for token in (self.target_tokens[target], self.source_tokens[source])
        )
        weight = float(self.weights[target, source])
        value = probability(weight) if np.isfinite(weight) else "NaN"
        return "\N{LEFT-TO-RIGHT MARK}" + " ← ".join(tokens) + f" {value}"

    def caption(self) -> str:
        """Say which part of the matrix can be seen, if it is not all of it."""
        layout = self.placed()
        if layout is None or not layout.is_long:
            return ""
        rows, columns = layout.seen()
        parts = [
            all_of.format(all=count) if (first, last) == (0, count - 1)
            else part.format(first=first + 1, last=last + 1, all=count)
            for (first, last), count, part, all_of in (
                (columns, layout.columns, self.tr("source {first}–{last} of {all}"),
                 self.tr("all {all} of source")),
                (rows, layout.rows, self.tr("target {first}–{last} of {all}"),
                 self.tr("all {all} of target")),
            )
        ]  # fmt: skip
        return " · ".join(parts)

    # -- the chosen cell ----------------------------------------------------------------------

    def _choose(self, cell: tuple[int, int]) -> None:
        if cell == self._cell:
            return
        self._cell = cell
        self._describe()
        self.hovered.emit(*cell)
        self.viewport().update()

    def _describe(self) -> None:
        how = self.tr("Rows are target words, columns source words; arrow keys choose a cell.")
        inside = self._is_inside(self._cell)
        self.setAccessibleDescription(self.reading(*self._cell) if inside else how)

    def _is_inside(self, cell: tuple[int, int]) -> bool:
        return 0 <= cell[0] < len(self.target_tokens) and 0 <= cell[1] < len(self.source_tokens)

    def _scroll_to(self, cell: tuple[int, int]) -> None:
        layout = self.placed()
        if layout is None or not layout.scrolls:
            return
        box = layout.cell_box(*cell)
        for bar, low, high, view in (
            (self.horizontalScrollBar(), box.left(), box.right() + 1,
             (layout.view.left(), layout.view.right() + 1)),
            (self.verticalScrollBar(), box.top(), box.bottom() + 1,
             (layout.view.top(), layout.view.bottom() + 1)),
        ):  # fmt: skip
            if low < view[0]:
                bar.setValue(round(bar.value() - (view[0] - low)))
            elif high > view[1]:
                bar.setValue(round(bar.value() + (high - view[1])))

    # -- layout and painting ------------------------------------------------------------------

    def placed(self, before: Layout | None = None) -> Layout | None:
        """Return where everything stands now, as far as it is scrolled."""
        if self._weights is None or not self._weights.size:
            return None
        if self._layout is None:
            tokens = self.source_tokens, self.target_tokens
            self._layout = placed(
                self, self.viewport().rect(), tokens, is_whole=self.is_whole, before=before
            )
            self._fit_bars(self._layout)
        across, down = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        return self._layout.scrolled(across, down) if across or down else self._layout

    def _fit_bars(self, layout: Layout) -> None:
        for bar, total, seen, step in (
            (self.horizontalScrollBar(), layout.cells.width(), layout.view.width(), layout.width),
            (self.verticalScrollBar(), layout.cells.height(), layout.view.height(), layout.height),
        ):
            bar.setPageStep(seen)
            bar.setSingleStep(step)
            bar.setRange(0, max(0, total - seen))

    def _go_to_start(self, layout: Layout) -> None:
        """Scroll to where reading begins."""
        self._go(self.horizontalScrollBar().maximum() if layout.is_mirrored else 0, 0)

    def _go(self, across: int, down: int) -> None:
        """Scroll so far from the upper left corner."""
        self.horizontalScrollBar().setValue(across)
        self.verticalScrollBar().setValue(down)

    def _lay_out_again(self, before: Layout | None = None) -> None:
        """Place everything anew, now: bars that appear while one paints would be seen to jump."""
        self._layout = None
        self.placed(before)
        self.viewport().update()

    def _colour(self) -> None:
        self.scale = scale_for(self.scale_choice, self.weights, self.scale)
        self._image = coloured(self.weights, self.scale)
        self.viewport().update()

    def draw(self, painter: QPainter) -> None:
        """Paint it as shapes and text only, for a file."""
        self._paint(painter, is_drawing=True)

    def _paint(self, painter: QPainter, is_drawing: bool = False) -> None:
        layout = self.placed()
        if layout is None:
            painter.setPen(QColor(current_theme().mute))
            painter.setFont(sized(self, 13))
            box = self.viewport().rect().adjusted(24, 8, -24, -8)
            painter.drawText(box, WRAPPED, self._hint)
            return
        cell = self._cell if self._is_inside(self._cell) else self._pointed
        cell = cell if cell[0] < layout.rows and cell[1] < layout.columns else NOWHERE
        reading = self.reading(*cell) if self._is_inside(cell) else ""
        taken = 0 if is_drawing else self.taken()
        picture = Picture(
            self.weights, self._image, self.scale, cell, reading, self.caption(), taken,
            self.hasFocus(),
        )  # fmt: skip
        ratio = self.devicePixelRatioF()
        tile = None if is_drawing else partial(make_tile, ratio=ratio)
        HeatmapPainter(painter, self.viewport(), layout, picture).paint(tile)

    def taken(self) -> int:
        """Return how many pixels at the right of the caption are somebody else's."""
        return 0

    # -- Qt -----------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(390, 390)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self._paint(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out_again()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._lay_out_again()
        self.viewport().update()

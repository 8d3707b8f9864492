"""Where the cells, labels and colours of the heat map stand."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from math import radians, tan

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF
from PySide6.QtGui import QFont

from app.widgets.differences import characters
from app.widgets.scripts import without_controls

UPRIGHT_STEP = 1.1  # from one character to the next above it, in sizes of the type
_MOST_UPRIGHT, _LONGEST_UPRIGHT = 4, 24  # characters; and their code points, as an emoji has many


@dataclass(frozen=True)
class Labels:
    """The tokens as they are written."""

    font: QFont
    angle: int  # degrees by which those of the source rise
    source: tuple[str, ...]  # cut short where they are long
    target: tuple[str, ...]
    source_stride: int  # each such label is drawn
    target_stride: int


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in pixels."""

    view: QRect  # what can be seen of the cells
    cells: QRect  # all of them; larger than the view where one has to scroll
    width: int  # of a cell
    height: int
    rows: int
    columns: int
    is_mirrored: bool  # the source is read from right to left, and so are its columns
    gap: float  # from the cells to the labels; the bar is between them
    labels: Labels
    legend: QRectF
    overview: QRectF  # a small map of all cells; empty where all of them can be read
    is_long: bool = False  # not all cells can be read at once, so one may want one or the other

    @property
    def scrolls(self) -> bool:
        """Whether there is more than can be seen."""
        return self.cells.size() != self.view.size()

    @property
    def is_thinned(self) -> bool:
        """Whether only some labels have room."""
        return max(self.labels.source_stride, self.labels.target_stride) > 1

    def scrolled(self, across: int, down: int) -> Layout:
        """Return the same, scrolled by so many pixels; whole cells only."""
        across, down = across // self.width * self.width, down // self.height * self.height
        return replace(self, cells=self.cells.translated(-across, -down))

    def left_of(self, column: int) -> int:
        """Return where a column begins."""
        place = self.columns - 1 - column if self.is_mirrored else column
        return self.cells.left() + place * self.width

    def cell_box(self, row: int, column: int) -> QRectF:
        """Return the rectangle of a cell, without the gap to the next one."""
        top = self.cells.top() + row * self.height
        return QRectF(self.left_of(column), top, self.width - 1, self.height - 1)

    def cell_at(self, position: QPointF) -> tuple[int, int]:
        """Return row and column at a place; -1 and -1 outside."""
        if not QRectF(self.view).contains(position):
            return -1, -1
        return self._row_at(position.y()), self._column_at(position.x())

    def label_at(self, position: QPointF) -> tuple[int, int]:
        """Return the row or the column whose label is at a place, and -1 for the other one."""
        if position.x() < self.view.left():
            is_beside = self.view.top() <= position.y() <= self.view.bottom()
            return (self._row_at(position.y()) if is_beside else -1), -1
        up = self.view.top() - self.gap - position.y()
        foot = position.x()
        if up > 0 and self.labels.angle:
            foot -= up / tan(radians(self.labels.angle))
        is_above = up >= 0 and self.view.left() <= foot <= self.view.right()
        return -1, (self._column_at(foot) if is_above else -1)

    def part_seen(self) -> QRectF:
        """Return the part of the overview that stands for what can be seen."""
        (top, bottom), (left, right) = self.seen()
        if self.is_mirrored:
            left, right = self.columns - 1 - right, self.columns - 1 - left
        wide, high = self.overview.width() / self.columns, self.overview.height() / self.rows
        corner = self.overview.topLeft() + QPointF(left * wide, top * high)
        return QRectF(corner, QSizeF((right - left + 1) * wide, (bottom - top + 1) * high))

    def scroll_for(self, position: QPointF) -> tuple[int, int]:
        """Return how far one scrolls to see in the middle what the overview shows at a place."""
        across = (position.x() - self.overview.left()) / self.overview.width()
        down = (position.y() - self.overview.top()) / self.overview.height()
        return self.scroll_to(across * self.columns - 0.5, down * self.rows - 0.5)

    def scroll_to(self, place: float, row: float) -> tuple[int, int]:
        """Return how far one scrolls to have the middle of a cell in the middle of the view.

        place: of the column, counted from the left
        """
        across = (place + 0.5) * self.width - self.view.width() / 2
        down = (row + 0.5) * self.height - self.view.height() / 2
        return round(across), round(down)

    def _row_at(self, y: float) -> int:
        row = int(y - self.cells.top()) // self.height
        return row if row < self.rows else -1

    def _column_at(self, x: float) -> int:
        column = int(x - self.cells.left()) // self.width
        if column >= self.columns:
            return -1
        return self.columns - 1 - column if self.is_mirrored else column

    def seen(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the first and last row, and the first and last column, that can be seen."""
        top = max(0, self.view.top() - self.cells.top())
        left = max(0, self.view.left() - self.cells.left())
        rows = top // self.height, min(self.rows, (top + self.view.height()) // self.height) - 1
        columns = (
            left // self.width, min(self.columns, (left + self.view.width()) // self.width) - 1
        )  # fmt: skip
        if self.is_mirrored:
            columns = self.columns - 1 - columns[1], self.columns - 1 - columns[0]
        return rows, columns


def visible(token: str) -> str:
    """Return a token in which nothing is invisible."""
    if not token.strip():
        return "␣" * max(1, len(token))
    return without_controls(token.replace("\n", "⏎").replace("\t", "⇥"))


def upright_parts(label: str) -> list[str]:
    """Return the few characters or signs of a label that are as wide as high, from top to bottom.

    They are never turned, but stand on each other; of other labels nothing is returned.
    """
    parts = characters(label) if len(label) <= _LONGEST_UPRIGHT else []
    is_upright = all(unicodedata.east_asian_width(part[0]) in ("W", "F") for part in parts)
    return parts if is_upright and len(parts) <= _MOST_UPRIGHT else []

"""How large the cells and labels of the heat map can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from math import ceil, cos, radians, sin
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QWidget

from app.widgets.heatmap_layout import UPRIGHT_STEP, Labels, Layout, upright_parts, visible
from app.widgets.pictures import scale_of, sized
from app.widgets.scripts import TALLEST, is_right_to_left

CAPTION = 22  # height of the line that says which part is seen
_GAP = 11  # from the cells to the labels; the bar is between them
_LEVEL, _FLAT, _RISING, _UPRIGHT = 0, 30, 55, 90  # degrees by which the source tokens' labels rise
# Type and angle of the labels, the best to read first. None is smaller: whoever sits in the last
# row reads no less than what stands elsewhere in the window.
_TRIALS = (
    *((size, angle) for size in (15.0, 14.0, 13.0, 12.0) for angle in (_LEVEL, _RISING)),
    *((size, _UPRIGHT) for size in (13.0, 12.0)),
    *((11.0, angle) for angle in (_LEVEL, _RISING, _UPRIGHT)),
    (11.0, _FLAT),  # takes less of the height
)
# Enlarged as it is presented, type of the window's usual size is rather read than left out.
_ENLARGED, _ENLARGED_TRIALS = 1.2, ((10.0, _RISING), (10.0, _FLAT))
_MEASURED = 13.0  # the size at which labels are measured; at others they are in proportion
_THINNED = 12.0  # where only some labels have room
_SCROLLED = 11.0  # where one scrolls: as many as can be read
_OVERVIEW = 72  # room that is kept for the overview
_SMALL = 5  # pixels of a cell; smaller ones are scrolled to unless all are wanted
_FEW = 40  # tokens: so many are rather shown with some labels than scrolled to, if few are in sight
_ROWS = 4  # that must be in sight for scrolling to make sense
_LARGEST = 48  # pixels of a cell
_ROUGH = 16  # room for labels comes in such steps, so that the map does not shake from show to show
_KEPT = 0.75  # of the height there is: a map that fills as much keeps its rows as high as they were
_HIGHER, _WIDER = 1.5, 2.2  # than the other side a cell may be, so that labels have room
_LEGEND = 130  # length of the strip of colours
_BESIDE, _BELOW = 54, 28  # room it takes


def placed(
    widget: QWidget, room: QRect, tokens: tuple[Sequence[str], Sequence[str]], *, is_whole: bool,
    before: Layout | None = None,
) -> Layout:  # fmt: skip
    """Find the largest type and cells that leave room for the labels.

    tokens: of the source and of the target. Where not all labels have room, some are left out,
    and where cells would be too small to be told apart, one scrolls, unless `is_whole` asks for
    all of them. before: in the same room, of the same source; as much as can be stays as it was.
    """
    grid = _Grid(widget, room, tokens)
    if before is not None:
        if kept := grid.kept(before):
            return kept
        grid.least_left = before.view.left()
    trials = _TRIALS + _ENLARGED_TRIALS * (grid.scale >= _ENLARGED)
    for size, angle in trials if grid.may_have_room() else ():
        layout = grid.layout(size, angle)
        if not layout.is_thinned and not layout.scrolls:
            return layout
    whole = grid.layout(_THINNED, grid.plain_angle())
    if min(whole.width, whole.height) >= _SMALL * grid.scale:
        return whole
    angle = grid.plain_angle() and _UPRIGHT
    scrolling = grid.layout(_SCROLLED, angle, is_long=True, scrolls=True)
    in_sight = min(_ROWS, grid.rows) * scrolling.height
    # All of a sentence, with a label here and there, tells more than two words of it.
    is_pointless = scrolling.view.height() < in_sight and max(grid.rows, grid.columns) <= _FEW
    if is_pointless:
        return whole
    return grid.layout(_THINNED, grid.plain_angle(), is_long=True) if is_whole else scrolling


class _Grid:
    """Cells and labels of certain tokens in a room."""

    def __init__(
        self, widget: QWidget, room: QRect, tokens: tuple[Sequence[str], Sequence[str]]
    ) -> None:
        self.widget = widget
        self.room = room
        self.scale = scale_of(widget)
        self.gap = _GAP * self.scale
        self.columns, self.rows = map(len, tokens)
        self.is_mirrored = is_right_to_left(" ".join(tokens[0]))
        self.least_left = 0  # where cells began before: words come and go while a model learns
        self.sources, self.targets = (tuple(map(visible, side)) for side in tokens)
        font = sized(widget, _MEASURED)
        look = font.toString()
        sizes = {text: _measured(text, look) for text in {*self.sources, *self.targets}}
        self._source_lengths = [sizes[text].length for text in self.sources]
        self._target_lengths = [sizes[text].length for text in self.targets]
        self._stacks = [len(upright_parts(text)) for text in self.sources]
        self._line, self._across = (
            self._height(font, [sizes[text] for text in side if text])
            for side in (self.targets, [t for t in self.sources if not upright_parts(t)])
        )

    def _height(self, font: QFont, sizes: Sequence[_Size]) -> float:
        """Return the height of a line of texts of such sizes.

        Glyphs of other fonts may be taller and deeper than this font says, as Arabic's are, and a
        deep one may stand on a tall one. Marks heaped upon one letter do not count.
        """
        tall, deep = (
            sorted(ends)[9 * (len(ends) - 1) // 10] if ends else 0.0
            for ends in ([size.above for size in sizes], [size.below for size in sizes])
        )
        least = 0.9 * QFontMetricsF(font).height()
        return max(least, min(tall + deep + self.scale, TALLEST * font.pixelSize()))

    def may_have_room(self) -> bool:
        """Whether it is worth while to try to fit all labels."""
        across, down = self.columns * self._across, self.rows * self._line
        return 0.8 * across < self.room.width() and 0.8 * down < self.room.height()

    def plain_angle(self) -> int:
        """Return how source labels rise if no trial decides: Chinese characters do not."""
        lengths = self._source_lengths[:-1] or self._source_lengths
        return _LEVEL if max(lengths) <= 1.2 * self._across else _RISING

    def layout(
        self, size: float, angle: int, *, is_long: bool = False, scrolls: bool = False
    ) -> Layout:
        """Return cells as large as can be; no smaller than their labels if one may scroll."""
        share, scale, room = size / _MEASURED, self.scale, self.room
        line, across = self._line * share, self._across * share
        highest = 0.3 * room.height() / (sin(radians(angle)) or 1)
        highest = max(40 * scale, min(110 * scale, highest))
        left = _rough(min(self._widest(), max(self._target_lengths) * share)) + self.gap
        left = max(left, self.least_left)
        lengths = [min(highest, length * share) for length in self._source_lengths]
        if angle == _LEVEL:
            pitch = max(lengths[:-1] or lengths) + 4 * scale  # the last one may stand out
            top, out = across + self.gap, [0.0] * (self.columns - 1) + [lengths[-1]]
        else:
            pitch = (across if angle == _UPRIGHT else 1.1 * across) / sin(radians(angle))
            step, slope = UPRIGHT_STEP * size * scale, radians(angle)
            labels_and_stacks = list(zip(lengths, self._stacks, strict=True))
            top = self.gap + max(
                # A whole line higher than the middle of its end: other sizes are a bit wider.
                stack * step if stack else length * sin(slope) + across * cos(slope)
                for length, stack in labels_and_stacks
            )
            out = [0.0 if stack else length * cos(slope) for length, stack in labels_and_stacks]
        if self.is_mirrored:
            out.reverse()
        if scrolls:  # the corner between both rows of labels is free
            left, top = max(left, _OVERVIEW * scale), max(top, _OVERVIEW * scale)
        wide, high = self._room_for_cells(left, top + (CAPTION * scale if is_long else 0))
        width, height = self._fitting(wide, high, out)
        if scrolls:
            width, height = max(width, ceil(pitch)), max(height, ceil(line))
        font = sized(self.widget, size)
        labels = Labels(
            font, angle, self._cut(font, self.sources, self._source_lengths, highest),
            self._cut(font, self.targets, self._target_lengths, self._widest()),
            source_stride=ceil(pitch / width - 0.01), target_stride=ceil(line / height - 0.01),
        )  # fmt: skip
        view = QRect(round(left), round(top), max(width, int(wide)), max(height, int(high)))
        layout = self._arranged(view, QSize(width, height), labels, is_long=is_long)
        return replace(layout, overview=self._overview(layout)) if layout.scrolls else layout

    def _overview(self, layout: Layout) -> QRectF:
        """Return the place of a small map of all cells: between both rows of labels."""
        corner = QPointF(layout.view.left() - layout.gap, layout.view.top() - layout.gap)
        side = _OVERVIEW * self.scale - layout.gap - 2  # whatever the lengths of both sentences
        return QRectF(corner - QPointF(side, side), QSizeF(side, side))

    def kept(self, before: Layout) -> Layout | None:
        """Return a layout as it was with other target tokens, if those fit into it well."""
        labels, left, top = before.labels, before.view.left(), before.view.top()
        share = self._share(labels.font)
        needed = min(self._widest(), max(self._target_lengths) * share) + self.gap
        across, down = self._room_for_cells(left, top)
        filled = self.rows * before.height
        is_high = filled >= _KEPT * down or before.height >= int(_LARGEST * self.scale)
        fits = needed <= left and filled <= down and is_high
        if before.scrolls or before.is_thinned or not fits or self._line * share > before.height:
            return None
        targets = self._cut(labels.font, self.targets, self._target_lengths, self._widest())
        view = QRect(left, top, int(across), int(down))
        cell = QSize(before.width, before.height)
        return self._arranged(view, cell, replace(labels, target=targets))

    def _cut(
        self, font: QFont, tokens: Sequence[str], lengths: Sequence[float], most: float
    ) -> tuple[str, ...]:
        """Return tokens cut short where they are longer than can be."""
        metrics, share = QFontMetricsF(font), self._share(font)
        return tuple(
            metrics.elidedText(token, Qt.TextElideMode.ElideMiddle, ceil(most))
            if length * share > most
            else token
            for token, length in zip(tokens, lengths, strict=True)
        )

    def _share(self, font: QFont) -> float:
        """Return by how much a font is larger than the one with which labels were measured."""
        return font.pixelSize() / self.scale / _MEASURED

    def _widest(self) -> float:
        """Return how long a target label may be."""
        return max(40 * self.scale, min(110 * self.scale, 0.28 * self.room.width()))

    @property
    def _is_beside(self) -> bool:
        """Whether the legend is right of the cells; by the room alone: it must not jump about."""
        return self.room.width() > self.room.height()

    def _room_for_cells(self, left: float, top: float) -> tuple[float, float]:
        across = self.room.width() - left - 2
        down = self.room.height() - top - 2
        return across, down - (self._line / 2 if self._is_beside else _BELOW * self.scale)

    def _fitting(self, across: float, down: float, out: Sequence[float]) -> tuple[int, int]:
        """Return width and height of the cells.

        out: how far each label reaches to the right of the middle of its column, from left to
        right; the legend stands below them
        """
        most, legend = int(_LARGEST * self.scale), _BESIDE * self.scale if self._is_beside else 0.0
        wide = max(1, min(most, int((across - legend) / self.columns)))
        for _ in range(3):
            beyond = max(reach + 4 - (self.columns - 0.5 - i) * wide for i, reach in enumerate(out))
            wide = max(1, min(most, int((across - max(legend, beyond)) / self.columns)))
        high = max(1, min(most, int(down / self.rows)))
        least = 16 * self.scale
        return (
            min(wide, int(max(high * _WIDER, least))), min(high, int(max(wide * _HIGHER, least)))
        )  # fmt: skip

    def _arranged(
        self, view: QRect, cell: QSize, labels: Labels, *, is_long: bool = False
    ) -> Layout:
        """Put cells and legend into place; of the view only as much is taken as there are cells."""
        scale, width, height = self.scale, cell.width(), cell.height()
        room = view.width() - (round(_BESIDE * scale) if self._is_beside else 0)
        view.setWidth(width * max(1, min(self.columns, room // width)))
        view.setHeight(height * max(1, min(self.rows, view.height() // height)))
        cells = QRect(view.topLeft(), QSize(width * self.columns, height * self.rows))
        if self._is_beside:
            below = (24 + CAPTION if is_long else 24) * scale
            long = min(_LEGEND * scale, self.room.height() - view.top() - below)
            bar = QRectF(view.right() + 14 * scale, view.top(), 8 * scale, long)
        else:
            long = max(60 * scale, min(view.width(), _LEGEND * scale))
            bar = QRectF(view.left(), view.bottom() + 10, long, 8 * scale)
        return Layout(
            view, cells, width, height, self.rows, self.columns, self.is_mirrored, self.gap,
            labels, bar, QRectF(), is_long,
        )  # fmt: skip


class _Size(NamedTuple):
    """How far a text reaches: along its line, above and below it."""

    length: float
    above: float
    below: float


@lru_cache(maxsize=4096)  # the same words come again and again while a model learns
def _measured(text: str, font: str) -> _Size:
    """Return the size of a text."""
    look = QFont()
    look.fromString(font)
    metrics = QFontMetricsF(look)
    box = metrics.tightBoundingRect(text)
    return _Size(metrics.horizontalAdvance(text) + 1, -box.top(), box.bottom())


def _rough(length: float) -> int:
    return ceil(length / _ROUGH) * _ROUGH

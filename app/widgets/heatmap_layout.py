"""Where the cells, labels and colours of the heat map stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, cos, radians, sin

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QWidget

from app.widgets.pictures import scale_of, sized
from app.widgets.scripts import is_right_to_left, without_controls

ANGLE = 55  # degrees by which the source tokens' labels rise
SINE, COSINE = sin(radians(ANGLE)), cos(radians(ANGLE))
GAP = 6  # between labels, bars and cells
SIZES = (15.0, 14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0)  # of the labels; the largest that fits
_SMALLEST = 10  # pixels of type on the screen, presentation or not
_FEW = 40  # tokens; more are always written as small as can be
_ROWS = 4  # that must be in sight for scrolling to make sense
_EASY = 12.0  # of the labels where one has to scroll
CAPTION = 18  # height of the line that says which part is seen
_LARGEST = 44  # pixels of a cell
_ROUGH = 16  # room for labels comes in such steps, so that the map does not shake from show to show
_STRETCH = 1.5  # by how much a cell may be longer than wide, to use the room there is
_LEGEND = 130  # length of the strip of colours


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
    font: QFont
    source_labels: tuple[str, ...]  # elided
    target_labels: tuple[str, ...]
    source_stride: int  # each such label is drawn
    target_stride: int
    legend: QRectF

    @property
    def scrolls(self) -> bool:
        """Whether there is more than can be seen."""
        return self.cells.size() != self.view.size()

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
        row = int(position.y() - self.cells.top()) // self.height
        column = int(position.x() - self.cells.left()) // self.width
        if not (0 <= row < self.rows and 0 <= column < self.columns):
            return -1, -1
        return row, self.columns - 1 - column if self.is_mirrored else column

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


def placed(
    widget: QWidget, room: QRect, tokens: tuple[Sequence[str], Sequence[str]], *, is_whole: bool
) -> Layout:
    """Find the largest type and cells that leave room for the labels.

    tokens: of the source and of the target. `is_whole` makes cells as small as it takes to show
    all of them; otherwise they stay as large as a label, and one scrolls.
    """
    readable = [size for size in SIZES if round(size * scale_of(widget)) >= _SMALLEST]
    sizes = readable if max(map(len, tokens)) <= _FEW else readable[-1:]
    for size in sizes:
        layout = _placed_with(widget, room, tokens, size, is_whole)
        line = QFontMetricsF(layout.font).height()
        if min(layout.height, layout.width * SINE) >= line:
            break
    if layout.scrolls and not is_whole:  # then type one reads with ease, and a line that says what
        less = room.adjusted(0, 0, 0, -round(CAPTION * scale_of(widget)))
        layout = _placed_with(widget, less, tokens, _EASY, is_whole)
        in_sight = min(_ROWS, len(tokens[1])) * layout.height
        if layout.view.height() < in_sight and max(map(len, tokens)) <= _FEW:
            # All of a sentence, with a label here and there, tells more than two words of it.
            layout = _placed_with(widget, room, tokens, readable[-1], is_whole=True)
    return layout


def _placed_with(
    widget: QWidget, room: QRect, tokens: tuple[Sequence[str], Sequence[str]], size: float,
    is_whole: bool,
) -> Layout:  # fmt: skip
    scale, font = scale_of(widget), sized(widget, size)
    metrics = QFontMetricsF(font)
    columns, rows = map(len, tokens)
    widest = max(40 * scale, min(110 * scale, 0.28 * room.width()))
    highest = max(40 * scale, min(110 * scale, 0.3 * room.height() / SINE))
    sources = tuple(_elided(metrics, token, highest) for token in tokens[0])
    targets = tuple(_elided(metrics, token, widest) for token in tokens[1])
    is_mirrored = is_right_to_left(" ".join(tokens[0]))
    from_left = sources[::-1] if is_mirrored else sources
    lengths = [metrics.horizontalAdvance(text) for text in from_left]
    # Glyphs of other fonts may be taller than this font says.
    heights = [metrics.boundingRect(text).height() for text in (*sources, *targets)]
    line = max(metrics.height(), *heights)
    left = _rough(max(map(metrics.horizontalAdvance, targets))) + 2 * GAP
    top = _rough(max(lengths) * SINE + line * COSINE) + GAP
    most = int(_LARGEST * scale)
    label = 0.9 * metrics.height()  # what a label takes of its row; of a column it takes more
    widths = label / (SINE * 1.1)
    least = (1, 1) if is_whole else (ceil(widths), ceil(label))

    def fitting(across: float, down: float) -> tuple[int, int]:
        wide = max(1, min(most, int(across / columns)))
        for _ in range(3):  # labels of the last columns stand out to the right
            out = max(
                length * COSINE + 4 - (columns - 0.5 - i) * wide for i, length in enumerate(lengths)
            )
            wide = max(1, min(most, int((across - max(0.0, out)) / columns)))
        high = max(1, min(most, int(down / rows)))
        square = max(min(wide, high) * _STRETCH, 16 * scale)
        wide, high = min(wide, int(square)), min(high, int(square))
        return max(wide, least[0]), max(high, least[1])

    is_beside = room.width() > room.height()  # by the room alone: it must not jump about
    across = room.width() - left - 2 - (54 * scale if is_beside else 0)
    down = room.height() - top - 2 - (line / 2 if is_beside else 28 * scale)
    width, height = fitting(across, down)
    view = QRect(
        round(left), round(top), max(width, min(width * columns, int(across))),
        max(height, min(height * rows, int(down))),
    )  # fmt: skip
    long = min(max(view.height(), 64 * scale), _LEGEND * scale, room.height() - view.top() - 8)
    bar = QRectF(view.right() + 14 * scale, view.top(), 8 * scale, long)
    if not is_beside:
        long = max(60 * scale, min(view.width(), _LEGEND * scale))
        bar = QRectF(view.left(), view.bottom() + 10, long, 8 * scale)
    cells = QRect(view.left(), view.top(), width * columns, height * rows)
    return Layout(
        view, cells, width, height, rows, columns, is_mirrored, font, sources, targets,
        source_stride=ceil(widths / width), target_stride=ceil(label / height), legend=bar,
    )  # fmt: skip


def visible(token: str) -> str:
    """Return a token in which nothing is invisible."""
    if not token.strip():
        return "␣" * max(1, len(token))
    return without_controls(token.replace("\n", "⏎").replace("\t", "⇥"))


def _elided(metrics: QFontMetricsF, token: str, width: float) -> str:
    return metrics.elidedText(visible(token), Qt.TextElideMode.ElideMiddle, width)


def _rough(length: float) -> int:
    return ceil(length / _ROUGH) * _ROUGH

"""Which source token each target token looked at."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from math import ceil, cos, radians, sin
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QMenu, QWidget

from app.widgets.numbers import probability
from app.widgets.pictures import add_save_actions, save_png, save_svg, scale_of, sized
from app.widgets.theme import current_theme

_ANGLE = 55  # degrees by which the source tokens' labels rise
_SINE, _COSINE = sin(radians(_ANGLE)), cos(radians(_ANGLE))
_LARGEST, _ROUNDED = 44, 12  # pixels of a cell: the most, and from where on corners are round
_GAP = 6  # between labels, bars and cells
_ROUGH = 16  # room for labels comes in such steps, so that the map does not shake from show to show
_KEYS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


@cache
def _colours() -> NDArray[np.uint8]:
    table: NDArray[np.uint8] = pg.colormap.get("viridis").getLookupTable(0.0, 1.0, 256)
    return table


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in pixels."""

    cells: QRect
    width: int  # of a cell
    height: int
    font: QFont
    source_labels: tuple[str, ...]  # elided
    target_labels: tuple[str, ...]
    source_stride: int  # each such label is drawn
    target_stride: int
    legend: QRectF


class Heatmap(QWidget):
    """Attention weights as coloured cells: target tokens down, source tokens across.

    `hovered` tells the target and source position under the pointer or the keyboard's cell,
    -1 and -1 when there is none.
    """

    hovered = Signal(int, int)

    def __init__(self, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent, mouseTracking=True)
        self.weights: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self.source_tokens: list[str] = []
        self.target_tokens: list[str] = []
        self._hint = hint
        self._cell = (-1, -1)
        self._image = QImage()
        self._layout: Layout | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Attention weights"))
        self.setMinimumSize(120, 100)

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
        if tokens != (self.source_tokens, self.target_tokens):
            self.source_tokens, self.target_tokens = tokens
            self._layout = None
        self.weights = weights
        self._image = self._coloured(weights)
        if not self._is_inside(self._cell):
            self._choose((-1, -1))
        self.update()

    def clear(self, hint: str = "") -> None:
        """Show nothing but a sentence that says what will appear here."""
        self._hint = hint or self._hint
        self.show_weights(np.zeros((0, 0), np.float32), [], [])

    def cell_at(self, position: QPointF) -> tuple[int, int]:
        """Return target and source position of the cell at a place; -1 and -1 outside."""
        layout = self._placed()
        if layout is None or not QRectF(layout.cells).contains(position):
            return -1, -1
        row = int(position.y() - layout.cells.top()) // layout.height
        column = int(position.x() - layout.cells.left()) // layout.width
        return (row, column) if self._is_inside((row, column)) else (-1, -1)

    def reading(self, target: int, source: int) -> str:
        """Return what a cell says: "chat ← cat 0.93"."""
        # Isolated, so that a token of a script written from right to left stays in its place.
        tokens = (
            f"\N{FIRST STRONG ISOLATE}{_visible(token)}\N{POP DIRECTIONAL ISOLATE}"
            for token in (self.target_tokens[target], self.source_tokens[source])
        )
        weight = float(self.weights[target, source])
        value = probability(weight) if np.isfinite(weight) else "NaN"
        return "\N{LEFT-TO-RIGHT MARK}" + " ← ".join(tokens) + f" {value}"

    def save_png(self, path: str | Path) -> None:
        """Write the map as it is seen, twice as fine."""
        save_png(self, path, partial(self._paint, is_drawing=True))

    def save_svg(self, path: str | Path) -> None:
        """Write the map as shapes and text."""
        save_svg(self, path, partial(self._paint, is_drawing=True))

    def save_csv(self, path: str | Path) -> None:
        """Write the weights, a row for each target token below a row of source tokens."""
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["", *self.source_tokens])
            for token, row in zip(self.target_tokens, self.weights, strict=True):
                writer.writerow([token, *map(str, row)])

    def menu(self) -> QMenu:
        """The menu of the right mouse button."""
        menu = QMenu(self)
        add_save_actions(self, menu)
        menu.setEnabled(self.weights.size > 0)
        return menu

    def _choose(self, cell: tuple[int, int]) -> None:
        if cell == self._cell:
            return
        self._cell = cell
        self.setAccessibleDescription(self.reading(*cell) if self._is_inside(cell) else "")
        self.hovered.emit(*cell)
        self.update()

    def _is_inside(self, cell: tuple[int, int]) -> bool:
        return 0 <= cell[0] < len(self.target_tokens) and 0 <= cell[1] < len(self.source_tokens)

    # -- layout -------------------------------------------------------------------------------

    def _placed(self) -> Layout | None:
        if not self.weights.size:
            return None
        if self._layout is None:
            self._layout = self._place()
        return self._layout

    def _place(self) -> Layout:
        """Find the largest cells that leave room for the labels."""
        for size in (13.0, 12.0, 11.0, 10.0):
            layout = self._place_with(size)
            line = QFontMetricsF(layout.font).height()
            if min(layout.height, layout.width * _SINE) >= line:
                break
        return layout

    def _place_with(self, size: float) -> Layout:
        scale = scale_of(self)
        rows, columns = self.weights.shape
        font = sized(self, size)
        metrics = QFontMetricsF(font)
        widest = max(40 * scale, min(110 * scale, 0.28 * self.width()))
        highest = max(40 * scale, min(110 * scale, 0.3 * self.height() / _SINE))
        targets = tuple(_elided(metrics, token, widest) for token in self.target_tokens)
        sources = tuple(_elided(metrics, token, highest) for token in self.source_tokens)
        lengths = [metrics.horizontalAdvance(text) for text in sources]
        # Glyphs of other fonts may be taller than this font says.
        heights = [metrics.boundingRect(text).height() for text in (*sources, *targets)]
        line = max(metrics.height(), *heights)
        left = _rough(max(map(metrics.horizontalAdvance, targets))) + 2 * _GAP
        top = _rough(max(lengths) * _SINE + line * _COSINE) + _GAP
        legend = 34 * scale
        room = self.width() - left - 2, self.height() - top - 2
        most = int(_LARGEST * scale)

        def fitting(across: float, down: float) -> tuple[int, int]:
            wide = max(1, min(most, int(across / columns)))
            for _ in range(3):  # labels of the last columns stand out to the right
                out = max(
                    length * _COSINE + 4 - (columns - 0.5 - i) * wide
                    for i, length in enumerate(lengths)
                )
                wide = max(1, min(most, int((across - max(0.0, out)) / columns)))
            high = max(1, min(most, int(down / rows)))
            least = int(16 * scale)
            square = min(wide, high)
            return max(square, min(wide, least)), max(square, min(high, least))

        beside = fitting(room[0] - legend, room[1] - line / 2)
        below = fitting(room[0], room[1] - 24 * scale)
        is_beside = self.width() > self.height()  # by the room alone: it must not jump about
        width, height = beside if is_beside else below
        cells = QRect(round(left), round(top), width * columns, height * rows)
        bar = QRectF(cells.right() + 14 * scale, cells.top(), 8 * scale, min(cells.height(), 120))
        if not is_beside:
            bar = QRectF(cells.left(), cells.bottom() + 10, min(cells.width(), 120), 8 * scale)
        return Layout(
            cells, width, height, font, sources, targets,
            source_stride=ceil(0.9 * metrics.height() / (width * _SINE * 1.1)),
            target_stride=ceil(0.9 * metrics.height() / height), legend=bar,
        )  # fmt: skip

    # -- painting -----------------------------------------------------------------------------

    def _coloured(self, weights: NDArray[np.float32]) -> QImage:
        rows, columns = weights.shape
        if not weights.size:
            return QImage()
        levels = (np.nan_to_num(np.clip(weights, 0, 1)) * 255 + 0.5).astype(np.uint8)
        pixels = np.full((rows, columns, 4), 255, np.uint8)
        pixels[..., :3] = _colours()[levels][..., :3]
        image = QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
        return image.copy()  # owns its memory

    def _paint(self, painter: QPainter, is_drawing: bool = False) -> None:
        theme = current_theme()
        layout = self._placed()
        if layout is None:
            painter.setPen(QColor(theme.mute))
            painter.setFont(sized(self, 13))
            box = self.rect().adjusted(24, 8, -24, -8)
            painter.drawText(box, _WRAPPED, self._hint)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        if is_drawing:
            self._draw_shapes(painter, layout)
        else:
            painter.drawImage(layout.cells, self._image)
            tile = self._tile(layout.width, layout.height)
            painter.drawTiledPixmap(layout.cells, tile)
        self._draw_bars(painter, layout)
        self._draw_labels(painter, layout)
        self._draw_legend(painter, layout)
        if self._is_inside(self._cell):
            self._draw_choice(painter, layout)

    def _draw_shapes(self, painter: QPainter, layout: Layout) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for row in range(self._image.height()):
            for column in range(self._image.width()):
                painter.setBrush(self._image.pixelColor(column, row))
                painter.drawRoundedRect(self._cell_box(layout, row, column), 2, 2)

    def _cell_box(self, layout: Layout, row: int, column: int) -> QRectF:
        left = layout.cells.left() + column * layout.width
        top = layout.cells.top() + row * layout.height
        return QRectF(left, top, layout.width - 1, layout.height - 1)

    def _tile(self, width: int, height: int) -> QPixmap:
        """Return what lies over each cell: the gap to the next one, and round corners."""
        ratio = self.devicePixelRatioF()
        tile = QPixmap(QSize(width, height) * ratio)
        tile.setDevicePixelRatio(ratio)
        tile.fill(Qt.GlobalColor.transparent)
        if min(width, height) > 6:
            hole = QPainterPath()
            radius = 2.0 if min(width, height) >= _ROUNDED else 0.0
            hole.addRoundedRect(QRectF(0, 0, width - 1, height - 1), radius, radius)
            around = QPainterPath()
            around.addRect(QRectF(0, 0, width, height))
            painter = QPainter(tile)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            painter.fillPath(around.subtracted(hole), QColor(current_theme().card))
            painter.end()
        return tile

    def _draw_bars(self, painter: QPainter, layout: Layout) -> None:
        theme, cells = current_theme(), layout.cells
        painter.fillRect(QRectF(cells.left(), cells.top() - 4, cells.width() - 1, 3),
                         QColor(theme.source))  # fmt: skip
        painter.fillRect(QRectF(cells.left() - 4, cells.top(), 3, cells.height() - 1),
                         QColor(theme.target))  # fmt: skip

    def _draw_labels(self, painter: QPainter, layout: Layout) -> None:
        """Write the tokens; the chosen ones stand out, and before their neighbours."""
        theme = current_theme()
        painter.setFont(layout.font)
        for draw, labels, stride, chosen in (
            (self._draw_target, layout.target_labels, layout.target_stride, self._cell[0]),
            (self._draw_source, layout.source_labels, layout.source_stride, self._cell[1]),
        ):
            painter.setPen(QColor(theme.ink if chosen < 0 else theme.mute))
            for i in range(0, len(labels), stride):
                if chosen < 0 or abs(i - chosen) >= stride:
                    draw(painter, layout, i)
            if chosen >= 0:
                painter.setPen(QColor(theme.ink))
                draw(painter, layout, chosen)

    def _draw_target(self, painter: QPainter, layout: Layout, row: int) -> None:
        middle = layout.cells.top() + (row + 0.5) * layout.height
        box = QRectF(0, middle - 20, layout.cells.left() - 4 - _GAP, 40)
        painter.drawText(box, _ENDS, layout.target_labels[row])

    def _draw_source(self, painter: QPainter, layout: Layout, column: int) -> None:
        middle = layout.cells.left() + (column + 0.5) * layout.width
        painter.save()
        painter.translate(middle, layout.cells.top() - 4 - _GAP)
        painter.rotate(-_ANGLE)
        painter.drawText(QRectF(0, -20, 400, 40), _STARTS, layout.source_labels[column])
        painter.restore()

    def _draw_legend(self, painter: QPainter, layout: Layout) -> None:
        bar, is_upright = layout.legend, layout.legend.height() > layout.legend.width()
        table = np.ascontiguousarray(_colours()[:, :3])
        strip = QImage(table.tobytes(), 256, 1, 768, QImage.Format.Format_RGB888).copy()
        font = sized(self, 11)
        height = QFontMetricsF(font).height()
        painter.setFont(font)
        painter.setPen(QColor(current_theme().mute))
        if is_upright:
            painter.save()
            painter.translate(bar.bottomLeft())
            painter.rotate(-90)
            painter.drawImage(QRectF(0, 0, bar.height(), bar.width()), strip)
            painter.restore()
            left = bar.right() + 4
            painter.drawText(QPointF(left, bar.top() + 0.75 * height), "1")
            painter.drawText(QPointF(left, bar.bottom()), "0")
        else:
            painter.drawImage(bar, strip)
            ends = QRectF(bar.left(), bar.bottom() + 1, bar.width(), height)
            painter.drawText(ends, Qt.AlignmentFlag.AlignLeft, "0")
            painter.drawText(ends, Qt.AlignmentFlag.AlignRight, "1")

    def _draw_choice(self, painter: QPainter, layout: Layout) -> None:
        theme, (row, column) = current_theme(), self._cell
        cells, box = layout.cells, self._cell_box(layout, row, column)
        # The other rows and columns fade, so that no line hides a value of the chosen ones.
        others = QPainterPath()
        others.addRect(QRectF(cells))
        others.addRect(QRectF(cells.left(), box.top(), cells.width(), layout.height))
        others.addRect(QRectF(box.left(), cells.top(), layout.width, cells.height()))
        others.addRect(box.adjusted(0, 0, 1, 1))
        faded = QColor(theme.card)
        faded.setAlphaF(0.5)
        painter.fillPath(others, faded)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.accent if self.hasFocus() else theme.ink), 2))
        painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 2, 2)
        self._draw_reading(painter, layout, box)

    def _draw_reading(self, painter: QPainter, layout: Layout, cell: QRectF) -> None:
        theme, font = current_theme(), sized(self, 12, is_bold=True)
        metrics = QFontMetricsF(font)
        width = min(self.width() - 8.0, 400.0 * scale_of(self))
        text = self.reading(*self._cell)
        bounds = metrics.boundingRect(QRectF(0, 0, width, 400), _WRAPPED, text)
        box = QRectF(0, 0, bounds.width() + 18, bounds.height() + 10)
        box.moveTopLeft(cell.bottomRight() + QPointF(10, 8))
        if box.right() > self.width() - 2:
            box.moveRight(max(cell.left() - 10, box.width() + 2))
        if box.bottom() > self.height() - 2:
            box.moveBottom(cell.top() - 8)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.card))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(theme.ink))
        painter.setFont(font)
        painter.drawText(box, _WRAPPED, text)

    # -- Qt -----------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(390, 390)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint(painter)
        painter.end()

    def resizeEvent(self, event: QEvent) -> None:
        self._layout = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._layout = None
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._choose(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._choose((-1, -1))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _KEYS.get(Qt.Key(event.key()))
        if step and self.weights.size:
            row, column = (max(0, old) + by for old, by in zip(self._cell, step, strict=True))
            if self._cell == (-1, -1):
                row = column = 0
            rows, columns = self.weights.shape
            self._choose((min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)))
        elif event.key() == Qt.Key.Key_Escape and self._cell != (-1, -1):
            self._choose((-1, -1))
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._choose((0, 0) if self.weights.size else (-1, -1))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._choose((-1, -1))


def _visible(token: str) -> str:
    """Return a token in which nothing is invisible."""
    return (
        token.replace("\n", "⏎").replace("\t", "⇥") if token.strip() else "␣" * max(1, len(token))
    )


def _elided(metrics: QFontMetricsF, token: str, width: float) -> str:
    return metrics.elidedText(_visible(token), Qt.TextElideMode.ElideMiddle, width)


def _rough(length: float) -> int:
    return ceil(length / _ROUGH) * _ROUGH


_STARTS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
_ENDS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
_WRAPPED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap

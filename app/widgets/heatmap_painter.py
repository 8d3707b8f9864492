"""Painting the heat map: cells, their values, labels, colours and the chosen cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from app.widgets.heatmap_layout import UPRIGHT_STEP, Layout, upright_parts
from app.widgets.heatmap_scale import ColourScale, colours
from app.widgets.pictures import blend, scale_of, sized
from app.widgets.scripts import isolated
from app.widgets.theme import current_theme

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDED = 12  # pixels of a cell from where on corners are round
_WRITTEN = 0.095  # weights below it are not written into their cells: they would be noise
_LEAST_VALUE = 9  # pixels of type; figures have no descenders
_LIGHT = 0.5  # lightness of a ground that sets dark cells apart
_BRIGHT = 0.6  # level of a colour on which ink has to be dark
_STARTS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
_ENDS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
_FOOT = Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextDontClip
_STANDS = Qt.AlignmentFlag.AlignHCenter | _FOOT
_STANDS_LEFT, _STANDS_RIGHT = (
    Qt.AlignmentFlag.AlignRight | _FOOT,
    Qt.AlignmentFlag.AlignLeft | _FOOT,
)
WRAPPED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


@dataclass(frozen=True)
class Picture:
    """What is painted: weights [target length, source length], the cell that is chosen."""

    weights: NDArray[np.float32]
    image: QImage  # a pixel for each cell
    scale: ColourScale
    cell: tuple[int, int]  # -1: no row or no column is chosen
    reading: str  # what the chosen cell says
    caption: str  # what part can be seen
    taken: int  # pixels at the right of the caption
    has_focus: bool


def coloured(weights: NDArray[np.float32], scale: ColourScale) -> QImage:
    """Return an image with a pixel for each weight."""
    rows, columns = weights.shape
    if not weights.size:
        return QImage()
    levels = (scale.levels(weights) * 255 + 0.5).astype(np.uint8)
    pixels = np.full((rows, columns, 4), 255, np.uint8)
    pixels[..., :3] = colours()[levels]
    image = QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    return image.copy()  # owns its memory


class HeatmapPainter:
    """Paints one picture of a heat map with one layout."""

    def __init__(
        self, painter: QPainter, widget: QWidget, layout: Layout, picture: Picture
    ) -> None:
        self.painter = painter
        self.widget = widget
        self.layout = layout
        self.picture = picture

    def paint(self, tile: Callable[[int, int], QPixmap] | None) -> None:
        """Paint all; `tile` gives what lies over each cell, without it cells become shapes."""
        painter, layout = self.painter, self.layout
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.save()
        painter.setClipRect(layout.view)
        if tile is None:
            self._draw_shapes()
        else:
            painter.drawImage(layout.cells, self._from_left(self.picture.image))
            painter.drawTiledPixmap(
                layout.view, tile(layout.width, layout.height),
                layout.view.topLeft() - layout.cells.topLeft(),
            )  # fmt: skip
        self._draw_values()
        painter.restore()
        self._draw_bars()
        self._draw_labels()
        self._draw_overview()
        self._draw_legend()
        if self.picture.cell != (-1, -1):
            self._draw_choice()

    def _draw_shapes(self) -> None:
        self.painter.fillRect(self.layout.view, _gaps())
        self.painter.setPen(Qt.PenStyle.NoPen)
        for row in range(self.layout.rows):
            for column in range(self.layout.columns):
                self.painter.setBrush(self.picture.image.pixelColor(column, row))
                self.painter.drawRoundedRect(self.layout.cell_box(row, column), 2, 2)

    def _draw_values(self) -> None:
        """Write each weight into its cell, where it is large enough to be read."""
        layout, picture, scale = self.layout, self.picture, scale_of(self.widget)
        size = min(0.6 * layout.height, 0.45 * layout.width) / scale
        if _LEAST_VALUE * scale <= 0.7 * layout.height:
            size = max(size, _LEAST_VALUE)  # rather close to the edges than not at all
        font = sized(self.widget, size)
        is_wider = QFontMetricsF(font).horizontalAdvance(".88") > layout.width - 4
        if font.pixelSize() < _LEAST_VALUE * scale or is_wider:
            return
        self.painter.setFont(font)
        levels = picture.scale.levels(picture.weights)
        for row, column in np.argwhere(np.nan_to_num(picture.weights) >= _WRITTEN):
            colour = "#14151c" if levels[row, column] > _BRIGHT else "#ffffff"
            self.painter.setPen(QColor(colour))
            text = f"{min(picture.weights[row, column], 1.0):.2f}"
            text = "1" if text == "1.00" else text.removeprefix("0")
            box = layout.cell_box(row, column)
            self.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_bars(self) -> None:
        theme, view = current_theme(), self.layout.view
        thick = round(3 * scale_of(self.widget))
        across = QRectF(view.left(), view.top() - 1 - thick, view.width() - 1, thick)
        down = QRectF(view.left() - 1 - thick, view.top(), thick, view.height() - 1)
        self.painter.fillRect(across, QColor(theme.source))
        self.painter.fillRect(down, QColor(theme.target))

    def _draw_labels(self) -> None:
        """Write the tokens; the chosen ones stand out, and before their neighbours."""
        theme, layout, painter = current_theme(), self.layout, self.painter
        painter.setFont(layout.labels.font)
        rows, columns = layout.seen()
        is_chosen = self.picture.cell != (-1, -1)
        for draw, (first, last), stride, chosen in (
            (self._draw_target, rows, layout.labels.target_stride, self.picture.cell[0]),
            (self._draw_source, columns, layout.labels.source_stride, self.picture.cell[1]),
        ):
            painter.setPen(QColor(theme.mute if is_chosen else theme.ink))
            for i in range(-(-first // stride) * stride, last + 1, stride):
                if chosen < 0 or abs(i - chosen) >= stride:
                    draw(i)
            if first <= chosen <= last:
                painter.setPen(QColor(theme.ink))
                draw(chosen)

    def _draw_target(self, row: int) -> None:
        layout = self.layout
        middle = layout.cells.top() + (row + 0.5) * layout.height
        box = QRectF(0, middle - 40, layout.view.left() - layout.gap + 1, 80)
        self.painter.drawText(box, _ENDS, isolated(layout.labels.target[row]))

    def _draw_source(self, column: int) -> None:
        layout = self.layout
        middle = layout.left_of(column) + 0.5 * layout.width
        text, foot = layout.labels.source[column], layout.view.top() - layout.gap + 1
        level = foot + 0.4 * layout.gap
        if not layout.labels.angle:
            self._draw_level(column, middle, level)
            return
        if parts := upright_parts(text):
            step = UPRIGHT_STEP * layout.labels.font.pixelSize()
            for above, part in enumerate(reversed(parts)):
                box = QRectF(middle - 400, level - above * step - 80, 800, 80)
                self.painter.drawText(box, _STANDS, part)
            return
        label = isolated(text)
        self.painter.save()
        self.painter.translate(middle, foot)
        self.painter.rotate(-layout.labels.angle)
        self.painter.drawText(QRectF(0, -40, 800, 80), _STARTS, label)
        self.painter.restore()

    def _draw_level(self, column: int, middle: float, foot: float) -> None:
        """Write a source label above its column; the last one, if it is longer, away from it."""
        layout, label = self.layout, isolated(self.layout.labels.source[column])
        box, side = QRectF(middle - 400, foot - 80, 800, 80), _STANDS
        length = QFontMetricsF(layout.labels.font).horizontalAdvance(label)
        if length > layout.width + layout.gap / 2 and column == layout.columns - 1:
            edge = layout.left_of(column)
            if layout.is_mirrored:
                box, side = QRectF(0, foot - 80, edge + layout.width, 80), _STANDS_LEFT
            else:
                box, side = QRectF(edge, foot - 80, 800, 80), _STANDS_RIGHT
        self.painter.drawText(box, side, label)

    def _draw_overview(self) -> None:
        """Draw all of the matrix small, and in it what can be seen."""
        layout, theme = self.layout, current_theme()
        if layout.overview.isEmpty():
            return
        weights, pixels = (
            self.picture.weights,
            layout.overview.size() * self.widget.devicePixelRatioF(),
        )
        weights = _strongest(_strongest(weights, int(pixels.height())).T, int(pixels.width())).T
        self.painter.drawImage(
            layout.overview, self._from_left(coloured(weights, self.picture.scale))
        )
        faded, part = QColor(theme.card), layout.part_seen()
        faded.setAlphaF(0.3)
        others = QPainterPath()
        others.addRect(layout.overview)
        seen = QPainterPath()
        seen.addRect(part)
        self.painter.fillPath(others.subtracted(seen), faded)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(QColor(theme.edge), 1))
        self.painter.drawRect(layout.overview.adjusted(-0.5, -0.5, 0.5, 0.5))
        # Two lines: on dark cells one is seen, on bright ones and on the ground the other.
        for grown, colour in ((0.5, theme.card), (1.5, theme.ink)):
            self.painter.setPen(QPen(QColor(colour), 1))
            self.painter.drawRect(part.adjusted(-grown, -grown, grown, grown))

    def _from_left(self, image: QImage) -> QImage:
        """Return an image of the cells as they stand from left to right."""
        return image.flipped(Qt.Orientation.Horizontal) if self.layout.is_mirrored else image

    def _draw_legend(self) -> None:
        painter, bar = self.painter, self.layout.legend
        is_upright = bar.height() > bar.width()
        table = colours()
        strip = QImage(table.tobytes(), 256, 1, 768, QImage.Format.Format_RGB888).copy()
        font = sized(self.widget, 11)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(QColor(current_theme().mute))
        painter.save()
        if is_upright:
            painter.translate(bar.bottomLeft())
            painter.rotate(-90)
            painter.drawImage(QRectF(0, 0, bar.height(), bar.width()), strip)
        else:
            painter.drawImage(bar, strip)
        painter.restore()
        ticks = self.picture.scale.ticks
        if is_upright and bar.height() < 1.1 * metrics.height() * len(ticks):
            ticks = (ticks[0], ticks[-1])
        for place, text in ticks:
            wide, high = metrics.horizontalAdvance(text), metrics.height()
            if is_upright:
                base = bar.bottom() - place * (bar.height() - 0.75 * high)
                painter.drawText(QPointF(bar.right() + 4, base), text)
            else:
                left = bar.left() + place * bar.width() - place * wide
                painter.drawText(QPointF(left, bar.bottom() + 0.9 * high), text)
        name = self.picture.scale.name
        if is_upright:
            painter.drawText(bar.bottomLeft() + QPointF(0, 1.4 * metrics.height()), name)
        else:
            painter.drawText(bar.bottomRight() + QPointF(10, 0), name)
        if self.picture.caption:
            room = QRectF(self.widget.rect()).adjusted(2, 0, -self.picture.taken, -4)
            side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
            text = metrics.elidedText(
                self.picture.caption, Qt.TextElideMode.ElideRight, int(room.width())
            )
            painter.drawText(room, int(side), text)

    def _draw_choice(self) -> None:
        """Fade the other rows and columns, so that no line hides a value of the chosen ones."""
        theme, layout, (row, column) = current_theme(), self.layout, self.picture.cell
        cells = QRectF(layout.cells)
        kept = QPainterPath()
        kept.setFillRule(Qt.FillRule.WindingFill)
        if row >= 0:
            box = layout.cell_box(row, 0)
            kept.addRect(QRectF(cells.left(), box.top(), cells.width(), layout.height))
        if column >= 0:
            box = layout.cell_box(0, column)
            kept.addRect(QRectF(box.left(), cells.top(), layout.width, cells.height()))
        others = QPainterPath()
        others.addRect(cells)
        faded = QColor(theme.card)
        faded.setAlphaF(0.5)
        self.painter.save()
        self.painter.setClipRect(layout.view)
        self.painter.fillPath(others.subtracted(kept), faded)
        self.painter.restore()
        if row >= 0 and column >= 0:
            box = layout.cell_box(row, column)
            self.painter.setBrush(Qt.BrushStyle.NoBrush)
            self.painter.setPen(
                QPen(QColor(theme.accent if self.picture.has_focus else theme.ink), 2)
            )
            self.painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 2, 2)
            self._draw_reading(box)

    def _draw_reading(self, cell: QRectF) -> None:
        theme, font = current_theme(), sized(self.widget, 12, is_bold=True)
        room = self.widget.size()
        width = min(room.width() - 8.0, 400.0 * scale_of(self.widget))
        text = self.picture.reading
        bounds = QFontMetricsF(font).boundingRect(QRectF(0, 0, width, 400), WRAPPED, text)
        box = QRectF(0, 0, bounds.width() + 18, bounds.height() + 10)
        box.moveTopLeft(cell.bottomRight() + QPointF(10, 8))
        if box.right() > room.width() - 2:
            box.moveRight(max(cell.left() - 10, box.width() + 2))
        if box.bottom() > room.height() - 2:
            box.moveBottom(cell.top() - 8)
        self.painter.setPen(QPen(QColor(theme.line), 1))
        self.painter.setBrush(QColor(theme.card))
        self.painter.drawRoundedRect(box, 4, 4)
        self.painter.setPen(QColor(theme.ink))
        self.painter.setFont(font)
        self.painter.drawText(box, WRAPPED, text)


def _gaps() -> QColor:
    """Return the colour of the gaps: on a dark ground, the ground's own is that of dark cells."""
    theme = current_theme()
    ground = QColor(theme.card)
    return ground if ground.lightnessF() > _LIGHT else blend(theme.edge, theme.card, 0.85)


def _strongest(weights: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    """Return at most so many rows, each of neighbours' largest weights: no cell gets lost."""
    if len(weights) <= most:
        return weights
    starts = np.arange(most) * len(weights) // most
    strongest: NDArray[np.float32] = np.maximum.reduceat(np.nan_to_num(weights), starts, axis=0)
    return strongest


def make_tile(width: int, height: int, ratio: float) -> QPixmap:
    """Return what lies over each cell: the gap to the next one, and round corners."""
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
        painter.fillPath(around.subtracted(hole), _gaps())
        painter.end()
    return tile

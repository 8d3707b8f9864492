"""What every plot shares: title, grid, ticks, legend, margins, theme, and its own small menu."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import log10, nan
from pathlib import Path
from typing import NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsView, QMenu, QWidget

from app.widgets.numbers import plain
from app.widgets.pictures import add_save_actions, save_png, save_svg, scale_of, sized
from app.widgets.scales import decades, tick_text, ticks
from app.widgets.theme import current_theme

_LEFT, _RIGHT, _TOP, _BOTTOM = 42, 84, 26, 20  # margins in pixels of the base design
_DRESS = {QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange}


@dataclass(frozen=True)
class LegendEntry:
    """One line of the legend: a sample and what it stands for."""

    title: str
    pen: QPen
    has_marks: bool


class Geometry(NamedTuple):
    """The rectangle of the curves in pixels, and the values at its edges (exponents, if so)."""

    area: QRectF
    left: float
    right: float
    low: float
    high: float


class PlotFrame(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph is untyped
    """An empty plot in the program's look; it draws title, grid and ticks as cached background."""

    _is_built = False

    def __init__(self, title: str, x_title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        # PlotWidget copies the plot item's methods onto each object, over those of the class.
        del self.clear
        self.title, self.x_title = title, x_title
        self.has_whole_x = True
        self.is_logarithmic = False
        self._geometry: Geometry | None = None
        self.pixel_ratio = self.devicePixelRatioF()
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setAccessibleName(self.tr("{0}, by {1}").format(title, x_title))
        self.setAccessibleDescription(
            self.tr("Drag to move, turn the wheel to zoom; the menu key shows all choices.")
        )
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self._build_axes()
        self._is_built = True
        self.dress()

    def _build_axes(self) -> None:
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.disableAutoRange()
        item.getViewBox().sigRangeChanged.connect(self.refresh_frame)
        item.getViewBox().sigResized.connect(self.refresh_frame)
        for side, text in (("left", self.title), ("bottom", self.x_title)):
            axis = item.getAxis(side)
            axis.setLabel(text)  # not drawn by the axis: the title stands above the plot
            axis.showLabel(False)
            axis.setStyle(showValues=False)
            axis.setTicks([])
            axis.setPen(None)

    def set_x_title(self, title: str, *, is_whole: bool = True) -> None:
        """Name the x axis; `is_whole` says that it counts things, such as steps."""
        self.x_title, self.has_whole_x = title, is_whole
        self.getPlotItem().getAxis("bottom").setLabel(title)
        self.getPlotItem().getAxis("bottom").showLabel(False)
        self.setAccessibleName(self.tr("{0}, by {1}").format(self.title, title))
        self.refresh_frame()

    def dress(self) -> None:
        """Put on the current theme and type size."""
        self.theme = current_theme()
        scale = scale_of(self)
        self.small, self.bold = sized(self, 11), sized(self, 11, is_bold=True)
        item = self.getPlotItem()
        item.layout.setContentsMargins(0, _TOP * scale, _RIGHT * scale, 0)
        item.getAxis("left").setWidth(round(_LEFT * scale))
        item.getAxis("bottom").setHeight(round(_BOTTOM * scale))
        self.setBackground(self.theme.card)
        self.refresh_frame()

    def refresh_frame(self) -> None:
        """Draw grid and ticks again; they are cached otherwise."""
        self._geometry = None
        self.resetCachedContent()
        self.viewport().update()

    def _measure(self) -> Geometry:
        # Kept between changes: a plot asks for it some hundred times while it is painted.
        if self._geometry is None:
            view = self.getPlotItem().getViewBox()
            (left, right), (low, high) = view.viewRange()
            area = QRectF(view.sceneBoundingRect())
            self._geometry = Geometry(area, left, right, low, high)
        return self._geometry

    def area(self) -> QRectF:
        """The rectangle in which curves are drawn, in pixels."""
        return self._measure().area

    def column(self, x: float) -> float:
        """The pixel column of an x value."""
        at = self._measure()
        return at.area.left() + (x - at.left) / (at.right - at.left) * at.area.width()

    def row(self, y: float) -> float:
        """The pixel row of a y value; NaN where a logarithmic axis has none."""
        at = self._measure()
        if self.is_logarithmic:
            y = log10(y) if y > 0 else nan
        return at.area.bottom() - (y - at.low) / (at.high - at.low) * at.area.height()

    def x_at(self, column: float) -> float:
        """The x value of a pixel column."""
        at = self._measure()
        share = (column - at.area.left()) / max(1.0, at.area.width())
        return at.left + share * (at.right - at.left)

    def x_range(self) -> tuple[float, float]:
        """The first and the last x value in view."""
        return self._measure().left, self._measure().right

    def y_range(self) -> tuple[float, float]:
        """The lowest and the highest value in view."""
        at = self._measure()
        return (10.0**at.low, 10.0**at.high) if self.is_logarithmic else (at.low, at.high)

    def is_empty(self) -> bool:
        """True while there is nothing to show, not even a scale."""
        return False

    def legend(self) -> Sequence[LegendEntry]:
        """What the legend shows; none is drawn for a single line."""
        return ()

    def y_ticks(self) -> list[tuple[float, str]]:
        """The labelled values of the y axis (exponents where it is logarithmic)."""
        _, _, _, low, high = self._measure()
        most = max(2, int(self.area().height() / (24 * scale_of(self))))
        if self.is_logarithmic:
            return [(float(e), plain(10.0**e)) for e in decades(low, high, most)]
        values, spacing = ticks(low, high, min(6, most))
        return [(float(v), tick_text(v, spacing)) for v in values]

    def _draw_rows(self, painter: QPainter) -> None:
        area, _, _, low, high = self._measure()
        labels = QRectF(0, 0, area.left() - 6, 40)
        values = self.y_ticks()
        for value, text in values:
            row = round(area.bottom() - (value - low) / (high - low) * area.height()) + 0.5
            is_base = value == values[0][0] and value <= low + 0.03 * (high - low)
            painter.setPen(QColor(self.theme.line if is_base else self.theme.grid))
            painter.drawLine(QPointF(area.left(), row), QPointF(area.right(), row))
            painter.setPen(QColor(self.theme.mute))
            labels.moveCenter(QPointF(labels.center().x(), row))
            painter.drawText(labels, _ENDS, text)

    def _draw_columns(self, painter: QPainter) -> None:
        area, metrics = self.area(), QFontMetricsF(self.small)
        low, high = self.x_range()
        most = max(2, int(area.width() / (76 * scale_of(self))))
        values, spacing = ticks(low, high, most, 1.0 if self.has_whole_x else 0.0)
        middle = area.bottom() + 4 + metrics.height() / 2
        painter.setPen(QColor(self.theme.mute))
        end = area.left()
        for value in values:
            text = tick_text(float(value), spacing)
            box = QRectF(0, 0, metrics.horizontalAdvance(text), metrics.height())
            box.moveCenter(QPointF(self.column(float(value)), middle))
            painter.drawText(box, _MIDDLE, text)
            end = box.right()
        box = QRectF(max(end + 8, area.right() + 6), 0, 0, metrics.height())
        box.setRight(self.width())
        box.moveTop(middle - metrics.height() / 2)
        text = metrics.elidedText(self.x_title, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _STARTS, text)

    def _draw_head(self, painter: QPainter) -> None:
        line = QRectF(0, 0, self.area().right(), 18 * scale_of(self))
        left = self._draw_legend(painter, line)
        font = sized(self, 12, is_bold=True)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.ink))
        title = metrics.elidedText(self.title, Qt.TextElideMode.ElideRight, left - 16)
        painter.drawText(line, _STARTS, title)

    def _draw_legend(self, painter: QPainter, line: QRectF) -> float:
        """Draw the legend and return where it begins."""
        entries = self.legend() if len(self.legend()) > 1 else ()
        metrics = QFontMetricsF(self.small)
        title = QFontMetricsF(sized(self, 12, is_bold=True)).horizontalAdvance(self.title)
        widths = [metrics.horizontalAdvance(entry.title) for entry in entries]
        room = line.width() - title - 42 * len(entries)
        widest = max(widths, default=0.0)
        while widest > 28 and sum(min(width, widest) for width in widths) > room:
            widest -= 4
        if sum(min(width, widest) for width in widths) > room:
            return line.right()
        texts = [metrics.elidedText(e.title, Qt.TextElideMode.ElideRight, widest) for e in entries]
        right = line.right()
        for entry, text in zip(reversed(entries), reversed(texts), strict=True):
            width = metrics.horizontalAdvance(text)
            box = QRectF(right - width, line.top(), width, line.height())
            painter.setFont(self.small)
            painter.setPen(QColor(self.theme.mute))
            painter.drawText(box, _STARTS | Qt.TextFlag.TextDontClip, text)
            sample = QRectF(box.left() - 24, box.center().y(), 18, 0)
            painter.setPen(entry.pen)
            painter.drawLine(sample.topLeft(), sample.topRight())
            if entry.has_marks:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(entry.pen.color())
                painter.drawEllipse(sample.center(), 3, 3)
            right = sample.left() - 14
        return float(right)

    def menu(self) -> QMenu:
        """The menu of the right mouse button."""
        menu = QMenu(self)
        add_save_actions(self, menu)
        return menu

    def save_png(self, path: str | Path) -> None:
        """Write the plot as it is seen, twice as fine."""
        with self._drawn_for(2.0):
            save_png(self, path, self._draw_all, enlarge=2.0)

    def save_svg(self, path: str | Path) -> None:
        """Write the plot as lines and text."""
        with self._drawn_for(1.0):
            save_svg(self, path, self._draw_all)

    @contextmanager
    def _drawn_for(self, pixel_ratio: float) -> Iterator[None]:
        self.pixel_ratio = pixel_ratio
        self.dress()
        yield
        self.pixel_ratio = self.devicePixelRatioF()
        self.dress()

    def _draw_all(self, painter: QPainter) -> None:
        self.render(painter, QRectF(self.rect()), self.rect())

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:  # noqa: N802
        super().drawBackground(painter, rect)
        if not self._is_built or self.area().width() < 20 or self.area().height() < 20:
            return
        painter.save()
        painter.setFont(self.small)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        if self.is_empty():
            painter.setPen(QColor(self.theme.line))
            painter.drawLine(self.area().bottomLeft(), self.area().bottomRight())
        else:
            self._draw_rows(painter)
            self._draw_columns(painter)
        self._draw_head(painter)
        painter.restore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # The right button is the menu's; pyqtgraph would start a zoom that never ends.
        if event.button() != Qt.MouseButton.RightButton:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.RightButton:
            super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # The wheel zooms along x alone, so that curves stay in sight; over the y axis, or with
        # Ctrl, it zooms along y as well.
        is_wide = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        view = self.getPlotItem().getViewBox()
        view.setMouseEnabled(y=is_wide or event.position().x() < self.area().left())
        super().wheelEvent(event)
        view.setMouseEnabled(y=True)

    def close(self) -> bool:
        """Hide the plot as any widget; pyqtgraph's own `close` would leave it without its parts."""
        return QWidget.close(self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._is_built and event.type() in _DRESS:
            if self.theme != current_theme() or self.small != sized(self, 11):
                self.dress()
        elif self._is_built and event.type() == QEvent.Type.DevicePixelRatioChange:
            self.pixel_ratio = self.devicePixelRatioF()
            self.dress()


_STARTS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ENDS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
_MIDDLE = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip

"""What every plot shares: its place on both axes, margins, theme, and a menu of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import log10, nan
from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QHBoxLayout, QMenu, QWidget

from app.widgets.legend import LegendEntry
from app.widgets.pictures import add_save_actions, scale_of, sized
from app.widgets.plot_grid import draw_columns, draw_rows
from app.widgets.plot_head import PlotHead, draw_head
from app.widgets.plot_pictures import PlotPictures
from app.widgets.plot_place import BOTTOM, HEAD, LEFT, RIGHT, TOP
from app.widgets.popup import pop_menu
from app.widgets.quiet_buttons import DotsButton
from app.widgets.series import Floats
from app.widgets.theme import current_theme, px
from app.widgets.timeline import Axis

_DRESS = {QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange}


class Geometry(NamedTuple):
    """The rectangle of the curves in pixels, and the places at its edges (exponents, if so)."""

    area: QRectF
    left: float
    right: float
    low: float
    high: float


class PlotFrame(PlotPictures, pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph is untyped
    """An empty plot in the program's look; it draws title, grid and ticks as cached background."""

    _is_built = False

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, enableMenu=False)  # it has a menu of its own
        # PlotWidget copies the plot item's methods onto each object, over those of the class.
        del self.clear
        self.title = title
        self.axis = Axis()
        self.is_logarithmic = False
        self.file_name = title.partition(",")[0]
        self._strip = 0  # pixels of the base design between the title and the curves
        self._geometry: Geometry | None = None
        self.is_pictured = False  # now: not as a part of the window
        self.pixel_ratio = self.devicePixelRatioF()
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        # Nothing of the scene is seen but through this class, which says itself when.
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self._build_axes()
        self._build_corner()
        self._is_built = True
        self.dress()

    def _build_axes(self) -> None:
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.disableAutoRange()
        item.getViewBox().sigRangeChanged.connect(self.refresh_frame)
        item.getViewBox().sigResized.connect(self.refresh_frame)
        for side in ("left", "bottom"):
            axis = item.getAxis(side)  # it is there to be dragged and turned, and draws nothing
            axis.showLabel(False)
            axis.setStyle(showValues=False)
            axis.setTicks([])
        for part in (item, *item.childItems(), *item.getViewBox().childItems()):
            part.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)
        self._name_axis()

    def _build_corner(self) -> None:
        """Put a button for the menu into the corner, where a mouse and the Tab key find it."""
        self.corner = QWidget(self)
        self.corner_row = QHBoxLayout(self.corner)
        self.corner_row.setContentsMargins(0, 0, 0, 0)
        self.corner_row.setSpacing(0)
        self.menu_button = DotsButton(
            self.tr("Menu: {0}").format(self.title),
            self.tr("Save or copy this plot, and how it is shown"),
        )
        self.menu_button.clicked.connect(lambda: pop_menu(self.menu(), self.menu_button))
        self.corner_row.addWidget(self.menu_button)

    def _place_corner(self) -> None:
        self.corner.adjustSize()
        self.corner.move(self.width() - self.corner.width(), 0)

    def set_axis(self, axis: Axis) -> None:
        """Lay the steps out along another x axis."""
        if axis.is_logarithmic != self.axis.is_logarithmic:
            self.getPlotItem().getViewBox().setXRange(0.0, 1.0, padding=0)  # fit for exponents
        self.axis = axis
        self.getPlotItem().getAxis("bottom").setLogMode(x=axis.is_logarithmic)
        self._name_axis()
        self.refresh_frame()

    def _name_axis(self) -> None:
        name = self.axis.title(0.0)
        self.setAccessibleName(self.tr("{0}, by {1}").format(self.title, name))

    def dress(self) -> None:
        """Put on the current theme and type size."""
        self.theme = current_theme()
        scale = scale_of(self)
        self.small, self.bold = sized(self, 11), sized(self, 11, is_bold=True)
        item = self.getPlotItem()
        self._set_margins()
        item.getAxis("left").setWidth(round(LEFT * scale))
        item.getAxis("bottom").setHeight(round(BOTTOM * scale))
        self.setBackground(self.theme.card)
        self._place_corner()
        self.refresh_frame()

    def set_strip(self, height: int) -> None:
        """Leave so much room between the title and the curves."""
        if height != self._strip:
            self._strip = height
            self._set_margins()
            self.getPlotItem().layout.activate()
            self.refresh_frame()

    @property
    def has_strip(self) -> bool:
        """Whether there is room between the title and the curves."""
        return self._strip > 0

    def _set_margins(self) -> None:
        scale = scale_of(self)
        top, right = (TOP + self._strip) * scale, RIGHT * scale
        self.getPlotItem().layout.setContentsMargins(0, top, right, 0)

    def refresh_frame(self) -> None:
        """Draw grid and ticks again; they are cached otherwise."""
        self._geometry = None
        self.resetCachedContent()
        self.viewport().update()

    def show_again(self) -> None:
        """Draw again what stands on the frame; the head and the buttons in it stay as they are."""
        self.viewport().update(self.viewport().rect().adjusted(0, self.corner.height(), 0, 0))

    def geometry_now(self) -> Geometry:
        """Where the plot is; another object as soon as something has moved."""
        return self._measure()

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

    def column(self, step: float) -> float:
        """The pixel column of a step."""
        return float(self.columns(np.array([step], float))[0])

    def columns(self, steps: Floats) -> Floats:
        """The pixel columns of steps."""
        return self.columns_of(self.axis.values(steps))

    def columns_of(self, values: Floats) -> Floats:
        """The pixel columns of values in the unit of the x axis."""
        at = self._measure()
        places = np.log10(values) if self.axis.is_logarithmic else values
        return at.area.left() + (places - at.left) / (at.right - at.left) * at.area.width()

    def row(self, y: float) -> float:
        """The pixel row of a y value; NaN where a logarithmic axis has none."""
        at = self._measure()
        if self.is_logarithmic:
            y = log10(y) if y > 0 else nan
        return at.area.bottom() - (y - at.low) / (at.high - at.low) * at.area.height()

    def rows(self, y: Floats) -> Floats:
        """The pixel rows of y values; NaN where a logarithmic axis has none."""
        at = self._measure()
        if self.is_logarithmic:
            y = np.log10(np.where(y > 0, y, np.nan))
        return at.area.bottom() - (y - at.low) / (at.high - at.low) * at.area.height()

    def step_at(self, column: float) -> float:
        """The step at a pixel column."""
        at = self._measure()
        share = (column - at.area.left()) / max(1.0, at.area.width())
        return float(self.axis.steps(np.array([at.left + share * (at.right - at.left)]))[0])

    def x_range(self) -> tuple[float, float]:
        """The first and the last place in view: values of the x axis, exponents if logarithmic."""
        return self._measure().left, self._measure().right

    def y_range(self) -> tuple[float, float]:
        """The lowest and the highest value in view."""
        at = self._measure()
        return (10.0**at.low, 10.0**at.high) if self.is_logarithmic else (at.low, at.high)

    def is_empty(self) -> bool:
        """True while there is nothing to show, not even a scale."""
        return False

    def note(self) -> str:
        """What is said of the lines beside the title, "" for nothing."""
        return ""

    def remarks(self) -> Sequence[str]:
        """What is said beside that of how the plot is looked at, the longest words first."""
        return ()

    def legend(self) -> Sequence[LegendEntry]:
        """What the legend shows; none is drawn for a single line."""
        return ()

    def _draw_head(self, painter: QPainter) -> None:
        right = min(self.area().right(), self.corner.x() - px(8))
        line = QRectF(0, 0, right, HEAD * scale_of(self))
        remarks = () if self.is_pictured else self.remarks()
        head = PlotHead(self.title, self.note(), remarks, self.legend())
        draw_head(painter, head, line, (sized(self, 12, is_bold=True), self.small), self.theme)

    def menu(self) -> QMenu:
        """The menu of the right mouse button."""
        menu = QMenu(self)
        why_not = self.tr("no values yet") if self.is_empty() else ""
        add_save_actions(self, menu, why_not=why_not)
        return menu

    @contextmanager
    def drawn_for(self, pixel_ratio: float) -> Iterator[None]:
        self.pixel_ratio, self.is_pictured = pixel_ratio, True
        self.dress()
        try:
            yield
        finally:
            self.pixel_ratio, self.is_pictured = self.devicePixelRatioF(), False
            self.dress()

    def draw_all(self, painter: QPainter) -> None:
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
            draw_rows(self, painter)
            draw_columns(self, painter)
        self._draw_head(painter)
        painter.restore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_built:
            self._place_corner()

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

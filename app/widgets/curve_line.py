"""Points joined by a pen, painted by their plot: far faster than an item of a scene."""

from __future__ import annotations

import numpy as np
from pyqtgraph.functions import arrayToQPath
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintEngine, QPainter, QPainterPath, QPen

from app.widgets.plot_frame import Geometry, PlotFrame
from app.widgets.series import Floats

_FAR = 1e4  # pixels beside the plot: lines to much further places are drawn wrongly


class CurveLine:
    """What is drawn of a curve; the way of the pen is kept until points or axes change."""

    def __init__(self) -> None:
        self.x: Floats = np.empty(0)  # in the unit of the x axis
        self.y: Floats = np.empty(0)
        self.is_visible = False
        self._pen = QPen()
        self._is_smooth = True
        self._path: tuple[Geometry, QPainterPath] | None = None

    def set_points(self, x: Floats, y: Floats, pen: QPen, *, is_smooth: bool) -> None:
        """Take other points, and how they are drawn; is_smooth: with antialiasing."""
        self.x, self.y, self._pen, self._is_smooth = x, y, pen, is_smooth
        self._path = None

    def draw(self, plot: PlotFrame, painter: QPainter) -> None:
        """Draw the line into a plot, which has set the clip."""
        if not self.is_visible or self.x.size < 2:
            return
        at = plot.geometry_now()
        if self._path is None or self._path[0] is not at:
            self._path = at, self._joined(plot)
        is_svg = painter.paintEngine().type() == QPaintEngine.Type.SVG  # which knows no clip
        path = self._within(plot) if is_svg else self._path[1]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._is_smooth)
        painter.setPen(self._pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _places(self, plot: PlotFrame) -> tuple[Floats, Floats]:
        with np.errstate(divide="ignore", invalid="ignore"):
            return plot.columns_of(self.x), plot.rows(self.y)

    def _within(self, plot: PlotFrame) -> QPainterPath:
        """Return the way of the pen, cut off at the edges of the plot."""
        return cut_off(*self._places(plot), plot.area())

    def _joined(self, plot: PlotFrame) -> QPainterPath:
        columns, rows = self._places(plot)
        is_there = np.isfinite(columns) & np.isfinite(rows)
        columns, rows = columns.clip(-_FAR, _FAR), rows.clip(-_FAR, _FAR)
        is_whole = bool(is_there.all())
        rows[~is_there] = np.nan
        path: QPainterPath = arrayToQPath(
            columns, rows, connect="all" if is_whole else "finite", finiteCheck=not is_whole
        )
        return path


def cut_off(columns: Floats, rows: Floats, area: QRectF) -> QPainterPath:
    """Join points by lines, as far as these lie in a rectangle.

    A line is start + t * change; it enters at the last t at which it passes an edge towards the
    inside, and leaves at the first at which it passes one towards the outside.
    Source: Liang and Barsky 1984.
    """
    ends = (columns, area.left(), area.right()), (rows, area.top(), area.bottom())
    enters, leaves = np.zeros(columns.size - 1), np.ones(columns.size - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        for places, low, high in ends:
            start, change = places[:-1], np.diff(places)
            times = np.sort(np.stack(((low - start) / change, (high - start) / change)), axis=0)
            is_inside = (start >= low) & (start <= high)
            always = np.where(is_inside, [[-np.inf], [np.inf]], np.nan)
            times = np.where(change == 0, always, times)
            enters, leaves = np.maximum(enters, times[0]), np.minimum(leaves, times[1])
    (seen,) = np.nonzero(enters < leaves)  # none of what is no number
    enters, leaves = enters[seen], leaves[seen]
    x, y = (
        np.stack((at[seen] + enters * by[seen], at[seen] + leaves * by[seen]), axis=1).ravel()
        for at, by in ((columns[:-1], np.diff(columns)), (rows[:-1], np.diff(rows)))
    )
    joined = np.ones(x.size, np.int32)  # a dashed line begins anew only where there is a gap
    joined[1:-1:2] = (leaves[:-1] == 1) & (enters[1:] == 0) & (np.diff(seen) == 1)
    path: QPainterPath = arrayToQPath(x, y, connect=joined) if x.size else QPainterPath()
    return path

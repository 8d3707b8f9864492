"""Points joined by a pen, painted by their plot: far faster than an item of a scene."""

from __future__ import annotations

import numpy as np
from pyqtgraph.functions import arrayToQPath
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

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
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._is_smooth)
        painter.setPen(self._pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path[1])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _joined(self, plot: PlotFrame) -> QPainterPath:
        with np.errstate(divide="ignore", invalid="ignore"):
            columns, rows = plot.columns_of(self.x), plot.rows(self.y)
        is_there = np.isfinite(columns) & np.isfinite(rows)
        columns, rows = columns.clip(-_FAR, _FAR), rows.clip(-_FAR, _FAR)
        is_whole = bool(is_there.all())
        rows[~is_there] = np.nan
        path: QPainterPath = arrayToQPath(
            columns, rows, connect="all" if is_whole else "finite", finiteCheck=not is_whole
        )
        return path

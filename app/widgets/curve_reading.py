"""What the curves of a plot were at a step: in words, and in a box beside the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from app.widgets.marks import Flag, draw_reading

if TYPE_CHECKING:
    from app.widgets.curve import Curve
    from app.widgets.curve_plot import CurvePlot

_FLAGS_TOLD = 4  # of those that stand at one place
_NEAR_FLAG = 5.0  # pixels


def reading_of(plot: CurvePlot, step: float) -> list[tuple[Curve, str]]:
    """Return what each curve was at a step, or at the nearest it has a value of."""
    found = []
    for curve in plot.curves.values():
        last = int(np.searchsorted(curve.series.x, step, side="right")) - 1
        if last < 0:
            continue
        after = curve.series.x[last + 1 : last + 2]
        if after.size and after[0] - step < step - curve.series.x[last]:
            last += 1
        text = plot.figure(float(curve.series.y[last]))
        if curve.is_smooth(plot.smoothing):
            mean = plot.figure(float(curve.series.smoothed(plot.smoothing)[last]))
            text = QCoreApplication.translate("CurvePlot", "{0}, mean {1}").format(text, mean)
        at = round(float(curve.series.x[last]))
        if at != round(step):
            template = QCoreApplication.translate("CurvePlot", "{0} (step {1})")
            text = template.format(text, f"{at:,}")
        found.append((curve, text))
    return found


def draw_pointer(plot: CurvePlot, painter: QPainter, step: int, chosen: Flag | None) -> None:
    """Draw a line at a step, and what there is.

    chosen: the flag under the mouse
    """
    area, column = plot.area(), plot.column(step)
    readings = reading_of(plot, step)
    if not readings or not area.left() - 1 <= column <= area.right() + 1:
        return
    painter.setPen(QPen(QColor(plot.theme.mute), 1))
    line = round(column) + 0.5
    painter.drawLine(QPointF(line, area.top()), QPointF(line, area.bottom()))
    rows = [(plot.axis.described(step), "")]
    rows += [
        (f"{curve.title} {text}", str(getattr(plot.theme, curve.colour)))
        for curve, text in readings
    ]
    near = [
        flag.text
        for flag in plot.flags
        if flag == chosen or abs(plot.column(flag.x) - column) < _NEAR_FLAG
    ]
    rows += [(text, plot.theme.accent) for text in near[-_FLAGS_TOLD:]]
    if len(near) > _FLAGS_TOLD:
        template = QCoreApplication.translate("CurvePlot", "and {0} changes before")
        rows.append((template.format(len(near) - _FLAGS_TOLD), plot.theme.accent))
    draw_reading(plot, painter, column, rows)

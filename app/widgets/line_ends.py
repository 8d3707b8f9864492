"""What is written at the ends of lines: the newest values, and how old they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.widgets import numbers
from app.widgets.marks import End

if TYPE_CHECKING:
    from app.widgets.curve import Curve
    from app.widgets.curve_plot import CurvePlot

LATE = 1.5  # in times between the last two points: the next one should have come


def ends_of(plot: CurvePlot) -> Iterator[End]:
    """Return the newest value of each curve, and from which step it is where others are newer."""
    if plot.level is not None:
        row = plot.row(plot.level[0])
        text = plot.level[1] if row >= plot.area().top() else f"{plot.level[1]} ↑"
        yield End(row, text, plot.theme.ink, False)
    newest = plot.steps_there_are()[1]
    behind: list[tuple[float, float]] = []  # rows and steps
    for curve in plot.curves.values():
        if not len(curve.series):
            continue
        value = curve.newest(plot.smoothing)
        row = plot.row(value)
        if not np.isfinite(row):
            row = plot.area().top() if value > 0 else plot.area().bottom()
        text = f"{curve.label} {plot.figure(value)}".strip()
        is_old = _is_old(plot, curve, newest)
        colour = plot.theme.mute if is_old else str(getattr(plot.theme, curve.colour))
        yield End(row, text, colour, curve.width > 1 and not is_old)
        step = float(curve.series.x[-1])
        if step < newest and curve.mark:
            behind.append((row, step))
    if behind:
        row, step = max(behind)
        text = QCoreApplication.translate("CurvePlot", "step {step}")
        yield End(row + 0.01, text.format(step=numbers.count(step)), plot.theme.mute, False)


def _is_old(plot: CurvePlot, curve: Curve, newest: float) -> bool:
    """Whether something has been changed since the last point, or the next one is overdue."""
    steps = curve.series.x
    last = float(steps[-1])
    if not curve.mark or last >= newest:
        return False
    usual = last - float(steps[-2]) if steps.size > 1 else last
    return newest - last > LATE * usual or any(last < flag.x <= newest for flag in plot.flags)

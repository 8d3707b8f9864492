"""What is written at the ends of lines: the newest values, and how old they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontMetricsF

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
    curves = [curve for curve in plot.curves.values() if len(curve.series)]
    values = [curve.newest(plot.smoothing) for curve in curves]
    rows = in_order([_row(plot, value) for value in values], QFontMetricsF(plot.bold).height())
    texts = numbers.alike(values, plot.figure)
    for curve, row, figure in zip(curves, rows, texts, strict=True):
        text = f"{curve.label} {figure}".strip()
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


def in_order(rows: Sequence[float], height: float) -> list[float]:
    """Return rows of which those that are nearer than a height stand in the order given.

    Which of two curves that lie together is higher changes from point to point; what is written
    beside them would change places each time.
    """
    groups: list[list[int]] = []
    for place in sorted(range(len(rows)), key=rows.__getitem__):
        if groups and rows[place] - rows[groups[-1][-1]] < height:
            groups[-1].append(place)
        else:
            groups.append([place])
    found: dict[int, float] = {}
    for group in groups:
        found |= dict(zip(sorted(group), [rows[place] for place in group], strict=True))
    return [found[place] for place in range(len(rows))]


def _row(plot: CurvePlot, value: float) -> float:
    """Return the row of a value; of one that has none, the edge that it is beyond."""
    row = plot.row(value)
    if np.isfinite(row):
        return row
    return plot.area().top() if value > 0 else plot.area().bottom()


def _is_old(plot: CurvePlot, curve: Curve, newest: float) -> bool:
    """Whether something has been changed since the last point, or the next one is overdue."""
    steps = curve.series.x
    last = float(steps[-1])
    if not curve.mark or last >= newest:
        return False
    usual = last - float(steps[-2]) if steps.size > 1 else last
    return newest - last > LATE * usual or any(last < flag.x <= newest for flag in plot.flags)

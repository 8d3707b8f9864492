"""What is written at the ends of lines: the newest values in view, and how old they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontMetricsF

from app.widgets import numbers
from app.widgets.marks import End, end_room

if TYPE_CHECKING:
    from app.widgets.curve import Curve
    from app.widgets.curve_plot import CurvePlot

LATE = 1.5  # in times between the last two points: the next one should have come


class _Tip(NamedTuple):
    """The last point of a line that is in view."""

    curve: Curve
    step: float
    value: float
    word: str  # before the value, "" for none
    is_raw: bool  # behind a smoothed line


def ends_of(plot: CurvePlot) -> Iterator[End]:
    """Return the value at each line's end, and of which step it is where others are newer.

    Where the newest step is out of sight, a line ends at its last point in view.
    """
    if plot.level is not None:
        row = plot.row(plot.level[0])
        yield End(row, _with_arrow(plot, row, plot.level[1]), plot.theme.ink, False)
    newest = plot.steps_there_are()[1]
    first, until = plot.steps_in_view()
    until = min(newest, until)
    tips = [
        tip for curve in plot.curves.values() for tip in _tips(curve, plot.smoothing, first, until)
    ]
    rows = in_order([_row(plot, tip.value) for tip in tips], QFontMetricsF(plot.bold).height())
    texts = numbers.alike([tip.value for tip in tips], plot.figure)
    behind: dict[float, float] = {}  # of a step the lowest row
    for tip, row, figure in zip(tips, rows, texts, strict=True):
        is_old = _is_old(plot, tip, until)
        colour = str(getattr(plot.theme, tip.curve.colour))
        colour = plot.theme.mute if is_old or tip.is_raw else colour
        text = _with_arrow(plot, row, f"{tip.word} {figure}".strip(), figure)
        yield End(row, text, colour, tip.curve.width > 1 and not is_old)
        if tip.step < newest and (tip.curve.mark or until < newest):
            behind[tip.step] = max(row, behind.get(tip.step, row))
    for step, row in behind.items():
        text = QCoreApplication.translate("CurvePlot", "step {step}")
        yield End(row + 0.01, text.format(step=numbers.count(step)), plot.theme.mute, False)


def _tips(curve: Curve, smoothing: float, first: float, until: float) -> Iterator[_Tip]:
    """Return where a curve ends between two steps: of a smoothed one, its mean and its value."""
    series = curve.series
    last = int(np.searchsorted(series.x, until, side="right")) - 1
    if last < 0 or series.x[last] < first:
        return
    step, value = float(series.x[last]), float(series.y[last])
    if not curve.is_smooth(smoothing):
        yield _Tip(curve, step, value, curve.label, False)
        return
    mean = float(series.smoothed(smoothing)[last])
    yield _Tip(curve, step, mean, QCoreApplication.translate("CurvePlot", "mean"), False)
    yield _Tip(curve, step, value, QCoreApplication.translate("CurvePlot", "last"), True)


def _with_arrow(plot: CurvePlot, row: float, text: str, shorter: str = "") -> str:
    """Say where a value is if it is out of sight, in fewer words if there is no room for all."""
    is_above, is_below = row < plot.area().top() - 1, row > plot.area().bottom() + 1
    if not (is_above or is_below):
        return text
    arrow = "↑" if is_above else "↓"
    width = QFontMetricsF(plot.bold).horizontalAdvance(f"{text} {arrow}")
    return f"{text if not shorter or width <= end_room(plot) else shorter} {arrow}"


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


def _is_old(plot: CurvePlot, tip: _Tip, until: float) -> bool:
    """Whether something has been changed since the last point, or the next one is overdue."""
    steps = tip.curve.series.x
    if not tip.curve.mark or tip.step >= until:
        return False
    place = int(np.searchsorted(steps, tip.step))
    usual = tip.step - float(steps[place - 1]) if place else tip.step
    return until - tip.step > LATE * usual or any(tip.step < f.x <= until for f in plot.flags)

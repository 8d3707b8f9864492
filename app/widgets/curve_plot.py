"""Curves that grow while one watches: losses, norms, scores."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from math import ceil
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.widgets import marks, numbers
from app.widgets.curve import Curve, Look
from app.widgets.curve_files import write_csv
from app.widgets.curve_reading import draw_pointer, reading_of
from app.widgets.curve_view import MOST_SMOOTHING
from app.widgets.legend import LegendEntry
from app.widgets.limits import YLimits
from app.widgets.line_ends import ends_of
from app.widgets.off_scale import draw_odd, draw_off_scale
from app.widgets.pictures import captioned, scale_of, sized
from app.widgets.plot_motion import MovablePlot
from app.widgets.scales import figure
from app.widgets.series import Floats, Numbers
from app.widgets.shapes import DISC
from app.widgets.timeline import Axis

_REDRAW_MS = 100  # at most ten redraws a second
_SLACK = 0.001  # steps: they are whole, but are computed from places of the axis, not exactly


class CurvePlot(MovablePlot):
    """A plot of growing curves over the steps of a run, redrawn at most ten times a second.

    `pointed`, connected to `point_at` of other plots, links them; so do `x_held` and `hold_x`,
    `released` and `reset_view`.
    """

    logarithmic_chosen = Signal(bool)  # in the menu of the plot

    def __init__(
        self,
        title: str,
        *,
        limits: tuple[float, float] | None = None,
        hint: str = "",
        figure: Callable[[float], str] = figure,
        parent: QWidget | None = None,
    ) -> None:
        self.curves: dict[str, Curve] = {}
        self.level: tuple[float, str] | None = None
        self.smoothing = 0.0
        self.hint = hint
        self.about = ""  # of what run the curves are: stands below them in pictures
        self.figure = figure
        self._is_stale = False
        self._was_empty = True
        self._y_limits = YLimits(limits)
        super().__init__(title, parent)
        self._timer = QTimer(self, singleShot=True, interval=_REDRAW_MS)
        self._timer.timeout.connect(self.redraw)
        self.getPlotItem().getViewBox().sigRangeChanged.connect(self.refresh)
        self._forget_limits()
        self.show_range()

    # -- curves -----------------------------------------------------------------------------

    def add_curve(
        self, name: str, title: str, colour: str = "run", width: float = 1, *,
        dashed: bool = False, mark: str = "", label: str = "",
    ) -> None:  # fmt: skip
        """Add an empty curve.

        colour: the name of one of the theme's colours; mark: one of `shapes.SHAPES` at each point;
        label: what stands before the current value at the line's end
        """
        self.curves[name] = Curve(title, colour, width, dashed, mark, label)
        self.refresh_frame()
        self.refresh()

    def drop_curve(self, name: str) -> None:
        """Take a curve away, if it is there."""
        if self.curves.pop(name, None):
            self.refresh_frame()
            self.refresh()

    def append(self, name: str, xs: Numbers, ys: Numbers) -> None:
        """Add values at steps to a curve; one not beyond the last replaces all from there on."""
        self.curves[name].series.extend(xs, ys)
        self.refresh()

    def set_data(self, name: str, xs: Numbers, ys: Numbers) -> None:
        """Replace the points of a curve."""
        self.curves[name].series.clear()
        self.append(name, xs, ys)

    def values(self, name: str) -> tuple[Floats, Floats]:
        """Return a copy of all points of a curve, never smoothed nor thinned."""
        series = self.curves[name].series
        return series.x.copy(), series.y.copy()

    def clear(self) -> None:
        """Forget all points; curves, level and flags stay."""
        for curve in self.curves.values():
            curve.series.clear()
        self.reset_view()

    # -- marks and modes --------------------------------------------------------------------

    def set_level(self, y: float | None, text: str = "") -> None:
        """Draw a labelled dashed line across, or none."""
        self.level = None if y is None else (y, text)
        self.refresh()

    def add_flag(self, step: float, text: str, shorter: tuple[str, ...] = ()) -> None:
        """Mark a moment with a dotted line and a flag that says what happened."""
        self._set_flags([*self.flags, marks.Flag(step, text, shorter)])

    def take_last_flag(self) -> None:
        """Take the newest flag away: it is about to be put in other words."""
        self._set_flags(self.flags[:-1])

    def drop_flags_after(self, step: float) -> None:
        """Take away the flags of what a rewind has undone."""
        self._set_flags([flag for flag in self.flags if flag.x <= step])

    def clear_flags(self) -> None:
        """Take all flags away."""
        self._set_flags([])

    def _set_flags(self, flags: list[marks.Flag]) -> None:
        """Flags stand in a strip of their own, which is there as long as they are."""
        self.flags = flags
        self.set_strip(marks.STRIP if flags else 0)
        self.refresh()

    def set_logarithmic(self, is_logarithmic: bool) -> None:
        """Choose a logarithmic or a linear y axis."""
        if is_logarithmic != self.is_logarithmic:
            self.is_logarithmic = is_logarithmic
            self.getPlotItem().getViewBox().setYRange(0.0, 1.0, padding=0)  # fit for exponents
            self.getPlotItem().getAxis("left").setLogMode(y=is_logarithmic)
            self._hold(self.holds_x, False)
            self._forget_limits()

    def set_y_range(self, name: str) -> None:
        """Choose which values the y axis shows: one of `curve_view.RANGES`."""
        if name != self._y_limits.range:
            self._y_limits.range = name
            self._hold(self.holds_x, False)
            self._forget_limits()

    def set_live(self, is_live: bool) -> None:
        """Say whether values are coming; afterwards the whole descent is what there is to see."""
        if is_live != self._y_limits.is_live:
            self._y_limits.is_live = is_live
            if is_live:  # a long run would come closer only after long
                self._y_limits.reset()
            self.refresh()

    def set_axis(self, axis: Axis) -> None:
        super().set_axis(axis)
        self._forget_limits()

    def set_smoothing(self, weight: float) -> None:
        """Smooth thin curves by an exponential moving average; 0 is off, 0.99 the most."""
        self.smoothing = min(max(0.0, weight), MOST_SMOOTHING)
        self.refresh_frame()
        self.refresh()

    def reset_view(self) -> None:
        super().reset_view()
        self._forget_limits()

    def _forget_limits(self) -> None:
        self._y_limits.reset()
        self._fitted = (0.0, 0.0), self._y_limits.current
        self.refresh()

    # -- what is where ------------------------------------------------------------------------

    def told_at(self, step: float) -> list[str]:
        words = [f"{curve.title} {text}" for curve, text in reading_of(self, step)]
        changes = [flag.text for flag in self.flags if round(flag.x) == round(step)]
        return [self.axis.described(step), *words, *changes]

    def set_hint(self, text: str) -> None:
        """Say something else where there is no curve yet."""
        self.hint = text
        self.show_again()

    def steps_there_are(self) -> tuple[float, float]:
        xs = [curve.series.x for curve in self.curves.values()]
        xs = [x for x in (self.axis.timeline.row(0)[1:], *xs) if x.size]
        if not xs:
            return 0.0, 0.0
        return min(float(x[0]) for x in xs), max(float(x[-1]) for x in xs)

    def steps_in_view(self) -> tuple[float, float]:
        """Return the first and the last step in view, those that lie on its edges with it."""
        if not self.holds_x:
            return self.steps_there_are()
        first, last = self.axis.steps(np.array(self.x_range())).tolist()
        return first - _SLACK, last + _SLACK

    def is_empty(self) -> bool:
        return not any(len(curve.series) for curve in self.curves.values())

    # -- drawing the curves -----------------------------------------------------------------

    def refresh(self) -> None:
        """Redraw soon: something has changed."""
        self._is_stale = True
        if self._is_built and self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def redraw(self) -> None:
        """Draw what has changed, now."""
        self._fit()  # which may move the axes, and ask for this once more
        self._timer.stop()
        self._is_stale = False
        low, high = self.x_range()
        margin = 0.5 * (high - low) if self.holds_x else 0.0  # something to pan into
        wide = int((2.0 if self.holds_x else 1.0) * self.area().width())
        look = Look(
            self.axis, low - margin, high + margin, max(100, wide), self.smoothing,
            self.theme, scale_of(self), self.pixel_ratio,
        )  # fmt: skip
        for curve in self.curves.values():
            curve.draw(look)
        if self.is_empty() != self._was_empty:
            self._was_empty = not self._was_empty
            self.refresh_frame()
        self.show_again()

    def _fit(self) -> None:
        shown = [curve.series for curve in self.curves.values() if len(curve.series)]
        if shown:
            x_limits = self.axis.limits(*self.steps_there_are(), self._fitted[0])
            window = self.steps_in_view() if self.holds_x else None
            level = self.level[0] if self.level else None
            y_limits = self._y_limits.fit(
                shown, is_logarithmic=self.is_logarithmic, level=level, window=window
            )
            self._fitted = x_limits, y_limits
        elif self._fitted[0][0] == self._fitted[0][1]:
            self._fitted = (0.0, 10.0), self._y_limits.fixed or (0.0, 1.0)
        self.show_range()

    def dress(self) -> None:
        super().dress()
        if self.curves:
            self.redraw()

    def note(self) -> str:
        is_smooth = any(c.is_smooth(self.smoothing) and len(c.series) for c in self.curves.values())
        return self.tr("smoothed {0}").format(f"{self.smoothing:g}") if is_smooth else ""

    def legend(self) -> Sequence[LegendEntry]:
        theme, smoothing, scale = self.theme, self.smoothing, scale_of(self)
        return [
            LegendEntry(c.title, c.pen(theme, smoothing, scale), c.mark, c.label)
            for c in self.curves.values()
        ]

    # -- drawing what stands on the curves ----------------------------------------------------

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:  # noqa: N802
        if not self._is_built or self.area().width() < 20 or self.area().height() < 20:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        if not self.is_empty():
            self._draw_marks(painter)
        elif not self.is_pictured:
            painter.setPen(QColor(self.theme.mute))
            painter.setFont(sized(self, 13))
            painter.drawText(self.area().adjusted(8, 8, -8, -8), _WRAPPED, self.hint)
        if self._has_key_focus:
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.area().adjusted(-3, -3, 3, 3), 4, 4)
        painter.restore()

    def _draw_marks(self, painter: QPainter) -> None:
        painter.setFont(self.small)
        painter.save()
        painter.setClipRect(self.area())
        for curve in self.curves.values():
            curve.raw.draw(self, painter)
            curve.line.draw(self, painter)
        painter.restore()
        if self.level is not None:
            marks.draw_level(self, painter, self.level[0])
        beyond = [self._draw_curve_marks(painter, curve) for curve in self.curves.values()]
        marks.draw_flags(self, painter, self.flags)
        marks.draw_ends(self, painter, [*beyond[0], *ends_of(self)])
        self.draw_box(painter)
        if np.isfinite(self._pointer):
            painter.setFont(self.small)
            draw_pointer(self, painter, round(self._pointer), self._flag)

    def _draw_curve_marks(self, painter: QPainter, curve: Curve) -> list[marks.End]:
        """Draw what stands at a curve; return what is to be said beside the plot."""
        series, colour = curve.series, str(getattr(self.theme, curve.colour))
        if curve.mark or len(series) == 1:  # a line of one point cannot be seen
            mark = curve.mark or DISC
            marks.draw_points(self, painter, series.x, series.y, colour, mark)
        said = draw_off_scale(self, painter, curve)
        draw_odd(self, painter, curve)
        return said

    # -- menu and files ---------------------------------------------------------------------

    def menu(self) -> QMenu:
        menu = super().menu()
        first = menu.actions()[0]
        reset = menu.addAction(self.tr("Reset view"), self._release)
        reset.setEnabled(not self.follows)
        logarithmic = menu.addAction(self.tr("Logarithmic scale"))
        logarithmic.setCheckable(True)
        logarithmic.setChecked(self.is_logarithmic)
        logarithmic.toggled.connect(self._choose_logarithmic)
        menu.insertActions(first, [reset, logarithmic])
        menu.insertSeparator(first)
        return menu

    def caption(self) -> str:
        """Say which steps are seen, of which run."""
        there, seen = self.steps_there_are(), self.steps_in_view()
        first, last = max(there[0], ceil(seen[0])), min(there[1], int(seen[1]))
        steps = self.tr("steps {first} to {last}") if first < last else self.tr("step {last}")
        steps = steps.format(first=numbers.count(first), last=numbers.count(last))
        return captioned(steps if first <= last else "", self.about)

    def _choose_logarithmic(self, on: bool) -> None:
        self.set_logarithmic(on)
        self.logarithmic_chosen.emit(on)

    def save_csv(self, path: str | Path) -> None:
        """Write all points of all curves, one row for each step, nothing smoothed nor left out."""
        for _ in self.writing_csv(path):
            pass

    def writing_csv(self, path: str | Path) -> Generator[float, None, None]:
        """The same little by little; yields the share that is done."""
        return write_csv(path, self.curves.values(), self.axis.timeline)

    # -- Qt -----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_built:
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.redraw()


_WRAPPED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap

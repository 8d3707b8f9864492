"""Curves that grow while one watches: losses, norms, scores."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QActionGroup,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from app.widgets import marks
from app.widgets.pictures import blend, scale_of, sized
from app.widgets.plot_frame import LegendEntry, PlotFrame
from app.widgets.scales import ceiling, figure, fit, fit_decades, tick_text, usual_top
from app.widgets.series import Floats, Numbers, Series, peaks, samples

Thinning = Callable[[Floats, Floats, int], tuple[Floats, Floats]]

_REDRAW_MS = 100  # at most ten redraws a second
_SMOOTHABLE_WIDTH = 1  # pixels: only thin, long curves are smoothed
_WIDE_POINTS = 300  # of thin, rough curves; such of more points are drawn one pixel wide
_SMOOTH_POINTS = 1500  # curves of more points are drawn without antialiasing


@dataclass
class Curve:
    """One curve: its points and its look."""

    title: str
    colour: str  # the name of a colour of the theme
    width: float
    is_dashed: bool
    has_marks: bool
    label: str
    line: pg.PlotDataItem
    raw: pg.PlotDataItem  # the faint line behind a smoothed one
    series: Series = field(default_factory=Series)
    is_shown: bool = True

    @property
    def can_smooth(self) -> bool:
        return self.width <= _SMOOTHABLE_WIDTH and not self.has_marks


class CurvePlot(PlotFrame):
    """A plot of growing curves that redraws at most ten times a second.

    `pointed` tells the x value under the pointer, NaN when it leaves; connected to `point_at` of
    other plots it links them.
    """

    pointed = Signal(float)

    def __init__(
        self,
        title: str,
        *,
        x_title: str = "step",
        limits: tuple[float, float] | None = None,
        hint: str = "",
        figure: Callable[[float], str] = figure,
        parent: QWidget | None = None,
    ) -> None:
        self.curves: dict[str, Curve] = {}
        self.flags: list[marks.Flag] = []
        self.level: tuple[float, str] | None = None
        self.smoothing = 0.0
        self.follows = True  # until a person pans or zooms
        self._limits, self._hint = limits, hint
        self._reach = 0.0
        self._figure = figure
        self._pointer = np.nan
        self._flag: marks.Flag | None = None  # the one whose text is under the mouse
        self._is_stale = False
        self._was_empty = True
        super().__init__(title, x_title, parent)
        self._timer = QTimer(self, singleShot=True, interval=_REDRAW_MS)
        self._fitted = (0.0, 10.0), limits or (0.0, 1.0)
        self._show_range()
        self._timer.timeout.connect(self.redraw)
        view = self.getPlotItem().getViewBox()
        view.sigRangeChangedManually.connect(self._stop_following)
        view.sigRangeChanged.connect(self._refresh)

    # -- curves -----------------------------------------------------------------------------

    def add_curve(
        self, name: str, title: str, colour: str = "run", width: float = 1, *,
        dashed: bool = False, marks: bool = False, label: str = "",
    ) -> None:  # fmt: skip
        """Add an empty curve.

        colour: the name of one of the theme's colours; marks: a dot at each point;
        label: what stands before the current value at the line's end
        """
        raw, line = pg.PlotDataItem(), pg.PlotDataItem(name=title)
        for item in (raw, line):
            self.getPlotItem().addItem(item)
        self.curves[name] = Curve(title, colour, width, dashed, marks, label, line, raw)
        self.refresh_frame()
        self._refresh()

    def remove_curve(self, name: str) -> None:
        """Take a curve away."""
        curve = self.curves.pop(name)
        for item in (curve.raw, curve.line):
            self.getPlotItem().removeItem(item)
        self.refresh_frame()
        self._refresh()

    def set_shown(self, name: str, is_shown: bool) -> None:
        """Show or hide a curve; a hidden one keeps growing."""
        self.curves[name].is_shown = is_shown
        self.refresh_frame()
        self._refresh()

    def append(self, name: str, xs: Numbers, ys: Numbers) -> None:
        """Add points to a curve; one that is not beyond the last replaces all from there on."""
        self.curves[name].series.extend(xs, ys)
        self._refresh()

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
        self._reach = 0.0
        for curve in self.curves.values():
            curve.series.clear()
        self._fitted = (0.0, 10.0), self._limits or (0.0, 1.0)
        self.follows = True
        self._refresh()

    # -- marks and modes --------------------------------------------------------------------

    def reach(self, x: float) -> None:
        """Show the x axis up to here at least, so that plots above each other agree."""
        if x > self._reach:
            self._reach = x
            self._refresh()

    def set_level(self, y: float | None, text: str = "") -> None:
        """Draw a labelled dashed line across, or none."""
        self.level = None if y is None else (y, text)
        self._refresh()

    def add_flag(self, x: float, text: str) -> None:
        """Mark a moment with a dotted line and a flag that says what happened."""
        self.flags.append(marks.Flag(x, text))
        self._refresh()

    def take_last_flag(self) -> None:
        """Take the newest flag away: it is about to be put in other words."""
        del self.flags[-1:]
        self._refresh()

    def clear_flags(self) -> None:
        """Take all flags away."""
        self.flags.clear()
        self._refresh()

    def set_hint(self, text: str) -> None:
        """Say what will appear here, until it does."""
        self._hint = text
        self.viewport().update()

    def set_logarithmic(self, is_logarithmic: bool) -> None:
        """Choose a logarithmic or a linear y axis."""
        self.is_logarithmic = is_logarithmic
        self.getPlotItem().getAxis("left").setLogMode(y=is_logarithmic)
        for curve in self.curves.values():
            for item in (curve.raw, curve.line):
                item.setLogMode(False, is_logarithmic)
        self.reset_view()

    def set_smoothing(self, weight: float) -> None:
        """Smooth thin curves by an exponential moving average; 0 is off, 0.99 the most."""
        self.smoothing = min(max(0.0, weight), 0.99)
        self.refresh_frame()
        self._refresh()

    def reset_view(self) -> None:
        """Show everything again after panning and zooming, and follow the newest values."""
        self.follows = True
        self._fitted = (0.0, 10.0), self._limits or (0.0, 0.0)
        self._refresh()

    def point_at(self, x: float) -> None:
        """Show the values at x; NaN shows none."""
        if x != self._pointer and not (np.isnan(x) and np.isnan(self._pointer)):
            self._pointer = x
            self.viewport().update()

    def reading(self, x: float) -> list[tuple[Curve, str]]:
        """Return what each shown curve was at x: its last value up to there."""
        found = []
        for curve in self._shown():
            last = int(np.searchsorted(curve.series.x, x, side="right")) - 1
            if last < 0:
                continue
            text = self._figure(float(curve.series.y[last]))
            if self._is_smooth(curve):
                smooth = self._figure(float(curve.series.smoothed(self.smoothing)[last]))
                text = self.tr("{0}, smoothed {1}").format(text, smooth)
            found.append((curve, text))
        return found

    # -- drawing the curves -----------------------------------------------------------------

    def _refresh(self) -> None:
        self._is_stale = True
        if self._is_built and self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def redraw(self) -> None:
        """Draw what has changed, now."""
        self._timer.stop()
        self._is_stale = False
        if self.follows:
            self._fit()
        low, high = self.x_range()
        margin = 0.0 if self.follows else 0.5 * (high - low)  # something to pan into
        for curve in self.curves.values():
            self._show(curve, low - margin, high + margin)
        if self.is_empty() != self._was_empty:
            self._was_empty = not self._was_empty
            self.refresh_frame()
        self.viewport().update()

    def _show(self, curve: Curve, low: float, high: float) -> None:
        is_shown = curve.is_shown and len(curve.series) > 0
        is_smooth = self._is_smooth(curve)
        curve.raw.setVisible(is_shown and is_smooth)
        curve.line.setVisible(is_shown)
        if not is_shown:
            return
        x, y, pen = curve.series.x, curve.series.y, self._pen(curve)
        if is_smooth:
            faint = QPen(blend(self._colour(curve), self.theme.card, 0.4), pen.widthF())
            self._draw(curve, curve.raw, self._visible(x, y, low, high, peaks), faint)
            y = curve.series.smoothed(self.smoothing)
        points = self._visible(x, y, low, high, samples if is_smooth else peaks)
        self._draw(curve, curve.line, points, pen, is_smooth)

    def _draw(
        self, curve: Curve, item: pg.PlotDataItem, points: tuple[Floats, Floats], pen: QPen,
        is_smooth: bool = False,
    ) -> None:  # fmt: skip
        is_long = points[0].size > _SMOOTH_POINTS
        is_rough = points[0].size > _WIDE_POINTS and curve.can_smooth and not is_smooth
        pen.setCosmetic(True)
        # Such a pen counts the pixels of the device. Wide ones take fifty times as long where a
        # curve jumps up and down, and there many points fill a band anyway.
        pen.setWidthF(1.0 if is_long or is_rough else pen.widthF() * self.pixel_ratio)
        is_whole = curve.series.is_finite and not self.is_logarithmic
        item.opts.update(pen=pen, antialias=not is_long)
        item.setData(*points, connect="all" if is_whole else "finite", skipFiniteCheck=is_whole)

    def _visible(
        self, x: Floats, y: Floats, low: float, high: float, thin: Thinning
    ) -> tuple[Floats, Floats]:  # fmt: skip
        """Return the points between two x values, no more than the columns of pixels can show."""
        start = max(0, int(np.searchsorted(x, low)) - 1)
        stop = int(np.searchsorted(x, high, side="right")) + 1
        columns = max(100, int((1.0 if self.follows else 2.0) * self.area().width()))
        size = max(1, (stop - start) // columns)
        start -= start % (1 << size.bit_length())  # blocks that stay the same while panning
        return thin(x[start:stop], y[start:stop], columns)

    def _is_smooth(self, curve: Curve) -> bool:
        return self.smoothing > 0 and curve.can_smooth

    def _fit(self) -> None:
        shown = [curve.series for curve in self._shown() if len(curve.series)]
        if not shown:
            return self._show_range()
        last = max(self._reach, *(float(series.x[-1]) for series in shown))
        first = min(float(series.x[0]) for series in shown)
        least = 10.0 if self.has_whole_x else 0.0
        x_limits = fit((min(first, 0.0), max(last, least)), self._fitted[0])
        if first > max(last / 2, 100.0):  # a run taken up again
            x_limits = (first, max(x_limits[1], ceiling(1.01 * last)))
        y_limits = self._limits
        if y_limits is None:
            y_limits = self._log_limits(shown) if self.is_logarithmic else self._y_limits(shown)
        elif self.is_logarithmic:
            y_limits = fit_decades((max(y_limits[0], y_limits[1] / 1000), y_limits[1]))
        self._fitted = x_limits, y_limits
        return self._show_range()

    def _y_limits(self, shown: Sequence[Series]) -> tuple[float, float]:
        low, high = 0.0, 0.0
        for series in shown:
            finite = series.y if series.is_finite else series.y[np.isfinite(series.y)]
            if finite.size:
                high = max(high, usual_top(series.y, float(finite.max())))
                low = min(low, -usual_top(-series.y, -float(finite.min())))
        if self.level and 0 < self.level[0] <= 4 * high:
            high = max(high, 1.1 * self.level[0])
        return fit((low, high), self._fitted[1])

    def _log_limits(self, shown: Sequence[Series]) -> tuple[float, float]:
        limits = [
            (float(np.quantile(y[:: max(1, y.size // 2048)], 0.002)), float(y.max()))
            for series in shown
            if (y := series.y[(series.y > 0) & (series.y < np.inf)]).size
        ]
        if not limits:
            return fit_decades((0.1, 1.0))
        return fit_decades((min(low for low, _ in limits), max(high for _, high in limits)))

    def _show_range(self) -> None:
        (left, right), (low, high) = self._fitted
        span = (high - low) or 1.0
        wanted = [left, right], [low - 0.02 * span, high + 0.04 * span]
        view = self.getPlotItem().getViewBox()
        if not np.allclose(wanted, view.viewRange(), rtol=1e-9, atol=0):
            view.setRange(xRange=wanted[0], yRange=wanted[1], padding=0)

    def _stop_following(self) -> None:
        self.follows = False

    def _shown(self) -> Iterator[Curve]:
        return (curve for curve in self.curves.values() if curve.is_shown)

    def dress(self) -> None:
        super().dress()
        if self.curves:
            self.redraw()

    def _pen(self, curve: Curve) -> QPen:
        # A thin line of full strength would hide the bold one of the same colour.
        is_quiet = curve.can_smooth and not self.smoothing
        colour = blend(self._colour(curve), self.theme.card, 0.72 if is_quiet else 1.0)
        pen = QPen(colour, curve.width * max(1.0, scale_of(self)))
        if curve.is_dashed:
            pen.setDashPattern([3.0, 2.0])
        return pen

    def _colour(self, curve: Curve) -> str:
        return str(getattr(self.theme, curve.colour))

    def legend(self) -> Sequence[LegendEntry]:
        return [LegendEntry(c.title, self._pen(c), c.has_marks) for c in self._shown()]

    # -- drawing what stands on the curves ----------------------------------------------------

    def is_empty(self) -> bool:
        return not any(len(curve.series) for curve in self._shown())

    def _draw_curve_marks(self, painter: QPainter, curve: Curve) -> None:
        series, colour = curve.series, self._colour(curve)
        if curve.has_marks:
            marks.draw_dots(self, painter, series.x, series.y, colour)
        item = curve.raw if self._is_smooth(curve) else curve.line
        if self.follows and item.xData is not None:
            low, high = self.y_range()
            x, y = item.xData, item.yData
            marks.draw_beyond(self, painter, x[(y > high) & (y < np.inf)], colour, is_up=True)
            marks.draw_beyond(self, painter, x[(y < low) & (y > -np.inf)], colour, is_up=False)
        if not series.is_finite:
            odd = np.flatnonzero(~np.isfinite(series.y))
            is_up = series.y[odd] == np.inf
            marks.draw_missing(self, painter, series.x[odd[is_up]], is_up=True)
            marks.draw_missing(self, painter, series.x[odd[~is_up]], is_up=False)

    def _ends(self) -> Iterator[marks.End]:
        if self.level is not None:
            row = self.row(self.level[0])
            text = self.level[1] if row >= self.area().top() else f"{self.level[1]} ↑"
            yield marks.End(row, text, self.theme.ink, False)
        for curve in self._shown():
            if not len(curve.series):
                continue
            series = curve.series
            is_smooth = self._is_smooth(curve)
            value = float((series.smoothed(self.smoothing) if is_smooth else series.y)[-1])
            row = self.row(value)
            if not np.isfinite(row):
                row = self.area().top() if value > 0 else self.area().bottom()
            text = f"{curve.label} {self._figure(value)}".strip()
            yield marks.End(row, text, self._colour(curve), curve.width > 1)

    def _draw_hint(self, painter: QPainter) -> None:
        painter.setPen(QColor(self.theme.mute))
        painter.setFont(sized(self, 13))
        painter.drawText(self.area().adjusted(8, 8, -8, -8), _WRAPPED, self._hint)

    def _draw_pointer(self, painter: QPainter) -> None:
        area = self.area()
        x = round(self._pointer) if self.has_whole_x else self._pointer
        column = self.column(x)
        readings = self.reading(x)
        if not readings or not area.left() - 1 <= column <= area.right() + 1:
            return
        painter.setPen(QPen(QColor(self.theme.mute), 1))
        line = round(column) + 0.5
        painter.drawLine(QPointF(line, area.top()), QPointF(line, area.bottom()))
        place = tick_text(x, 1 if self.has_whole_x else 0.01)
        rows = [(f"{self.x_title} {place}", "")]
        rows += [(f"{curve.title} {text}", self._colour(curve)) for curve, text in readings]
        rows += [
            (flag.text, self.theme.accent)
            for flag in self.flags
            if flag == self._flag or abs(self.column(flag.x) - column) < 5
        ]
        marks.draw_reading(self, painter, column, rows, marks.flag_depth(self, self.flags))

    def _draw_focus(self, painter: QPainter) -> None:
        if self._has_key_focus:
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.area().adjusted(-3, -3, 3, 3), 4, 4)

    # -- menu and files ---------------------------------------------------------------------

    def menu(self) -> QMenu:
        menu = super().menu()
        first = menu.actions()[0]
        reset = menu.addAction(self.tr("Reset view"), self.reset_view)
        logarithmic = menu.addAction(self.tr("Logarithmic"))
        logarithmic.setCheckable(True)
        logarithmic.setChecked(self.is_logarithmic)
        logarithmic.toggled.connect(self.set_logarithmic)
        smoothing = QMenu(self.tr("Smoothing"), menu)
        group = QActionGroup(menu)
        for weight in (0.0, 0.6, 0.9):
            text = f"{weight:g}" if weight else self.tr("Off")
            choice = smoothing.addAction(text)
            choice.setCheckable(True)
            choice.setChecked(abs(weight - self.smoothing) < 0.005)
            choice.triggered.connect(lambda _=False, w=weight: self.set_smoothing(w))
            group.addAction(choice)
        menu.insertActions(first, [reset, logarithmic, smoothing.menuAction()])
        menu.insertSeparator(first)
        return menu

    def save_csv(self, path: str | Path) -> None:
        """Write all points of all curves, one row for each x, nothing smoothed nor left out."""
        xs = np.unique(np.concatenate([np.empty(0), *(c.series.x for c in self.curves.values())]))
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([self.x_title, *(c.title for c in self.curves.values())])
            columns = []
            for curve in self.curves.values():
                column = [""] * xs.size
                for i, y in zip(np.searchsorted(xs, curve.series.x), curve.series.y, strict=True):
                    column[i] = repr(float(y))
                columns.append(column)
            names = (repr(int(x)) if x == int(x) else repr(float(x)) for x in xs)
            writer.writerows(zip(names, *columns, strict=True))

    # -- Qt -----------------------------------------------------------------------------------

    _has_key_focus = False

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:  # noqa: N802
        if not self._is_built or self.area().width() < 20 or self.area().height() < 20:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        if self.is_empty():
            self._draw_hint(painter)
        else:
            self._draw_marks(painter)
        self._draw_focus(painter)
        painter.restore()

    def _draw_marks(self, painter: QPainter) -> None:
        painter.setFont(self.small)
        if self.level is not None:
            marks.draw_level(self, painter, self.level[0])
        for curve in self._shown():
            self._draw_curve_marks(painter, curve)
        marks.draw_flags(self, painter, self.flags)
        marks.draw_ends(self, painter, list(self._ends()))
        if np.isfinite(self._pointer):
            painter.setFont(self.small)
            self._draw_pointer(painter)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        is_inside = self.area().adjusted(-1, -1, 1, 1).contains(event.position())
        is_inside = is_inside and not event.buttons()
        self._flag = marks.flag_at(self, self.flags, event.position()) if is_inside else None
        x = self._flag.x if self._flag else self.x_at(event.position().x())
        self._point(x if is_inside else np.nan)

    def _point(self, x: float) -> None:
        if not (np.isnan(x) and np.isnan(self._pointer)):
            self.point_at(x)
            self.pointed.emit(x)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_view()
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(np.nan)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if steps is not None:
            area = self.area()
            old = self.column(self._pointer) if np.isfinite(self._pointer) else area.center().x()
            self._point(self.x_at(min(max(old + 4 * steps, area.left()), area.right())))
            told = [f"{curve.title} {text}" for curve, text in self.reading(self._pointer)]
            self.setAccessibleDescription(", ".join(told))
        elif event.key() == Qt.Key.Key_Escape and np.isfinite(self._pointer):
            self._point(np.nan)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        keys = Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason
        self._has_key_focus = event.reason() in keys
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._has_key_focus = False
        self._point(np.nan)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_built:
            self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.redraw()


_WRAPPED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap

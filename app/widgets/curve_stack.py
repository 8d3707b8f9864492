"""Plots above each other that are looked at as one: same x axis, same pointer, same zoom."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from app.widgets.curve_files import write_csv
from app.widgets.curve_plot import CurvePlot
from app.widgets.curve_view import CurveView
from app.widgets.pictures import add_save_actions
from app.widgets.plot_pictures import PlotPictures
from app.widgets.series import Numbers
from app.widgets.theme import px
from app.widgets.timeline import Axis, Timeline


class CurveStack(PlotPictures, QWidget):
    """Several plots of one run; `view` says how all of them are looked at."""

    view_changed = Signal(object)  # CurveView, changed in the menu of a plot

    def __init__(
        self, plots: dict[str, CurvePlot], shares: Sequence[int], parent: QWidget | None = None
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.plots = plots
        self.timeline = Timeline()
        self.view = CurveView()
        self.file_name = "curves"
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        for plot, share in zip(plots.values(), shares, strict=True):
            column.addWidget(plot, share)
        self._link()
        self.set_view(self.view)

    def _link(self) -> None:
        for name, plot in self.plots.items():
            for other in self.plots.values():
                if other is not plot:
                    plot.pointed.connect(other.point_at)
                    plot.x_held.connect(other.hold_x)
                    plot.released.connect(other.reset_view)
            plot.logarithmic_chosen.connect(
                lambda on, name=name: self._choose_logarithmic(name, on)
            )

    def set_view(self, view: CurveView) -> None:
        """Look at all plots this way; emits nothing."""
        before, self.view = self.view, view
        axis = Axis(view.x, view.log_x, self.timeline)
        for name, plot in self.plots.items():
            if axis != plot.axis:
                plot.set_axis(axis)
            plot.set_logarithmic(name in view.log_y)
            plot.set_y_range(view.y_range)
            if view.smoothing != before.smoothing:
                plot.set_smoothing(view.smoothing)

    def reset_view(self) -> None:
        """Show everything again and follow the newest values."""
        for plot in self.plots.values():
            plot.reset_view()

    def set_live(self, is_live: bool) -> None:
        """Say whether the run is training."""
        for plot in self.plots.values():
            plot.set_live(is_live)

    def note_steps(
        self, steps: Numbers, epochs: Numbers, tokens: Numbers, seconds: Numbers
    ) -> None:  # fmt: skip
        """Say how far the run had come at further steps; all axes reach to the last of them."""
        goes_back = len(self.timeline) and steps[0] <= self.timeline.row(0)[-1]
        self.timeline.extend(steps, epochs, tokens, seconds)
        for plot in self.plots.values():
            if goes_back:
                plot.drop_flags_after(float(steps[0]) - 1)
            plot.refresh()

    def add_flag(self, step: float, text: str, shorter: tuple[str, ...] = ()) -> None:
        """Mark a moment in all plots."""
        for plot in self.plots.values():
            plot.add_flag(step, text, shorter)

    def seconds_at(self, step: float) -> float:
        """Return how long the run had trained at a step."""
        return float(self.timeline.values("seconds", np.array([step]))[0])

    def take_last_flag(self) -> None:
        """Take the newest flag away in all plots."""
        for plot in self.plots.values():
            plot.take_last_flag()

    def clear(self, name: str = "", title: str = "") -> None:
        """Make room for another run.

        name: after which files are called; title: what the run is called below pictures
        """
        self.timeline.clear()
        self.file_name = f"curves {name}".strip()
        for plot in self.plots.values():
            plot.clear()
            plot.clear_flags()
            plot.about = title
            plot.file_name = f"{plot.title.partition(',')[0]} {name}".strip()

    def _choose_logarithmic(self, name: str, on: bool) -> None:
        others = tuple(other for other in self.view.log_y if other != name)
        self.view = replace(self.view, log_y=(*others, name) if on else others)
        self.view_changed.emit(self.view)

    # -- files ----------------------------------------------------------------------------------

    def menu(self) -> QMenu:
        """What can be done with all plots at once."""
        menu = QMenu(self)
        reset = menu.addAction(self.tr("Reset view"), self.reset_view)
        reset.setEnabled(not all(plot.follows for plot in self.plots.values()))
        menu.addSeparator()
        is_empty = all(plot.is_empty() for plot in self.plots.values())
        why_not = self.tr("no values yet") if is_empty else ""
        add_save_actions(self, menu, self.tr("Save all curves as {kind} …"), why_not=why_not)
        return menu

    def save_csv(self, path: str | Path) -> None:
        """Write all points of all plots into one table."""
        for _ in self.writing_csv(path):
            pass

    def writing_csv(self, path: str | Path) -> Generator[float, None, None]:
        """The same little by little; yields the share that is done."""
        curves = [curve for plot in self.plots.values() for curve in plot.curves.values()]
        return write_csv(path, curves, self.timeline)

    @contextmanager
    def drawn_for(self, pixel_ratio: float) -> Iterator[None]:
        with ExitStack() as stack:
            for plot in self.plots.values():
                stack.enter_context(plot.drawn_for(pixel_ratio))
            yield

    def draw_all(self, painter: QPainter) -> None:
        for plot in self.plots.values():
            painter.save()
            painter.translate(plot.pos())
            plot.draw_all(painter)
            painter.restore()

    def caption(self) -> str:
        return next(iter(self.plots.values())).caption()  # all show the same steps

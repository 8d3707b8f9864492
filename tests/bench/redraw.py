"""How long it takes to draw again what has grown or changed: a million steps, a heat map."""

from __future__ import annotations

import json
import statistics
import sys
import time

import numpy as np
from PySide6.QtWidgets import QApplication

from app.widgets.curve_plot import CurvePlot
from app.widgets.heatmap import Heatmap
from app.widgets.theme import LIGHT, apply_theme

POINTS, MORE = 1_000_000, 30  # and how many come between two redraws
REDRAWS = 40
WIDTH, HEIGHT = 700, 280  # of the loss plot in a window of 1440 × 900
WORDS, SIDE = 40, 640  # on each side of the heat map, and its pixels


def curve(points: int) -> CurvePlot:
    """Return a plot, on the screen, of a curve with so many steps."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    apply_theme(application, LIGHT)
    plot = CurvePlot("Loss")
    plot.add_curve("training", "training")
    plot.resize(WIDTH, HEIGHT)
    plot.show()
    random = np.random.default_rng(0)
    plot.append("training", np.arange(1, points + 1), 1 + random.exponential(0.5, points))
    application.processEvents()
    return plot


def milliseconds(plot: CurvePlot, smoothing: float) -> float:
    """Return the median time of drawing again, down to the pixels."""
    plot.set_smoothing(smoothing)
    random, times = np.random.default_rng(1), []
    for _ in range(REDRAWS):
        last = plot.values("training")[0][-1]
        xs = last + np.arange(1, MORE + 1)
        plot.append("training", xs, 1 + random.random(MORE))
        began = time.perf_counter()
        plot.redraw()
        plot.viewport().repaint()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def milliseconds_of_heatmap() -> float:
    """Return the median time of showing other weights, down to the pixels."""
    heatmap, random, times = Heatmap(), np.random.default_rng(2), []
    heatmap.resize(SIDE, SIDE)
    heatmap.show()
    QApplication.processEvents()
    words = [f"w{number}" for number in range(WORDS)]
    for _ in range(REDRAWS):
        weights = random.dirichlet(np.ones(WORDS), WORDS)
        began = time.perf_counter()
        heatmap.show_weights(weights, words, words)
        heatmap.repaint()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def main() -> int:
    """Draw the curve with smoothing off and on, and the heat map."""
    plot = curve(POINTS)
    found = {"redraw": milliseconds(plot, 0.0), "redraw_smooth": milliseconds(plot, 0.9)}
    found["redraw_heatmap"] = milliseconds_of_heatmap()
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())

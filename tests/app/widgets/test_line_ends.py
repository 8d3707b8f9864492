"""What is written at the ends of lines is true of the lines that one sees, and says what it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF, QPainter
from pytestqt.qtbot import QtBot

from app.widgets import marks
from app.widgets.curve_plot import CurvePlot
from app.widgets.curve_reading import reading_of
from app.widgets.line_ends import ends_of

STEPS = np.arange(1, 1001)


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    plot = CurvePlot("Loss, nats per token")
    plot.resize(600, 220)
    plot.add_curve("training", "training")
    plot.add_curve("validation", "validation", width=2.4, mark="disc")
    plot.append("training", STEPS, np.linspace(5, 1, 1000))
    plot.append("validation", [250, 500, 750, 1000], [4.1, 3.1, 2.1, 1.1])
    qtbot.addWidget(plot)
    plot.show()
    plot.redraw()
    return plot


def texts(plot: CurvePlot) -> list[str]:
    plot.redraw()
    return [end.text for end in ends_of(plot)]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that is written, as it is written."""
    drawn: list[str] = []
    draw = QPainter.drawText

    def listen(painter: QPainter, *given: Any) -> object:
        drawn.append(str(given[-1]).strip())
        return draw(painter, *given)

    monkeypatch.setattr(QPainter, "drawText", listen)
    return drawn


def test_a_smoothed_line_says_so_and_ends_with_its_mean_and_the_last_value(
    plot: CurvePlot,
) -> None:
    assert plot.note() == ""
    plot.set_smoothing(0.99)
    assert plot.note() == "smoothed 0.99"
    mean = plot.figure(plot.curves["training"].series.smoothed(0.99)[-1])
    assert float(mean) > 1.3  # it lags behind
    assert texts(plot) == [f"mean {mean}", "last 1.00", "1.10"]
    mean_end, last_end = list(ends_of(plot))[:2]
    assert mean_end.row == pytest.approx(plot.row(float(mean)), abs=1)
    assert (mean_end.colour, last_end.colour) == (plot.theme.run, plot.theme.mute)
    assert reading_of(plot, 1000)[0][1] == f"1.00, mean {mean}"
    plot.set_smoothing(0)
    assert (plot.note(), texts(plot)) == ("", ["1.00", "1.10"])


def test_words_at_the_ends_of_smoothed_lines_have_room(plot: CurvePlot) -> None:
    plot.set_smoothing(0.9)
    for value in (0.0412, 12_345.0, 4.1e-5):
        plot.append("training", [1001], [value])
        for text in texts(plot):
            assert QFontMetricsF(plot.small).horizontalAdvance(text) <= marks.end_room(plot), text


def test_the_head_says_nothing_of_smoothing_where_no_line_is_smoothed(plot: CurvePlot) -> None:
    plot.set_smoothing(0.9)
    plot.drop_curve("training")
    assert plot.note() == ""  # the validation is never smoothed


def test_the_head_says_in_as_many_words_as_it_has_room_for_how_lines_are_drawn(
    plot: CurvePlot, drawn: list[str]
) -> None:
    plot.set_smoothing(0.9)
    plot.hold_x(100, 200)
    said = []
    for width in range(600, 200, -5):
        drawn.clear()
        plot.resize(width, 220)
        plot.redraw()
        plot.grab()
        words = [text for text in drawn if text.startswith(("smoothed", "zoomed"))]
        if words not in said:
            said.append(words)
        if width > 400:  # what is said never takes the place of the legend
            assert {"training", "validation"} <= set(drawn), width
    assert said == [
        ["smoothed 0.9", "zoomed"], ["zoomed, not following"], ["zoomed"], [],
    ]  # fmt: skip


def test_where_the_newest_step_is_out_of_sight_values_are_those_in_view(plot: CurvePlot) -> None:
    plot.hold_x(100, 600)
    y = plot.values("training")[1]
    assert texts(plot) == [plot.figure(y[599]), "3.10", "step 600", "step 500"]
    training = next(ends_of(plot))
    assert training.row == pytest.approx(plot.row(y[599]), abs=0.5)
    plot.set_smoothing(0.9)
    mean = plot.curves["training"].series.smoothed(0.9)[599]
    assert texts(plot)[:2] == [f"mean {plot.figure(mean)}", f"last {plot.figure(y[599])}"]


def test_a_line_that_has_no_point_in_view_has_no_value_beside_it(plot: CurvePlot) -> None:
    plot.hold_x(510, 600)  # between two validations
    assert texts(plot) == [plot.figure(plot.values("training")[1][599]), "step 600"]
    plot.hold_x(1200, 1400)  # all was before
    assert texts(plot) == []
    plot.reset_view()
    assert texts(plot) == ["1.00", "1.10"]


def test_a_view_up_to_the_newest_step_tells_the_newest_values(plot: CurvePlot) -> None:
    for last in (1000, 1300):
        plot.hold_x(700, last)
        assert texts(plot) == ["1.00", "1.10"]


def test_a_value_above_or_below_the_view_says_where_it_is(plot: CurvePlot) -> None:
    plot.set_level(1.0, "clip 1")
    plot._hold(False, True)
    plot._set_range(y=(3.0, 4.0))
    assert texts(plot) == ["clip 1 ↓", "1.00 ↓", "1.10 ↓"]
    plot._set_range(y=(0.0, 0.5))
    assert texts(plot) == ["clip 1 ↑", "1.00 ↑", "1.10 ↑"]


def test_in_a_low_plot_the_ends_of_thick_lines_are_told_first() -> None:
    ends = [marks.End(float(row), f"{row}", "#000000", row > 1) for row in range(4)]
    assert [end.text for end in marks.fitting_ends(ends, 3)] == ["0", "2", "3"]
    assert [end.text for end in marks.fitting_ends(ends, 0)] == ["2"]
    assert marks.fitting_ends(ends, 9) == ends

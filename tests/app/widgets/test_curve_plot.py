"""Curves: nothing is lost, the newest value is in view, and a million points are cheap."""

from __future__ import annotations

import csv
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app.widgets import marks, off_scale
from app.widgets.curve_line import cut_off
from app.widgets.curve_plot import CurvePlot
from app.widgets.curve_reading import reading_of
from app.widgets.legend import LegendEntry, draw_legend
from app.widgets.line_ends import in_order
from app.widgets.plot_grid import y_ticks
from app.widgets.shapes import SHAPES
from app.widgets.theme import DARK, LIGHT, apply_theme


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    plot = CurvePlot("Loss, nats per token", hint="Nothing yet")
    plot.resize(600, 220)
    plot.add_curve("training", "training")
    plot.add_curve("validation", "validation", width=2.4, mark="disc")
    qtbot.addWidget(plot)
    plot.show()
    return plot


def move_mouse(plot: CurvePlot, position: QPointF) -> None:
    button = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, position, plot.mapToGlobal(position), button, button,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    plot.mouseMoveEvent(event)


def test_the_newest_value_is_always_in_view(plot: CurvePlot) -> None:
    random = np.random.default_rng(3)
    value, step = 4.0, 0
    for _ in range(60):
        count = int(random.integers(1, 40))
        value *= float(random.choice([0.8, 0.95, 1.1, 8.0], p=[0.5, 0.3, 0.15, 0.05]))
        xs = np.arange(step + 1, step + count + 1)
        plot.append("training", xs, value + 0.01 * random.random(count))
        step += count
        plot.redraw()
        (left, right), _ = plot.getPlotItem().getViewBox().viewRange()
        low, high = plot.y_range()
        newest = plot.values("training")[1][-1]
        assert left <= step <= right
        assert low <= newest <= high


def test_an_early_spike_does_not_flatten_the_rest(plot: CurvePlot) -> None:
    ys = np.full(1000, 1.0)
    ys[2] = 500.0
    plot.append("training", np.arange(1, 1001), ys)
    plot.redraw()
    assert plot.y_range()[1] < 3
    assert plot.values("training")[1].max() == 500


@pytest.mark.parametrize("top", [900.0, 9000.0, 50_000.0, 1.3e8, 2.4e13])
@pytest.mark.parametrize("logarithmic", [False, True])
def test_the_numbers_of_the_y_axis_have_room(
    plot: CurvePlot, top: float, logarithmic: bool
) -> None:
    plot.append("training", np.arange(1, 101), np.geomspace(top / 50, top, 100))
    plot.set_logarithmic(logarithmic)
    plot.redraw()
    room = plot.area().left() - 6
    texts = [text for _, text in y_ticks(plot)]
    widths = [QFontMetricsF(plot.small).horizontalAdvance(text) for text in texts]
    assert len(texts) > 1
    assert max(widths) <= room, texts
    assert len(set(texts)) == len(texts)


def test_the_start_of_a_run_stays_in_view_until_the_newest_values_would_be_flat(
    plot: CurvePlot,
) -> None:
    x = np.arange(1, 50_001)
    y = 4 * np.exp(-x / 200) + 0.2
    plot.append("training", x[:200], y[:200])
    plot.redraw()
    assert plot.y_range()[1] > 4
    plot.append("training", x[200:], y[200:])
    plot.redraw()
    assert 0.2 < plot.y_range()[1] < 0.3
    plot.set_y_range("whole")
    plot.redraw()
    assert plot.y_range()[1] > 4


def test_panning_is_respected_until_reset(plot: CurvePlot) -> None:
    plot.append("training", range(1, 101), np.ones(100))
    plot.redraw()
    view = plot.getPlotItem().getViewBox()
    view.setRange(xRange=(20, 30), padding=0)
    view.sigRangeChangedManually.emit([True, True])
    plot.append("training", range(101, 500), np.ones(399))
    plot.redraw()
    assert view.viewRange()[0] == [20, 30]
    plot.reset_view()
    plot.redraw()
    assert view.viewRange()[0] == [0, 500]


def test_it_redraws_by_itself_when_points_arrive(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.append("training", [1, 2, 3], [3, 2, 1])
    qtbot.waitUntil(lambda: plot.curves["training"].line.x.size > 0, timeout=2000)
    assert plot.curves["training"].line.x.tolist() == [1, 2, 3]


def test_a_hidden_plot_redraws_when_shown(plot: CurvePlot) -> None:
    plot.hide()
    plot.append("training", [1, 2], [3, 2])
    line = plot.curves["training"].line
    assert not line.x.size
    plot.show()
    assert np.array_equal(line.x, [1, 2])


def test_smoothing_keeps_the_raw_line_behind(plot: CurvePlot) -> None:
    plot.append("training", range(1, 101), np.random.default_rng(0).random(100))
    plot.append("validation", [50, 100], [0.4, 0.3])
    plot.set_smoothing(0.9)
    plot.redraw()
    curve = plot.curves["training"]
    assert curve.raw.is_visible
    assert np.array_equal(curve.raw.y, curve.series.y)
    assert curve.line.y.std() < curve.raw.y.std() / 2
    assert plot.curves["validation"].line.y.tolist() == [0.4, 0.3]
    plot.set_smoothing(0)
    plot.redraw()
    assert not curve.raw.is_visible


def test_a_reading_tells_the_nearest_value_there_is(plot: CurvePlot) -> None:
    plot.append("training", range(1, 101), np.arange(1, 101) / 10)
    plot.append("validation", [50, 100], [0.4, 0.3])
    assert [(c.title, text) for c, text in reading_of(plot, 60)] == [
        ("training", "6.00"),
        ("validation", "0.400 (step 50)"),
    ]
    assert reading_of(plot, 76)[1][1] == "0.300 (step 100)"
    assert reading_of(plot, 0) == []  # what is still to come


def test_the_mouse_points_and_leaves(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.append("training", range(1, 101), np.ones(100))
    plot.redraw()
    with qtbot.waitSignal(plot.pointed) as pointed:
        move_mouse(plot, QPointF(plot.column(40), plot.area().center().y()))
    assert pointed.args == [pytest.approx(40, abs=0.5)]
    plot.grab()
    with qtbot.waitSignal(plot.pointed) as pointed:
        plot.leaveEvent(QEvent(QEvent.Type.Leave))
    assert np.isnan(pointed.args).all()


def test_plots_can_be_linked_without_an_echo(plot: CurvePlot, qtbot: QtBot) -> None:
    other = CurvePlot("Gradient norm")
    qtbot.addWidget(other)
    plot.pointed.connect(other.point_at)
    other.pointed.connect(plot.point_at)
    with qtbot.assertNotEmitted(other.pointed):
        plot.pointed.emit(3.0)


def test_flags_hide_neither_curves_nor_one_another(plot: CurvePlot) -> None:
    plot.append("training", range(1, 1001), np.ones(1000))
    plot.redraw()
    before = plot.area().top()
    for x in (100, 110, 120, 600, 990):
        plot.add_flag(x, f"learning rate 3e-3 → {x}e-2", (f"3e-3 → {x}e-2", f"→ {x}e-2"))
    plot.redraw()
    placed = marks.place_flags(plot, plot.flags)
    told = [p for p in placed if p.text]
    boxes = [p.box for p in told]
    assert [p.text for p in placed] == [
        "", "", "learning rate 3e-3 → 120e-2", "learning rate 3e-3 → 600e-2", "→ 990e-2",
    ]  # fmt: skip
    assert all(p.corner.x() < p.box.left() < p.corner.x() + 20 for p in told)  # right of its own
    assert plot.area().top() > before
    assert all(box.top() >= before - 5 and box.bottom() <= plot.area().top() for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert all(box.right() <= plot.width() for box in boxes)
    assert marks.flag_at(plot, plot.flags, boxes[1].center()) == told[1].flag
    plot.clear_flags()
    assert plot.flags == []
    assert plot.area().top() == before


def test_a_level_is_kept_in_view_unless_far_above(plot: CurvePlot) -> None:
    plot.append("training", range(1, 101), np.full(100, 0.4))
    plot.set_level(1.0, "clip 1.0")
    plot.redraw()
    assert plot.y_range()[1] > 1
    plot.set_level(100.0, "clip 100")
    plot.reset_view()
    plot.redraw()
    assert plot.y_range()[1] < 1
    plot.set_level(None)
    assert plot.level is None


def test_values_that_are_no_numbers_are_painted_as_signs(plot: CurvePlot) -> None:
    ys = np.ones(5000)
    ys[[100, 2000]], ys[3000], ys[4000:] = np.nan, np.inf, np.nan
    plot.append("training", range(1, 5001), ys)
    plot.redraw()
    picture = plot.grab().toImage()
    bottom, row = plot.area().bottom(), plot.theme.error
    ratio = plot.devicePixelRatioF()
    at = QPoint(round(plot.column(2001) * ratio), round((bottom - 4) * ratio))
    near = {picture.pixelColor(at + QPoint(i, j)).name() for i in (-1, 0, 1) for j in (-1, 0, 1)}
    assert row in near


def test_values_above_the_range_are_told_with_their_highest(
    plot: CurvePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[marks.End] = []
    monkeypatch.setattr(marks, "draw_ends", lambda *given: told.extend(given[-1]))
    plot.set_y_range("recent")
    plot.append("training", range(1, 2001), 8.1 * np.exp(-np.arange(2000) / 100) + 0.03)
    plot.redraw()
    plot.grab()
    (said,) = (end for end in told if end.text == "up to 8.13")
    assert said.row == plot.area().top()  # beside the plot, where no curve is


def test_a_small_value_below_the_range_is_told_without_being_cut(
    plot: CurvePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[marks.End] = []
    monkeypatch.setattr(marks, "draw_ends", lambda *given: told.extend(given[-1]))
    plot.set_logarithmic(True)
    ys = np.full(4000, 0.5)
    ys[3000] = 8.12e-4
    plot.append("training", range(1, 4001), ys)
    plot.redraw()
    plot.grab()
    (said,) = (end for end in told if "8.12e-4" in end.text)
    assert QFontMetricsF(plot.small).horizontalAdvance(said.text) <= marks.end_room(plot)


def test_values_of_curves_that_lie_together_keep_their_order(
    plot: CurvePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[marks.End] = []
    monkeypatch.setattr(marks, "draw_ends", lambda *given: told.extend(given[-1]))
    orders: list[bool] = []
    for training, validation in ((0.9, 0.91), (0.91, 0.9)):  # now one is higher, now the other
        for name, loss in (("training", training), ("validation", validation)):
            plot.append(name, [len(orders) + 1], [loss])
        told.clear()
        plot.redraw()
        plot.grab()
        first, second = told[-2:]
        assert first.text.endswith(f"{training:.3f}")
        assert second.text.endswith(f"{validation:.3f}")
        orders.append(first.row <= second.row)
    assert orders == [True, True]
    assert in_order([10.0, 80.0, 20.0, 75.0], 12.0) == [10.0, 75.0, 20.0, 80.0]
    assert in_order([30.0, 22.0, 11.0], 12.0) == [11.0, 22.0, 30.0]


def test_a_long_number_of_the_y_axis_is_not_cut(plot: CurvePlot) -> None:
    plot.set_y_range("recent")
    plot.append("training", range(1, 2001), np.full(2000, 0.5))
    plot.redraw()
    assert "0.5001" in [text for _, text in y_ticks(plot)]
    picture, top = plot.grab().toImage(), round(plot.area().top() * plot.devicePixelRatioF())
    edge = [picture.pixelColor(0, y).lightness() for y in range(top, picture.height())]
    assert min(edge) > QColor(plot.theme.mute).lightness() + 60  # no stroke of a letter


def test_an_svg_has_no_line_beyond_the_plot(plot: CurvePlot, tmp_path: Path) -> None:
    plot.set_y_range("recent")
    plot.append("training", range(1, 2001), 8.1 * np.exp(-np.arange(2000) / 100) + 0.03)
    plot.redraw()
    plot.save_svg(tmp_path / "plot.svg")
    paths = re.findall(r'<path[^>]* d="([^"]*)"', (tmp_path / "plot.svg").read_text())
    places = [float(y) for path in paths for y in re.findall(r",(-?[\d.]+)", path)]
    assert places
    assert min(places) > -20  # some are drawn about a point of their own


def test_lines_are_cut_off_where_they_leave_a_rectangle() -> None:
    area = QRectF(0, 0, 10, 10)
    x = np.array([-5.0, 5.0, 5.0, 15.0, np.nan, 2.0, 2.0, 20.0, 30.0])
    y = np.array([5.0, 5.0, 20.0, 5.0, 5.0, 1.0, 2.0, 2.0, 2.0])
    path = cut_off(x, y, area)
    ends = [(path.elementAt(n).x, path.elementAt(n).y) for n in range(path.elementCount())]
    moves = sum(path.elementAt(n).isMoveTo() for n in range(path.elementCount()))
    assert list(dict.fromkeys(ends)) == [(0, 5), (5, 5), (5, 10), (2, 1), (2, 2), (10, 2)]
    assert moves == 2  # else dashes would begin anew
    assert cut_off(x[:2] - 20, y[:2], area).isEmpty()


def test_an_emptied_curve_leaves_no_sign_of_what_was_off_the_scale(
    plot: CurvePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    plot.append("validation", [1, 100], [50.0, 60.0])
    plot.redraw()
    told: list[object] = []
    monkeypatch.setattr(off_scale, "draw_beyond", lambda *given, **_: told.append(given))
    plot.clear()
    plot.append("training", range(1, 50), np.full(49, 3.0))
    plot.redraw()
    plot.grab()
    assert not told


def test_the_first_point_is_seen_before_there_is_a_line(
    plot: CurvePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    monkeypatch.setattr(marks, "draw_points", lambda _plot, _painter, x, *_: drawn.append(len(x)))
    plot.append("training", [1], [4.0])
    plot.redraw()
    plot.grab()
    assert 1 in drawn
    drawn.clear()
    plot.append("training", [2], [3.0])
    plot.redraw()
    plot.grab()
    assert not any(drawn)  # a dot at each of a million steps would be a band


def test_values_near_0_keep_clear_of_the_title_of_the_axis(
    plot: CurvePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    lowest: list[float] = []

    def spread(rows: list[float], height: float, low: float, high: float) -> list[float]:
        lowest.append(high + height / 2)  # where the text ends
        return rows

    monkeypatch.setattr(marks, "spread", spread)
    plot.append("training", [1, 2], [4.0, 0.0])
    plot.redraw()
    plot.grab()
    assert max(lowest) < plot.area().bottom()


def test_nothing_but_nonsense_does_no_harm(plot: CurvePlot) -> None:
    for ys in ([np.nan, np.nan], [np.inf, -np.inf], [0.0, 0.0], [-5.0, -7.0], [1e300, 1e-300]):
        for is_logarithmic in (False, True):
            plot.set_data("training", [1, 2], ys)
            plot.set_logarithmic(is_logarithmic)
            plot.redraw()
            plot.point_at(2)
            plot.grab()


def test_csv_round_trip(plot: CurvePlot, tmp_path: Path) -> None:
    ys = np.random.default_rng(0).random(50)
    ys[7] = np.nan
    plot.append("training", range(1, 51), ys)
    plot.append("validation", [25, 50, 75], [0.5, 0.25, 1 / 3])
    plot.save_csv(tmp_path / "loss.csv")
    with (tmp_path / "loss.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["step", "training", "validation"]
    read = np.array([float(row[1]) for row in rows if row[1]])
    assert np.array_equal(read, ys, equal_nan=True)
    assert {int(row[0]): float(row[2]) for row in rows if row[2]} == {25: 0.5, 50: 0.25, 75: 1 / 3}


def test_a_table_that_is_stopped_leaves_the_file_that_was_there(
    plot: CurvePlot, tmp_path: Path
) -> None:
    path = tmp_path / "loss.csv"
    path.write_text("of yesterday", encoding="utf-8")
    plot.append("training", range(50_000), np.ones(50_000))
    work = plot.writing_csv(path)
    assert 0 < next(work) < 1
    work.close()
    assert path.read_text(encoding="utf-8") == "of yesterday"
    assert list(tmp_path.iterdir()) == [path]


def test_pictures_are_written(plot: CurvePlot, tmp_path: Path) -> None:
    plot.append("training", range(1, 51), np.ones(50))
    plot.redraw()
    plot.save_png(str(tmp_path / "loss.png"))
    plot.save_svg(str(tmp_path / "loss.svg"))
    assert (tmp_path / "loss.png").read_bytes().startswith(b"\x89PNG")
    svg = (tmp_path / "loss.svg").read_text(encoding="utf-8")
    assert "Loss, nats per token" in svg
    assert "polyline" in svg
    with pytest.raises(OSError, match="missing"):
        plot.save_png(str(tmp_path / "missing" / "loss.png"))


def test_the_menu_shows_what_is_on(plot: CurvePlot) -> None:
    plot.set_logarithmic(True)
    menu = plot.menu()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[:2] == ["Reset view", "Logarithmic scale"]
    assert menu.actions()[1].isChecked()
    assert not menu.actions()[0].isEnabled()


def test_clear_forgets_points_and_keeps_curves(plot: CurvePlot) -> None:
    plot.append("training", range(1, 51), np.ones(50))
    plot.redraw()
    plot.clear()
    plot.redraw()
    assert plot.values("training")[0].size == 0
    assert plot.is_empty()
    plot.append("training", [1], [2.0])
    plot.redraw()
    assert not plot.is_empty()


def test_it_changes_clothes_with_the_theme(plot: CurvePlot, qapp: QApplication) -> None:
    try:
        apply_theme(qapp, DARK, 1.6)
        assert plot.theme == DARK
        assert plot.backgroundBrush().color().name() == DARK.card
        assert plot.small.pixelSize() == round(11 * 1.6)
    finally:
        apply_theme(qapp, LIGHT)
    assert plot.theme == LIGHT


def test_five_hundred_repaints_do_no_harm(plot: CurvePlot) -> None:
    plot.set_smoothing(0.6)
    for step in range(500):
        plot.append("training", [step], [step % 7])
        plot.point_at(step)
        plot.redraw()
        plot.viewport().repaint()
    assert plot.values("training")[0].size == 500


def test_a_million_points_are_drawn_as_few(plot: CurvePlot) -> None:
    random = np.random.default_rng(0)
    plot.append("training", np.arange(1_000_000), random.random(1_000_000))
    plot.redraw()
    line = plot.curves["training"].line
    assert 100 < line.x.size <= 6 * plot.area().width()
    assert line.y.max() == plot.values("training")[1].max()


def test_it_takes_no_drops(plot: CurvePlot) -> None:
    assert not plot.acceptDrops()
    assert not plot.viewport().acceptDrops()


def test_a_file_that_cannot_be_written_is_told_of(
    plot: CurvePlot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    told: list[str] = []
    plot.append("training", [1], [1.0])
    path = str(tmp_path / "missing" / "loss")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (path, ""))
    monkeypatch.setattr(QMessageBox, "warning", lambda *arguments: told.append(arguments[-1]))
    for action in plot.menu().actions()[-4:-1]:
        action.trigger()
    suffixes = [suffix for suffix in ("png", "svg", "csv") if f"loss.{suffix}" in " ".join(told)]
    assert suffixes == ["png", "svg", "csv"]


def test_a_run_taken_up_again_fills_the_plot(plot: CurvePlot) -> None:
    plot.append("training", [10_000], [1.0])
    plot.redraw()
    left, right = plot.x_range()
    assert left == 10_000
    assert right > 10_000


def test_the_first_step_is_shown_on_ten(plot: CurvePlot) -> None:
    plot.append("training", [1], [1.0])
    plot.redraw()
    assert plot.x_range() == (0, 10)


def test_curves_that_have_one_value_are_told_apart(plot: CurvePlot) -> None:
    pictures = []
    marked: list[str] = []
    for shape in SHAPES:
        plot.add_curve(shape, shape, mark=shape)
        plot.append(shape, [100], [1.0])
        marked.append(shape)
        plot.redraw()
        box = QRectF(-8, -8, 16, 16).translated(plot.column(100), plot.row(1.0)).toRect()
        pictures.append(plot.viewport().grab(box).toImage())
    assert len(marked) == 3
    assert all(a != b for a, b in pairwise(pictures)), "a mark hides the one below it"


def test_signs_of_what_is_off_the_scale_leave_the_title_alone(plot: CurvePlot) -> None:
    plot.append("training", range(1, 101), np.ones(100))
    plot.redraw()
    for is_up in (True, False):
        (place,) = off_scale._edge_places(plot, plot.columns(np.array([50.0])), is_up)
        assert plot.area().top() <= place.y() - 4  # the tip of a triangle
        assert place.y() + 4 <= plot.area().bottom()


@pytest.mark.parametrize("scale", [1, 2])
def test_the_value_at_a_line_s_end_keeps_off_its_last_mark(
    plot: CurvePlot, qapp: QApplication, scale: int
) -> None:
    apply_theme(qapp, LIGHT, scale)
    plot.resize(600 * scale, 220 * scale)
    plot.append("validation", [100, 200, 300, 400], [3.0, 2.0, 1.5, 1.0])
    plot.redraw()
    assert plot.x_range() == (0, 400)
    image = plot.grab().toImage()
    first = round(plot.area().right()) + 5 * scale
    rows = range(round(plot.row(1.0)) - 5 * scale, round(plot.row(1.0)) + 5 * scale)
    between = [image.pixelColor(x, y).name() for x in range(first, first + 3 * scale) for y in rows]
    assert set(between) == {LIGHT.card}
    apply_theme(qapp, LIGHT)


def test_a_legend_with_little_room_says_it_in_short_words(qapp: QApplication) -> None:
    def drawn(*titles: tuple[str, str]) -> QImage:
        image = QImage(400, 24, QImage.Format.Format_RGB32)
        image.fill(0)
        entries = [
            LegendEntry(title, QPen(Qt.GlobalColor.white), "", brief) for title, brief in titles
        ]
        font = QFont()
        font.setPixelSize(11)
        with QPainter(image) as painter:
            draw_legend(painter, entries, QRectF(0, 0, 400, 24), room, font, "#ffffff")
        return image

    room = 180.0
    long, short = ("exact match", "exact"), ("exact", "exact")
    assert drawn(long, ("BLEU", "")) == drawn(short, ("BLEU", ""))
    room = 400.0
    assert drawn(long, ("BLEU", "")) != drawn(short, ("BLEU", ""))

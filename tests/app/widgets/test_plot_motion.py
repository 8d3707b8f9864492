"""Panning, zooming and pointing: by mouse and by keys, and always with a way back."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.widgets import marks
from app.widgets.curve_plot import CurvePlot
from app.widgets.timeline import Axis, Timeline

SHIFT, NONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    plot = CurvePlot("Loss, nats per token")
    plot.resize(600, 220)
    plot.add_curve("training", "training")
    plot.append("training", range(1, 1001), np.linspace(5, 1, 1000))
    qtbot.addWidget(plot)
    plot.show()
    plot.redraw()
    return plot


def send(
    plot: CurvePlot, kind: QEvent.Type, place: QPointF, *, modifiers: Qt.KeyboardModifier = NONE,
    is_down: bool = False,
) -> None:  # fmt: skip
    left = Qt.MouseButton.LeftButton
    none = Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    buttons = left if is_down else none
    event = QMouseEvent(kind, place, plot.mapToGlobal(place), button, buttons, modifiers)
    deeds = {
        QEvent.Type.MouseMove: plot.mouseMoveEvent,
        QEvent.Type.MouseButtonPress: plot.mousePressEvent,
        QEvent.Type.MouseButtonRelease: plot.mouseReleaseEvent,
        QEvent.Type.MouseButtonDblClick: plot.mouseDoubleClickEvent,
    }
    deeds[kind](event)


def drag(
    plot: CurvePlot, start: QPointF, end: QPointF, modifiers: Qt.KeyboardModifier = NONE
) -> None:  # fmt: skip
    send(plot, QEvent.Type.MouseButtonPress, start, modifiers=modifiers, is_down=True)
    for share in (0.3, 0.6, 1.0):
        place = start + (end - start) * share
        send(plot, QEvent.Type.MouseMove, place, modifiers=modifiers, is_down=True)
    send(plot, QEvent.Type.MouseButtonRelease, end, modifiers=modifiers)


def turn_wheel(plot: CurvePlot, place: QPointF, turn: int = 960) -> None:
    event = QWheelEvent(
        place, plot.mapToGlobal(place), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, NONE,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    plot.wheelEvent(event)


def middle(plot: CurvePlot) -> QPointF:
    return plot.area().center()


def test_the_wheel_zooms_x_and_y_goes_on_to_fit_what_is_in_view(
    plot: CurvePlot, qtbot: QtBot
) -> None:  # fmt: skip
    with qtbot.waitSignal(plot.x_held) as held:
        turn_wheel(plot, QPointF(plot.column(900), middle(plot).y()))
    low, high = plot.x_range()
    assert held.args == [low, high]
    assert 0 < low < 900 < high < 1000
    plot.redraw()
    assert plot.y_range()[1] < 5
    assert not plot.follows
    assert not plot.holds_y


def test_the_wheel_over_the_y_axis_zooms_y_alone(plot: CurvePlot) -> None:
    before = plot.x_range()
    turn_wheel(plot, QPointF(plot.area().left() - 20, middle(plot).y()))
    assert plot.x_range() == before
    assert plot.holds_y
    assert plot.y_range()[1] - plot.y_range()[0] < 5


def test_dragging_pans_along_x(plot: CurvePlot) -> None:
    y = plot.y_range()
    drag(plot, middle(plot), middle(plot) - QPointF(100, 30))
    low, high = plot.x_range()
    assert low > 100
    assert high - low == pytest.approx(1000)
    assert plot.y_range() == y


def test_a_box_drawn_with_shift_is_zoomed_into(plot: CurvePlot) -> None:
    start = QPointF(plot.column(200), plot.row(4.5))
    end = QPointF(plot.column(400), plot.row(3.0))
    drag(plot, start, end, SHIFT)
    assert plot.x_range() == pytest.approx((200, 400), abs=1)
    assert plot.y_range() == pytest.approx((3.0, 4.5), abs=0.05)
    plot.redraw()
    assert plot.y_range() == pytest.approx((3.0, 4.5), abs=0.05)


@pytest.mark.parametrize("unit", ["step", "seconds"])
@pytest.mark.parametrize("is_logarithmic", [False, True])
@pytest.mark.parametrize("notches", [960, -960])
def test_no_zoom_is_too_deep_or_too_far(
    plot: CurvePlot, unit: str, is_logarithmic: bool, notches: int
) -> None:  # fmt: skip
    timeline, steps = Timeline(), np.arange(1, 1001)
    timeline.extend(steps, steps / 270, steps * 850, steps**1.5)
    plot.set_axis(Axis(unit, is_logarithmic, timeline))
    plot.set_smoothing(0.6)
    plot.redraw()
    for _ in range(60):
        turn_wheel(plot, middle(plot), notches)
        plot.redraw()
        plot.grab()
    assert np.isfinite(plot.x_range()).all()
    plot.reset_view()
    plot.redraw()
    assert plot.follows


def test_a_click_with_shift_changes_nothing(plot: CurvePlot) -> None:
    drag(plot, middle(plot), middle(plot) + QPointF(2, 1), SHIFT)
    assert plot.follows


@pytest.mark.parametrize("way", ["button", "double click", "Esc", "menu"])
def test_there_is_a_way_back(plot: CurvePlot, qtbot: QtBot, way: str) -> None:
    assert not plot.reset_button.isVisible()
    assert not plot.remarks()
    plot.hold_x(100, 200)
    assert plot.reset_button.isVisible()
    assert "not following" in plot.remarks()[0]
    with qtbot.waitSignal(plot.released):
        if way == "button":
            QTest.mouseClick(plot.reset_button, Qt.MouseButton.LeftButton)
        elif way == "double click":
            send(plot, QEvent.Type.MouseButtonDblClick, middle(plot))
        elif way == "Esc":
            QTest.keyClick(plot, Qt.Key.Key_Escape)
        else:
            plot.menu().actions()[0].trigger()
    plot.redraw()
    assert plot.follows
    assert not plot.reset_button.isVisible()
    assert plot.x_range() == (0, 1000)


def test_keys_zoom_pan_and_come_back(plot: CurvePlot, qtbot: QtBot) -> None:
    QTest.keyClick(plot, Qt.Key.Key_Up)
    assert plot.x_range() == pytest.approx((100, 900))
    QTest.keyClick(plot, Qt.Key.Key_PageDown)
    assert plot.x_range() == pytest.approx((300, 1100))
    QTest.keyClick(plot, Qt.Key.Key_PageUp)
    QTest.keyClick(plot, Qt.Key.Key_Down)
    assert plot.x_range() == pytest.approx((0, 1000))
    QTest.keyClick(plot, Qt.Key.Key_Up, SHIFT)
    assert plot.holds_y
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.follows


def test_keys_zoom_about_the_pointer(plot: CurvePlot, qtbot: QtBot) -> None:
    QTest.keyClick(plot, Qt.Key.Key_End)
    QTest.keyClick(plot, Qt.Key.Key_Up)
    assert plot.x_range() == pytest.approx((200, 1000))


@pytest.mark.parametrize("unit", ["step", "epoch", "tokens", "seconds"])
@pytest.mark.parametrize("is_logarithmic", [False, True])
def test_arrow_keys_go_from_step_to_step_on_every_axis(
    plot: CurvePlot, qtbot: QtBot, unit: str, is_logarithmic: bool
) -> None:  # fmt: skip
    timeline, steps = Timeline(), np.arange(1, 1001)
    timeline.extend(steps, steps / 270, steps * 850, steps**1.5)
    plot.set_axis(Axis(unit, is_logarithmic, timeline))
    plot.redraw()
    pointed: list[float] = []
    plot.pointed.connect(pointed.append)
    QTest.keyClick(plot, Qt.Key.Key_Home)
    for _ in range(5):
        QTest.keyClick(plot, Qt.Key.Key_Right)
    assert pointed[0] == 1
    assert np.all(np.diff(pointed) >= 1)
    assert f"step {pointed[-1]:.0f}" in plot.accessibleDescription()
    assert "training" in plot.accessibleDescription()
    QTest.keyClick(plot, Qt.Key.Key_End)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert pointed[-2] == 1000
    assert 1 < pointed[-1] < 1000


def test_escape_first_puts_the_pointer_away(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.hold_x(100, 200)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    with qtbot.assertNotEmitted(plot.released):
        QTest.keyClick(plot, Qt.Key.Key_Escape)
    with qtbot.waitSignal(plot.released):
        QTest.keyClick(plot, Qt.Key.Key_Escape)


@pytest.mark.parametrize("unit", ["step", "epoch", "tokens", "seconds"])
@pytest.mark.parametrize("is_logarithmic", [False, True])
def test_the_mouse_reads_the_step_it_is_at_on_every_axis(
    plot: CurvePlot, qtbot: QtBot, unit: str, is_logarithmic: bool
) -> None:  # fmt: skip
    timeline, steps = Timeline(), np.arange(1, 1001)
    timeline.extend(steps, steps / 270, steps * 850, steps**1.5)
    plot.set_axis(Axis(unit, is_logarithmic, timeline))
    plot.redraw()
    with qtbot.waitSignal(plot.pointed) as pointed:
        send(plot, QEvent.Type.MouseMove, QPointF(plot.column(640), middle(plot).y()))
    assert pointed.args == [pytest.approx(640, abs=0.01)]
    plot.grab()


def test_hovering_a_flag_without_room_for_its_text_points_at_it(
    plot: CurvePlot, qtbot: QtBot
) -> None:  # fmt: skip
    for i in range(8):
        plot.add_flag(500 + 10 * i, f"learning rate {i}e-3 → {i + 1}e-3")
    plot.redraw()
    folded = [p for p in marks.place_flags(plot, plot.flags) if not p.text]
    assert folded
    with qtbot.waitSignal(plot.pointed) as pointed:
        send(plot, QEvent.Type.MouseMove, folded[-1].corner + QPointF(1, 5))
    assert pointed.args == [folded[-1].flag.x]
    assert plot._flag == folded[-1].flag


def test_an_empty_plot_cannot_be_zoomed(plot: CurvePlot) -> None:
    plot.clear()
    plot.redraw()
    turn_wheel(plot, plot.area().center())
    drag(plot, plot.area().center(), plot.area().center() + QPointF(60, 0))
    drag(plot, plot.area().center(), plot.area().center() + QPointF(60, 30), SHIFT)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp):
        QTest.keyClick(plot, key)
        QTest.keyClick(plot, key, SHIFT)
    assert plot.follows
    assert not plot.remarks()


def test_new_values_leave_a_held_view_alone(plot: CurvePlot) -> None:
    plot.hold_x(100, 200)
    plot.append("training", range(1001, 3000), np.ones(1999))
    plot.redraw()
    assert plot.x_range() == (100, 200)


def test_the_corner_is_reached_by_keys_and_has_names(plot: CurvePlot) -> None:
    for button in (plot.menu_button, plot.reset_button):
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert "Loss" in button.accessibleName()
        assert button.toolTip()

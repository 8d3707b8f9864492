"""Sliders stop at good values, take any other, and speak only of the user's own moves."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.widgets.knob_slider import KnobSlider
from app.widgets.log_slider import LogSlider
from app.widgets.slider_scale import SliderScale, doubling, even, one_three_ten, scale_for
from app.widgets.value_slider import ValueSlider

Key = Qt.Key


def _log_slider(qtbot: QtBot, value: float = 1e-3) -> tuple[LogSlider, list[float]]:
    slider = LogSlider(1e-5, 1e-1, value, name="Learning rate")
    return slider, _listened(qtbot, slider)


def _listened(qtbot: QtBot, slider: ValueSlider) -> list[float]:
    qtbot.addWidget(slider)
    slider.resize(400, 40)
    slider.show()
    heard: list[float] = []
    slider.value_changed.connect(heard.append)
    return heard


def _turn_wheel(slider: ValueSlider, angle: int) -> None:
    place, nothing = QPointF(20, 15), QPoint()
    event = QWheelEvent(
        place, slider.mapToGlobal(place), nothing, QPoint(0, angle), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(slider, event)


@pytest.mark.parametrize(
    "scale",
    [one_three_ten(1e-6, 1.0), one_three_ten(2e-5, 0.5), one_three_ten(0, 10), doubling(8, 4096),
     even(0, 0.9, 0.05), even(1, 12, 1), scale_for(0, 1_000_000, integer=True)],
)  # fmt: skip
def test_place_and_value_are_each_others_inverse(scale: SliderScale) -> None:
    for place in (0.0, 0.13, 0.5, 0.77, 1.0):
        assert scale.fraction(scale.value(place)) == pytest.approx(place)
    assert scale.value(0) == scale.low
    assert scale.value(1) == scale.high


def test_the_stops_suit_the_knob() -> None:
    assert scale_for(1, 12, integer=True).stops == tuple(range(1, 13))
    assert scale_for(16, 512, integer=True).stops == (16, 32, 64, 128, 256, 512)
    assert 0.35 in scale_for(0, 0.9, integer=False).stops
    assert scale_for(1e-6, 1, integer=False).stops[:3] == (1e-6, 3e-6, 1e-5)
    assert scale_for(0, 0.1, integer=False).stops[-4:] == (3e-3, 1e-2, 3e-2, 0.1)
    near_one = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
    assert scale_for(0, 0.999, integer=False).stops == near_one
    assert scale_for(0, 0.9999, integer=False).stops[-3:] == (0.9995, 0.9998, 0.9999)


def test_keys_go_one_three_ten(qtbot: QtBot) -> None:
    slider, heard = _log_slider(qtbot)
    QTest.keyClick(slider.track, Key.Key_Right)
    QTest.keyClick(slider.track, Key.Key_Up)
    assert heard == [3e-3, 1e-2]
    QTest.keyClick(slider.track, Key.Key_PageDown)
    assert slider.value() == 1e-3
    QTest.keyClick(slider.track, Key.Key_Home)
    assert slider.value() == 1e-5
    QTest.keyClick(slider.track, Key.Key_Left)
    assert heard[-1] == 1e-5
    assert len(heard) == 4  # a key that moves nothing tells nothing
    QTest.keyClick(slider.track, Key.Key_End)
    assert slider.value() == 1e-1


def test_shift_with_an_arrow_goes_a_tenth_of_the_way(qtbot: QtBot) -> None:
    slider, heard = _log_slider(qtbot)
    shift = Qt.KeyboardModifier.ShiftModifier
    for _ in range(10):
        QTest.keyClick(slider.track, Key.Key_Right, shift)
    assert len(set(heard)) == 10
    assert slider.value() == pytest.approx(3e-3, rel=0.1)
    QTest.keyClick(slider.track, Key.Key_Left, shift)
    assert 2.5e-3 < slider.value() < heard[9]


def test_a_click_on_a_label_goes_to_its_value(qtbot: QtBot) -> None:
    slider, heard = _log_slider(qtbot)
    labels = {text: box for box, _, text in slider.track._labels()}
    assert list(labels) == ["1e-5", "1e-4", "1e-3", "1e-2", "1e-1"]
    for text in ("1e-2", "1e-5"):
        place = labels[text].center().toPoint() + QPoint(5, 0)
        QTest.mouseClick(slider.track, Qt.MouseButton.LeftButton, pos=place)
    assert heard == [1e-2, 1e-5]


def test_a_click_beside_the_handle_goes_to_the_nearest_stop(qtbot: QtBot) -> None:
    slider, heard = _log_slider(qtbot)
    x = round(slider.track._x(one_three_ten(1e-5, 1e-1).fraction(2.6e-2)))
    QTest.mouseClick(slider.track, Qt.MouseButton.LeftButton, pos=QPoint(x, 14))
    assert heard == [3e-2]


def test_taking_hold_of_the_handle_does_not_move_it(qtbot: QtBot) -> None:
    slider, heard = _log_slider(qtbot, 2e-3)
    x = round(slider.track._x(slider.track.fraction()))
    QTest.mousePress(slider.track, Qt.MouseButton.LeftButton, pos=QPoint(x + 6, 14))
    assert heard == []
    _drag_to(slider, QPointF(x + 6 + 12, 14))
    by_place = one_three_ten(1e-5, 1e-1).value(slider.track._fraction_at(x + 12))
    assert heard == [pytest.approx(by_place, rel=0.1)]


def _drag_to(slider: ValueSlider, place: QPointF) -> None:
    left, nothing = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    there = slider.track.mapToGlobal(place)
    event = QMouseEvent(QEvent.Type.MouseMove, place, there, left, left, nothing)
    QApplication.sendEvent(slider.track, event)


def test_labels_never_touch_and_every_one_stands_below_its_mark(qtbot: QtBot) -> None:
    slider, _ = _log_slider(qtbot)
    for width in (140, 180, 240, 320, 640):
        slider.resize(width + 100, 40)
        boxes = [box for box, _, _ in slider.track._labels()]
        assert boxes
        assert all(a.right() + 6 <= b.left() for a, b in pairwise(boxes))
        assert all(slider.track.rect().contains(box.toRect()) for box in boxes)


def test_free_entry_may_go_beyond_the_track(qtbot: QtBot) -> None:
    slider = LogSlider(1e-5, 1.0, limits=(1e-6, 10.0), name="Learning rate")
    heard = _listened(qtbot, slider)
    for typed in ("5", "1/3000", "0.0005", "2e-6"):
        slider.field.selectAll()
        QTest.keyClicks(slider.field, typed)
        QTest.keyClick(slider.field, Key.Key_Return)
    assert heard == [5.0, 1 / 3000, 5e-4, 2e-6]
    QTest.keyClick(slider.track, Key.Key_Right)
    assert heard[-1] == 3e-6


def test_the_track_reaches_as_far_as_its_value_and_no_further(qtbot: QtBot) -> None:
    slider = LogSlider(1e-5, 1.0, limits=(1e-6, 10.0), name="Learning rate")
    heard = _listened(qtbot, slider)

    def labels() -> list[str]:
        return [text for _, text in slider.track._ticks]

    usual = labels()
    assert usual[-1] == "1"
    slider.set_value(10.0)
    assert labels() == [*usual, "10"]
    assert slider.track.fraction() == 1.0
    slider.set_value(2e-6)
    assert labels() == ["1e-6", *usual]
    slider.set_value(5.0)
    assert slider.track.fraction() == pytest.approx(one_three_ten(1e-5, 10.0).fraction(5.0))
    assert slider.track.fraction() < 1.0
    for expected in (3.0, 1.0):
        QTest.keyClick(slider.track, Key.Key_Left)
        assert heard[-1] == expected
    assert labels() == usual
    slider.set_value(10.0)
    place = QPoint(round(slider.track._x(1.0)), 14)
    QTest.mousePress(slider.track, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseMove(slider.track, QPoint(round(slider.track._x(0.5)), 14))
    assert heard[-1] < 1.0
    assert labels() == [*usual, "10"], "what is pulled moved under the hand"
    QTest.mouseRelease(slider.track, Qt.MouseButton.LeftButton)
    assert labels() == usual


def test_keys_lead_from_a_free_value_to_the_next_stop(qtbot: QtBot) -> None:
    slider, heard = _log_slider(qtbot, 2e-3)
    QTest.keyClick(slider, Key.Key_Right)
    slider.set_value(2e-3)
    QTest.keyClick(slider, Key.Key_Left)
    assert heard == [3e-3, 1e-3]


def test_setting_a_value_by_program_tells_nothing(qtbot: QtBot) -> None:
    slider, heard = _log_slider(qtbot)
    slider.set_value(3e-2)
    assert heard == []
    assert slider.field.text() == "3e-2"
    assert "3e-2" in slider.track.accessibleName()


def test_a_drag_falls_onto_a_stop_when_near_and_has_two_digits_otherwise(qtbot: QtBot) -> None:
    slider, heard = _log_slider(qtbot)
    track, scale = slider.track, one_three_ten(1e-5, 1e-1)
    x = round(track._x(scale.fraction(1e-2)))
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=QPoint(x + 3, 14))
    assert heard == [1e-2]
    x = round(track._x(scale.fraction(1.7e-2)))
    QTest.mouseMove(track, QPoint(x, 14))
    slider._drag(scale.fraction(1.7e-2))
    assert slider.value() == 1.7e-2


def test_the_wheel_steps_and_small_turns_add_up(qtbot: QtBot) -> None:
    slider, heard = _log_slider(qtbot)
    _turn_wheel(slider, 120)
    assert heard == [3e-3]
    _turn_wheel(slider, -60)
    assert heard == [3e-3]
    _turn_wheel(slider, -60)
    assert heard == [3e-3, 1e-3]


def test_a_slider_of_a_form_leaves_the_wheel_to_the_scrolling(qtbot: QtBot) -> None:
    slider = KnobSlider(1, 12, 3, integer=True)
    heard = _listened(qtbot, slider)
    slider.window().activateWindow()
    slider.track.setFocus()
    qtbot.waitUntil(slider.track.hasFocus)
    _turn_wheel(slider, 120)
    assert heard == []


def test_a_value_is_whole_and_the_tracks_of_usual_ones_are_alike(qtbot: QtBot) -> None:
    few, many = KnobSlider(1, 12, 3, integer=True), KnobSlider(1, 1e8, 3000, integer=True)
    for slider in (few, many):
        _listened(qtbot, slider)
        slider.resize(132, 28)  # in the form of a window of 1280 pixels
    assert few.track.width() == many.track.width()
    many.set_value(100_000_000)
    QApplication.sendPostedEvents()
    many._row.activate()
    assert many.field.geometry().right() < many.width()
    assert many.fontMetrics().horizontalAdvance(many.field.text()) < many.field.width()


def test_a_number_can_be_typed(qtbot: QtBot) -> None:
    slider, heard = _log_slider(qtbot)
    slider.field.selectAll()
    QTest.keyClicks(slider.field, "0.0042")
    assert heard == []
    QTest.keyClick(slider.field, Key.Key_Return)
    assert heard == [0.0042]
    assert slider.field.text() == "4.2e-3"


def test_a_number_out_of_range_is_marked_and_not_taken(qtbot: QtBot) -> None:
    slider, heard = _log_slider(qtbot)
    slider.field.selectAll()
    QTest.keyClicks(slider.field, "5")
    assert slider.field.property("state") == "error"
    assert "between 1e-5 and 1e-1, not 5" in slider.field.toolTip()
    QTest.keyClick(slider.field, Key.Key_Return)
    assert heard == []
    QTest.keyClick(slider.field, Key.Key_Escape)
    assert slider.field.text() == "1e-3"
    assert not slider.field.property("state")


def test_what_is_typed_is_not_taken_for_html(qtbot: QtBot) -> None:
    slider, _ = _log_slider(qtbot)
    slider.field.selectAll()
    QTest.keyClicks(slider.field, "<b>x</b>")
    assert "&lt;b&gt;" in slider.field.toolTip()


def test_leaving_the_field_takes_the_number(qtbot: QtBot) -> None:
    slider, heard = _log_slider(qtbot)
    slider.window().activateWindow()
    slider.field.setFocus()
    qtbot.waitUntil(slider.field.hasFocus)
    slider.field.selectAll()
    QTest.keyClicks(slider.field, "2e-2")
    slider.set_value(5e-5)
    assert slider.field.text() == "2e-2"  # what is being typed is left alone
    slider.track.setFocus()
    assert heard == [2e-2]


def test_whole_numbers_stay_whole(qtbot: QtBot) -> None:
    slider = KnobSlider(8, 4096, 128, integer=True, name="Hidden size")
    heard = _listened(qtbot, slider)
    QTest.keyClick(slider.track, Key.Key_Right)
    assert heard == [256]
    assert isinstance(slider.value(), int)
    slider.field.selectAll()
    QTest.keyClicks(slider.field, "100.5")
    assert slider.field.property("state") == "error"
    QTest.keyClick(slider.field, Key.Key_Escape)
    slider.field.selectAll()
    QTest.keyClicks(slider.field, "96")
    QTest.keyClick(slider.field, Key.Key_Return)
    assert slider.value() == 96


def test_dropout_goes_by_five_hundredths(qtbot: QtBot) -> None:
    slider = KnobSlider(0, 0.9, 0.1)
    heard = _listened(qtbot, slider)
    QTest.keyClick(slider.track, Key.Key_Right)
    assert heard == [0.15]


def test_right_to_left_windows_turn_the_slider(qtbot: QtBot) -> None:
    slider, heard = _log_slider(qtbot)
    slider.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QTest.keyClick(slider.track, Key.Key_Left)
    assert heard == [3e-3]
    assert slider.track._x(0) > slider.track._x(1)

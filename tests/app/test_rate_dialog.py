"""Finding a learning rate: from the button to the knob, on a real model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.bridge.messages import FindRate, StopFindingRate
from app.panels.train_bar import TrainBar
from app.rate_dialog import HIGHEST, LOWEST, RateDialog
from app.widgets import numbers
from app.widgets.theme import LIGHT, apply_theme
from s2s_core.records import FailureRecord, RangeRecord
from s2s_core.training import range_test
from tests.app.bridge.room import Room
from tests.app.conftest import Opened, OpenWindow, endless

RATES = (1e-4, 1e-3, 1e-2, 1e-1)
FOUND = RangeRecord(0, 9, RATES, (5.0, 4.0, 2.0, 6.0), (5.0, 4.0, 2.5, 5.0), 1e-3, 2e-3)


@pytest.fixture
def room(tmp_path: Path, qapp: QApplication) -> Room:
    if (qapp.property("theme"), qapp.property("scale")) != ("light", 1.0):
        apply_theme(qapp, LIGHT)
    return Room(tmp_path)


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def dialog(room: Room, parent: QWidget) -> RateDialog:
    """A dialog over a controller whose corpus is ready, and no run."""
    room.get_ready()
    dialog = RateDialog(room.controller, parent)
    dialog.show()
    return dialog


def found(room: Room, **changes: object) -> RangeRecord:
    request = room.sent(FindRate)[-1].request
    record = replace(FOUND, request=request, **changes)  # type: ignore[arg-type]
    room.come(record)
    return record


def rate(room: Room) -> float:
    return room.draft.config.training.learning_rate


def test_it_begins_at_once_with_what_a_new_run_would_be(room: Room, dialog: RateDialog) -> None:
    (command,) = room.sent(FindRate)
    assert not command.of_run
    assert command.config == room.draft.config
    assert not dialog.what.isVisible()
    assert not dialog.steepest.isEnabled()


def test_it_waits_for_the_corpus(room: Room, parent: QWidget) -> None:
    room.get_ready()
    room.draft.set("data.tokenizer.vocabulary_size", 300)
    dialog = RateDialog(room.controller, parent)
    assert "corpus" in dialog.state.text()
    assert not room.sent(FindRate)
    room.answer(room.reader.commands[-1])
    assert len(room.sent(FindRate)) == 1


def test_the_suggestions_are_marked_and_can_be_taken_and_taken_back(
    room: Room, dialog: RateDialog
) -> None:
    before = rate(room)
    found(room)
    assert dialog.plot._marks == (
        (1e-3, "steepest descent: 1e-3"), (2e-3, "a tenth of the lowest: 2e-3"),
    )  # fmt: skip
    dialog.tenth.click()
    assert rate(room) == 2e-3
    dialog.steepest.click()
    assert rate(room) == 1e-3
    assert "1e-3" in dialog.state.text()
    room.controller.steering.undo()
    room.controller.steering.undo()
    assert rate(room) == before


def test_a_click_on_the_curve_takes_the_rate_below_it(room: Room, dialog: RateDialog) -> None:
    found(room)
    for wanted in (1e-2, 1e-4):
        place = QPoint(round(dialog.plot.column(wanted)), dialog.plot.height() // 2)
        QTest.mouseClick(dialog.plot, Qt.MouseButton.LeftButton, pos=place)
        assert rate(room) == wanted


def test_keys_go_along_the_curve_and_enter_takes_the_rate(room: Room, dialog: RateDialog) -> None:
    found(room)
    dialog.plot.setFocus()
    QTest.keyClick(dialog.plot, Qt.Key.Key_Home)
    assert dialog.plot.rate_at_cursor() == 1e-4
    QTest.keyClick(dialog.plot, Qt.Key.Key_Right)
    assert dialog.state.text() == "rate 1e-3: loss 4.00"
    QTest.keyClick(dialog.plot, Qt.Key.Key_Return)
    assert rate(room) == 1e-3
    QTest.keyClick(dialog.plot, Qt.Key.Key_End)
    QTest.keyClick(dialog.plot, Qt.Key.Key_Right)
    assert dialog.plot.rate_at_cursor() == 1e-1
    assert dialog.isVisible()


def test_a_rate_below_what_the_knob_takes_is_brought_within(room: Room, dialog: RateDialog) -> None:
    dialog.take(1e-7)
    assert rate(room) == 1e-6


def test_stop_ends_it_and_again_begins_anew(room: Room, dialog: RateDialog) -> None:
    record = found(room)
    dialog.stop.click()
    assert room.sent(StopFindingRate)
    assert "Stopped at 0.1" in dialog.state.text() or "1e-1" in dialog.state.text()
    room.come(replace(record, ended="range"))  # was on its way: nobody wants it
    assert "All rates" not in dialog.state.text()
    dialog.stop.click()
    assert len(room.sent(FindRate)) == 2


def test_esc_closes_and_ends_it(room: Room, dialog: RateDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert len(room.sent(StopFindingRate)) == 1


def test_a_failure_is_said_where_one_looks(room: Room, dialog: RateDialog) -> None:
    room.come(FailureRecord("memory ran out"))
    assert dialog.state.text() == "memory ran out"
    assert dialog.stop.text() == "Again"


def test_without_a_fall_nothing_is_suggested(room: Room, dialog: RateDialog) -> None:
    found(room, steepest=0.0, tenth=0.0, ended="exploded")
    assert "no rate is suggested" in dialog.state.text()
    assert not dialog.tenth.isEnabled()


def test_the_curve_has_the_same_rates_as_the_test() -> None:
    assert (LOWEST, HIGHEST) == (range_test.LOWEST, range_test.HIGHEST)


def test_the_picture_leaves_out_the_explosion(room: Room, dialog: RateDialog) -> None:
    found(room, losses=(5.0, 4.0, 2.0, 1e30), smoothed=(5.0, 4.0, 2.5, 1e30))
    assert dialog.plot.limits()[1] < 8
    plot, area = dialog.plot, dialog.plot.area().toRect()
    image = plot.grab().toImage()
    green = QColor(LIGHT.run)
    rows = {y for y in range(image.height()) for x in range(image.width())
            if image.pixelColor(x, y) == green}  # fmt: skip
    assert rows
    assert min(rows) >= area.top()  # neither the line nor its arrow head leaves the plot
    assert min(rows) <= area.top() + 6


def opened_dialog(opened: Opened) -> RateDialog:
    opened.find(TrainBar, "trainBar").finder.click()
    (dialog,) = (d for d in opened.window.findChildren(RateDialog) if d.isVisible())
    return dialog


@pytest.mark.usefixtures("one_thread")
def test_a_real_model_is_tried_live_and_the_run_takes_the_rate(open_window: OpenWindow) -> None:
    opened = open_window(endless(clip_norm=0.0)).ready()
    dialog = opened_dialog(opened)
    opened.wait(lambda: dialog._found is not None and len(dialog._found.rates) > 3)
    assert not opened.controller.run.folder  # no run was needed
    opened.wait(lambda: dialog._found is not None and bool(dialog._found.ended))
    dialog.close()
    opened.training(steps=2)
    dialog = opened_dialog(opened)
    assert dialog.what.isVisible()
    assert dialog.what.value() == "run"
    opened.wait(lambda: dialog._found is not None and len(dialog._found.rates) > 5)
    step = opened.step
    opened.wait(lambda: opened.step > step)  # the run trains meanwhile
    dialog.take(5e-4)
    run = opened.controller
    opened.wait(lambda: run.last_step is not None and run.last_step.learning_rate == 5e-4)
    bar = opened.find(TrainBar, "trainBar")
    assert numbers.learning_rate(bar.rate.value()) == "5e-4"
    assert opened_dialog(opened) is dialog  # there is one only
    dialog.close()
    QApplication.processEvents()
    opened.paused()


@pytest.mark.usefixtures("one_thread")
def test_the_engine_lets_go_of_a_test_with_its_run(open_window: OpenWindow) -> None:
    opened = open_window(endless()).training(steps=2)
    dialog = opened_dialog(opened)
    opened.wait(lambda: dialog._found is not None)
    opened.controller.close_run()
    opened.wait(lambda: not opened.controller.run.folder)
    opened.wait(lambda: not dialog._is_trying)
    assert not dialog.what.isVisible()
    dialog.close()


def test_space_trains_after_the_search_was_opened_by_mouse_and_closed(
    open_window: OpenWindow,
) -> None:
    opened = open_window(endless()).ready()
    before = QApplication.focusWidget()
    QTest.mouseClick(opened.window.bar.finder, Qt.MouseButton.LeftButton)
    (dialog,) = opened.window.findChildren(RateDialog)
    opened.wait(dialog.isVisible)
    dialog.reject()
    assert not opened.window.bar.finder.hasFocus()
    assert opened.window.bar.finder.focusPolicy() & Qt.FocusPolicy.TabFocus
    opened.wait(lambda: QApplication.focusWidget() is before)

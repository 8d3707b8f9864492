"""The real window: looks, layout and size."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QWidget,
)

from app.layout import LEFT_WIDTH, RIGHT_WIDTH
from app.panels import PANELS
from app.widgets.curve_plot import CurvePlot
from tests.app.conftest import OpenWindow, endless
from tests.app.seen import PLOTS, banner, fitted, press


def test_presentation_and_themes_change_the_look_and_back(open_window: OpenWindow) -> None:
    opened = open_window().training()
    application = QApplication.instance()
    assert application is not None
    font = opened.train.font().pixelSize()
    press(opened, Qt.Key.Key_F11, opened.train)
    scale = application.property("scale")
    assert scale > 1.2
    assert opened.train.font().pixelSize() == round(scale * font)
    opened.settings.theme = "dark"
    assert application.property("theme") == "dark"
    opened.window.grab()
    step = opened.step
    opened.wait(lambda: opened.step > step)
    press(opened, Qt.Key.Key_F11)
    assert application.property("scale") == 1.0
    assert opened.train.font().pixelSize() == font
    assert not banner(opened)


def test_keys_in_presentation_are_not_left_to_a_menu(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    press(opened, Qt.Key.Key_F11, opened.find(QWidget, "settingSearch"))
    assert opened.train.hasFocus()  # what had it is no longer seen
    press(opened, Qt.Key.Key_F11)
    press(opened, Qt.Key.Key_F11, opened.find(QWidget, "sourceText"))
    assert opened.find(QWidget, "sourceText").hasFocus()


def test_500_repaints_while_records_stream_in(open_window: OpenWindow) -> None:
    opened = open_window(endless(validate_every=20)).training()
    step = opened.step
    seen = [opened.find(CurvePlot, name).viewport() for name in PLOTS]
    seen.append(opened.find(QWidget, "attentionHeatmap"))
    for number in range(500):  # the whole window takes ten times as long as its moving parts
        (opened.window if number % 5 == 0 else seen[number % 5 - 1]).repaint()
        QApplication.processEvents()
    opened.wait(lambda: opened.step > step)
    assert not banner(opened)


@pytest.mark.qt_log_ignore("does not support")
def test_reset_layout_brings_every_dock_back(open_window: OpenWindow) -> None:
    opened = fitted(open_window().ready())
    window = opened.window

    window.docks["data"].close()
    window.docks["model"].setFloating(True)
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, window.docks["translate"])
    window.actions_by_name["reset_layout"].trigger()
    fitted(opened)
    for name, dock in window.docks.items():
        assert dock.isVisible()
        assert not dock.isFloating()
        assert window.dockWidgetArea(dock) == PANELS[name].area
    opened.wait(lambda: abs(window.docks["translate"].width() - RIGHT_WIDTH) <= 8)
    assert LEFT_WIDTH <= window.docks["data"].width() <= 1.1 * LEFT_WIDTH
    tops = {name: dock.y() for name, dock in window.docks.items()}
    assert tops["data"] < tops["model"]


def test_the_layout_is_remembered(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    opened.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, opened.window.docks["model"])
    opened.window.docks["data"].close()
    opened.window.close()
    again = open_window()
    area = again.window.dockWidgetArea(again.window.docks["model"])
    assert area == Qt.DockWidgetArea.RightDockWidgetArea
    assert not again.window.docks["data"].isVisible()


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)])
def test_everything_is_on_screen_at_once(open_window: OpenWindow, size: tuple[int, int]) -> None:
    opened = fitted(open_window().ready(), size)
    for name in (*PLOTS, "trainButton", "corpusTable", "sourceText", "attentionHeatmap"):
        widget = opened.find(QWidget, name)
        corner = widget.mapTo(opened.window, QPoint(0, 0))
        box = widget.rect().translated(corner)
        assert opened.window.rect().contains(box), name
        assert box.height() >= 32, name


def test_events_of_other_kinds_pass_the_filters(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    assert not opened.window.drops.eventFilter(opened.window, QEvent(QEvent.Type.User))

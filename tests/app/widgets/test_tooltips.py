"""A tooltip does not cover what it describes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, QSize
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from app.widgets.log_slider import LogSlider
from app.widgets.tooltips import place_of

pytestmark = pytest.mark.qt_log_ignore("does not support")

SCREEN = QRect(0, 0, 1280, 720)


@pytest.mark.parametrize(
    ("area", "column", "place"),
    [
        (QRect(20, 100, 200, 28), 60, QPoint(60, 132)),  # below
        (QRect(20, 680, 200, 28), 60, QPoint(60, 576)),  # above: there is no room below
        (QRect(1100, 100, 160, 28), 1200, QPoint(980, 132)),  # on the screen
    ],
)
def test_a_tooltip_stands_below_or_above(area: QRect, column: int, place: QPoint) -> None:
    assert place_of(QSize(300, 100), area, column, SCREEN) == place


def test_the_tooltip_of_a_slider_leaves_slider_and_value_to_be_seen(qtbot: QtBot) -> None:
    slider = LogSlider(1e-5, 1.0, name="rate")
    qtbot.addWidget(slider)
    slider.set_help("How far each update moves the weights. " * 5)
    slider.resize(240, 28)
    slider.show()
    for widget in (slider.track, slider.field):
        middle = widget.rect().center()
        event = QHelpEvent(QEvent.Type.ToolTip, middle, widget.mapToGlobal(middle))
        QApplication.sendEvent(widget, event)
        (tip,) = (
            each for each in QApplication.topLevelWidgets()
            if each.inherits("QTipLabel") and each.isVisible()
        )  # fmt: skip
        assert QToolTip.text() == widget.toolTip()
        area = QRect(slider.mapToGlobal(QPoint(0, 0)), slider.size())
        assert not tip.geometry().intersects(area)
    QToolTip.hideText()

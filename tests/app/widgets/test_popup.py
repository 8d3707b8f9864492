"""A popup opens below its button, and never beyond the screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.popup import Popup, pop_menu


@pytest.mark.qt_log_ignore("does not support grabbing")  # the offscreen platform says so
@pytest.mark.parametrize("corner", ["middle", "left", "bottom"])
def test_it_opens_below_its_button_and_on_its_screen(qtbot: QtBot, corner: str) -> None:
    button = QPushButton("…")
    qtbot.addWidget(button)
    room = button.screen().availableGeometry()
    place = {"middle": room.center(), "left": room.topLeft(), "bottom": room.bottomRight()}[corner]
    button.setGeometry(place.x(), place.y(), 40, 24)
    button.show()
    popup = Popup("more", button, width=200)
    popup.column.addWidget(QLabel("said there"))
    popup.show_below(button)
    assert popup.accessibleName() == "more"
    assert popup.width() == 200
    box = QRect(popup.pos(), popup.size())
    assert room.adjusted(-4, -4, 4, 4).contains(box)
    if corner == "middle":
        edge = button.mapToGlobal(QPoint(button.width(), button.height()))
        assert abs(box.left() + box.width() - edge.x()) <= 4  # the platform's frame
        assert edge.y() <= box.top() <= edge.y() + 8
    popup.close()


@pytest.mark.qt_log_ignore("does not support grabbing")
@pytest.mark.parametrize("left", [500, 0])
def test_it_opens_beside_a_column_that_stays_in_sight(qtbot: QtBot, left: int) -> None:
    column = QWidget()
    qtbot.addWidget(column)
    button = QPushButton("…", column)
    column.setGeometry(left, 40, 260, 300)
    button.setGeometry(200, 50, 40, 24)
    column.show()
    popup = Popup("more", button, width=200)
    popup.show_clear_of(column, button)
    assert not QRect(popup.pos(), popup.size()).intersects(column.geometry())
    assert abs(popup.y() - button.mapToGlobal(QPoint(0, 0)).y()) <= 4
    popup.close()


@pytest.mark.qt_log_ignore("does not support")
@pytest.mark.parametrize("opens", ["popup", "menu"])
def test_a_button_that_the_pointer_left_meanwhile_looks_as_ever(qtbot: QtBot, opens: str) -> None:
    button = QPushButton("…")
    qtbot.addWidget(button)
    button.setGeometry(300, 200, 40, 24)
    button.show()
    button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)  # as it was when it was clicked
    QCursor.setPos(button.screen().geometry().bottomRight())
    if opens == "popup":
        popup = Popup("more", button, width=200)
        popup.show_below(button)
        popup.close()
    else:
        menu = QMenu(button)
        menu.addAction("one")
        pop_menu(menu, button)
        menu.close()
    qtbot.waitUntil(lambda: not button.underMouse())

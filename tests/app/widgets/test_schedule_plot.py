"""The schedule is drawn with a dot where the run is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.widgets.schedule_plot import RateCurve, ScheduleButton
from app.widgets.theme import LIGHT

RISE = RateCurve((1, 50, 100), (0.0, 1e-3, 2e-3), here=50, now=1e-3)


def _button(qtbot: QtBot) -> ScheduleButton:
    button = ScheduleButton()
    qtbot.addWidget(button)
    button.set_help("Rise.")
    button.set_rates(RISE)
    button.resize(button.sizeHint())
    button.show()
    return button


def _accent_columns(button: ScheduleButton) -> list[int]:
    image = button.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    accent = QColor(LIGHT.accent).rgb()
    return [
        x for x in range(image.width())
        if any(image.pixel(x, y) == accent for y in range(image.height()))
    ]  # fmt: skip


def test_what_is_done_wears_the_accent_up_to_the_dot(qtbot: QtBot) -> None:
    button = _button(qtbot)
    middle = _accent_columns(button)
    assert max(middle) == pytest.approx(button.width() / 2, abs=6)
    button.set_here(100, 2e-3)
    assert max(_accent_columns(button)) > button.width() - 14
    assert button.caption() == "now 2e-3"
    assert "now 2e-3" in button.accessibleName()


@pytest.mark.qt_log_ignore("does not support")
@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_key_opens_it_large_and_escape_closes_it(qtbot: QtBot, key: Qt.Key) -> None:
    button = _button(qtbot)
    QTest.keyClick(button, key)
    popup = button.popup
    assert popup is not None
    assert popup.isVisible()
    assert popup.width() > 2 * button.width()
    button.set_here(60, 1.2e-3)
    assert popup.plot._rates.here == 60
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: button.popup is None)


def test_a_run_past_its_end_stays_on_the_picture(qtbot: QtBot) -> None:
    assert RateCurve((1, 100), (0.0, 1.0), here=500).part_done() == 1.0

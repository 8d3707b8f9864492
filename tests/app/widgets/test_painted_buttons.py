"""Signs that buttons paint themselves: seen in every theme, of one size, with a visible focus."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.primary_button import PrimaryButton
from app.widgets.stroke_button import (
    LARGER,
    LIST,
    PLUS,
    SMALLER,
    SWAP,
    WAY_BACK,
    StrokeButton,
    Strokes,
)
from app.widgets.theme import LIGHT, THEMES, Theme, apply_theme


def shown(qtbot: QtBot, *buttons: QPushButton) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    for button in buttons:
        layout.addWidget(button)
    qtbot.addWidget(row)
    row.show()
    return row


def picture(button: QPushButton) -> QImage:
    return button.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def inked(image: QImage, theme: Theme) -> list[int]:
    """Return in which columns within the edge something is nearer to ink than to the ground."""
    columns, rows = range(3, image.width() - 3), range(3, image.height() - 3)
    middle = (QColor(theme.ink).lightnessF() + QColor(theme.card).lightnessF()) / 2
    is_dark = middle < QColor(theme.card).lightnessF()
    return [
        x
        for x in columns
        if any((image.pixelColor(x, y).lightnessF() < middle) == is_dark for y in rows)
    ]


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("sign", [LIST, PLUS, SWAP, LARGER, SMALLER, WAY_BACK])
def test_a_sign_stands_in_ink_in_the_middle_of_a_narrow_button(
    qtbot: QtBot, qapp: QApplication, theme: Theme, sign: Strokes
) -> None:
    apply_theme(qapp, theme)
    button = StrokeButton(sign)
    button.setProperty("role", "small")
    row = shown(qtbot, button)
    assert button.sizeHint().width() <= 30  # a button without a text is as wide as four letters
    button.setFixedSize(button.sizeHint())
    row.adjustSize()
    columns = inked(picture(button), theme)
    assert 9 <= columns[-1] - columns[0] + 1 <= 14
    assert abs((columns[0] + columns[-1]) / 2 - (button.width() - 1) / 2) <= 1
    apply_theme(qapp, LIGHT)


def test_a_quiet_sign_is_in_ink_while_it_has_the_focus(qtbot: QtBot, qapp: QApplication) -> None:
    apply_theme(qapp, LIGHT)
    button, other = StrokeButton(WAY_BACK, is_quiet=True), QPushButton("Step")
    row = shown(qtbot, button, other)
    row.activateWindow()
    other.setFocus()
    assert darkest(picture(button)) >= QColor(LIGHT.mute).lightnessF() - 0.02
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    assert darkest(picture(button)) <= QColor(LIGHT.ink).lightnessF() + 0.02


def darkest(image: QImage) -> float:
    """Return the lightness of the darkest place within the edge."""
    columns, rows = range(3, image.width() - 3), range(3, image.height() - 3)
    return min(image.pixelColor(x, y).lightnessF() for x in columns for y in rows)


def test_another_sign_is_painted_at_once(qtbot: QtBot) -> None:
    button = StrokeButton(LARGER)
    row = shown(qtbot, button)
    before = picture(button)
    button.set_sign(SMALLER)
    assert picture(button) != before
    row.close()


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_the_focus_of_the_largest_button_is_a_ring_a_gap_away_from_it(
    qtbot: QtBot, qapp: QApplication, theme: Theme
) -> None:
    apply_theme(qapp, theme)
    button, other = PrimaryButton("Train"), QPushButton("Step")
    row = shown(qtbot, button, other)
    row.activateWindow()
    other.setFocus()
    size = button.size()
    edge = [picture(button).pixelColor(button.width() // 2, y).name() for y in range(4)]
    assert edge == [theme.card] * 2 + [theme.accent] * 2
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    edge = [picture(button).pixelColor(button.width() // 2, y).name() for y in range(6)]
    assert edge == [theme.accent] * 2 + [theme.card] * 2 + [theme.accent] * 2
    assert button.size() == size
    apply_theme(qapp, LIGHT)

"""The table of actions: complete, without clashes, and readable."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMainWindow,
    QMenu,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.actions import (
    ACTIONS,
    MENUS,
    WIDGET_KEYS,
    PlainKeys,
    Row,
    build_actions,
    fill_menus,
    keys_in_words,
    text_of,
)
from app.widgets.chooser import Chooser
from app.widgets.log_slider import LogSlider
from app.widgets.named import named
from tests.app.conftest import OpenWindow

README_KEYS = {"train": "Space", "step": "S", "new_run": "N"}


@pytest.mark.parametrize("row", ACTIONS.values(), ids=ACTIONS)
def test_every_action_has_a_menu_and_a_text(row: Row) -> None:
    assert row.menu in MENUS
    assert re.match(r"[A-Z]", row.text)


def test_every_menu_holds_something() -> None:
    assert {row.menu for row in ACTIONS.values()} == set(MENUS)


def test_no_key_is_given_twice() -> None:
    keys = [key for row in ACTIONS.values() for key in row.keys]
    plain = [key for row in ACTIONS.values() for key in row.plain_keys]
    assert len(keys) == len(set(keys))
    assert len(plain) == len(set(plain))


def test_no_two_actions_have_the_same_name() -> None:
    names = [row.text for row in ACTIONS.values()]
    assert len(set(names)) == len(names)


def test_menus_have_mnemonics_of_their_own() -> None:
    letters = [title[title.index("&") + 1].lower() for title in MENUS.values()]
    assert len(letters) == len(set(letters))


@pytest.mark.parametrize(("name", "key"), README_KEYS.items())
def test_the_keys_of_the_design(name: str, key: str) -> None:
    assert ACTIONS[name].plain_keys[0] == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("open", "Ctrl+O"), ("train", "Ctrl+Space"), ("translate", "Ctrl+Return"),
        ("presentation", "F11"), ("keys", "F1"), ("preferences", "Ctrl+,"), ("another", "Ctrl+R"),
        ("find", "Ctrl+F"), ("next_panel", "F6"), ("undo", "Ctrl+Z"),
    ],
)  # fmt: skip
def test_the_shortcuts_of_the_design(name: str, key: str) -> None:
    assert key in ACTIONS[name].keys


def test_keys_are_written_as_a_person_reads_them(qapp: object) -> None:
    assert keys_in_words(ACTIONS["train"]) == "Space, Ctrl+Space"
    assert keys_in_words(ACTIONS["rate_down"]) == "−"
    assert keys_in_words(ACTIONS["rate_up"]) == "+"
    assert keys_in_words(ACTIONS["about"]) == ""
    assert text_of("Single step") == "Single step"


def test_keys_inside_widgets_are_grouped_and_said_once() -> None:
    for title, rows in WIDGET_KEYS.items():
        assert title
        assert len({keys for keys, _ in rows}) == len(rows) > 0


@pytest.fixture
def small_window(
    qtbot: QtBot, qapp: QApplication
) -> Iterator[tuple[QMainWindow, dict[str, QAction], list[str]]]:
    """A window with the actions of the table, which only say that they were called."""
    came: list[str] = []
    window = QMainWindow()
    deeds = {name: (lambda name=name: came.append(name)) for name in ACTIONS}
    actions = build_actions(window, deeds)
    fill_menus(window.menuBar(), actions)
    middle = QWidget()
    column = QVBoxLayout(middle)
    plain = named(QWidget(), "plain")
    for widget in (plain, LogSlider(1e-5, 1.0, name="rate"), QLineEdit(), QSpinBox()):
        column.addWidget(widget)
    plain.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.setCentralWidget(middle)
    keys = PlainKeys(window, actions)
    qapp.installEventFilter(keys)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window, actions, came
    qapp.removeEventFilter(keys)


SHIFT, PAD = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


@pytest.mark.parametrize(
    ("key", "held", "action"),
    [
        (Qt.Key.Key_Plus, SHIFT, "rate_up"), (Qt.Key.Key_Plus, PAD, "rate_up"),
        (Qt.Key.Key_Plus, NONE, "rate_up"), (Qt.Key.Key_Equal, NONE, "rate_up"),
        (Qt.Key.Key_Minus, NONE, "rate_down"), (Qt.Key.Key_Minus, PAD, "rate_down"),
        (Qt.Key.Key_Underscore, SHIFT, "rate_down"), (Qt.Key.Key_Plus, CONTROL, ""),
        (Qt.Key.Key_S, NONE, "step"), (Qt.Key.Key_S, SHIFT, ""),
    ],
)  # fmt: skip
def test_plus_and_minus_turn_the_rate_on_every_keyboard(
    small_window: tuple[QMainWindow, dict[str, QAction], list[str]],
    key: Qt.Key, held: Qt.KeyboardModifier, action: str,
) -> None:  # fmt: skip
    window, _, came = small_window
    (plain,) = window.findChildren(QWidget, "plain")
    plain.setFocus()
    QTest.keyClick(window.windowHandle(), key, held)
    assert came == ([action] if action else [])


def test_a_closed_list_leaves_the_keys_to_the_window_and_chooses_nothing_unseen(
    small_window: tuple[QMainWindow, dict[str, QAction], list[str]],
) -> None:
    window, _, came = small_window
    middle = window.centralWidget()
    assert middle is not None
    chooser = Chooser()
    chooser.addItems(["GRU", "Simple", "RNN small", "New"])
    layout = middle.layout()
    assert layout is not None
    layout.addWidget(chooser)
    chooser.show()
    chooser.setFocus()
    for letter in ("N", "S", "R", "Space", "G", "X"):
        QTest.keyClick(window.windowHandle(), Qt.Key[f"Key_{letter}"])
    assert came == ["new_run", "step", "rewind", "train"]
    assert chooser.currentText() == "GRU"
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Down)
    assert chooser.currentText() == "Simple"


def test_sliders_and_fields_keep_plus_and_minus(
    small_window: tuple[QMainWindow, dict[str, QAction], list[str]],
) -> None:
    window, _, came = small_window
    slider = window.findChildren(LogSlider)[0]
    before = slider.value()
    slider.track.setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Plus)
    assert slider.value() > before
    for field in (window.findChildren(QSpinBox)[0], window.findChildren(QLineEdit)[-1]):
        field.setFocus()
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Minus)
    assert not came


@pytest.mark.qt_log_ignore("does not support", "grabbing")
def test_letters_typed_into_an_open_menu_do_nothing_else(
    small_window: tuple[QMainWindow, dict[str, QAction], list[str]], qtbot: QtBot
) -> None:
    window, _, came = small_window
    (plain,) = window.findChildren(QWidget, "plain")
    plain.setFocus()
    menu = next(menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == "&View")
    menu.popup(window.pos())
    qtbot.waitUntil(menu.isVisible)
    QTest.keyClick(menu, Qt.Key.Key_S)  # Size
    assert not came
    menu.close()


def test_the_signs_turn_the_rate_of_the_run(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    opened.window.activateWindow()
    opened.wait(opened.window.isActiveWindow)
    opened.train.setFocus()
    rate = opened.find(LogSlider, "learningRate")
    before = rate.value()
    QTest.keyClick(opened.window.windowHandle(), Qt.Key.Key_Plus, SHIFT)
    assert rate.value() > before
    QTest.keyClick(opened.window.windowHandle(), Qt.Key.Key_Minus)
    assert rate.value() == pytest.approx(before)

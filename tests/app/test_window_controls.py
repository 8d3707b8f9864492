"""The real window: controls, menus and keys, and what each says of itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTableView,
    QWidget,
)

from app.actions import ACTIONS
from app.widgets.config_form import ConfigForm
from app.widgets.curve_plot import CurvePlot
from app.widgets.heatmap import Heatmap
from app.widgets.value_slider import ValueSlider
from tests.app.conftest import Opened, OpenWindow, close
from tests.app.seen import NAMES, PLOTS, press

# What the window is made of -----------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_promised_name_is_there_once(still: Opened, name: str) -> None:
    assert isinstance(still.find(QWidget, name), QWidget)


def test_every_knob_of_the_form_bears_its_key(still: Opened) -> None:
    forms = still.window.panels["model"].findChildren(ConfigForm)
    keys = [row.knob.key for form in forms for row in form.rows()]
    assert len(keys) == len(set(keys)) > 20
    for key in keys:
        assert still.find(QWidget, key).objectName() == key


def is_inside(widget: QWidget, kind: type[QWidget]) -> bool:
    parent = widget.parentWidget()
    return parent is not None and (isinstance(parent, kind) or is_inside(parent, kind))


def test_every_control_explains_itself(still: Opened) -> None:
    controls = (
        QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QSpinBox, QAbstractItemView,
        ValueSlider, CurvePlot, Heatmap,
    )  # fmt: skip
    mute = []
    for widget in still.window.findChildren(QWidget):
        is_part = is_inside(widget, QComboBox) or widget.objectName().startswith("qt_")
        if not isinstance(widget, controls) or isinstance(widget, QHeaderView) or is_part:
            continue
        words = widget.toolTip() or widget.accessibleName()
        if isinstance(widget, QAbstractButton):
            words = words or widget.text()
        if len(words) < 2:
            mute.append(
                (type(widget).__name__, widget.objectName(), type(widget.parent()).__name__)
            )
    assert not mute


def test_the_menus_hold_all_actions(still: Opened) -> None:
    in_menus: set[QAction] = set()
    for menu in still.window.menus.actions():
        assert menu.menu() is not None
        in_menus |= set(menu.menu().actions())  # type: ignore[attr-defined]
    assert set(still.window.actions_by_name) == set(ACTIONS)
    assert set(still.window.actions_by_name.values()) <= in_menus
    assert {dock.toggleViewAction() for dock in still.window.docks.values()} <= in_menus


def test_no_two_actions_share_keys(still: Opened) -> None:
    keys = [
        key.toString() for action in still.window.actions_by_name.values()
        for key in action.shortcuts()
    ]  # fmt: skip
    assert len(keys) == len(set(keys)) > 6


def test_the_list_of_keys_names_them_all(still: Opened) -> None:
    still.window.actions_by_name["keys"].trigger()
    (dialog,) = [found for found in still.window.findChildren(QDialog) if found.isVisible()]
    text = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    for words in ("Space", "Ctrl+Space", "F11", "Ctrl+O", "Single step"):
        assert words in text
    dialog.close()


def pressed(opened: Opened) -> list[str]:
    """Return a list into which go the names of the actions that are triggered, which do nothing."""
    came: list[str] = []
    for name, action in opened.window.actions_by_name.items():
        action.triggered.disconnect()
        action.triggered.connect(lambda _=False, name=name: came.append(name))
    opened.train.clicked.disconnect()  # type: ignore[attr-defined]
    opened.train.clicked.connect(lambda _=False: came.append("train"))  # type: ignore[attr-defined]
    return came


WITHOUT_USE = (
    "trainButton", *PLOTS, "attentionHeatmap", "corpusChooser", "presetChooser",
    "architectureChooser", "corpusTable", "nBestTable", "historyTable", "translationText",
)  # fmt: skip


WITH_USE = ("sourceText", "beamSize")


@pytest.fixture(scope="module")
def still(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """One window for all tests that only look at it; nothing runs behind it."""
    from tests.app.conftest import build_window

    opened = build_window(tmp_path_factory.mktemp("still"), tmp_path_factory.getbasetemp())
    opened.window.activateWindow()
    yield opened
    close(opened)


# Keys ---------------------------------------------------------------------------------------


def test_plain_keys_act_where_nobody_else_wants_them(still_keys: tuple[Opened, list[str]]) -> None:
    opened, came = still_keys
    pages = {"nBestTable": 1, "historyTable": 2}
    for name in WITHOUT_USE:
        widget = opened.find(QWidget, name)
        opened.window.panels["translate"].pages.turn_to(pages.get(name, 0))  # type: ignore[attr-defined]
        for key, action in (
            (Qt.Key.Key_Space, "train"),
            (Qt.Key.Key_S, "step"),
            (Qt.Key.Key_R, "rewind"),
            (Qt.Key.Key_N, "new_run"),
        ):
            came.clear()
            press(opened, key, widget)
            assert came == [action], name


def test_a_list_looks_for_no_row_that_begins_with_a_letter(
    still_keys: tuple[Opened, list[str]],
) -> None:
    opened, _ = still_keys
    table = opened.find(QTableView, "corpusTable")
    table.setCurrentIndex(table.model().index(0, 0))
    begins = {table.model().index(row, 0).data()[0].upper() for row in range(1, 20)}
    for letter in sorted(begins & {chr(code) for code in range(65, 91)} - set("SRN")):
        press(opened, Qt.Key[f"Key_{letter}"], table)
    assert begins
    assert table.currentIndex().row() == 0


@pytest.mark.qt_log_ignore("does not support", "grabbing")
def test_plain_keys_are_left_to_those_who_want_them(still_keys: tuple[Opened, list[str]]) -> None:
    opened, came = still_keys
    opened.window.panels["translate"].pages.turn_to(1)  # type: ignore[attr-defined]
    opened.find(QSpinBox, "beamSize").show()
    for name in WITH_USE:
        widget = opened.find(QWidget, name)
        for key in (Qt.Key.Key_S, Qt.Key.Key_N, Qt.Key.Key_Space):
            press(opened, key, widget)
            assert not came, name
        popup = QApplication.activePopupWidget()
        if popup:
            popup.close()
    opened.window.panels["translate"].pages.turn_to(0)  # type: ignore[attr-defined]


def test_letters_that_no_number_has_act_from_a_number(
    still_keys: tuple[Opened, list[str]],
) -> None:
    opened, came = still_keys
    field = opened.window.bar.rate.field
    press(opened, Qt.Key.Key_R, field)
    assert came == ["rewind"]
    QTest.keyClicks(field, "1")
    press(opened, Qt.Key.Key_R, field)  # while it is being typed, all is
    press(opened, Qt.Key.Key_E, field)
    assert came == ["rewind"]
    QTest.keyClick(field, Qt.Key.Key_Escape)


def test_the_key_that_trains_is_named_for_where_the_focus_is(
    still_keys: tuple[Opened, list[str]],
) -> None:
    opened, _ = still_keys
    for name, key in (
        ("sourceText", "Ctrl+Space"), ("corpusChooser", "Space"), ("swapSides", "Ctrl+Space"),
        ("trainButton", "Space"),
    ):  # fmt: skip
        opened.find(QWidget, name).setFocus()
        assert f"Press {key} " in opened.window.status.sentence.text()


def test_control_space_acts_everywhere(still_keys: tuple[Opened, list[str]]) -> None:
    opened, came = still_keys
    for name in ("trainButton", "lossPlot", "sourceText", "corpusTable", "corpusChooser"):
        came.clear()
        press(opened, Qt.Key.Key_Space, opened.find(QWidget, name), control=True)
        assert came == ["train"], name


@pytest.fixture
def still_keys(open_window: OpenWindow) -> tuple[Opened, list[str]]:
    """A window of its own, whose actions only say that they were called."""
    opened = open_window().ready()
    return opened, pressed(opened)


# Looks --------------------------------------------------------------------------------------


def test_undo_says_what_it_takes_back(still: Opened) -> None:
    draft, undo = still.controller.draft, still.window.actions_by_name["undo"]
    draft.set("training.clip_norm", 2.5)
    assert undo.text() == "Undo: Clip norm"
    draft.follow_rewind({"training.learning_rate": 1e-4}, 1e-4)
    assert undo.text() == "Undo: Learning rate (the rewind stays)"
    draft.undo()
    draft.set_kinds("lstm")
    assert undo.text() == "Undo: Architecture"
    undo.trigger()
    assert undo.text() == "Undo: Clip norm"
    assert still.window.actions_by_name["redo"].text() == "Redo: Architecture"
    before = draft.config.data
    data = draft.corpus("phrasebook")
    draft.set_data(data.model_copy(update={"longest": 50, "tokenizer": before.tokenizer}))
    assert undo.text() == "Undo: Corpus"  # what came with it is no change of its own
    undo.trigger()
    draft.set_data(before.model_copy(update={"builtin": "copy", "train": ()}))
    assert undo.text() == "Undo: Corpus"
    undo.trigger()

"""The row above the curves says how they are looked at, and changes it by mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.widgets.curve_view import CurveView
from app.widgets.theme import LIGHT, apply_theme
from app.widgets.view_controls import ViewControls


@pytest.fixture
def controls(qtbot: QtBot) -> ViewControls:
    controls = ViewControls({"loss": "Loss", "scores": "Held-out scores"}, QMenu)
    qtbot.addWidget(controls)
    controls.resize(controls.sizeHint())
    controls.show()
    return controls


def choose(menu: QMenu, text: str) -> None:
    (action,) = [action for action in menu.actions() if action.text() == text]
    action.trigger()


def texts(controls: ViewControls) -> list[str]:
    return [button.text() for button in controls._buttons()[:3]]


def plain(tooltip: str) -> str:
    document = QTextDocument()
    document.setHtml(tooltip)
    return document.toPlainText()


def test_it_says_what_is_chosen(controls: ViewControls) -> None:
    assert texts(controls) == ["by step", "scale: linear", "smoothing off"]
    controls.set_view(CurveView("seconds", True, ("loss",), "recent", 0.6))
    controls.resize(controls.sizeHint())
    assert texts(controls) == [
        "by seconds, logarithmic", "scale: partly logarithmic, recent", "smoothing 0.6",
    ]  # fmt: skip
    assert controls.smoothing_button.accessibleName() == "smoothing: 0.6"
    controls.set_view(CurveView(log_y=("loss", "scores")))
    assert texts(controls)[1] == "scale: logarithmic"


def test_the_tooltips_say_in_full_what_is_chosen_and_what_it_does(controls: ViewControls) -> None:
    controls.set_view(CurveView("epoch", False, ("scores",)))
    controls.resize(controls.minimumSizeHint())
    assert texts(controls) == ["x", "y", "smooth"]
    said = [plain(button.toolTip()) for button in controls._buttons()[:3]]
    assert said[0].startswith("X axis: epoch\nWhat the curves run along")
    assert said[1].startswith("Y axes: logarithmic for Held-out scores\nHow high values stand")
    assert said[2].startswith("Smoothing: off\nDraws the running mean")
    for menu in (controls.x_menu(), controls.y_menu()):
        assert menu.toolTipsVisible()
        for action in menu.actions():
            if not action.isSeparator():
                assert action.toolTip() not in ("", action.text()), action.text()


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("Epoch", CurveView(x="epoch")), ("Tokens", CurveView(x="tokens")),
        ("Seconds", CurveView(x="seconds")), ("Logarithmic", CurveView(log_x=True)),
    ],
)  # fmt: skip
def test_the_x_axis_is_chosen_from_its_menu(
    controls: ViewControls, qtbot: QtBot, text: str, view: CurveView
) -> None:  # fmt: skip
    with qtbot.waitSignal(controls.view_chosen) as chosen:
        choose(controls.x_menu(), text)
    assert chosen.args == [view]


def test_logarithms_are_chosen_for_each_plot(controls: ViewControls, qtbot: QtBot) -> None:
    choose(controls.y_menu(), "Logarithmic: Loss")
    with qtbot.waitSignal(controls.view_chosen) as chosen:
        choose(controls.y_menu(), "Logarithmic: Held-out scores")
    assert chosen.args == [CurveView(log_y=("loss", "scores"))]
    with qtbot.waitSignal(controls.view_chosen) as chosen:
        choose(controls.y_menu(), "Logarithmic: Loss")
    assert chosen.args == [CurveView(log_y=("scores",))]


def test_the_range_is_chosen_and_shown_in_the_menu(controls: ViewControls, qtbot: QtBot) -> None:
    with qtbot.waitSignal(controls.view_chosen) as chosen:
        choose(controls.y_menu(), "Range: newer half of the run")
    assert chosen.args == [CurveView(y_range="recent")]
    checked = [action.text() for action in controls.y_menu().actions() if action.isChecked()]
    assert checked == ["Range: newer half of the run"]


@pytest.mark.qt_log_ignore("does not support")
def test_the_menus_open_by_key_and_are_gone_through_by_keys(
    controls: ViewControls, qtbot: QtBot
) -> None:  # fmt: skip
    QTest.keyClick(controls.x_button, Qt.Key.Key_Space)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.activeAction().text() == "Step"
    with qtbot.waitSignal(controls.view_chosen) as chosen:
        QTest.keyClick(menu, Qt.Key.Key_Down)
        QTest.keyClick(menu, Qt.Key.Key_Return)
    assert chosen.args == [CurveView(x="epoch")]


@pytest.mark.qt_log_ignore("does not support")
def test_smoothing_is_a_slider_with_an_off(controls: ViewControls, qtbot: QtBot) -> None:
    QTest.mouseClick(controls.smoothing_button, Qt.MouseButton.LeftButton)
    popup = controls.popup
    assert popup.isVisible()
    assert not popup.off.isEnabled()
    with qtbot.waitSignal(controls.view_chosen) as chosen:
        QTest.keyClick(popup.slider.track, Qt.Key.Key_Right)
    assert chosen.args == [CurveView(smoothing=0.3)]
    assert controls.smoothing_button.accessibleName() == "smoothing: 0.3"
    QTest.keyClick(popup.slider.track, Qt.Key.Key_End)
    assert controls._view.smoothing == 0.99
    with qtbot.waitSignal(controls.view_chosen) as chosen:
        QTest.mouseClick(popup.off, Qt.MouseButton.LeftButton)
    assert chosen.args == [CurveView()]
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_where_room_is_short_it_says_less(controls: ViewControls) -> None:
    said = []
    for width in range(controls.sizeHint().width(), controls.minimumSizeHint().width() - 1, -1):
        controls.resize(width, controls.height())
        if texts(controls) not in said:
            said.append(texts(controls))
    assert said == [
        ["by step", "scale: linear", "smoothing off"],
        ["by step", "scale", "smoothing off"],
        ["by …", "scale", "smoothing off"],
        ["by …", "scale", "smoothing"],
        ["x", "y", "smooth"],
    ]


def test_setting_a_view_is_not_taken_for_a_hand(controls: ViewControls, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(controls.view_chosen):
        controls.set_view(CurveView(x="epoch", smoothing=0.9))


@pytest.mark.parametrize("scale", [1.0, 1.6])
def test_nothing_overlaps_nor_is_cut_off_where_room_is_short(
    controls: ViewControls, qapp: QApplication, scale: float
) -> None:  # fmt: skip
    try:
        apply_theme(qapp, LIGHT, scale)
        for width in (controls.minimumSizeHint().width(), controls.sizeHint().width()):
            controls.resize(width, controls.sizeHint().height())
            for button in controls._buttons():
                assert button.x() >= 0
                assert button.width() >= max(24, button.minimumSizeHint().width())
                assert button.height() >= max(24, button.minimumSizeHint().height())
            boxes = [button.geometry() for button in controls._buttons()]
            assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
        assert controls.minimumSizeHint().width() < controls.sizeHint().width()
    finally:
        apply_theme(qapp, LIGHT)


def test_every_button_is_reached_by_tab_and_explains_itself(controls: ViewControls) -> None:
    for button in controls._buttons():
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert button.toolTip()
        assert len(button.accessibleName()) > 5

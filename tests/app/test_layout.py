"""Docks, windows and focus: from any mess back to the design, and from panel to panel by key."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QWidget

from app.layout import is_in_sight
from app.panels import PANELS
from tests.app.conftest import Opened, OpenWindow, live
from tests.app.seen import fitted
from tests.helpers import tiny_config

AWAY = QPoint(-9000, -9000)


def is_as_designed(opened: Opened) -> bool:
    return all(
        dock.isVisible()
        and not dock.isFloating()
        and opened.window.dockWidgetArea(dock) == PANELS[name].area
        for name, dock in opened.window.docks.items()
    )


@pytest.mark.qt_log_ignore("does not support")
@pytest.mark.parametrize("mess", ["closed", "floating far away", "stacked", "all below"])
def test_reset_layout_cures_any_mess(open_window: OpenWindow, mess: str) -> None:
    opened = fitted(open_window().ready())
    window = opened.window
    first, *others = window.docks.values()
    for dock in window.docks.values():
        if mess == "closed":
            dock.close()
        elif mess == "floating far away":
            dock.setFloating(True)
            dock.move(AWAY)
        elif mess == "all below":
            window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
    for dock in others if mess == "stacked" else ():
        window.tabifyDockWidget(first, dock)
    window.actions_by_name["reset_layout"].trigger()
    opened.wait(lambda: is_as_designed(opened))
    assert not any(window.tabifiedDockWidgets(dock) for dock in window.docks.values())


@pytest.mark.qt_log_ignore("does not support")
@pytest.mark.parametrize("is_maximized", [False, True])
def test_a_second_window_does_not_lie_over_the_first(
    open_window: OpenWindow, is_maximized: bool
) -> None:
    first = open_window()
    first.window.resize(700, 500)
    if is_maximized:
        first.window.showMaximized()
    first.settings.geometry = first.window.saveGeometry()
    second, third = open_window(), open_window()
    places = [one.window.pos() for one in (first, second, third)]
    for one, other in pairwise(places):
        assert other.x() > one.x()
        assert other.y() > one.y()
    assert not second.window.isMaximized()
    assert all(is_in_sight(one.window) for one in (second, third))
    third.window.close()
    second.window.close()  # their places are not what the next start is to remember
    fourth = open_window()
    assert fourth.window.pos() == places[1]


@pytest.mark.qt_log_ignore("does not support")
def test_what_was_saved_on_a_screen_that_is_gone_comes_back_in_sight(
    open_window: OpenWindow,
) -> None:
    opened = fitted(open_window().ready(), (1000, 700))
    opened.window.move(AWAY)
    dock = opened.window.docks["translate"]
    dock.setFloating(True)
    dock.move(AWAY)
    assert not is_in_sight(opened.window)
    opened.window.close()
    again = open_window()
    again.wait(lambda: is_in_sight(again.window))
    dock = again.window.docks["translate"]
    assert not dock.isFloating() or is_in_sight(dock)


@pytest.mark.qt_log_ignore("does not support")
def test_a_floating_panel_is_shown_after_its_window_and_lies_before_it(
    open_window: OpenWindow,
) -> None:
    opened = fitted(open_window().ready(), (1000, 700))
    opened.window.docks["translate"].setFloating(True)
    opened.window.close()
    again = open_window()
    dock, layout = again.window.docks["translate"], again.window.layout_of_docks
    again.wait(dock.isVisible)
    assert dock.isFloating()
    again.window.hide()
    layout.restore()  # as at the start, when the window is not yet shown
    assert not dock.isVisible()
    again.window.show()
    again.wait(dock.isVisible)
    again.window.actions_by_name["sentence"].trigger()
    again.wait(dock.isActiveWindow)


@pytest.mark.parametrize("rubbish", [b"", b"rubbish", b"\x00\x00\x00\xff" * 20])
def test_a_foreign_layout_gives_the_designs(open_window: OpenWindow, rubbish: bytes) -> None:
    before = open_window()
    before.window.close()
    before.settings.layout = before.settings.geometry = rubbish  # type: ignore[assignment]
    opened = open_window()
    opened.wait(lambda: is_as_designed(opened))


@pytest.mark.qt_log_ignore("does not support")
def test_the_cross_of_a_floating_panel_puts_it_back(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    dock, head = opened.window.docks["translate"], opened.window.panels["translate"].head

    def crosses() -> list[QPushButton]:
        found = head.findChildren(QPushButton)
        return [each for each in found if each.isVisible() and each.property("role") == "cross"]

    assert not crosses()
    for _ in range(2):
        dock.setFloating(True)
        opened.wait(lambda: len(crosses()) == 1)
        assert crosses()[0].accessibleName() == "Put back into the window"
        crosses()[0].click()
        opened.wait(lambda: not dock.isFloating())
        assert dock.isVisible()
        assert not crosses()


def test_a_click_leaves_the_keys_where_they_are(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    opened.window.activateWindow()
    opened.wait(opened.train.hasFocus)
    swap, chooser = opened.find(QPushButton, "swapSides"), opened.find(QComboBox, "corpusChooser")
    QTest.mouseClick(swap, Qt.MouseButton.LeftButton)
    assert opened.train.hasFocus()  # Space trains, and does not swap once more
    for widget in (swap, chooser):
        assert widget.focusPolicy() is Qt.FocusPolicy.TabFocus


def areas(opened: Opened) -> dict[str, QWidget]:
    panels = {name: panel.parentWidget() for name, panel in opened.window.panels.items()}
    return {"bar": opened.window.bar, **{n: p for n, p in panels.items() if p}}


def here(opened: Opened) -> str:
    focused = QApplication.focusWidget()
    return next((n for n, a in areas(opened).items() if focused and a.isAncestorOf(focused)), "")


def test_f6_goes_from_panel_to_panel_and_comes_back(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    opened.window.activateWindow()
    opened.wait(opened.train.hasFocus)
    order = ["data", "model", "training", "translate", "bar"]
    seen = []
    for _ in order:
        QTest.keyClick(opened.window.windowHandle(), Qt.Key.Key_F6)
        seen.append(here(opened))
    assert seen == order
    assert opened.train.hasFocus()  # where it was before
    QTest.keyClick(opened.window.windowHandle(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert here(opened) == "translate"
    opened.window.docks["model"].close()
    opened.train.setFocus()
    for expected in ("data", "training"):
        QTest.keyClick(opened.window.windowHandle(), Qt.Key.Key_F6)
        assert here(opened) == expected


def test_tab_goes_through_the_window_as_it_is_read(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    opened.window.activateWindow()
    opened.wait(opened.train.hasFocus)
    visited = ["bar"]
    for _ in range(200):
        QTest.keyClick(opened.window.windowHandle(), Qt.Key.Key_Tab)
        place = here(opened)
        if place and place != visited[-1]:
            visited.append(place)
        if place == "bar" and len(visited) > 1:
            break
    assert visited[:5] == ["bar", "data", "model", "training", "translate"]


def shares(opened: Opened) -> list[tuple[int, int]]:
    return [opened.window.docks[name].size().toTuple() for name in ("data", "model")]


@pytest.mark.qt_log_ignore("does not support")
def test_what_was_given_room_for_a_while_leaves_the_column_as_it_was(
    open_window: OpenWindow,
) -> None:
    noisy = tiny_config(data={"builtin": "noisy", "builtin_pairs": 500})
    opened = fitted(open_window(noisy).ready(), (1280, 700))
    sliders = opened.find(QPushButton, "showDifficulty")
    findings = opened.find(QPushButton, "findingChip")
    larger = opened.find(QPushButton, "largerSettings")
    opened.wait(findings.isVisible)
    before = shares(opened)
    for way in (
        [sliders, sliders], [findings, findings], [sliders, findings, findings],
        [findings, sliders, sliders], [larger, larger], [sliders, larger, larger, sliders],
        [sliders, larger, sliders, larger], [larger, findings, larger, findings],
    ):  # fmt: skip
        for button in way:
            button.click()
            live()
        opened.wait(lambda: shares(opened) == before, 3000)
    findings.click()
    live()
    assert shares(opened) == before  # they are read where the pairs were
    findings.click()
    sliders.click()
    opened.wait(lambda: shares(opened)[0][1] > before[0][1])
    opened.controller.reading.open_builtin("reverse")
    findings.click()
    findings.click()
    opened.wait(lambda: shares(opened) == before, 3000)

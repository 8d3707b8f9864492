"""Preferences, themes, sizes: they act at once, are remembered, and menus and dialog agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction, QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QMenu, QScrollArea

from app import language_menu, main_window
from app.about import About
from app.preferences import Preferences, free_space, unwritable
from app.widgets.chooser import Chooser
from app.widgets.key_list import KeyList
from app.widgets.theme import current_scale, current_theme
from tests.app.conftest import Opened, OpenWindow
from tests.app.seen import banner


def preferences(opened: Opened) -> Preferences:
    opened.window.actions_by_name["preferences"].trigger()
    (dialog,) = opened.window.findChildren(Preferences)
    assert dialog.isVisible()
    return dialog


def choose(chooser: Chooser, value: object) -> None:
    row = chooser.findData(value)
    assert row >= 0
    chooser.setCurrentIndex(row)
    chooser.activated.emit(row)


def ticked(opened: Opened, name: str) -> list[str]:
    menu = opened.window.actions_by_name[name].menu()
    assert isinstance(menu, QMenu)
    return [action.text() for action in menu.actions() if action.isChecked()]


def entry(opened: Opened, name: str, text: str) -> QAction:
    menu = opened.window.actions_by_name[name].menu()
    assert isinstance(menu, QMenu)
    return next(action for action in menu.actions() if action.text() == text)


@pytest.fixture
def large_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The offscreen platform has 800 by 800 pixels."""
    monkeypatch.setattr("app.look.largest_scale", lambda _: 2.0)


@pytest.mark.usefixtures("large_screen")
def test_theme_and_size_act_at_once_and_the_menus_follow(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    dialog = preferences(opened)
    choose(dialog.theme, "dark")
    assert current_theme().name == "dark"
    assert ticked(opened, "theme") == ["Dark"]
    choose(dialog.scale, 150)
    assert current_scale() == 1.5
    assert ticked(opened, "size") == ["150 %"]
    entry(opened, "theme", "Light").trigger()
    entry(opened, "size", "100 %").trigger()
    assert (current_theme().name, current_scale()) == ("light", 1.0)
    assert (opened.settings.theme, opened.settings.size) == ("light", 100)
    dialog.close()


def test_a_size_that_does_not_fit_the_screen_is_neither_offered_nor_worn(
    open_window: OpenWindow,
) -> None:
    opened = open_window().ready()
    opened.settings.size = 200
    assert current_scale() == 1.0
    menu = opened.window.actions_by_name["size"].menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["100 %"]


def test_every_entry_has_a_name_and_is_reached_by_keyboard(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    dialog = preferences(opened)
    dialog.activateWindow()
    opened.wait(dialog.isActiveWindow)
    names = []
    for _ in range(8):
        focused = QApplication.focusWidget()
        assert focused is not None
        names.append(focused.accessibleName() or getattr(focused, "text", str)())
        QTest.keyClick(dialog, Qt.Key.Key_Tab)
    expected = ["Theme", "Size of everything", "Language", "Train on", "Choose the folder of runs"]
    assert [name for name in names if name in expected][:5] == expected
    assert all(names)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    opened.wait(lambda: not dialog.isVisible())


def test_the_device_is_remembered_wherever_it_was_chosen(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    choose(opened.find(Chooser, "deviceChooser"), "cpu")
    assert opened.settings.device == "cpu"
    dialog = preferences(opened)
    assert dialog.device.currentData() == "cpu"
    choose(dialog.device, "auto")
    assert opened.controller.draft.config.training.device == "auto"
    dialog.close()


def test_a_device_that_is_gone_is_not_trained_on(open_window: OpenWindow) -> None:
    opened = open_window()
    opened.controller.draft.set("training.device", "cuda")
    opened.window.devices.know(("cpu",))
    assert opened.controller.draft.config.training.device == "auto"


def test_runs_are_kept_in_the_folder_that_was_chosen(
    open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_window().training()
    first = opened.controller.run.folder
    dialog = preferences(opened)
    folder = tmp_path / "elsewhere" / "runs"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(folder))
    dialog.choose.click()
    assert opened.settings.runs_folder == folder
    assert "stay where they are" in dialog.note.text()
    assert "GB free there" in dialog.note.text() or "free there" in dialog.note.text()
    dialog.close()
    opened.controller.new_run()
    opened.wait(lambda: opened.controller.run.folder.startswith(str(folder)))
    assert Path(first, "experiment.toml").exists()


def test_a_folder_that_cannot_be_written_is_refused(
    open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_window()
    before = opened.settings.runs_folder
    (tmp_path / "file").touch()
    bad = tmp_path / "file" / "runs"
    assert unwritable(bad)
    assert not unwritable(tmp_path / "new")
    assert free_space(bad) > 0
    dialog = preferences(opened)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(bad))
    dialog.choose.click()
    assert str(bad) in dialog.note.text()
    assert dialog.note.property("role") == "error"
    assert opened.settings.runs_folder == before
    dialog.close()


def test_another_language_asks_to_start_again(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[bool] = []
    monkeypatch.setattr(main_window, "start_another", lambda: started.append(True))
    opened = open_window().training()
    entry(opened, "language", "English").trigger()
    assert opened.settings.language == "en"
    assert not banner(opened)  # it speaks English already
    monkeypatch.setattr(language_menu, "chosen_language", lambda code: code)
    opened.settings.language = "zh_CN"
    assert "next start" in banner(opened)
    assert not started
    opened.window.start_again()
    assert started == [True]  # after the run was saved and let go
    assert not opened.controller._engine.is_alive


def test_about_names_versions_and_where_runs_are(open_window: OpenWindow) -> None:
    opened = open_window()
    opened.window.actions_by_name["about"].trigger()
    (dialog,) = opened.window.findChildren(About)
    words = " ".join(label.text() for label in dialog.findChildren(QLabel))
    for part in ("S2S Playground", "MIT", "torch 2", "Qt 6", str(opened.controller.runs)):
        assert part in words
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    opened.wait(lambda: not opened.window.findChildren(QDialog, "about"))


@pytest.mark.parametrize("scale", [1.0, 1.6, 2.0])
def test_no_column_of_keys_is_cut_in_large_type(
    open_window: OpenWindow, scale: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, screen = open_window(), QRect(0, 0, 1280, 720)
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _: screen)
    monkeypatch.setattr("app.widgets.theme.current_scale", lambda: scale)
    opened.window.actions_by_name["keys"].trigger()
    (dialog,) = opened.window.findChildren(KeyList)
    (area,) = dialog.findChildren(QScrollArea)
    QApplication.processEvents()
    inside = area.widget()
    assert inside
    assert inside.minimumSizeHint().width() <= area.viewport().width()
    assert screen.contains(QRect(QPoint(0, 0), dialog.size()))


@pytest.mark.parametrize("key", [Qt.Key.Key_F1, Qt.Key.Key_Escape])
def test_all_keys_are_seen_on_a_projector_and_the_key_that_opened_the_list_closes_it(
    open_window: OpenWindow, key: Qt.Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, screen = open_window(), QRect(0, 0, 1280, 720)
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _: screen)
    opened.window.actions_by_name["keys"].trigger()
    (dialog,) = opened.window.findChildren(KeyList)
    words = [label.text() for label in dialog.findChildren(QLabel)]
    for part in ("File", "In a slider", "Ctrl+,", "F6", "+", "Learning rate up"):
        assert part in words
    (area,) = dialog.findChildren(QScrollArea)
    assert screen.contains(QRect(QPoint(0, 0), dialog.size()))
    opened.wait(lambda: not area.verticalScrollBar().isVisible())
    inside = area.widget()
    assert inside
    assert inside.minimumSizeHint().width() <= area.viewport().width()  # nothing is cut
    QTest.keyClick(dialog, key)
    opened.wait(lambda: not opened.window.findChildren(KeyList))

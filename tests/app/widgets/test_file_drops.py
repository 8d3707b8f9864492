"""Drops: files of this machine only, and only on this window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.widgets.file_drops import FileDrops, files_of


def data_of(*urls: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    return data


def drop(data: QMimeData, action: Qt.DropAction = Qt.DropAction.CopyAction) -> QDropEvent:
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(3, 3), action, data, button, none)
    event.ignore()
    return event


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    window.setCentralWidget(QPlainTextEdit())
    qtbot.addWidget(window)
    window.show()
    return window


class Heard:
    """The filter of a window, and what it has told."""

    def __init__(self, window: QMainWindow) -> None:
        self.filter = FileDrops(window)
        self.came: list[list[Path]] = []
        self.hovers: list[bool] = []
        self.filter.dropped.connect(self.came.append)
        self.filter.hovering.connect(self.hovers.append)


@pytest.fixture
def heard(window: QMainWindow) -> Heard:
    return Heard(window)


def test_only_files_of_this_machine_are_files() -> None:
    data = data_of("file:///a/b%20c.en", "https://example.org/a.de", "file:///%C3%BCber.tsv")
    assert files_of(data) == [Path("/a/b c.en"), Path("/über.tsv")]
    text = QMimeData()
    text.setText("file:///a/b")
    assert files_of(text) == []


def test_a_text_field_does_not_see_the_file(window: QMainWindow, heard: Heard) -> None:
    field = window.centralWidget()
    assert isinstance(field, QPlainTextEdit)
    data = data_of("file:///a.tsv")
    event = drop(data, Qt.DropAction.CopyAction | Qt.DropAction.MoveAction)
    event.setDropAction(Qt.DropAction.MoveAction)
    assert heard.filter.eventFilter(field.viewport(), event)
    assert heard.came == [[Path("/a.tsv")]]
    assert event.isAccepted()
    assert event.dropAction() == Qt.DropAction.CopyAction  # a moved file would be deleted


def test_hovering_is_told_until_the_drop(window: QMainWindow, heard: Heard) -> None:
    data = data_of("file:///a.tsv")
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(3, 3), Qt.DropAction.CopyAction, data, button, none)
    assert heard.filter.eventFilter(window, enter)
    assert heard.hovers == [True]
    assert not heard.came
    assert heard.filter.eventFilter(window, drop(data))
    assert heard.hovers == [True, False]


def test_leaving_the_window_is_told(window: QMainWindow, heard: Heard) -> None:
    assert not heard.filter.eventFilter(window.windowHandle(), QDragLeaveEvent())
    assert heard.hovers == [False]


def test_a_web_page_is_left_alone(window: QMainWindow, heard: Heard) -> None:
    data = data_of("https://example.org/a.tsv")
    event = drop(data)
    assert not heard.filter.eventFilter(window, event)
    assert not event.isAccepted()
    assert not heard.came


def test_another_window_is_left_alone(heard: Heard, qtbot: QtBot) -> None:
    other = QPlainTextEdit()
    qtbot.addWidget(other)
    data = data_of("file:///a.tsv")
    assert not heard.filter.eventFilter(other.viewport(), drop(data))
    assert not heard.came

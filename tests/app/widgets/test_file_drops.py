"""Drops: files of this machine only, and only on this window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.file_drops import FileDrops, files_of


def data_of(*urls: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    return data


def drop(widget: QWidget, data: QMimeData, action: Qt.DropAction) -> QDropEvent:
    event = QDropEvent(
        QPointF(3, 3), action, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    window.setCentralWidget(QPlainTextEdit())
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def came(window: QMainWindow, qapp: QApplication) -> list[list[Path]]:
    drops = FileDrops(window)
    qapp.installEventFilter(drops)
    found: list[list[Path]] = []
    drops.dropped.connect(found.append)
    return found


def test_only_files_of_this_machine_are_files() -> None:
    data = data_of("file:///a/b%20c.en", "https://example.org/a.de", "file:///%C3%BCber.tsv")
    assert files_of(data) == [Path("/a/b c.en"), Path("/über.tsv")]
    text = QMimeData()
    text.setText("file:///a/b")
    assert files_of(text) == []


def test_a_text_field_does_not_take_the_file(window: QMainWindow, came: list[list[Path]]) -> None:
    field = window.centralWidget()
    assert isinstance(field, QPlainTextEdit)
    event = drop(field.viewport(), data_of("file:///a.tsv"), Qt.DropAction.MoveAction)
    assert came == [[Path("/a.tsv")]]
    assert field.toPlainText() == ""
    assert event.isAccepted()
    assert event.dropAction() == Qt.DropAction.CopyAction  # a moved file would be deleted


def test_a_web_page_is_left_alone(window: QMainWindow, came: list[list[Path]]) -> None:
    drop(window, data_of("https://example.org/a.tsv"), Qt.DropAction.CopyAction)
    assert not came


def test_another_window_is_left_alone(
    window: QMainWindow, came: list[list[Path]], qtbot: QtBot
) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    drop(other, data_of("file:///a.tsv"), Qt.DropAction.CopyAction)
    assert not came

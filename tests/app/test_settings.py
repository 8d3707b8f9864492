"""Settings: typed, remembered, told, and never outside the user's own folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from app.settings import AppSettings


@pytest.fixture(autouse=True)
def _fresh(qapp: object) -> Iterator[None]:
    QSettings("s2s-playground", "window").clear()
    yield
    QSettings("s2s-playground", "window").clear()


def test_without_a_memory_there_are_defaults() -> None:
    settings = AppSettings()
    assert settings.theme == "system"
    assert settings.last_run == ""
    assert settings.geometry.isEmpty()
    assert settings.layout.isEmpty()
    assert Path(settings.open_folder) == Path.home()


def test_what_is_set_is_remembered() -> None:
    before = AppSettings()
    before.theme = "dark"
    before.last_run = "/runs/über"
    before.open_folder = "/corpora"
    before.geometry = QByteArray(b"\0geometry\xff")
    before.layout = QByteArray(b"layout")
    after = AppSettings()
    assert after.theme == "dark"
    assert after.last_run == "/runs/über"
    assert after.open_folder == "/corpora"
    assert after.geometry == QByteArray(b"\0geometry\xff")
    assert after.layout == QByteArray(b"layout")


def test_another_theme_is_told() -> None:
    settings = AppSettings()
    told: list[str] = []
    settings.theme_changed.connect(told.append)
    settings.theme = "light"
    assert told == ["light"]


def test_a_value_of_another_kind_is_no_layout() -> None:
    QSettings("s2s-playground", "window").setValue("window/layout", "text")
    assert AppSettings().layout.isEmpty()


def test_runs_and_corpora_have_places_of_their_own() -> None:
    settings = AppSettings()
    assert settings.runs_folder.name == "runs"
    assert settings.cache_folder.name == "corpora"
    assert settings.runs_folder.is_absolute()
    assert settings.runs_folder.parent != settings.cache_folder.parent

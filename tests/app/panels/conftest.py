"""A controller between an engine and a reader that only listen, for panels to be tested alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.widgets.theme import LIGHT, apply_theme
from tests.app.bridge.room import Room


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> None:
    if qapp.property("theme") != "light" or qapp.property("scale") != 1.0:
        apply_theme(qapp, LIGHT)


@pytest.fixture
def room(tmp_path: Path, qapp: QApplication) -> Room:
    return Room(tmp_path)

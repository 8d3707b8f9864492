"""Widgets are tested dressed, and without a screen."""

from __future__ import annotations

import os

import pytest
from PySide6.QtWidgets import QApplication

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.widgets.theme import LIGHT, apply_theme


def pytest_configure(config: pytest.Config) -> None:
    """Let the offscreen platform say what it cannot do."""
    config.addinivalue_line("qt_log_ignore", "does not support propagateSizeHints")


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> None:
    if qapp.property("theme") != "light" or qapp.property("scale") != 1.0:
        apply_theme(qapp, LIGHT)

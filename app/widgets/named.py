"""Names of widgets: promises to tests, scripts and screen readers."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


def named(widget: W, object_name: str) -> W:
    """Give a widget its name and return it."""
    widget.setObjectName(object_name)
    return widget

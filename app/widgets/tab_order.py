"""The order in which Tab goes from one widget to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def order_tabs(parts: Iterable[QWidget]) -> None:
    """Let Tab go through these parts as they stand, also where some were made later."""
    for one, other in pairwise(stop for part in parts for stop in _tab_stops(part)):
        if one.window() is other.window():  # a panel may be made before it is put into one
            QWidget.setTabOrder(one, other)


def _tab_stops(widget: QWidget) -> Iterator[QWidget]:
    """Yield what Tab stops at, in order; of a widget that hands its focus to a part, itself."""
    for child in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if child.isWindow():
            continue
        proxy = child.focusProxy()
        if proxy is not None and child.isAncestorOf(proxy):
            yield child  # Qt orders its parts with it
            continue
        if proxy is None and child.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield child
        yield from _tab_stops(child)

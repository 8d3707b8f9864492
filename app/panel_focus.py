"""F6 goes from panel to panel, as in a browser from the page to its bars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


class PanelFocus:
    """Knows the areas of a window in the order in which they are read."""

    def __init__(self, areas: Sequence[QWidget]) -> None:
        self._areas = areas

    def move(self, by: int) -> None:
        """Put the focus into the next area that can be seen, or the one before."""
        shown = [area for area in self._areas if area.isVisible() and first_in(area)]
        if not shown:
            return
        focused = QApplication.focusWidget()
        here = next((area for area in shown if focused and area.isAncestorOf(focused)), None)
        place = shown.index(here) + by if here else 0
        area = shown[place % len(shown)]
        before = area.focusWidget()  # where the focus was last, as Qt remembers
        widget = before if before and before.isEnabled() and before.isVisible() else first_in(area)
        assert widget is not None
        widget.window().activateWindow()  # a floating panel is a window of its own
        widget.setFocus(Qt.FocusReason.TabFocusReason)


def first_in(area: QWidget) -> QWidget | None:
    """Return the first widget of an area that Tab would stop at."""
    widget = area.nextInFocusChain()
    while widget is not None and widget is not area:
        takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if takes_tab and area.isAncestorOf(widget) and widget.isVisible() and widget.isEnabled():
            return widget
        widget = widget.nextInFocusChain()
    return None

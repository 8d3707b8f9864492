"""The settings in a window of their own, with all of them unfolded, and back again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QWidget

from app.panels.model_panel.knob_forms import KnobForms
from app.widgets.stroke_button import LARGER, SMALLER, StrokeButton
from app.widgets.theme import px

LARGE = 640, 800  # of the settings on their own


class Enlarging(QObject):
    """Takes the panel out of the window and puts it back, at a button's press."""

    def __init__(self, panel: QWidget, button: StrokeButton, knobs: KnobForms) -> None:
        super().__init__(panel)
        self._panel, self._button, self._knobs = panel, button, knobs
        self._is_large = False  # by the button, not pulled out by hand
        button.clicked.connect(self._enlarge)
        self.show_floating(False)

    def dock(self) -> QDockWidget | None:
        """Return what the panel stands in."""
        dock = self._panel.parentWidget()
        return dock if isinstance(dock, QDockWidget) else None

    def go_back(self) -> bool:
        """Put the panel back if the button took it out; returns whether it did."""
        if self._is_large:
            self._enlarge()
            return True
        return False

    def _enlarge(self) -> None:
        """Take the panel out of the window, with all settings unfolded, or put it back."""
        dock = self.dock()
        if dock is None:
            return
        is_large, button = not dock.isFloating(), self._button
        by_key = button.window().focusWidget() is button
        dock.setFloating(is_large)
        self.show_floating(is_large)
        if is_large:
            self._is_large = True
            self._knobs.show_advanced(True)
            dock.setGeometry(self._large_place(dock))
        button.window().activateWindow()  # the panel is in another window now
        # A click rings nothing: else Qt would choose the search field, and keys would go there.
        (button if by_key else self._panel).setFocus(Qt.FocusReason.OtherFocusReason)
        # The mouse has not left it; it has left the mouse, and nobody told it so.
        QApplication.sendEvent(button, QEvent(QEvent.Type.Leave))
        button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
        button.update()

    def _large_place(self, dock: QDockWidget) -> QRect:
        """Return where all settings are read: below the bar that trains, before the other panels.

        The bar stays in reach, the translation in sight.
        """
        room, window = self._panel.screen().availableGeometry(), dock.parentWidget()
        middle = window.centralWidget() if isinstance(window, QMainWindow) else None
        top = middle.mapToGlobal(QPoint(0, 0)).y() if middle else room.top() + px(24)
        width, height = px(LARGE[0]), min(px(LARGE[1]), room.bottom() - top - px(24))
        left = max(room.left(), window.mapToGlobal(QPoint(0, 0)).x()) + px(16) if window else 0
        return QRect(left, top, width, height)

    def show_floating(self, on: bool) -> None:
        """Let the button say which way it leads; whatever led back, what was folded is again."""
        button = self._button
        if not on:
            self._is_large = False
            self._knobs.show_advanced(False)
        button.set_sign(SMALLER if on else LARGER)
        name = self.tr("settings back into the window") if on else self.tr("larger settings")
        here, there = (
            self.tr("Put the settings back into the window."),
            self.tr("Show all settings in a window of their own."),
        )
        tip = here if on else there
        button.setToolTip(tip)
        button.setAccessibleDescription(tip)
        button.setAccessibleName(name)

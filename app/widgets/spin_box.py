"""A field for a small whole number, such as the size of the beam."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSpinBox, QWidget

from app.widgets.theme import LOOK_CHANGES, px


class SpinBox(QSpinBox):
    """A spin box with room before its figures, which only turns under the wheel if focused."""

    def __init__(self, low: int, high: int, value: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(low, high)
        self.setValue(value)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._fit()

    def _fit(self) -> None:
        # Qt leaves the style sheet's left padding out of a spin box.
        self.lineEdit().setTextMargins(px(8), 0, 0, 0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

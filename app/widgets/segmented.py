"""A row of joined buttons of which exactly one is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.widgets.theme import LOOK_CHANGES, px

STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class Segmented(QWidget):
    """Coarse choices side by side; arrow keys go from one to the next."""

    value_chosen = Signal(str)  # by the user's hand only

    def __init__(
        self, choices: Sequence[tuple[str, str, str, str]], *, name: str = "",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """Take (object name, text, tooltip, value) for each button; the first one is chosen."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._value = choices[0][3]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for place, choice in enumerate(choices):
            layout.addWidget(self._add(choice, _place(place, len(choices))), 1)
        self._buttons[self._value].setChecked(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self._buttons[self._value])
        self._fit()
        self._group.buttonClicked.connect(self._choose)

    def value(self) -> str:
        """The value of the chosen button."""
        return self._value

    def set_value(self, value: str) -> None:
        """Choose a button; emits nothing. An unknown value leaves none chosen."""
        self._value = value
        self._group.setExclusive(False)
        for known, button in self._buttons.items():
            button.setChecked(known == value)
        self._group.setExclusive(True)
        self.setFocusProxy(self._buttons.get(value) or next(iter(self._buttons.values())))

    def button(self, value: str) -> QPushButton:
        """Return the button of a value."""
        return self._buttons[value]

    def _add(self, choice: tuple[str, str, str, str], place: str) -> QPushButton:
        object_name, text, tooltip, value = choice
        button = _Segment(text)
        button.setCheckable(True)
        button.setObjectName(object_name)
        button.setToolTip(tooltip)
        button.setProperty("role", "segment")
        button.setProperty("place", place)
        button.setAccessibleDescription(tooltip)
        self._buttons[value] = button
        self._group.addButton(button)
        return button

    def _fit(self) -> None:
        """Leave room for the heavier type of the chosen button."""
        for button in self._buttons.values():
            font = QFont(button.font())
            font.setWeight(QFont.Weight.DemiBold)
            width = QFontMetrics(font).horizontalAdvance(button.text())
            button.setMinimumWidth(width + px(20))

    def _choose(self, button: QPushButton) -> None:
        value = next(known for known, other in self._buttons.items() if other is button)
        self.setFocusProxy(button)
        if value != self._value:
            self._value = value
            self.value_chosen.emit(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in STEPS:
            super().keyPressEvent(event)
            return
        forward = -1 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 1
        sideways = event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Left)
        values = list(self._buttons)
        place = values.index(self._value) if self._value in values else 0
        place += STEPS[Qt.Key(event.key())] * (forward if sideways else 1)
        button = self._buttons[values[min(max(place, 0), len(values) - 1)]]
        button.setFocus(Qt.FocusReason.OtherFocusReason)
        button.click()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_buttons"):
            self._fit()


class _Segment(QPushButton):
    """A button that leaves the arrow keys to its row."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in STEPS:
            event.ignore()
        else:
            super().keyPressEvent(event)


def _place(index: int, total: int) -> str:
    if total == 1:
        return "only"
    return {0: "first", total - 1: "last"}.get(index, "middle")

"""One big number with its name below."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.widgets import numbers
from app.widgets.theme import LOOK_CHANGES, px

NUMBER_SIZE = 20


class Stat(QWidget):
    """A number of the toolbar; it keeps its place and its width while it counts.

    A number longer than foreseen makes it wider once, as wide as any of so many figures.
    """

    def __init__(
        self, caption: str, value: str = numbers.NOTHING, *, widest: str = "888,888",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._widest = widest
        self._number = _line(value, "number")
        self._caption = _line(caption, "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(8), 0, 0, 0)
        layout.setSpacing(0)
        layout.addStretch(1)
        layout.addWidget(self._number, alignment=Qt.AlignmentFlag.AlignRight)
        layout.addWidget(self._caption, alignment=Qt.AlignmentFlag.AlignRight)
        layout.addStretch(1)
        self._fit()
        self._describe()

    def set_value(self, text: str) -> None:
        """Show a number that is formatted already."""
        if text != self._number.text():
            self._number.setText(text)
            if len(text) > len(self._widest):
                self._widest = re.sub(r"\d", "8", text)
                self._fit()
            self._describe()

    def value(self) -> str:
        """The number as it is shown."""
        return self._number.text()

    def _describe(self) -> None:
        self.setAccessibleName(f"{self._caption.text()}: {self._number.text()}")

    def _fit(self) -> None:
        font = QFont(self.font())
        font.setPixelSize(px(NUMBER_SIZE))
        font.setWeight(QFont.Weight.DemiBold)
        number = QFontMetrics(font)
        font = QFont(self.font())
        font.setPixelSize(px(12))
        caption = QFontMetrics(font)
        name = caption.horizontalAdvance(self._caption.text())
        width = max(number.horizontalAdvance(self._widest), name)
        # Of a fixed size, so that the bar is not laid out anew with every number. A label asks for
        # a pixel more than its type where that is scaled.
        self._number.setFixedSize(width + 2, number.height() + px(1))
        self._caption.setFixedSize(width + 2, caption.height() + px(1))
        self.setMinimumWidth(width + px(8) + 2)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_caption"):
            self._fit()


def _line(text: str, role: str) -> QLabel:
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label

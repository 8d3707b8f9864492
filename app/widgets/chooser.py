"""A drop-down list that shortens what does not fit and is not turned by a passing wheel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from app.widgets.theme import px


class Chooser(QComboBox):
    """One of several; `activated` tells the user's choice, `currentIndexChanged` any."""

    def __init__(self, parent: QWidget | None = None, *, letters: int = 8) -> None:
        """Ask for room for so many letters; more is taken where there is more."""
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(letters)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def showPopup(self) -> None:  # noqa: N802
        """Open the list, as wide as its longest line."""
        view = self.view()
        wanted = view.sizeHintForColumn(0) + 2 * view.frameWidth() + px(24)
        view.setMinimumWidth(min(max(self.width(), wanted), self.screen().geometry().width()))
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # a form is scrolled, not changed by accident

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        box = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self)
        icon = 0 if option.currentIcon.isNull() else option.iconSize.width() + 4
        room, text = box.width() - icon - 2, option.currentText or self.placeholderText()
        option.currentText = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

"""A drop-down list that shortens what does not fit and is not turned by the wheel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from app.widgets.theme import px
from app.widgets.tooltips import BesideRows


class Chooser(QComboBox):
    """One of several; `activated` tells the user's choice, `currentIndexChanged` any."""

    def __init__(
        self, parent: QWidget | None = None, *, letters: int = 8, ends_tell: bool = False
    ) -> None:
        """Ask for room for so many letters; more is taken where there is more.

        Of texts that are told apart by their ends, too, the middle is left out.
        """
        super().__init__(parent)
        self._elided = Qt.TextElideMode.ElideMiddle if ends_tell else Qt.TextElideMode.ElideRight
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(letters)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._beside: BesideRows | None = None

    def showPopup(self) -> None:  # noqa: N802
        """Open the list, as wide as its longest line."""
        view = self.view()
        self._beside = self._beside or BesideRows(view)  # the list is made when it is first opened
        wanted = view.sizeHintForColumn(0) + 2 * view.frameWidth() + px(24)
        view.setMinimumWidth(min(max(self.width(), wanted), self.screen().geometry().width()))
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter finds an entry in the open list only: it would choose one unseen."""
        if event.text().strip() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A form is scrolled, not changed by accident; the box chosen last has the focus."""
        event.ignore()

    def shown_text(self) -> str:
        """Return as much of the text as there is room for."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        box = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self)
        icon = 0 if option.currentIcon.isNull() else option.iconSize.width() + 4
        room, text = box.width() - icon - 2, option.currentText or self.placeholderText()
        return self.shortened(text, room)

    def shortened(self, text: str, room: int) -> str:
        """Return as much of a text as there is room for."""
        return self.fontMetrics().elidedText(text, self._elided, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        option.currentText = self.shown_text()
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

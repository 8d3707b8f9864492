"""What opens below a button and closes by itself: a small window, or a menu."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QCursor, QHideEvent
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QVBoxLayout, QWidget

from app.widgets.theme import px


class Popup(QFrame):
    """What stands in its `column` is there until Escape or a click beside it."""

    def __init__(self, name: str, parent: QWidget | None, width: int = 0) -> None:
        """Take its accessible name and, in pixels of the design, its width if it has one."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "popup")
        self.setAccessibleName(name)
        self._width = width
        self._button: QWidget | None = None  # that has opened it
        self.column = QVBoxLayout(self)

    def show_below(self, button: QWidget) -> None:
        """Open with the right edge below that of a button; its left one where that has no room."""
        self._fit()
        place = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + px(4)))
        if place.x() < button.screen().availableGeometry().left():
            place.setX(button.mapToGlobal(QPoint(0, 0)).x())
        self._open(place, button)

    def show_clear_of(self, column: QWidget, button: QWidget) -> None:
        """Open at the height of a button beside the column in which it stands, left or right.

        What the column shows is still seen. Below the button where neither side has room.
        """
        self._fit()
        room, gap = button.screen().availableGeometry(), px(24)
        top = button.mapToGlobal(QPoint(0, 0)).y()
        left = column.mapToGlobal(QPoint(0, 0)).x()
        before, after = left - gap - self.width(), left + column.width() + gap
        if before >= room.left():
            self._open(QPoint(before, top), button)
        elif after + self.width() <= room.right():
            self._open(QPoint(after, top), button)
        else:
            self.show_below(button)

    def _fit(self) -> None:
        self.column.setContentsMargins(px(16), px(12), px(16), px(12))  # at the size of today
        self.column.setSpacing(px(8))
        if self._width:
            self.setFixedWidth(px(self._width))
        self.adjustSize()

    def _open(self, place: QPoint, button: QWidget) -> None:
        """Open there, or as near to it as the screen allows."""
        self._button = button
        room = button.screen().availableGeometry()
        x = max(room.left(), min(place.x(), room.right() - self.width()))
        y = max(room.top(), min(place.y(), room.bottom() - self.height()))
        self.move(x, y)
        self.show()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._button is not None:
            let_go(self._button)


def pop_menu(menu: QMenu, button: QWidget) -> None:
    """Show a menu made for this once, with its right edge below that of a button."""
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    let_go_after(menu, button)
    left = button.width() - menu.sizeHint().width()
    menu.popup(button.mapToGlobal(QPoint(left, button.height() + 2)))


def let_go_after(menu: QMenu, button: QWidget) -> None:
    """Let a button look as ever when its menu has gone."""
    menu.aboutToHide.connect(lambda: let_go(button))


def let_go(button: QWidget) -> None:
    """Tell a button that the pointer has left it, if it did while something was open above."""

    def look() -> None:
        is_over = button.rect().contains(button.mapFromGlobal(QCursor.pos()))
        if button.underMouse() and not is_over:
            QApplication.sendEvent(button, QEvent(QEvent.Type.Leave))
        button.update()  # where Qt has told of it, it has not painted while something was open

    QTimer.singleShot(0, button, look)  # when the pointer is told of again

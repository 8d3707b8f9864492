"""The place that invites dropping a corpus; the dropping itself is the whole window's business."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.widgets.theme import LOOK_CHANGES, current_scale, current_theme, px

KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class DropArea(QFrame):
    """A dashed area with a text; a click or a key opens files as well."""

    clicked = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "drop")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        label = QLabel(text, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column = QVBoxLayout(self)
        self._column.addWidget(label)
        self._fit()
        self.setAccessibleName(text)
        self.setAccessibleDescription(self.tr("Press Enter to choose files."))

    def _fit(self) -> None:
        """Take a single row: nothing below moves when there is something already."""
        edge = px(5)  # a second line stays clear of the dashes
        self._column.setContentsMargins(px(8), edge, px(8), edge)
        self.setMinimumHeight(px(28))

    def event(self, event: QEvent) -> bool:
        """Keep Space for itself while it has the focus."""
        is_shortcut = event.type() == QEvent.Type.ShortcutOverride
        if is_shortcut and isinstance(event, QKeyEvent) and _opens(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _opens(event):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_column"):
            self._fit()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme, painter = current_theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = 2.0 if self.hasFocus() else 1.25
        pen = QPen(QColor(theme.accent if self.hasFocus() else theme.edge), width)
        if not self.hasFocus():  # a frame like all others has the focus
            pen.setDashPattern([4 / width * current_scale(), 3 / width * current_scale()])
        painter.setPen(pen)
        half = width / 2
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(half, half, -half, -half), px(6), px(6)
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(event.button() == Qt.MouseButton.LeftButton)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        is_left = event.button() == Qt.MouseButton.LeftButton
        if is_left and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()


def _opens(event: QKeyEvent) -> bool:
    plain = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    return event.key() in KEYS and event.modifiers() in plain

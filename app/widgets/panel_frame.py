"""The head line of a panel and the card it belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.widgets.elided_label import ElidedLabel
from app.widgets.theme import px


class PanelHead(QFrame):
    """Number, title and a muted note at the right; also the title bar of a dock.

    Mouse events pass through to the dock, so that it can be dragged by its head. Away from the
    window it has a cross that brings it back there: who closes it has not done with it for good.
    """

    dock_wanted = Signal()
    floats = Signal(bool)  # away from the window, or in it again

    def __init__(
        self, number: int | None, title: str, note: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "panelHead")
        self.setAccessibleName(title)
        self.title_label = _label(title, "head")
        self.note_label = ElidedLabel(note)
        alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self.note_label.setAlignment(alignment)
        self.note_label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(px(16), px(10), px(16), px(8))
        self.row.setSpacing(px(8))
        if number is not None:
            badge = _label(str(number), "badge")
            badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self.row.addWidget(badge)
        self.row.addWidget(self.title_label)
        self.row.addWidget(self.note_label, 1)
        self._back: QPushButton | None = None  # made when it is first needed

    def set_floating(self, on: bool) -> None:
        """Offer the way back into the window while the panel floats beside it."""
        if on and not self._back:
            self._back = self._cross(self.tr("Put back into the window"))
            self._back.clicked.connect(lambda: self.dock_wanted.emit())
        if self._back:
            self.row.removeWidget(self._back)
            self.row.addWidget(self._back)  # at the very end, whatever came in the meantime
            self._back.setVisible(on)
        self.floats.emit(on)

    @staticmethod
    def _cross(name: str) -> QPushButton:
        button = QPushButton("✕")
        button.setProperty("role", "cross")
        button.setFixedSize(px(24), px(24))
        button.setToolTip(name)
        button.setAccessibleName(name)
        return button

    def set_note(self, text: str) -> None:
        """Say something short at the right, such as how many pairs there are."""
        self.note_label.setText(text)

    def add_widget(self, widget: QWidget) -> None:
        """Put a control at the right end."""
        self.row.addWidget(widget)


class PanelBody(QFrame):
    """The lower part of a dock's card, below a `PanelHead` that is the dock's title bar."""

    head: PanelHead

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panelBody")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(px(16), 0, px(16), px(12))
        self.body.setSpacing(px(8))

    def make_rest(self) -> Iterator[None]:
        """Make in small steps what the first picture of the window does without."""
        return iter(())


def muted(text: str = "") -> QLabel:
    """Return a label of secondary text, plain and wrapped."""
    label = _label(text, "muted")
    label.setWordWrap(True)
    return label


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    return label

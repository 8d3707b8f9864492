"""A few lines of rich text; what is longer is scrolled to."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent, QTextDocument
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy

from app.widgets.held_height import HeldHeight
from app.widgets.theme import LOOK_CHANGES, px

_MARGIN = 3  # pixels that a label puts around rich text


class ScrolledNote(QScrollArea):
    """As high as its text, up to a number of lines; it never shrinks until it may.

    What is below it does not jump about while the text changes many times a second.
    """

    def __init__(self, most_lines: int) -> None:
        super().__init__()
        self._held = HeldHeight(most_lines)
        self._least = 1
        self._label = QLabel(textFormat=Qt.TextFormat.RichText, wordWrap=True)
        self._label.setProperty("role", "muted")
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._label.setIndent(px(3))
        self.setProperty("role", "note")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setWidget(self._label)
        self.setWidgetResizable(True)

    def text(self) -> str:
        """Return the rich text."""
        return self._label.text()

    def width_of(self, text: str) -> int:
        """Return how wide plain text is here."""
        return self._label.fontMetrics().horizontalAdvance(text)

    def bar_width(self) -> int:
        """Return how much of the width the scroll bar takes now, which Qt may show only later."""
        is_off = self.verticalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        return 0 if is_off else self.verticalScrollBar().sizeHint().width()

    def fits(self, text: str, most_lines: int) -> bool:
        """Whether rich text takes so many lines at most."""
        document = QTextDocument()
        document.setDefaultFont(self._label.font())
        document.setDocumentMargin(0)
        document.setHtml(text)
        document.setTextWidth(self.width() - px(3) - _MARGIN)
        line = self._label.fontMetrics().lineSpacing()
        return bool(document.size().height() < (most_lines + 0.8) * line)

    def set_text(self, text: str) -> None:
        """Show other rich text."""
        if text != self._label.text():
            self._label.setText(text)
            self._fit()

    def set_most_lines(self, most: int, least: int = 1) -> None:
        """Take so many lines at most, and at least."""
        is_other, self._least = least != self._least, least
        if self._held.takes_lines(most) or is_other:
            self.fit_anew()

    def fit_anew(self) -> None:
        """Be no higher than the text needs from now on."""
        self._held.let_go()
        self._fit()

    def _fit(self) -> None:
        line = self._label.fontMetrics().lineSpacing()
        most = self._held.most_lines * line + _MARGIN
        needed = self._label.heightForWidth(self.width())
        if needed < most + line - _MARGIN:
            most = needed  # lines with emoji are higher
        is_longer = needed > most
        # Only then there is something to do here with keys.
        focus = Qt.FocusPolicy.StrongFocus if is_longer else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(focus)
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded
            if is_longer
            else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        height = round(self._held.grown_to(max(min(needed, most), self._least * line + _MARGIN)))
        if height != self.maximumHeight() or height != self.minimumHeight():
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._held.takes_width(self.width()):  # and not for the scroll bar
            self.fit_anew()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_label"):
            self.fit_anew()

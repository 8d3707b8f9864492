"""One row of a form: label, editor, the way back, and below them what is wrong, if anything."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.widgets.elided_label import ElidedLabel
from app.widgets.live_dot import LiveDot
from app.widgets.plain_text import plain_tooltip
from app.widgets.stroke_button import WAY_BACK, StrokeButton
from app.widgets.theme import LOOK_CHANGES, current_theme, px, set_look

HEIGHT = 28
LABEL_SHARE, EDITOR_SHARE = 9, 11  # of the width; the same in every row, so that all are in line
RESET_SIZE = 20


class FormRow(QWidget):
    """All rows of one width have their editors at the same place, with one right edge."""

    reset_wanted = Signal()  # the way back was taken

    def __init__(
        self, label: str, editor: QWidget, *, live: str = "", is_wide: bool = False
    ) -> None:  # fmt: skip
        """Take a label, an editor, and what to say of a knob that acts at once.

        is_wide: the editor takes the whole row and says itself what it is
        """
        super().__init__()
        self.is_changed = False
        self.label = ElidedLabel(label, role="label", is_folded=True)
        self.editor_widget = editor
        self._dot: QWidget = LiveDot(live) if live else PendingDot()
        self._reset = StrokeButton(WAY_BACK, is_quiet=True)
        self._reset.setProperty("role", "reset")
        self._reset.clicked.connect(self._go_back)
        self._error = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._error.setProperty("role", "error")
        self._error.hide()
        self.label.setBuddy(editor)
        self._lay_out(is_wide)
        self._show_way_back("")

    def share_width(self, label: int, editor: int) -> None:
        """Share the width otherwise than in other forms, as where the names are short."""
        self._grid.setColumnStretch(0, label)
        self._grid.setColumnStretch(1, editor)

    def add_beside(self, widget: QWidget) -> None:
        """Put something between the editor of a wide row and its way back."""
        self._before.insertWidget(1, widget)

    def set_way_back(self, text: str) -> None:
        """Mark the row as changed, with what the way back leads to; "" for not changed."""
        self.is_changed = bool(text)
        self._show_way_back(text)

    def _show_way_back(self, text: str) -> None:
        had_focus = self._reset.hasFocus()
        self._reset.setVisible(bool(text))
        self._reset.setToolTip(plain_tooltip(text))
        name = text or self.tr("Back to the preset")
        self._reset.setAccessibleName(f"{self.label.text()}: {name}")
        set_look(self.label, "changed", bool(text))
        if had_focus and not text:
            self.editor_widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_pending(self, text: str) -> None:
        """Mark what only a new run will have; "" where there is nothing to wait for."""
        if isinstance(self._dot, PendingDot):
            self._dot.setVisible(bool(text))
            self._dot.setToolTip(plain_tooltip(text))

    def set_error(self, sentence: str) -> None:
        """Show or clear what is wrong."""
        self._error.setText(f"⚠ {sentence}" if sentence else "")
        self._error.setVisible(bool(sentence))

    def _lay_out(self, is_wide: bool) -> None:
        self._is_wide = is_wide
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._before = QHBoxLayout()
        first = self.editor_widget if is_wide else self.label
        for widget in (first, self._reset, self._dot):
            self._before.addWidget(widget)
        self._before.setStretch(0, 1)
        head = QWidget()
        head.setLayout(self._before)
        self._before.setContentsMargins(0, 0, 0, 0)
        self._grid.addWidget(self._error, 1, 0, 1, 2)
        if is_wide:
            self.label.setParent(self)
            self.label.hide()
            self._grid.addWidget(head, 0, 0, 1, 2)
            self._fit()
            return
        self._grid.addWidget(head, 0, 0)
        self._grid.addWidget(self.editor_widget, 0, 1)
        self._grid.setColumnStretch(0, LABEL_SHARE)
        self._grid.setColumnStretch(1, EDITOR_SHARE)
        for widget in (head, self.editor_widget):
            policy = widget.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
            widget.setSizePolicy(policy)
        self._fit()

    def _fit(self) -> None:
        self._before.setSpacing(px(6 if self._is_wide else 2))
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(2))
        self._grid.setRowMinimumHeight(0, px(HEIGHT))
        self._reset.setFixedSize(px(RESET_SIZE), px(RESET_SIZE))

    def _go_back(self) -> None:
        self.reset_wanted.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_grid"):
            self._fit()


class PendingDot(QWidget):
    """The mark of a setting that the run does not have yet: a ring, where a live knob has a dot."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(px(8))
        self.hide()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self.setFixedWidth(px(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current_theme().ink), px(3) / 2))
        radius = px(3)
        painter.drawEllipse(QPointF(px(8) / 2, self.height() / 2), radius, radius)

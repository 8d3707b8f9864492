"""A form that opens below a button and closes by itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.widgets.config_form import ConfigForm
from app.widgets.knob_editors import Names
from app.widgets.panel_frame import muted
from app.widgets.theme import px
from s2s_core.knobs import Knob


class FormPopup(QFrame):
    """Knobs that are seldom turned; Escape or a click beside it closes it."""

    def __init__(
        self, title: str, knobs: Sequence[Knob], names: Names, foot: str, when: str,
        parent: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "popup")
        self.setAccessibleName(title)
        head = QLabel(title, textFormat=Qt.TextFormat.PlainText)
        head.setProperty("role", "section")
        self.form = ConfigForm(knobs, names, fold_advanced=False, when=when)
        for key in self.form.keys():  # noqa: SIM118  # a form, not a mapping
            self.form.editor(key).setObjectName(
                f"popup.{key}"
            )  # the key itself is the model form's
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(8), px(16), px(16))
        column.setSpacing(px(8))
        column.addWidget(head)
        column.addWidget(self.form)
        self._foot = muted(foot)
        column.addWidget(self._foot)

    def show_below(self, button: QWidget) -> None:
        """Open with the right edge below that of a button, on its screen."""
        width = px(336)
        self.setFixedWidth(width)
        self.adjustSize()
        place = button.mapToGlobal(QPoint(button.width() - width, button.height() + px(4)))
        screen = button.screen().availableGeometry()
        place.setX(max(screen.left(), min(place.x(), screen.right() - width)))
        place.setY(max(screen.top(), min(place.y(), screen.bottom() - self.height())))
        self.move(place)
        self.show()
        first = self.form.nextInFocusChain()
        if first:
            first.setFocus(Qt.FocusReason.PopupFocusReason)

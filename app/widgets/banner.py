"""The line at the top that says what happened, why, and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFontDatabase,
    QGuiApplication,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.widgets.sign import Sign
from app.widgets.theme import px, set_look

BORDER = 2
LEAST = 96  # pixels of a message: a wrapped label asks for more, and would widen the window

Action = tuple[str, Callable[[], object]]


class Banner(QFrame):
    """Hidden until there is a message; its text is plain and can be selected and copied."""

    told = Signal(str)  # what stands in it; "" when it goes
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setProperty("role", "banner")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._details = ""
        self._actions: list[QPushButton] = []
        self._came_from: QWidget | None = None  # where the focus was before it came in here
        self._sign = Sign()
        self._label = _message_label()
        self._details_button = QPushButton(self.tr("Details"))
        self._close_button = _close_button(self.tr("Close this message"))
        self._lay_out()
        self._details_button.clicked.connect(self.show_details)
        self._close_button.clicked.connect(self.dismiss)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow_focus)
        self._text = ""
        self.hide()

    def show_message(
        self, text: str, kind: str = "error", details: str = "", actions: Sequence[Action] = ()
    ) -> None:
        """Say something; kind is "error", "warning" or "note", an action a word and its deed."""
        self._details, self._text = details, text
        self._label.setText("\n".join(map(_ended, text.splitlines())))
        self._sign.set_kind(kind)
        set_look(self, "kind", kind)
        self._replace_actions(actions)
        self._details_button.setVisible(bool(details))
        self.setAccessibleName(self._kind_in_words(kind))
        self.setAccessibleDescription(text)
        self.show()
        self._fit()
        self.told.emit(text)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def text(self) -> str:
        """The message that is shown."""
        return self._text

    def dismiss(self) -> None:
        """Take the message away; the focus goes back to where it came from."""
        focused = QApplication.focusWidget()
        was_inside = focused is self or (focused is not None and self.isAncestorOf(focused))
        back = self._came_from
        self.hide()
        self.told.emit("")
        if was_inside and back is not None and back.isVisible():
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def _follow_focus(self, old: QWidget | None, now: QWidget | None) -> None:
        entered = now is not None and (now is self or self.isAncestorOf(now))
        was_inside = old is not None and (old is self or self.isAncestorOf(old))
        if entered and not was_inside:
            self._came_from = old

    def show_details(self) -> None:
        """Open the details in a window of their own."""
        DetailsDialog(self._label.text(), self._details, self.window()).open()

    def _kind_in_words(self, kind: str) -> str:
        words = {"error": self.tr("Error"), "warning": self.tr("Warning")}
        return words.get(kind, self.tr("Note"))

    def _lay_out(self) -> None:
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(12), px(8), px(8), px(8))
        self._row.setSpacing(px(8))
        self._row.addWidget(self._sign)
        self._row.addWidget(self._label, 1)
        self._row.addWidget(self._details_button)
        self._row.addWidget(self._close_button)

    def _replace_actions(self, actions: Sequence[Action]) -> None:
        for button in self._actions:
            self._row.removeWidget(button)
            button.deleteLater()
        self._actions = [self._action_button(*action) for action in actions]
        for place, button in enumerate(self._actions):
            self._row.insertWidget(2 + place, button)

    def _action_button(self, text: str, deed: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(self.dismiss)
        button.clicked.connect(lambda: deed())
        return button

    def _fit(self) -> None:
        """Be as high as the text needs at this width."""
        self._label.setMinimumWidth(px(LEAST))
        self._row.activate()
        wanted = self._row.heightForWidth(self.width() - 2 * BORDER) + 2 * BORDER
        self.setFixedHeight(max(wanted, px(48)))
        self._row.setGeometry(self.contentsRect())  # Qt leaves it as it was before the new height

    def event(self, event: QEvent) -> bool:
        """Fit again when a child has changed its size, as it does in presentation mode."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)


class DetailsDialog(QDialog):
    """What lies behind a message: a traceback, a list of lines; read-only, with Copy."""

    def __init__(self, message: str, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("detailsDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Details"))
        self.resize(px(720), px(440))
        self.field = QPlainTextEdit(details, readOnly=True)
        self.field.setProperty("role", "details")
        self.field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.field.setAccessibleName(self.tr("Details"))
        label = _message_label()
        label.setText(message)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(16), px(16), px(16))
        layout.setSpacing(px(8))
        layout.addWidget(label)
        layout.addWidget(self.field, 1)
        layout.addWidget(buttons)
        buttons.rejected.connect(self.reject)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))


def _message_label() -> QLabel:
    label = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


class _CloseButton(QPushButton):
    """A square button with a cross."""

    def _fit(self) -> None:
        self.setFixedSize(px(32), px(32))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()


def _close_button(name: str) -> QPushButton:
    button = _CloseButton("✕")
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setProperty("role", "cross")
    return button


def _ended(sentence: str) -> str:
    """Return a sentence with its full stop; the core leaves it to who shows it."""
    ends = (".", "?", "!", "…", ":", "\N{IDEOGRAPHIC FULL STOP}")
    return sentence if not sentence or sentence.endswith(ends) else f"{sentence}."

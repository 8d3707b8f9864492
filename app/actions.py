"""What can be done from menus and keys: one table, from which menus, keys and help are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

TAKES_LETTERS = (
    QLineEdit,
    QTextEdit,
    QPlainTextEdit,
    QAbstractSpinBox,
    QComboBox,
    QAbstractItemView,
)


@dataclass(frozen=True)
class Row:
    """One action: its menu, its text, its keys and what else is to be known of it."""

    menu: str
    text: str
    keys: tuple[str, ...] = ()
    plain_key: str = ""  # a key without Ctrl, for widgets that have no use for it
    checkable: bool = False


ACTIONS: dict[str, Row] = {
    "open": Row("File", "Open corpus or run …", ("Ctrl+O",)),
    "open_run": Row("File", "Open run …", ("Ctrl+Shift+O",)),
    "quit": Row("File", "Quit", ("Ctrl+Q",)),
    "train": Row("Run", "Train or pause", ("Ctrl+Space",), "Space"),
    "step": Row("Run", "Single step", (), "S"),
    "new_run": Row("Run", "New run", ("Ctrl+N",), "N"),
    "translate": Row("Translate", "Translate now", ("Ctrl+Return",)),
    "sentence": Row("Translate", "Go to the sentence", ("Ctrl+L",)),
    "reset_layout": Row("View", "Reset layout"),
    "presentation": Row("View", "Presentation", ("F11",), checkable=True),
    "keys": Row("Help", "Keys", ("F1",)),
    "about": Row("Help", "About"),
}
MENUS = {
    "File": "&File", "Run": "&Run",
    "Translate": "&Translate", "View": "&View",
    "Help": "&Help",
}  # fmt: skip


def text_of(text: str) -> str:
    """Return a text of the table in the language of the window."""
    return QCoreApplication.translate("actions", text)


def build_actions(window: QMainWindow, deeds: dict[str, Callable[[], None]]) -> dict[str, QAction]:
    """Make an action for each row, with its keys; `deeds` says what each does."""
    actions = {}
    for name, row in ACTIONS.items():
        action = QAction(text_of(row.text), window)
        action.setShortcuts([QKeySequence(keys) for keys in row.keys])
        action.setCheckable(row.checkable)
        action.triggered.connect(lambda _checked=False, deed=deeds[name]: deed())
        window.addAction(action)
        actions[name] = action
    return actions


def keys_in_words(row: Row) -> str:
    """Return the keys of an action as a person reads them."""
    keys = [row.plain_key] if row.plain_key else []
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join([*keys, *(QKeySequence(k).toString(native) for k in row.keys)])


class PlainKeys(QObject):
    """Space, S and N act where the focused widget has no use for them.

    Not shortcuts: those would take the key from buttons, fields and tables.
    """

    def __init__(self, window: QMainWindow, actions: dict[str, QAction]) -> None:
        super().__init__(window)
        self._window = window
        self._actions = {
            Qt.Key[f"Key_{row.plain_key}"]: actions[name]
            for name, row in ACTIONS.items()
            if row.plain_key
        }

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take a key press that nobody else wants."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        action = self._actions.get(Qt.Key(event.key()))
        if action is None or event.modifiers() or event.isAutoRepeat():
            return False
        focused = QApplication.focusWidget()
        if focused is None or focused.window() is not self._window or _has_use(focused, event):
            return False
        action.trigger()
        return True


def _has_use(focused: QWidget, event: QKeyEvent) -> bool:
    """Whether a widget does something of its own with this key."""
    if isinstance(focused, TAKES_LETTERS):
        return True
    presses = isinstance(focused, QAbstractButton) or focused.property("role") == "drop"
    return event.key() == Qt.Key.Key_Space and presses

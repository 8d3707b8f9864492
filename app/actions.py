"""What can be done from menus and keys: one table, from which menus, keys and help are made.

The texts of the tables are translated where they are shown; `app.write_translations` finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QMainWindow,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from app.widgets.number_field import NumberField
from app.widgets.value_slider import ValueSlider

TAKES_LETTERS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)


@dataclass(frozen=True)
class Row:
    """One action: its menu, its text, its keys and what else is to be known of it."""

    menu: str
    text: str
    keys: tuple[str, ...] = ()
    plain_keys: tuple[str, ...] = ()  # without Ctrl, for widgets that have no use for them
    checkable: bool = False
    line_above: bool = False
    is_menu: bool = False  # a menu of its own, filled elsewhere


def text_of(text: str) -> str:
    """Return a text of the tables in the language of the window."""
    return QCoreApplication.translate("actions", text)


def build_actions(
    window: QMainWindow, deeds: Mapping[str, Callable[[], object]]
) -> dict[str, QAction]:
    """Make an action for each row, with its keys; `deeds` says what each does."""
    actions = {}
    for name, row in ACTIONS.items():
        action = (
            QMenu(text_of(row.text), window).menuAction()
            if row.is_menu
            else QAction(_with_plain_keys(row), window)
        )
        action.setShortcuts([QKeySequence(keys) for keys in row.keys])
        action.setCheckable(row.checkable)
        if not row.is_menu:
            action.triggered.connect(lambda _checked=False, deed=deeds[name]: deed())
            window.addAction(action)
        actions[name] = action
    return actions


def _with_plain_keys(row: Row) -> str:
    """Return the text of an action with the keys that Qt does not know of, as menus show it."""
    text = text_of(row.text)
    return f"{text}\t{keys_in_words(row)}" if row.plain_keys else text


def fill_menus(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Put the actions into their menus, in the order of the table; returns the menus by name."""
    menus = {name: bar.addMenu(text_of(title)) for name, title in MENUS.items()}
    for name, row in ACTIONS.items():
        if row.line_above:
            menus[row.menu].addSeparator()
        menus[row.menu].addAction(actions[name])
    return menus


def keys_in_words(row: Row) -> str:
    """Return the keys of an action as a person reads them."""
    native = QKeySequence.SequenceFormat.NativeText
    keys = [*row.plain_keys[:1], *(QKeySequence(k).toString(native) for k in row.keys)]
    return ", ".join(key.replace("-", "−") if key == "-" else key for key in keys)


class PlainKeys(QObject):
    """Space, S, N, + and − act where the focused widget has no use for them.

    Not shortcuts: those would take the key from buttons, fields and tables.
    """

    space_taken = Signal(bool)  # the focused widget keeps Space for itself

    def __init__(self, window: QMainWindow, actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow_focus)
        self._window = window
        self._actions = {
            _key(key): (actions[name], len(row.plain_keys) > 1)
            for name, row in ACTIONS.items()
            for key in row.plain_keys
        }

    def _follow_focus(self, _: QWidget | None, focused: QWidget | None) -> None:
        if focused is not None and focused.window() is self._window:
            trains = focused.objectName() == "trainButton"
            self.space_taken.emit(not trains and _has_use(focused, Qt.Key.Key_Space))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take a key press that nobody else wants."""
        # In this order: every event of the program comes by, and a type is slow to make.
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        action, is_sign = self._actions.get(Qt.Key(event.key()), (None, False))
        held = event.modifiers() & ~(SIGN_MODIFIERS if is_sign else NO_MODIFIER)
        # A letter that is held down acts once; a rate goes on while + is held.
        if action is None or held or (event.isAutoRepeat() and not is_sign):
            return False
        focused = QApplication.focusWidget()
        if QApplication.activePopupWidget():  # a menu looks for an entry with this letter
            return False
        if (
            focused is None
            or focused.window() is not self._window
            or _has_use(focused, Qt.Key(event.key()))
        ):
            return False
        action.trigger()
        return True


def _key(name: str) -> Qt.Key:
    key: Qt.Key = QKeySequence(name)[0].key()  # type: ignore[index]  # unknown to the stubs
    return key


NO_MODIFIER = Qt.KeyboardModifier.NoModifier
SIGN_MODIFIERS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


def _has_use(focused: QWidget, key: Qt.Key) -> bool:
    """Whether a widget does something of its own with this key."""
    if isinstance(focused, NumberField) and Qt.Key.Key_A <= key <= Qt.Key.Key_Z:
        return focused.has_use_for(chr(key))
    if isinstance(focused, TAKES_LETTERS) and not focused.property("readOnly"):
        return True
    if key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus) and is_inside(focused, ValueSlider):
        return True
    is_ours = focused.property("role") in ("drop", "findings")
    presses = isinstance(focused, QAbstractButton) or is_ours
    return key == Qt.Key.Key_Space and presses


def is_inside(widget: QWidget | None, kind: type[QWidget]) -> bool:
    """Whether a widget is of a kind, or lies within one of that kind."""
    return widget is not None and (
        isinstance(widget, kind) or is_inside(widget.parentWidget(), kind)
    )


MENUS = {
    "File": "&File",
    "Edit": "&Edit",
    "Run": "&Run",
    "Translate": "&Translate",
    "View": "&View",
    "Help": "&Help",
}
ACTIONS: dict[str, Row] = {
    "open": Row("File", "Open corpus or run …", keys=("Ctrl+O",)),
    "open_run": Row("File", "Open run folder …", keys=("Ctrl+Shift+O",)),
    "recent": Row("File", "Open recent", is_menu=True),
    "paste_corpus": Row("File", "Paste as a corpus", keys=("Ctrl+Shift+V",)),
    "browse": Row("File", "Browse corpus …", keys=("Ctrl+D",)),
    "save_experiment": Row("File", "Save experiment …", keys=("Ctrl+S",), line_above=True),
    "run_folder": Row("File", "Show the saved model"),
    "smaller": Row("File", "Make a smaller copy …"),
    "copy_command": Row("File", "Copy command that trains", keys=("Ctrl+Shift+C",)),
    "new_window": Row("File", "New window", keys=("Ctrl+Shift+N",), line_above=True),
    "preferences": Row("File", "Preferences …", keys=("Ctrl+,",)),
    "quit": Row("File", "Quit", keys=("Ctrl+Q",), line_above=True),
    "undo": Row("Edit", "Undo", keys=("Ctrl+Z",)),
    "redo": Row("Edit", "Redo", keys=("Ctrl+Shift+Z", "Ctrl+Y")),
    "add_pairs": Row("Edit", "Add pairs to the corpus …", keys=("Ctrl+Shift+A",), line_above=True),
    "copy_experiment": Row("Edit", "Copy experiment"),
    "find": Row("Edit", "Find a setting", keys=("Ctrl+F",), line_above=True),
    "train": Row("Run", "Train or pause", keys=("Ctrl+Space",), plain_keys=("Space",)),
    "step": Row("Run", "Single step", plain_keys=("S",)),
    "rewind": Row("Run", "Rewind", plain_keys=("R",)),
    "new_run": Row("Run", "New run", keys=("Ctrl+N",), plain_keys=("N",)),
    "close_run": Row("Run", "Close run"),
    "rate_up": Row("Run", "Learning rate up", plain_keys=("+", "="), line_above=True),
    "rate_down": Row("Run", "Learning rate down", plain_keys=("-", "_")),
    "find_rate": Row("Run", "Find a learning rate …"),
    "compare": Row("Run", "Compare settings …", keys=("Ctrl+Shift+K",)),
    "tokenizer_lab": Row("Run", "Tokenizer lab …", keys=("Ctrl+K",)),
    "translate": Row("Translate", "Translate now", keys=("Ctrl+Return",)),
    "sentence": Row("Translate", "Go to the sentence", keys=("Ctrl+L",)),
    "another": Row("Translate", "Another held-out sentence", keys=("Ctrl+R",)),
    "beam": Row("Translate", "Beam search", keys=("Ctrl+B",), checkable=True, line_above=True),
    "copy_translate": Row("Translate", "Copy command that translates", line_above=True),
    "theme": Row("View", "Theme", is_menu=True),
    "size": Row("View", "Size", is_menu=True),
    "language": Row("View", "Language", is_menu=True),
    "presentation": Row("View", "Presentation", keys=("F11",), checkable=True, line_above=True),
    "reset_layout": Row("View", "Reset layout"),
    "next_panel": Row("View", "Next panel", keys=("F6",)),
    "previous_panel": Row("View", "Previous panel", keys=("Shift+F6",)),
    "keys": Row("Help", "Keys", keys=("F1",)),
    "runs_folder": Row("Help", "Open the folder of runs"),
    "about": Row("Help", "About", line_above=True),
}
WIDGET_KEYS: dict[str, tuple[tuple[str, str], ...]] = {  # where the focus is: keys, what they do
    "Everywhere": (
        ("Tab, Shift+Tab", "Next or previous control"),
        ("Esc", "Close a message, a list or presentation"),
    ),
    "In a curve": (
        ("←, →", "Read the values step by step"),
        ("Home, End", "Read the first or last values"),
        ("↑, ↓", "Zoom in or out"),
        ("Page Up, Page Down", "Go along the curve"),
        ("Esc", "Follow the training again"),
    ),
    "In the sentences": (
        ("Enter", "Another line"),
        ("Alt+↑, Alt+↓", "What was typed before"),
    ),
    "In the history": (
        ("Enter", "Bring the sentences back"),
        ("Delete", "Forget the sentences"),
    ),
    "In translation and attention": (
        ("Arrows", "To the next word or cell"),
        ("W", "A long sentence, whole or in part"),
    ),
    "In the corpus browser": (
        ("Ctrl+F, Ctrl+G", "Search for words, go to a row"),
        ("Enter", "Translate the pair"),
        ("Delete", "Leave pairs out or take them back"),
        ("Ctrl+C", "Copy the pairs as TSV"),
    ),
    "In the curve of learning rates": (
        ("←, →", "From rate to rate"),
        ("Enter", "Take the rate at the cursor"),
    ),
    "In a slider": (
        ("←, →", "To the next value"),
        ("Shift+←, Shift+→", "A small step"),
        ("Page Up, Page Down", "A large step"),
        ("Home, End", "To the lowest or highest value"),
    ),
    "In the search for settings": (
        ("Enter, ↓", "Go to the first that was found"),
        ("Esc", "Show all again"),
    ),
    "In a field": (
        ("Enter", "Take the value"),
        ("Esc", "Bring back the value there was"),
    ),
}

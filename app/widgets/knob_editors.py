"""One editor for each kind of knob: a list, a check box, a slider, a field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.widgets import numbers
from app.widgets.chooser import Chooser
from app.widgets.knob_slider import KnobSlider
from app.widgets.number_field import NumberField
from app.widgets.plain_text import plain_tooltip
from app.widgets.theme import set_look
from s2s_core.knobs import Knob

Row = tuple[str, str] | tuple[str, str, str]  # name, explanation, title if it is not the name
Names = Mapping[str, tuple[Row, ...]]
WIDEST_RANGE = 1e8  # beyond it, as for random seeds, a slider makes no sense


class Editor(Protocol):
    """What a form needs of an editor, which is a widget as well."""

    edited: Any  # Signal(object), by the user's hand only

    def show_value(self, value: Any) -> None:
        """Show a value; emits nothing."""

    def set_help(self, text: str) -> None:
        """Set the tooltip."""

    def mark(self, sentence: str) -> None:
        """Mark the value as wrong, or as right with an empty sentence."""


def core_text(text: str) -> str:
    """Return a text born in the core in the language of the window."""
    return QCoreApplication.translate("s2s_core", text)


def make_editor(knob: Knob, names: Names) -> Editor:
    """Return the editor that suits a knob."""
    fixed: tuple[Row, ...] = tuple((name, "") for name in knob.names)
    choices = names.get(knob.choices or "", fixed)
    if choices:
        return ChoiceEditor(choices, optional=knob.default is None)
    if knob.type is bool:
        return BoolEditor()
    if knob.type not in (int, float):
        return ListEditor() if knob.type is tuple else TextEditor()
    if _suits_slider(knob):
        return SliderEditor(knob)
    return FieldEditor(knob)


def _suits_slider(knob: Knob) -> bool:
    if knob.low is None or knob.high is None or knob.default is None:
        return False
    return knob.low < knob.high and knob.high - knob.low <= WIDEST_RANGE and "seed" not in knob.key


class ChoiceEditor(Chooser):
    """A list of names, each with its explanation."""

    edited = Signal(object)

    def __init__(self, choices: tuple[Row, ...], *, optional: bool) -> None:
        super().__init__()
        known = [row[0] for row in choices]
        if optional and "none" not in known:
            self.addItem(self.tr("none"), None)
        for name, explanation, *title in choices:
            self.addItem(core_text(title[0] if title else name.replace("_", " ")), name)
            tip = plain_tooltip(core_text(explanation) if explanation else "")
            self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.activated.connect(self._tell)
        self._value: object = self.currentData()

    def show_value(self, value: Any) -> None:
        """Show a name; one that is not in the list is added, so that it is not lost."""
        if self.findData(value) < 0:
            self.addItem(str(value), value)
        self.setCurrentIndex(self.findData(value))
        self._value = value

    def set_help(self, text: str) -> None:
        """Set the tooltip."""
        self.setToolTip(plain_tooltip(text))
        self.setAccessibleDescription(text)

    def mark(self, sentence: str) -> None:
        """Mark the choice as wrong."""
        set_look(self, "state", "error" if sentence else "")

    def _tell(self) -> None:
        if self.currentData() != self._value:
            self._value = self.currentData()
            self.edited.emit(self._value)


class BoolEditor(QCheckBox):
    """On or off, in words beside the box."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.clicked.connect(self._tell)
        self._name()

    def show_value(self, value: Any) -> None:
        """Show on or off."""
        self.setChecked(bool(value))
        self._name()

    def set_help(self, text: str) -> None:
        """Set the tooltip."""
        self.setToolTip(plain_tooltip(text))
        self.setAccessibleDescription(text)

    def mark(self, sentence: str) -> None:
        """Mark the choice as wrong."""
        set_look(self, "state", "error" if sentence else "")

    def _tell(self, checked: bool) -> None:
        self._name()
        self.edited.emit(checked)

    def _name(self) -> None:
        self.setText(self.tr("on") if self.isChecked() else self.tr("off"))


class SliderEditor(KnobSlider):
    """A slider for numbers between two limits."""

    edited = Signal(object)

    def __init__(self, knob: Knob) -> None:
        low, high = float(knob.low or 0), float(knob.high or 0)
        is_rate = knob.key.endswith("learning_rate")
        super().__init__(low, high, knob.default, integer=knob.type is int, is_rate=is_rate)
        self.value_changed.connect(lambda _: self.edited.emit(self.value()))

    def show_value(self, value: Any) -> None:
        """Show a number."""
        self.set_value(self._scale.low if value is None else value)

    def mark(self, sentence: str) -> None:
        """Mark the number as wrong."""
        set_look(self.field, "state", "error" if sentence else "")


class FieldEditor(NumberField):
    """A field for numbers without limits, or that may be left out."""

    edited = Signal(object)

    def __init__(self, knob: Knob) -> None:
        shown = numbers.learning_rate if "learning_rate" in knob.key else numbers.plain
        super().__init__(
            low=knob.low, high=knob.high, integer=knob.type is int,
            optional=knob.default is None, shown=shown,
        )  # fmt: skip
        self.value_entered.connect(self.edited)

    def show_value(self, value: Any) -> None:
        """Show a number or nothing."""
        self.set_value(value)

    def mark(self, sentence: str) -> None:
        """Mark the number as wrong."""
        set_look(self, "state", "error" if sentence else "")


class TextEditor(QLineEdit):
    """A field for text, told when it is left or Enter is pressed."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.editingFinished.connect(self._tell)

    def show_value(self, value: Any) -> None:
        """Show a text."""
        if not (self.hasFocus() and self.isModified()):
            self.setText(self._written(value))
            self.setModified(False)

    def set_help(self, text: str) -> None:
        """Set the tooltip."""
        self.setToolTip(plain_tooltip(text))
        self.setAccessibleDescription(text)

    def mark(self, sentence: str) -> None:
        """Mark the text as wrong."""
        set_look(self, "state", "error" if sentence else "")

    def _written(self, value: Any) -> str:
        return "" if value is None else str(value)

    def _read(self) -> Any:
        return self.text().strip()

    def _tell(self) -> None:
        if self.isModified():
            self.setModified(False)
            self.edited.emit(self._read())


class ListEditor(TextEditor):
    """A field for several values with commas between them."""

    def _written(self, value: Any) -> str:
        return ", ".join(map(str, value or ()))

    def _read(self) -> Any:
        parts = [part.strip() for part in self.text().split(",")]
        return tuple(_number_or_text(part) for part in parts if part)


def _number_or_text(part: str) -> int | float | str:
    value = numbers.parsed(part)
    if value is None:
        return part
    return int(value) if value.is_integer() and "." not in part else value


def as_widget(editor: Editor) -> QWidget:
    """Return the editor as the widget it is."""
    assert isinstance(editor, QWidget)
    return editor

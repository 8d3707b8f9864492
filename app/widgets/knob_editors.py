"""One editor for each kind of knob: a list, a check box, a slider, a field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit, QPushButton, QSizePolicy, QWidget

from app.widgets import numbers
from app.widgets.chooser import Chooser
from app.widgets.file_dialogs import fit_columns
from app.widgets.knob_slider import KnobSlider
from app.widgets.number_field import NumberField, is_for_the_window
from app.widgets.plain_text import plain_tooltip
from app.widgets.slider_scale import SliderScale
from app.widgets.theme import set_look
from s2s_core.knobs import Knob, title_of

Row = tuple[str, str] | tuple[str, str, str]  # name, explanation, title if it is not the name
Names = Mapping[str, tuple[Row, ...]]
MINUTES = "minutes"  # a unit of knobs
Check = Callable[[Any], str]  # why a value cannot be chosen as things stand; "" if it can
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

    def set_check(self, check: Check) -> None:
        """Let it ask which values can be chosen."""

    def refresh_choices(self, value: Any) -> str:
        """Grey what cannot be chosen instead of a value; returns why nothing else can."""


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
        several = FilesEditor if knob.files else ListEditor
        if knob.type is not tuple and (knob.files or knob.folder):
            return PathEditor(is_folder=knob.folder)
        return several() if knob.type is tuple else TextEditor()
    if _suits_slider(knob):
        return SliderEditor(knob)
    return FieldEditor(knob)


def _suits_slider(knob: Knob) -> bool:
    if knob.low is None or knob.high is None or knob.default is None:
        return False
    return knob.low < knob.high and knob.high - knob.low <= WIDEST_RANGE and "seed" not in knob.key


def _anything(_: Any) -> str:
    return ""


class _Checked:
    """An editor in which any value can be chosen until somebody knows better."""

    _check: Check = staticmethod(_anything)

    def set_check(self, check: Check) -> None:
        """Let it ask which values can be chosen."""
        self._check = check

    def refresh_choices(self, value: Any) -> str:
        """Grey what cannot be chosen instead of a value; returns why nothing else can."""
        return ""


class ChoiceEditor(_Checked, Chooser):
    """A list of names, each with its explanation; what does not fit is greyed and says why."""

    edited = Signal(object)

    def __init__(self, choices: tuple[Row, ...], *, optional: bool) -> None:
        super().__init__()
        known = [row[0] for row in choices]
        self._explanations: dict[object, str] = {}
        if optional and "none" not in known:
            self.addItem(self.tr("None"), None)
        for name, explanation, *title in choices:
            self.addItem(core_text(title[0] if title else title_of(name)), name)
            self._explanations[name] = core_text(explanation) if explanation else ""
            self._explain(self.count() - 1, "")
        self.activated.connect(self._tell)
        self._value: object = self.currentData()

    def show_value(self, value: Any) -> None:
        """Show a name; one that is not in the list is added, so that it is not lost."""
        if self.findData(value) < 0:
            self.addItem(title_of(str(value)), value)
        self.setCurrentIndex(self.findData(value))
        self._value = value

    def refresh_choices(self, value: Any) -> str:
        """Grey the names that do not fit the other settings; each says why."""
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        for row in range(self.count()):
            name = self.itemData(row)
            why = "" if name == value else self._check(name)
            model.item(row).setEnabled(not why)
            self._explain(row, why)
        return ""

    def _explain(self, row: int, why: str) -> None:
        words = "\n".join(filter(None, (why, self._explanations.get(self.itemData(row), ""))))
        self.setItemData(row, plain_tooltip(words), Qt.ItemDataRole.ToolTipRole)
        self.setItemData(row, words, Qt.ItemDataRole.AccessibleDescriptionRole)

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


class BoolEditor(_Checked, QCheckBox):
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

    def refresh_choices(self, value: Any) -> str:
        """A switch that cannot be turned says why."""
        return self._check(not value)

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

    def __init__(self, knob: Knob, scale: SliderScale | None = None) -> None:
        low, high = float(knob.low or 0), float(knob.high or 0)
        is_rate, is_whole = knob.key.endswith("learning_rate"), knob.type is int
        shown = numbers.of_minutes if knob.unit == MINUTES else numbers.plain
        super().__init__(low, high, knob.default, integer=is_whole, is_rate=is_rate, scale=scale,
                         shown=shown, zero=core_text(knob.zero) if knob.zero else "")  # fmt: skip
        self.field.read = _reading(knob)
        self.value_changed.connect(lambda _: self.edited.emit(self.value()))

    def show_value(self, value: Any) -> None:
        """Show a number."""
        self.set_value(self._scale.low if value is None else value)

    def refresh_choices(self, value: Any) -> str:
        """A slider asks when it is moved: it has too many values to ask for all of them."""
        return ""

    def mark(self, sentence: str) -> None:
        """Mark the number as wrong."""
        set_look(self.field, "state", "error" if sentence else "")


class FieldEditor(_Checked, NumberField):
    """A field for numbers without limits, or that may be left out."""

    edited = Signal(object)

    def __init__(self, knob: Knob) -> None:
        written = numbers.learning_rate if "learning_rate" in knob.key else numbers.plain
        written = numbers.of_minutes if knob.unit == MINUTES else written
        shown = numbers.worded(written, core_text(knob.zero) if knob.zero else "")
        super().__init__(
            low=knob.low, high=knob.high, integer=knob.type is int,
            optional=knob.default is None, shown=shown,
        )  # fmt: skip
        self.read = _reading(knob)
        self.value_entered.connect(self.edited)

    def show_value(self, value: Any) -> None:
        """Show a number or nothing."""
        self.set_value(value)

    def mark(self, sentence: str) -> None:
        """Mark the number as wrong."""
        set_look(self, "state", "error" if sentence else "")


class TextEditor(_Checked, QLineEdit):
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

    def event(self, event: QEvent) -> bool:
        return not is_for_the_window(self, event) and super().event(event)

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


class FilesEditor(_Checked, QPushButton):
    """A button that names the files chosen, and opens a dialog to choose others."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._paths: tuple[str, ...] = ()
        self.setProperty("role", "field")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._choose)
        self.show_value(())

    def show_value(self, value: Any) -> None:
        """Show the names of the files."""
        self._paths = tuple(value or ())
        names = ", ".join(Path(path).name for path in self._paths)
        self.setText(names or self.tr("Choose …"))

    def set_help(self, text: str) -> None:
        """Set the tooltip, above it the files in full."""
        self.setToolTip(plain_tooltip("\n".join((*self._paths, text))))

    def mark(self, sentence: str) -> None:
        """Mark the files as wrong."""
        set_look(self, "state", "error" if sentence else "")

    def _choose(self) -> None:
        folder = str(Path(self._paths[0]).parent) if self._paths else ""
        fit_columns()
        names, _ = QFileDialog.getOpenFileNames(self, self.accessibleName(), folder)
        if names:
            self.show_value(names)
            self.edited.emit(self._paths)


class PathEditor(FilesEditor):
    """A button that names the one file or folder chosen, and opens a dialog to choose another."""

    def __init__(self, *, is_folder: bool) -> None:
        super().__init__()
        self._is_folder = is_folder

    def show_value(self, value: Any) -> None:
        """Show the name of the file or folder."""
        super().show_value((value,) if value else ())

    def _choose(self) -> None:
        start = str(Path(self._paths[0]).parent) if self._paths else ""
        fit_columns()
        if self._is_folder:
            name = QFileDialog.getExistingDirectory(self, self.accessibleName(), start)
        else:
            name, _ = QFileDialog.getOpenFileName(self, self.accessibleName(), start)
        if name:
            self.show_value(name)
            self.edited.emit(name)


def _reading(knob: Knob) -> Callable[[str], float | None]:
    """Return how what is typed is read: of a time, "20 s" as well."""
    return numbers.minutes if knob.unit == MINUTES else numbers.parsed


def _number_or_text(part: str) -> int | float | str:
    value = numbers.parsed(part)
    if value is None:
        return part
    return int(value) if value.is_integer() and "." not in part else value


def as_widget(editor: Editor) -> QWidget:
    """Return the editor as the widget it is."""
    assert isinstance(editor, QWidget)
    return editor

"""A field for one number: checked while typing, committed by Enter, taken back by Esc.

One that is left with a wrong number in it shows the last right one again.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from app.widgets import numbers
from app.widgets.plain_text import plain_tooltip
from app.widgets.theme import set_look

_COMES_BACK = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class NumberField(QLineEdit):
    """Free entry of a number between two limits; a wrong one is marked and said, never taken."""

    value_entered = Signal(object)  # float, int, or None where that is allowed; by the user only
    problem_told = Signal(str)  # what is wrong with what was entered; "" when it is right again

    def __init__(
        self, *, low: float | None = None, high: float | None = None, integer: bool = False,
        optional: bool = False, shown: Callable[[float], str] = numbers.plain,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._low, self._high, self._integer, self._optional = low, high, integer, optional
        self._shown = shown
        self._value: float | None = None
        self._help = ""
        self.read: Callable[[str], float | None] = numbers.parsed
        self.is_told_elsewhere = False  # what is wrong; otherwise it is shown below the field
        if optional:
            self.setPlaceholderText(self.tr("none"))
        self.textEdited.connect(self._mark)
        self.returnPressed.connect(self._commit)

    def value(self) -> float | None:
        """The last number that was right."""
        return self._value

    def set_value(self, value: float | None) -> None:
        """Show a number; what the user is typing at the moment is left alone."""
        self._value = value
        if not (self.hasFocus() and self.isModified()):
            self._show()

    def enter(self) -> bool:
        """Take what is typed, as Enter does; returns whether it is right."""
        self._commit()
        return not self.problem()

    def has_use_for(self, letter: str) -> bool:
        """Whether a letter may be typed here; while something is being typed, any."""
        units = "".join(numbers.TIMES) if self.read is numbers.minutes else ""
        return self.isModified() or letter.casefold() in f"e{units}{self._shown(0)}".casefold()

    def set_help(self, text: str) -> None:
        """Set the tooltip shown while the number is right."""
        self._help = text
        self._mark()

    def set_high(self, high: float) -> None:
        """Allow numbers up to another limit."""
        self._high = high
        self._mark()

    def problem(self) -> str:
        """Return what is wrong with the text, as a sentence; empty if it is right."""
        if not self.text().strip() and self._optional:
            return ""
        value = self._parsed()
        if value is None or (self._integer and not float(value).is_integer()):
            wanted = self.tr("a whole number") if self._integer else self.tr("a number")
            return self.tr("Type {wanted}, not “{given}”.").format(wanted=wanted, given=self.text())
        if self._is_outside(value):
            return self._limits().format(given=self.text().strip())
        return ""

    def _parsed(self) -> float | None:
        """Return what is typed as a number; 0 may have a word of its own, such as "no limit"."""
        is_zero = self.text().strip().casefold() == self._shown(0).casefold()
        return 0.0 if is_zero else self.read(self.text())

    def _is_outside(self, value: float) -> bool:
        too_low = self._low is not None and value < self._low
        return too_low or (self._high is not None and value > self._high)

    def _limits(self) -> str:
        low = "" if self._low is None else self._shown(self._low) if self._low else "0"
        high = "" if self._high is None else self._shown(self._high)
        if low and high:
            template = self.tr("It must be between {low} and {high}, not {given}.")
        elif low:
            template = self.tr("It must be at least {low}, not {given}.")
        else:
            template = self.tr("It must be at most {high}, not {given}.")
        return template.replace("{low}", low).replace("{high}", high)

    def _mark(self) -> None:
        problem = self.problem() if self.isModified() else ""
        set_look(self, "state", "error" if problem else "")
        self.setToolTip(plain_tooltip(problem or self._help))
        self.setAccessibleDescription(problem or self._help)

    def _commit(self) -> None:
        if not self.isModified():
            return
        problem = self.problem()
        self._mark()
        self.problem_told.emit(problem)
        if problem and not self.is_told_elsewhere:
            QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), self.toolTip(), self)
        if problem:
            return
        QToolTip.hideText()  # what was wrong before
        value = self._parsed()
        changed = value != self._value
        self._value = value
        self._show()
        if changed:
            whole = self._integer and value is not None
            self.value_entered.emit(int(value) if whole and value is not None else value)

    def _show(self) -> None:
        was_modified = self.isModified()
        self.setText("" if self._value is None else self._shown(self._value))
        self.setModified(False)
        if was_modified:
            self.problem_told.emit("")
        self._mark()

    def event(self, event: QEvent) -> bool:
        return not is_for_the_window(self, event) and super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self._show()
            self.selectAll()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isModified():
            self._commit()
        if self.isModified() and event.reason() not in _COMES_BACK:
            self._show()  # what was refused is not in force, and nobody is mending it


def is_for_the_window(field: QLineEdit, event: QEvent) -> bool:
    """Whether it asks a field to undo or redo when nothing is being typed there.

    The window's own undo then takes back the last change of a setting.
    """
    return not field.isModified() and asks_to_undo(event)


def asks_to_undo(event: QEvent) -> bool:
    """Whether a field is asked if a key that undoes or redoes is its own."""
    if event.type() != QEvent.Type.ShortcutOverride:
        return False
    assert isinstance(event, QKeyEvent)
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(
        QKeySequence.StandardKey.Redo
    )

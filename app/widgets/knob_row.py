"""The row of one knob: its name, its editor, its explanation on hovering, its marks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from app.widgets import numbers
from app.widgets.form_row import FormRow
from app.widgets.knob_editors import Editor, Names, as_widget, core_text, make_editor
from app.widgets.number_field import NumberField
from app.widgets.plain_text import plain_tooltip
from s2s_core.knobs import Knob, title_of

Check = Callable[[str, object], str]  # key and value: why it cannot be, "" if it can


class KnobRow(FormRow):
    """Shows a knob and tells the user's changes of it."""

    changed = Signal(str, object)  # key and value, by the user's hand only

    def __init__(
        self, knob: Knob, names: Names, label: str = "", when: str = "",
        editor: Editor | None = None,
    ) -> None:  # fmt: skip
        """Take the knob, what can be chosen, and when a change of it acts if it is not live."""
        self.knob = knob
        self.editor = editor or make_editor(knob, names)
        live = self.tr("Acts at once, also during training.") if knob.live else ""
        label = label or core_text(knob.label)
        self._reason = self._error_said = self._way_back = ""
        super().__init__(label, as_widget(self.editor), live=live)
        self._value: Any = knob.default
        self._taken = self._value  # what the experiment has; the editor may show one it refused
        self._when = self.tr("Acts at once.") if knob.live else when
        self._names = names
        self._name(label)
        self.editor.show_value(knob.default)
        self._describe()
        self.editor.edited.connect(self._tell)
        field = getattr(self.editor, "field", self.editor)
        if isinstance(field, NumberField):
            field.problem_told.connect(self.set_error)
            field.is_told_elsewhere = True

    def show_value(self, value: Any) -> None:
        """Show a value; emits nothing."""
        self._taken = value
        if value != self._value:
            self._value = value
            self.editor.show_value(value)

    def set_error(self, sentence: str) -> None:
        """Mark the value as wrong and say why; "" takes the mark away."""
        if sentence == self._error_said:
            return
        self._error_said = sentence
        self.editor.mark(sentence)
        super().set_error(sentence)

    def set_way_back(self, text: str) -> None:
        """Mark the knob as changed."""
        if text == self._way_back:
            return
        self._way_back = text
        super().set_way_back(text)

    def set_reason(self, sentence: str) -> None:
        """Grey the editor and say why; "" lets it be used."""
        if self._reason != sentence:
            self._reason = sentence
            self._describe()
        self.editor_widget.setEnabled(not sentence)

    def set_check(self, check: Check) -> None:
        """Let the editor ask which values can be."""
        self.editor.set_check(lambda value: check(self.knob.key, value))

    def check_choices(self) -> None:
        """Grey what cannot be chosen now; a switch that cannot be turned is greyed as a whole."""
        self.set_reason(self.editor.refresh_choices(self._value))

    def matches(self, words: list[str], more: str = "") -> bool:
        """Whether all words occur in what is said of this knob, or in `more`."""
        knob, choices = self.knob, self._names.get(self.knob.choices or "", ())
        said = [knob.key.replace("_", " "), core_text(knob.help)]
        said += [title_of(name) for name in (*knob.names, *(row[0] for row in choices))]
        return self.is_called(words, " ".join((more, *said)))

    def is_called(self, words: list[str], more: str = "") -> bool:
        """Whether all words occur in the name of this knob, or in `more`."""
        text = " ".join((self.knob.key, self.label.text(), more)).casefold()
        return all(word in text for word in words)

    def shown(self, value: Any) -> str:
        """Return a value of this knob in words."""
        return shown(value, self.knob)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc brings back what there was before a value that was refused."""
        if event.key() == Qt.Key.Key_Escape and self._error_said:
            self.show_value(self._taken)
            self.set_error("")
        else:
            super().keyPressEvent(event)

    def _tell(self, value: Any) -> None:
        self._value = value
        self.changed.emit(self.knob.key, value)

    def _name(self, label: str) -> None:
        widget = self.editor_widget
        widget.setObjectName(self.knob.key)
        set_name = getattr(widget, "set_name", widget.setAccessibleName)
        set_name(label)

    def _describe(self) -> None:
        knob = self.knob
        lines = [self._reason, core_text(knob.help), self._range()]
        if knob.default not in (None, "", ()):
            lines.append(self.tr("Default: {value}").format(value=self.shown(knob.default)))
        lines.append(self._when)
        text = "\n".join(line for line in lines if line)
        self.editor.set_help(text)
        self.editor_widget.setAccessibleDescription(text)
        if self._reason:
            self.editor_widget.setToolTip(plain_tooltip(text))
        self.label.set_tooltip(text)

    def _range(self) -> str:
        knob = self.knob
        unit = f" {core_text(knob.unit)}" if knob.unit else ""
        if knob.names or knob.choices in self._names or knob.type in (bool, str, tuple):
            return ""
        low, high = knob.low, knob.high
        if low is not None and high is not None:
            template = self.tr("Range: {low} to {high}{unit}")
            return template.format(low=self._end(low), high=self.shown(high), unit=unit)
        if low is not None:
            return self.tr("Range: {low} or more{unit}").format(low=self._end(low), unit=unit)
        return self.tr("Unit: {unit}").format(unit=unit.strip()) if unit else ""

    def _end(self, low: float) -> str:
        """Return where a range begins; where 0 has a word of its own, that too."""
        return f"0 ({self.shown(0)})" if self.knob.zero and not low else self.shown(low)


def shown(value: Any, knob: Knob) -> str:
    """Return a value of a knob in words."""
    if isinstance(value, bool):
        return core_text("on") if value else core_text("off")
    if value is None or value == ():
        return core_text("none")
    if isinstance(value, int | float):
        if knob.zero and not value:
            return core_text(knob.zero)
        return numbers.learning_rate(value) if "learning_rate" in knob.key else numbers.plain(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return title_of(value) if knob.choices or knob.names else str(value)

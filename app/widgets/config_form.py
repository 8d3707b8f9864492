"""A form for any config, made from its knobs alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.widgets import numbers
from app.widgets.elided_label import ElidedLabel
from app.widgets.knob_editors import Names, as_widget, core_text, make_editor
from app.widgets.live_dot import LiveDot
from app.widgets.theme import LOOK_CHANGES, px
from s2s_core.knobs import Knob

EDITOR_WIDTH = 144


class ConfigForm(QWidget):
    """A row for each knob: its name, its editor, its explanation on hovering."""

    knob_changed = Signal(str, object)  # key and value, by the user's hand only

    def __init__(
        self, knobs: Sequence[Knob], names: Names | None = None, *, fold_advanced: bool = True,
        labels: Mapping[str, str] | None = None, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """Take the knobs, what can be chosen for each `choices`, and labels by key if others."""
        super().__init__(parent)
        self.setProperty("role", "form")
        self._rows: dict[str, _Row] = {}
        self._fold = QPushButton()
        self._fold.setProperty("role", "link")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(px(8))
        for knob in sorted(knobs, key=lambda knob: knob.advanced):
            label = (labels or {}).get(knob.key, core_text(_sentence_case(knob.name)))
            self._add(knob, label, names or {})
        has_folded = fold_advanced and any(knob.advanced for knob in knobs)
        self._add_fold(has_folded)
        self._layout.addStretch(1)
        self._advanced = not has_folded
        self.show_advanced(self._advanced)
        self._fold.clicked.connect(lambda: self.show_advanced(not self._advanced))

    def editor(self, key: str) -> QWidget:
        """Return the editor of a knob."""
        return as_widget(self._rows[key].editor)

    def keys(self) -> tuple[str, ...]:
        """The keys of all knobs, in the order of their rows."""
        return tuple(self._rows)

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show values by key; keys of other forms are passed over. Emits nothing."""
        for key, value in values.items():
            if key in self._rows:
                self._rows[key].editor.show_value(value)

    def set_error(self, key: str, sentence: str | None) -> None:
        """Mark a value as wrong and say why below it; None takes the mark away."""
        if key in self._rows:
            self._rows[key].set_error(sentence or "")

    def set_shown(self, key: str, shown: bool) -> None:
        """Show or hide the row of a knob that has no meaning at the moment."""
        self._rows[key].is_wanted = shown
        self._refresh_rows()

    def set_locked(self, locked: bool) -> None:
        """While locked, only the knobs that act at once can be turned."""
        for row in self._rows.values():
            as_widget(row.editor).setEnabled(row.knob.live or not locked)

    def show_advanced(self, shown: bool) -> None:
        """Unfold or fold the advanced knobs."""
        self._advanced = shown
        self._fold.setText(self.tr("Fewer settings") if shown else self.tr("More settings …"))
        self._refresh_rows()

    def _add(self, knob: Knob, label: str, names: Names) -> None:
        row = _Row(knob, label, names, self._help(knob, names))
        self._rows[knob.key] = row
        row.changed.connect(self.knob_changed)
        self._layout.addWidget(row)

    def _add_fold(self, shown: bool) -> None:
        line = QHBoxLayout()
        line.addWidget(self._fold)
        line.addStretch(1)
        self._layout.addLayout(line)
        self._fold.setVisible(shown)

    def _refresh_rows(self) -> None:
        for row in self._rows.values():
            row.setVisible(row.is_wanted and (self._advanced or not row.knob.advanced))

    def _help(self, knob: Knob, names: Names) -> str:
        lines = [core_text(knob.help), self._range(knob, names)]
        if knob.default not in (None, "", ()):
            lines.append(self.tr("Default: {value}").format(value=_shown(knob.default)))
        live, later = self.tr("Acts at once."), self.tr("Needs a new run.")
        lines.append(live if knob.live else later)
        return "\n".join(line for line in lines if line)

    def _range(self, knob: Knob, names: Names) -> str:
        unit = f" {core_text(knob.unit)}" if knob.unit else ""
        if knob.names or knob.choices in names or knob.type in (bool, str, tuple):
            return ""
        low, high = knob.low, knob.high
        if low is not None and high is not None:
            template = self.tr("Range: {low} to {high}{unit}")
            return template.format(low=_shown(low), high=_shown(high), unit=unit)
        if low is not None:
            return self.tr("At least {low}{unit}").format(low=_shown(low), unit=unit)
        return self.tr("Unit: {unit}").format(unit=unit.strip()) if unit else ""


class _Row(QWidget):
    """Label and editor, 32 pixels high; below them what is wrong, if anything."""

    changed = Signal(str, object)

    def __init__(self, knob: Knob, label: str, names: Names, help_text: str) -> None:
        super().__init__()
        self.knob, self.is_wanted = knob, True
        self.editor = make_editor(knob, names)
        self.editor.show_value(knob.default)
        self.editor.set_help(help_text)
        self._label = ElidedLabel(label, role="label")
        self._label.set_tooltip(help_text)
        self._error = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._error.setProperty("role", "error")
        self._error.hide()
        self._lay_out()
        self._name(label)
        self.editor.edited.connect(lambda value: self.changed.emit(knob.key, value))

    def set_error(self, sentence: str) -> None:
        """Show or clear what is wrong."""
        self.editor.mark(sentence)
        self._error.setText(f"⚠ {sentence}" if sentence else "")
        self._error.setVisible(bool(sentence))

    def _name(self, label: str) -> None:
        widget = as_widget(self.editor)
        widget.setObjectName(self.knob.key)
        set_name = getattr(widget, "set_name", widget.setAccessibleName)
        set_name(label)
        self._label.setBuddy(widget)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(2))
        grid.setRowMinimumHeight(0, px(32))
        label = QHBoxLayout()
        label.setSpacing(px(6))
        if self.knob.live:
            label.addWidget(LiveDot(self.tr("Acts at once, also during training.")))
        label.addWidget(self._label, 1)
        grid.addLayout(label, 0, 0)
        grid.addWidget(as_widget(self.editor), 0, 1)
        grid.addWidget(self._error, 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        as_widget(self.editor).setFixedWidth(px(EDITOR_WIDTH))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "editor"):
            as_widget(self.editor).setFixedWidth(px(EDITOR_WIDTH))


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _shown(value: Any) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return numbers.plain(value) if is_number else str(value)

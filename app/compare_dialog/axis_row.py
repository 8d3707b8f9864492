"""One setting that is varied: which, and its values, typed with commas or ticked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.compare_dialog.choosing import OFF_ON, Setting, SettingList, TickButton
from app.widgets.knob_editors import Names, Row, core_text
from app.widgets.named import named
from app.widgets.plain_text import plain_tooltip
from app.widgets.theme import px, set_look
from s2s_core.grid import value_in_words

SETTING_SHARE, VALUES_SHARE = 4, 5  # of the width


class AxisRow(QWidget):
    """A list of settings in which one can type, a field or a list of ticks, and a way out."""

    changed = Signal()
    left = Signal()  # what was typed is meant
    removed = Signal()

    def __init__(self, number: int, settings: Sequence[Setting], names: Names) -> None:
        super().__init__()
        self._settings = {setting.key: setting for setting in settings}
        self._names = names
        self._key = ""
        self.setting = named(SettingList(settings), f"compareSetting{number}")
        self.values = named(QLineEdit(), f"compareValues{number}")
        self.ticks = named(TickButton(), f"compareTicks{number}")
        self.remove = named(QPushButton("✕"), f"compareRemove{number}")
        self.error = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._describe(number)
        self._lay_out()
        self.setting.key_chosen.connect(self._choose)
        self.values.textEdited.connect(self._edit)
        self.values.editingFinished.connect(self.left)
        self.ticks.changed.connect(self._edit)
        self.ticks.closed.connect(self.left)
        self.remove.clicked.connect(self.removed)
        self._show_editor()

    def _describe(self, number: int) -> None:
        for widget, name, tip in (
            (self.setting, self.tr("setting {number}"),
             self.tr("Which setting is varied: type a part of its name, or choose it.")),
            (self.values, self.tr("values of setting {number}"),
             self.tr("Two values or more, with commas between them.")),
            (self.ticks, self.tr("values of setting {number}"),
             self.tr("Which of them are compared: two or more.")),
            (self.remove, self.tr("remove setting {number}"),
             self.tr("Do not vary this setting.")),
        ):  # fmt: skip
            widget.setAccessibleName(name.format(number=number))
            widget.setAccessibleDescription(tip)
            widget.setToolTip(plain_tooltip(tip))

    def _lay_out(self) -> None:
        self.remove.setProperty("role", "cross")
        self.remove.setFixedSize(px(24), px(24))
        self.remove.setAutoDefault(False)
        self.ticks.setAutoDefault(False)
        self.error.setProperty("role", "error")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(2))
        grid.setColumnStretch(0, SETTING_SHARE)
        grid.setColumnStretch(1, VALUES_SHARE)
        grid.addWidget(self.setting, 0, 0)
        grid.addWidget(self.values, 0, 1)
        grid.addWidget(self.ticks, 0, 1)
        grid.addWidget(self.remove, 0, 2)
        grid.addWidget(self.error, 1, 0, 1, 3)
        self.set_error("")

    # What it holds -----------------------------------------------------------------------

    @property
    def key(self) -> str:
        """Which setting is varied; "" before one is chosen."""
        return self._key

    def assignment(self) -> str:
        """Return what is to be varied as `--set` takes it; "" where nothing is chosen yet."""
        given = ",".join(self.ticks.ticked()) if self.is_ticked() else self.values.text()
        return f"{self._key}={given}" if self._key else ""

    def is_blank(self) -> bool:
        """Whether nothing was chosen or typed here."""
        return not self._key and not self.setting.field.text().strip()

    def set_key(self, key: str) -> None:
        """Vary this setting."""
        self.setting.show_key(key)
        self._choose(key)

    def fill(self, key: str, values: Sequence[Any]) -> None:
        """Vary this setting by these values."""
        self.set_key(key)
        if self.is_ticked():
            self.ticks.tick([str(v).lower() if isinstance(v, bool) else str(v) for v in values])
        else:  # as it is read by a person; it is to be read by us again
            words = (
                value_in_words(key, value).replace(",", "") if value else "0" for value in values
            )
            self.values.setText(", ".join(words))

    def set_error(self, sentence: str) -> None:
        """Say what is wrong here; "" for nothing."""
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        for widget in (self.setting, self.values, self.ticks):
            is_wrong = bool(sentence) and widget is self.editor()
            set_look(widget, "state", "error" if is_wrong else "")
        self.editor().setAccessibleDescription(sentence or self.editor().toolTip())

    def editor(self) -> QWidget:
        """Return where its values are given; before a setting is chosen, where that is done."""
        if not self._key:
            return self.setting
        return self.ticks if self.is_ticked() else self.values

    # What a person does ------------------------------------------------------------------

    def is_ticked(self) -> bool:
        """Whether its values are ticked in a list, and not typed."""
        return bool(self._rows())

    def _rows(self) -> tuple[Row, ...]:
        """Return what can be chosen, where it is a choice."""
        found = self._settings.get(self._key)
        if found is None:
            return ()
        knob = found.knob
        if knob.type is bool:
            return tuple(
                (name, "", core_text(word))
                for name, word in zip(OFF_ON, ("off", "on"), strict=True)
            )
        return self._names.get(knob.choices or "", tuple((name, "") for name in knob.names))

    def _choose(self, key: str) -> None:
        if key != self._key:
            self._key = key
            self.values.clear()
            self._show_editor()
        self._edit()
        if not key and not self.is_blank():
            self.left.emit()

    def _show_editor(self) -> None:
        rows, found = self._rows(), self._settings.get(self._key)
        self.values.setHidden(bool(rows))
        self.ticks.setVisible(bool(rows))
        self.values.setEnabled(found is not None)
        invitation = self.tr("with commas between them; now {value}").format(
            value=found.now if found else ""
        )
        self.values.setPlaceholderText(invitation if found else self.tr("its values"))
        if rows and found:
            self.ticks.show_choices(found, rows)

    def _edit(self) -> None:
        self.set_error("")
        self.changed.emit()

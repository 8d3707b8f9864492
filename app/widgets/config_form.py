"""A form for any config, made from its knobs alone."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from math import inf
from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.widgets.knob_editors import Names
from app.widgets.knob_row import Check, KnobRow, shown
from app.widgets.theme import LOOK_CHANGES, px
from s2s_core.knobs import Knob


class ConfigForm(QWidget):
    """A row for each knob under a title; the advanced ones are folded away, never removed.

    Rows that are folded away are made when they are first needed, so that a window with a
    hundred settings opens at once: what was said of them until then is kept for them.
    """

    knob_changed = Signal(str, object)  # key and value, by the user's hand only
    reset_wanted = Signal(str)  # the key of a knob whose way back was taken
    unfolded = Signal(bool)  # or folded, by the user's hand only
    rows_made = Signal()  # all those that were folded away are there now

    def __init__(
        self, knobs: Sequence[Knob], names: Names | None = None, *, title: str = "",
        when: str = "", elsewhere: Collection[str] = (), fold_advanced: bool = True,
        is_late: bool = False,
    ) -> None:  # fmt: skip
        """Take the knobs and what can be chosen for each `choices`.

        title: above the rows; when: when a change acts, for knobs that are not live;
        elsewhere: knobs with a control of their own, shown here when sought
        is_late: no row is made before `make_rows`
        """
        super().__init__()
        self.setProperty("role", "form")
        self.title = title
        self._elsewhere = frozenset(elsewhere)
        self._words: list[str] = []
        self._only_changed = False
        self._knobs = {knob.key: knob for knob in sorted(knobs, key=lambda knob: knob.advanced)}
        self._names, self._when = names or {}, when or self.tr("Needs a new run.")
        self._rows: dict[str, KnobRow] = {}
        self._order: list[KnobRow] = []  # as they stand
        self._values: dict[str, Any] = {}
        self._ways: Mapping[str, str] = {}
        self._reasons: Mapping[str, str] = {}
        self._pending: Mapping[str, str] = {}
        self._check: Check | None = None
        self._head = QLabel(title)
        self._head.setProperty("role", "section")
        self._head.setIndent(0)
        self._fold = QPushButton()
        self._fold.setProperty("role", "link")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._add_head()
        for knob in self._knobs.values():
            if not (knob.advanced or is_late):
                self._add(knob)
        self._can_fold = fold_advanced
        self._fit()
        self.show_advanced(not fold_advanced)
        self._fold.clicked.connect(self._turn_fold)

    def add_to_head(self, text: str, name: str, tip: str) -> QPushButton:
        """Put a button of another kind of work beside the title; returns it."""
        button = QPushButton(text)
        button.setObjectName(name)
        button.setProperty("role", "link")
        line = self._line.layout()
        assert isinstance(line, QHBoxLayout)
        line.insertWidget(1, button)
        button.setAccessibleName(f"{text} {self.title}")
        button.setAccessibleDescription(tip)
        button.setToolTip(tip)
        return button

    def editor(self, key: str) -> QWidget:
        """Return the editor of a knob."""
        return self.row(key).editor_widget

    def row(self, key: str) -> KnobRow:
        """Return the row of a knob."""
        if key not in self._rows:
            self.make_rows()
        return self._rows[key]

    def rows(self) -> tuple[KnobRow, ...]:
        """All rows from top to bottom, those that are not shown included."""
        self.make_rows()
        return tuple(self._order)

    def keys(self) -> tuple[str, ...]:
        """The keys of all knobs, in the order of their rows."""
        return tuple(self._knobs)

    def shown(self, key: str, value: Any) -> str:
        """Return a value of a knob in words."""
        return shown(value, self._knobs[key])

    def make_rows(self, seconds: float = inf) -> bool:
        """Make the rows that are not there yet, or some for a while; return whether it made any."""
        later = [knob for key, knob in self._knobs.items() if key not in self._rows]
        if not later:
            return False
        end = time.perf_counter() + seconds
        for knob in later:
            self._add(knob)
            self._tell_row(self._rows[knob.key])
            if time.perf_counter() >= end:
                break
        self._refresh_rows()
        if len(self._rows) == len(self._knobs):
            self.rows_made.emit()
        return True

    def lacks_rows(self) -> bool:
        """Whether rows are still to be made that are not folded away."""
        return any(k.key not in self._rows and not k.advanced for k in self._knobs.values())

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show values by key; keys of other forms are passed over. Emits nothing."""
        for key, value in values.items():
            self._values[key] = value
            if key in self._rows:
                self._rows[key].show_value(value)

    def set_error(self, key: str, sentence: str | None) -> None:
        """Mark a value as wrong and say why below it; None takes the mark away."""
        if key in self._rows or (sentence and key in self._knobs):
            self.row(key).set_error(sentence or "")

    def clear_errors(self) -> None:
        """Take all marks of wrong values away."""
        for row in self._rows.values():
            row.set_error("")

    def set_ways_back(self, texts: Mapping[str, str]) -> None:
        """Mark the knobs that were changed, each with what its way back leads to."""
        self._ways = texts
        if any(key in self._knobs and key not in self._rows for key in texts):
            self.make_rows()
        for key, row in self._rows.items():
            row.set_way_back(texts.get(key, ""))
        self._refresh_rows()

    def set_pending(self, texts: Mapping[str, str]) -> None:
        """Mark the knobs whose value only a new run will have, each with a sentence."""
        self._pending = texts
        for key, row in self._rows.items():
            row.set_pending(texts.get(key, ""))

    def set_reasons(self, reasons: Mapping[str, str]) -> None:
        """Grey the knobs that have no effect at the moment and say why; check the others."""
        self._reasons = reasons
        for row in self._rows.values():
            self._grey(row)

    def set_check(self, check: Check) -> None:
        """Let all editors ask which values can be chosen as things stand."""
        self._check = check
        for row in self._rows.values():
            row.set_check(check)

    def show_advanced(self, shown: bool) -> None:
        """Unfold or fold the advanced knobs."""
        self._advanced = shown
        if shown:
            self.make_rows()
        self._refresh_rows()

    def _turn_fold(self) -> None:
        self.show_advanced(not self._advanced)
        self.unfolded.emit(self._advanced)

    def seek(self, words: Sequence[str], only_changed: bool = False) -> int:
        """Show the rows that match, folded ones too; no words and not only the changed: as usual.

        returns: how many rows are shown
        """
        self._words, self._only_changed = [word.casefold() for word in words], only_changed
        if words:
            self.make_rows()
        self._order_rows()
        self._refresh_rows()
        return sum(not row.isHidden() for row in self._rows.values())

    def is_called_so(self) -> bool:
        """Whether the name of a knob is sought, not only what is said of it."""
        return any(row.is_called(self._words, self.title) for row in self._rows.values())

    def _order_rows(self) -> None:
        """Put those first whose names are sought; as usual where nothing is."""

        def place(row: KnobRow) -> bool:
            return bool(self._words) and not row.is_called(self._words, self.title)

        rows = sorted(self._rows.values(), key=place)
        if rows != self._order:
            self._order = rows
            for row in rows:
                self._column.addWidget(row)  # it is taken out of where it was
                row.raise_()  # Tab goes in this order

    def is_any_shown(self) -> bool:
        """Whether there is a row that is not hidden."""
        return any(not row.isHidden() for row in self._rows.values())

    def _is_shown(self, row: KnobRow) -> bool:
        if self._words or self._only_changed:
            sought = row.matches(self._words, self.title)
            is_here = bool(self._words) or row.knob.key not in self._elsewhere
            return sought and is_here and (row.is_changed or not self._only_changed)
        if row.knob.key in self._elsewhere:
            return False
        return row.is_changed or self._advanced or not row.knob.advanced

    def _add(self, knob: Knob) -> None:
        row = self._rows[knob.key] = KnobRow(knob, self._names, when=self._when)
        row.changed.connect(self.knob_changed)
        row.reset_wanted.connect(lambda: self.reset_wanted.emit(knob.key))
        row.hide()  # or the layout shows it a little later, whatever is said until then
        self._column.addWidget(row)
        self._order.append(row)

    def _tell_row(self, row: KnobRow) -> None:
        """Say to a new row what the others were told before."""
        key = row.knob.key
        if self._check:
            row.set_check(self._check)
        if key in self._values:
            row.show_value(self._values[key])
        row.set_way_back(self._ways.get(key, ""))
        row.set_pending(self._pending.get(key, ""))
        self._grey(row)

    def _grey(self, row: KnobRow) -> None:
        if reason := self._reasons.get(row.knob.key):
            row.set_reason(reason)
        else:
            row.check_choices()

    def _add_head(self) -> None:
        self._line = QWidget()
        line = QHBoxLayout(self._line)
        line.setContentsMargins(0, px(4), 0, 0)
        line.addWidget(self._head, 1)
        line.addWidget(self._fold)
        self._column.addWidget(self._line)

    def _refresh_rows(self) -> None:
        for row in self._rows.values():
            if self._is_shown(row) == row.isHidden():  # only what changes: it is laid out anew
                row.setVisible(row.isHidden())
        is_sought = bool(self._words) or self._only_changed
        folded = [
            key for key, knob in self._knobs.items()
            if knob.advanced
            and (self._advanced or key not in self._rows or self._rows[key].isHidden())
        ]  # fmt: skip
        self._fold.setVisible(bool(folded) and not is_sought and self._can_fold)
        more = self.tr("{count} more").format(count=len(folded))
        self._fold.setText(self.tr("fewer") if self._advanced else more)
        template = (
            self.tr("fewer settings: {title}")
            if self._advanced
            else self.tr("{count} more: {title}")
        )
        name = template.format(count=len(folded), title=self.title)
        self._fold.setAccessibleName(name)
        self._fold.setToolTip(name)
        any_shown = self.is_any_shown()
        has_head = bool(self.title) or bool(folded and self._can_fold)
        self._line.setVisible(bool(self._knobs) and has_head and (any_shown or not is_sought))

    def _fit(self) -> None:
        self._column.setSpacing(px(2))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "_column"):
            self._fit()

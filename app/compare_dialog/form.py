"""What is to be compared: up to three settings with their values, and how long each is trained."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.compare_dialog.axis_row import AxisRow
from app.compare_dialog.choosing import Setting
from app.widgets import numbers
from app.widgets.knob_editors import Names
from app.widgets.named import named
from app.widgets.number_field import NumberField
from app.widgets.segmented import Segmented
from app.widgets.theme import px
from s2s_core.configs import TrainingConfig
from s2s_core.grid import Grid

MOST = 3  # settings
LEAST_MINUTES, FEW_STEPS = 0.05, 1000
STEPS, MINUTES = "steps", "minutes"


class CompareForm(QWidget):
    """Rows of settings, of which one at least is shown, and a row for the time of each."""

    changed = Signal()
    left = Signal(object)  # AxisRow whose values are meant

    def __init__(
        self, settings: Sequence[Setting], names: Names, steps: int, minutes: float
    ) -> None:
        """Offer these settings; steps and minutes: of each run, 0 if that is no limit."""
        super().__init__()
        self.keys = {setting.key for setting in settings}
        self.axes = [AxisRow(number, settings, names) for number in range(1, MOST + 1)]
        self.add = named(QPushButton(self.tr("Vary another setting")), "compareAdd")
        self.unit = named(Segmented(self._units(), name=self.tr("how long")), "compareUnit")
        self.amounts = {
            STEPS: named(NumberField(low=1, integer=True), "compareStepCount"),
            MINUTES: named(
                NumberField(low=LEAST_MINUTES, shown=numbers.of_minutes), "compareMinuteCount"
            ),
        }
        self.amounts[MINUTES].read = numbers.minutes
        self.amounts[STEPS].set_value(steps or FEW_STEPS)
        self.amounts[MINUTES].set_value(minutes or 1)
        self.unit.set_value(STEPS if steps else MINUTES)
        self._lay_out()
        self._show_amount()
        self.add.clicked.connect(self._add)
        self.unit.value_chosen.connect(lambda _: self._turn_unit())
        for amount in self.amounts.values():
            amount.value_entered.connect(lambda _: self.changed.emit())
        for axis in self.axes:
            axis.changed.connect(self.changed)
            axis.left.connect(lambda axis=axis: self.left.emit(axis))
            axis.removed.connect(lambda axis=axis: self._remove(axis))

    def _units(self) -> list[tuple[str, str, str, str]]:
        return [
            ("compareSteps", self.tr("Steps"), self.tr("Each run takes so many steps."), STEPS),
            ("compareMinutes", self.tr("Minutes"),
             self.tr("Each run trains for so many minutes; or type “20 s”."), MINUTES),
        ]  # fmt: skip

    def _lay_out(self) -> None:
        self.setProperty("role", "form")
        tip = self.tr("Up to three; all combinations of their values are trained.")
        self.add.setProperty("role", "link")
        self.add.setToolTip(tip)
        self.add.setAccessibleDescription(tip)
        self.add.setAutoDefault(False)
        label = QLabel(self.tr("Train each for"))
        label.setProperty("role", "label")
        for amount in self.amounts.values():
            amount.setAccessibleName(label.text())
            amount.set_help(self.tr("Each run is trained so long, one after the other."))
            amount.setFixedWidth(px(88))
        for button in self.unit.findChildren(QPushButton):
            button.setAutoDefault(False)
        long = QHBoxLayout()
        long.setSpacing(px(8))
        for widget in (label, *self.amounts.values(), self.unit):
            long.addWidget(widget)
        long.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        for place, axis in enumerate(self.axes):
            column.addWidget(axis)
            axis.setVisible(place == 0)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(long)
        stops: list[QWidget] = []
        for axis in self.axes:
            stops += [axis.setting, axis.values, axis.ticks, axis.remove]
        stops += [self.add, *self.amounts.values(), *self.unit.findChildren(QPushButton)]
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)
        self._show_ways()

    # What it holds -----------------------------------------------------------------------

    def shown(self) -> list[AxisRow]:
        """Return the rows that are not hidden."""
        return [axis for axis in self.axes if not axis.isHidden()]

    def enter_amount(self) -> bool:
        """Take how long each is trained as it is typed now; returns whether it is right."""
        return self.amounts[self.unit.value()].enter()

    def limits(self) -> dict[str, Any]:
        """Return steps and minutes of each run, 0 for no limit; as it stands in the field."""
        unit = self.unit.value()
        other = {STEPS: MINUTES, MINUTES: STEPS}[unit]
        return {unit: self.amounts[unit].value() or 0, other: 0}

    def fill(self, grid: Grid, training: TrainingConfig) -> None:
        """Show what was compared, as far as it can be varied here, and for how long."""
        for key, values in grid.axes[:MOST]:
            if key in self.keys:
                self.show_setting(key).fill(key, values)
        unit = STEPS if training.steps else MINUTES
        self.amounts[unit].set_value(training.steps or training.minutes)
        self.unit.set_value(unit)
        self._show_amount()

    def show_setting(self, key: str) -> AxisRow:
        """Vary this setting, in a row of its own; returns the row."""
        for axis in self.shown():
            if axis.key == key:
                return axis
        free = next((axis for axis in self.shown() if axis.is_blank()), None)
        free = free or next((axis for axis in self.axes if axis.isHidden()), self.axes[-1])
        free.show()
        free.set_key(key)
        self._show_ways()
        return free

    # What a person does ------------------------------------------------------------------

    def _add(self) -> None:
        axis = next(axis for axis in self.axes if axis.isHidden())
        axis.show()
        axis.setting.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_ways()
        self.changed.emit()

    def _remove(self, axis: AxisRow) -> None:
        axis.set_key("")
        axis.setting.field.clear()
        axis.hide()
        self._show_ways()
        self.shown()[0].setting.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _show_ways(self) -> None:
        """Offer another row while there is one, and to take one away while there are several."""
        shown = self.shown()
        self.add.setEnabled(len(shown) < MOST)
        for axis in shown:
            axis.remove.setEnabled(len(shown) > 1)

    def _turn_unit(self) -> None:
        self._show_amount()
        self.changed.emit()

    def _show_amount(self) -> None:
        for unit, amount in self.amounts.items():
            amount.setVisible(unit == self.unit.value())

"""Comparing settings: which values, and, while they are trained and after, a table of the runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app.bridge.comparing import BEGINS, FAILED, Trial
from app.bridge.controller import Controller
from app.bridge.dropped_experiment import check_choices
from app.compare_dialog.axis_row import AxisRow
from app.compare_dialog.choosing import Setting
from app.compare_dialog.form import STEPS
from app.compare_dialog.frame import CompareFrame
from app.panels.model_panel.compare_menu import can_compare
from app.panels.model_panel.knob_forms import ATTENTION, SHOWN
from app.panels.model_panel.knob_words import choice_names, in_words, label_of
from app.widgets import numbers
from app.widgets.knob_row import shown
from s2s_core.configs import RunConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import kinds_of, knobs_in, merged, value_of
from s2s_core.files import replacing
from s2s_core.grid import Grid, folder_name
from s2s_core.knobs import Knob
from s2s_core.records import ProbeRecord

COUNT_MS = 150  # of rest in what is typed, before it is counted


class CompareDialog(CompareFrame):
    """Makes the runs of what was typed, has them trained, and shows what comes of them."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        self._controller = controller
        self._comparing = controller.comparing
        config = controller.draft.next_config
        super().__init__(settings_of(config), choice_names(), config.training, parent)
        self._probe: ProbeRecord | None = None
        self._count_soon = QTimer(self, singleShot=True, interval=COUNT_MS)
        self._connect()
        self._count()
        self._turn_to_table(bool(self._comparing.trials))

    def _connect(self) -> None:
        self._count_soon.timeout.connect(self._count)
        self.form.changed.connect(self._count_soon.start)
        self.form.left.connect(self._check_axis)
        self.begin.clicked.connect(self.start)
        self.stop.clicked.connect(self._comparing.stop_after_this)
        self.another.clicked.connect(lambda: self._turn_to_table(False))
        self.back.clicked.connect(lambda: self._turn_to_table(True))
        self.open_run.clicked.connect(lambda: self._open(self.table.currentRow()))
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._save)
        self.leave.clicked.connect(self.reject)
        self.table.open_wanted.connect(self._open)
        self.table.itemSelectionChanged.connect(self._show_state)
        self._comparing.changed.connect(self._show_trials)
        self._comparing.moved.connect(lambda _: self._show_trials())
        self._controller.questions.probed.connect(self._take_probe)
        self._controller.questions.probe_again()

    def vary(self, key: str) -> None:
        """Offer to vary a setting, unless a comparison is being trained."""
        if not self._comparing.is_going and key in self.form.keys:
            self._turn_to_table(False)
            axis = self.form.show_setting(key)
            axis.editor().setFocus(Qt.FocusReason.OtherFocusReason)

    # What is to be compared --------------------------------------------------------------

    def start(self) -> None:
        """Have the runs trained, or say where something is wrong."""
        axes = [axis for axis in self.form.shown() if not axis.is_blank()] or self.form.shown()[:1]
        for axis in axes:
            self._check_axis(axis)
        wrong = next((axis for axis in axes if axis.error.text()), None)
        if wrong:
            wrong.editor().setFocus(Qt.FocusReason.OtherFocusReason)
            return
        try:
            trials = self._trials(self._grid())
        except BadConfig as error:
            self.say(in_words(error), is_error=True)
            return
        self._comparing.begin(trials)
        self._turn_to_table(True)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _grid(self) -> Grid:
        given = [axis.assignment() for axis in self.form.shown() if not axis.is_blank()]
        return Grid.parse(given)

    def _trials(self, grid: Grid) -> list[Trial]:
        config = merged(self._controller.draft.next_config, {"training": self.form.limits()})
        configs = grid.configs(config, check=check_choices)
        combinations = grid.combinations()
        return [
            Trial(values, config, title_of_values(values, config), folder_name(values))
            for values, config in zip(combinations, configs, strict=True)
        ]

    def _check_axis(self, axis: AxisRow) -> None:
        """Say at a row what is wrong with its values, each by itself."""
        if not axis.key:
            axis.set_error(self.tr("Choose a setting of the list."))
            return
        if axis.assignment().endswith("="):
            axis.set_error(self.tr("Give two values or more of it."))
            return
        try:
            Grid.parse([axis.assignment()])
        except BadConfig as error:
            axis.set_error(in_words(error))
        else:
            axis.set_error("")

    def _count(self) -> None:
        """Say how many runs these are, and how long they take."""
        if self.is_table_shown():
            return
        try:
            runs = len(self._grid())
        except BadConfig:
            runs = 0
        if runs < 2:
            self.say(self.tr("All combinations of the values are trained, a run for each."))
            return
        text = self.tr("{count} runs.").format(count=numbers.count(runs))
        if seconds := self._seconds():
            time = numbers.time_needed(seconds * runs)
            text = self.tr("{count} runs, about {time} of training in all.").format(
                count=numbers.count(runs), time=time
            )
        self.say(text)

    def _seconds(self) -> float:
        """Return how long a run takes, as far as that is known."""
        limits = self.form.limits()
        per_step = self._probe.seconds_per_step if self._probe else 0.0
        return float(limits[STEPS] * per_step if limits[STEPS] else 60 * limits["minutes"])

    def _take_probe(self, probe: ProbeRecord) -> None:
        self._probe = probe
        if not self.has_error():
            self._count()

    # The table ---------------------------------------------------------------------------

    def _turn_to_table(self, on: bool) -> None:
        self.show_table(on)
        self.back.setVisible(not on and bool(self._comparing.trials))
        if on:
            self._show_trials()
        else:
            self._count()

    def _show_trials(self) -> None:
        if self.is_table_shown():
            self.table.show_trials(self._comparing.trials)
            self._show_state()

    def _show_state(self) -> None:
        """Say how far it is, and what can be done with the row that is chosen."""
        comparing = self._comparing
        trial = self._chosen()
        is_going = comparing.is_going
        self.stop.setVisible(is_going)
        self.stop.setEnabled(bool(comparing.to_come))
        self.another.setVisible(not is_going)
        self.open_run.setEnabled(bool(trial and trial.folder) and not is_going)
        if trial and trial.state == FAILED and trial.why:
            self.say(trial.why, is_error=True)
        elif comparing.current:
            self.say(self._progress(comparing.current))
        else:
            self.say(self.tr("Enter opens the run that is chosen; all are kept."))

    def _progress(self, current: Trial) -> str:
        count = len(self._comparing.trials)
        template = self.tr("Run {number} of {count}: {title}.")
        if current.state == BEGINS:
            template = self.tr("Run {number} of {count} is being begun: {title}.")
        text = template.format(number=self._comparing.place, count=count, title=current.title)
        rest = self.tr("This window may be closed; runs can be opened when all are done.")
        return f"{text} {rest}"

    def _chosen(self) -> Trial | None:
        row, trials = self.table.currentRow(), self._comparing.trials
        return trials[row] if 0 <= row < len(trials) else None

    def _open(self, row: int) -> None:
        trials = self._comparing.trials
        if self._comparing.is_going or not 0 <= row < len(trials) or not trials[row].folder:
            return
        self._controller.open_run(Path(trials[row].folder))
        window = self.parentWidget()
        if window:
            window.activateWindow()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.table.as_text("\t"))
        self.say(self.tr("The table is in the clipboard."))

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the table"), "comparison.csv", self.tr("Tables (*.csv)")
        )
        if not name:
            return
        path = Path(name) if Path(name).suffix else Path(name).with_suffix(".csv")
        try:
            with replacing(path) as unfinished:
                unfinished.write_text(self.table.as_text(","), encoding="utf-8", newline="\n")
        except OSError as error:
            text = self.tr("{file} cannot be written: {why}")
            self.say(text.format(file=path, why=error.strerror), is_error=True)
        else:
            self.say(self.tr("Saved: the table, in {file}").format(file=path))


def settings_of(config: RunConfig) -> list[Setting]:
    """Return what of an experiment can be varied, in the order of the forms."""
    knobs = [knob for section in SHOWN for knob in _knobs(config, section)]
    first = ("training.learning_rate", ATTENTION)
    knobs.sort(key=lambda knob: (*first, knob.key).index(knob.key))
    titles = [label_of(knob.key) for knob in knobs]
    return [
        Setting(knob.key, _title(knob, titles), knob, shown(value_of(config, knob.key), knob))
        for knob in knobs
    ]


def _knobs(config: RunConfig, section: str) -> Iterator[Knob]:
    for knob in knobs_in(config, section):
        if can_compare(knob.key):
            is_kind = knob.name == "kind" and knob.names
            yield replace(knob, names=kinds_of(section)) if is_kind else knob


def _title(knob: Knob, titles: list[str]) -> str:
    title = label_of(knob.key)
    return f"{title} ({knob.key})" if titles.count(title) > 1 else title


def title_of_values(values: dict[str, Any], config: RunConfig) -> str:
    """Return what a run is called among those: "Learning rate 1e-3 · Layers (encoder) 2"."""
    knobs = {knob.key: knob for key in values for knob in knobs_in(config, key.rpartition(".")[0])}
    return " · ".join(
        f"{label_of(key)} {shown(value, knobs[key])}" for key, value in values.items()
    )

"""Comparing settings: which values, and, while they are trained and after, a table of the runs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app.bridge.controller import Controller, sentence_of
from app.bridge.trials import BEGINS, FAILED, Trial
from app.compare_dialog.axis_row import AxisRow
from app.compare_dialog.form import STEPS
from app.compare_dialog.frame import CompareFrame
from app.compare_dialog.planning import (
    laid_over_in_words,
    names_of_choices,
    plan_of,
    settings_of,
    take_alike,
)
from app.panels.model_panel.knob_words import in_words
from app.run_titles import comparison_title
from app.widgets import numbers
from s2s_core.errors import BadConfig
from s2s_core.files import replacing
from s2s_core.grid import PRESET, Grid
from s2s_core.grid_folder import last_grid
from s2s_core.records import FailureRecord, ProbeRecord

COUNT_MS = 150  # of rest in what is typed, before it is counted


class CompareDialog(CompareFrame):
    """Makes the runs of what was typed, has them trained, and shows what comes of them."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        self._controller = controller
        self._comparing = controller.comparing
        draft = controller.draft
        training = draft.next_config.training
        super().__init__(settings_of(draft), names_of_choices(), training, parent)
        self._probe: ProbeRecord | None = None
        self._earlier = last_grid(controller.runs)  # kept by this start or an earlier one
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
        self.go_on.clicked.connect(self._go_on)
        self.all_the_same.clicked.connect(self._comparing.train_left_out)
        self.another.clicked.connect(self._compare_others)
        self.back.clicked.connect(self._go_back)
        self.open_run.clicked.connect(lambda: self._open(self.table.currentRow()))
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._save)
        self.leave.clicked.connect(self.reject)
        self.table.open_wanted.connect(self._open)
        self.table.itemSelectionChanged.connect(self._show_state)
        self._comparing.opened.connect(self._show_opened)
        self._comparing.changed.connect(self._show_trials)
        self._comparing.moved.connect(self._show_trials)
        self._comparing.failed.connect(self._tell_failure)
        self._controller.questions.probed.connect(self._take_probe)
        self._controller.questions.probe_again()

    def _compare_others(self) -> None:
        """Go to the form, where a person begins with what was compared last."""
        if self._comparing.plan and all(axis.is_blank() for axis in self.form.shown()):
            self.form.fill(self._comparing.plan.grid, self._comparing.trials[0].config.training)
        self._turn_to_table(False)

    def _go_back(self) -> None:
        """Show the table of this start, or of an earlier one."""
        if self._comparing.trials:
            self._turn_to_table(True)
        elif self._earlier:
            self._comparing.open(self._earlier)

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
        if not self.form.enter_amount():  # which says why
            return
        try:
            plan = plan_of(
                self._controller.draft, self._grid(), self.form.limits(), self._controller.runs
            )
        except BadConfig as error:
            self.say(in_words(error), is_error=True)
            return
        self._comparing.begin(plan)
        if self.is_table_shown():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_on(self) -> None:
        self._comparing.go_on()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _grid(self) -> Grid:
        given = [axis.assignment() for axis in self.form.shown() if not axis.is_blank()]
        return Grid.parse(given)

    def _check_axis(self, axis: AxisRow) -> None:
        """Say at a row what is wrong with its values, each by itself."""
        if not axis.key:
            axis.set_error(self.tr("Choose a setting of the list."))
            return
        if axis.assignment().endswith("="):
            axis.set_error(self.tr("Give two values or more of it."))
            return
        if axis.is_ticked() and "," not in axis.assignment():
            axis.set_error(self.tr("Tick two of them or more."))
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
        self.say(" ".join(filter(None, (text, self._kept_changes()))))

    def _kept_changes(self) -> str:
        """Tell what is laid over each preset: it was changed from the one that is chosen."""
        draft = self._controller.draft
        settings = laid_over_in_words(draft)
        if PRESET not in self._grid().keys or not settings:
            return ""
        return self.tr("Laid over each, as it is now: {settings}.").format(settings=settings)

    def _seconds(self) -> float:
        """Return how long a run takes, as far as that is known: of other models it is not."""
        limits = self.form.limits()
        if not limits[STEPS]:
            return float(60 * limits["minutes"])
        is_known = self._probe and take_alike(self._controller.draft.config, self._grid())
        return limits[STEPS] * self._probe.seconds_per_step if self._probe and is_known else 0.0

    def _take_probe(self, probe: ProbeRecord) -> None:
        self._probe = probe
        if not self.has_error():
            self._count()

    # The table ---------------------------------------------------------------------------

    def _turn_to_table(self, on: bool) -> None:
        self.show_table(on)
        plan, title = self._comparing.plan, self.tr("Compare settings")
        self.setWindowTitle(f"{title} — {comparison_title(plan.folder)}" if on and plan else title)
        self.back.setVisible(not on and bool(self._comparing.trials or self._earlier))
        if on:
            self._show_trials()
            self._choose_open_run()
        else:
            self._count()

    def _choose_open_run(self) -> None:
        """Choose the row of the run that the window has, if it is one of these."""
        folder = Path(self._controller.run.folder)
        for row, trial in enumerate(self._comparing.trials):
            if trial.folder == folder:
                self.table.selectRow(row)

    def _show_opened(self, _: Path) -> None:
        self._turn_to_table(True)

    def _tell_failure(self, failure: FailureRecord) -> None:
        self.say(sentence_of(failure), is_error=True)

    def _show_trials(self, _: int = 0) -> None:
        if self.is_table_shown():
            self.table.show_trials(self._comparing.trials)
            self._show_state()

    def _show_state(self) -> None:
        """Say how far it is, and what can be done with the row that is chosen."""
        comparing = self._comparing
        trial = self._chosen()
        is_going = comparing.is_going
        is_last = is_going and not comparing.to_come
        self.stop.setVisible(is_going and not (is_last and comparing.left_out))
        self.stop.setEnabled(not is_last)
        self.all_the_same.setVisible(is_last and bool(comparing.left_out))
        self.another.setVisible(not is_going)
        self.go_on.setVisible(not is_going and bool(comparing.unfinished))
        self.open_run.setEnabled(bool(trial and trial.is_begun) and not is_going)
        if trial and trial.state == FAILED and trial.why:
            self.say(trial.why, is_error=True)
        elif comparing.current:
            self.say(self._progress(comparing.current))
        elif comparing.unfinished:
            text = self.tr("{count} of {all} runs are not trained to their end.")
            self.say(text.format(count=comparing.unfinished, all=len(comparing.trials)))
        else:
            self.say(self.tr("Enter opens the run that is chosen; all are kept."))

    def _progress(self, current: Trial) -> str:
        count = len(self._comparing.trials)
        template = self.tr("Run {number} of {count}: {title}.")
        if current.state == BEGINS:
            template = self.tr("Run {number} of {count} is being begun: {title}.")
        text = template.format(number=self._comparing.place, count=count, title=current.title)
        rest = self.tr(
            "This window may be closed, and opened again by Run ▸ Compare settings; runs can be "
            "opened when all are done."
        )
        return f"{text} {rest}"

    def _chosen(self) -> Trial | None:
        row, trials = self.table.currentRow(), self._comparing.trials
        return trials[row] if 0 <= row < len(trials) else None

    def _open(self, row: int) -> None:
        trials = self._comparing.trials
        if self._comparing.is_going or not 0 <= row < len(trials) or not trials[row].is_begun:
            return
        self._controller.open_run(trials[row].folder)
        self.accept()  # it would stand before the curves

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

"""The window in which settings are compared: a form or a table, a sentence, buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.compare_dialog.choosing import Setting
from app.compare_dialog.form import CompareForm
from app.compare_dialog.trials_table import TrialsTable
from app.widgets.knob_editors import Names
from app.widgets.named import named
from app.widgets.panel_frame import muted
from app.widgets.theme import px, set_look
from s2s_core.configs import TrainingConfig

SIZE = 960, 360


class CompareFrame(QDialog):
    """It does nothing by itself."""

    def __init__(
        self, settings: Sequence[Setting], names: Names, training: TrainingConfig, parent: QWidget
    ) -> None:
        super().__init__(parent)
        named(self, "compareDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setWindowTitle(self.tr("Compare settings"))
        self.form = CompareForm(settings, names, training.steps, training.minutes)
        self.table = named(TrialsTable(), "compareTable")
        self.state = named(muted(), "compareState")
        self.begin = named(QPushButton(self.tr("Start")), "compareStart")
        self.stop = named(QPushButton(self.tr("Stop after this one")), "compareStop")
        self.go_on = named(QPushButton(self.tr("Train the rest")), "compareGoOn")
        self.all_the_same = named(QPushButton(self.tr("Train the others too")), "compareAllTheSame")
        self.another = named(QPushButton(self.tr("Compare others …")), "compareOthers")
        self.back = named(QPushButton(self.tr("The last table")), "compareBack")
        self.open_run = named(QPushButton(self.tr("Open run")), "compareOpen")
        self.copy = named(QPushButton(self.tr("Copy")), "compareCopy")
        self.save = named(QPushButton(self.tr("Save as CSV …")), "compareSave")
        self.leave = named(QPushButton(self.tr("Close")), "compareClose")
        self._pages = QStackedWidget()
        self._describe()
        self._lay_out()

    def _describe(self) -> None:
        for button, tip in (
            (self.begin, self.tr("Train a run for each combination, one after the other.")),
            (self.stop, self.tr("Train this run to its end, and begin no other.")),
            (self.go_on, self.tr("Train all runs that are not done, one after the other.")),
            (self.all_the_same, self.tr("Train the runs that were to be left out, after all.")),
            (self.another, self.tr("Choose other settings and values.")),
            (self.back, self.tr("Show the runs that were compared last.")),
            (self.open_run, self.tr("Open the run that is chosen, when all are done (Enter).")),
            (self.copy, self.tr("Copy the table, with tabs between the columns.")),
            (self.save, self.tr("Write the table into a file.")),
            (self.leave, self.tr("Close this window; what is trained goes on (Esc).")),
        ):
            button.setToolTip(tip)
            button.setAccessibleDescription(tip)
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        intro = muted(
            self.tr(
                "A run like any other is trained for each combination of the values, with all "
                "other settings as they are now, and kept. What is not done when the program is "
                "closed goes on later: File ▸ Open recent."
            )
        )
        scroll = QScrollArea()
        scroll.setProperty("role", "plain")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        page.setProperty("role", "form")
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, px(8), 0)
        inside.setSpacing(px(16))
        inside.addWidget(intro)
        inside.addWidget(self.form)
        inside.addStretch(1)
        scroll.setWidget(page)
        self._pages.addWidget(scroll)
        self._pages.addWidget(self.table)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        # Nothing takes the place of Start: a second click would be one on that.
        training = (self.stop, self.all_the_same, self.go_on)
        for button in (self.open_run, self.copy, self.save, *training):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self.another, self.back, self.begin, self.leave):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(12))
        column.addWidget(self._pages, 1)
        column.addWidget(self.state)
        column.addLayout(buttons)
        room = self.screen().availableGeometry()
        wide, high = px(SIZE[0]), px(SIZE[1])
        self.resize(min(wide, room.width() - px(48)), min(high, room.height() - px(64)))

    # Showing -----------------------------------------------------------------------------

    def show_table(self, on: bool) -> None:
        """Show the table, or the form; what of the comparison can be done is another's to show."""
        self._pages.setCurrentIndex(int(on))
        for button in (self.open_run, self.copy, self.save):
            button.setVisible(on)
        self.begin.setVisible(not on)
        if not on:
            for button in (self.stop, self.all_the_same, self.go_on, self.another):
                button.hide()

    def is_table_shown(self) -> bool:
        """Whether the table is what is shown."""
        return self._pages.currentIndex() == 1

    def say(self, text: str, *, is_error: bool = False) -> None:
        """Say what is true now, or what is wrong."""
        set_look(self.state, "role", "error" if is_error else "muted")
        self.state.setText(text)

    def has_error(self) -> bool:
        """Whether it says what is wrong."""
        return bool(self.state.property("role") == "error")

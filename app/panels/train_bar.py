"""The bar on top: train, step, new run, the learning rate, and what is going on in numbers."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
)

from app.bridge.controller import Controller
from app.bridge.messages import RunState
from app.widgets import numbers
from app.widgets.chooser import Chooser
from app.widgets.icons import play_icon
from app.widgets.log_slider import LogSlider
from app.widgets.named import named
from app.widgets.stat import Stat
from app.widgets.theme import LOOK_CHANGES, px
from s2s_core.configs import RunConfig
from s2s_core.records import Record, StepRecord

RATE = "training.learning_rate"


class TrainBar(QFrame):
    """Drives the run; everything in it acts at once."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._folder = ""
        self._recent: deque[StepRecord] = deque(maxlen=60)  # the newest of each drain: two seconds
        named(self, "trainBar")
        self.setProperty("role", "bar")
        self.setAccessibleName(self.tr("training bar"))
        self.train = named(QPushButton(self.tr("Train")), "trainButton")
        self.step = named(QPushButton(self.tr("Step")), "stepButton")
        self.new_run = named(QPushButton(self.tr("New run")), "newRunButton")
        self.label = QLabel(self.tr("Learning rate"))
        self.rate = named(LogSlider(1e-5, 1.0, name=self.tr("learning rate")), "learningRate")
        self.device = named(Chooser(letters=4), "deviceChooser")
        self.steps = Stat(self.tr("step"), widest="888,888")
        self.epochs = Stat(self.tr("epoch"), widest="888.8")
        self.speed = Stat(self.tr("tokens / s"), widest="888,888")
        self.time = Stat(self.tr("elapsed"), widest="88:88:88")
        self._optional = (self.device, self.epochs, self.speed)  # the last is left out first
        self._lay_out()
        self._describe()
        self._connect()
        self.show_run(controller.run)
        self.show_config(controller.draft.config)
        self.set_enabled(False)

    def _lay_out(self) -> None:
        self.train.setProperty("role", "primary")
        self.label.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(8), px(16), px(8))
        row.setSpacing(px(8))
        row.addWidget(self.train)
        row.addWidget(self.step)
        row.addWidget(self.new_run)
        row.addWidget(_line())
        row.addWidget(self.label)
        row.addWidget(self.rate, 1)
        row.addWidget(_line())
        for stat in (self.steps, self.epochs, self.speed, self.time):
            row.addWidget(stat)
        row.addWidget(self.device)

    def _describe(self) -> None:
        tips = (
            (self.train, self.tr("Train, or stop for a while (Space; Ctrl+Space anywhere).")),
            (self.step, self.tr("Take a single step and stop (S).")),
            (
                self.new_run,
                self.tr("Begin afresh with the settings as they are now; this run is kept (N)."),
            ),
            (self.device, self.tr("Where the next run trains.")),
            (self.steps, self.tr("Updates of the weights so far.")),
            (self.epochs, self.tr("Passes over the training pairs so far.")),
            (self.speed, self.tr("Source and target tokens trained on in a second.")),
            (self.time, self.tr("Training time so far, validation and pauses left out.")),
        )
        for widget, tip in tips:
            widget.setToolTip(tip)
            widget.setAccessibleDescription(tip)
        self.device.setAccessibleName(self.tr("device"))
        self.rate.set_help(
            self.tr(
                "How far each update moves the weights; acts at once. Higher learns faster, until "
                "the loss explodes."
            )
        )

    def _connect(self) -> None:
        self.train.clicked.connect(self._controller.play_or_pause)
        self.step.clicked.connect(self._controller.step_once)
        self.new_run.clicked.connect(lambda: self._controller.new_run())
        self.rate.value_changed.connect(lambda value: self._controller.turn_knob(RATE, value))
        self.device.activated.connect(self._choose_device)
        self._controller.ready.connect(self.show_devices)
        self._controller.run_changed.connect(self.show_run)
        self._controller.corpus_changed.connect(lambda _: self._enable_when_ready())
        self._controller.records.connect(self.show_records)
        self._controller.history.connect(self.show_records)
        self._controller.draft.changed.connect(self.show_config)

    def set_enabled(self, on: bool) -> None:
        """The program is ready when one can train."""
        was_on = self.train.isEnabled()
        for button in (self.train, self.step, self.new_run):
            button.setEnabled(on)
        self._draw_icon()
        if on and not was_on and not isinstance(self.window().focusWidget(), QPlainTextEdit):
            self.train.setFocus()

    def show_devices(self, devices: Sequence[str]) -> None:
        """Offer the devices there are."""
        titles = {"cpu": "CPU", "cuda": "CUDA", "mps": "MPS"}
        self.device.clear()
        for name in devices:
            self.device.addItem(titles.get(name, name), name)
        self.show_config(self._controller.draft.config)
        self._enable_when_ready()

    def show_config(self, config: RunConfig) -> None:
        """Show the device of the experiment, and its learning rate unless a run has its own."""
        if not self._controller.run.folder:
            self.rate.set_value(config.training.learning_rate)
        chosen = self.device.findData(config.training.device)
        self.device.setCurrentIndex(max(0, chosen))  # "auto" is the first, the best

    def show_run(self, state: RunState) -> None:
        """Say what the buttons do now, and show the learning rate of another run."""
        if state.folder != self._folder and state.config:
            self.rate.set_value(state.config.training.learning_rate)
        if state.folder != self._folder:
            self._folder = state.folder
            self._recent.clear()
        self.train.setText(self.tr("Pause") if state.playing else self.tr("Train"))
        self._draw_icon()
        if not state.folder or (state.step == 0 and not state.playing):
            for stat in (self.steps, self.epochs, self.speed, self.time):
                stat.set_value(numbers.NOTHING)
            self.time.set_caption(self.tr("elapsed"))

    def show_records(self, records: Sequence[Record]) -> None:
        """Show the numbers of the newest step."""
        step = next((r for r in reversed(records) if isinstance(r, StepRecord)), None)
        if step is None:
            return
        self._recent.append(step)
        self.steps.set_value(numbers.count(step.step))
        self.epochs.set_value(f"{step.epoch:.1f}")
        self.speed.set_value(numbers.count(step.tokens_per_second))
        self.time.set_value(numbers.duration(step.elapsed_seconds))
        self.time.set_caption(self._expected(step))

    def _expected(self, step: StepRecord) -> str:
        """How long it will take, judged by recent steps; nothing where that cannot be known."""
        run, first = self._controller.run.config, self._recent[0]
        if run is None or step.step - first.step < 20:
            return self.tr("elapsed")
        pace = (step.elapsed_seconds - first.elapsed_seconds) / (step.step - first.step)
        ends = []
        if run.training.steps > step.step:
            ends.append(step.elapsed_seconds + pace * (run.training.steps - step.step))
        if run.training.minutes:
            ends.append(60 * run.training.minutes)
        if not ends:
            return self.tr("elapsed")
        return self.tr("of about {time}").format(time=numbers.duration(min(ends)))

    def _enable_when_ready(self) -> None:
        self.set_enabled(self._controller.is_ready and self._controller.corpus is not None)

    def _choose_device(self, row: int) -> None:
        self._controller.draft.set("training.device", self.device.itemData(row))

    def _draw_icon(self) -> None:
        picture = play_icon(self._controller.run.playing, self.train.isEnabled())
        self.train.setIcon(QIcon(picture))
        self.train.setIconSize(QSize(px(16), px(16)))

    def _fit(self) -> None:
        """Keep the button as wide as its widest word, and leave out what there is no room for."""
        texts = {self.tr("Train"), self.tr("Pause")}
        widest = max(self.train.fontMetrics().horizontalAdvance(text) for text in texts)
        self.train.setMinimumWidth(widest + px(16 + 20 + 16 + 12))
        room = self.width() - self._least_width()
        for widget in self._optional:
            room -= widget.minimumSizeHint().width() + px(8)
            if widget.isHidden() == (room >= 0):  # only what changes: it may resize the window
                widget.setVisible(room >= 0)

    def _least_width(self) -> int:
        """Return the width of all that is always shown, with room to drag the slider."""
        always = [self.train, self.step, self.new_run, self.label, self.rate, self.steps, self.time]
        return sum(w.minimumSizeHint().width() + px(8) for w in always) + px(32 + 2 * 17 + 60)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "device"):
            self._draw_icon()
            self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(self._least_width(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("role", "separator")
    return line

"""The bar on top: train, step, new run, rewind, learning rate, and what is going on in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.bridge.controller import Controller
from app.bridge.messages import RunState
from app.bridge.throttle import Throttle
from app.panels.train_bar.fitting import least_width, show_what_fits
from app.panels.train_bar.preset_rate import RATE, PresetRate, rate_knob
from app.panels.train_bar.schedule import RunSchedule
from app.widgets import numbers
from app.widgets.chooser import Chooser
from app.widgets.icons import play_icon
from app.widgets.live_dot import LiveDot
from app.widgets.log_slider import LogSlider
from app.widgets.named import named
from app.widgets.primary_button import PrimaryButton
from app.widgets.quiet_buttons import DipButton
from app.widgets.sign_button import AFRESH, BACK, ONE_STEP, SignButton
from app.widgets.stat import Stat
from app.widgets.theme import LOOK_CHANGES, px, set_look
from s2s_core.configs import RunConfig
from s2s_core.knobs import title_of
from s2s_core.records import KnobRecord, Record, StepRecord

LOWEST, HIGHEST = 1e-5, 1.0  # what the slider offers; any other rate can be typed
TELL_MS = 100  # between two rates told while the handle is pulled


class TrainBar(QFrame):
    """Drives the run; everything in it acts at once."""

    finder_wanted = Signal()  # to find a learning rate
    told = Signal(str)  # why nothing was done

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._folder = ""
        self._tell_rate = Throttle(lambda rate: controller.steering.turn(RATE, rate), TELL_MS, self)
        named(self, "trainBar")
        self.setProperty("role", "bar")
        self.setAccessibleName(self.tr("training bar"))
        self.train = named(PrimaryButton(self.tr("Train")), "trainButton")
        self.step = named(SignButton(self.tr("Step"), ONE_STEP), "stepButton")
        self.new_run = named(SignButton(self.tr("New run"), AFRESH, either=True), "newRunButton")
        self.back = named(SignButton(self.tr("Rewind"), BACK), "rewindButton")
        self.label = QLabel(self.tr("Learning rate"))
        self.dot = LiveDot(self.tr("Acts at once, also during training."))
        knob = rate_knob(controller.draft.config)
        limits = knob.low or 0.0, knob.high or HIGHEST  # of what can be typed
        rate = LogSlider(LOWEST, HIGHEST, name=self.tr("learning rate"), limits=limits)
        self.rate = named(rate, "learningRate")
        self.preset_rate = named(PresetRate(self.rate, controller.draft), "presetRate")
        self.finder = named(
            DipButton(
                self.tr("find a learning rate"),
                self.tr("Find a learning rate: a copy of the model tries ever higher ones …"),
            ),
            "findRate",
        )
        # Not by the mouse: after its dialog is closed, Space is to train, and not to open it again.
        self.finder.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.schedule = named(RunSchedule(), "scheduleButton")
        self.device = named(Chooser(letters=4), "deviceChooser")
        self.steps = Stat(self.tr("step"), widest="88,888")
        self.epochs = Stat(self.tr("epoch"), widest="888.8")
        self.speed = Stat(self.tr("tokens/s"), widest="88,888")
        self.time = Stat(self.tr("elapsed"), widest="88:88")
        self.name = QWidget()  # of the slider: the dot of what acts at once, and the words
        self.line = _line()  # before the numbers
        self.place = QWidget()  # of the device, with a gap before it
        self._lay_out()
        self._describe()
        self._connect()
        self.show_run(controller.run)
        self.show_config(controller.draft.config)
        self.set_enabled(False)

    def _lay_out(self) -> None:
        self.label.setProperty("role", "label")
        self.label.setBuddy(self.rate)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(7), px(16), px(7))
        row.setSpacing(px(8))
        for widget in (self.train, self.step, self.new_run, self.back, _line()):
            row.addWidget(widget)
        name = QHBoxLayout(self.name)
        name.setContentsMargins(0, 0, 0, 0)
        name.setSpacing(px(6))
        name.addWidget(self.dot)
        name.addWidget(self.label)
        row.addWidget(self.name)
        row.addWidget(self.rate, 1)
        stats = self.steps, self.epochs, self.speed, self.time
        for each in (self.finder, self.schedule, self.line, *stats, self.place):
            row.addWidget(each)
        place = QHBoxLayout(self.place)
        place.setContentsMargins(px(8), 0, 0, 0)
        place.addWidget(self.device)

    def _describe(self) -> None:
        tips = (
            (self.train, self.tr("Train, or stop for a while (Space; Ctrl+Space anywhere).")),
            (self.step, self.tr("Take a single step and stop (S).")),
            (self.device, self.tr("Where the next run trains.")),
            (self.steps, self.tr("Updates of the weights so far.")),
            (self.epochs, self.tr("Passes over the training pairs so far.")),
            (
                self.speed,
                self.tr(
                    "Tokens trained on in a second: those of the source and those of the target, "
                    "added up, padding left out."
                ),
            ),
            (self.time, self.tr("Training time so far, validation and pauses left out.")),
        )
        for widget, tip in tips:
            widget.setToolTip(tip)
            widget.setAccessibleDescription(tip)
        self.device.setAccessibleName(self.tr("device"))
        self.device.setPlaceholderText("…")  # until the devices are known
        self.rate.set_help(
            self.tr(
                "How far each update moves the weights; acts at once. Higher learns faster, until "
                "the loss explodes. + and - go from 1 to 3 to 10, a drag or Shift "
                "with an arrow in between."
            )
        )

    def _connect(self) -> None:
        self.train.clicked.connect(self._controller.play_or_pause)
        self.step.clicked.connect(self._controller.step_once)
        self.new_run.clicked.connect(lambda: self._controller.new_run())
        self.back.clicked.connect(self.rewind)
        self.rate.value_changed.connect(self._turn_rate)
        self.rate.track.let_go.connect(
            lambda: self._controller.steering.turn(RATE, self.rate.value())
        )
        self.preset_rate.clicked.connect(self._back_to_preset)
        self.finder.clicked.connect(self.finder_wanted)
        self.device.activated.connect(self._choose_device)
        self._controller.ready.connect(self.show_devices)
        self._controller.run_changed.connect(self.show_run)
        self._controller.corpus_changed.connect(lambda _: self._enable_when_ready())
        self._controller.records.connect(self.show_records)
        self._controller.history.connect(self.show_history)
        self._controller.draft.changed.connect(self.show_config)

    def set_enabled(self, on: bool) -> None:
        """The program is ready when one can train."""
        was_on = self.train.isEnabled()
        for button in (self.train, self.step, self.new_run):
            button.setEnabled(on)
        self._draw_icon()
        is_typing = isinstance(self.window().focusWidget(), QLineEdit | QPlainTextEdit)
        if on and not was_on and not is_typing:
            self.train.setFocus()

    def show_devices(self, devices: Sequence[str]) -> None:
        """Offer the devices there are."""
        self.device.clear()
        for name in devices:
            self.device.addItem(title_of(name), name)
        self.show_config(self._controller.draft.config)
        self._enable_when_ready()

    def show_config(self, config: RunConfig) -> None:
        """Show the device of the experiment, and its learning rate unless a run has its own."""
        if not self._controller.run.folder:
            self.rate.set_value(config.training.learning_rate)
        chosen = self.device.findData(config.training.device)
        self.device.setCurrentIndex(max(0, chosen))  # "auto" is the first, the best
        self._show_schedule()

    def show_run(self, state: RunState) -> None:
        """Say what the buttons do now, and show the learning rate of another run."""
        if state.folder != self._folder and state.config:
            self.rate.set_value(state.config.training.learning_rate)
        self._folder = state.folder
        self.train.setText(self.tr("Pause") if state.playing else self.tr("Train"))
        self._draw_icon()
        self._show_way_back()
        self._show_schedule()
        if not state.folder or (state.step == 0 and not state.playing):
            for stat in (self.steps, self.epochs, self.speed, self.time):
                stat.set_value(numbers.NOTHING)

    def show_history(self, records: Sequence[Record]) -> None:
        """Show where a run stands that was opened or rewound, and its learning rate."""
        self.show_records(records)
        self._show_way_back()
        if config := self._controller.run.config:
            self.rate.set_value(config.training.learning_rate)
            self._show_schedule()

    def show_records(self, records: Sequence[Record]) -> None:
        """Show the numbers of the newest step, and a learning rate set from elsewhere."""
        newest = self._controller.draft.config.training.learning_rate  # no echo of a drag
        turned = (r.value for r in records if isinstance(r, KnobRecord) and r.key == RATE)
        if newest in turned and newest != self.rate.value() and not self.rate.track.is_held():
            self.rate.set_value(newest)
            self._show_schedule()
        steps = [record for record in records if isinstance(record, StepRecord)]
        self._show_way_back()
        if not steps:
            return
        step = steps[-1]
        self.steps.set_value(numbers.count(step.step))
        self.epochs.set_value(f"{step.epoch:.1f}")
        self.speed.set_value(numbers.count(step.tokens_per_second))
        self.time.set_value(numbers.duration(step.elapsed_seconds))
        self.schedule.show_step(step)

    def rewind(self) -> None:
        """Go back to where the run was healthy, or say why that cannot be done."""
        if self._controller.rewinding.way_back() is None:
            self.told.emit(self._why_no_way_back())
        self._controller.rewinding.rewind()

    def advise_rewind(self, on: bool) -> None:
        """Show that it is what helps now."""
        set_look(self.back, "state", "advised" if on else "")

    def _show_way_back(self) -> None:
        """Say where a rewind leads, or why it leads nowhere."""
        found = self._controller.rewinding.way_back()
        tip = self._why_no_way_back()
        if found is not None:
            tip = self.tr("Rewind to step {step}, and on at learning rate {rate} (R).").format(
                step=numbers.count(found.step), rate=numbers.learning_rate(found.learning_rate)
            )
        if tip != self.back.toolTip():
            self.back.setEnabled(found is not None)
            self.back.setToolTip(tip)
            self.back.setAccessibleDescription(tip)

    def _why_no_way_back(self) -> str:
        if not self._controller.run.folder:
            return self.tr("Rewind (R): there is no run yet that could be rewound.")
        if self._controller.course.wrong_since:
            return self.tr(
                "Rewind (R): there is no checkpoint from before it went wrong. A new run (N) with "
                "a lower learning rate helps."
            )
        return self.tr("Rewind (R): there is no checkpoint from before this step yet.")

    def rate_up(self) -> None:
        """Raise the learning rate to the next of 1, 3, 10 …"""
        self.rate.step_by(1)

    def rate_down(self) -> None:
        """Lower the learning rate to the one before of 1, 3, 10 …"""
        self.rate.step_by(-1)

    def _back_to_preset(self) -> None:
        rate = self.preset_rate.usual()
        self.rate.set_value(rate)
        self._show_schedule()
        self._controller.steering.turn(RATE, rate)
        self.rate.setFocus()  # and not the field that the button stands in, which takes letters

    def _show_schedule(self) -> None:
        """Show how the run trains, or the next one if there is none, at the rate of the slider."""
        self.preset_rate.mark()
        self._say_next_rate()
        config = self._controller.run.config or self._controller.draft.config
        training = config.training.model_copy(update={"learning_rate": self.rate.value()})
        last, varied = self._controller.last_step, self.schedule.varies
        self.schedule.show_training(training, last.step if last else 0)
        if self.schedule.varies != varied:
            self._fit()

    def _say_next_rate(self) -> None:
        """Say what a new run begins with, where this one has another rate than was set for it."""
        tip = self.tr("Begin afresh with the settings as they are now; this run is kept (N).")
        rate = self._controller.draft.next_config.training.learning_rate
        if self._controller.run.folder and rate != self.rate.value():
            begins = self.tr("It begins at learning rate {rate}; {now} is this run's alone.")
            begins = begins.format(
                rate=numbers.learning_rate(rate), now=numbers.learning_rate(self.rate.value())
            )
            tip = f"{tip}\n{begins}"
        if tip != self.new_run.toolTip():
            self.new_run.setToolTip(tip)
            self.new_run.setAccessibleDescription(tip)

    def _turn_rate(self, value: float) -> None:
        """Tell the run; while the handle is pulled ten times a second, for the window's sake."""
        self._show_schedule()
        if self.rate.track.is_held():
            self._tell_rate(value)
        else:
            self._controller.steering.turn(RATE, value)

    def _enable_when_ready(self) -> None:
        self.set_enabled(self._controller.is_ready and self._controller.corpus is not None)

    def _choose_device(self, row: int) -> None:
        self._controller.draft.set("training.device", self.device.itemData(row))

    def _draw_icon(self) -> None:
        picture = play_icon(self._controller.run.playing, self.train.isEnabled())
        self.train.setIcon(QIcon(picture))
        self.train.setIconSize(picture.deviceIndependentSize().toSize())

    def _fit(self) -> None:
        """Keep the button as wide as its widest word, and leave out what there is no room for."""
        texts = {self.tr("Train"), self.tr("Pause")}
        widest = max(self.train.fontMetrics().horizontalAdvance(text) for text in texts)
        self.train.setMinimumWidth(widest + px(16 + 20 + 22 + 12))
        self.preset_rate.setFixedSize(px(24), px(24))
        show_what_fits(self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and hasattr(self, "device"):
            self._draw_icon()
            self._fit()

    def event(self, event: QEvent) -> bool:
        """Fit again when a number has become longer."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and hasattr(self, "device"):
            self._fit()
        return done

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(least_width(self), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("role", "separator")
    return line

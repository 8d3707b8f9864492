"""Find a learning rate: the loss under rising rates, from which one is taken by a click."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.bridge.controller import Controller, sentence_of
from app.bridge.messages import RunState
from app.widgets import numbers
from app.widgets.named import named
from app.widgets.panel_frame import muted
from app.widgets.rate_plot import Losses, RatePlot
from app.widgets.segmented import Segmented
from app.widgets.theme import px, set_look
from s2s_core.configs import TrainingConfig
from s2s_core.experiment import fixed_differences
from s2s_core.knobs import knobs_of
from s2s_core.records import FailureRecord, RangeRecord

RATE = "training.learning_rate"
LOWEST, HIGHEST = 1e-7, 10.0  # the rates that are tried
RUN, NEW = "run", "new"


class RateDialog(QDialog):
    """Tries learning rates on a copy; what is chosen is a change of the knob like any other."""

    rate_taken = Signal(float)

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self._is_trying = self._is_waiting = False
        self._folder = controller.run.folder
        self._found: RangeRecord | None = None
        named(self, "rateDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Find a learning rate"))
        self.what = named(Segmented(self._choices(), name=self.tr("what is tried")), "rateOf")
        self.plot = named(RatePlot(LOWEST, HIGHEST), "ratePlot")
        self.state = muted()
        self.steepest = named(QPushButton(), "takeSteepest")
        self.tenth = named(QPushButton(), "takeTenth")
        self.stop = named(QPushButton(), "stopRates")
        self.leave = QPushButton(self.tr("Close"))
        self._lay_out()
        self._connect()
        self._choose_what()
        self.try_rates()

    def _choices(self) -> list[tuple[str, str, str, str]]:
        return [
            ("ratesOfRun", self.tr("This run"),
             self.tr("From where the run is now, with a copy of its model."), RUN),
            ("ratesOfNew", self.tr("A new model"),
             self.tr("From the beginning, with the settings as they are now."), NEW),
        ]  # fmt: skip

    def _lay_out(self) -> None:
        intro = muted(
            self.tr(
                "A copy is trained while its learning rate rises with every step, until the loss "
                "explodes; the run itself does not notice. A good rate is where the loss falls "
                "fastest, or a tenth of the rate where it is lowest. Click on the curve to take "
                "a rate."
            )
        )
        self.steepest.setToolTip(self.tr("Take the rate where the loss falls fastest."))
        self.tenth.setToolTip(self.tr("Take a tenth of the rate where the loss is lowest."))
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        for button in (self.steepest, self.tenth, self.stop, self.leave):
            button.setAutoDefault(False)  # Enter belongs to the curve
            if button is self.stop:
                buttons.addStretch(1)
            buttons.addWidget(button)
        head = QHBoxLayout()
        head.addWidget(self.what)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(12))
        column.addWidget(intro)
        column.addLayout(head)
        column.addWidget(self.plot, 1)
        column.addWidget(self.state)
        column.addLayout(buttons)
        self.resize(px(680), px(520))

    def _connect(self) -> None:
        controller = self._controller
        controller.questions.rates_tried.connect(self.show_rates)
        controller.run_changed.connect(self.show_run)
        controller.corpus_changed.connect(lambda _: self._try_if_waiting())
        controller.ready.connect(lambda _: self._try_if_waiting())
        controller.failed.connect(self.show_failure)
        self.plot.rate_chosen.connect(self.take)
        self.plot.place_changed.connect(self._show_state)
        self.what.value_chosen.connect(lambda _: self.try_rates())
        self.steepest.clicked.connect(lambda: self.take(self._suggested()[0]))
        self.tenth.clicked.connect(lambda: self.take(self._suggested()[1]))
        self.stop.clicked.connect(self._stop_or_again)
        self.leave.clicked.connect(self.reject)

    def _choose_what(self) -> None:
        """Offer the run where there is one; at first, what the settings belong to."""
        run = self._controller.run.config
        other = run is None or bool(fixed_differences(run, self._controller.draft.config))
        self.what.setVisible(run is not None)
        self.what.set_value(NEW if other else RUN)

    # What happens ------------------------------------------------------------------------

    def try_rates(self) -> None:
        """Begin, as soon as there is all that it needs."""
        self._found = None
        self._is_trying = self._controller.questions.find_rate(of_run=self.what.value() == RUN)
        self._is_waiting = not self._is_trying
        self.plot.show_losses(Losses())
        self._show_suggestions()
        self._show_state()

    def take(self, rate: float) -> None:
        """Make a rate the learning rate, of a run at once."""
        knob = next(k for k in knobs_of(TrainingConfig, "training") if k.key == RATE)
        rate = min(max(rate, knob.low or 0.0), knob.high or HIGHEST)
        self._controller.steering.turn(RATE, rate)
        self.rate_taken.emit(rate)
        text = self.tr("The learning rate is {rate} now.")
        self._say(text.format(rate=numbers.learning_rate(rate)))

    def show_rates(self, found: RangeRecord) -> None:
        """Draw as far as the test has come."""
        self._found = found
        self._is_trying = not found.ended
        self.plot.show_losses(Losses(found.rates, found.losses, found.smoothed))
        self._show_suggestions()
        self._show_state()

    def show_run(self, state: RunState) -> None:
        """Another run ends the test: the engine has let go of it."""
        if state.folder == self._folder:
            return
        self._folder = state.folder
        if self._is_trying:
            self._end()
        self._choose_what()

    def show_failure(self, failure: FailureRecord) -> None:
        """Say why there will be no curve."""
        if self._is_trying:
            self._end()
            self._say(sentence_of(failure), is_error=True)

    def _try_if_waiting(self) -> None:
        if self._is_waiting:
            self.try_rates()

    def _stop_or_again(self) -> None:
        if self._is_trying or self._is_waiting:
            self._end()
        else:
            self.try_rates()

    def _end(self) -> None:
        self._is_trying = self._is_waiting = False
        self._controller.questions.stop_finding_rate()
        self._show_state()

    # What is said ------------------------------------------------------------------------

    def _show_suggestions(self) -> None:
        rates = self._suggested()
        texts = (
            self.tr("steepest descent: {rate}"), self.tr("a tenth of the lowest: {rate}"),
        )  # fmt: skip
        marks = []
        for button, rate, text in zip((self.steepest, self.tenth), rates, texts, strict=True):
            words = text.format(rate=numbers.learning_rate(rate) if rate else numbers.NOTHING)
            button.setText(words[:1].upper() + words[1:])
            button.setEnabled(bool(rate))
            if rate:
                marks.append((rate, words))
        self.plot.show_marks(marks)

    def _suggested(self) -> tuple[float, float]:
        return (self._found.steepest, self._found.tenth) if self._found else (0.0, 0.0)

    def _show_state(self) -> None:
        is_busy = self._is_trying or self._is_waiting
        self.stop.setText(self.tr("Stop") if is_busy else self.tr("Again"))
        self._say(self.plot.caption() or self._progress())

    def _progress(self) -> str:
        found = self._found
        if self._is_waiting:
            return self.tr("Waits until the corpus is ready.")
        if found is None or not found.rates:
            return self.tr("Gets ready …") if self._is_trying else self.tr("Nothing was tried.")
        rate = numbers.learning_rate(found.rates[-1])
        if self._is_trying:
            text = self.tr("Step {step} of at most {steps}: rate {rate}")
            return text.format(step=len(found.rates), steps=found.steps, rate=rate)
        ends = {
            "range": self.tr("All rates were tried."),
            "exploded": self.tr("The loss exploded at {rate}."),
            "no_number": self.tr("After {rate}, the loss was no number any more."),
        }
        said = ends.get(found.ended, self.tr("Stopped at {rate}.")).format(rate=rate)
        if not found.steepest:
            said += " " + self.tr("It has not fallen clearly, so no rate is suggested.")
        return said

    def _say(self, text: str, is_error: bool = False) -> None:
        set_look(self.state, "role", "error" if is_error else "muted")
        self.state.setText(text)

    def reject(self) -> None:
        """Esc, the button and the window's own cross: leave nothing at work for nobody."""
        if self._is_trying or self._is_waiting:
            self._end()
        super().reject()

"""The picture of the learning rate over the steps of a run, and where on it the run is."""

from __future__ import annotations

from app.bridge import catalog
from app.widgets.knob_editors import core_text
from app.widgets.schedule_plot import RateCurve, ScheduleButton
from s2s_core.configs import TrainingConfig
from s2s_core.records import StepRecord
from s2s_core.training.schedules import SCHEDULES

POINTS = 100  # of the picture


class RunSchedule(ScheduleButton):
    """There is none to be seen while the rate stays the same."""

    def __init__(self) -> None:
        super().__init__()
        self._training: TrainingConfig | None = None  # that is drawn

    @property
    def varies(self) -> bool:
        """Whether the rate changes by itself."""
        return self._training is not None and self._training.schedule != "constant"

    def show_training(self, training: TrainingConfig, here: int) -> None:
        """Draw the learning rate of a run that is at a step."""
        self._training = training
        if not self.varies:
            return
        self.set_help(
            self.tr("{schedule} Its peak is the learning rate of the slider.").format(
                schedule=core_text(
                    catalog.helps("schedule").get(training.schedule, training.schedule)
                )
            )
        )
        self.set_rates(rate_curve(training, here))

    def show_step(self, step: StepRecord) -> None:
        """Move the dot; beyond the end, draw it longer."""
        if self._training is None or not self.varies:
            return
        if step.step > self._rates.steps[-1]:
            self.show_training(self._training, step.step)
        self.set_here(step.step, step.learning_rate)


def rate_curve(training: TrainingConfig, here: int) -> RateCurve:
    """Sample the schedule over the whole run; one without an end is drawn to twice its place."""
    last = training.steps
    if last <= here:
        last = max(4 * training.warmup_steps, 2 << here.bit_length())
    evenly = {1 + round(i * (last - 1) / POINTS) for i in range(POINTS + 1)}
    steps = tuple(sorted({*evenly, min(training.warmup_steps, last), 1, max(2, last)}))
    rates = tuple(_rate(training, step) for step in steps)
    return RateCurve(steps, rates, here, _rate(training, here))


def _rate(training: TrainingConfig, step: int) -> float:
    return training.learning_rate * SCHEDULES[training.schedule](max(1, step), training)

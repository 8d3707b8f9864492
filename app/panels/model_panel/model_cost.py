"""What the experiment costs: parameters, memory and the time of an epoch, as they were measured."""

from __future__ import annotations

from collections import deque
from statistics import median_low

from app.bridge.messages import RunState
from app.widgets import numbers
from app.widgets.elided_label import ElidedLabel
from s2s_core.configs import RunConfig
from s2s_core.experiment import workload
from s2s_core.records import ProbeRecord

SEPARATOR = " · "
NOTICEABLE = 0.15  # of a figure: less is the noise of a busy machine
REMEMBERED = 5  # measurements of the same settings, of which the median is taken


class Steady:
    """A figure that is measured again and again, and moves only when it is another one."""

    def __init__(self) -> None:
        self._measured: deque[float] = deque(maxlen=REMEMBERED)
        self._shown = 0.0

    def take(self, value: float) -> float:
        """Take a measurement; returns the figure to show."""
        self._measured.append(value)
        middle = median_low(self._measured)
        if not self._shown or abs(middle - self._shown) > NOTICEABLE * self._shown:
            self._shown = middle
        return self._shown


class ModelCost(ElidedLabel):
    """Shows the newest measurement, and an ellipsis while the form is ahead of it."""

    def __init__(self) -> None:
        super().__init__()
        self._measured: RunConfig | None = None  # the settings that the text tells of
        self._text = ""
        self._figures: dict[object, tuple[Steady, Steady]] = {}  # also of settings gone back to
        self.setText("")
        self.setAccessibleName(self.tr("size of the model"))
        self.set_tooltip(
            self.tr(
                "Parameters: numbers that are learnt, unless a part is frozen.\n"
                "Memory: needed while training, estimated from one batch.\n"
                "An epoch: the time for one pass over all training pairs, from one batch."
            )
        )

    def show_config(self, config: RunConfig) -> None:
        """Keep what is still true of these settings; an ellipsis says that it is measured anew."""
        if self._measured is not None:
            self.setText(self._text if workload(config) == self._measured else "…")

    def show_run(self, state: RunState, config: RunConfig) -> None:
        """The size of the run's model, if it is the one in the form and nothing else is known."""
        if self._text == "" and state.config and workload(state.config) == workload(config):
            self._show(self._parameters(state.parameters, state.learned), config)

    def show_probe(self, probe: ProbeRecord, config: RunConfig) -> None:
        """Show what was measured for these settings."""
        of_what = workload(config), probe.parameters, probe.steps_per_epoch
        memory, time = self._figures.setdefault(of_what, (Steady(), Steady()))
        parts = [self._parameters(probe.parameters, probe.learned)]
        if probe.memory_bytes:
            parts.append(numbers.size(memory.take(probe.memory_bytes)))
        if probe.seconds_per_step and probe.steps_per_epoch:
            seconds = probe.seconds_per_step * probe.steps_per_epoch
            template = self.tr("{time}/epoch")
            parts.append(template.format(time=numbers.time_needed(time.take(seconds))))
        self._show(SEPARATOR.join(parts), config)

    def setText(self, text: str) -> None:  # noqa: N802
        """Show a text; without one there is no empty line."""
        super().setText(text)
        self.setVisible(bool(text))

    def _parameters(self, count: int, learned: int) -> str:
        if learned in (0, count):
            return self.tr("{count} parameters").format(count=numbers.parameters(count))
        template = self.tr("{learned} of {count} parameters learned")
        return template.format(learned=numbers.parameters(learned), count=numbers.parameters(count))

    def _show(self, text: str, config: RunConfig) -> None:
        self._text, self._measured = text, workload(config)
        self.setText(text)

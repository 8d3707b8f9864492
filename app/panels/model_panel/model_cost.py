"""What the experiment costs: parameters, memory and the time of an epoch, as they were measured."""

from __future__ import annotations

from collections import deque
from statistics import median_low
from time import monotonic

from PySide6.QtWidgets import QWidget

from app.bridge.messages import RunState
from app.widgets import numbers
from app.widgets.elided_label import ElidedLabel
from app.widgets.tooltips import Beside
from s2s_core.configs import RunConfig
from s2s_core.experiment import workload
from s2s_core.records import ProbeRecord

SEPARATOR = " · "
NOTICEABLE = 0.15  # of a figure: less is the noise of a busy machine
OF_MANY_STEPS = 0.05  # the same where it is the mean of hundreds
LOOK_SECONDS = 1.0  # between two looks at the pace of a run
REMEMBERED = 5  # measurements of the same settings, of which the median is taken


class Steady:
    """A figure that is measured again and again, and moves only when it is another one."""

    def __init__(self, noticeable: float = NOTICEABLE) -> None:
        self._measured: deque[float] = deque(maxlen=REMEMBERED)
        self._noticeable = noticeable
        self._shown = 0.0

    def take(self, value: float) -> float:
        """Take a measurement; returns the figure to show."""
        self._measured.append(value)
        middle = median_low(self._measured)
        if not self._shown or abs(middle - self._shown) > self._noticeable * self._shown:
            self._shown = middle
        return self._shown

    @property
    def shown(self) -> float:
        """The figure to show, 0 before there is one."""
        return self._shown


class ModelCost(ElidedLabel):
    """Shows the newest measurement, and an ellipsis while the form is ahead of it."""

    def __init__(self, *above: QWidget) -> None:
        """above: what the tooltip is not to cover either"""
        super().__init__()
        Beside(self, *above, of=(self,))
        self._measured: RunConfig | None = None  # the settings that the text tells of
        self._text = ""
        self._figures: dict[object, tuple[Steady, Steady]] = {}  # also of settings gone back to
        self._paces: dict[RunConfig, Steady] = {}  # seconds a step, of what has been trained
        self._probe: ProbeRecord | None = None  # that the text tells of
        self._looked = 0.0  # at the pace of a run
        self._makes_way = False  # another corpus is being read
        self.setText("")
        self.setAccessibleName(self.tr("size of the model"))
        self.set_tooltip(
            self.tr(
                "Parameters: numbers that are learnt, unless a part is frozen.\n"
                "Memory: needed while training, estimated from one batch.\n"
                "An epoch: the time for one pass over all training pairs, from one batch; while "
                "just this is trained, from its steps."
            )
        )

    def show_config(self, config: RunConfig) -> None:
        """Keep what is still true of these settings; an ellipsis says that it is measured anew."""
        if self._measured is not None:
            self.setText(self._text if workload(config) == self._measured else "…")

    def make_way(self, on: bool) -> None:
        """Show nothing that was measured with one corpus while another one is being read."""
        self._makes_way = on
        self.setText(self._text)

    def show_run(self, state: RunState, config: RunConfig) -> None:
        """The size of the run's model, if it is the one in the form and nothing else is known."""
        if self._text == "" and state.config and workload(state.config) == workload(config):
            self._show(self._parameters(state.parameters, state.learned), config)

    def show_probe(self, probe: ProbeRecord, config: RunConfig) -> None:
        """Show what was measured for these settings."""
        self._probe = probe
        memory, time = self._figures.setdefault(_of_what(probe, config), (Steady(), Steady()))
        if probe.memory_bytes:
            memory.take(probe.memory_bytes)
        if probe.seconds_per_step and probe.steps_per_epoch:
            time.take(probe.seconds_per_step * probe.steps_per_epoch)
        self._show(self._in_words(probe, config), config)
        self._offer_shorter(probe, config)

    def note_pace(self, seconds_per_step: float | None, run: RunConfig) -> None:
        """Keep how long a step of the run takes, and tell it where the text is of what it does."""
        now = monotonic()
        if seconds_per_step is None or now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        trained = workload(run)
        pace = self._paces.setdefault(trained, Steady(OF_MANY_STEPS))
        before = pace.shown
        if pace.take(seconds_per_step) != before and self._probe and trained == self._measured:
            is_behind = self.text() != self._text
            self._text = self._in_words(self._probe, run)
            if not is_behind:
                self.setText(self._text)
                self._offer_shorter(self._probe, run)

    def _offer_shorter(self, probe: ProbeRecord, config: RunConfig) -> None:
        self.set_shorter([self._in_words(probe, config, brevity) for brevity in (1, 2)])

    def _in_words(self, probe: ProbeRecord, config: RunConfig, brevity: int = 0) -> str:
        memory, time = self._figures[_of_what(probe, config)]
        parts = [self._parameters(probe.parameters, probe.learned, brevity)]
        if memory.shown:
            parts.append(numbers.size(memory.shown))
        pace = self._paces.get(workload(config))  # of the training itself, not of one batch
        if seconds := pace.shown * probe.steps_per_epoch if pace else time.shown:
            parts.append(self.tr("{time}/epoch").format(time=numbers.time_needed(seconds)))
        return SEPARATOR.join(parts)

    def setText(self, text: str) -> None:  # noqa: N802
        """Show a text; without one there is no empty line."""
        text = "…" if text and self._makes_way else text
        super().setText(text)
        self.setVisible(bool(text))

    def _parameters(self, count: int, learned: int, brevity: int = 0) -> str:
        """brevity: 1 writes rounded numbers, 2 fewer words as well."""
        write = numbers.round_parameters if brevity else numbers.parameters
        if learned in (0, count):
            return self.tr("{count} parameters").format(count=write(count))
        template = self.tr("{learned} of {count} parameters learned")
        if brevity == 2:
            template = self.tr("{learned} of {count} learned")
        return template.format(learned=write(learned), count=write(count))

    def _show(self, text: str, config: RunConfig) -> None:
        self._text, self._measured = text, workload(config)
        self.setText(text)
        self.set_shorter(())


def _of_what(probe: ProbeRecord, config: RunConfig) -> object:
    return workload(config), probe.parameters, probe.steps_per_epoch

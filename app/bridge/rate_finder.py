"""The rate finder: tries learning rates on a throw-away copy, in turns with training."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from app.bridge.messages import FindRate
from s2s_core.records import RangeRecord
from s2s_core.runs.run import Run
from s2s_core.runs.try_rates import try_rates_anew, try_rates_on


class RateFinder:
    """Holds the newest test; while a run trains, both have the same time."""

    def __init__(self) -> None:
        self._records: Iterator[RangeRecord] | None = None
        self._after = 0.0

    def begin(self, command: FindRate, run: Run | None) -> None:
        """Forget the test before, and begin this one."""
        self.give_up()
        if command.of_run and run is not None:
            self._records = try_rates_on(run, command.request)
        else:
            prepared = Path(command.prepared)
            self._records = try_rates_anew(command.config, prepared, command.request)

    def give_up(self) -> None:
        """Forget the test, and what it has made."""
        self._records = None  # an iterator that nobody holds tidies up behind itself

    def due(self, training: bool) -> bool:
        """Tell whether to work now."""
        return self._records is not None and not (training and time.monotonic() < self._after)

    def work(self) -> RangeRecord | None:
        """Go one step on."""
        assert self._records is not None
        began = time.monotonic()
        record = next(self._records, None)
        if record is None or record.ended:
            self.give_up()
        self._after = 2 * time.monotonic() - began
        return record

"""The speed of training without a window: the yardstick for the one with."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

from s2s_core.configs import RunConfig
from s2s_core.data.preparing import prepare
from s2s_core.experiment import merged
from s2s_core.presets import read_preset
from s2s_core.records import StepRecord
from s2s_core.runs.run import Run
from tests.bench.stretch import FIRST_STEP, NEVER, STEPS


def main() -> None:
    """Train the phrasebook for some hundred steps."""
    changes = {"training": {"steps": FIRST_STEP + STEPS, "validate_every": NEVER}}
    config = merged(RunConfig(), read_preset("gru-small"), changes)
    with tempfile.TemporaryDirectory() as folder:
        for _ in prepare(config.data, Path(folder) / "corpus"):
            pass
        run = Run.create(Path(folder) / "run", config, Path(folder) / "corpus")
        times: dict[int, tuple[float, int]] = {}
        for record in run.events():
            if isinstance(record, StepRecord):
                times[record.step] = time.perf_counter(), record.tokens
    (began, before), (ended, after) = times[FIRST_STEP], times[FIRST_STEP + STEPS]
    print(json.dumps({"tokens_per_second": (after - before) / (ended - began)}))


if __name__ == "__main__":
    main()

"""The speed of training without a window: the yardstick for the one with."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from s2s_core.configs import RunConfig
from s2s_core.data.corpus import prepare
from s2s_core.experiment import merged
from s2s_core.presets import read_preset
from s2s_core.records import StepRecord
from s2s_core.runs.run import Run

STEPS = 400


def main() -> None:
    """Train the phrasebook for some hundred steps."""
    config = merged(RunConfig(), read_preset("gru-small"), {"training": {"steps": STEPS}})
    with tempfile.TemporaryDirectory() as folder:
        for _ in prepare(config.data, Path(folder) / "corpus"):
            pass
        run = Run.create(Path(folder) / "run", config, Path(folder) / "corpus")
        steps = [record for record in run.events() if isinstance(record, StepRecord)]
    first, last = steps[50], steps[-1]
    seconds = last.elapsed_seconds - first.elapsed_seconds
    print(json.dumps({"tokens_per_second": (last.tokens - first.tokens) / seconds}))


if __name__ == "__main__":
    main()

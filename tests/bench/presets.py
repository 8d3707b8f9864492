"""How long each preset takes to learn each built-in corpus.

`python -m tests.bench.presets [--processor-time] [PRESET …]` trains every preset, or those named,
without a window until 95 % of the held-out sentences come out exactly right, for at most ten
minutes, each in a process of its own. The seconds that a person would wait, validations included,
go into `resources/presets/times.json`; null says that it was not reached.

On a machine that has other things to do, `--processor-time` counts what one core works instead of
what the clock says; with several cores a large model waits for less.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

from s2s_core.configs import RunConfig
from s2s_core.data.corpus import prepare
from s2s_core.data.toy_tasks import TOY_TASKS
from s2s_core.experiment import merged
from s2s_core.presets import TIMES, preset_names, preset_times, read_preset
from s2s_core.records import ValidationRecord
from s2s_core.runs.run import Run
from tests.bench.machine import machine

PATIENCE_SECONDS = 600
ENOUGH_PERCENT = 95.0
MOST_STEPS_BETWEEN = 100  # from one validation to the next


def seconds_to_learn(preset: str, builtin: str, one_core: bool) -> float | None:
    """Train until nearly all held-out sentences are right; None where that takes too long."""
    config = merged(RunConfig(), read_preset(preset), {"data": {"builtin": builtin}})
    often = min(config.training.validate_every, MOST_STEPS_BETWEEN)
    config = merged(config, {"training": {"device": "cpu", "validate_every": often, "steps": 0}})
    clock = time.process_time if one_core else time.monotonic
    with tempfile.TemporaryDirectory(prefix="s2s-bench-") as folder:
        for _ in prepare(config.data, Path(folder) / "corpus"):
            pass
        run = Run.create(Path(folder) / "run", config, Path(folder) / "corpus")
        if one_core:
            torch.set_num_threads(1)
        began, events = clock(), run.events()
        for record in events:
            seconds = clock() - began
            if isinstance(record, ValidationRecord):
                told = f"  step {record.step:5} {seconds:6.1f} s {record.exact_match:5.1f} %"
                print(told, file=sys.stderr)
                if record.exact_match >= ENOUGH_PERCENT:
                    return round(seconds, 1)
            if seconds > PATIENCE_SECONDS:
                break
        events.close()
    return None


def measured(preset: str, builtin: str, one_core: bool) -> float | None:
    """The same in a process of its own, so that no measurement warms up the next."""
    call = f"seconds_to_learn({preset!r}, {builtin!r}, {one_core})"
    code = f"from tests.bench.presets import seconds_to_learn; print({call})"
    done = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE)
    answer = done.stdout.decode().split()[-1]
    return None if answer == "None" else float(answer)


def note(preset: str, seconds: dict[str, float | None], one_core: bool) -> None:
    """Write down what a preset takes, beside what is known of the others."""
    known = {n: times for n, times in preset_times().items() if n in preset_names()}
    values = {
        "machine": machine() + (", time of one core" if one_core else ""),
        "seconds": dict(sorted({**known, preset: seconds}.items())),
    }
    TIMES.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    """Measure the presets named, or all, and write down what was found."""
    parser = argparse.ArgumentParser(description="Measure how long presets take to learn.")
    parser.add_argument("presets", nargs="*", metavar="PRESET", help="all, unless some are named")
    parser.add_argument(
        "--processor-time", action="store_true", help="count what one core works, not the clock"
    )
    options = parser.parse_args()
    for preset in options.presets or preset_names():
        found: dict[str, float | None] = {}
        for builtin in TOY_TASKS:
            seconds = measured(preset, builtin, options.processor_time)
            told = f"{seconds:.0f} s" if seconds else f"not in {PATIENCE_SECONDS} s"
            print(f"{preset:20} {builtin:12} {told}", flush=True)
            found[builtin] = seconds
        note(preset, found, options.processor_time)
    return 0


if __name__ == "__main__":
    sys.exit(main())

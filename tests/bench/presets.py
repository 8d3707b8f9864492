"""How long each preset takes to learn each built-in corpus.

`python -m tests.bench.presets [--processor-time] [PRESET …]` trains every preset, or those named,
without a window until 95 % of the held-out sentences come out exactly right, for at most ten
minutes, each in a process of its own. The seconds that a person would wait, validations included,
go into `resources/presets/times.json`; null says that it was not reached. With `--percent 99`, say,
they are only printed. `--corpora copy reverse` measures these and leaves the others as they are.

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
from s2s_core.data.preparing import prepare
from s2s_core.data.toy_tasks import TOY_TASKS
from s2s_core.experiment import merged
from s2s_core.presets import TIMES, preset_names, preset_times, read_preset
from s2s_core.records import ValidationRecord
from s2s_core.runs.run import Run
from tests.bench.machine import machine

PATIENCE_SECONDS = 600
ENOUGH_PERCENT = 95.0
MOST_STEPS_BETWEEN = 100  # from one validation to the next


def seconds_to_learn(
    preset: str, builtin: str, percent: float, patience: float, one_core: bool
) -> float | None:
    """Train until so many held-out sentences are right; None where that takes too long."""
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
                if record.exact_match >= percent:
                    return round(seconds, 1)
            if seconds > patience:
                break
        events.close()
    return None


def measured(
    preset: str, builtin: str, percent: float, patience: float, one_core: bool
) -> float | None:
    """The same in a process of its own, so that no measurement warms up the next."""
    call = f"seconds_to_learn({preset!r}, {builtin!r}, {percent}, {patience}, {one_core})"
    code = f"from tests.bench.presets import seconds_to_learn; print({call})"
    done = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE)
    answer = done.stdout.decode().split()[-1]
    return None if answer == "None" else float(answer)


def note(preset: str, seconds: dict[str, float | None], one_core: bool) -> None:
    """Write down what a preset takes, beside what is known of the others."""
    known = {n: times for n, times in preset_times().items() if n in preset_names()}
    known[preset] = dict(sorted({**known.get(preset, {}), **seconds}.items()))
    values = {
        "machine": machine() + (", time of one core" if one_core else ""),
        "seconds": dict(sorted(known.items())),
    }
    TIMES.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    """Measure the presets named, or all, and write down what was found."""
    parser = argparse.ArgumentParser(description="Measure how long presets take to learn.")
    parser.add_argument("presets", nargs="*", metavar="PRESET", help="all, unless some are named")
    parser.add_argument(
        "--processor-time", action="store_true", help="count what one core works, not the clock"
    )
    parser.add_argument(
        "--percent", type=float, default=ENOUGH_PERCENT, help="exact match (%(default)s)"
    )
    parser.add_argument(
        "--patience", type=float, default=PATIENCE_SECONDS, help="seconds (%(default)s); who gives "
        "up earlier knows nothing of what was not reached, and writes nothing down"
    )  # fmt: skip
    parser.add_argument("--corpora", nargs="+", choices=list(TOY_TASKS), default=list(TOY_TASKS))
    options = parser.parse_args()
    for preset in options.presets or preset_names():
        for builtin in options.corpora:
            patience, one_core = options.patience, options.processor_time
            seconds = measured(preset, builtin, options.percent, patience, one_core)
            told = f"{seconds:.0f} s" if seconds else f"not in {patience:.0f} s"
            print(f"{preset:20} {builtin:18} {told}", flush=True)
            is_known = seconds is not None or patience >= PATIENCE_SECONDS
            if is_known and options.percent == ENOUGH_PERCENT:
                note(preset, {builtin: seconds}, options.processor_time)
    return 0


if __name__ == "__main__":
    sys.exit(main())

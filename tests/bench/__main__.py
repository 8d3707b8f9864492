"""`make bench`: what the playground promises, measured on this machine.

A table for people, then a JSON line for each number. The two ratios compare training in the real
window with training headless, by short turns in one process (see `tests.bench.window`): each is the
median of all pairs of turns, its spread their middle half. `--record` adds the numbers to the
history, `--compare` puts them beside those recorded last on the same machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench import history
from tests.bench.machine import machine
from tests.bench.promise import Numbers, Promise

RUNS = 3  # of each measurement; the median counts

PROMISES = (
    Promise("command → window on screen", "window", 1.0, "s"),
    Promise("command → ready to train", "ready", 4.0, "s"),
    Promise("Space → first point on the loss curve", "first_point", 0.5, "s"),
    Promise("Space → 95 % of held-out sentences exactly right", "exact_95", 20.0, "s"),
    Promise("timer beats 25 ms late or more, of all", "late_share", 1.0, "%"),
    Promise("the latest beat while training", "latest", 150.0, "ms"),
    Promise("translation while training, 9 words, beam 5", "translation", 0.3, "s"),
    Promise("drop of 29,000 pairs → first point", "drop", 4.0, "s"),
    Promise("training speed, window / headless, nothing watched", "unwatched_ratio", 0.95, "",
            at_least=True),
    Promise("training speed, window / headless, everything open, beam 5", "watched_ratio", 0.90, "",
            at_least=True),
    Promise("a curve of 1,000,000 steps drawn again", "redraw", 20.0, "ms"),
    Promise("the same, smoothed", "redraw_smooth", 20.0, "ms"),
    Promise("a heat map of 40 × 40 words drawn again", "redraw_heatmap", 5.0, "ms"),
)  # fmt: skip


def measured(arguments: list[str], patience: float = 600) -> dict[str, Any]:
    """Run one measurement in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="s2s-bench-") as home:
        environment = {
            **os.environ, "BENCH_STARTED": repr(time.time()), "XDG_DATA_HOME": f"{home}/data",
            "XDG_CACHE_HOME": f"{home}/cache", "XDG_CONFIG_HOME": f"{home}/config",
        }  # fmt: skip
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a start compiles nothing, but the first
        done = subprocess.run(
            [sys.executable, "-m", *arguments], env=environment, capture_output=True, text=True,
            timeout=patience,
        )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr}")
    values: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return values


def measure() -> Numbers:
    """Return every number, as often as it was measured."""
    tasks = [
        ["tests.bench.window", "train"],
        ["tests.bench.window", "speed"],
        ["tests.bench.redraw"],
    ]
    if corpora := os.environ.get("S2S_CORPORA"):
        files = [str(Path(corpora) / "multi30k" / f"train.{side}.gz") for side in ("de", "en")]
        tasks.append(["tests.bench.window", "drop", *files])
    found: Numbers = {}
    for number in range(RUNS):
        print(f"run {number + 1} of {RUNS} …", file=sys.stderr)
        for task in tasks:
            for key, value in measured(task).items():
                found.setdefault(key, []).extend(value if isinstance(value, list) else [value])
    return found


def main() -> int:
    """Measure, and print a table and lines of JSON."""
    options = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    options.add_argument("--record", action="store_true", help="add the numbers to the history")
    options.add_argument("--compare", action="store_true", help="put them beside the last recorded")
    chosen = options.parse_args()
    began, load, here = time.monotonic(), os.getloadavg()[0], machine()
    found = measure()
    known = [(promise, found[promise.key]) for promise in PROMISES if promise.key in found]
    print(f"{here}, median of {RUNS} runs; preset gru-small on the phrasebook", end="")
    print(f"; measured in {(time.monotonic() - began) / 60:.1f} min, load before it {load:.1f}\n")
    print("| What | Measured | Spread | Promised | |\n|---|---|---|---|---|")
    for promise, values in known:
        print(promise.row(values))
    if len(known) < len(PROMISES):
        print("\nNot measured, as S2S_CORPORA names no folder with multi30k in it: the drop")
    if chosen.compare:
        print(*history.compared(history.last(here), known), sep="\n")
    print()
    for promise, values in known:
        print(json.dumps(promise.plain(values), ensure_ascii=False))
    if chosen.record:
        history.record(here, load, {promise.key: promise.of(values) for promise, values in known})
    return 0


if __name__ == "__main__":
    sys.exit(main())

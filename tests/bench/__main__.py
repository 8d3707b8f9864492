"""`make bench`: what the playground promises, measured on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.machine import machine

RUNS = 3  # of each measurement; the median counts


@dataclass(frozen=True)
class Promise:
    """A number the design promises."""

    name: str
    key: str
    limit: float
    unit: str
    at_least: bool = False

    def row(self, values: list[float]) -> str:
        """Write the median beside the promise."""
        value = sorted(values)[len(values) // 2]
        kept = value >= self.limit if self.at_least else value <= self.limit
        sign, verdict = ("≥" if self.at_least else "≤"), ("pass" if kept else "MISS")
        promised = f"{sign} {self.limit:g} {self.unit}"
        return f"| {self.name} | {value:.3g} {self.unit} | {promised} | {verdict} |"


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
)  # fmt: skip


def measured(arguments: list[str], patience: float = 600) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="s2s-bench-") as home:
        environment = {
            **os.environ, "BENCH_STARTED": repr(time.time()), "XDG_DATA_HOME": f"{home}/data",
            "XDG_CACHE_HOME": f"{home}/cache", "XDG_CONFIG_HOME": f"{home}/config",
        }  # fmt: skip
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a start compiles nothing, but the first
        done = subprocess.run(
            [sys.executable, "-m", *arguments], env=environment, check=True, capture_output=True,
            text=True, timeout=patience,
        )  # fmt: skip
    values: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return values


def speeds() -> dict[str, float]:
    """Train without a window, in it, and without it again: whatever else the machine does."""
    before = measured(["tests.bench.headless"])["tokens_per_second"]
    window = measured(["tests.bench.window", "speed"])
    headless = (before + measured(["tests.bench.headless"])["tokens_per_second"]) / 2
    return {f"{name}_ratio": window[name] / headless for name in ("unwatched", "watched")}


def main() -> int:
    """Measure, and print a table."""
    corpora = os.environ.get("S2S_CORPORA")
    found: dict[str, list[float]] = {}
    for number in range(RUNS):
        print(f"run {number + 1} of {RUNS} …", file=sys.stderr)
        values = measured(["tests.bench.window", "train"]) | speeds()
        values |= measured(["tests.bench.redraw"])
        if corpora:
            folder = Path(corpora) / "multi30k"
            files = [str(folder / "train.de.gz"), str(folder / "train.en.gz")]
            values |= measured(["tests.bench.window", "drop", *files])
        for key, value in values.items():
            found.setdefault(key, []).append(value)
    print(f"{machine()}, median of {RUNS}; preset gru-small on the phrasebook\n")
    print("| What | Measured | Promised | |\n|---|---|---|---|")
    for promise in PROMISES:
        if promise.key in found:
            print(promise.row(found[promise.key]))
    if not corpora:
        print("\nNot measured, as S2S_CORPORA names no folder with multi30k in it: the drop")
    return 0


if __name__ == "__main__":
    sys.exit(main())

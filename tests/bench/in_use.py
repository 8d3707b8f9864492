"""`make bench-window`: does the window keep up while a large model trains and hands are busy?

S2S_CORPORA names a folder with `multi30k` in it. Model A of `make bench-peers` (a Transformer of
6.5 million parameters, batches of 4,096 tokens) trains on it, German to English, every dock open,
beam 5, on a virtual screen where there is Xvfb. A table for people, then a JSON line a number.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from s2s_core.experiment import save_experiment
from tests.bench.__main__ import measured
from tests.bench.machine import machine
from tests.bench.peers.__main__ import write_text
from tests.bench.peers.ours import config
from tests.bench.promise import Numbers, Promise

GESTURES = {
    "untouched": "nothing is touched",
    "typing": "typing in the source field",
    "rate": "dragging the learning rate",
    "resizing": "resizing, 1280 × 720 to 1440 × 900",
    "scrolling": "scrolling 29,000 pairs",
    "zooming": "zooming the loss with the wheel",
    "hovering": "following the curve, and the heat map, with the pointer",
}
REDRAWN = {
    "lossPlot": "the loss", "gradientNormPlot": "the gradient norm", "scorePlot": "the scores",
    "attentionHeatmap": "the heat map",
}  # fmt: skip
RATIOS = (
    Promise("training A, window / headless, nothing watched", "unwatched_ratio", 0.95, "",
            at_least=True),
    Promise("training A, window / headless, everything open, beam 5", "watched_ratio", 0.90, "",
            at_least=True),
)  # fmt: skip
MILLION = (
    Promise("a curve of 1,000,000 steps drawn again", "redraw", 20.0, "ms"),
    Promise("the same, smoothed", "redraw_smooth", 20.0, "ms"),
)


def late(gesture: str) -> Promise:
    """Return what is promised of the beats of the event loop, whatever is done meanwhile."""
    return Promise(f"beats 25 ms late or more: {GESTURES[gesture]}", f"{gesture}_late", 1.0, "%")


def latest(gesture: str) -> Promise:
    """Return what is promised of the latest of them all, however often that was measured."""
    name = f"the latest beat: {GESTURES[gesture]}"
    return Promise(name, f"{gesture}_latest", 150.0, "ms", of=max)


REST = (
    *(Promise(f"{title} drawn again", f"{name}_redraw", 20.0, "ms")
      for name, title in REDRAWN.items()),
    *RATIOS, *MILLION,
)  # fmt: skip
PROMISES = (*(kind(name) for name in GESTURES for kind in (late, latest)), *REST)


def table(found: Numbers) -> Iterator[str]:
    """Yield a row for each gesture, then one for each other number."""
    yield "| While A trains | late beats | the latest | training speed, untouched = 1 | |"
    yield "|---|--:|--:|--:|---|"
    for name, title in GESTURES.items():
        share, beat = (kind(name).of(found[kind(name).key]) for kind in (late, latest))
        is_kept = late(name).is_kept(share) and latest(name).is_kept(beat)
        cells = f"{share:.2f} % | {beat:.0f} ms | {_speed(name, found)}"
        yield f"| {title} | {cells} | {'pass' if is_kept else 'MISS'} |"
    yield "\n| What | Measured | Spread | Promised | |\n|---|---|---|---|---|"
    for promise in REST:
        yield promise.row(found[promise.key])


def _speed(gesture: str, found: Numbers) -> str:
    """Write the speed of training beside that when nothing is touched; steps may be too long."""
    speeds, usual = found.get(f"{gesture}_speed"), found.get("untouched_speed")
    return f"{median(speeds) / median(usual):.2f}" if speeds and usual else "–"


@contextmanager
def virtual_screen() -> Iterator[Mapping[str, str]]:
    """Give the environment of a screen that nobody sees: Xvfb's, or else Qt's own."""
    program = shutil.which("Xvfb")
    if not program:
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    read, write = os.pipe()
    screen_size = ("-screen", "0", "1600x1000x24")
    command = [program, "-displayfd", str(write), *screen_size, "-nolisten", "tcp"]
    screen = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as answer:
            yield {"DISPLAY": f":{answer.readline().strip()}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        screen.terminate()
        screen.wait()


def main() -> int:
    """Measure and print."""
    multi30k = Path(os.environ.get("S2S_CORPORA", ""), "multi30k")
    if not (multi30k / "train.de.gz").is_file():
        print("S2S_CORPORA has to name a folder with multi30k in it", file=sys.stderr)
        return 1
    found: Numbers = {}
    with TemporaryDirectory(prefix="s2s-bench-") as folder, virtual_screen() as environment:
        os.environ.update(environment)
        write_text(multi30k, Path(folder))
        experiment = Path(folder) / "a.toml"
        save_experiment(config("A", Path(folder)), experiment)
        for task in (
            ["tests.bench.handling", str(experiment)],
            ["tests.bench.window", "speed", str(experiment)],
            ["tests.bench.redraw"],
        ):
            print(f"{task[0]} …", file=sys.stderr)
            for key, value in measured(task, 1500).items():
                found.setdefault(key, []).extend(value if isinstance(value, list) else [value])
    print(f"{machine()}, on {os.environ['QT_QPA_PLATFORM']}\n")
    print(*table(found), sep="\n")
    print()
    for promise in PROMISES:
        print(json.dumps(promise.plain(found[promise.key]), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())

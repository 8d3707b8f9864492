"""How cost grows with size: `python -m tests.bench.growth [WHAT …]`.

Each row takes one thing through sizes ten times apart or so, and tells how its cost grew from the
second largest to the largest: as size to the power p. The arithmetic says what p may be at most;
what is steeper is marked. Costs are medians, in seconds, in one process on all its cores.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from s2s_core.configs import DataConfig, DecodingConfig, RunConfig
from s2s_core.data.batch import Batches
from s2s_core.data.preparing import prepare
from s2s_core.data.store import EncodedPairs, Sequences
from s2s_core.decoding.search import translate_all
from s2s_core.experiment import merged
from s2s_core.models.device import use_cores
from s2s_core.models.encoder_decoder import EncoderDecoder, build_model
from s2s_core.records import StepRecord
from s2s_core.runs.journal import Journal, read_journal
from s2s_core.text.tokenizer import END
from s2s_core.training.trainer import Trainer
from tests.bench.corpus_size import lines
from tests.bench.machine import machine

TIMES = 3  # each cost is measured
TOLERANCE = 0.15  # of a power: what noise and caches may add
VOCABULARY, LENGTH, WIDTH, LAYERS, TOKENS = 4000, 15, 128, 2, 2048  # unless they are what grows


@dataclass(frozen=True)
class Growth:
    """What grows, and how fast its cost may."""

    title: str
    sizes: tuple[int, ...]
    power: float  # the arithmetic's: cost ~ size ** power, at most
    cost: Callable[[int], float]  # seconds, once

    def measured(self) -> list[float]:
        """Return the cost of each size."""
        costs: list[float] = []
        for size in self.sizes:
            often = 1 if costs and costs[-1] > 5 else TIMES
            costs.append(median(self.cost(size) for _ in range(often)))
            print(f"  {self.title}: {size:,} → {costs[-1]:.4g} s", file=sys.stderr)
        return costs

    def power_of(self, costs: list[float]) -> float:
        """Return the power with which the cost has grown, from the second largest size on."""
        return math.log(costs[-1] / costs[-2]) / math.log(self.sizes[-1] / self.sizes[-2])

    def row(self, costs: list[float]) -> str:
        """Write it for people."""
        power = self.power_of(costs)
        verdict = "" if power <= self.power + TOLERANCE else "STEEPER"
        sizes = " → ".join(f"{size:,}" for size in self.sizes)
        seconds = " → ".join(f"{cost:.3g}" for cost in costs)
        return f"| {self.title} | {sizes} | {seconds} | {power:.2f} | {self.power:g} | {verdict} |"


# Reading ---------------------------------------------------------------------------------


def read_pairs(count: int) -> float:
    """Read, check and encode a corpus."""
    with tempfile.TemporaryDirectory(prefix="s2s-bench-") as folder:
        file = Path(folder) / "pairs.tsv"
        with file.open("w", encoding="utf-8") as stream:
            stream.writelines(lines(count))
        began = time.perf_counter()
        for _ in prepare(DataConfig(builtin="", train=(str(file),)), Path(folder) / "prepared"):
            pass
        return time.perf_counter() - began


def read_steps(count: int) -> float:
    """Read the journal of a run, as opening it does."""
    with tempfile.TemporaryDirectory(prefix="s2s-bench-") as folder:
        path = Path(folder) / "journal.jsonl"
        journal = Journal(path)
        for step in range(1, count + 1):
            journal.append(StepRecord(step, step / 99, 2.5, 2.5, 1.0, 1e-3, 900 * step, 9e3, step))
        journal.flush()
        began = time.perf_counter()
        for _ in read_journal(path):
            pass
        return time.perf_counter() - began


# Training --------------------------------------------------------------------------------


def transformer(width: int = WIDTH, layers: int = LAYERS) -> dict[str, Any]:
    """Return a Transformer."""
    part = {"kind": "transformer", "layers": layers, "hidden_size": width, "heads": 4,
            "inner_size": 4 * width}  # fmt: skip
    return {"encoder": part, "decoder": part}


def lstm() -> dict[str, Any]:
    """Return an LSTM with additive attention."""
    part = {"kind": "lstm", "layers": 1, "hidden_size": WIDTH, "embedding_size": WIDTH}
    return {"encoder": part, "decoder": {**part, "attention": "additive"}}


def step(model: dict[str, Any], vocabulary: int = VOCABULARY, length: int = LENGTH) -> float:
    """Update the weights once, on a batch of so many tokens whatever their sentences' length."""
    training = {"device": "cpu", "batch_tokens": TOKENS}
    config = merged(RunConfig(), {"model": model, "training": training})
    rows = Sequences.of(_sentences(4 * TOKENS // length, vocabulary, length))
    trainer = Trainer(
        _built(config, vocabulary), Batches(EncodedPairs(rows, rows), TOKENS, 1), config
    )
    steps = trainer.steps()
    next(steps)  # the first finds its memory
    began = time.perf_counter()
    for _ in islice(steps, 2):
        pass
    return (time.perf_counter() - began) / 2


def decode(beam: int) -> float:
    """Translate 32 sentences."""
    model = {"model": transformer(), "training": {"device": "cpu", "batch_tokens": TOKENS}}
    config = merged(RunConfig(), model)
    search = DecodingConfig(search="beam", beam_size=beam)
    sources = _sentences(32, VOCABULARY, LENGTH)
    built = _built(config, VOCABULARY).eval()
    began = time.perf_counter()
    for _ in translate_all(built, sources, search):
        pass
    return time.perf_counter() - began


def _built(config: RunConfig, vocabulary: int) -> EncoderDecoder:
    model = build_model(config.model, vocabulary, vocabulary, seed=1)
    use_cores(model.parameter_count, TOKENS)
    return model


def _sentences(count: int, vocabulary: int, length: int) -> list[list[int]]:
    drawn = random.Random(1)
    return [drawn.choices(range(END + 1, vocabulary), k=length - 1) for _ in range(count)]


# Drawing ---------------------------------------------------------------------------------


def redraw(points: int) -> float:
    """Draw a curve again that has so many steps."""
    from tests.bench.redraw import curve, milliseconds

    return milliseconds(curve(points), smoothing=0.9) / 1000


GROWTHS = {
    "pairs": Growth("reading, checking and encoding pairs", (10**3, 10**4, 10**5, 10**6), 1,
                    read_pairs),
    "journal": Growth("opening a run of so many steps", (10**2, 10**4, 10**5, 10**6), 1,
                      read_steps),
    "curve": Growth("drawing a curve of so many steps", (10**2, 10**4, 10**5, 10**6), 0, redraw),
    "vocabulary": Growth("a training step, by vocabulary", (100, 1_000, 10_000, 60_000), 1,
                         lambda size: step(transformer(), vocabulary=size)),
    "length": Growth("a step of a Transformer, 2,048 tokens, by sentence length",
                     (10, 50, 200, 500), 1, lambda size: step(transformer(), length=size)),
    "length-lstm": Growth("a step of an LSTM with attention, 2,048 tokens, by sentence length",
                          (10, 50, 200, 500), 1, lambda size: step(lstm(), length=size)),
    "width": Growth("a training step, by width", (64, 128, 256, 512, 1024), 2,
                    lambda size: step(transformer(width=size))),
    "layers": Growth("a training step, by layers", (1, 3, 6, 12), 1,
                     lambda size: step(transformer(layers=size))),
    "beam": Growth("32 sentences, by beam", (1, 5, 20, 50), 1, decode),
}  # fmt: skip


def table(found: dict[str, list[float]]) -> Iterator[str]:
    """Yield the rows of what was measured."""
    yield "| What | Sizes | Seconds | Power | At most | |\n|---|---|---|--:|--:|---|"
    for name, costs in found.items():
        yield GROWTHS[name].row(costs)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("what", nargs="*", metavar="WHAT", help=" ".join(GROWTHS))
    chosen = parser.parse_args().what or list(GROWTHS)
    if unknown := set(chosen) - set(GROWTHS):
        parser.error(f"{', '.join(sorted(unknown))}: choose from {', '.join(GROWTHS)}")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    found = {name: GROWTHS[name].measured() for name in chosen}
    print(machine() + "\n")
    print(*table(found), sep="\n")
    print()
    for name, costs in found.items():
        growth = {k: v for k, v in asdict(GROWTHS[name]).items() if k != "cost"}
        print(json.dumps({**growth, "seconds": costs, "found": GROWTHS[name].power_of(costs)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

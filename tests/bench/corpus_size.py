"""How a corpus of a million pairs is opened, and trained on: `python -m tests.bench.corpus_size`.

The pairs are generated: sentences of words drawn as a language has them, few often and many
seldom. Memory is that of the process alone, without the files that it maps.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from sentencepiece import SentencePieceProcessor

from s2s_core.configs import DataConfig
from s2s_core.data.preparing import WINDOW, prepare
from s2s_core.records import PreparedRecord, ProgressRecord
from tests.bench.__main__ import measured
from tests.bench.machine import machine

WORDS = 50_000
MEAN_LENGTH = 9  # words
AT_ONCE = 50_000  # generated
LETTERS = np.array(list("eaionrstlducmphg"))


def lines(count: int, seed: int = 1) -> Iterator[str]:
    """Yield tab-separated pairs."""
    random = np.random.default_rng(seed)
    sides = [
        np.array(["".join(random.choice(LETTERS, random.integers(1, 10))) for _ in range(WORDS)])
        for _ in range(2)
    ]
    for begin in range(0, count, AT_ONCE):
        some = min(AT_ONCE, count - begin)
        lengths = 1 + random.poisson(MEAN_LENGTH - 1, some)
        ranks = np.minimum(random.zipf(1.25, int(lengths.sum())) - 1, WORDS - 1)
        ends = np.cumsum(lengths)
        for low, high in zip(ends - lengths, ends, strict=True):
            source, target = (" ".join(side[ranks[low:high]]) for side in sides)
            yield f"{source}\t{target}\n"


class Peak:
    """Watches how much memory of its own this process has had at most."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            self.megabytes = max(self.megabytes, own_memory())


def own_memory() -> float:
    """Return the megabytes that are this process's own, mapped files left out (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1024


class Bulk:
    """Encodes the text of a corpus by SentencePiece alone, in turn with `prepare`.

    Both take their turns in one run, because a machine is quicker at one time than at another.
    What it encodes are lists that are in memory already; what it returns is let go of.
    """

    def __init__(self, file: Path, folder: Path) -> None:
        self.pairs = 0
        self.seconds = 0.0  # of encoding
        self.pause = 0.0  # seconds for which `prepare` waited
        self._file, self._folder = file.open(encoding="utf-8", newline="\n"), folder
        self._processors: list[SentencePieceProcessor] = []

    def follow(self, pairs: int) -> None:
        """Encode the next pairs, up to where `prepare` is."""
        began = time.perf_counter()
        if not self._processors:
            models = sorted((self._folder / "tokenizer").iterdir())  # one for both, or of each
            self._processors = [SentencePieceProcessor(model_file=str(path)) for path in models]
        lines = list(islice(self._file, pairs - self.pairs))
        self.pairs += len(lines)
        sides = zip(*(line.rstrip("\n").split("\t") for line in lines), strict=True)
        for processor, side in zip(cycle(self._processors), map(list, sides)):
            before = time.perf_counter()
            processor.encode(side)
            self.seconds += time.perf_counter() - before
        self.pause += time.perf_counter() - began

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def prepared_in(file: Path, folder: Path, seconds: float) -> dict[str, float]:
    """Prepare a corpus, at most for so long; say how long each part took, and bulk encoding."""
    began = time.perf_counter()
    found: dict[str, float] = {}
    done = total = 0
    with closing(Bulk(file, folder)) as bulk:
        for record in prepare(DataConfig(builtin="", train=(str(file),)), folder):
            passed = time.perf_counter() - began - bulk.pause
            if isinstance(record, ProgressRecord):
                found.setdefault(f"{record.what.split()[0]}_begins_seconds", passed)
                done, total = record.done, record.total
                if record.what == "encoding" and done >= bulk.pairs + WINDOW:
                    bulk.follow(done)
            elif isinstance(record, PreparedRecord):
                found.setdefault("first_window_seconds", passed)
                if record.is_whole:
                    done = record.train_pairs + record.held_out_pairs
            if passed > seconds:
                break
        passed = time.perf_counter() - began - bulk.pause
        bulk.follow(done)
    rest, alone = passed - found["first_window_seconds"], bulk.pairs / bulk.seconds
    values = {
        "read_checked_encoded": done / passed,
        "the_same_after_the_first_window": (done - WINDOW) / rest if rest > 1 else 0.0,
    }
    return (
        found
        | {"pairs_encoded": done, "of_about": total, "seconds": passed}
        | {f"{name}_pairs_per_second": value for name, value in values.items()}
        | {"bulk_encoded_pairs_per_second": alone}
        | {f"{name}_to_bulk": value / alone for name, value in values.items()}
    )


def in_the_window(file: Path, seconds: float) -> dict[str, float]:
    """Drop a corpus onto the window and train on it at once, until all of it is encoded."""
    os.environ["BENCH_SECONDS"] = str(seconds)
    found = measured(["tests.bench.window", "corpus", str(file)], seconds + 600)
    return {f"window_{name}": value for name, value in found.items()}


def main() -> None:
    """Generate, prepare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000_000, help="such as 10000000")
    parser.add_argument("--file", type=Path, help="of pairs that were generated before")
    parser.add_argument("--no-window", action="store_true", help="leave the window out")
    parser.add_argument("--seconds", type=float, default=600, help="that each part may take")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="s2s-bench-") as temporary:
        file, folder = options.file or Path(temporary) / "pairs.tsv", Path(temporary) / "prepared"
        if not options.file:
            with file.open("w", encoding="utf-8") as stream:
                stream.writelines(lines(options.pairs))
        before = own_memory()
        with Peak() as peak:
            values = prepared_in(file, folder, options.seconds)
        values |= {
            "file_megabytes": file.stat().st_size / 1e6, "memory_before_megabytes": before,
            "peak_memory_megabytes": peak.megabytes,
        }  # fmt: skip
        if not options.no_window:
            values |= in_the_window(file, options.seconds)
    print(machine())
    print(json.dumps({name: round(value, 2) for name, value in values.items()}, indent=2))


if __name__ == "__main__":
    main()

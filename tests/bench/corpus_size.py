"""How a corpus of a million pairs is read and encoded: `python -m tests.bench.corpus_size`.

The pairs are generated: sentences of words drawn as a language has them, few often and many
seldom. Memory is that of the process alone, without the files that it maps.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from s2s_core.configs import DataConfig
from s2s_core.data.corpus import load_tokenizers, prepare
from s2s_core.data.encoding import TOGETHER, Encoder
from s2s_core.data.store import EncodedWriter
from s2s_core.pair_store import PairStore
from s2s_core.records import CorpusRecord, PreparedRecord, ProgressRecord
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


def prepared_in(file: Path, folder: Path) -> dict[str, float]:
    """Prepare a corpus and say how long each part took."""
    ends = {"began": time.perf_counter()}
    encoded = 0
    for record in prepare(DataConfig(builtin="", train=(str(file),)), folder):
        now = time.perf_counter()
        if isinstance(record, ProgressRecord):
            ends.setdefault({"reading": "first look"}.get(record.what, record.what), now)
        elif isinstance(record, CorpusRecord):
            ends["read"], pairs = now, record.pairs
        elif isinstance(record, PreparedRecord):
            ends["ready"], encoded = now, record.train_pairs + record.held_out_pairs
    seconds = ends["ready"] - ends["encoding"]
    return {
        "first_look_seconds": ends.get("first look", ends["read"]) - ends["began"],
        "read_pairs_per_second": pairs / (ends["read"] - ends["began"]),
        "vocabulary_seconds": ends["encoding"] - ends["read"],
        "encoded_pairs_per_second": encoded / seconds,
        "all_seconds": ends["ready"] - ends["began"],
    }


def compared(folder: Path, most: int = 100_000, rounds: int = 5) -> dict[str, float]:
    """Encode the same pairs by turns: as `prepare` does, and by SentencePiece alone.

    It is given lists that are in memory already, all at once; what it returns is let go of.
    """
    store, tokenizers = PairStore.load(folder), load_tokenizers(folder)
    most = min(most, len(store))
    sides = [[pair[side] for pair in store[:most]] for side in range(2)]
    encoder = Encoder(DataConfig(), tokenizers)
    ours, bulk = [], []
    for _ in range(rounds):
        began = time.perf_counter()
        for tokenizer, side in zip(tokenizers, sides, strict=True):
            tokenizer._processor.encode(side)
        bulk.append(most / (time.perf_counter() - began))
        began = time.perf_counter()
        with EncodedWriter(folder / "again", "train") as writer:
            for row in range(0, most, TOGETHER):
                encoder.encode(store[row : min(most, row + TOGETHER)], writer)
        ours.append(most / (time.perf_counter() - began))
    return {
        "bulk_pairs_per_second": statistics.median(bulk),
        "same_pairs_per_second": statistics.median(ours),
        "ratio": statistics.median(one / other for one, other in zip(ours, bulk, strict=True)),
    }


def main() -> None:
    """Generate, prepare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000_000, help="such as 10000000")
    count = parser.parse_args().pairs
    with tempfile.TemporaryDirectory(prefix="s2s-bench-") as temporary:
        file, folder = Path(temporary) / "pairs.tsv", Path(temporary) / "prepared"
        with file.open("w", encoding="utf-8") as stream:
            stream.writelines(lines(count))
        before = own_memory()
        with Peak() as peak:
            values = prepared_in(file, folder)
        values |= {
            "pairs": count, "file_megabytes": file.stat().st_size / 1e6,
            "memory_before_megabytes": before, "peak_memory_megabytes": peak.megabytes,
        }  # fmt: skip
        values |= compared(folder)
    print(machine())
    print(json.dumps({name: round(value, 2) for name, value in values.items()}, indent=2))


if __name__ == "__main__":
    main()

"""`make bench-peers`: training and translating beside other toolkits, on the same work.

S2S_CORPORA names a folder with `multi30k` in it: train, val and test_2016_flickr, one gzipped text
file a language, read German to English. The others are installed from PyPI into environments of
their own. A is a Transformer, B an LSTM with attention; all get the same pieces and batches of the
same size, and work by turns. A number is the median of several turns.

It takes an hour at most on two cores that have nothing else to do. Everything is kept in a folder:
what was installed and prepared is there the next time. What was found is written down in
`results.json` after each contest; `--only` measures some rows again and leaves the others.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.history import commit
from tests.bench.machine import machine
from tests.bench.peers.contests import CONTESTS, Contestant, Plan
from tests.bench.peers.rows import ROWS, Numbers, Row, table

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
RESULTS = Path(__file__).with_name("results.json")
PARTS = {"train": "train", "val": "val", "test": "test_2016_flickr"}
LANGUAGES = {"source": "de", "target": "en"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write down and print; returns the exit status."""
    options = _options(arguments)
    if options.table:
        print(table(_known()))
        return 0
    multi30k = Path(os.environ.get("S2S_CORPORA", ""), "multi30k")
    if not (multi30k / "train.de.gz").is_file():
        print("S2S_CORPORA has to name a folder with multi30k in it", file=sys.stderr)
        return 1
    plan = _plan(options)
    wanted = [row for row in ROWS if not options.only or row.name in options.only]
    try:
        found = measured(wanted, plan, multi30k, is_kept=not (options.quick or plan.one_core))
    except KeyboardInterrupt:
        print("\nStopped; what was found until then is written down.", file=sys.stderr)
        return 130
    print(f"{machine()}; each the median of {plan.rounds}\n")
    print(table(found))
    print()
    for row in found:
        print(json.dumps(row, ensure_ascii=False))
    return 0


def measured(rows: list[Row], plan: Plan, multi30k: Path, is_kept: bool) -> list[dict[str, object]]:
    """Hold the contests that rows need, and return what is found."""
    write_text(multi30k, plan.work / "text")
    if not plan.is_done("prepare"):
        Contestant(plan, "prepare", "ours", "write", str(plan.work)).close()
        plan.note_done("prepare")
    numbers: Numbers = {}
    for name in contests_of(rows, plan):
        numbers |= (new := CONTESTS[name].hold(plan))
        plan.note_done(name)
        for key, values in new.items():
            print(json.dumps({"key": key, "median": median(values), "all": values}), flush=True)
        if is_kept:
            keep(rows, numbers, new)
    return [row.plain(numbers) for row in rows if set(row.made.keys) <= set(numbers)]


def contests_of(rows: list[Row], plan: Plan) -> list[str]:
    """Return the contests that are needed, in the order of the table."""
    wanted = {contest for row in rows for contest in row.contests}
    held = [name for name, entry in CONTESTS.items() if wanted & set(entry.finds)]
    missing = {need for name in held for need in CONTESTS[name].needs if not plan.is_done(need)}
    return [name for name in CONTESTS if name in held or name in missing]


def keep(rows: list[Row], numbers: Numbers, new: Numbers, file: Path = RESULTS) -> None:
    """Write down what a contest has found, beside what is known of other rows."""
    known: dict[str, Any] = {"rows": {}, "numbers": {}}
    if file.exists():
        known = json.loads(file.read_text("utf-8"))
    about: dict[str, Any] = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "commit": commit(),
        "machine": machine(),
    }  # fmt: skip
    if hasattr(os, "getloadavg"):  # not on Windows
        about["load"] = round(os.getloadavg()[0], 2)
    for row in rows:
        if set(row.made.keys) <= set(numbers) and set(row.made.keys) & set(new):
            known["rows"][row.name] = {**row.plain(numbers), **about}
    known["numbers"] |= {key: float(f"{median(values):.4g}") for key, values in new.items()}
    file.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _known() -> list[dict[str, object]]:
    rows = json.loads(RESULTS.read_text("utf-8"))["rows"] if RESULTS.exists() else {}
    return [rows[row.name] for row in ROWS if row.name in rows]


def write_text(multi30k: Path, folder: Path) -> None:
    """Unpack the corpus, by the names that all know it by."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, name in PARTS.items():
        for side, language in LANGUAGES.items():
            with gzip.open(multi30k / f"{name}.{language}.gz", "rt", encoding="utf-8") as file:
                (folder / f"{part}.{side}").write_text(file.read(), encoding="utf-8")


def _plan(options: argparse.Namespace) -> Plan:
    short = (
        {"window": 1.0, "learning": 20.0, "teaching": 2.0, "long": 10.0} if options.quick else {}
    )
    rounds = options.rounds or (1 if options.quick else 3)
    work, runs = options.folder.resolve(), "tried" if options.quick else "runs"
    runs += "-one-core" if options.processor_time else ""
    return Plan(work, rounds, one_core=options.processor_time, runs_name=runs, **short)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.peers", description=__doc__, formatter_class=form
    )
    parser.add_argument(
        "--folder", type=Path, default=CACHE / "s2s-playground" / "peers",
        help="for environments, corpora, runs and logs (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--only", nargs="+", choices=[row.name for row in ROWS], metavar="ROW",
        help="measure these: " + " ".join(row.name for row in ROWS),
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, help="turns that count, for each (3)")
    parser.add_argument(
        "--quick", action="store_true", help="try all of it out; nothing is written down"
    )
    parser.add_argument(
        "--processor-time", action="store_true",
        help="one thread each, and what it works is what counts; nothing is written down",
    )  # fmt: skip
    parser.add_argument("--table", action="store_true", help="print what is written down")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

"""The numbers of older states: a line of JSON for each time that they were recorded."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.promise import Promise

FILE = Path(__file__).with_name("history.jsonl")


def record(machine: str, load: float, numbers: dict[str, float], file: Path = FILE) -> None:
    """Add numbers to the history; `load` is what else the machine did before."""
    entry = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "commit": commit(),
        "machine": machine, "load": round(load, 2),
        "numbers": {key: float(f"{value:.4g}") for key, value in numbers.items()},
    }  # fmt: skip
    with file.open("a", encoding="utf-8", newline="\n") as lines:
        lines.write(json.dumps(entry, ensure_ascii=False) + "\n")


def commit() -> str:
    """Return which state of the sources this is; a "+" if it was changed since."""
    command = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=FILE.parent, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def last(machine: str, file: Path = FILE) -> dict[str, Any] | None:
    """Return what was recorded last on this machine, if anything."""
    if not file.exists():
        return None
    entries = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    found: list[dict[str, Any]] = [entry for entry in entries if entry["machine"] == machine]
    return found[-1] if found else None


def compared(
    before: dict[str, Any] | None, now: Sequence[tuple[Promise, Sequence[float]]]
) -> Iterator[str]:
    """Put numbers beside older ones, in a table; a mark where one is over 10 % worse."""
    if before is None:
        yield "\nNothing was recorded on this machine yet: make bench RECORD=1"
        return
    yield f"\nBeside {before['commit']} of {before['date']}, load {before['load']:g}:\n"
    yield "| What | Then | Now | |\n|---|---|---|---|"
    for promise, values in now:
        then, value = before["numbers"].get(promise.key), promise.of(values)
        if then is not None:
            mark = "⚠ over 10 % worse" if promise.is_much_worse(value, then) else ""
            yield f"| {promise.name} | {then:.3g} | {value:.3g} {promise.unit} | {mark} |"

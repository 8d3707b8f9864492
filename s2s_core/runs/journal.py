"""The journal: every record of a run as a line of JSON, appended as it happens."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from s2s_core import records
from s2s_core.errors import BadRun
from s2s_core.files import replacing
from s2s_core.records import Record

RECORDS: dict[str, type[Record]] = {
    kind.record: kind
    for kind in (
        records.StartRecord,
        records.SmallerRecord,
        records.StepRecord,
        records.ValidationRecord,
        records.SampleRecord,
        records.KnobRecord,
        records.JoinedRecord,
        records.RewoundRecord,
        records.NoteRecord,
        records.CheckpointRecord,
        records.FailureRecord,
        records.EndRecord,
    )
}


class Journal:
    """Appends records to journal.jsonl; what cannot be written waits for the next `flush`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._waiting: list[str] = []

    def append(self, record: Record) -> None:
        """Keep a record, if it is of a kind that belongs in a journal."""
        if record.record in RECORDS:
            line = json.dumps({"record": record.record, **vars(record)}, ensure_ascii=False)
            self._waiting.append(line + "\n")

    def flush(self) -> None:
        """Write what waits; raises OSError and keeps it if the disk will not take it."""
        if not self._waiting:
            return
        size = self.path.stat().st_size if self.path.exists() else 0
        try:
            with self.path.open("a", encoding="utf-8", newline="\n") as file:
                file.writelines(self._waiting)
        except OSError:
            if self.path.exists():
                os.truncate(self.path, size)  # no half lines
            raise
        self._waiting.clear()

    def forget_after(self, step: int) -> None:
        """Drop what was written after a step: training goes on from there."""
        kept = [
            json.dumps(values, ensure_ascii=False) + "\n"
            for values in _lines(self.path)
            if values.get("step", 0) <= step and values.get("record") not in ("end", "failure")
        ]
        with replacing(self.path) as unfinished:
            unfinished.write_text("".join(kept), encoding="utf-8", newline="\n")


def read_journal(path: Path) -> Iterator[Record]:
    """Yield the records of a journal; a last line cut short by a crash is left out."""
    for values in _lines(path):
        kind = RECORDS.get(values.pop("record", ""))
        if kind is None:
            continue  # of a newer version
        try:
            yield kind(**values)
        except TypeError as error:
            raise BadRun("{file} is not a journal: {why}", file=path, why=error) from None


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open("rb") as file:  # bytes, as a crash may cut a line within a character
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                return
            try:
                values = json.loads(line)
            except ValueError:
                values = None
            if not isinstance(values, dict):
                raise BadRun("line {line} of {file} is not a record", line=number, file=path)
            yield values

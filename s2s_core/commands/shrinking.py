"""The command that makes a run smaller."""

from __future__ import annotations

import argparse
import json

from s2s_core.records import SmallerRecord
from s2s_core.runs.shrink import shrink as shrink_run


def shrink(options: argparse.Namespace) -> int:
    """Write a smaller copy of a run; print both side by side."""
    device = options.device
    records = shrink_run(options.run, options.out, options.prune, int8=options.int8, device=device)
    *_, found = records
    assert isinstance(found, SmallerRecord)
    if options.json:
        print(json.dumps(vars(found)))
        return 0
    rows = (
        ("weights on disk", "disk_bytes", 1e-6, " MB"),
        ("weights in memory", "memory_bytes", 1e-6, " MB"),
        ("sentences a second", "sentences_per_second", 1, ""),
        ("exact match", "exact_match", 1, " %"), ("BLEU", "bleu", 1, ""), ("chrF", "chrf", 1, ""),
    )  # fmt: skip
    print(f"{'':20}{'before':>12}{'after':>12}")
    for title, name, scale, unit in rows:
        before, after = (f"{scale * m[name]:,.2f}{unit}" for m in (found.before, found.after))
        print(f"{title:20}{before:>12}{after:>12}")
    print(found.folder)
    return 0

"""The table of a grid: what was varied, and what came of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from s2s_core.comparing import Compared, best_rows
from s2s_core.grid import headings, in_words, title
from s2s_core.runs.grid_folder import GridFolder

BEST = "*"  # stands behind what is the best of its column
COLUMNS = {
    "loss": ("Loss", ".3f"), "validation_loss": ("Validation loss", ".3f"),
    "exact_match": ("Exact match %", ".1f"), "bleu": ("BLEU", ".1f"), "chrf": ("chrF", ".1f"),
}  # fmt: skip


def print_table(plan: GridFolder, rows: Sequence[Compared]) -> None:
    """Print a row for each run, the best of each column marked, and why those failed that did."""
    # What is not read on a screen is not cut to the width of one.
    out = Console(highlight=False, width=None if sys.stdout.isatty() else 1000)
    best = {column: best_rows(rows, column) for column in COLUMNS}
    out.print(_table(plan, rows, best))
    if any(best.values()):
        out.print(f"{BEST} best of its column")
    for run, row in zip(plan.runs, rows, strict=True):
        if row.failure:
            out.print(f"{title(run.values)}: {row.failure}", markup=False)


def _table(plan: GridFolder, rows: Sequence[Compared], best: dict[str, set[int]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in headings(plan.grid.keys):
        table.add_column(name)
    for name in ("Steps", "Time", *(name for name, _ in COLUMNS.values())):
        table.add_column(name, justify="right")
    states = [_state(row) for row in rows]
    if any(states):
        table.add_column("")
    for number, (run, row) in enumerate(zip(plan.runs, rows, strict=True)):
        cells = [in_words(key, value) for key, value in run.values.items()]
        cells += [f"{row.steps:,}", _time(row.seconds)] if row.steps else ["", ""]
        cells += [_value(row, column, number in best[column]) for column in COLUMNS]
        table.add_row(*cells, *states[number : number + 1] * any(states))
    return table


def _value(row: Compared, column: str, is_best: bool) -> str:
    value = getattr(row, column)
    if value is None:
        return ""
    text = format(value, COLUMNS[column][1])
    return f"[bold]{text}{BEST}[/]" if is_best else f"{text} "


def _state(row: Compared) -> str:
    if row.failure:
        return "failed"
    if row.is_finished:
        return ""
    return "stopped" if row.steps else "not begun"


def _time(seconds: float) -> str:
    """61.2 -> "1:01"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"

"""The table of a grid: what was varied, and what came of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from s2s_core.comparing import Compared, best_rows
from s2s_core.grid import headings, title, value_in_words
from s2s_core.grid_folder import GridFolder

BEST = "*"  # stands behind what is the best of its column
COLUMNS = {
    "loss": ("Loss", ".3f"), "validation_loss": ("Validation loss", ".3f"),
    "exact_match": ("Exact match %", ".1f"), "bleu": ("BLEU", ".1f"), "chrf": ("chrF", ".1f"),
}  # fmt: skip


def print_table(plan: GridFolder, rows: Sequence[Compared]) -> None:
    """Print a row for each run, the best of each column marked, and why those failed that did."""
    best = {column: best_rows(rows, column) for column in COLUMNS}
    table = _table(plan, rows, best)
    out = Console(highlight=False)
    if not sys.stdout.isatty():
        out.width = 1000  # nobody reads it on a screen
    elif out.measure(table).maximum >= out.width:
        for column in table.columns:  # headings are broken between words; nothing is cut off
            column.width = column.min_width
        out.width = max(out.width, sum((column.width or 0) + 1 for column in table.columns))
    out.print(table)
    if any(best.values()):
        out.print(f"{BEST} best of its column")
    for run, row in zip(plan.runs, rows, strict=True):
        if row.failure:
            out.print(f"{title(run.values)}: {row.failure}", markup=False)


def _table(plan: GridFolder, rows: Sequence[Compared], best: dict[str, set[int]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    columns: dict[str, list[str]] = {
        name: [value_in_words(key, run.values[key]) for run in plan.runs]
        for key, name in zip(plan.grid.keys, headings(plan.grid.keys), strict=True)
    }
    varied = set(columns)
    columns["Steps"] = [f"{row.steps:,}" if row.steps else "" for row in rows]
    columns["Time"] = [_time(row.seconds) if row.steps else "" for row in rows]
    for column, (name, form) in COLUMNS.items():
        columns[name] = [_value(row, column, form, n in best[column]) for n, row in enumerate(rows)]
    if any(states := [_state(row) for row in rows]):
        columns[""] = states
    for name, cells in columns.items():
        longest = max(map(len, [*name.split(), *cells]))
        justify: JustifyMethod = "left" if name in varied or not name else "right"
        table.add_column(name, justify=justify, min_width=longest, overflow="fold")
    for row_cells in zip(*columns.values(), strict=True):
        table.add_row(*(Text(cell, "bold" if cell.endswith(BEST) else "") for cell in row_cells))
    return table


def _value(row: Compared, column: str, form: str, is_best: bool) -> str:
    value = getattr(row, column)
    return "" if value is None else format(value, form) + (BEST if is_best else " ")


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

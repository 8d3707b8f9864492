"""Curves as a table that other programs read."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from pathlib import Path

import numpy as np

from app.widgets.curve import Curve
from app.widgets.curve_view import UNITS
from app.widgets.series import Floats
from app.widgets.timeline import Timeline
from s2s_core.files import replacing

_BLOCK = 20_000  # rows written at a time


def write_csv(
    path: str | Path, curves: Iterable[Curve], timeline: Timeline
) -> Generator[float, None, None]:  # fmt: skip
    """Write all points of curves, one row for each step, nothing smoothed nor left out.

    Epoch, tokens and seconds stand beside the step if they are known. Yields the share that is
    done; a file that was there stays until the new one is written to its end.
    """
    curves = list(curves)
    steps = np.unique(np.concatenate([np.empty(0), *(curve.series.x for curve in curves)]))
    units = UNITS if len(timeline) > 1 else UNITS[:1]
    head = ",".join([*units, *(_quoted(curve.title) for curve in curves)]) + "\r\n"
    with (
        replacing(Path(path)) as unfinished,
        unfinished.open("w", encoding="utf-8", newline="") as file,
    ):
        file.write(head)
        for start in range(0, steps.size, _BLOCK):
            block = steps[start : start + _BLOCK]
            columns = [_written(timeline.values(unit, block)) for unit in units]
            columns += [_cells(curve, block) for curve in curves]
            rows = map(",".join, zip(*columns, strict=True))
            file.write("".join(f"{row}\r\n" for row in rows))
            yield min(1.0, (start + _BLOCK) / steps.size)


def _cells(curve: Curve, steps: Floats) -> list[str]:
    """Return what stands in a curve's column, "" where it has no value."""
    x = curve.series.x
    found = slice(*np.searchsorted(x, (steps[0], steps[-1] + 0.5)))
    texts = _written(curve.series.y[found])
    if len(texts) == steps.size:
        return texts
    cells = [""] * steps.size
    for i, text in zip(np.searchsorted(steps, x[found]).tolist(), texts, strict=True):
        cells[i] = text
    return cells


def _written(values: Floats) -> list[str]:
    is_whole = np.isfinite(values).all() and (values == np.rint(values)).all()
    return list(
        map(str, values.astype(np.int64).tolist()) if is_whole else map(repr, values.tolist())
    )


def _quoted(title: str) -> str:
    return '"' + title.replace('"', '""') + '"' if set(title) & set(',"\n') else title

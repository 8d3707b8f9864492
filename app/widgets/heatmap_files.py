"""The heat map in files: as a picture with every cell and label, or as a table of its weights."""

from __future__ import annotations

import csv
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from app.widgets import pictures
from app.widgets.heatmap_view import HeatmapView
from s2s_core.files import replacing

_LARGEST_PICTURE = 4000  # pixels of a side; larger ones would need gigabytes


def save_png(view: HeatmapView, path: str | Path) -> None:
    """Write the map as it is seen, twice as fine; all of it, with every label."""
    whole = _unscrolled(view)
    pictures.save_png(whole, path, whole.draw, _enlarged(whole), view.about)


def save_svg(view: HeatmapView, path: str | Path) -> None:
    """Write the map as shapes and text."""
    whole = _unscrolled(view)
    pictures.save_svg(whole, path, whole.draw, view.about)


def save_csv(view: HeatmapView, path: str | Path) -> None:
    """Write the weights, a row for each target token below a row of source tokens."""
    with (
        replacing(Path(path)) as unfinished,
        unfinished.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(["", *view.source_tokens])
        for token, row in zip(view.target_tokens, view.weights, strict=True):
            writer.writerow([token, *map(str, row)])


def picture(view: HeatmapView) -> QImage:
    """Return the map as a picture, to be copied."""
    whole = _unscrolled(view)
    return pictures.picture(whole, whole.draw, _enlarged(whole), view.about)


def _enlarged(view: HeatmapView) -> float:
    """Return by how much pictures are finer than the screen, very large ones less so."""
    return min(2.0, 2 * _LARGEST_PICTURE / max(view.width(), view.height()))


def _unscrolled(view: HeatmapView) -> HeatmapView:
    """Return the map, or one that is never shown, with room for all its cells and labels."""
    layout = view.placed()
    if layout is None or not (layout.is_long or layout.is_thinned):
        return view
    labels, cells = layout.labels, layout.cells
    for_all = QSize(cells.width() * labels.source_stride, cells.height() * labels.target_stride)
    wanted = view.size() + for_all - layout.view.size() + QSize(80, 80)
    size = wanted.boundedTo(QSize(_LARGEST_PICTURE, _LARGEST_PICTURE))
    twin = HeatmapView()
    twin.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    twin.set_scale(view.scale_choice)
    twin.scale = view.scale
    twin.set_whole(size != wanted)
    twin.resize(size)
    twin.show()  # what was never shown has not taken its size yet
    twin.show_weights(view.weights, view.source_tokens, view.target_tokens)
    return twin

"""The heat map: what it offers, where its cells are, and tokens of any script."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.widgets.heatmap import Heatmap, Layout

SOURCE = ["the", "cat", "sleeps", "‹end›"]
TARGET = ["le", "chat", "‹end›"]
SCRIPTS = [
    "我们",
    "السلام",
    "קיסרים",
    "👍🏽",
    "a̐é",
    "Donaudampfschifffahrtsgesellschaft",
    "",
    " ",
    "a\nb",
]


@pytest.fixture
def heatmap(qtbot: QtBot) -> Heatmap:
    heatmap = Heatmap("Translate a sentence")
    heatmap.resize(390, 390)
    qtbot.addWidget(heatmap)
    heatmap.show()
    return heatmap


def weights(rows: int, columns: int) -> NDArray[np.float64]:
    random = np.random.default_rng(0).random((rows, columns))
    return np.asarray(random / random.sum(axis=1, keepdims=True))


def laid_out(heatmap: Heatmap) -> Layout:
    layout = heatmap._placed()
    assert layout is not None
    return layout


def centre(heatmap: Heatmap, row: int, column: int) -> QPointF:
    layout = laid_out(heatmap)
    corner = QPointF(layout.cells.topLeft())
    return corner + QPointF((column + 0.5) * layout.width, (row + 0.5) * layout.height)


def test_it_offers_what_it_shows(heatmap: Heatmap) -> None:
    given = weights(3, 4)
    heatmap.show_weights(given, SOURCE, TARGET)
    assert np.allclose(heatmap.weights, given)
    assert heatmap.weights.shape == (3, 4)
    assert (heatmap.source_tokens, heatmap.target_tokens) == (SOURCE, TARGET)
    given[:] = 0
    assert heatmap.weights.max() > 0


def test_weights_must_fit_the_tokens(heatmap: Heatmap) -> None:
    with pytest.raises(ValueError, match=r"\(4, 3\) do not fit 3 target and 4 source"):
        heatmap.show_weights(weights(4, 3), SOURCE, TARGET)


def test_the_cell_under_the_mouse_is_found(heatmap: Heatmap) -> None:
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    for row in range(3):
        for column in range(4):
            assert heatmap.cell_at(centre(heatmap, row, column)) == (row, column)
    assert heatmap.cell_at(QPointF(1, 1)) == (-1, -1)
    assert heatmap.cell_at(centre(heatmap, 3, 0)) == (-1, -1)


def test_hovering_reads_the_value(heatmap: Heatmap, qtbot: QtBot) -> None:
    values = np.zeros((3, 4))
    values[1, 1] = 0.93
    heatmap.show_weights(values, SOURCE, TARGET)
    with qtbot.waitSignal(heatmap.hovered) as hovered:
        QTest.mouseMove(heatmap, centre(heatmap, 1, 1).toPoint())
    assert hovered.args == [1, 1]
    plain = [c for c in heatmap.reading(1, 1) if c.isprintable()]
    assert "".join(plain) == "chat ← cat 0.93"
    assert heatmap.accessibleDescription() == heatmap.reading(1, 1)
    heatmap.grab()
    with qtbot.waitSignal(heatmap.hovered) as hovered:
        heatmap.leaveEvent(QEvent(QEvent.Type.Leave))
    assert hovered.args == [-1, -1]


def test_arrow_keys_walk_over_the_cells(heatmap: Heatmap, qtbot: QtBot) -> None:
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    seen: list[tuple[int, int]] = []
    heatmap.hovered.connect(lambda row, column: seen.append((row, column)))
    keys = Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Escape
    for key in keys:
        QTest.keyClick(heatmap, key)
    assert seen == [(0, 0), (1, 0), (1, 1), (0, 1), (-1, -1)]


def test_showing_less_takes_the_chosen_cell_away(heatmap: Heatmap, qtbot: QtBot) -> None:
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    QTest.mouseMove(heatmap, centre(heatmap, 2, 3).toPoint())
    with qtbot.waitSignal(heatmap.hovered) as hovered:
        heatmap.show_weights(weights(1, 2), SOURCE[:2], TARGET[:1])
    assert hovered.args == [-1, -1]


def test_clear_leaves_a_hint(heatmap: Heatmap) -> None:
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    heatmap.clear("Nothing yet")
    assert heatmap.weights.size == 0
    assert heatmap.cell_at(QPointF(200, 200)) == (-1, -1)
    heatmap.grab()


def test_colours_are_viridis(heatmap: Heatmap) -> None:
    heatmap.show_weights(np.array([[0.0, 1.0]]), ["a", "b"], ["x"])
    picture, ratio = heatmap.grab().toImage(), heatmap.devicePixelRatioF()
    names = [
        picture.pixelColor((centre(heatmap, 0, column) * ratio).toPoint()).name()
        for column in (0, 1)
    ]
    assert names == ["#440154", "#fde725"]


@pytest.mark.parametrize("size", [(390, 390), (300, 250), (160, 120), (900, 500)])
@pytest.mark.parametrize("shape", [(1, 1), (3, 4), (60, 60), (4, 60), (60, 4)])
def test_all_cells_and_labels_have_room(
    heatmap: Heatmap, size: tuple[int, int], shape: tuple[int, int]
) -> None:  # fmt: skip
    heatmap.resize(*size)
    source = [f"source{i}" for i in range(shape[1])]
    heatmap.show_weights(weights(*shape), source, [f"target{i}" for i in range(shape[0])])
    layout = laid_out(heatmap)
    assert heatmap.rect().contains(layout.cells)
    assert 1 <= layout.width <= 44
    assert 1 <= layout.height <= 44
    if min(layout.width, layout.height) > 16:
        assert layout.width == layout.height
    heatmap.grab()


def test_tokens_of_any_script_are_painted(heatmap: Heatmap) -> None:
    heatmap.show_weights(weights(len(SCRIPTS), len(SCRIPTS)), SCRIPTS, SCRIPTS)
    heatmap.grab()
    assert laid_out(heatmap).source_labels[6:8] == ("␣", "␣")
    assert "…" in laid_out(heatmap).target_labels[5]
    assert SCRIPTS[5] in heatmap.reading(5, 5)


def test_odd_weights_do_no_harm(heatmap: Heatmap) -> None:
    heatmap.show_weights(np.array([[np.nan, -1.0, 7.0]]), ["a", "b", "c"], ["x"])
    QTest.keyClick(heatmap, Qt.Key.Key_Right)
    heatmap.grab()
    assert "NaN" in heatmap.reading(0, 0)


def test_the_layout_holds_still_between_shows(heatmap: Heatmap) -> None:
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    before = laid_out(heatmap)
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    assert laid_out(heatmap) is before


def test_files_are_written(heatmap: Heatmap, tmp_path: Path) -> None:
    heatmap.show_weights(weights(3, 4), SOURCE, TARGET)
    heatmap.save_png(tmp_path / "map.png")
    heatmap.save_svg(tmp_path / "map.svg")
    heatmap.save_csv(tmp_path / "map.csv")
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    assert "chat" in (tmp_path / "map.svg").read_text(encoding="utf-8")
    with (tmp_path / "map.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["", *SOURCE]
    assert [row[0] for row in rows] == TARGET
    read = np.array([row[1:] for row in rows], np.float32)
    assert np.array_equal(read, heatmap.weights)


def test_forty_by_forty_is_painted_in_time(heatmap: Heatmap) -> None:
    tokens = [f"w{i}" for i in range(40)]
    seconds = []
    for _ in range(9):
        start = time.perf_counter()
        heatmap.show_weights(weights(40, 40), tokens, tokens)
        heatmap.repaint()
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.005

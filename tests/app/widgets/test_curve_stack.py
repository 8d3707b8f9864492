"""Plots above each other are looked at as one, and saved as one."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QStatusTipEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMessageBox, QProgressDialog
from pytestqt.qtbot import QtBot

from app.widgets.curve_plot import CurvePlot
from app.widgets.curve_stack import CurveStack
from app.widgets.curve_view import CurveView


@pytest.fixture
def stack(qtbot: QtBot) -> CurveStack:
    plots = {"loss": CurvePlot("Loss, nats per token"), "scores": CurvePlot("Scores, %")}
    plots["loss"].add_curve("training", "training")
    plots["scores"].add_curve("bleu", "BLEU", mark="disc")
    stack = CurveStack(plots, (5, 4))
    stack.resize(600, 400)
    qtbot.addWidget(stack)
    stack.show()
    steps = np.arange(1, 1001)
    stack.note_steps(steps, steps / 100, steps * 850, steps * 0.5)
    plots["loss"].append("training", steps, 5 / steps + 0.1)
    plots["scores"].append("bleu", [400, 800], [20.0, 30.0])
    redraw(stack)
    return stack


def redraw(stack: CurveStack) -> None:
    for plot in stack.plots.values():
        plot.redraw()
        plot.grab()


@pytest.mark.parametrize("log_x", [False, True])
@pytest.mark.parametrize("unit", ["step", "epoch", "tokens", "seconds"])
def test_all_plots_share_one_x_axis(stack: CurveStack, unit: str, log_x: bool) -> None:
    stack.add_flag(500, "learning rate 3e-3 → 1e-2")
    stack.set_view(CurveView(x=unit, log_x=log_x))
    redraw(stack)
    loss, scores = stack.plots.values()
    assert loss.x_range() == scores.x_range()
    assert loss.axis.title(0) == scores.axis.title(0) == unit
    assert scores.columns(np.array([500.0]))[0] == pytest.approx(loss.column(500))
    assert loss.area().left() - 0.1 <= loss.column(1) < loss.column(500) < loss.column(1000)
    assert loss.column(1000) <= loss.area().right() + 0.1


def test_validation_stands_where_the_run_was_then(stack: CurveStack) -> None:
    stack.set_view(CurveView(x="seconds"))
    redraw(stack)
    assert stack.plots["scores"].curves["bleu"].line.x.tolist() == [200, 400]


def test_pointer_and_zoom_are_one(stack: CurveStack) -> None:
    loss, scores = stack.plots.values()
    loss.setFocus()
    QTest.keyClick(loss, Qt.Key.Key_End)
    assert scores._pointer == 1000
    QTest.keyClick(loss, Qt.Key.Key_Up)
    redraw(stack)
    assert loss.x_range() == scores.x_range() == pytest.approx((200, 1000))
    assert not scores.follows
    QTest.mouseClick(scores.reset_button, Qt.MouseButton.LeftButton)
    redraw(stack)
    assert loss.follows
    assert loss.x_range() == scores.x_range() == (0, 1000)


def test_smoothing_ranges_and_logarithms_reach_the_plots(stack: CurveStack) -> None:
    stack.set_view(CurveView(log_y=("loss",), smoothing=0.6, y_range="recent"))
    redraw(stack)
    loss, scores = stack.plots.values()
    assert (loss.is_logarithmic, scores.is_logarithmic) == (True, False)
    assert loss.curves["training"].raw.is_visible
    assert loss.y_range()[1] < 1
    stack.set_view(CurveView())
    redraw(stack)
    assert not loss.is_logarithmic
    assert not loss.curves["training"].raw.is_visible


def test_a_plots_own_menu_changes_the_view_of_all(stack: CurveStack, qtbot: QtBot) -> None:
    menu = stack.plots["loss"].menu()
    (logarithmic,) = [a for a in menu.actions() if a.text() == "Logarithmic scale"]
    with qtbot.waitSignal(stack.view_changed) as changed:
        logarithmic.trigger()
    assert changed.args == [CurveView(log_y=("loss",))]


def test_a_rewind_takes_later_flags_away(stack: CurveStack) -> None:
    stack.add_flag(300, "dropout 0.1 → 0.2")
    stack.add_flag(900, "learning rate 3e-3 → 1")
    stack.note_steps([600], [6.0], [510_000], [300.0])
    assert [flag.x for flag in stack.plots["scores"].flags] == [300]


def test_the_table_of_all_curves_says_when_every_step_was(
    stack: CurveStack, tmp_path: Path
) -> None:  # fmt: skip
    stack.save_csv(tmp_path / "curves.csv")
    with (tmp_path / "curves.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["step", "epoch", "tokens", "seconds", "training", "BLEU"]
    assert len(rows) == 1000
    assert rows[399] == ["400", "4", "340000", "200", repr(5 / 400 + 0.1), "20"] or (
        float(rows[399][5]) == 20 and rows[399][0] == "400"
    )
    assert [row[5] != "" for row in rows].count(True) == 2
    assert float(rows[0][3]) == 0.5


def test_all_plots_are_one_picture(stack: CurveStack, tmp_path: Path) -> None:
    stack.save_png(tmp_path / "curves.png")
    stack.save_svg(tmp_path / "curves.svg")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    svg = (tmp_path / "curves.svg").read_text(encoding="utf-8")
    assert "Loss, nats per token" in svg
    assert "Scores, %" in svg
    picture, margin = stack.picture(), 16
    assert picture.width() == 2 * (stack.width() + 2 * margin)
    inked = [
        any(
            picture.pixelColor(x, y).name() != stack.plots["loss"].theme.card
            for x in range(0, picture.width(), 3)
            for y in range(2 * (margin + top), 2 * (margin + top) + 30, 3)
        )
        for top in (plot.y() for plot in stack.plots.values())
    ]
    assert inked == [True, True]


def test_everything_can_be_copied_and_saved_from_the_menu(
    stack: CurveStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    offered: list[str] = []
    told: list[str] = []

    class Window(QMainWindow):
        def event(self, event: QEvent) -> bool:
            if isinstance(event, QStatusTipEvent):
                told.append(event.tip())
            return super().event(event)

    window = Window()
    stack.setParent(window)

    def choose(_: object, title: str, start: str, *rest: object) -> tuple[str, str]:
        assert not title.endswith("…")
        assert Path(start).parent.is_dir()
        offered.append(Path(start).name)
        return str(tmp_path / Path(start).name), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    stack.clear("phrasebook-gru")
    stack.plots["loss"].append("training", [1, 2], [3.0, 2.0])
    for menu in (stack.menu(), stack.plots["loss"].menu()):
        for action in menu.actions():
            if action.text().startswith(("Save", "Copy")):
                action.trigger()
    assert offered == [
        "curves-phrasebook-gru.png", "curves-phrasebook-gru.svg", "curves-phrasebook-gru.csv",
        "loss-phrasebook-gru.png", "loss-phrasebook-gru.svg", "loss-phrasebook-gru.csv",
    ]  # fmt: skip
    saved = [text.partition(",")[0] for text in told if text.startswith("Saved")]
    assert saved == [f"Saved: {name}" for name in offered]
    assert told.count("Copied: the picture") == 2
    stack.setParent(None)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(offered)
    copied = QGuiApplication.clipboard().image()
    assert copied.width() == 2 * (stack.plots["loss"].width() + 32)  # with a margin


def test_a_table_that_is_stopped_leaves_no_half_file(
    stack: CurveStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    steps = np.arange(1, 100_001)
    stack.plots["loss"].append("training", steps, np.ones(steps.size))
    path = tmp_path / "curves.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QProgressDialog, "wasCanceled", lambda _: True)
    (save,) = [a for a in stack.menu().actions() if "CSV" in a.text()]
    save.trigger()
    assert not path.exists()


def test_a_folder_that_is_not_there_is_told_of_in_a_sentence(
    stack: CurveStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    told: list[str] = []
    path = tmp_path / "missing" / "curves"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QMessageBox, "warning", lambda *arguments: told.append(arguments[-1]))
    for action in stack.menu().actions():
        if action.text().startswith("Save"):
            action.trigger()
    assert [text.partition(" cannot be written: ")[0] for text in told] == [
        f"{path}.png", f"{path}.svg", f"{path}.csv",
    ]  # fmt: skip

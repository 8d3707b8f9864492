"""A picture of curves tells by itself what it shows, and there is none of nothing."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.widgets.curve_plot import CurvePlot
from app.widgets.curve_stack import CurveStack
from app.widgets.timeline import Axis, Timeline

STEPS = np.arange(1, 1001)
SAVED = ["Save as PNG …", "Save as SVG …", "Save as CSV …", "Copy as picture"]


@pytest.fixture
def stack(qtbot: QtBot) -> CurveStack:
    plots = {
        "loss": CurvePlot("Loss, nats per token", hint="Press Space."),
        "scores": CurvePlot("Scores, %", hint="Still to come."),
    }
    plots["loss"].add_curve("training", "training")
    plots["scores"].add_curve("bleu", "BLEU", mark="disc")
    stack = CurveStack(plots, (5, 4))
    stack.resize(600, 400)
    qtbot.addWidget(stack)
    stack.show()
    stack.clear("gru-1", "GRU small · Phrasebook")
    return stack


@pytest.fixture
def filled(stack: CurveStack) -> CurveStack:
    stack.note_steps(STEPS, STEPS / 100, STEPS * 850, STEPS * 0.5)
    stack.plots["loss"].append("training", STEPS, 5 / STEPS + 0.1)
    stack.plots["loss"].redraw()
    return stack


def written(plot: CurvePlot | CurveStack, path: Path) -> str:
    """Return all that is written in a picture."""
    plot.save_svg(path)
    return "\n".join(re.findall(r"<text[^>]*>([^<]*)<", path.read_text(encoding="utf-8")))


def is_blank(picture: QImage, box: QRect) -> bool:
    part = picture.copy(box)
    colours = {part.pixel(x, y) for x in range(part.width()) for y in range(part.height())}
    return len(colours) == 1


def entries(menu: QMenu) -> dict[str, bool]:
    """Return what a menu offers of saving, and whether it can be chosen."""
    texts = {action.text(): action.isEnabled() for action in menu.actions()}
    return {text: on for text, on in texts.items() if text.startswith(("Save", "Copy"))}


def test_a_picture_has_a_margin_its_title_its_run_and_its_steps(
    filled: CurveStack, tmp_path: Path
) -> None:
    plot = filled.plots["loss"]
    text = written(plot, tmp_path / "loss.svg")
    assert "Loss, nats per token" in text
    assert "steps 1 to 1,000 · GRU small · Phrasebook" in text
    for picture in (plot.picture(), filled.picture()):
        width, height, margin = picture.width(), picture.height(), 2 * 16
        for box in (
            QRect(0, 0, width, margin), QRect(0, height - margin, width, margin),
            QRect(0, 0, margin, height), QRect(width - margin, 0, margin, height),
        ):  # fmt: skip
            assert is_blank(picture, box)
        assert not is_blank(picture, QRect(0, height - 2 * margin, width, margin))  # the caption


def test_a_picture_of_a_part_says_which_and_nothing_of_the_window(
    filled: CurveStack, tmp_path: Path
) -> None:
    plot = filled.plots["loss"]
    plot.set_smoothing(0.9)
    plot.hold_x(99.5, 600.2)
    plot.redraw()
    text = written(plot, tmp_path / "loss.svg")
    assert "steps 100 to 600 · " in text
    assert "smoothed 0.9" in text
    assert "zoomed" not in text
    assert plot.remarks()  # but in the window still
    assert not plot.is_pictured


@pytest.mark.parametrize("is_logarithmic", [False, True])
@pytest.mark.parametrize("unit", ["step", "seconds"])
def test_a_step_on_the_edge_of_a_picture_is_told_on_every_axis(
    filled: CurveStack, unit: str, is_logarithmic: bool
) -> None:
    plot, timeline = filled.plots["loss"], Timeline()
    timeline.extend(STEPS, 0.01 * STEPS, 90 * STEPS, 0.37 * STEPS)
    plot.set_axis(Axis(unit, is_logarithmic, timeline))

    def shown(first: float, last: float) -> str:
        plot.hold_x(*plot.axis.places(np.array([first, last])).tolist())
        return plot.caption().partition(" · ")[0]

    for first in (*range(1, 10), 100, 333):
        for last in (*range(580, 620), 999, 1000):
            assert shown(first, last) == f"steps {first} to {last:,}"
    assert shown(100.01, 599.99) == "steps 101 to 599"


def test_all_curves_in_one_picture_have_one_caption_and_no_placeholder(
    filled: CurveStack, tmp_path: Path
) -> None:
    text = written(filled, tmp_path / "curves.svg")
    assert text.count("steps 1 to 1,000 · GRU small · Phrasebook") == 1
    assert {"Loss, nats per token", "Scores, %"} <= set(text.split("\n"))
    assert "Still to come" not in text


def test_where_there_is_nothing_yet_nothing_can_be_saved_and_the_menu_says_why(
    stack: CurveStack,
) -> None:
    for menu in (stack.plots["loss"].menu(), stack.plots["scores"].menu()):
        assert entries(menu) == {f"{text}\tno values yet": False for text in SAVED}
    assert not any(entries(stack.menu()).values())
    assert all(text.endswith("\tno values yet") for text in entries(stack.menu()))
    stack.plots["loss"].append("training", [1], [3.0])
    assert entries(stack.plots["loss"].menu()) == dict.fromkeys(SAVED, True)
    assert not any(entries(stack.plots["scores"].menu()).values())
    assert all(entries(stack.menu()).values())


def test_a_picture_that_cannot_be_written_leaves_the_plot_as_it_was(
    filled: CurveStack, tmp_path: Path
) -> None:
    plot = filled.plots["loss"]
    before = plot.pixel_ratio
    with pytest.raises(OSError, match="missing"):
        plot.save_png(tmp_path / "missing" / "loss.png")
    assert (plot.pixel_ratio, plot.is_pictured) == (before, False)

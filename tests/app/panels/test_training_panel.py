"""The training panel: what comes is drawn, and looked at as a person chose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget
from pytestqt.qtbot import QtBot

from app.bridge.controller import Controller
from app.bridge.draft import Draft
from app.bridge.messages import Command, RunState
from app.main_window import MainWindow
from app.panels.training_panel import TrainingPanel
from app.run_titles import run_title
from app.settings import AppSettings
from app.widgets import scales
from app.widgets.curve_view import CurveView
from app.widgets.line_ends import ends_of
from app.widgets.panel_frame import PanelHead
from app.widgets.plot_place import BOTTOM, LEFT, PlotPlace
from app.widgets.theme import LIGHT, apply_theme
from s2s_core.configs import DataConfig, RunConfig
from s2s_core.records import (
    FailureRecord,
    KnobRecord,
    Record,
    RewoundRecord,
    StepRecord,
    ValidationRecord,
)
from tests.app.conftest import Opened, OpenWindow, finish


class Nobody:
    """Neither trains nor reads."""

    is_alive = True

    def start(self) -> None: ...
    def send(self, command: Command) -> None: ...
    def take(self) -> list[Record]:
        return []

    def end(self) -> None: ...
    def another(self) -> Nobody:
        return self


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[TrainingPanel]:
    apply_theme(qapp, LIGHT)
    controller = Controller(Nobody(), Nobody(), Draft(), tmp_path, tmp_path)
    panel = TrainingPanel(controller)
    frame = QDockWidget()
    frame.setTitleBarWidget(panel.head)
    frame.setWidget(panel)
    finish(panel)
    frame.resize(520, 640)
    qtbot.addWidget(frame)
    frame.show()
    yield panel
    controller.deleteLater()


def test_plots_take_the_places_that_were_seen_before_them(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    controller = Controller(Nobody(), Nobody(), Draft(), tmp_path, tmp_path)
    apply_theme(qapp, LIGHT)
    panel = TrainingPanel(controller)
    frame = QDockWidget()
    frame.setTitleBarWidget(panel.head)
    frame.setWidget(panel)
    frame.resize(520, 640)
    qtbot.addWidget(frame)
    frame.show()

    def place(widget: QWidget) -> QRect:
        return QRect(widget.mapTo(panel, QPoint()), widget.size())

    before = [place(widget) for widget in panel.findChildren(PlotPlace)]
    finish(panel)
    qtbot.waitUntil(panel.loss.isVisible)
    assert [place(plot) for plot in panel.plots] == before
    line = panel.loss.area()
    assert line.left() == pytest.approx(LEFT, abs=1)
    assert panel.loss.height() - line.bottom() == pytest.approx(BOTTOM, abs=1)
    controller.deleteLater()


def step(number: int, loss: float = 1.0) -> StepRecord:
    return StepRecord(
        number, number / 100, loss, loss, 0.5, 3e-3, 850 * number, 2e4, number * 0.05
    )  # fmt: skip


def check(number: int, loss: float = 1.0) -> ValidationRecord:
    return ValidationRecord(number, loss, 2.7, 80.0, 90.0, 95.0, 400)


def free_check(number: int, free: float) -> ValidationRecord:
    return replace(check(number), free_running_loss=free)


def redraw(panel: TrainingPanel) -> None:
    for plot in panel.plots:
        plot.redraw()
        plot.grab()


def test_space_is_named_once_it_does_something(panel: TrainingPanel) -> None:
    assert "Space" not in panel.loss.hint
    panel._controller.ready.emit(("cpu",))
    assert "Space" in panel.loss.hint


def test_the_descent_is_seen_again_when_the_run_has_come_to_its_end(panel: TrainingPanel) -> None:
    panel.show_run(RunState("run", playing=True))
    panel.show_records([step(n, 0.02 + 8 * 0.99**n) for n in range(1, 4001)])
    redraw(panel)
    near = panel.loss.y_range()
    assert near[1] < 1  # of a run that goes on, the newest can be read
    panel.show_run(RunState("run", step=4000, playing=False))
    redraw(panel)
    assert panel.loss.y_range() == near  # paused, not over
    panel.show_run(RunState("run", step=4000, playing=False, ended="steps"))
    redraw(panel)
    assert panel.loss.y_range()[1] > 7
    panel.show_run(RunState("run", step=4000, playing=True))
    redraw(panel)
    assert panel.loss.y_range()[1] < 1


def test_steps_and_checks_are_drawn_in_every_unit(panel: TrainingPanel) -> None:
    panel.show_records([*(step(n) for n in range(1, 401)), check(200), check(400)])
    for unit, last in (("step", 400), ("epoch", 4), ("tokens", 340_000), ("seconds", 20)):
        panel.set_view(CurveView(x=unit))
        redraw(panel)
        for plot, curve in (
            (panel.loss, "training"), (panel.loss, "validation"), (panel.norm, "gradient_norm"),
            (panel.scores, "bleu"),
        ):  # fmt: skip
            assert plot.curves[curve].line.x[-1] == pytest.approx(last)
        assert len({plot.x_range() for plot in panel.plots}) == 1


def test_the_reading_names_the_step_of_the_last_check(panel: TrainingPanel) -> None:
    panel.show_records([*(step(n, 0.5) for n in range(1, 401)), check(200, 0.213)])
    redraw(panel)
    assert panel.loss.told_at(250) == [
        "step 250", "training 0.500", "validation 0.213 (step 200)",
    ]  # fmt: skip
    panel.show_records([KnobRecord(200, "training.dropout", 0.1, 0.2)])
    assert panel.loss.told_at(200)[2:] == ["validation 0.213", "dropout 0.1 → 0.2"]


def test_the_free_running_loss_has_a_curve_once_it_is_known(panel: TrainingPanel) -> None:
    panel.show_records([*(step(n) for n in range(1, 401)), check(100), free_check(200, 1.5)])
    redraw(panel)
    assert [entry.title for entry in panel.loss.legend()] == [
        "training", "validation", "free-running",
    ]  # fmt: skip
    panel.show_records([check(300), free_check(400, 1.25)])
    steps, losses = panel.loss.values("free_running")
    assert (steps.tolist(), losses.tolist()) == ([200.0, 400.0], [1.5, 1.25])
    assert panel.loss.told_at(400)[-1] == "free-running 1.25"
    panel.show_history([step(1), check(1)])
    redraw(panel)
    assert [entry.title for entry in panel.loss.legend()] == ["training", "validation"]
    panel.show_records([free_check(2, 1.5)])
    redraw(panel)
    assert panel.loss.curves["free_running"].line.x.tolist() == [2.0]


def test_the_head_says_how_often_the_reference_is_given(panel: TrainingPanel) -> None:
    panel.show_records([step(1)])
    assert panel.head.note_label.isHidden()
    panel.show_records([replace(step(2), teacher_forcing=0.634)])
    assert panel.head.note_label.isVisible()
    assert panel.head.note_label.text() == "63 % teacher forcing"
    panel.show_run(RunState(folder="runs/another"))
    assert panel.head.note_label.isHidden()


def test_pictures_of_the_curves_name_their_run(panel: TrainingPanel) -> None:
    folder = "runs/phrasebook-gru-small-20251121-110735"
    panel.show_run(RunState(folder=folder))
    panel.show_records([step(n) for n in range(1, 31)])
    redraw(panel)
    assert panel.loss.caption() == f"steps 1 to 30 · {run_title(folder)}"
    assert panel.stack.caption() == panel.loss.caption()
    assert "GRU small · " in panel.scores.caption()


def test_the_row_in_the_head_changes_all_plots_and_is_told(
    panel: TrainingPanel, qtbot: QtBot
) -> None:  # fmt: skip
    panel.show_records([step(n) for n in range(1, 401)])
    (seconds,) = [a for a in panel.controls.x_menu().actions() if a.text() == "Seconds"]
    with qtbot.waitSignal(panel.view_changed) as changed:
        seconds.trigger()
    assert changed.args == [CurveView(x="seconds")]
    assert {plot.axis.unit for plot in panel.plots} == {"seconds"}
    with qtbot.waitSignal(panel.view_changed) as changed:
        panel.loss.menu().actions()[1].trigger()
    assert changed.args == [CurveView(x="seconds", log_y=("loss",))]
    assert "log" in panel.controls.y_button.accessibleName()


def test_scores_that_are_old_say_from_which_step(panel: TrainingPanel) -> None:
    """In bold stands what is new: no change since, and the next ones are not overdue."""

    def ends() -> list[tuple[str, bool]]:
        redraw(panel)
        return [(end.text, end.is_bold) for end in ends_of(panel.loss)]

    panel.show_records([*(step(n, 2.0) for n in range(1, 101)), check(100)])
    validation = ends()[-1][0]
    assert ends() == [("2.00", False), (validation, True)]
    panel.show_records([step(n, 2.0) for n in range(101, 131)])
    assert ends() == [("2.00", False), (validation, True), ("step 100", False)]
    panel.show_records([KnobRecord(120, "training.learning_rate", 3e-3, 1.0)])
    assert ends()[1:] == [(validation, False), ("step 100", False)]
    assert list(ends_of(panel.loss))[1].colour == panel.loss.theme.mute
    panel.show_records([*(step(n, 2.0) for n in range(131, 201)), check(200)])
    assert ends() == [("2.00", False), (validation, True)]
    panel.show_records([step(n, 2.0) for n in range(201, 360)])
    assert ends()[1:] == [(validation, False), ("step 200", False)]


def test_a_run_that_explodes_is_marked_and_still_drawn(panel: TrainingPanel) -> None:
    losses = [*np.linspace(5, 1, 300), *(10.0 ** np.arange(1, 9)), *([np.nan] * 5)]
    panel.show_records([step(n + 1, float(loss)) for n, loss in enumerate(losses)])
    panel.show_records([KnobRecord(300, "training.learning_rate", 3e-3, 1.0)])
    for view in (CurveView(), CurveView("seconds", True, ("loss",), "recent", 0.9)):
        panel.set_view(view)
        redraw(panel)
        low, high = panel.loss.y_range()
        assert np.isfinite([low, high]).all()
    assert panel.loss.curves["training"].series.finite_length == 308
    panel.set_view(CurveView())
    assert next(end.text for end in ends_of(panel.loss)) == "NaN"
    assert panel.loss.told_at(304)[1] == "training 10,000"


def test_a_gesture_is_the_same_flag_live_and_when_the_run_is_opened(panel: TrainingPanel) -> None:
    """A step takes 0.05 seconds: a tenth between two turns of the knob, then two."""
    turns = [(50, 1e-2), (52, 1e-1), (54, 3e-1), (94, 1e-3)]
    befores = [8e-3, *(value for _, value in turns)]
    knobs = [
        KnobRecord(at, "training.learning_rate", before, value)
        for (at, value), before in zip(turns, befores, strict=False)
    ]
    told = [(54, "learning rate 8e-3 → 3e-1"), (94, "learning rate 3e-1 → 1e-3")]
    done = 0
    for knob in knobs:
        panel.show_records([*(step(n) for n in range(done + 1, knob.step + 1)), knob])
        done = knob.step
    assert [flag[:2] for flag in panel.loss.flags] == told
    assert panel.loss.flags[0].shorter == ("8e-3 → 3e-1", "→ 3e-1", "3e-1")
    panel.show_history([*(step(n) for n in range(1, 101)), *knobs])
    assert [flag[:2] for flag in panel.loss.flags] == told


def test_a_limit_that_is_lifted_is_flagged_as_a_time(panel: TrainingPanel) -> None:
    panel.show_records([step(1), KnobRecord(1, "training.minutes", 1 / 3, 0.667)])
    assert panel.loss.flags[0][:2] == (1, "limit of minutes 0:20 → 0:40")


def test_a_rewind_is_flagged_with_the_rate_it_lowered(panel: TrainingPanel) -> None:
    come = [step(n) for n in range(1, 101)]
    knob = KnobRecord(100, "training.learning_rate", 1e-2, 5e-3)
    panel.show_history([*come, knob])
    panel.show_records([RewoundRecord(100, 230, 5e-3)])
    assert [flag[:2] for flag in panel.loss.flags] == [(100, "rewound, learning rate 1e-2 → 5e-3")]
    panel.show_history([*come, RewoundRecord(100, 230, 5e-3)])  # the rate was low enough
    assert [flag[:2] for flag in panel.loss.flags] == [(100, "rewound")]


def test_another_run_begins_with_empty_plots_that_follow(panel: TrainingPanel) -> None:
    panel.set_view(CurveView(x="epoch", smoothing=0.6))
    panel.show_records([step(n) for n in range(1, 401)])
    redraw(panel)
    panel.loss.setFocus()
    QTest.keyClick(panel.loss, Qt.Key.Key_Up)
    assert not panel.scores.follows
    panel.show_run(RunState(folder="runs/another"))
    redraw(panel)
    assert all(plot.is_empty() and plot.follows for plot in panel.plots)
    assert panel.loss.file_name == "Loss another"
    assert panel.controls._view == CurveView(x="epoch", smoothing=0.6)
    assert panel.loss.smoothing == 0.6


def test_labels_at_the_lines_ends_touch_neither_each_other_nor_the_axis(
    panel: TrainingPanel, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    panel.show_records([*(step(n, 5 / n) for n in range(1, 2001)), check(2000, 0.0031)])
    panel.set_view(CurveView(y_range="whole"))
    redraw(panel)
    boxes: list[tuple[float, float]] = []

    def note(middles: list[float], height: float, low: float, high: float) -> list[float]:
        places = scales.spread(middles, height, low, high)
        boxes.extend((place - height / 2, place + height / 2) for place in places)
        return places

    monkeypatch.setattr("app.widgets.marks.spread", note)
    panel.loss.grab()
    assert len(boxes) == 3  # with that of what is off the scale
    ends = sorted(boxes)
    for (_, first_end), (second_start, _) in pairwise(ends):
        assert first_end <= second_start
    assert ends[-1][1] <= panel.loss.area().bottom() + 3


def test_the_view_is_remembered_between_starts(open_window: OpenWindow) -> None:
    opened = open_window()
    panel = opened.window.panels["training"]
    assert isinstance(panel, TrainingPanel)
    (tokens,) = [a for a in panel.controls.x_menu().actions() if a.text() == "Tokens"]
    tokens.trigger()
    panel.controls.popup.slider.value_changed.emit(0.9)
    again = open_window_again(opened)
    assert again.stack.view == CurveView(x="tokens", smoothing=0.9)
    assert again.controls._view == again.stack.view
    assert again.loss.smoothing == 0.9


def open_window_again(opened: Opened) -> TrainingPanel:
    """Return the panel of a second window with the same settings."""
    window = MainWindow(opened.controller, AppSettings())
    finish(window)
    panel = window.panels["training"]
    assert isinstance(panel, TrainingPanel)
    window.deleteLater()
    return panel


def test_the_head_stands_in_one_row_with_those_beside_it(panel: TrainingPanel) -> None:
    beside = PanelHead(4, "Translate")
    for head in (panel.head, beside):
        head.ensurePolished()
        head.setFixedSize(500, head.sizeHint().height())
        head.row.activate()
    places = [head.title_label.geometry().center().y() for head in (panel.head, beside)]
    assert places[0] == places[1]
    assert panel.head.height() == beside.height()


def test_every_control_of_the_head_is_in_sight_at_the_smallest_window(
    panel: TrainingPanel,
) -> None:
    for view in (CurveView(), CurveView("seconds", True, ("loss",), "recent", 0.95)):
        panel.set_view(view)
        panel.head.resize(panel.head.sizeHint())
        for button in panel.controls.findChildren(QWidget):
            if button.objectName().startswith("curves"):
                assert button.isVisible()
                assert panel.controls.rect().contains(button.geometry())


def test_the_clip_line_stands_where_gradients_are_cut_to_a_norm(panel: TrainingPanel) -> None:
    panel.show_run(RunState(folder="/run", config=RunConfig()))
    assert panel.norm.level == (1.0, "clip 1")
    panel.show_records([KnobRecord(3, "training.clip_norm", 1.0, 0.25)])
    assert panel.norm.level == (0.25, "clip 0.25")
    panel.show_records([KnobRecord(4, "training.clipping", "norm", "adaptive")])
    assert panel.norm.level is None
    panel.show_records([KnobRecord(5, "training.clipping", "adaptive", "norm")])
    assert panel.norm.level == (0.25, "clip 0.25")
    panel.show_records([KnobRecord(6, "training.clip_norm", 0.25, 0.0)])
    assert panel.norm.level is None


def test_once_training_has_begun_the_hint_says_what_is_awaited(panel: TrainingPanel) -> None:
    controller = panel._controller
    controller.is_ready = True
    controller.reading.open(DataConfig())
    controller.ready.emit(None)
    assert panel.loss.hint.startswith("The corpus is being read; then Space trains")
    failure = FailureRecord("it is empty", request=controller.reading._reading)
    controller.reading._tell(failure)
    assert "Press Space" in panel.loss.hint
    controller.run = RunState("a", playing=True)
    controller.run_changed.emit(controller.run)
    assert "Press Space" not in panel.loss.hint
    assert "first step" in panel.loss.hint

"""The training bar: its learning rate is an instrument, and its numbers keep their places."""

from __future__ import annotations

import time
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.bridge.messages import Checkpoints, Rewind
from app.panels.train_bar import TrainBar
from app.panels.train_bar.preset_rate import RATE
from app.panels.train_bar.schedule import rate_curve
from app.widgets import numbers
from app.widgets.slider_track import SliderTrack
from app.widgets.theme import LIGHT, apply_theme, px
from s2s_core.configs import TrainingConfig
from s2s_core.records import KnobRecord
from s2s_core.training.schedules import SCHEDULES
from tests.app.bridge.room import Room, step
from tests.app.conftest import Opened, OpenWindow, endless, live

RISING: dict[str, Any] = {
    "schedule": "inverse_square_root",
    "warmup_steps": 8,
    "learning_rate": 1e-3,
}


def _bar(opened: Opened) -> TrainBar:
    return opened.find(TrainBar, "trainBar")


def test_a_constant_schedule_takes_no_room(open_window: OpenWindow) -> None:
    assert not _bar(open_window()).schedule.isVisible()


def test_the_schedule_is_that_of_the_trainer_and_the_dot_follows_the_run(
    open_window: OpenWindow,
) -> None:
    opened = open_window(endless(**RISING)).ready()
    opened.window.resize(1280, 720)
    schedule = _bar(opened).schedule
    assert schedule.isVisible()
    assert schedule.caption() == "now 1.25e-4"  # what the first step will take
    opened.training(steps=40).paused()
    step = opened.controller.last_step
    assert step is not None
    assert schedule._rates.here == step.step
    assert schedule.caption() == f"now {numbers.learning_rate(step.learning_rate)}"
    course, training = schedule._rates, TrainingConfig(**RISING)
    for at, rate in zip(course.steps, course.rates, strict=True):
        assert rate == pytest.approx(1e-3 * SCHEDULES["inverse_square_root"](at, training))
    assert course.top == pytest.approx(1e-3)  # the peak is among the points
    assert course.steps[-1] >= step.step


def test_turning_the_knob_lifts_the_schedule_at_once(open_window: OpenWindow) -> None:
    opened = open_window(endless(**RISING)).ready()
    _bar(opened).rate_up()
    assert _bar(opened).schedule._rates.top == pytest.approx(3e-3)
    assert opened.controller.draft.config.training.learning_rate == 3e-3
    _bar(opened).rate_down()
    assert opened.controller.draft.config.training.learning_rate == 1e-3


def test_choosing_a_schedule_shows_it_before_the_run(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    opened.window.resize(1280, 720)
    opened.controller.draft.set("training.schedule", "warmup")
    assert _bar(opened).schedule.isVisible()
    opened.controller.draft.set("training.schedule", "constant")
    assert not _bar(opened).schedule.isVisible()


@pytest.mark.parametrize("schedule", ["constant", "warmup"])
def test_the_slider_keeps_its_name_and_the_step_its_place_in_the_smallest_window(
    open_window: OpenWindow, qapp: QApplication, schedule: str
) -> None:
    opened = open_window(endless(schedule=schedule)).ready()
    bar = _bar(opened)
    opened.window.setWindowState(Qt.WindowState.WindowNoState)
    for scale in (1.0, 1.5, 2.0):
        apply_theme(qapp, LIGHT, scale)
        live()
        opened.window.resize(opened.window.minimumSizeHint())
        live(50)
        assert bar.label.isVisible()
        assert bar.label.width() >= bar.label.minimumSizeHint().width()
        assert bar.steps.isVisible()
        assert bar.rate.track.width() >= 96 * scale


def test_a_refused_learning_rate_gives_way_to_the_one_in_force_when_the_field_is_left(
    open_window: OpenWindow,
) -> None:
    opened = open_window().ready()
    field, before = _bar(opened).rate.field, _bar(opened).rate.value()
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "1000")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "1000"  # while it is being mended it stands, marked
    assert field.property("state") == "error"
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert not field.hasFocus()
    assert field.text() == numbers.learning_rate(before)
    assert field.property("state") == ""
    assert _bar(opened).rate.value() == before
    assert opened.controller.draft.config.training.learning_rate == before


def test_a_rate_that_is_not_the_presets_is_marked_and_leads_back(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    bar = _bar(opened)
    opened.controller.draft.reset(RATE)
    usual = bar.rate.value()
    assert not bar.preset_rate.isVisible()
    place = bar.rate.geometry()
    bar.rate.step_by(1)
    assert bar.preset_rate.isVisible()
    assert bar.rate.field.property("changed")
    assert numbers.learning_rate(usual) in bar.preset_rate.toolTip()
    QApplication.processEvents()
    assert bar.rate.geometry() == place  # nothing moves under the hand
    bar.rate.set_value(1.87e-2)
    bar.preset_rate.mark()
    field = bar.rate.field
    field.end(False)
    number = field.cursorRect().center().x()  # where the last figure ends
    assert number <= bar.preset_rate.geometry().left()
    bar.rate.field.setFocus()
    bar.preset_rate.click()
    assert not bar.rate.field.hasFocus()  # letters that come next are keys, not figures
    assert bar.rate.value() == usual
    assert opened.controller.draft.config.training.learning_rate == usual
    assert not bar.preset_rate.isVisible()


def test_a_learning_rate_that_is_set_from_elsewhere_is_shown(open_window: OpenWindow) -> None:
    opened = open_window().training()
    opened.controller.steering.turn(RATE, 2e-4)
    opened.wait(lambda: _bar(opened).rate.value() == 2e-4)


def test_a_long_drag_while_training_is_cheap_and_does_not_flood_the_run(
    open_window: OpenWindow,
) -> None:
    opened = open_window(endless(**RISING)).training()
    bar, heard = _bar(opened), list[KnobRecord]()
    opened.controller.records.connect(
        lambda records: heard.extend(r for r in records if isinstance(r, KnobRecord))
    )
    track, began, busy = bar.rate.track, time.monotonic(), 0.0
    _mouse(track, QEvent.Type.MouseButtonPress, track._x(track.fraction()))
    moves = 200
    for move in range(moves):
        x = track._x(0.2 + 0.3 * (move % 50) / 50)
        before = time.thread_time()
        _mouse(track, QEvent.Type.MouseMove, x)
        busy += time.thread_time() - before
        assert track._x(track.fraction()) == pytest.approx(x, abs=5)  # the handle is at the mouse
        live(5)
    _mouse(track, QEvent.Type.MouseButtonRelease, x)
    assert opened.controller.draft.config.training.learning_rate == bar.rate.value()
    opened.wait(lambda: bool(heard) and heard[-1].value == bar.rate.value())
    assert len(heard) <= 10 * (time.monotonic() - began) + 2  # ten a second
    assert busy / moves < 0.005


def _mouse(track: SliderTrack, kind: QEvent.Type, x: float) -> None:
    left, nothing = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(x, 14)
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else left
    event = QMouseEvent(kind, place, track.mapToGlobal(place), left, held, nothing)
    QApplication.sendEvent(track, event)


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_is_drawn_with_its_peak_and_its_end(name: str) -> None:
    training = TrainingConfig(schedule=name, learning_rate=1e-3, steps=3000)
    curve = rate_curve(training, 100)
    assert curve.top == pytest.approx(1e-3, rel=1e-3)
    assert min(curve.rates) > 0
    assert curve.steps[-1] == 3000
    assert curve.rates[-1] == pytest.approx(1e-3 * SCHEDULES[name](3000, training))
    assert curve.now == pytest.approx(1e-3 * SCHEDULES[name](100, training))


def test_rewind_tells_where_it_leads_or_why_nowhere(room: Room, qtbot: QtBot) -> None:
    bar = TrainBar(room.controller)
    qtbot.addWidget(bar)
    assert not bar.back.isEnabled()
    assert "no run yet" in bar.back.toolTip()
    state, told = room.get_ready().begin(), list[str]()
    bar.told.connect(told.append)
    bar.rewind()  # by its key
    assert told == ["Rewind (R): there is no checkpoint from before this step yet."]
    assert state.config is not None
    room.come(*[step(n) for n in range(1, 31)], Checkpoints(((20, 1e-3),)))
    assert bar.back.isEnabled()
    assert bar.back.toolTip() == "Rewind to step 20, and on at learning rate 1e-3 (R)."
    bar.back.click()
    assert room.sent(Rewind) == [Rewind(before=29)]


@pytest.mark.parametrize("schedule", ["constant", "warmup"])
def test_where_room_is_short_the_least_important_is_left_out_first(
    room: Room, qtbot: QtBot, schedule: str
) -> None:
    bar = TrainBar(room.controller)
    qtbot.addWidget(bar)
    room.controller.draft.set("training.schedule", schedule)
    names = ["steps", "epochs", "line", "schedule", "time", "finder", "speed", "place"]
    if schedule == "constant":
        names.remove("schedule")
    told: list[list[str]] = []
    bar._fit()
    for width in range(1700, bar.minimumSizeHint().width() - 1, -4):
        bar.resize(width, 56)
        bar._fit()
        layout = bar.layout()
        assert layout is not None
        assert layout.minimumSize().width() <= width  # nothing is squeezed
        shown = [name for name in names if not getattr(bar, name).isHidden()]
        if shown not in told:
            told.append(shown)
    assert told == [names[:count] for count in range(len(names), 0, -1)]


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720)])
def test_presented_the_bar_tells_step_and_epoch(
    room: Room, qtbot: QtBot, qapp: QApplication, width: int, height: int
) -> None:
    """At the size of type that fits on such a screen, beside a margin left and right."""
    try:
        apply_theme(qapp, LIGHT, height / 560)
        bar = TrainBar(room.controller)
        qtbot.addWidget(bar)
        room.controller.draft.set("training.schedule", "warmup")
        bar.resize(width - 2 * px(16), px(60))
        bar.show()
        assert (bar.steps.isVisible(), bar.epochs.isVisible()) == (True, True)
        assert bar.epochs.geometry().right() < bar.width()
        assert bar.layout().minimumSize().width() <= bar.width()  # type: ignore[union-attr]
    finally:
        apply_theme(qapp, LIGHT)


def test_what_is_left_of_the_room_is_for_words(room: Room, qtbot: QtBot) -> None:
    bar = TrainBar(room.controller)
    qtbot.addWidget(bar)
    shown = []
    for width in (bar.minimumSizeHint().width(), 1600):
        bar.resize(width, 56)
        bar._fit()
        shown.append((bar.step.text(), bar.back.text(), bar.speed.isHidden()))
    assert shown == [("", "", True), ("Step", "Rewind", False)]
    assert (bar.back.accessibleName(), bar.new_run.text()) == ("Rewind", "New run")


def test_new_run_names_its_rate_where_the_run_has_another(open_window: OpenWindow) -> None:
    opened = open_window().training().paused()
    bar, draft = _bar(opened), opened.controller.draft
    rate = draft.config.training.learning_rate
    assert "It begins at" not in bar.new_run.toolTip()
    opened.controller.rewinding.rewind()
    opened.wait(lambda: bar.rate.value() == rate / 2)
    named = f"It begins at learning rate {numbers.learning_rate(rate)}"
    assert named in bar.new_run.toolTip()
    assert named in bar.new_run.accessibleDescription()
    folder = opened.controller.run.folder
    bar.new_run.click()
    opened.wait(lambda: opened.controller.run.folder != folder)
    assert bar.rate.value() == rate
    assert "It begins at" not in bar.new_run.toolTip()

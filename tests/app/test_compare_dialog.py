"""Comparing settings: from what is typed to a table of runs."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.bridge.draft import Draft
from app.bridge.messages import OpenRun, RunState, StartRun
from app.bridge.trials import DONE, FAILED, Trial
from app.compare_dialog import CompareDialog
from app.compare_dialog.axis_row import AxisRow
from app.compare_dialog.planning import settings_of
from app.panels.model_panel import ModelPanel
from app.panels.model_panel.compare_menu import CompareMenu
from app.widgets.theme import LIGHT, apply_theme
from s2s_core.comparing import Compared
from s2s_core.experiment import value_of
from s2s_core.grid import PRESET
from s2s_core.records import FailureRecord, ProbeRecord
from tests.app.bridge.room import Room
from tests.app.conftest import Opened, OpenWindow, endless, finish

# The offscreen platform says so of every list that opens.
pytestmark = pytest.mark.qt_log_ignore("does not support", "grabbing")
RATE, ATTENTION = "training.learning_rate", "model.decoder.attention"


@pytest.fixture
def room(tmp_path: Path, qapp: QApplication) -> Room:
    if (qapp.property("theme"), qapp.property("scale")) != ("light", 1.0):
        apply_theme(qapp, LIGHT)
    return Room(tmp_path).get_ready()


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def dialog(room: Room, parent: QWidget) -> CompareDialog:
    dialog = CompareDialog(room.controller, parent)
    dialog.show()
    return dialog


def choose(axis: AxisRow, title: str, values: str = "") -> None:
    """Type the name of a setting and its values, as a person does."""
    axis.setting.field.setFocus()
    axis.setting.field.clear()
    QTest.keyClicks(axis.setting.field, title)
    QTest.keyClick(axis.setting.field, Qt.Key.Key_Return)
    if values:
        axis.values.clear()
        QTest.keyClicks(axis.values, values[-1:])
        axis.values.setText(values)
        QTest.keyClick(axis.values, Qt.Key.Key_Return)


def typed(dialog: CompareDialog, steps: str = "30") -> None:
    field = dialog.form.amounts["steps"]
    field.selectAll()
    QTest.keyClicks(field, steps)
    QTest.keyClick(field, Qt.Key.Key_Return)


def cells(dialog: CompareDialog) -> list[list[str]]:
    return list(csv.reader(dialog.table.as_text(",").splitlines()))


def test_all_combinations_are_begun_as_they_were_typed(room: Room, dialog: CompareDialog) -> None:
    first = dialog.form.axes[0]
    choose(first, "learning rate", "1e-3, 3e-3, 1e-2")
    dialog._count()
    assert "3 runs" in dialog.state.text()
    dialog.form.add.click()
    second = dialog.form.axes[1]
    choose(second, "attention (decoder)")
    assert second.key == ATTENTION
    for name in ("dot", "none"):
        second.ticks.box(name).click()
    typed(dialog)
    dialog._count()
    assert "6 runs" in dialog.state.text()
    dialog.begin.click()
    trials = room.controller.comparing.trials
    assert [(t.values[RATE], t.values[ATTENTION]) for t in trials] == [
        (rate, kind) for rate in (1e-3, 3e-3, 1e-2) for kind in ("none", "dot")
    ]
    assert all(value_of(t.config, ATTENTION) == t.values[ATTENTION] for t in trials)
    assert all(t.config.training.steps == 30 for t in trials)
    assert trials[0].title == "Learning rate 1e-3 · Attention None"
    assert room.sent(StartRun)[0].config == trials[0].config
    assert dialog.is_table_shown()
    assert len(cells(dialog)) == 1 + 6


def test_how_long_it_takes_is_told_only_where_it_is_known(
    room: Room, dialog: CompareDialog
) -> None:
    dialog._take_probe(ProbeRecord(0, 1, 1, seconds_per_step=1.0, steps_per_epoch=1))
    first = dialog.form.axes[0]
    choose(first, "learning rate", "1e-3,3e-3")
    typed(dialog)
    dialog._count()
    assert dialog.state.text() == "2 runs, about 60 s of training in all."
    choose(first, "hidden size (encoder)", "64,128")
    dialog._count()
    assert dialog.state.text() == "2 runs."
    first.set_key(PRESET)
    dialog._count()
    assert dialog.state.text() == "5 runs."


def test_one_that_is_ticked_is_too_few(room: Room, dialog: CompareDialog) -> None:
    axis = dialog.form.axes[0]
    choose(axis, "attention (decoder)")
    axis.ticks.box("dot").click()
    dialog.begin.click()
    assert axis.error.text() == "Tick two of them or more."
    assert not room.sent(StartRun)


def test_a_dialog_that_was_closed_hears_no_more(
    room: Room, dialog: CompareDialog, qtbot: QtBot
) -> None:
    choose(dialog.form.axes[0], "learning rate", "1e-3,3e-3")
    dialog.begin.click()
    with qtbot.waitSignal(dialog.destroyed):
        dialog.close()
    with qtbot.captureExceptions() as exceptions:
        room.controller.comparing.moved.emit(0)
        room.controller.comparing.opened.emit(Path())
        room.controller.comparing.failed.emit(FailureRecord("no"))
    assert not exceptions


def test_what_cannot_be_kept_is_told_and_the_form_stays(room: Room, dialog: CompareDialog) -> None:
    room.controller.runs.write_text("no folder")
    choose(dialog.form.axes[0], "learning rate", "1e-3,3e-3")
    dialog.begin.click()
    assert "cannot be written" in dialog.state.text()
    assert not dialog.is_table_shown()


def test_minutes_instead_of_steps(room: Room, dialog: CompareDialog) -> None:
    choose(dialog.form.axes[0], "learning rate", "1e-3,3e-3")
    dialog.form.unit.button("minutes").click()
    dialog._count()
    assert "about 2 min" in dialog.state.text()
    dialog.begin.click()
    training = room.sent(StartRun)[0].config.training
    assert (training.steps, training.minutes) == (0, 1)


def test_each_run_may_take_seconds(room: Room, dialog: CompareDialog) -> None:
    choose(dialog.form.axes[0], "learning rate", "1e-3,3e-3")
    dialog.form.unit.button("minutes").click()
    field = dialog.form.amounts["minutes"]
    field.selectAll()
    QTest.keyClicks(field, "30 s")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "30 s"
    field.selectAll()
    QTest.keyClicks(field, "soon")
    dialog.begin.click()
    assert not room.sent(StartRun)
    field.selectAll()
    QTest.keyClicks(field, "15 s")
    dialog.begin.click()  # without Enter before
    assert room.sent(StartRun)[0].config.training.minutes == 0.25


def test_what_was_to_be_left_out_is_trained_all_the_same(room: Room, dialog: CompareDialog) -> None:
    choose(dialog.form.axes[0], "learning rate", "1e-3,3e-3,9e-3")
    before = dialog.geometry()
    dialog.begin.click()
    assert dialog.geometry() == before  # it grows not under the pointer
    assert not dialog.all_the_same.isVisible()
    dialog.stop.click()
    assert not dialog.stop.isVisible()
    assert [row[1] for row in cells(dialog)[2:]] == ["not begun"] * 2
    dialog.all_the_same.click()
    assert dialog.stop.isEnabled()
    assert not dialog.all_the_same.isVisible()
    assert room.controller.comparing.to_come == 2


def test_nothing_takes_the_place_of_the_button_that_starts(dialog: CompareDialog) -> None:
    choose(dialog.form.axes[0], "learning rate", "1e-3,3e-3")
    place = dialog.begin.geometry().center()
    dialog.begin.click()
    QApplication.processEvents()
    assert not isinstance(dialog.childAt(place), QPushButton)


@pytest.mark.parametrize(
    ("title", "values", "said"),
    [
        ("learning rate", "", "Give two values or more"),
        ("learning rate", "1e-3", "needs two values"),
        ("learning rate", "1e-3,1e-3", "twice"),
        ("learning rate", "1e-3,fast", "“Learning rate” must be"),
        ("learning rate", "1e-3,50", "“Learning rate” must be"),
        ("no such setting", "", "Choose a setting"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands_and_nothing_is_begun(
    room: Room, dialog: CompareDialog, title: str, values: str, said: str
) -> None:
    axis = dialog.form.axes[0]
    choose(axis, title, values)
    dialog.begin.click()
    assert said in axis.error.text()
    assert axis.error.isVisible()
    assert axis.editor().property("state") == "error"
    assert not room.sent(StartRun)
    choose(axis, "learning rate", "1e-3,2e-3")
    assert not axis.error.isVisible()


def test_a_combination_that_makes_no_sense_is_named(room: Room, parent: QWidget) -> None:
    room.draft.apply_preset("transformer-tiny")
    dialog = CompareDialog(room.controller, parent)
    dialog.form.show_setting("model.encoder.heads")
    dialog.form.axes[0].values.setText("4,3")
    dialog.begin.click()
    assert "heads 3" in dialog.state.text().casefold()
    assert dialog.has_error()
    assert not room.sent(StartRun)


def test_too_many_runs_are_refused(room: Room, dialog: CompareDialog) -> None:
    choose(dialog.form.axes[0], "learning rate", ",".join(f"{n}e-4" for n in range(1, 62)))
    dialog.begin.click()
    assert "61" in dialog.form.axes[0].error.text()
    assert not room.sent(StartRun)


def test_every_setting_of_the_list_can_be_varied(room: Room) -> None:
    settings = settings_of(room.draft)
    keys = [setting.key for setting in settings]
    assert keys[:3] == [PRESET, RATE, ATTENTION]
    titles = [setting.title for setting in settings]
    assert len(set(titles)) == len(titles)
    assert "training.steps" not in keys
    assert all(not key.startswith("decoding") for key in keys)


def test_a_setting_offers_to_compare_its_values(room: Room, qtbot: QtBot) -> None:
    panel = ModelPanel(room.controller)
    qtbot.addWidget(panel)
    panel.resize(300, 600)
    panel.show()
    finish(panel)
    menu = CompareMenu(panel, (panel.preset_row, panel.architecture_row))
    wanted: list[str] = []
    menu.wanted.connect(wanted.append)

    def ask(row: QWidget) -> list[QAction]:
        place = row.mapTo(panel, row.rect().center())
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, panel.mapToGlobal(place))
        QApplication.sendEvent(panel, event)
        menus = [m for m in panel.findChildren(QMenu, "settingMenu") if m.isVisible()]
        actions = [action for each in menus for action in each.actions()]
        for each in menus:
            each.close()
        return actions

    (action,) = ask(panel.attention_row)
    action.trigger()
    for row in (panel.preset_row, panel.architecture_row):
        (action,) = ask(row)
        assert "architectures" in action.text()
        action.trigger()
    assert wanted == [ATTENTION, PRESET, PRESET]
    assert ask(panel.later) == []


def test_architectures_are_compared_with_the_training_of_their_presets(
    room: Room, dialog: CompareDialog
) -> None:
    dialog.vary(PRESET)
    (axis,) = dialog.form.shown()
    kinds = ["rnn", "lstm", "gru", "convolutional", "transformer"]
    assert axis.ticks.ticked() == [f"{kind}-small" for kind in kinds]  # the size that is chosen
    axis.ticks.click()
    places = [axis.ticks.box(f"{kind}-{size}").pos() for kind in kinds for size in ("tiny", "base")]
    popup = axis.ticks.box("rnn-tiny").window()
    for key, name in (
        (Qt.Key.Key_Down, "lstm-tiny"), (Qt.Key.Key_Right, "lstm-small"),
        (Qt.Key.Key_Up, "rnn-small"), (Qt.Key.Key_Up, "rnn-small"), (Qt.Key.Key_Left, "rnn-tiny"),
    ):  # fmt: skip
        QTest.keyClick(popup, key)
        assert popup.focusWidget() is axis.ticks.box(name)
    popup.close()
    assert [at.y() for at in places[::2]] == [at.y() for at in places[1::2]]  # a row for each
    assert len({at.y() for at in places}) == len(kinds)
    assert len({at.x() for at in places}) == 2
    dialog._count()
    assert "5 runs" in dialog.state.text()
    assert "Laid over" not in dialog.state.text()
    for kind in ("rnn", "lstm", "convolutional"):
        axis.ticks.box(f"{kind}-small").click()
    typed(dialog)
    dialog.begin.click()
    trials = room.controller.comparing.trials
    assert [trial.title for trial in trials] == ["Preset GRU small", "Preset Transformer small"]
    for trial in trials:
        wanted = Draft()
        wanted.apply_preset(trial.values[PRESET])
        wanted.set("training.steps", 30)
        assert trial.config == wanted.config
    assert cells(dialog)[1][0] == "GRU small"


def test_what_was_changed_is_laid_over_each_preset_and_named(room: Room, parent: QWidget) -> None:
    room.draft.set_kinds("lstm")
    room.draft.set("model.encoder.layers", 2)
    room.draft.set("model.encoder.bidirectional", False)
    room.draft.set("training.clip_norm", 3.0)
    room.draft.set("training.minutes", 2.0)
    dialog = CompareDialog(room.controller, parent)
    dialog.vary(PRESET)
    dialog._count()
    said = dialog.state.text().partition("Laid over each, as it is now: ")[2]
    assert "Clip norm 3" in said
    assert "Layers (encoder) 2" in said
    assert "limit" not in said  # each is trained as long as it says there
    assert "Architecture" not in said
    dialog.begin.click()
    configs = {t.values[PRESET]: t.config for t in room.controller.comparing.trials}
    assert configs["transformer-small"].model.encoder.layers == 2
    assert {config.training.clip_norm for config in configs.values()} == {3.0}
    gru = configs["gru-small"]
    assert gru.model.encoder.kind == "gru"
    assert value_of(gru, "model.encoder.bidirectional") is False


def test_another_one_begins_with_what_was_compared_last(
    room: Room, dialog: CompareDialog, parent: QWidget
) -> None:
    choose(dialog.form.axes[0], "learning rate", "1e-3, 0.025")
    dialog.form.add.click()
    choose(dialog.form.axes[1], "bidirectional (encoder)")
    dialog.form.add.click()
    choose(dialog.form.axes[2], "clip norm", "0, 1")
    typed(dialog, "40")
    dialog.begin.click()
    room.controller.comparing.end()
    grid = dialog._grid()
    dialog.close()
    again = CompareDialog(room.controller, parent)
    again.another.click()
    assert again._grid() == grid
    assert again.form.limits() == {"steps": 40, "minutes": 0}
    again.form.axes[2].values.setText("")
    again.back.click()
    again.another.click()
    assert again.form.axes[2].values.text() == ""  # a person has begun to change it


def test_a_comparison_that_was_left_is_shown_and_gone_on_with(
    room: Room, dialog: CompareDialog, tmp_path: Path, parent: QWidget
) -> None:
    choose(dialog.form.axes[0], "learning rate", "1e-3,3e-3")
    dialog.begin.click()
    assert not dialog.go_on.isVisible()
    room.controller.comparing.end()
    assert room.controller.comparing.plan
    folder = room.controller.comparing.plan.folder
    again = Room(tmp_path).get_ready()
    other = CompareDialog(again.controller, parent)
    other.show()
    assert not other.is_table_shown()
    other.back.click()
    assert other.is_table_shown()
    assert again.controller.comparing.plan
    assert again.controller.comparing.plan.folder == folder
    assert [row[:2] for row in cells(other)[1:]] == [["1e-3", "not begun"], ["3e-3", "not begun"]]
    assert "2 of 2 runs are not trained" in other.state.text()
    other.go_on.click()
    assert Path(again.sent(StartRun)[-1].folder) == folder / "learning-rate-1e-3"
    assert not other.go_on.isVisible()


def done(dialog: CompareDialog, room: Room) -> None:
    """Let a comparison of two runs be over, the second of which has failed."""
    choose(dialog.form.axes[0], "learning rate", "1e-3,3e-3")
    dialog.begin.click()
    comparing = room.controller.comparing
    scored = Compared(Path("a"), 30, 9.0, 2.5, 30, 2.25, 10.0, 20.0, 30.0, is_finished=True)
    other = replace(scored, folder=Path("b"), loss=2.75, bleu=21.0)
    comparing.trials = [
        replace(comparing.trials[0], state=DONE, is_begun=True, numbers=scored),
        replace(
            comparing.trials[1], state=FAILED, is_begun=True, why="The loss is no number.",
            numbers=other,
        ),
    ]  # fmt: skip
    comparing.end()


def test_the_best_of_each_column_is_bold(room: Room, dialog: CompareDialog) -> None:
    done(dialog, room)
    heads, first, second = cells(dialog)
    assert first == ["1e-3", "done", "30", "0:09", "2.50", "2.25", "10.0", "20.0", "30.0"]
    assert second[1] == "failed: The loss is no number."
    bold = {
        (row, heads[place])
        for row in range(2)
        for place in range(len(heads))
        if (item := dialog.table.item(row, place)) and item.font().bold()
    }
    assert bold == {(0, "Training loss"), (1, "BLEU")}


def test_a_row_opens_its_run_when_all_are_done(
    room: Room, dialog: CompareDialog, parent: QWidget
) -> None:
    choose(dialog.form.axes[0], "learning rate", "1e-3,3e-3")
    dialog.begin.click()
    assert not dialog.open_run.isEnabled()
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    assert not room.sent(OpenRun)
    room.controller.comparing.end()
    comparing = room.controller.comparing
    comparing.trials = [
        replace(trial, numbers=Compared(Path(name)), state=DONE, is_begun=True)
        for trial, name in zip(comparing.trials, "ab", strict=True)
    ]
    comparing.changed.emit()
    dialog.table.selectRow(1)
    assert dialog.open_run.isEnabled()
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    assert room.sent(OpenRun)[-1].folder == "b"
    dialog.table.selectRow(0)
    assert not dialog.isVisible()  # it would stand before the curves
    again = CompareDialog(room.controller, parent)
    again.table.selectRow(0)
    again.open_run.click()
    assert room.sent(OpenRun)[-1].folder == "a"
    room.come(RunState("b"))
    assert CompareDialog(room.controller, parent).table.currentRow() == 1


def test_the_table_is_copied_and_saved(
    room: Room, dialog: CompareDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(dialog, room)
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == dialog.table.as_text("\t")
    file = tmp_path / "mine"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    dialog.save.click()
    written = file.with_suffix(".csv").read_text(encoding="utf-8")
    assert list(csv.reader(written.splitlines())) == cells(dialog)
    assert str(file) in dialog.state.text()


def test_the_table_is_there_again_when_the_window_is_opened_anew(
    room: Room, dialog: CompareDialog, parent: QWidget
) -> None:
    done(dialog, room)
    before = cells(dialog)
    dialog.close()
    again = CompareDialog(room.controller, parent)
    assert again.is_table_shown()
    assert cells(again) == before
    again.vary(RATE)
    assert not again.is_table_shown()
    assert again.form.axes[0].key == RATE
    again.vary(ATTENTION)
    assert [axis.key for axis in again.form.shown()] == [RATE, ATTENTION]


@pytest.mark.usefixtures("one_thread")
def test_two_rates_are_compared_through_the_window(open_window: OpenWindow) -> None:
    opened: Opened = open_window(endless(steps=7, validate_every=50)).ready()
    before = opened.controller.draft.config
    opened.window.actions_by_name["compare"].trigger()
    (dialog,) = opened.window.findChildren(CompareDialog)
    assert not dialog.isModal()
    choose(dialog.form.axes[0], "learning rate", "1e-3,3e-2")
    typed(dialog, "20")
    dialog.begin.click()
    opened.wait(lambda: opened.controller.comparing.place == 2)
    sentence = opened.find(QLabel, "statusSentence")
    opened.wait(lambda: sentence.text().startswith("Run 2 of 2"))
    opened.wait(lambda: not opened.controller.comparing.is_going)
    heads, *rows = cells(dialog)
    assert [row[heads.index("Steps")] for row in rows] == ["20", "20"]
    assert all(row[heads.index("Validation loss")] and row[heads.index("BLEU")] for row in rows)
    trials: list[Trial] = opened.controller.comparing.trials
    assert all((Path(trial.folder) / "journal.jsonl").exists() for trial in trials)
    opened.wait(lambda: opened.controller.run.folder == str(trials[1].folder))
    assert opened.controller.draft.config == before
    folder = trials[0].folder.parent
    assert [(each.kind, each.paths) for each in opened.settings.recent] == [
        ("comparison", (str(folder),))
    ]
    dialog.table.selectRow(0)
    dialog.open_run.click()
    opened.wait(lambda: opened.controller.run.folder == str(trials[0].folder))
    assert opened.controller.draft.config.training.learning_rate == 1e-3

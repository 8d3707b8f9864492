"""Comparing settings: from what is typed to a table of runs."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.bridge.comparing import DONE, FAILED, Trial
from app.bridge.messages import OpenRun, StartRun
from app.compare_dialog import CompareDialog, settings_of
from app.compare_dialog.axis_row import AxisRow
from app.panels.model_panel import ModelPanel
from app.panels.model_panel.compare_menu import CompareMenu
from app.widgets.form_row import FormRow
from app.widgets.theme import LIGHT, apply_theme
from s2s_core.comparing import Compared
from s2s_core.experiment import value_of
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
    assert trials[0].title == "Learning rate 1e-3 · Attention (decoder) None"
    assert room.sent(StartRun)[0].config == trials[0].config
    assert dialog.is_table_shown()
    assert len(cells(dialog)) == 1 + 6


def test_minutes_instead_of_steps(room: Room, dialog: CompareDialog) -> None:
    choose(dialog.form.axes[0], "learning rate", "1e-3,3e-3")
    dialog.form.unit.button("minutes").click()
    dialog._count()
    assert "about 2 min" in dialog.state.text()
    dialog.begin.click()
    training = room.sent(StartRun)[0].config.training
    assert (training.steps, training.minutes) == (0, 1)


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
    settings = settings_of(room.draft.config)
    keys = [setting.key for setting in settings]
    assert keys[:2] == [RATE, ATTENTION]
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
    menu = CompareMenu(panel)
    wanted: list[str] = []
    menu.wanted.connect(wanted.append)

    def ask(row: FormRow) -> list[QAction]:
        place = row.label.mapTo(panel, row.label.rect().center())
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, panel.mapToGlobal(place))
        QApplication.sendEvent(panel, event)
        menus = [m for m in panel.findChildren(QMenu, "settingMenu") if m.isVisible()]
        actions = [action for each in menus for action in each.actions()]
        for each in menus:
            each.close()
        return actions

    (action,) = ask(panel.attention_row)
    action.trigger()
    assert wanted == [ATTENTION]
    assert ask(panel.preset_row) == []


def done(dialog: CompareDialog, room: Room) -> None:
    """Let a comparison of two runs be over, the second of which has failed."""
    choose(dialog.form.axes[0], "learning rate", "1e-3,3e-3")
    dialog.begin.click()
    comparing = room.controller.comparing
    scored = Compared(Path("a"), 30, 9.0, 2.5, 30, 2.25, 10.0, 20.0, 30.0, is_finished=True)
    comparing.trials = [
        replace(comparing.trials[0], state=DONE, folder="a", numbers=scored),
        replace(
            comparing.trials[1], state=FAILED, why="The loss is no number.", folder="b",
            numbers=replace(scored, loss=2.75, bleu=21.0),
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


def test_a_row_opens_its_run_when_all_are_done(room: Room, dialog: CompareDialog) -> None:
    choose(dialog.form.axes[0], "learning rate", "1e-3,3e-3")
    dialog.begin.click()
    assert not dialog.open_run.isEnabled()
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    assert not room.sent(OpenRun)
    room.controller.comparing.end()
    comparing = room.controller.comparing
    comparing.trials = [replace(trial, folder=name, state=DONE)
                        for trial, name in zip(comparing.trials, "ab", strict=True)]  # fmt: skip
    comparing.changed.emit()
    dialog.table.selectRow(1)
    assert dialog.open_run.isEnabled()
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    assert room.sent(OpenRun)[-1].folder == "b"
    dialog.table.selectRow(0)
    dialog.open_run.click()
    assert room.sent(OpenRun)[-1].folder == "a"


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
    opened.wait(lambda: opened.controller.run.folder == trials[1].folder)
    assert opened.controller.draft.config == before
    dialog.table.selectRow(0)
    dialog.open_run.click()
    opened.wait(lambda: opened.controller.run.folder == trials[0].folder)
    assert opened.controller.draft.config.training.learning_rate == 1e-3
    dialog.close()

"""Editors of single knobs, as they are typed into."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.widgets.knob_editors import SliderEditor
from s2s_core.configs import RunConfig
from s2s_core.experiment import knobs_in


def test_a_limit_in_minutes_takes_seconds(qtbot: QtBot) -> None:
    knobs = {knob.key: knob for knob in knobs_in(RunConfig(), "training")}
    editor = SliderEditor(knobs["training.minutes"])
    qtbot.addWidget(editor)
    entered: list[object] = []
    editor.edited.connect(entered.append)
    editor.field.selectAll()
    QTest.keyClicks(editor.field, "30 s")
    QTest.keyClick(editor.field, Qt.Key.Key_Return)
    assert entered == [0.5]
    assert editor.field.text() == "30 s"
    editor.show_value(90.0)
    assert editor.field.text() == "90"

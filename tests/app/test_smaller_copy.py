from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QPushButton

from app.run_titles import run_title
from app.widgets.spin_box import SpinBox
from s2s_core.records import FailureRecord, SmallerRecord
from s2s_core.runs.translator import load_translator
from tests.app.conftest import OpenWindow


def test_a_smaller_copy_is_made_while_the_run_trains(open_window: OpenWindow) -> None:
    opened = open_window()
    deed = opened.window.actions_by_name["smaller"]
    assert not deed.isEnabled()
    opened.training()
    deed.trigger()
    dialog = opened.find(QDialog, "smallerCopy")
    opened.find(SpinBox, "pruneShare").setValue(40)
    assert opened.find(QCheckBox, "pruneInt8").isChecked()
    found: list[SmallerRecord] = []
    opened.controller.shrunk.connect(found.append)
    before = opened.step
    opened.find(QPushButton, "makeCopy").click()
    assert not opened.find(QPushButton, "makeCopy").isEnabled()
    opened.wait(lambda: found)
    opened.wait(lambda: opened.step > before)  # it went on
    original = Path(opened.controller.run.folder)
    out = original.with_name(f"{original.name}-small")
    assert (found[0].folder, found[0].share, found[0].int8) == (str(out), 0.4, True)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert {"Before", "After", "BLEU", f"Kept as “{run_title(out)}”"} <= set(texts)
    assert load_translator(out).step == found[0].step
    opened.paused()
    opened.find(QPushButton, "openCopy").click()
    opened.wait(lambda: opened.controller.run.folder == str(out))


def test_a_copy_that_fails_says_why_and_can_be_tried_again(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_window().training().paused()
    opened.window.actions_by_name["smaller"].trigger()
    dialog = opened.find(QDialog, "smallerCopy")
    make = opened.find(QPushButton, "makeCopy")
    monkeypatch.setattr(opened.controller, "shrink", lambda *_, **__: None)
    make.click()
    opened.controller.failed.emit(FailureRecord("{folder} is full", {"folder": "/runs"}))
    assert make.isEnabled()
    assert "/runs is full" in [label.text() for label in dialog.findChildren(QLabel)]

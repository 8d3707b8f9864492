"""What a first user stumbled over, so that nobody does again."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from app.garbage import GarbageCollector
from app.panels.translate_panel import TranslatePanel
from app.widgets.banner import Banner
from app.widgets.curve_plot import CurvePlot
from app.widgets.log_slider import LogSlider
from app.widgets.source_field import SourceField
from app.widgets.theme import LIGHT, apply_theme
from s2s_core.errors import BadRun
from s2s_core.runs.run import Run
from tests.app.conftest import OpenWindow, live
from tests.helpers import tiny_run


def test_each_side_gets_its_own_kind_by_the_form(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    before = opened.controller.draft.config.model
    chooser = opened.window.findChild(QComboBox, "model.encoder.kind")
    assert isinstance(chooser, QComboBox)
    chooser.setFocus()
    QTest.keyClick(chooser, Qt.Key.Key_Up)
    QCoreApplication.sendPostedEvents()
    opened.wait(lambda: opened.controller.draft.config.model.encoder.kind != before.encoder.kind)
    assert opened.controller.draft.config.model.decoder.kind == before.decoder.kind
    opened.training()
    run = opened.controller.run.config
    assert run is not None
    assert run.model.encoder.kind != run.model.decoder.kind


def test_nothing_is_ringed_while_torch_loads(open_window: OpenWindow) -> None:
    opened = open_window()
    opened.window.activateWindow()
    live()
    assert not opened.train.isEnabled()
    assert opened.window.focusWidget() is opened.window
    opened.ready()
    assert opened.window.focusWidget() is opened.train


def test_a_message_does_not_push_the_window_over_the_edge_of_the_screen(
    open_window: OpenWindow, qapp: QApplication
) -> None:
    opened = open_window().ready()
    apply_theme(qapp, LIGHT, 1.5)
    live(50)
    window = opened.window
    before = window.minimumSizeHint().width()
    assert before <= 1440
    text = "The run “phrasebook-gru-20261120-204020” was left before it was finished."
    window.notices.show_note(text, ("Go on with it", lambda: None))
    live(50)
    assert window.banner.isVisible()
    assert window.minimumSizeHint().width() == before


def test_a_corpus_for_the_next_run_leaves_the_sentence_of_this_one(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    opened = open_window().training()
    field = opened.find(SourceField, "sourceText")
    before = field.sentence()
    table = tmp_path / "other.tsv"
    table.write_text("".join(f"cat {n}\tKatze {n}\n" for n in range(60)), encoding="utf-8")
    opened.controller.opener.open([table])
    opened.wait(lambda: "next run" in opened.window.panels["data"].head.note_label.text())
    assert field.sentence() == before
    opened.find(QPushButton, "newRunButton").click()
    opened.wait(lambda: field.sentence().startswith("cat"))
    assert "next run" not in opened.window.panels["data"].head.note_label.text()


def test_a_run_asked_for_while_torch_is_loading_begins(open_window: OpenWindow) -> None:
    opened = open_window()
    assert not opened.train.isEnabled()
    opened.window.actions_by_name["train"].trigger()
    opened.wait(lambda: opened.step >= 2)


def test_one_gesture_is_one_flag(open_window: OpenWindow) -> None:
    opened = open_window().training()
    slider = opened.find(LogSlider, "learningRate")
    plot = opened.find(CurvePlot, "lossPlot")
    for value in (2e-3, 3e-3, 5e-3):
        slider.value_changed.emit(value)
    opened.wait(lambda: plot.flags and "5e-3" in plot.flags[-1].text)
    assert len(plot.flags) == 1


def test_an_empty_sentence_says_so(open_window: OpenWindow) -> None:
    opened = open_window().training()
    pane = opened.window.panels["translate"]
    assert isinstance(pane, TranslatePanel)
    opened.wait(lambda: bool(pane.translation.text()))
    opened.find(SourceField, "sourceText").setPlainText("")
    opened.wait(lambda: "nothing to translate" in pane.translation.note())


def test_an_error_is_over_when_the_next_thing_goes_right(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    opened = open_window().ready()
    banner = opened.find(Banner, "banner")
    opened.controller.opener.open([tmp_path / "missing.tsv"])
    opened.wait(banner.isVisible)
    opened.controller.reading.open_builtin("reverse")
    opened.wait(lambda: not banner.isVisible())


def test_a_run_is_trained_by_one_program_at_a_time(tmp_path: Path, prepared: Path) -> None:
    first = tiny_run(tmp_path / "run", prepared)
    events = first.events()
    next(events)
    second = Run.open(first.folder)  # to look at it is no harm
    with pytest.raises(BadRun, match="is being trained by another program"):
        next(second.events())
    events.close()
    next(Run.open(first.folder).events())


def test_garbage_is_collected_in_the_thread_of_the_window(qtbot: QtBot) -> None:
    threads: list[int] = []

    def note(phase: str, _: object) -> None:
        if phase == "start":
            threads.append(threading.get_ident())

    def litter() -> None:
        for _ in range(3000):
            cycle: list[object] = []
            cycle.append(cycle)

    parent = QCoreApplication.instance()
    assert parent is not None
    was_on = gc.isenabled()
    collector = GarbageCollector(parent)
    gc.callbacks.append(note)
    try:
        worker = threading.Thread(target=litter)
        worker.start()
        worker.join()
        assert not threads
        collector.collect()
        assert set(threads) == {threading.get_ident()}
    finally:
        gc.callbacks.remove(note)
        collector.deleteLater()
        if was_on:
            gc.enable()

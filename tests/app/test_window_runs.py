"""The real window: what goes wrong, and runs that are left and gone on with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QPlainTextEdit,
    QPushButton,
)

from app.run_titles import run_title
from app.widgets.banner import Banner
from app.widgets.curve_plot import CurvePlot
from app.widgets.source_field import SourceField
from app.widgets.value_slider import ValueSlider
from s2s_core.records import StepRecord
from s2s_core.runs.journal import read_journal
from tests.app.conftest import OpenWindow, endless
from tests.app.seen import banner, drop, lines, points, status_sentence, translated

# What goes wrong ----------------------------------------------------------------------------


def test_an_exception_becomes_a_banner_with_details_and_a_new_run_can_start(
    open_window: OpenWindow,
) -> None:
    def fail(*_: Any) -> Any:
        raise ZeroDivisionError("what a pity")

    opened = open_window().training()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("s2s_core.training.trainer.losses", fail)
        opened.wait(lambda: "what a pity" in banner(opened))
        opened.wait(lambda: opened.controller.run.ended == "failed")
    shown = opened.find(Banner, "banner")
    assert shown.property("kind") == "error"
    details = [b for b in shown.findChildren(QPushButton) if b.text() == "Details"]
    assert details[0].isVisible()
    details[0].click()
    dialog = opened.find(QDialog, "detailsDialog")
    assert "Traceback" in dialog.findChildren(QPlainTextEdit)[0].toPlainText()
    dialog.close()
    assert "stopped" in status_sentence(opened)
    folder = opened.controller.run.folder
    opened.find(QPushButton, "newRunButton").click()
    opened.wait(lambda: opened.controller.run.folder != folder and opened.step >= 3)
    assert not opened.controller.run.ended
    assert "is kept, in File" in status_sentence(opened)  # of the one that failed


def test_a_child_that_is_killed_becomes_a_banner(open_window: OpenWindow, tmp_path: Path) -> None:
    opened = open_window().ready()
    table = tmp_path / "long.tsv"
    table.write_bytes(lines([f"word {n}\tWort {n}" for n in range(300_000)]))
    drop(opened.window, [table])
    reader: Any = opened.controller.reading._reader
    process = reader._process
    process.kill()
    opened.wait(lambda: "ended unexpectedly" in banner(opened))
    opened.training()


def test_a_run_that_cannot_be_written_becomes_a_banner(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    opened = open_window().ready()
    (tmp_path / "runs").write_text("a file in the way")
    opened.find(QPushButton, "trainButton").click()
    opened.wait(lambda: str(tmp_path / "runs") in banner(opened))
    (tmp_path / "runs").unlink()
    opened.training()


def steps_of(folder: str) -> list[int]:
    records = read_journal(Path(folder, "journal.jsonl"))
    return [record.step for record in records if isinstance(record, StepRecord)]


# Runs ---------------------------------------------------------------------------------------


def test_a_new_run_keeps_the_old_one_and_begins_with_empty_plots(open_window: OpenWindow) -> None:
    opened = open_window().training(8)
    first = opened.controller.run.folder
    opened.find(ValueSlider, "learningRate")._take(1e-2)
    opened.wait(lambda: opened.find(CurvePlot, "lossPlot").flags)
    opened.find(QPushButton, "newRunButton").click()
    opened.wait(lambda: opened.controller.run.folder != first)
    assert not opened.find(CurvePlot, "lossPlot").flags
    opened.wait(lambda: opened.step >= 2)
    opened.paused()
    steps = opened.find(CurvePlot, "lossPlot").values("training")[0]
    assert steps.tolist() == list(range(1, opened.step + 1))
    kept = steps_of(first)
    assert kept == list(range(1, len(kept) + 1))
    assert len(kept) >= 8


def test_open_run_brings_back_curves_and_translates(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_window(endless(validate_every=4)).training(10)
    opened.find(ValueSlider, "learningRate")._take(1e-2)
    opened.wait(lambda: opened.find(CurvePlot, "lossPlot").flags)
    opened.paused()
    first, step = opened.controller.run.folder, opened.step
    curves = {name: opened.find(CurvePlot, "scorePlot").values(name) for name in ("bleu", "chrf")}
    losses = opened.find(CurvePlot, "lossPlot").values("training")[1]
    opened.controller.new_run()
    opened.wait(lambda: opened.controller.run.folder != first and opened.step >= 2)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: first)
    opened.window.actions_by_name["open_run"].trigger()
    opened.wait(lambda: opened.controller.run.folder == first)
    opened.wait(lambda: points(opened, "lossPlot", "training") == step)
    np.testing.assert_allclose(opened.find(CurvePlot, "lossPlot").values("training")[1], losses)
    for name, (xs, ys) in curves.items():
        found = opened.find(CurvePlot, "scorePlot").values(name)
        np.testing.assert_allclose(found[0], xs)
        np.testing.assert_allclose(found[1], ys)
    assert len(opened.find(CurvePlot, "lossPlot").flags) == 1
    assert opened.find(ValueSlider, "learningRate").value() == 1e-2
    answers: list[Any] = []
    opened.controller.questions.translated.connect(answers.append)
    opened.find(SourceField, "sourceText").setPlainText("k l m")
    opened.wait(lambda: answers and answers[-1].source == "k l m")
    assert answers[-1].step == step
    assert translated(opened) == answers[-1].hypotheses[0].text
    opened.find(QPushButton, "trainButton").click()
    opened.wait(lambda: opened.step > step)


def test_what_is_no_run_is_told_and_the_run_goes_on(
    open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_window().training()
    folder = opened.controller.run.folder
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(tmp_path))
    opened.window.actions_by_name["open_run"].trigger()
    opened.wait(lambda: "is not a run" in banner(opened))
    step = opened.step
    opened.wait(lambda: opened.step > step)
    assert opened.controller.run.folder == folder


def test_closing_while_training_keeps_the_run_and_the_next_window_offers_it(
    open_window: OpenWindow,
) -> None:
    opened = open_window().training(6)
    folder = opened.controller.run.folder
    assert opened.window.close()
    assert not opened.controller._engine.is_alive
    steps = steps_of(folder)
    assert steps == list(range(1, len(steps) + 1))
    assert len(steps) >= 6
    again = open_window()
    again.window.notices.offer_last_run()
    assert run_title(folder) in banner(again)
    shown = again.find(Banner, "banner")
    (button,) = [b for b in shown.findChildren(QPushButton) if "Go on" in b.text()]
    again.ready()
    button.click()
    again.wait(lambda: again.controller.run.folder == folder)
    again.wait(lambda: again.step > len(steps))  # it goes on at once
    assert again.controller.run.playing
    assert not banner(again)
    again.paused()
    drawn = again.find(CurvePlot, "lossPlot").values("training")[0].tolist()
    assert drawn == list(range(1, again.step + 1))


def test_a_finished_run_is_not_offered(open_window: OpenWindow) -> None:
    opened = open_window(endless(steps=4)).training()
    opened.wait(lambda: opened.controller.run.ended == "steps")
    opened.window.close()
    again = open_window()
    again.window.notices.offer_last_run()
    assert not banner(again)


def test_a_run_that_is_gone_is_not_offered(open_window: OpenWindow, tmp_path: Path) -> None:
    opened = open_window().ready()
    opened.settings.note_run(tmp_path / "gone", is_finished=False)
    opened.window.notices.offer_last_run()
    assert not banner(opened)

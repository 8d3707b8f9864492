"""The real window: it trains and draws, and obeys its knobs."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QPushButton,
    QWidget,
)

from app.bridge.draft import Draft
from app.widgets.curve_plot import CurvePlot
from app.widgets.source_field import SourceField
from app.widgets.translation_field import TranslationField
from app.widgets.value_slider import ValueSlider
from s2s_core.experiment import merged
from s2s_core.records import KnobRecord, Record, StepRecord, ValidationRecord
from s2s_core.runs.journal import read_journal
from s2s_core.runs.run import Run
from tests.app.conftest import Opened, OpenWindow, endless
from tests.app.seen import PLOTS, banner, points, press, status_sentence, translated


def heard(opened: Opened) -> list[Record]:
    """Return a list into which all records of the run go from now on."""
    records: list[Record] = []
    opened.controller.records.connect(records.extend)
    return records


# It trains ----------------------------------------------------------------------------------


def test_space_trains_the_phrasebook_until_a_sentence_it_has_never_seen_is_right(
    open_window: OpenWindow,
) -> None:
    opened = open_window(Draft().config).ready()
    assert opened.controller.corpus is not None
    assert opened.controller.corpus.corpus.title.startswith("Phrasebook")
    pairs = opened.controller.corpus.prepared.examples
    source, reference = min(pairs, key=lambda pair: len(pair[0].split()))
    opened.find(SourceField, "sourceText").setPlainText(source)
    opened.window.activateWindow()
    opened.wait(lambda: opened.window.isActiveWindow())
    opened.train.setFocus()
    press(opened, Qt.Key.Key_Space)
    opened.wait(lambda: translated(opened) == reference, 90_000)
    assert opened.controller.run.playing
    opened.wait(lambda: points(opened, "scorePlot", "exact_match"))
    for plot, curve in (
        ("lossPlot", "training"), ("lossPlot", "validation"), ("gradientNormPlot", "gradient_norm"),
        ("scorePlot", "bleu"), ("scorePlot", "chrf"),
    ):  # fmt: skip
        assert points(opened, plot, curve), curve
    losses = opened.find(CurvePlot, "lossPlot").values("training")[1]
    assert losses[-1] < losses[0] / 2
    assert "reference ✓" in opened.find(TranslationField, "translationText").note()
    press(opened, Qt.Key.Key_Space)
    opened.wait(lambda: not opened.controller.run.playing)


def test_a_fresh_window_says_what_to_do(open_window: OpenWindow) -> None:
    opened = open_window()
    assert not opened.train.isEnabled()
    opened.ready()
    assert "Space" in opened.find(
        QWidget, "statusSentence"
    ).toolTip() or "Space" in status_sentence(opened)
    opened.window.activateWindow()
    opened.wait(opened.train.hasFocus)


def test_the_status_line_follows_the_run(open_window: OpenWindow) -> None:
    opened = open_window().training()
    assert status_sentence(opened).startswith("Training")
    opened.paused()
    opened.wait(lambda: status_sentence(opened).startswith("Paused at step"))


def test_the_title_says_what_run_it_is(open_window: OpenWindow) -> None:
    opened = open_window()
    assert opened.window.windowTitle() == "S2S Playground"
    opened.training().paused()
    folder = Path(opened.controller.run.folder)
    assert folder.is_dir()
    moment = datetime.strptime(folder.name[-15:], "%Y%m%d-%H%M%S")
    day = f"{moment.day} {moment:%b %H:%M}"
    title = f"GRU · Reverse letters · {day} — S2S Playground"
    assert opened.window.windowTitle() == title
    opened.controller.close_run()
    opened.wait(lambda: opened.window.windowTitle() == "S2S Playground")


def test_closing_during_a_long_validation_ends_soon_and_keeps_the_run(
    open_window: OpenWindow,
) -> None:
    held_out = {"builtin_pairs": 8000, "held_out_percent": 50, "held_out_most": 4000}
    opened = open_window(merged(endless(validate_every=2), {"data": held_out})).ready()
    heard: list[object] = []
    opened.controller.validating.connect(heard.append)
    opened.controller.play_or_pause()
    opened.wait(lambda: opened.step == 2 and heard)
    folder = Path(opened.controller.run.folder)
    began = time.monotonic()
    opened.window.close()
    assert time.monotonic() - began < 3
    assert not opened.controller._engine.is_alive
    records = list(read_journal(folder / "journal.jsonl"))
    assert not [r for r in records if isinstance(r, ValidationRecord)]  # it was in the middle of it
    assert [r.step for r in records if isinstance(r, StepRecord)] == [1, 2]
    assert Run.open(folder).trainer.step == 2


def test_the_run_draws_all_curves(open_window: OpenWindow) -> None:
    opened = open_window(endless(validate_every=5)).training(12)
    opened.wait(lambda: points(opened, "scorePlot", "exact_match") >= 2)
    opened.paused()
    steps, losses = opened.find(CurvePlot, "lossPlot").values("training")
    assert steps.tolist() == list(range(1, opened.step + 1))
    assert np.isfinite(losses).all()
    assert points(opened, "gradientNormPlot", "gradient_norm") == opened.step
    checks = opened.find(CurvePlot, "lossPlot").values("validation")[0]
    assert checks.tolist() == [5 * number for number in range(1, len(checks) + 1)]
    assert 2 <= len(checks) <= opened.step // 5  # the last may be due when one goes on
    for curve in ("exact_match", "bleu", "chrf"):
        assert opened.find(CurvePlot, "scorePlot").values(curve)[0].tolist() == checks.tolist()
    level = opened.find(CurvePlot, "gradientNormPlot").level
    assert level == (1.0, "clip 1")


def test_step_takes_one_step(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    button = opened.find(QPushButton, "stepButton")
    button.click()
    opened.wait(lambda: opened.step == 1)
    opened.wait(lambda: not opened.controller.run.playing)
    button.click()
    opened.wait(lambda: opened.step == 2)
    opened.wait(lambda: not opened.controller.run.playing)
    assert points(opened, "lossPlot", "training") == 2


def test_a_run_that_is_finished_goes_on_at_a_press(open_window: OpenWindow) -> None:
    opened = open_window(endless(steps=6)).training()
    opened.wait(lambda: opened.controller.run.ended == "steps")
    assert "Finished" in status_sentence(opened)
    opened.find(QPushButton, "trainButton").click()
    opened.wait(lambda: opened.step == 12)
    opened.wait(lambda: opened.controller.run.ended == "steps")


# Knobs --------------------------------------------------------------------------------------


def test_the_learning_rate_acts_within_a_step_and_leaves_flags(open_window: OpenWindow) -> None:
    opened = open_window().training()
    records = heard(opened)
    slider = opened.find(ValueSlider, "learningRate")
    slider.track.setFocus()
    QTest.keyClick(slider.track, Qt.Key.Key_Right)
    assert slider.value() == pytest.approx(1e-2)
    opened.wait(lambda: any(isinstance(record, KnobRecord) for record in records))
    place = next(i for i, record in enumerate(records) if isinstance(record, KnobRecord))
    knob = records[place]
    assert isinstance(knob, KnobRecord)
    assert (knob.key, knob.before, knob.value) == ("training.learning_rate", 3e-3, 1e-2)

    def later() -> list[StepRecord]:
        return [record for record in records[place:] if isinstance(record, StepRecord)]

    opened.wait(later)
    assert later()[0].step == knob.step + 1
    assert later()[0].learning_rate == 1e-2
    for name in PLOTS:
        (flag,) = opened.find(CurvePlot, name).flags
        assert flag.x == knob.step
        assert "learning rate" in flag.text
    assert not banner(opened)


def test_a_live_knob_of_the_form_acts_at_once(open_window: OpenWindow) -> None:
    opened = open_window().training()
    records = heard(opened)
    editor = opened.find(ValueSlider, "training.clip_norm")
    editor.field.selectAll()
    QTest.keyClicks(editor.field, "0.5")
    QTest.keyClick(editor.field, Qt.Key.Key_Return)
    opened.wait(lambda: any(isinstance(record, KnobRecord) for record in records))
    opened.wait(lambda: opened.find(CurvePlot, "gradientNormPlot").level == (0.5, "clip 0.5"))


def test_a_knob_for_the_next_run_says_so_and_raises_no_banner(open_window: OpenWindow) -> None:
    opened = open_window().training()
    editor = opened.find(ValueSlider, "model.encoder.layers")
    editor.track.setFocus()
    QTest.keyClick(editor.track, Qt.Key.Key_Right)
    step = opened.step
    opened.wait(lambda: opened.step > step + 5)
    assert opened.controller.draft.config.model.encoder.layers == 3
    assert not banner(opened)
    panel = opened.window.panels["model"]
    assert any(
        "new run" in label.text() for label in panel.findChildren(QLabel) if label.isVisible()
    )
    opened.find(QPushButton, "newRunButton").click()
    opened.wait(
        lambda: (
            opened.controller.run.config and opened.controller.run.config.model.encoder.layers == 3
        )
    )


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru", "convolutional", "transformer"])
def test_every_architecture_trains(open_window: OpenWindow, kind: str) -> None:
    opened = open_window().ready()
    chooser = opened.find(QComboBox, "architectureChooser")
    chooser.setCurrentIndex(chooser.findData(kind))
    chooser.activated.emit(chooser.currentIndex())
    opened.training()
    assert opened.controller.run.config is not None
    assert opened.controller.run.config.model.decoder.kind == kind
    opened.wait(lambda: translated(opened))
    assert opened.find(QComboBox, "attentionChooser").isEnabled() == (
        kind not in ("convolutional", "transformer")
    )

"""The real window: it trains, draws, translates, takes files, and survives what goes wrong."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTableView,
    QTableWidget,
    QWidget,
)

from app.actions import ACTIONS
from app.bridge.draft import Draft
from app.layout import LEFT_WIDTH, RIGHT_WIDTH
from app.panels import PANELS
from app.widgets import numbers
from app.widgets.banner import Banner
from app.widgets.config_form import ConfigForm
from app.widgets.curve_plot import CurvePlot
from app.widgets.heatmap import Heatmap
from app.widgets.source_field import SourceField
from app.widgets.translation_field import TranslationField
from app.widgets.value_slider import ValueSlider
from s2s_core.experiment import merged
from s2s_core.records import KnobRecord, Record, StepRecord, ValidationRecord
from s2s_core.runs.journal import read_journal
from s2s_core.runs.run import Run
from tests.app.conftest import Opened, OpenWindow, close, endless
from tests.helpers import tiny_config

PLOTS = ("lossPlot", "gradientNormPlot", "scorePlot")
NAMES = (  # promised, as far as they are there
    "trainButton", "stepButton", "newRunButton", "learningRate", "corpusChooser", "corpusDrop",
    "corpusTable", "architectureChooser", "attentionChooser", *PLOTS, "sourceText",
    "translationText", "searchGreedy", "searchBeam", "beamSize", "nBestTable", "attentionHeatmap",
    "layerChooser", "headChooser", "presetChooser", "deviceChooser", "swapSides", "findingList",
    "banner", "statusSentence",
)  # fmt: skip
ENGLISH = [f"the {word} sleeps" for word in ("cat", "dog", "bird", "child", "queen")] * 20
GERMAN = [f"{word} schläft" for word in ("die Katze", "der Hund", "Jupp", "das Kind", "sie")] * 20


def transformer() -> Any:
    return tiny_config("transformer", "transformer", training={"steps": 0, "validate_every": 50})


def lines(sentences: list[str]) -> bytes:
    return "".join(f"{sentence}\n" for sentence in sentences).encode()


def press(
    opened: Opened, key: Qt.Key, widget: QWidget | None = None, control: bool = False
) -> None:
    """Press a key in the focused widget, as a keyboard does: shortcuts included."""
    if widget is not None:
        opened.window.activateWindow()
        widget.setFocus()
        opened.wait(lambda: QApplication.focusWidget() in (widget, widget.focusProxy()))
    modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    handle = opened.window.windowHandle()
    QTest.keyClick(handle, key, modifier)


def translated(opened: Opened) -> str:
    return opened.find(TranslationField, "translationText").text()


def banner(opened: Opened) -> str:
    """Return what the banner says; nothing if it is not there."""
    shown = opened.find(Banner, "banner")
    return shown.text() if shown.isVisible() else ""


def points(opened: Opened, plot: str, curve: str) -> int:
    return len(opened.find(CurvePlot, plot).values(curve)[0])


def heard(opened: Opened) -> list[Record]:
    """Return a list into which all records of the run go from now on."""
    records: list[Record] = []
    opened.controller.records.connect(records.extend)
    return records


# It trains ---------------------------------------------------------------------------------


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
    assert "Space" in opened.find(QWidget, "statusSentence").toolTip() or "Space" in _sentence(
        opened
    )
    opened.window.activateWindow()
    opened.wait(opened.train.hasFocus)


def _sentence(opened: Opened) -> str:
    sentence = opened.find(QLabel, "statusSentence")
    return str(sentence.text())


def test_the_status_line_follows_the_run(open_window: OpenWindow) -> None:
    opened = open_window().training()
    assert _sentence(opened).startswith("Training")
    opened.paused()
    opened.wait(lambda: _sentence(opened).startswith("Paused at step"))


def test_the_title_names_the_run_as_it_is_kept(open_window: OpenWindow) -> None:
    opened = open_window()
    assert opened.window.windowTitle() == "S2S Playground"
    opened.training().paused()
    folder = Path(opened.controller.run.folder)
    assert folder.is_dir()
    assert opened.window.windowTitle() == f"{folder.name} — S2S Playground"
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
    assert "Finished" in _sentence(opened)
    opened.find(QPushButton, "trainButton").click()
    opened.wait(lambda: opened.step == 12)
    opened.wait(lambda: opened.controller.run.ended == "steps")


# Knobs -------------------------------------------------------------------------------------


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


# Translating -------------------------------------------------------------------------------


def test_typed_text_is_translated_while_it_trains(open_window: OpenWindow) -> None:
    opened = open_window().training()
    answers: list[Any] = []
    opened.controller.questions.translated.connect(answers.append)
    field = opened.find(SourceField, "sourceText")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "x y z")
    opened.wait(lambda: answers and answers[-1].source == "x y z")
    step = answers[-1].step
    opened.wait(lambda: answers[-1].step > step)  # again, by itself
    assert answers[-1].source == "x y z"


def test_greedy_and_beam_act_at_once_and_the_table_fills(open_window: OpenWindow) -> None:
    opened = open_window().training(10).paused()
    answers: list[Any] = []
    opened.controller.questions.translated.connect(answers.append)
    table = opened.find(QTableWidget, "nBestTable")
    opened.find(QPushButton, "searchBeam").click()
    opened.wait(lambda: table.rowCount() == 5)
    scores = [numbers.parsed(_item(table, row, 1)) or 0.0 for row in range(5)]
    assert scores == sorted(scores, reverse=True)
    assert len({_item(table, row, 0) for row in range(5)}) > 1
    size = opened.find(QSpinBox, "beamSize")
    assert size.isVisible()
    size.setValue(2)
    opened.wait(lambda: table.rowCount() == 2)
    opened.find(QPushButton, "searchGreedy").click()
    opened.wait(lambda: table.rowCount() == 1)
    assert not size.isVisible()
    assert translated(opened) == answers[-1].hypotheses[0].text


def _item(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    assert item is not None
    return item.text()


def test_the_heat_map_fits_its_tokens(open_window: OpenWindow) -> None:
    opened = open_window().training()
    heatmap = opened.find(Heatmap, "attentionHeatmap")
    opened.find(SourceField, "sourceText").setPlainText("a b c d")
    opened.wait(lambda: heatmap.source_tokens[:4] == ["a", "b", "c", "d"])
    assert len(heatmap.source_tokens) == 5  # and the end of the sentence
    assert heatmap.weights.shape == (len(heatmap.target_tokens), len(heatmap.source_tokens))
    assert heatmap.weights.sum(1) == pytest.approx(1.0, abs=1e-4)
    assert opened.find(QComboBox, "layerChooser").isVisible() is False
    assert opened.find(QComboBox, "headChooser").isVisible() is False


def test_a_transformer_offers_layers_and_heads(open_window: OpenWindow) -> None:
    opened = open_window(transformer()).training(20)
    opened.find(SourceField, "sourceText").setPlainText("a b c d e f")
    opened.paused()
    heatmap = opened.find(Heatmap, "attentionHeatmap")
    opened.wait(lambda: len(heatmap.source_tokens) == 7)
    layers, heads = opened.find(QComboBox, "layerChooser"), opened.find(QComboBox, "headChooser")
    assert layers.isVisible()
    assert heads.isVisible()
    assert layers.count() == heads.count() == 3  # the mean, and two
    assert layers.currentIndex() == heads.currentIndex() == 0
    mean = heatmap.weights.copy()
    parts = []
    for layer in (1, 2):
        for head in (1, 2):
            for chooser, row in ((layers, layer), (heads, head)):
                chooser.setCurrentIndex(row)
                chooser.activated.emit(row)
            parts.append(heatmap.weights.copy())
            assert parts[-1].sum(1) == pytest.approx(1.0, abs=1e-4)
    np.testing.assert_allclose(np.mean(parts, axis=0), mean, atol=1e-5)
    assert any(np.abs(part - mean).max() > 1e-4 for part in parts)


def test_without_attention_the_map_says_why_it_is_empty(open_window: OpenWindow) -> None:
    config = tiny_config(attention="none", training={"steps": 0})
    opened = open_window(config).training()
    heatmap = opened.find(Heatmap, "attentionHeatmap")
    opened.wait(lambda: translated(opened) and "no attention" in heatmap._hint)
    assert heatmap.weights.size == 0


def test_a_held_out_sentence_comes_by_key_and_is_remembered_for_the_next_start(
    open_window: OpenWindow,
) -> None:
    opened = open_window().ready()
    field = opened.find(SourceField, "sourceText")
    opened.wait(field.sentence)
    before = field.sentence()
    press(opened, Qt.Key.Key_R, field, control=True)
    assert field.sentence() != before
    assert opened.controller.corpus is not None
    assert field.sentence() in dict(opened.controller.corpus.prepared.examples)
    opened.window.close()
    table = open_window().ready().find(QTableWidget, "historyTable")
    assert _item(table, 0, 0) == field.sentence()


def test_several_lines_are_translated_while_it_trains(open_window: OpenWindow) -> None:
    opened = open_window().training()
    opened.find(SourceField, "sourceText").setPlainText("a b c\n\nx y\n" + "k l m\n" * 30)
    view = opened.find(TranslationField, "translationText")
    opened.wait(lambda: sum(map(bool, view.text().split("\n"))) == 32)
    step = opened.step
    opened.wait(lambda: opened.step > step + 20)
    assert not banner(opened)


# Files that are dropped --------------------------------------------------------------------


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """A folder of good and bad files."""
    folder = tmp_path / "corpora"
    (folder / "folder").mkdir(parents=True)
    table = lines([f"{s}\t{t}" for s, t in zip(ENGLISH, GERMAN, strict=True)])
    for name, content in {
        "train.en": lines(ENGLISH), "train.de": lines(GERMAN), "short.de": lines(GERMAN[:-3]),
        "pairs.tsv": table, "pairs.tsv.gz": gzip.compress(table), "third.txt": lines(ENGLISH),
        "picture.png": bytes(range(256)) * 30, "empty.txt": b"",
    }.items():  # fmt: skip
        (folder / name).write_bytes(content)
    return folder


def drop(widget: QWidget, paths: list[Path]) -> bool:
    """Drag files over a widget and let go; returns whether they were taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    window = widget.window().windowHandle()  # where a drag comes in
    middle = widget.mapTo(widget.window(), QPointF(widget.rect().center()))
    actions, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    taken = []
    for event in (
        QDragEnterEvent(middle.toPoint(), actions, data, button, none),
        QDragMoveEvent(middle.toPoint(), actions, data, button, none),
        QDropEvent(middle, actions, data, button, none),
    ):
        event.ignore()
        QApplication.sendEvent(window, event)
        taken.append(event.isAccepted())
    assert len(set(taken)) == 1, taken
    return taken[0]


def places(opened: Opened) -> dict[str, QWidget]:
    """Return widgets all over the window, those among them that take drops themselves."""
    window = opened.window
    found: dict[str, QWidget] = {"window": window, "bar": window.bar, "banner": window.banner}
    found |= {f"panel {name}": panel for name, panel in window.panels.items()}
    for name in NAMES:
        widget = opened.find(QWidget, name)
        found[name] = widget
        if isinstance(widget, QAbstractScrollArea):
            found[f"{name}'s viewport"] = widget.viewport()
    found["a number"] = window.panels["model"].findChildren(QLineEdit)[0]
    found["status line"] = window.statusBar()
    return found


def shown_pairs(opened: Opened) -> tuple[int, str]:
    model = opened.find(QTableView, "corpusTable").model()
    return model.rowCount(), str(model.index(0, 0).data())


def test_files_are_taken_all_over_the_window(open_window: OpenWindow, corpora: Path) -> None:
    opened = open_window().ready()
    came: list[list[Path]] = []
    opened.window.drops.dropped.disconnect()
    opened.window.drops.dropped.connect(came.append)
    text = opened.find(SourceField, "sourceText").toPlainText()
    for name, widget in places(opened).items():
        assert drop(widget, [corpora / "pairs.tsv"]), name
        assert came == [[corpora / "pairs.tsv"]], name
        came.clear()
    assert opened.find(SourceField, "sourceText").toPlainText() == text


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("sourceText's viewport", ("train.en", "train.de")),
        ("lossPlot's viewport", ("train.de", "train.en")),
        ("nBestTable's viewport", ("pairs.tsv",)),
        ("corpusDrop", ("pairs.tsv.gz",)),
    ],
)
def test_dropped_files_become_the_corpus(
    open_window: OpenWindow, corpora: Path, target: str, names: tuple[str, ...]
) -> None:
    opened = open_window().ready()
    assert drop(places(opened)[target], [corpora / name for name in names])
    opened.wait(lambda: shown_pairs(opened) == (100, "the cat sleeps"))
    model = opened.find(QTableView, "corpusTable").model()
    assert model.index(0, 1).data() == "die Katze schläft"
    chooser = opened.find(QComboBox, "corpusChooser")
    assert names[0] in chooser.currentText()
    if len(names) == 2:
        across = Qt.Orientation.Horizontal
        assert [model.headerData(n, across) for n in (0, 1)] == ["English", "German"]
    assert opened.find(SourceField, "sourceText").sentence() in ENGLISH
    assert not banner(opened)
    opened.training()
    assert opened.controller.run.corpus is not None
    assert opened.controller.run.corpus.pairs == 100


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("folder",), "folder"),
        (("picture.png",), "picture.png is not a text file"),
        (("train.en", "short.de"), "train.en has 100 lines and short.de has 97"),
        (("train.en", "train.de", "third.txt"), "3 files were given"),
        (("empty.txt",), "empty.txt is empty"),
        (("gone.tsv",), "gone.tsv"),
    ],
)
def test_a_bad_drop_says_why_and_leaves_everything_as_it_was(
    open_window: OpenWindow, corpora: Path, names: tuple[str, ...], says: str
) -> None:
    opened = open_window().ready()
    panel = opened.window.panels["data"]
    chooser = opened.find(QComboBox, "corpusChooser")

    def seen() -> tuple[Any, ...]:
        labels = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
        sentence = opened.find(SourceField, "sourceText").toPlainText()
        items = [chooser.itemText(row) for row in range(chooser.count())]
        return shown_pairs(opened), chooser.currentIndex(), items, labels, sentence

    before, config = seen(), opened.controller.draft.config
    assert drop(opened.window.panels["training"], [corpora / name for name in names])
    opened.wait(lambda: says in banner(opened))
    assert seen() == before
    assert opened.controller.draft.config == config
    opened.training()
    assert opened.controller.run.corpus is not None
    assert opened.controller.run.corpus.title == "Reverse letters"


def test_a_drop_does_not_disturb_the_run(open_window: OpenWindow, corpora: Path) -> None:
    opened = open_window().training()
    folder = opened.controller.run.folder
    drop(opened.find(CurvePlot, "lossPlot").viewport(), [corpora / "pairs.tsv"])
    opened.wait(lambda: shown_pairs(opened) == (100, "the cat sleeps"))
    step = opened.step
    opened.wait(lambda: opened.step > step + 3)
    assert opened.controller.run.folder == folder
    assert opened.controller.run.playing
    assert opened.controller.run.corpus is not None
    assert opened.controller.run.corpus.title == "Reverse letters"
    opened.paused()
    steps = opened.find(CurvePlot, "lossPlot").values("training")[0]
    assert steps.tolist() == list(range(1, opened.step + 1))
    opened.find(QPushButton, "newRunButton").click()
    opened.wait(lambda: opened.controller.run.folder != folder)
    assert opened.controller.run.corpus.title == "pairs.tsv"


def test_opening_by_the_menu_does_the_same(
    open_window: OpenWindow, corpora: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_window().ready()
    names = [str(corpora / "train.de"), str(corpora / "train.en")]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_, **__: (names, ""))
    opened.window.actions_by_name["open"].trigger()
    opened.wait(lambda: shown_pairs(opened) == (100, "the cat sleeps"))
    assert opened.settings.open_folder == str(corpora)


def test_a_dialog_that_is_cancelled_changes_nothing(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_window().ready()
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_, **__: ([], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: "")
    opened.window.actions_by_name["open"].trigger()
    opened.window.actions_by_name["open_run"].trigger()
    opened.training()
    assert not banner(opened)


def test_a_sign_says_where_to_let_go_whatever_the_data_panel_shows(
    open_window: OpenWindow, corpora: Path
) -> None:
    opened = open_window().ready()
    sign, sliders = opened.find(QWidget, "dropSign"), opened.find(QPushButton, "showDifficulty")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(corpora / "pairs.tsv"))])
    enter = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    leave = QDragLeaveEvent()
    for deed in (sliders.click, opened.window.docks["data"].hide):
        deed()
        assert not sign.isVisible()
        QApplication.sendEvent(opened.window.windowHandle(), enter)
        assert sign.isVisible()
        assert not sign.visibleRegion().isEmpty()
        QApplication.sendEvent(opened.window.windowHandle(), leave)
    QApplication.sendEvent(opened.window.windowHandle(), enter)
    drop(opened.window, [corpora / "pairs.tsv"])
    assert not sign.isVisible()


def test_the_sides_can_be_swapped(open_window: OpenWindow, corpora: Path) -> None:
    opened = open_window().ready()
    drop(opened.window, [corpora / "train.en", corpora / "train.de"])
    opened.wait(lambda: shown_pairs(opened)[1] == "the cat sleeps")
    opened.find(QPushButton, "swapSides").click()
    opened.wait(lambda: shown_pairs(opened)[1] == "die Katze schläft")
    across = Qt.Orientation.Horizontal
    model = opened.find(QTableView, "corpusTable").model()
    assert [model.headerData(n, across) for n in (0, 1)] == ["German", "English"]


# What goes wrong ---------------------------------------------------------------------------


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
    assert "stopped" in _sentence(opened)
    folder = opened.controller.run.folder
    opened.find(QPushButton, "newRunButton").click()
    opened.wait(lambda: opened.controller.run.folder != folder and opened.step >= 3)
    assert not opened.controller.run.ended
    assert _sentence(opened).startswith("Training")


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


# Runs --------------------------------------------------------------------------------------


def steps_of(folder: str) -> list[int]:
    records = read_journal(Path(folder, "journal.jsonl"))
    return [record.step for record in records if isinstance(record, StepRecord)]


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
    assert Path(folder).name in banner(again)
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


# What the window is made of ----------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_promised_name_is_there_once(still: Opened, name: str) -> None:
    assert isinstance(still.find(QWidget, name), QWidget)


def test_every_knob_of_the_form_bears_its_key(still: Opened) -> None:
    forms = still.window.panels["model"].findChildren(ConfigForm)
    keys = [row.knob.key for form in forms for row in form.rows()]
    assert len(keys) == len(set(keys)) > 20
    for key in keys:
        assert still.find(QWidget, key).objectName() == key


def is_inside(widget: QWidget, kind: type[QWidget]) -> bool:
    parent = widget.parentWidget()
    return parent is not None and (isinstance(parent, kind) or is_inside(parent, kind))


def test_every_control_explains_itself(still: Opened) -> None:
    controls = (
        QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QSpinBox, QAbstractItemView,
        ValueSlider, CurvePlot, Heatmap,
    )  # fmt: skip
    mute = []
    for widget in still.window.findChildren(QWidget):
        is_part = is_inside(widget, QComboBox) or widget.objectName().startswith("qt_")
        if not isinstance(widget, controls) or isinstance(widget, QHeaderView) or is_part:
            continue
        words = widget.toolTip() or widget.accessibleName()
        if isinstance(widget, QAbstractButton):
            words = words or widget.text()
        if len(words) < 2:
            mute.append(
                (type(widget).__name__, widget.objectName(), type(widget.parent()).__name__)
            )
    assert not mute


def test_the_menus_hold_all_actions(still: Opened) -> None:
    in_menus: set[QAction] = set()
    for menu in still.window.menus.actions():
        assert menu.menu() is not None
        in_menus |= set(menu.menu().actions())  # type: ignore[attr-defined]
    assert set(still.window.actions_by_name) == set(ACTIONS)
    assert set(still.window.actions_by_name.values()) <= in_menus
    assert {dock.toggleViewAction() for dock in still.window.docks.values()} <= in_menus


def test_no_two_actions_share_keys(still: Opened) -> None:
    keys = [
        key.toString() for action in still.window.actions_by_name.values()
        for key in action.shortcuts()
    ]  # fmt: skip
    assert len(keys) == len(set(keys)) > 6


def test_the_list_of_keys_names_them_all(still: Opened) -> None:
    still.window.actions_by_name["keys"].trigger()
    (dialog,) = [found for found in still.window.findChildren(QDialog) if found.isVisible()]
    text = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    for words in ("Space", "Ctrl+Space", "F11", "Ctrl+O", "Single step"):
        assert words in text
    dialog.close()


# Keys --------------------------------------------------------------------------------------


def pressed(opened: Opened) -> list[str]:
    """Return a list into which go the names of the actions that are triggered, which do nothing."""
    came: list[str] = []
    for name, action in opened.window.actions_by_name.items():
        action.triggered.disconnect()
        action.triggered.connect(lambda _=False, name=name: came.append(name))
    opened.train.clicked.disconnect()  # type: ignore[attr-defined]
    opened.train.clicked.connect(lambda _=False: came.append("train"))  # type: ignore[attr-defined]
    return came


WITHOUT_USE = ("trainButton", *PLOTS, "attentionHeatmap")
WITH_USE = (
    "sourceText", "translationText", "corpusChooser", "corpusTable", "beamSize", "nBestTable",
    "presetChooser",
)  # fmt: skip


@pytest.fixture(scope="module")
def still(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """One window for all tests that only look at it; nothing runs behind it."""
    from tests.app.conftest import build_window

    opened = build_window(tmp_path_factory.mktemp("still"), tmp_path_factory.getbasetemp())
    opened.window.activateWindow()
    yield opened
    close(opened)


def test_plain_keys_act_where_nobody_else_wants_them(still_keys: tuple[Opened, list[str]]) -> None:
    opened, came = still_keys
    for name in WITHOUT_USE:
        widget = opened.find(QWidget, name)
        for key, action in (
            (Qt.Key.Key_Space, "train"),
            (Qt.Key.Key_S, "step"),
            (Qt.Key.Key_N, "new_run"),
        ):
            came.clear()
            press(opened, key, widget)
            assert came == [action], name


@pytest.mark.qt_log_ignore("does not support", "grabbing")
def test_plain_keys_are_left_to_those_who_want_them(still_keys: tuple[Opened, list[str]]) -> None:
    opened, came = still_keys
    opened.window.panels["translate"].pages.turn_to(1)  # type: ignore[attr-defined]
    opened.find(QSpinBox, "beamSize").show()
    for name in WITH_USE:
        widget = opened.find(QWidget, name)
        letters = () if isinstance(widget, QComboBox) else (Qt.Key.Key_S, Qt.Key.Key_N)
        for key in (*letters, Qt.Key.Key_Space):  # of letters a list keeps only its entries' own
            press(opened, key, widget)
            assert not came, name
        popup = QApplication.activePopupWidget()
        if popup:
            popup.close()
    opened.window.panels["translate"].pages.turn_to(0)  # type: ignore[attr-defined]


def test_control_space_acts_everywhere(still_keys: tuple[Opened, list[str]]) -> None:
    opened, came = still_keys
    for name in ("trainButton", "lossPlot", "sourceText", "corpusTable", "corpusChooser"):
        came.clear()
        press(opened, Qt.Key.Key_Space, opened.find(QWidget, name), control=True)
        assert came == ["train"], name


@pytest.fixture
def still_keys(open_window: OpenWindow) -> tuple[Opened, list[str]]:
    """A window of its own, whose actions only say that they were called."""
    opened = open_window().ready()
    return opened, pressed(opened)


# Looks -------------------------------------------------------------------------------------


def test_presentation_and_themes_change_the_look_and_back(open_window: OpenWindow) -> None:
    opened = open_window().training()
    application = QApplication.instance()
    assert application is not None
    font = opened.train.font().pixelSize()
    press(opened, Qt.Key.Key_F11, opened.train)
    scale = application.property("scale")
    assert scale > 1.2
    assert opened.train.font().pixelSize() == round(scale * font)
    opened.settings.theme = "dark"
    assert application.property("theme") == "dark"
    opened.window.grab()
    step = opened.step
    opened.wait(lambda: opened.step > step)
    press(opened, Qt.Key.Key_F11)
    assert application.property("scale") == 1.0
    assert opened.train.font().pixelSize() == font
    assert not banner(opened)


def test_500_repaints_while_records_stream_in(open_window: OpenWindow) -> None:
    opened = open_window(endless(validate_every=20)).training()
    step = opened.step
    seen = [opened.find(CurvePlot, name).viewport() for name in PLOTS]
    seen.append(opened.find(QWidget, "attentionHeatmap"))
    for number in range(500):  # the whole window takes ten times as long as its moving parts
        (opened.window if number % 5 == 0 else seen[number % 5 - 1]).repaint()
        QApplication.processEvents()
    opened.wait(lambda: opened.step > step)
    assert not banner(opened)


def fitted(opened: Opened, size: tuple[int, int] = (1440, 900)) -> Opened:
    opened.window.setWindowState(Qt.WindowState.WindowNoState)
    opened.window.resize(*size)
    opened.wait(lambda: (opened.window.width(), opened.window.height()) == size)
    return opened


@pytest.mark.qt_log_ignore("does not support")
def test_reset_layout_brings_every_dock_back(open_window: OpenWindow) -> None:
    opened = fitted(open_window().ready())
    window = opened.window

    window.docks["data"].close()
    window.docks["model"].setFloating(True)
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, window.docks["translate"])
    window.actions_by_name["reset_layout"].trigger()
    fitted(opened)
    for name, dock in window.docks.items():
        assert dock.isVisible()
        assert not dock.isFloating()
        assert window.dockWidgetArea(dock) == PANELS[name].area
    opened.wait(lambda: abs(window.docks["translate"].width() - RIGHT_WIDTH) <= 8)
    assert LEFT_WIDTH <= window.docks["data"].width() <= 1.1 * LEFT_WIDTH
    tops = {name: dock.y() for name, dock in window.docks.items()}
    assert tops["data"] < tops["model"]


def test_the_layout_is_remembered(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    opened.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, opened.window.docks["model"])
    opened.window.docks["data"].close()
    opened.window.close()
    again = open_window()
    area = again.window.dockWidgetArea(again.window.docks["model"])
    assert area == Qt.DockWidgetArea.RightDockWidgetArea
    assert not again.window.docks["data"].isVisible()


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)])
def test_everything_is_on_screen_at_once(open_window: OpenWindow, size: tuple[int, int]) -> None:
    opened = fitted(open_window().ready(), size)
    for name in (*PLOTS, "trainButton", "corpusTable", "sourceText", "attentionHeatmap"):
        widget = opened.find(QWidget, name)
        corner = widget.mapTo(opened.window, QPoint(0, 0))
        box = widget.rect().translated(corner)
        assert opened.window.rect().contains(box), name
        assert box.height() >= 32, name


def test_a_click_on_the_drop_area_chooses_files(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_window().ready()
    asked: list[bool] = []

    def choose(*_: Any, **__: Any) -> tuple[list[str], str]:
        asked.append(True)
        return [], ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", choose)
    QTest.mouseClick(opened.find(QWidget, "corpusDrop"), Qt.MouseButton.LeftButton)
    assert asked


def test_events_of_other_kinds_pass_the_filters(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    assert not opened.window.drops.eventFilter(opened.window, QEvent(QEvent.Type.User))


def test_undo_says_what_it_takes_back(still: Opened) -> None:
    draft, undo = still.controller.draft, still.window.actions_by_name["undo"]
    draft.set("training.clip_norm", 2.5)
    assert undo.text() == "Undo: Clip norm"
    draft.set_kinds("lstm")
    assert undo.text() == "Undo: 2 settings"
    undo.trigger()
    assert undo.text() == "Undo: Clip norm"
    assert still.window.actions_by_name["redo"].text() == "Redo: 2 settings"

"""The real window: it takes files, and survives bad ones."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QWidget,
)

from app.widgets.curve_plot import CurvePlot
from app.widgets.source_field import SourceField
from tests.app.conftest import Opened, OpenWindow
from tests.app.seen import NAMES, banner, drop, lines, shown_pairs

ENGLISH = [f"the {word} sleeps" for word in ("cat", "dog", "bird", "child", "queen")] * 20


GERMAN = [f"{word} schläft" for word in ("die Katze", "der Hund", "Jupp", "das Kind", "sie")] * 20


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


def enter_with(path: Path) -> QDragEnterEvent:
    """Return what comes when a file is dragged onto a window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    event.data = data  # type: ignore[attr-defined]  # or it is gone
    return event


# Files that are dropped ---------------------------------------------------------------------


def test_the_next_start_lists_the_corpus_and_has_what_was_typed_and_chosen(
    open_window: OpenWindow, corpora: Path
) -> None:
    opened = open_window().ready()
    opened.window.opening.open([corpora / "pairs.tsv"])
    opened.wait(lambda: shown_pairs(opened) == (100, "the cat sleeps"))
    opened.find(SourceField, "sourceText").setPlainText("my own cat")
    opened.find(QPushButton, "showPieces").click()
    opened.window.close()
    again = open_window().ready()
    chooser = again.find(QComboBox, "corpusChooser")
    assert any("pairs.tsv" in chooser.itemText(row) for row in range(chooser.count()))
    assert again.find(SourceField, "sourceText").sentence() == "my own cat"
    assert again.find(QPushButton, "showPieces").isChecked()


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


def test_files_are_taken_on_windows_beside_it_too(open_window: OpenWindow, corpora: Path) -> None:
    opened = open_window().ready()
    came: list[list[Path]] = []
    opened.window.drops.dropped.disconnect()
    opened.window.drops.dropped.connect(came.append)
    errands = opened.window.errands
    for show, name in (
        (errands.show_lab, "tokenizerLab"), (errands.browse_corpus, "corpusBrowser"),
        (errands.add_pairs, "addedPairs"),
    ):  # fmt: skip
        show()
        beside, sign = opened.find(QWidget, name), opened.find(QWidget, "dropSign")
        QApplication.sendEvent(beside.windowHandle(), enter_with(corpora / "pairs.tsv"))
        assert (sign.window(), sign.isVisible()) == (beside, True)
        for widget in (beside, *beside.findChildren(QLineEdit)):
            assert drop(widget, [corpora / "pairs.tsv"]), name
            assert came == [[corpora / "pairs.tsv"]], name
            came.clear()
        assert (sign.window(), sign.isVisible()) == (opened.window, False)
        beside.close()


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


def test_files_dropped_together_are_told_apart_by_their_names(
    open_window: OpenWindow, corpora: Path
) -> None:
    opened = open_window().ready()
    for name, content in {"val.en": ENGLISH[:7], "val.de": GERMAN[:7], "test.en": ["x"]}.items():
        (corpora / name).write_bytes(lines(content))
    names = ("val.de", "test.en", "train.de", "val.en", "train.en")
    told: list[str] = []
    opened.window.opening.told.connect(told.append)
    assert drop(opened.window, [corpora / name for name in names])
    opened.wait(lambda: shown_pairs(opened) == (100, "the cat sleeps"))
    assert told == ["Trained on: train.en, train.de; held out: val.en, val.de; left aside: test.en"]
    assert opened.controller.corpus is not None
    assert opened.controller.corpus.prepared.held_out_pairs == 7
    assert not banner(opened)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("folder",), "folder"),
        (("picture.png",), "picture.png is not a text file"),
        (("train.en", "short.de"), "train.en has 100 lines and short.de has 97"),
        (("pairs.tsv", "short.de", "third.txt"), "3 files were given"),
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
    enter = enter_with(corpora / "pairs.tsv")
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


# Looks --------------------------------------------------------------------------------------


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

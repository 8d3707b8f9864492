"""What a test sees of the real window, and does to it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QTableView,
    QWidget,
)

from app.widgets.banner import Banner
from app.widgets.curve_plot import CurvePlot
from app.widgets.translation_field import TranslationField
from tests.app.conftest import Opened

PLOTS = ("lossPlot", "gradientNormPlot", "scorePlot")


NAMES = (  # promised, as far as they are there
    "trainButton", "stepButton", "newRunButton", "learningRate", "corpusChooser", "corpusDrop",
    "corpusTable", "architectureChooser", "attentionChooser", *PLOTS, "sourceText",
    "translationText", "searchGreedy", "searchBeam", "beamSize", "nBestTable", "attentionHeatmap",
    "layerChooser", "headChooser", "presetChooser", "deviceChooser", "swapSides", "findingList",
    "banner", "statusSentence",
)  # fmt: skip


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


def status_sentence(opened: Opened) -> str:
    sentence = opened.find(QLabel, "statusSentence")
    return str(sentence.text())


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


def shown_pairs(opened: Opened) -> tuple[int, str]:
    model = opened.find(QTableView, "corpusTable").model()
    return model.rowCount(), str(model.index(0, 0).data())


def fitted(opened: Opened, size: tuple[int, int] = (1440, 900)) -> Opened:
    opened.window.setWindowState(Qt.WindowState.WindowNoState)
    opened.window.resize(*size)
    opened.wait(lambda: (opened.window.width(), opened.window.height()) == size)
    return opened

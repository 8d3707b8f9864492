"""A tooltip does not cover what it describes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.chooser import Chooser
from app.widgets.finding_list import FindingList, FindingRow
from app.widgets.log_slider import LogSlider
from app.widgets.pair_table import PairTable
from app.widgets.tooltips import place_beside, place_of

pytestmark = pytest.mark.qt_log_ignore("does not support")

SCREEN = QRect(0, 0, 1280, 720)


@pytest.mark.parametrize(
    ("area", "column", "place"),
    [
        (QRect(20, 100, 200, 28), 60, QPoint(60, 132)),  # below
        (QRect(20, 680, 200, 28), 60, QPoint(60, 576)),  # above: there is no room below
        (QRect(1100, 100, 160, 28), 1200, QPoint(980, 132)),  # on the screen
    ],
)
def test_a_tooltip_stands_below_or_above(area: QRect, column: int, place: QPoint) -> None:
    assert place_of(QSize(300, 100), area, column, SCREEN) == place


LIST = QRect(20, 100, 240, 200)


@pytest.mark.parametrize(
    ("around", "row", "place"),
    [
        (LIST, QRect(20, 140, 240, 20), QPoint(264, 140)),  # at the right
        (QRect(1000, 100, 260, 200), QRect(1000, 140, 260, 20), QPoint(696, 140)),  # at the left
        (LIST, QRect(20, 690, 240, 20), QPoint(264, 620)),  # on the screen
        # Below the next row, where the list is wide; or above the one before.
        (QRect(20, 100, 900, 200), QRect(20, 140, 900, 20), QPoint(60, 184)),
        (QRect(20, 100, 900, 600), QRect(20, 640, 900, 20), QPoint(60, 516)),
    ],
)
def test_the_tooltip_of_a_row_leaves_the_next_one_to_be_read(
    around: QRect, row: QRect, place: QPoint
) -> None:
    assert place_beside(QSize(300, 100), row, around, 60, SCREEN) == place


def hover(view: QAbstractItemView, row: int, column: int = 0) -> QWidget | None:
    """Let the pointer rest on a row; returns the tooltip, if one is seen."""
    model = view.model()
    assert model is not None
    middle = view.visualRect(model.index(row, column)).center()
    event = QHelpEvent(QEvent.Type.ToolTip, middle, view.viewport().mapToGlobal(middle))
    QApplication.sendEvent(view.viewport(), event)
    tips = (each for each in QApplication.topLevelWidgets() if each.inherits("QTipLabel"))
    return next((tip for tip in tips if tip.isVisible()), None)


def test_lists_show_their_tooltips_beside_them(qtbot: QtBot) -> None:
    pairs, findings, chooser = PairTable(), FindingList(), Chooser()
    pairs.set_pairs([("a long sentence that does not fit " * 3, "short"), ("a", "b")])
    findings.set_rows([FindingRow("blank", "2 pairs are blank", tooltip="What that is")])
    chooser.addItem("GRU")
    chooser.setItemData(0, "What that is", Qt.ItemDataRole.ToolTipRole)
    for widget in (pairs, findings, chooser):
        qtbot.addWidget(widget)
        widget.resize(300, 120)
        widget.show()
    chooser.showPopup()
    for view in (pairs, findings, chooser.view()):
        tip = hover(view, 0)
        assert tip is not None
        area = QRect(view.mapToGlobal(QPoint(0, 0)), view.size())
        assert not tip.geometry().intersects(area)
        assert tip.geometry().left() - area.right() < 20
    chooser.hidePopup()
    QToolTip.hideText()


def test_what_is_read_in_a_row_is_not_said_again(qtbot: QtBot) -> None:
    pairs = PairTable()
    pairs.set_pairs([("a long sentence that does not fit " * 3, "short")], cured={})
    qtbot.addWidget(pairs)
    pairs.resize(300, 120)
    pairs.show()
    assert hover(pairs, 0, 1) is None
    assert hover(pairs, 0, 0) is not None
    pairs.set_pairs([("a", "b")], cured={0: ("a", "c")})
    assert hover(pairs, 0, 1) is not None  # it says what stands in the file
    QToolTip.hideText()


def test_the_tooltip_of_a_slider_leaves_slider_and_value_to_be_seen(qtbot: QtBot) -> None:
    slider = LogSlider(1e-5, 1.0, name="rate")
    qtbot.addWidget(slider)
    slider.set_help("How far each update moves the weights. " * 5)
    slider.resize(240, 28)
    slider.show()
    for widget in (slider.track, slider.field):
        middle = widget.rect().center()
        event = QHelpEvent(QEvent.Type.ToolTip, middle, widget.mapToGlobal(middle))
        QApplication.sendEvent(widget, event)
        (tip,) = (
            each for each in QApplication.topLevelWidgets()
            if each.inherits("QTipLabel") and each.isVisible()
        )  # fmt: skip
        assert QToolTip.text() == widget.toolTip()
        area = QRect(slider.mapToGlobal(QPoint(0, 0)), slider.size())
        assert not tip.geometry().intersects(area)
    QToolTip.hideText()

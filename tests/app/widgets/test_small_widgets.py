"""Segments, stat, heads, drop area and banner do what their names say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QTextLayout, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.widgets.banner import Banner, DetailsDialog
from app.widgets.chooser import Chooser
from app.widgets.drop_area import DropArea
from app.widgets.elided_label import ElidedLabel
from app.widgets.form_row import FormRow
from app.widgets.hypothesis_delegate import FIGURES
from app.widgets.hypothesis_table import HypothesisTable, Scored
from app.widgets.panel_frame import PanelBody, PanelHead
from app.widgets.paths import in_sentence
from app.widgets.scroll_fade import ScrollFade, fade_edges
from app.widgets.segmented import Segmented
from app.widgets.spin_box import SpinBox
from app.widgets.stat import Stat

SEARCHES = [
    ("searchGreedy", "Greedy", "The most probable word each time.", "greedy"),
    ("searchBeam", "Beam", "Several hypotheses side by side.", "beam"),
    ("searchSampling", "Sample", "Words drawn by their probability.", "sampling"),
]


def _segmented(qtbot: QtBot) -> tuple[Segmented, list[str]]:
    row = Segmented(SEARCHES, name="Search")
    qtbot.addWidget(row)
    row.show()
    heard: list[str] = []
    row.value_chosen.connect(heard.append)
    return row, heard


def test_a_click_chooses_and_tells_once(qtbot: QtBot) -> None:
    row, heard = _segmented(qtbot)
    button = row.findChild(QPushButton, "searchBeam")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == ["beam"]
    assert button.isChecked()
    assert not row.button("greedy").isChecked()


def test_choosing_by_program_tells_nothing(qtbot: QtBot) -> None:
    row, heard = _segmented(qtbot)
    row.set_value("sampling")
    assert heard == []
    assert row.value() == "sampling"
    assert [row.button(v).isChecked() for v in ("greedy", "beam", "sampling")] == [
        False, False, True,
    ]  # fmt: skip
    row.set_value("of another form")
    assert not any(button.isChecked() for button in row.findChildren(QPushButton))
    row.button("beam").click()
    assert heard == ["beam"]


def test_arrow_keys_choose_the_neighbour(qtbot: QtBot) -> None:
    row, heard = _segmented(qtbot)
    QTest.keyClick(row.button("greedy"), Qt.Key.Key_Right)
    assert heard == ["beam"]
    QTest.keyClick(row.button("beam"), Qt.Key.Key_Left)
    QTest.keyClick(row.button("greedy"), Qt.Key.Key_Left)
    assert heard == ["beam", "greedy"]


def test_a_chosen_segment_is_not_wider_than_before(qtbot: QtBot) -> None:
    row, _ = _segmented(qtbot)
    before = row.button("beam").minimumWidth()
    row.set_value("beam")
    assert row.button("beam").sizeHint().width() <= max(before, row.button("beam").width())


def test_a_stat_keeps_its_width_while_it_counts(qtbot: QtBot) -> None:
    stat = Stat("step", "0")
    qtbot.addWidget(stat)
    width = stat.minimumWidth()
    stat.set_value("888,888")
    assert stat.minimumWidth() == width
    assert stat.sizeHint().width() <= width
    assert stat.accessibleName() == "step: 888,888"
    stat.set_value("1,234,567")
    width = stat.minimumWidth()
    assert stat.sizeHint().width() <= width
    for text in ("8,888,888", "1,111,111", "\N{EN DASH}"):  # wider once, and then it stays
        stat.set_value(text)
        assert stat.minimumWidth() == width


def test_a_stat_that_counts_lays_nothing_out_anew(qtbot: QtBot, qapp: QApplication) -> None:
    bar = QWidget()
    qtbot.addWidget(bar)
    QVBoxLayout(bar).addWidget(stat := Stat("elapsed", widest="88:88"))
    bar.show()
    asked = Asked(bar)
    for second in range(10, 20):
        stat.set_value(f"0:{second}")
        qapp.processEvents()
    assert asked.count == 0


class Asked(QObject):
    """Counts how often a widget is asked to lay itself out."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        QApplication.processEvents()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_an_empty_table_says_what_will_be_in_it(qtbot: QtBot) -> None:
    table = HypothesisTable()
    qtbot.addWidget(table)
    table.resize(360, 240)
    table.show()

    def colours_below_the_first_row() -> int:
        picture = table.viewport().grab().toImage()
        half = range(60, picture.height())
        return len({picture.pixel(x, y) for x in range(picture.width()) for y in half})

    assert colours_below_the_first_row() > 4  # letters, with their soft edges
    assert table.accessibleDescription() == table.hint
    table.show_hypotheses([Scored("le chat", 4, -0.75, 1.5, -0.5)])
    assert colours_below_the_first_row() <= 2


def test_a_hypothesis_shows_how_it_came_to_its_score(qtbot: QtBot) -> None:
    table = HypothesisTable()
    qtbot.addWidget(table)
    table.show_hypotheses([Scored("le chat", 4, -0.75, 1.5, -0.5)], alpha=1.0)
    best = table.model().index(0, 0)
    assert best.data() == "le chat"
    assert (
        best.data(FIGURES) == "score −0.50 = log p −0.75 ÷ penalty 1.50 · 4\N{NO-BREAK SPACE}pieces"
    )
    assert "score −0.50" in best.data(Qt.ItemDataRole.AccessibleTextRole)
    told = best.data(Qt.ItemDataRole.ToolTipRole)
    assert "−0.75 / 1.50 = −0.50" in told
    assert "((5 + 4) / 6) ^ 1 = 1.50" in told
    table.show_hypotheses([Scored("le chat", 4, float("nan"), 1.5, float("nan"))])
    assert "score not a number" in table.model().index(0, 0).data(FIGURES)
    table.show_hypotheses([Scored("le le", 9, -0.75, 1.5, -0.5, ended=False)])
    assert table.model().index(0, 0).data() == "le le … (cut)"  # it may have the highest score
    assert "ranked after all that end" in table.model().index(0, 0).data(
        Qt.ItemDataRole.ToolTipRole
    )


def test_five_hypotheses_have_room_and_nothing_of_them_is_cut(qtbot: QtBot) -> None:
    """In the room below the tabs at 1280 x 720; in a narrow panel they are scrolled to."""
    table = HypothesisTable()
    qtbot.addWidget(table)
    text = "la reine heureuse ne vend pas ma fleur"
    table.show_hypotheses([Scored(text, 9, -0.75, 1.5, -0.5)] * 5)
    table.resize(332, 220)
    table.show()
    assert table.columnWidth(0) == table.viewport().width()
    high = table.rowHeight(0)
    assert 2 * table.fontMetrics().height() < high <= table.viewport().height() / 5
    table.resize(180, 220)
    qtbot.waitUntil(lambda: table.rowHeight(0) > 1.5 * high)
    assert table.verticalScrollBar().maximum() > 0
    assert table.horizontalScrollBar().maximum() == 0


def test_a_long_note_is_elided_and_told_on_hovering(qtbot: QtBot) -> None:
    head = PanelHead(2, "Model")
    qtbot.addWidget(head)
    head.setFixedWidth(240)
    head.show()
    head.set_note("412,108 parameters, of which <b>most</b> are embeddings")
    assert head.note_label.is_cut_short()
    assert "&lt;b&gt;most" in head.note_label.toolTip()
    assert head.width() <= 240


def test_a_head_lets_the_mouse_through_to_its_dock(qtbot: QtBot) -> None:
    outer = PanelBody()
    qtbot.addWidget(outer)
    head = PanelHead(1, "Data", parent=outer)
    event = QEvent(QEvent.Type.MouseButtonPress)
    event.ignore()
    assert head.testAttribute(Qt.WidgetAttribute.WA_NoMousePropagation) is False
    for label in head.findChildren(QLabel):
        assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse == (
            Qt.TextInteractionFlag.NoTextInteraction
        )


def test_two_lines_stay_clear_of_the_dashes_of_a_compact_drop_area(qtbot: QtBot) -> None:
    area = DropArea("Drop a corpus here, or click to open one")
    qtbot.addWidget(area)
    area.resize(150, area.heightForWidth(150))
    area.show()
    label = area.findChild(QLabel)
    assert label is not None
    assert label.geometry().top() >= 5
    assert area.height() - 1 - label.geometry().bottom() >= 5
    area.resize(600, area.heightForWidth(600))
    assert area.minimumSizeHint().height() <= 32  # one line is as low as before


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_the_drop_area_opens_from_the_keyboard(qtbot: QtBot, key: Qt.Key) -> None:
    area = DropArea("Drop a corpus here")
    qtbot.addWidget(area)
    with qtbot.waitSignal(area.clicked, timeout=500):
        QTest.keyClick(area, key)


def test_the_drop_area_keeps_the_space_key_from_shortcuts(qtbot: QtBot) -> None:
    area = DropArea("Drop a corpus here")
    qtbot.addWidget(area)
    none = Qt.KeyboardModifier.NoModifier
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Space, none)
    event.ignore()
    QApplication.sendEvent(area, event)
    assert event.isAccepted()


def test_the_drop_area_opens_by_mouse(qtbot: QtBot) -> None:
    area = DropArea("Drop a corpus here")
    qtbot.addWidget(area)
    area.show()
    assert not area.acceptDrops()
    with qtbot.waitSignal(area.clicked, timeout=500):
        QTest.mouseClick(area, Qt.MouseButton.LeftButton)


@pytest.fixture
def banner(qtbot: QtBot) -> Iterator[Banner]:
    """Yield a banner inside a window that is shown."""
    window = QWidget()
    qtbot.addWidget(window)
    banner = Banner(window)
    window.resize(800, 200)
    window.show()
    yield banner
    window.close()


def _button(banner: QWidget, text: str) -> QPushButton:
    return next(button for button in banner.findChildren(QPushButton) if button.text() == text)


def test_a_banner_is_hidden_until_there_is_a_message(banner: Banner) -> None:
    assert not banner.isVisible()
    banner.show_message("The disk is full.", "warning")
    assert banner.isVisible()
    assert banner.objectName() == "banner"
    assert banner.accessibleName() == "Warning"
    assert banner.accessibleDescription() == "The disk is full."


def test_a_message_is_never_html_and_can_be_selected(banner: Banner) -> None:
    banner.show_message("line 3 of <b>pairs.tsv</b> is empty")
    label = next(x for x in banner.findChildren(QLabel) if "pairs.tsv" in x.text())
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse


def test_an_action_does_its_deed_and_takes_the_message_away(banner: Banner, qtbot: QtBot) -> None:
    done: list[str] = []
    banner.show_message("It exploded.", actions=[("Rewind", lambda: done.append("rewound"))])
    QTest.mouseClick(_button(banner, "Rewind"), Qt.MouseButton.LeftButton)
    assert done == ["rewound"]
    assert not banner.isVisible()


def test_an_action_may_show_the_next_message(banner: Banner, qtbot: QtBot) -> None:
    banner.show_message("First", actions=[("Next", lambda: banner.show_message("Second"))])
    _button(banner, "Next").click()
    assert banner.isVisible()
    assert banner.text() == "Second"


def test_escape_closes_the_banner(banner: Banner, qtbot: QtBot) -> None:
    banner.show_message("It exploded.")
    with qtbot.waitSignal(banner.closed, timeout=500):
        QTest.keyClick(banner, Qt.Key.Key_Escape)
    assert not banner.isVisible()


def test_the_focus_goes_back_from_a_closed_message(banner: Banner, qtbot: QtBot) -> None:
    before, after = QPushButton("Train", banner.window()), QPushButton("x", banner.window())
    before.show()
    after.show()
    banner.window().activateWindow()
    qtbot.waitUntil(banner.window().isActiveWindow)
    before.setFocus()
    banner.show_message("It exploded.")
    _button(banner, "✕").setFocus()
    QTest.keyClick(_button(banner, "✕"), Qt.Key.Key_Space)
    assert QApplication.focusWidget() is before


def test_details_are_shown_apart_and_can_be_copied(banner: Banner, qtbot: QtBot) -> None:
    banner.show_message("It exploded.")
    assert not _button(banner, "Details").isVisible()
    banner.show_message("It exploded.", details="Traceback <i>of</i> it")
    assert _button(banner, "Details").isVisible()
    _button(banner, "Details").click()
    dialog = banner.window().findChild(QDialog, "detailsDialog")
    assert isinstance(dialog, DetailsDialog)
    assert dialog.field.isReadOnly()
    assert dialog.field.toPlainText() == "Traceback <i>of</i> it"
    _button(dialog, "Copy").click()
    assert QGuiApplication.clipboard().text() == "Traceback <i>of</i> it"
    dialog.close()


def test_an_elided_label_shows_plain_text_only(qtbot: QtBot) -> None:
    label = ElidedLabel("<b>x</b>")
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText


def _turn_wheel(widget: QWidget) -> None:
    place, nothing = QPointF(5, 5), QPoint()
    event = QWheelEvent(
        place, widget.mapToGlobal(place), nothing, QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_a_passing_wheel_turns_neither_list_nor_number(qtbot: QtBot) -> None:
    chooser, number = Chooser(), SpinBox(1, 20, 5)
    qtbot.addWidget(chooser)
    qtbot.addWidget(number)
    chooser.addItems(["one", "two"])
    _turn_wheel(chooser)
    _turn_wheel(number)
    assert (chooser.currentIndex(), number.value()) == (0, 5)
    chooser.show()
    chooser.activateWindow()
    chooser.setFocus()
    qtbot.waitUntil(chooser.hasFocus)
    _turn_wheel(chooser)
    assert chooser.currentIndex() == 0


def test_a_list_keeps_its_width_whatever_it_holds(qtbot: QtBot) -> None:
    chooser = Chooser(letters=6)
    qtbot.addWidget(chooser)
    width = chooser.sizeHint().width()
    chooser.addItem("a very long name of a corpus that somebody has dropped onto the window")
    assert chooser.sizeHint().width() == width
    chooser.resize(width, 32)
    assert not chooser.grab().isNull()


def test_a_banner_is_as_high_as_its_text_needs(banner: Banner, qtbot: QtBot) -> None:
    banner.resize(400, 48)
    banner.show_message("Short.")
    one = banner.height()
    banner.show_message("The loss is not a number: the learning rate is too high. " * 6)
    assert banner.height() > 2 * one


def test_a_banner_shows_the_last_line_of_its_first_message(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    banner = Banner()
    column.addWidget(banner)
    column.addStretch(1)
    window.resize(500, 400)
    window.show()
    QApplication.processEvents()
    text = "The loss is not a number: the learning rate is too high. " * 3 + "Lower it."
    banner.show_message(text)
    QApplication.processEvents()
    (label,) = [each for each in banner.findChildren(QLabel) if each.text() == text]
    assert label.height() >= label.heightForWidth(label.width()) > 40


@pytest.mark.parametrize(
    ("text", "shown"),
    [("It is left out", "It is left out."), ("Take it?", "Take it?"), ("a\nb.", "a.\nb.")],
)
def test_what_a_banner_says_ends_like_a_sentence(banner: Banner, text: str, shown: str) -> None:
    banner.show_message(text)
    assert any(label.text() == shown for label in banner.findChildren(QLabel))
    assert banner.text() == text


def test_an_edge_fades_only_where_there_is_more_beyond_it(qtbot: QtBot) -> None:
    area, inside = QScrollArea(), QWidget()
    qtbot.addWidget(area)
    inside.setFixedSize(80, 600)
    area.setWidget(inside)
    fade_edges(area)
    area.resize(120, 200)
    area.show()
    lower, upper = area.findChildren(ScrollFade)
    bar = area.verticalScrollBar()
    for value, seen in ((0, (True, False)), (100, (True, True)), (bar.maximum(), (False, True))):
        bar.setValue(value)
        assert (lower.isVisible(), upper.isVisible()) == seen
    inside.setFixedSize(80, 50)
    qtbot.waitUntil(lambda: not (lower.isVisible() or upper.isVisible()))


def test_a_path_wraps_after_its_slashes_only(qtbot: QtBot) -> None:
    path = "/home/some body/.local/share/s2s-playground/runs/copy-gru-20261121-014326"
    label = QLabel(in_sentence(path), wordWrap=True)
    qtbot.addWidget(label)
    layout = QTextLayout(label.text(), label.font())
    layout.beginLayout()
    lines = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(330)
        lines.append(label.text()[line.textStart() : line.textStart() + line.textLength()])
    layout.endLayout()
    plain = ["".join(letter for letter in line if letter.isprintable()) for line in lines]
    assert len(plain) > 1
    assert all(line.endswith("/") for line in plain[:-1])
    assert "".join(plain).replace("somebody", "some body") == path
    long = in_sentence(f"/runs/{'x' * 200}")
    assert len(long) < 80
    assert "…" in long


def test_the_name_of_a_changed_knob_is_read_whole_in_a_narrow_form(qtbot: QtBot) -> None:
    row = FormRow("Variational dropout", QPushButton())
    qtbot.addWidget(row)
    row.resize(270, 28)
    row.show()
    before = row.height()
    row.set_way_back("Back to off")
    row.set_pending("Needs a new run.")
    QApplication.processEvents()
    assert QFontMetrics(row.label.font()).horizontalAdvance(row.label.text()) > row.label.width()
    assert not row.label.is_cut_short()
    assert row.height() == before
    row.resize(120, 28)
    QApplication.processEvents()
    assert row.label.is_cut_short()

"""The list of what is odd about a corpus, in the data panel."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.panels.data_panel import DataPanel
from app.widgets.examples_popup import ExamplesPopup
from s2s_core.configs import DataConfig
from s2s_core.records import Finding, ProgressRecord
from tests.app.bridge.room import Room
from tests.app.panels.test_data_panel import CORPUS, PAIRS, PREPARED, read

# The offscreen platform says so of every window that opens.
pytestmark = pytest.mark.qt_log_ignore("does not support")

BLANK = Finding("blank", "{count} pairs have a blank side", 9, ((4, "a", ""),))
DOUBLE = Finding(
    "duplicates", "{count} pairs occur twice", 20,
    ((3, "<b>cat</b>", "قطة سوداء."), (8, "dog", "chien")), "only the first of each is kept",
    title="Duplicates",
)  # fmt: skip
SAME = Finding("identical", "{count} pairs are the same", 12, ((5, "x", "x"),), "they are left out")
ODD = replace(CORPUS, findings=(DOUBLE, SAME, BLANK))


def names(panel: DataPanel) -> list[str]:
    """Return what is ticked."""
    rows = [panel.findings._row(place) for place in range(panel.findings.count())]
    return [row.name for row in rows if row.is_ticked]


def order(panel: DataPanel) -> list[str]:
    return [panel.findings._name(place) for place in range(panel.findings.count())]


@pytest.fixture
def panel(room: Room, qtbot: QtBot) -> DataPanel:
    panel = DataPanel(room.controller)
    qtbot.addWidget(panel)
    qtbot.addWidget(panel.head)
    panel.resize(304, 210)
    panel.show()
    return panel


@pytest.fixture
def odd(room: Room, panel: DataPanel) -> DataPanel:
    """A panel that shows the findings of a corpus."""
    read(room, ODD)
    panel.resize(304, 380)
    panel.chip.click()
    return panel


def test_findings_and_pairs_take_turns(room: Room, panel: DataPanel) -> None:
    read(room)
    panel.chip.click()
    assert panel.findings.isVisible()
    assert panel.findings.item(0).text() == "20 pairs occur twice"
    panel.chip.click()
    assert panel.table.isVisible()


def test_escape_leaves_the_findings_and_the_focus_is_where_it_was(
    room: Room, panel: DataPanel
) -> None:
    read(room)
    panel.activateWindow()
    for before in (panel.chooser, panel.chip):
        before.setFocus()
        panel.chip.click()
        panel.findings.setFocus()
        assert panel.findings.isVisible()
        QTest.keyClick(panel.findings, Qt.Key.Key_Escape)
        assert panel.table.isVisible()
        assert QApplication.focusWidget() is before


def test_a_corpus_without_findings_has_no_chip(room: Room, panel: DataPanel) -> None:
    read(room, replace(CORPUS, findings=()))
    assert not panel.chip.isVisible()
    height = panel.minimumSizeHint().height()
    panel.chip.show()
    assert panel.minimumSizeHint().height() == height  # nor does anything move when one comes


def test_the_list_scrolls_a_little_at_a_time_to_its_very_end(room: Room, panel: DataPanel) -> None:
    """Rows taller than one another: by whole rows there was a gap at the end, and a jump."""
    some = [replace(SAME, name=f"n{n}", cure="they are left out " * (1 + n % 4)) for n in range(9)]
    read(room, replace(CORPUS, findings=tuple(some)))
    panel.resize(304, 380)
    panel.chip.click()
    QApplication.processEvents()
    findings, bar = panel.findings, panel.findings.verticalScrollBar()
    assert 0 < 3 * bar.singleStep() < findings.viewport().height() // 2
    bar.setValue(bar.maximum())
    QApplication.processEvents()
    last = findings.visualItemRect(findings.item(8))
    assert last.bottom() + 1 == findings.viewport().height()


def test_a_cure_is_told_whole_and_ticking_it_moves_no_row(room: Room, panel: DataPanel) -> None:
    long = replace(
        DOUBLE, name="markup", cure="tags are taken out, entities become what they stand for"
    )
    read(room, replace(CORPUS, findings=(long, SAME)))
    panel.resize(304, 380)
    panel.chip.click()
    QApplication.processEvents()
    list_ = panel.findings
    places = list_.visualItemRect(list_.item(0)).height(), list_.visualItemRect(list_.item(1))
    line = list_.fontMetrics().lineSpacing()
    assert places[0] > 3 * line > places[1].height()  # the cure itself takes two lines
    room.controller.steering.turn("data.cures", ("markup",))
    room.controller.reading._send()
    room.answer(corpus=replace(CORPUS, findings=(replace(long, cured=20), SAME)), prepared=PREPARED)
    QApplication.processEvents()
    row = list_.row_named("markup")
    assert row is not None
    assert row.remedy == "Cured: 20 changed"
    assert list_.visualItemRect(list_.item(1)) == places[1]


def test_the_chip_tells_what_is_cured_and_that_nothing_is_left(room: Room, odd: DataPanel) -> None:
    assert odd.chip.text() == "⚠ 3 findings"
    for cured, text in (((SAME,), "⚠ 1 of 3 cured"), ((SAME, DOUBLE), "✓ 2 of 3 cured")):
        room.controller.steering.turn("data.cures", tuple(each.name for each in cured))
        room.controller.reading._send()
        found = [replace(f, cured=f.count) if f in cured else f for f in ODD.findings]
        room.answer(corpus=replace(ODD, findings=tuple(found)), prepared=PREPARED)
        assert odd.chip.text() == text
    assert odd.split.isVisible()  # the split is not hidden by the list


def test_a_click_on_the_box_asks_for_a_cure_and_one_beside_it_does_not(
    room: Room, odd: DataPanel
) -> None:
    before = len(room.reader.commands)
    box = odd.findings.box_of(1).center()
    QTest.mouseClick(odd.findings.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert room.draft.config.data.cures == ("identical",)
    assert names(odd) == ["identical"]
    room.controller.reading._send()
    assert [command.data.cures for command in room.reader.commands[before:]] == [("identical",)]
    QTest.mouseClick(odd.findings.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert not room.draft.config.data.cures


def test_a_finding_that_cannot_be_cured_has_no_box(room: Room, odd: DataPanel) -> None:
    box = odd.findings.box_of(2).center()
    QTest.mouseClick(odd.findings.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert not room.draft.config.data.cures
    popup = odd.findings.findChild(ExamplesPopup)
    assert popup is not None
    popup.close()


def test_what_was_cured_stays_in_its_place_with_its_count(room: Room, odd: DataPanel) -> None:
    told: list[str] = []
    odd.findings.told.connect(told.append)
    odd.findings.setFocus()
    odd.findings.setCurrentRow(0)
    QTest.keyClick(odd.findings, Qt.Key.Key_Space)
    assert room.draft.config.data.cures == ("duplicates",)
    # The most frequent comes first, and that is another one now; the rest was cured with it.
    after = (SAME, replace(DOUBLE, count=12, cured=12, left_out=10))
    room.controller.reading._send()
    corpus = replace(
        ODD, findings=after, kept=28_990, changed=2, preview_left_out=(3,),
        preview_cured=((1, PAIRS[1][0], "<b>x"),),
    )  # fmt: skip
    room.answer(corpus=corpus, prepared=PREPARED)
    assert order(odd) == ["duplicates", "identical"]
    assert names(odd) == ["duplicates"]
    assert odd.findings.currentRow() == 0
    assert odd.findings.hasFocus()
    assert odd.findings.isVisible()
    row = odd.findings.row_named("duplicates")
    assert row is not None
    assert row.remedy == "Cured: 2 changed, 10 left out"
    sentence = "28,990 of 29,000 pairs are kept, 2 of them changed; 10 left out."
    assert told == [sentence]
    assert odd.head.note_label.text().startswith("28,990 of 29,000")
    # The pairs are shown as they are trained on.
    model = odd.table.model()
    assert model.data(model.index(1, 0)) == PAIRS[1][0]
    assert model.data(model.index(1, 1)) == "✎ <b>x"
    hint = model.data(model.index(1, 1), Qt.ItemDataRole.ToolTipRole)
    assert f"In the file: {PAIRS[1][1]}" in hint
    assert "&lt;b&gt;x" in hint
    font = model.data(model.index(3, 0), Qt.ItemDataRole.FontRole)
    assert font.strikeOut()
    assert model.data(model.index(2, 0), Qt.ItemDataRole.FontRole) is None
    assert "Left out" in model.data(model.index(3, 1), Qt.ItemDataRole.AccessibleTextRole)


def test_undo_takes_a_tick_back_and_redo_sets_it_again(room: Room, odd: DataPanel) -> None:
    odd.findings.tick("identical", True)
    assert "data.cures" in room.draft.changed_keys()
    room.controller.steering.undo()
    assert names(odd) == []
    room.controller.steering.redo()
    assert names(odd) == ["identical"]


def test_all_that_can_be_cured_is_ticked_at_once_and_none_of_it(room: Room, odd: DataPanel) -> None:
    assert odd.cure_all.text() == "Cure all"
    odd.cure_all.click()
    assert room.draft.config.data.cures == ("duplicates", "identical")
    assert odd.cure_all.text() == "Cure none"
    odd.cure_all.click()
    assert not room.draft.config.data.cures


def test_one_tick_of_all_can_be_taken_back(room: Room, odd: DataPanel) -> None:
    room.draft.set("data.cures", ("all",))
    assert names(odd) == ["duplicates", "identical"]
    odd.findings.tick("identical", False)
    assert room.draft.config.data.cures == ("duplicates",)


def test_another_corpus_shows_its_pairs_first_and_nothing_is_ticked(
    room: Room, odd: DataPanel
) -> None:
    odd.cure_all.click()
    room.controller.reading.open_builtin("copy")
    room.answer(corpus=ODD, prepared=PREPARED)
    assert odd.table.isVisible()
    assert names(odd) == []


def test_examples_are_plain_text_in_their_direction(room: Room, odd: DataPanel) -> None:
    odd.findings.setCurrentRow(0)
    QTest.keyClick(odd.findings, Qt.Key.Key_Return)
    popup = odd.findings.findChild(ExamplesPopup)
    assert popup is not None
    labels = {label.text(): label for label in popup.findChildren(QLabel)}
    assert {"20 pairs occur twice", "pair 3", "pair 8", "chien"} <= labels.keys()
    assert labels["<b>cat</b>"].textFormat() == Qt.TextFormat.PlainText
    arabic = labels["قطة سوداء."]
    assert arabic.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert arabic.alignment() & Qt.AlignmentFlag.AlignRight
    tick = popup.findChild(QCheckBox, "cureTick")
    assert tick is not None
    tick.click()
    assert room.draft.config.data.cures == ("duplicates",)
    assert names(odd) == ["duplicates"]
    wanted: list[str] = []
    odd.browse_wanted.connect(wanted.append)
    button = popup.findChild(QPushButton, "browseFinding")
    assert button is not None
    button.click()
    assert wanted == ["duplicates"]
    assert not popup.isVisible()


def test_a_long_cure_is_not_cut_off(room: Room, panel: DataPanel) -> None:
    long = "look-alike letters are replaced; pairs where none is alike are left out & counted"
    read(room, replace(CORPUS, findings=(replace(DOUBLE, cure=long),)))
    panel.chip.click()
    panel.findings.open("duplicates")
    popup = panel.findings.findChild(ExamplesPopup)
    assert popup is not None
    tick = popup.findChild(QCheckBox, "cureTick")
    assert tick is not None
    assert tick.text().count("\n") == 1
    assert tick.sizeHint().width() <= popup.contentsRect().width() - 2 * 16
    assert tick.accessibleName() == f"L{long[1:]}"
    popup.close()


def test_nothing_moves_while_the_corpus_is_prepared_again(room: Room, odd: DataPanel) -> None:
    before = odd.findings.geometry(), odd.chip.geometry()
    odd.findings.tick("identical", True)
    room.read(ProgressRecord("encoding", 1, 2))
    assert odd.progress.isVisible()
    assert odd.split.text() == "Encoding …"
    assert (odd.findings.geometry(), odd.chip.geometry()) == before


def test_pairs_kept_back_have_examples(room: Room, panel: DataPanel) -> None:
    """Those with a held-out source that are not held out themselves; left out or not is known."""
    one, other = ("a cat", "un chat"), ("a cat", "le chat")
    some = (other, PAIRS[0], one, one, PAIRS[1], other, ("<b>a cat", "chat"), other, other)
    corpus = replace(
        CORPUS, preview=some, preview_left_out=(5,), preview_cured=((6, "a cat", "chat"),)
    )
    room.controller.start()
    room.controller.reading.open(DataConfig(builtin="", train=("/there/pairs.tsv",)))
    room.answer(corpus=corpus, prepared=replace(PREPARED, kept_back=5, examples=(one,)))
    row = panel.findings.row_named("kept_back")
    assert row is not None
    assert row.can_open
    (found,) = panel.findings._kept_back()
    assert [number for number, *_ in found.examples] == [1, 4, 7]
    assert found.examples[2] == (7, "a cat", "chat")
    panel.chip.click()
    panel.findings.setCurrentRow(panel.findings.count() - 1)
    panel.findings.open("kept_back")
    popup = panel.findings.findChild(ExamplesPopup)
    assert popup is not None
    assert "pair 4" in {label.text() for label in popup.findChildren(QLabel)}
    popup.close()

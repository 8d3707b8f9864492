"""The data panel: small enough to leave room, and nothing in it is cut off."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.bridge.messages import CorpusReady
from app.panels.data_panel import DataPanel
from s2s_core.records import CorpusRecord, Finding, PreparedRecord
from tests.app.bridge.test_controller import Room

PAIRS = tuple((f"the red cat {n}", f"le chat rouge {n}") for n in range(40))
CORPUS = CorpusRecord(
    "Pairs",
    "English",
    "French",
    29_000,
    PAIRS,
    (Finding("duplicates", "{count} pairs occur twice", 20),),
)
PREPARED = PreparedRecord("folder", 28_000, 1_000, 8_012, 8_013, 0, 0, False)


@pytest.fixture
def panel(room: Room, qtbot: QtBot) -> DataPanel:
    panel = DataPanel(room.controller)
    qtbot.addWidget(panel)
    qtbot.addWidget(panel.head)
    panel.resize(304, 210)
    panel.show()
    return panel


def read(room: Room, corpus: CorpusRecord = CORPUS) -> CorpusReady:
    room.controller.start()
    return room.answer(corpus=corpus, prepared=PREPARED)


def test_the_drop_area_takes_one_row_once_there_is_a_corpus(room: Room, panel: DataPanel) -> None:
    before = panel.drop.minimumHeight()
    read(room)
    assert panel.drop.height() < before
    assert panel.drop.height() <= 30


def test_no_row_of_the_table_is_cut_in_half(room: Room, panel: DataPanel) -> None:
    read(room)
    for height in range(190, 320, 7):
        panel.resize(304, height)
        table = panel.table
        row = table.verticalHeader().defaultSectionSize()
        assert table.viewport().height() % row == 0
        assert table.viewport().height() >= row


def test_the_numbers_are_not_cut_short_beside_the_findings(room: Room, panel: DataPanel) -> None:
    read(room)
    panel.head.resize(304, 40)
    panel.head.show()
    assert panel.chip.isVisible()
    assert panel.split.text() == "1,000 held out"
    assert panel.head.note_label.text() == "29,000 pairs"
    assert "Vocabulary: 8,012 + 8,013 pieces" in panel.head.note_label.toolTip()
    assert not panel.head.note_label.is_cut_short()


def test_findings_and_pairs_take_turns(room: Room, panel: DataPanel) -> None:
    read(room)
    panel.chip.click()
    assert panel.findings.isVisible()
    assert panel.findings.item(0).text() == "20 pairs occur twice"
    panel.chip.click()
    assert panel.table.isVisible()


def test_a_corpus_without_findings_has_no_chip(room: Room, panel: DataPanel) -> None:
    read(room, replace(CORPUS, findings=()))
    assert not panel.chip.isVisible()

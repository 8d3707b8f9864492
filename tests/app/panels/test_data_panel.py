"""The data panel: small enough to leave room, and nothing in it is cut off."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.bridge.messages import CorpusReady
from app.panels.data_panel import DataPanel
from app.panels.data_panel.languages import LanguagesDialog
from app.widgets.form_popup import FormPopup
from app.widgets.pair_table import PairTable
from s2s_core.configs import DataConfig
from s2s_core.records import (
    CorpusRecord,
    FailureRecord,
    Finding,
    PreparedRecord,
    ProgressRecord,
)
from tests.app.bridge.room import Room

# The offscreen platform says so of every window that opens.
pytestmark = pytest.mark.qt_log_ignore("does not support")

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


def test_the_drop_area_holds_its_height_when_the_corpus_comes(room: Room, panel: DataPanel) -> None:
    before = panel.drop.height()
    read(room)
    assert panel.drop.height() == before
    assert panel.drop.height() <= 30


def test_built_in_corpora_are_told_apart_however_narrow_it_is(room: Room, panel: DataPanel) -> None:
    read(room)
    panel.resize(286, 258)  # in a window of 1280 × 720
    assert panel.difficulty.button.isVisible()
    shown = []
    for place in range(panel.chooser.count()):
        panel.chooser.setCurrentIndex(place)
        shown.append(panel.chooser.shown_text())
    for language in ("French", "German", "Chinese"):
        assert sum(text.endswith(language) for text in shown) == 1
    assert len(set(shown)) == len(shown)
    panel.resize(304, 258)
    for title in ("Phrasebook Chinese → English", "Subordinate clauses German → English"):
        panel.chooser.setItemText(panel.chooser.currentIndex(), title)
        stem, direction = panel.chooser.shown_text().split("… ")
        assert title.startswith(stem)
        assert direction in ("Chinese → English", "German → English")


def test_of_two_files_it_is_seen_that_they_are_two_however_narrow_it_is(
    room: Room, panel: DataPanel
) -> None:
    read(room)
    for names, shown in (
        ("train.en.gz + train.de.gz", "train.en/.de"),
        ("test.2016.flickr.en + test.2016.flickr.de", "test.2016.flickr.en/.de"),
    ):
        panel.chooser.setItemText(panel.chooser.currentIndex(), names)
        width = panel.chooser.fontMetrics().horizontalAdvance
        panel.chooser.resize(width(names) + 60, panel.chooser.height())
        assert panel.chooser.shown_text() == names
        panel.chooser.resize(width(shown) + 45, panel.chooser.height())
        assert panel.chooser.shown_text() == shown
    names = "the-english-side-of-it.txt + die-deutsche-seite.txt"
    panel.chooser.setItemText(panel.chooser.currentIndex(), names)
    first, second = panel.chooser.shown_text().split(" + ")
    assert first.startswith("the")
    assert second.startswith("die")
    assert (first[-3:], second[-3:]) == ("txt", "txt")
    assert width(f"{first} + {second}") <= panel.chooser.width()


def test_no_row_of_the_table_is_cut_in_half(room: Room, panel: DataPanel) -> None:
    read(room)
    for height in range(190, 320, 7):
        panel.resize(304, height)
        table = panel.table
        row = table.verticalHeader().defaultSectionSize()
        assert table.viewport().height() % row == 0
        assert table.viewport().height() >= row


def test_the_line_below_the_head_goes_on_above_the_scroll_bar(qtbot: QtBot) -> None:
    table = PairTable()
    qtbot.addWidget(table)
    table.resize(200, 80)
    table.show()
    end = next(f for f in table.findChildren(QFrame) if f.property("role") == "pairsHead")
    head = table.horizontalHeader()
    assert end.maximumHeight() == head.height() > 0
    head.hide()  # titles stand in its place
    assert end.maximumHeight() == 0


def test_the_numbers_are_not_cut_short_beside_the_findings(room: Room, panel: DataPanel) -> None:
    read(room)
    panel.head.resize(304, 40)
    panel.head.show()
    assert panel.chip.isVisible()
    assert panel.split.text() == "1,000 held out"
    assert panel.head.note_label.text() == "29,000 pairs"
    assert "Vocabulary: 8,012 + 8,013 pieces" in panel.head.note_label.toolTip()
    assert not panel.head.note_label.is_cut_short()


def test_the_size_of_a_corpus_that_is_still_read_is_not_cut(room: Room, panel: DataPanel) -> None:
    panel.head.resize(304, 40)
    panel.head.show()
    read(room, replace(CORPUS, pairs=3_000_000, kept=3_000_000, is_counted=False))
    assert panel.head.note_label.text() == "about 3,000,000"
    assert "about 3,000,000 pairs" in panel.head.note_label.toolTip()
    panel.head.resize(500, 40)
    panel.head.show_counts()
    assert panel.head.note_label.text() == "about 3,000,000 pairs"


def test_a_swapped_corpus_is_called_by_its_own_direction(room: Room, panel: DataPanel) -> None:
    read(room)
    for swapped, title in ((True, "Phrasebook French → English"), (False, "Phrasebook → French")):
        asked = DataConfig(builtin="phrasebook", swap_sides=swapped)
        room.controller.reading.open(asked)
        room.answer(corpus=CORPUS, prepared=PREPARED)
        assert panel.chooser.currentText() == title


# Columns, encodings and the split ----------------------------------------------------------

WIDE = replace(
    CORPUS, columns=(("1", "cat"), ("2", "chat"), ("3", "CC-BY")),
    source_column="1", target_column="2", source_name="Source", target_name="Target",
)  # fmt: skip


def choose_column(button: QWidget, row: int) -> None:
    """Click a title, and an entry of the menu that opens."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    menu = button.findChild(QMenu, "columnMenu")
    assert menu is not None
    menu.actions()[row].trigger()
    menu.close()


def test_the_titles_to_choose_stand_above_their_columns(room: Room, panel: DataPanel) -> None:
    pairs = tuple((f"source {n}", f"target {n}") for n in range(100))
    columns = (("1", "a"), ("2", "b"), ("3", "c"))
    read(room, replace(CORPUS, preview=pairs, columns=columns))
    panel.table.scrollToTop()
    QApplication.processEvents()
    frame, across = panel.table.frameWidth(), panel.table.horizontalHeader()
    assert panel.titles.isVisible()
    assert panel.titles.target.x() + frame == panel.table.viewport().x() + across.sectionPosition(1)
    assert panel.titles.width() == panel.table.width()


def test_titles_offer_columns_only_where_there_are_more_than_two(
    room: Room, panel: DataPanel
) -> None:
    read(room)
    assert not panel.titles.isVisible()
    assert panel.table.horizontalHeader().isVisible()
    room.controller.reading.swap_sides()
    room.answer(corpus=WIDE, prepared=PREPARED)
    assert panel.titles.isVisible()
    assert not panel.table.horizontalHeader().isVisible()
    assert (panel.titles.source.text(), panel.titles.target.text()) == ("Column 1", "Column 2")


@pytest.mark.parametrize(
    ("is_target", "row", "columns"),
    [(False, 2, ("3", "2")), (True, 2, ("1", "3")), (True, 0, ("2", "1"))],
)
def test_another_column_is_one_click_away(
    room: Room, panel: DataPanel, is_target: bool, row: int, columns: tuple[str, str]
) -> None:
    read(room, WIDE)
    choose_column(panel.titles.target if is_target else panel.titles.source, row)
    asked = room.reader.commands[-1].data
    assert (asked.source_column, asked.target_column) == columns
    assert not asked.swap_sides


def test_the_first_row_is_a_header_and_a_pair_again_by_one_click_each(
    room: Room, panel: DataPanel
) -> None:
    table = replace(WIDE, columns=WIDE.columns[:2], header="no", source_name="English")
    read(room, table)
    assert (panel.titles.source.text(), panel.titles.target.text()) == ("English", "Column 2")
    choose_column(panel.titles.target, -1)
    asked = room.reader.commands[-1].data
    assert (asked.header, asked.source_column, asked.target_column) == ("yes", "1", "2")
    named = (("key", "cat"), ("val", "chat"))
    room.answer(
        corpus=replace(
            table, header="yes", columns=named, source_column="key", target_column="val"
        ),
        prepared=PREPARED,
    )
    choose_column(panel.titles.source, -1)
    asked = room.reader.commands[-1].data
    assert (asked.header, asked.source_column, asked.target_column) == ("no", "1", "2")


def test_a_column_is_of_the_corpus_that_is_shown_not_of_a_file_that_was_refused(
    room: Room, panel: DataPanel
) -> None:
    read(room, WIDE)
    shown = room.controller.corpus
    room.controller.opener.open([Path("broken.tsv")])
    asked = room.reader.commands[-1]
    room.read(FailureRecord("{file} is empty", {"file": "broken.tsv"}, "", request=asked.request))
    choose_column(panel.titles.target, 2)
    assert shown is not None
    assert room.reader.commands[-1].data.train == shown.data.train


@pytest.mark.parametrize(
    ("beginning", "says"),
    [
        (0, "chosen at random. Vocabularies: learnt from 50,000 pairs from all over the corpus."),
        (
            200_000,
            "chosen among the first 200,000 pairs. Vocabularies: learnt from 50,000 of the "
            "first 200,000 pairs.",
        ),
    ],
)
def test_of_a_large_corpus_it_is_told_where_its_sample_comes_from(
    room: Room, panel: DataPanel, beginning: int, says: str
) -> None:
    sampled = replace(PREPARED, vocabulary_pairs=50_000, beginning=beginning)
    room.controller.reading.open(room.draft.config.data)
    room.answer(prepared=sampled)
    assert says in panel.split.toolTip().replace("&nbsp;", " ")


def test_an_encoding_is_told_where_it_is_not_utf_8(room: Room, panel: DataPanel) -> None:
    read(room, replace(CORPUS, encodings=(("a.en", "UTF-8"), ("a.fr", "Windows-1252"))))
    assert panel.head.note_label.text() == "29,000 pairs · Windows-1252"
    assert "a.en is read as UTF-8" in panel.head.note_label.toolTip()


def test_the_split_is_told_as_fully_as_there_is_room_for(room: Room, panel: DataPanel) -> None:
    read(room, replace(CORPUS, findings=()))
    assert panel.split.text() == "28,000 to train on · 1,000 held out"
    panel.resize(600, 300)
    assert panel.split.text() == "28,000 to train on · 1,000 held out, chosen at random"
    panel.split.click()
    popup = panel.split.findChild(FormPopup)
    assert popup is not None
    popup.form.knob_changed.emit("data.held_out_percent", 5.0)
    assert room.draft.config.data.held_out_percent == 5.0
    popup.close()


def test_pairs_of_a_held_out_source_are_counted_apart(room: Room, panel: DataPanel) -> None:
    room.controller.start()
    room.answer(corpus=CORPUS, prepared=replace(PREPARED, kept_back=1))
    assert panel.split.accessibleDescription().endswith(
        "1 with the same source as one of these, neither"
    )
    assert panel.findings.row_named("kept_back") is None  # nobody can mend what was generated
    room.controller.reading.open(DataConfig(builtin="", train=("/there/pairs.tsv",)))
    room.answer(corpus=CORPUS, prepared=replace(PREPARED, kept_back=1))
    row = panel.findings.row_named("kept_back")
    assert row
    assert row.text == "1 pair is not trained on, as its source is held out"


def test_a_corpus_is_named_as_soon_as_it_is_asked_for(room: Room, panel: DataPanel) -> None:
    read(room)
    before, head = panel.chooser.currentText(), panel.head.note_label.text()
    room.controller.reading.open(DataConfig(builtin="", train=("/there/million.tsv",)))
    assert panel.chooser.currentText() == "million.tsv"
    panel.show_progress(ProgressRecord("reading", 430_000))
    panel.head.show_counts()  # as when a run changes
    assert panel.head.note_label.text() == "430,000 pairs …"
    room.controller.reading.stop()
    assert (panel.chooser.currentText(), panel.head.note_label.text()) == (before, head)


def test_no_pairs_stand_under_the_name_of_another_corpus(room: Room, panel: DataPanel) -> None:
    read(room)
    pairs, across = panel.table.model().rowCount(), Qt.Orientation.Horizontal
    titles = [panel.table.model().headerData(n, across) for n in (0, 1)]
    panel.chip.setChecked(True)
    room.controller.reading.open(DataConfig(builtin="", train=("million.tsv",)))
    assert panel.table.model().rowCount() == 0
    assert panel.table.model().headerData(0, across) not in titles
    assert not panel.findings.isVisible()
    assert not panel.chip.isVisible()
    asked = room.reader.commands[-1]
    room.read(FailureRecord("million.tsv is empty", request=asked.request))
    assert panel.table.model().rowCount() == pairs
    assert [panel.table.model().headerData(n, across) for n in (0, 1)] == titles
    assert panel.chip.isVisible()
    room.controller.reading.swap_sides()  # of the same corpus
    assert panel.table.model().rowCount() == pairs


def test_of_many_languages_two_are_asked_for(room: Room, panel: DataPanel) -> None:
    read(room)
    room.controller.opener.open([Path("memory.tmx")])
    asked = room.reader.commands[-1]
    languages = [("en-us", "English"), ("fr", "French"), ("de", "German")]
    room.read(FailureRecord("{file}", {"file": "m.tmx"}, "", request=asked.request,
                            choices=languages))  # fmt: skip
    dialog = panel.findChild(LanguagesDialog)
    assert dialog is not None
    dialog.target.setCurrentIndex(0)
    dialog.target.activated.emit(0)  # English, which was the source: they are exchanged
    assert dialog.source.currentData() == "fr"
    dialog.accept()
    again = room.reader.commands[-1].data
    assert again.train == ("memory.tmx",)
    assert (again.source_column, again.target_column) == ("fr", "en-us")


@pytest.mark.parametrize(
    ("split", "says"),
    [
        ("at_random", "1,000 held out, chosen at random"),
        ("by_order", "1,000 held out, the last of the corpus"),
        ("by_source", "1,000 held out, chosen by their sources"),
    ],
)
def test_how_the_split_was_chosen_is_told(
    room: Room, panel: DataPanel, split: str, says: str
) -> None:
    read(room, replace(CORPUS, findings=()))
    room.draft.set("data.split", split)
    room.controller.reading._send()
    room.answer(corpus=CORPUS, prepared=PREPARED)
    assert panel.split.accessibleDescription().endswith(says)


def test_files_of_their_own_are_told_as_such(room: Room, panel: DataPanel) -> None:
    room.controller.start()
    data = room.draft.config.data.model_copy(update={"validation": ("val.tsv",)})
    room.answer(data=data, corpus=CORPUS, prepared=PREPARED)
    assert panel.split.accessibleDescription().endswith("those of val.tsv")
    room.draft.set_data(data)
    panel.split.click()
    popup = panel.split.findChild(FormPopup)
    assert popup is not None
    split = popup.form.editor("data.split")
    assert not split.isEnabled()  # nothing is drawn, so there is nothing to choose
    assert "comes with pairs that are held out" in split.toolTip()
    room.draft.set_data(DataConfig())
    assert split.isEnabled()
    popup.close()


# Reading -----------------------------------------------------------------------------------


def test_reading_tells_how_quickly_it_goes_and_how_long_it_takes(
    room: Room, panel: DataPanel
) -> None:
    read(room, replace(CORPUS, findings=()))
    room.controller.opener.open([Path("large.tsv")])
    room.read(ProgressRecord("reading", 240_000, 0, 81_000.0, 95.0))
    assert panel.split.accessibleDescription() == "Reading … 1:35 left · 240,000 pairs · 81k/s"
    for width, text in ((400, "81k/s"), (260, "240,000 pairs"), (120, "1:35 left")):
        panel.split.resize(width, panel.split.height())
        assert panel.split.text().endswith(text)  # what has no room is left out, not cut
    room.answer(corpus=CORPUS, prepared=PREPARED)
    assert "held out" in panel.split.text()


def test_reading_can_be_stopped_and_the_corpus_there_was_stays(
    room: Room, panel: DataPanel, qtbot: QtBot
) -> None:
    before = read(room).data
    room.controller.opener.open([Path("large.tsv")])
    room.read(ProgressRecord("reading", 240_000))
    qtbot.waitUntil(panel.stop.isVisible, timeout=5000)
    asked = room.reader.commands[-1]
    panel.stop.click()
    assert not panel.stop.isVisible()
    assert not panel.progress.isVisible()
    room.answer(asked, corpus=replace(CORPUS, title="large"), prepared=PREPARED)  # too late
    assert room.draft.config.data == before
    assert "large" not in panel.chooser.currentText()


def test_files_that_are_read_first_are_named_at_once(room: Room, panel: DataPanel) -> None:
    room.controller.reading.open(DataConfig(builtin="", train=("huge.tsv",)))
    assert panel.chooser.shown_text() == "huge.tsv"
    room.answer(corpus=CORPUS, prepared=PREPARED)
    assert "huge" not in panel.head.note_label.text()


def test_a_corpus_that_will_be_read_is_named_before(room: Room, panel: DataPanel) -> None:
    panel.chooser.show_coming(DataConfig(builtin="", train=("/home/a/de.tsv",)))
    assert panel.chooser.currentText() == "de.tsv"
    read(room)  # another one, if that is refused
    assert panel.chooser.currentText() != "de.tsv"


def test_progress_is_said_in_as_many_words_as_there_is_room_for(panel: DataPanel) -> None:
    split = panel.split
    width = split.fontMetrics().horizontalAdvance
    wanted = "Learning the vocabulary … 1:05 left · 30k/s", "Learning …"
    for room_for in (wanted[0], wanted[0].partition(" · ")[0], "1:05 left"):
        split.resize(width(room_for) + split.width() - split.room() + 1, split.height())
        split.show_progress(*wanted)
        assert split.text() == room_for
    split.show_progress("Learning the vocabulary …", "Learning …")
    assert split.text() == "Learning …"

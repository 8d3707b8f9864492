"""The corpus browser as a person uses it: keys, clicks, and what the controller is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from app.corpus_browser import CorpusBrowser
from app.corpus_browser.hits import Sought
from app.corpus_browser.pair_browser import MOST_CHOSEN
from app.corpus_browser.pair_list import ROW, SOURCE, STATE, TARGET, TARGET_LENGTH
from app.corpus_browser.stored import StoredCorpus
from app.panels.translate_panel import TranslatePanel
from app.widgets.theme import LIGHT, apply_theme
from s2s_core.configs import DifficultyConfig
from s2s_core.pair_findings import CorpusWriter
from s2s_core.records import Finding
from tests.app.bridge.room import CORPUS, PREPARED, Room
from tests.app.conftest import OpenWindow, endless
from tests.app.looks import changed_pixels, pixels_of

PAIRS = [
    ("The big house", "La grande maison"),
    ("a cat", "un chat"),
    ("a house", "הבית שלי."),
    ("", "blank"),
    ("the long long long house", "maison"),
    ("tab\there\nand line", "x"),
]


FOUND = (
    Finding("control", "{count} pairs have control characters", 2, title="Control characters"),
    Finding("blank", "{count} pairs have a blank side", 1, left_out=1, title="Blank sides"),
    Finding("few", "only {count} pairs", 6),
)


def stored(
    folder: Path,
    pairs: Sequence[tuple[str, str]],
    lists: Mapping[str, Sequence[int]] = MappingProxyType({}),
    cured: Sequence[tuple[str, str]] = (),
) -> str:
    with CorpusWriter(folder) as writer:
        for pair in pairs:
            writer.add(pair)
        for pair in cured:
            writer.changed.add(pair)
    writer.write_rows({name: np.array(rows, np.int32) for name, rows in lists.items()})
    return str(folder)


def answer(
    room: Room,
    folder: str,
    held_out: tuple[tuple[str, str], ...] = (PAIRS[1],),
    findings: tuple[Finding, ...] = (),
    kept: int = 6,
    is_counted: bool = True,
    is_whole: bool = True,
) -> None:
    """Let the corpus process say that a corpus is ready there."""
    prepared = replace(PREPARED, folder=folder, held_out_pairs=len(held_out), examples=held_out)
    prepared = replace(prepared, is_whole=is_whole)
    corpus = replace(
        CORPUS, pairs=20, preview=tuple(PAIRS[:2]), findings=findings, kept=kept,
        is_counted=is_counted,
    )  # fmt: skip
    room.answer(corpus=corpus, prepared=prepared)


def tick(room: Room, cure: str) -> None:
    """Let the corpus be read again, with a cure."""
    room.controller.steering.turn("data.cures", (cure,))
    room.controller.reading._send()


@pytest.fixture
def room(tmp_path: Path, qapp: QApplication) -> Room:
    if (qapp.property("theme"), qapp.property("scale")) != ("light", 1.0):
        apply_theme(qapp, LIGHT)
    room = Room(tmp_path)
    room.controller.start()
    room.controller._timer.stop()
    return room


@pytest.fixture
def parent(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()

    def close_browsers(_: QWidget) -> None:
        """Closing a window that was never shown leaves its browser, over what is tested next."""
        for browser in window.findChildren(CorpusBrowser):
            browser.close()

    qtbot.addWidget(window, before_close_func=close_browsers)
    return window


def opened(room: Room, parent: QMainWindow) -> CorpusBrowser:
    browser = CorpusBrowser(room.controller, parent)
    browser._search_soon._timer.setInterval(0)
    browser.show()
    settle(browser)
    return browser


@pytest.fixture
def browser(room: Room, parent: QMainWindow, tmp_path: Path) -> CorpusBrowser:
    answer(room, stored(tmp_path / "store", PAIRS))
    return opened(room, parent)


def settle(browser: CorpusBrowser) -> None:
    """Let it search until it has found all."""
    for _ in range(3):
        QCoreApplication.processEvents()
        while browser.finder.is_running or browser._search_soon._timer.isActive():
            QCoreApplication.processEvents()


def column(browser: CorpusBrowser, number: int) -> list[str]:
    model = browser.pairs
    return [str(model.data(model.index(n, number))) for n in range(model.rowCount())]


def rows(browser: CorpusBrowser) -> list[int]:
    return list(map(int, column(browser, ROW)))


def type_words(browser: CorpusBrowser, text: str) -> None:
    browser.filters.search.setFocus()
    browser.filters.search.clear()
    QTest.keyClicks(browser.filters.search, text)
    settle(browser)


def choose(browser: CorpusBrowser, field: str, data: object) -> None:
    chooser = getattr(browser.filters, field)
    values = [chooser.itemData(n) for n in range(chooser.count())]
    place = next(n for n, value in enumerate(values) if value == data or tuple(value) == data)
    chooser.setCurrentIndex(place)
    chooser.activated.emit(place)
    settle(browser)


def press(browser: CorpusBrowser, key: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    QTest.keyClick(browser.table, key, held or Qt.KeyboardModifier.NoModifier)


def left_out(room: Room) -> tuple[int, ...]:
    return room.draft.config.data.left_out


def test_a_column_of_no_known_language_is_called_as_in_the_data_panel(
    room: Room, parent: QMainWindow, tmp_path: Path
) -> None:
    corpus = replace(CORPUS, source_column="1", source_name="Source", target_name="German")
    prepared = replace(PREPARED, folder=stored(tmp_path / "store", PAIRS))
    room.answer(corpus=corpus, prepared=prepared)
    browser = opened(room, parent)
    titles = [browser.pairs.headerData(n, Qt.Orientation.Horizontal) for n in (SOURCE, TARGET)]
    assert titles == ["Column 1", "German"]
    assert browser.details.source.accessibleName() == "Column 1"


# Looking -----------------------------------------------------------------------------------


def test_all_pairs_are_shown_by_row_with_their_lengths_and_states(browser: CorpusBrowser) -> None:
    assert rows(browser) == [1, 2, 3, 4, 5, 6]
    assert column(browser, TARGET_LENGTH) == [str(len(target)) for _, target in PAIRS]
    assert column(browser, STATE) == ["", "held out", "", "blank", "", ""]
    assert browser.count.text() == "6 pairs"
    assert column(browser, SOURCE)[5] == "tab here and line"


def test_words_are_searched_while_one_types(browser: CorpusBrowser) -> None:
    type_words(browser, "HOUSE mais")
    assert rows(browser) == [1, 5]
    assert browser.count.text() == "2 of 6 pairs"
    type_words(browser, "house maisonx")
    assert rows(browser) == []
    type_words(browser, "")
    assert rows(browser) == [1, 2, 3, 4, 5, 6]


def test_words_kinds_and_lengths_are_asked_for_together(browser: CorpusBrowser) -> None:
    choose(browser, "kind", "held_out")
    assert rows(browser) == [2]
    choose(browser, "kind", "")
    QTest.keyClicks(browser.filters.longest, "16")
    QTest.keyClicks(browser.filters.shortest, "9")
    settle(browser)
    assert rows(browser) == [1, 3]  # the longer side counts
    type_words(browser, "big")
    assert rows(browser) == [1]


def test_the_order_is_chosen_or_clicked(browser: CorpusBrowser) -> None:
    choose(browser, "sort", ("source", True))
    assert rows(browser) == [5, 6, 1, 3, 2, 4]
    header = browser.table.horizontalHeader()
    header.sectionClicked.emit(TARGET)
    settle(browser)
    assert rows(browser) == [6, 4, 5, 2, 3, 1]
    header.sectionClicked.emit(TARGET)
    settle(browser)
    assert rows(browser) == [1, 3, 2, 5, 4, 6]
    header.sectionClicked.emit(ROW)
    assert rows(browser) == [1, 2, 3, 4, 5, 6]
    header.sectionClicked.emit(ROW)
    assert rows(browser) == [6, 5, 4, 3, 2, 1]


def test_the_header_says_what_is_being_sorted_by(browser: CorpusBrowser) -> None:
    titles = (Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole)
    header, told = browser.table.horizontalHeader(), []
    browser.pairs.headerDataChanged.connect(lambda *_: told.append("changed"))
    header.sectionClicked.emit(TARGET)  # which takes a while in a large corpus
    assert told == ["changed"]
    assert "▴" in browser.pairs.headerData(TARGET_LENGTH, *titles)
    assert "▴" not in browser.pairs.headerData(ROW, *titles)


def test_a_search_keeps_the_order_and_the_row_where_one_is(browser: CorpusBrowser) -> None:
    browser.go_to(5)
    choose(browser, "sort", ("source", True))
    type_words(browser, "house")
    assert rows(browser) == [5, 1, 3]
    assert browser.details.source.toPlainText() == PAIRS[4][0]
    type_words(browser, "cat")
    assert browser.details.source.toPlainText() == "a cat"
    type_words(browser, "")
    assert browser.details.source.toPlainText() == PAIRS[4][0]


def test_one_goes_to_a_row_by_its_number(browser: CorpusBrowser) -> None:
    browser.filters.find_row()
    QTest.keyClicks(browser.filters.row, "3")
    QTest.keyClick(browser.filters.row, Qt.Key.Key_Return)
    assert browser.details.source.toPlainText() == "a house"
    type_words(browser, "cat")
    browser.go_to(3)
    assert "Row 3 is not among" in browser.count.text()
    assert browser.isVisible()


def test_the_pair_is_shown_whole_with_words_and_characters(browser: CorpusBrowser) -> None:
    browser.go_to(6)
    assert browser.details.source.toPlainText() == "tab\there\nand line"
    assert "4 words · 17 characters" in browser.details.heads[0].text()
    assert "1 word · 1 character" in browser.details.heads[1].text()


def test_hebrew_stands_at_the_right(browser: CorpusBrowser) -> None:
    index = browser.pairs.index(2, TARGET)
    side = browser.pairs.data(index, Qt.ItemDataRole.TextAlignmentRole)
    assert side & Qt.AlignmentFlag.AlignRight
    browser.go_to(3)
    option = browser.details.target.document().defaultTextOption()
    assert option.textDirection() == Qt.LayoutDirection.RightToLeft
    assert option.alignment() & Qt.AlignmentFlag.AlignRight


def kinds(browser: CorpusBrowser) -> list[str]:
    chooser = browser.filters.kind
    return [chooser.itemText(place) for place in range(chooser.count())]


def test_the_kinds_are_the_findings_with_their_counts(
    browser: CorpusBrowser, room: Room, tmp_path: Path
) -> None:
    assert kinds(browser) == ["All pairs", "Left out · 0", "Held out · 1"]
    folder = stored(tmp_path / "a", PAIRS, {"control": [0, 5], "blank": [3], "left_out": [3]})
    tick(room, "markup")
    answer(room, folder, findings=(*FOUND, Finding("sample", "only the first {count}", 5)))
    assert kinds(browser) == [
        "All pairs", "Left out · 1", "Held out · 1", "Control characters · 2", "Blank sides · 1",
    ]  # fmt: skip
    browser.filters.search.setText("zebra")
    settle(browser)
    browser.show_finding("control")
    settle(browser)
    assert rows(browser) == [1, 6]
    assert browser.details.told.text() == "Control characters"
    assert browser.count.text() == "2 of 6 pairs · looked for among the first 5"
    browser.show_finding("")
    type_words(browser, "blank")
    assert browser.count.text() == "1 of 6 pairs · 1 left out"
    type_words(browser, "maison")
    assert browser.count.text() == "2 of 6 pairs"  # what is left out is not among them
    browser.show_finding("control")
    settle(browser)
    choose(browser, "sort", ("source", True))
    assert rows(browser) == [6, 1]
    browser.go_to(6)
    type_words(browser, "house")
    assert rows(browser) == [1]
    tick(room, "control")
    answer(room, stored(tmp_path / "b", PAIRS))  # nothing is found any more
    settle(browser)
    assert browser.filters.kind.currentText() == "All pairs"
    assert rows(browser) == [5, 1, 3]


def test_pairs_are_shown_as_they_are_trained_on(
    browser: CorpusBrowser, room: Room, tmp_path: Path
) -> None:
    choose(browser, "sort", ("source", True))
    assert rows(browser)[-2:] == [2, 4]
    lists = {"control": [0, 5], "blank": [3], "left_out": [3, 5], "changed": [0]}
    tick(room, "control")
    answer(room, stored(tmp_path / "c", PAIRS, lists, [("I", "La grande maison")]), findings=FOUND)
    settle(browser)
    assert rows(browser) == [5, 6, 3, 2, 1, 4]  # the text that is shown is measured
    browser.go_to(1)
    assert browser.details.source.toPlainText() == "I"
    assert browser.details.told.text() == "Changed by a cure · Control characters"
    assert not browser.details.before[0].isHidden()
    assert browser.details.before[0].text() == "In the file: The big house"
    assert browser.details.before[1].isHidden()
    assert column(browser, STATE)[4] == "✎ changed"
    hint = browser.pairs.data(browser.pairs.index(4, SOURCE), Qt.ItemDataRole.ToolTipRole)
    assert "In the file: The big house" in hint
    font = browser.pairs.data(browser.pairs.index(1, SOURCE), Qt.ItemDataRole.FontRole)
    assert column(browser, STATE)[1] == "left out"
    assert isinstance(font, QFont)
    assert font.strikeOut()
    choose(browser, "kind", "changed")
    assert rows(browser) == [1]
    assert browser.details.before[0].text() == "In the file: The big house"
    choose(browser, "kind", "left_out")
    assert rows(browser) == [6, 4]
    assert browser.count.text() == "2 of 6 pairs · 2 left out"
    browser.go_to(6)
    room.controller.steering.turn("data.left_out", (1, 6))
    settle(browser)
    assert rows(browser) == [6, 1, 4]
    browser.go_to(1)
    room.controller.reading._send()
    answer(room, stored(tmp_path / "d", PAIRS, {"left_out": [3]}))  # not looked at any more
    settle(browser)
    assert rows(browser) == [6, 1, 4]
    assert browser.details.told.text() == "Left out by hand · Control characters"


def test_what_is_held_out_of_a_noisy_corpus_is_shown_as_it_is_scored(
    browser: CorpusBrowser, room: Room, tmp_path: Path
) -> None:
    """The model is scored with the target that is right, whatever noise it would be trained on."""
    noisy = room.draft.config.data.model_copy(update={"difficulty": DifficultyConfig(noise=30)})
    room.controller.reading.open(noisy)
    source = PAIRS[1][0]
    answer(room, stored(tmp_path / "n", PAIRS), held_out=((source, "what is right"),))
    settle(browser)
    browser.go_to(2)
    assert browser.pairs.pair(1) == (source, "what is right")
    assert column(browser, STATE)[1] == "held out"
    assert browser.pairs.pair(2) == PAIRS[2]
    type_words(browser, "what is right")
    assert rows(browser) == [2]


# Doing -------------------------------------------------------------------------------------


def test_a_row_is_left_out_and_taken_back_and_undone(browser: CorpusBrowser, room: Room) -> None:
    browser.go_to(2)
    press(browser, Qt.Key.Key_Delete)
    assert left_out(room) == (2,)
    assert column(browser, STATE)[1] == "left out"
    font = browser.pairs.data(browser.pairs.index(1, SOURCE), Qt.ItemDataRole.FontRole)
    assert isinstance(font, QFont)
    assert font.strikeOut()
    assert browser.leave.text() == "Take back"
    press(browser, Qt.Key.Key_Delete)
    assert left_out(room) == ()
    room.draft._history.pause()  # a second later
    browser.leave.click()
    assert left_out(room) == (2,)
    QTest.keyClick(browser, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert left_out(room) == ()
    assert browser.pairs.data(browser.pairs.index(1, SOURCE), Qt.ItemDataRole.FontRole) is None


def test_several_rows_are_left_out_at_once(browser: CorpusBrowser, room: Room) -> None:
    browser.go_to(1)
    browser.table.setFocus()
    press(browser, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    press(browser, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    browser.leave.click()
    assert left_out(room) == (1, 2, 3)
    choose(browser, "kind", "left_out")
    assert rows(browser) == [1, 2, 3]
    browser.go_to(2)
    browser.leave.click()
    settle(browser)
    assert rows(browser) == [1, 3]


def test_the_corpus_read_anew_without_a_row_leaves_one_where_one_is(
    browser: CorpusBrowser, room: Room, tmp_path: Path
) -> None:
    type_words(browser, "house")
    browser.go_to(3)
    browser.leave.click()
    asked = room.reader.commands[-1]
    assert asked.data.left_out == (3,)
    answer(room, stored(tmp_path / "again", PAIRS))
    settle(browser)
    assert rows(browser) == [1, 3, 5]
    assert browser.details.source.toPlainText() == "a house"
    assert "1 left out" in browser.count.text()


def test_a_corpus_that_grows_while_it_is_read_leaves_one_where_one_is(
    browser: CorpusBrowser, room: Room, tmp_path: Path
) -> None:
    browser.go_to(5)
    choose(browser, "sort", ("source", True))
    folder = Path(stored(tmp_path / "grown", PAIRS * 2))
    with (folder / "pairs.text").open("ab") as text:
        text.write(b"and the next source")
    tick(room, "markup")
    answer(room, str(folder), kept=0, is_counted=False, is_whole=False)
    settle(browser)
    assert browser.count.text() == "12 pairs · more are being read"
    assert rows(browser)[:4] == [5, 11, 6, 12]
    assert browser.details.source.toPlainText() == PAIRS[4][0]
    assert browser.finder.current_row() == 4
    room.controller.reading.stop()
    assert browser.count.text() == "12 pairs · reading was stopped: these are the first"


def test_the_table_holds_still_when_a_pair_is_translated_or_the_corpus_comes_anew(
    room: Room, parent: QMainWindow, tmp_path: Path
) -> None:
    pairs = PAIRS * 40
    answer(room, stored(tmp_path / "many", pairs), kept=len(pairs))
    browser = opened(room, parent)
    bar, table = browser.table.verticalScrollBar(), browser.table
    browser.go_to(120)
    for value in (bar.value() + 2, 10):  # the pair in sight, and out of sight
        bar.setValue(value)
        browser.translate.click()
        settle(browser)
        assert bar.value() == value
        tick(room, "markup" if value == 10 else "spaces")
        answer(room, stored(tmp_path / f"again{value}", pairs), kept=len(pairs))
        settle(browser)
        assert (bar.value(), table.currentIndex().row()) == (value, 119)


def test_words_that_are_looked_for_are_marked_where_they_stand(browser: CorpusBrowser) -> None:
    before = pixels_of(browser.table.viewport())
    type_words(browser, "house")
    browser.go_to(3)
    with_marks = pixels_of(browser.table.viewport())
    browser.table.mark(Sought())
    without = pixels_of(browser.table.viewport())
    assert changed_pixels(without, with_marks, 3) > 50
    assert before.shape == without.shape


def test_fields_keep_their_places_whatever_is_counted(browser: CorpusBrowser) -> None:
    filters = browser.filters
    fields = (filters.search, filters.kind, filters.shortest, filters.sort, filters.row)
    places = [field.geometry() for field in fields]
    filters.set_rows(98_765_432)
    filters.set_titles(("a language of many words", "another one"))
    filters.kind.setItemText(0, "A kind with a very long name · 98,765,432")
    settle(browser)
    assert [field.geometry() for field in fields] == places


def test_a_corpus_whose_kept_pairs_nobody_counted_is_not_being_read(
    browser: CorpusBrowser, room: Room, tmp_path: Path
) -> None:
    tick(room, "markup")
    answer(room, stored(tmp_path / "older", PAIRS), kept=0)
    settle(browser)
    assert "being read" not in browser.count.text()


def test_another_corpus_begins_with_no_row_left_out(
    browser: CorpusBrowser, room: Room, tmp_path: Path
) -> None:
    browser.go_to(3)
    browser.leave.click()
    room.controller.reading.open_builtin("reverse")
    assert room.reader.commands[-1].data.left_out == ()
    answer(room, stored(tmp_path / "other", PAIRS[:2]))
    settle(browser)
    assert rows(browser) == [1, 2]
    assert left_out(room) == ()


def test_enter_and_a_double_click_send_a_pair(browser: CorpusBrowser) -> None:
    sent = list[tuple[str, str]]()
    browser.translate_wanted.connect(lambda *pair: sent.append(pair))
    browser.go_to(1)
    press(browser, Qt.Key.Key_Return)
    place = browser.table.visualRect(browser.pairs.index(1, SOURCE)).center()
    QTest.mouseClick(browser.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(browser.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    # Qt leaves the button pressed, in all windows to come: what is tested next is not hovered.
    QTest.mouseRelease(browser.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    browser.go_to(4)
    browser.translate.click()
    assert sent == [PAIRS[0], PAIRS[1]]
    assert "blank" in browser.count.text()
    assert browser.isVisible()


def test_rows_are_copied_as_tsv(browser: CorpusBrowser) -> None:
    browser.go_to(5)
    press(browser, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    press(browser, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = QApplication.clipboard().text()
    assert text == "the long long long house\tmaison\ntab here and line\tx\n"


# Sizes and ends ----------------------------------------------------------------------------


class Endless(Sequence[tuple[str, str]]):
    """A corpus that is made up row by row, and counts how many were read."""

    def __init__(self, size: int) -> None:
        self.size, self.read = size, 0

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, row: object) -> object:  # type: ignore[override]
        if isinstance(row, slice):
            return [self[n] for n in range(*row.indices(self.size))]
        self.read += 1
        return f"source {row}", f"target {row}"


def test_of_ten_million_pairs_only_those_in_sight_are_read(
    room: Room, parent: QMainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = Endless(10_000_000)
    monkeypatch.setattr("app.corpus_browser.window.stored", lambda _: StoredCorpus(pairs))
    answer(room, "nowhere")
    browser = opened(room, parent)
    browser.go_to(9_000_000)
    settle(browser)
    assert browser.details.source.toPlainText() == "source 8999999"
    assert 0 < pairs.read < 500
    browser.table.selectAll()
    assert len(browser.table.chosen()) == MOST_CHOSEN
    browser.filters.search.setText("8999999")
    QCoreApplication.processEvents()
    assert browser.finder.is_running
    assert "…" in browser.count.text()
    assert browser.progress.isVisible()
    QTest.keyClick(browser, Qt.Key.Key_Escape)
    assert not browser.isVisible()
    assert not browser.finder.is_running


def test_it_waits_for_the_corpus(room: Room, parent: QMainWindow, tmp_path: Path) -> None:
    browser = opened(room, parent)
    assert browser.pairs.rowCount() == 0
    assert not browser.progress.isVisible()
    assert not browser.translate.isEnabled()
    answer(room, stored(tmp_path / "store", PAIRS))
    settle(browser)
    assert rows(browser) == [1, 2, 3, 4, 5, 6]


def test_without_a_store_the_first_pairs_are_shown_and_it_is_said(
    room: Room, parent: QMainWindow, tmp_path: Path
) -> None:
    answer(room, str(tmp_path / "missing"))
    browser = opened(room, parent)
    assert rows(browser) == [1, 2]
    assert "only the first pairs" in browser.count.text()


def test_from_the_menu_to_the_translation_and_the_next_corpus(open_window: OpenWindow) -> None:
    window = open_window(endless()).ready()
    window.window.actions_by_name["browse"].trigger()
    (browser,) = window.window.findChildren(CorpusBrowser)
    window.wait(lambda: browser.pairs.rowCount() > 2)
    total = browser.pairs.rowCount()
    browser.go_to(2)
    source, target = browser.pairs.pair(1)
    press(browser, Qt.Key.Key_Return)
    panel = window.window._part(TranslatePanel)
    assert panel.source.lines() == [" ".join(source.split())]
    assert panel._held_out.references[" ".join(source.split())] == target
    before = window.controller.corpus
    assert before is not None
    press(browser, Qt.Key.Key_Delete)
    window.wait(lambda: window.controller.corpus is not before)
    after = window.controller.corpus
    assert after is not None
    assert after.data.left_out == (2,)
    trained_and_held_out = [
        ready.prepared.train_pairs + ready.prepared.held_out_pairs for ready in (before, after)
    ]
    assert trained_and_held_out[1] == trained_and_held_out[0] - 1
    assert browser.pairs.rowCount() == total
    assert browser.pairs.pair(1) == (source, target)  # struck through, and still to be read
    window.window.errands.browse_corpus()
    assert window.window.findChildren(CorpusBrowser) == [browser]
    browser.close()

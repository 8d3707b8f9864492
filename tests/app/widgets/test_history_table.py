"""What was typed comes back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.widgets.history_table import LONGEST, MOST, MOST_OF_ALL, HistoryTable, Remembered


@pytest.fixture
def history(qtbot: QtBot) -> HistoryTable:
    table = HistoryTable()
    qtbot.addWidget(table)
    table.resize(360, 200)
    table.show()
    for text in ("one", "two", "three"):
        table.remember(text)
    return table


def texts(history: HistoryTable) -> list[str]:
    return [entry.text for entry in history.entries()]


def shown(history: HistoryTable, row: int, column: int) -> str:
    item = history.item(row, column)
    assert item is not None
    return item.text()


def test_the_newest_is_first_and_nothing_is_there_twice(history: HistoryTable) -> None:
    history.set_translation("one", "un", 7)
    history.remember("one")
    assert texts(history) == ["one", "three", "two"]
    assert [shown(history, 0, column) for column in range(3)] == ["one", "un", "7"]
    history.remember("  ")
    history.remember("")
    assert len(history.entries()) == 3


def test_each_corpus_keeps_its_own_and_all_are_bounded(history: HistoryTable) -> None:
    for n in range(MOST_OF_ALL // MOST + 2):
        history.set_corpus(f"corpus {n}")
        for m in range(MOST + 5):
            history.remember(f"sentence {m}")
        of_its_own = [entry for entry in history.entries() if entry.corpus == f"corpus {n}"]
        assert len(of_its_own) == MOST
    assert len(history.entries()) == MOST_OF_ALL
    assert {entry.corpus for entry in history.entries()}.isdisjoint({"corpus 0", "corpus 1"})


@pytest.mark.qt_log_ignore("does not support", "grabbing")
def test_what_is_forgotten_is_told_and_can_be_brought_back(
    history: HistoryTable, qtbot: QtBot
) -> None:
    history.set_corpus("another")
    history.remember("four")
    history.setCurrentCell(1, 0)
    with qtbot.waitSignal(history.changed):
        QTest.keyClick(history, Qt.Key.Key_Delete)
    assert texts(history) == ["four", "two", "one"]
    assert history.currentRow() == 1
    history.set_corpus("a third")
    with qtbot.waitSignals([history.changed, history.emptied]):
        menu_of(history)["Forget all sentences, of all corpora"].trigger()
    assert texts(history) == []
    history.remember("five")
    with qtbot.waitSignal(history.changed):
        menu_of(history)["Bring back what was forgotten"].trigger()
    assert texts(history) == ["five", "four", "three", "two", "one"]
    assert not menu_of(history)["Bring back what was forgotten"].isEnabled()


@pytest.mark.qt_log_ignore("does not support", "grabbing")
def test_what_was_translated_or_typed_again_since_is_not_there_twice(history: HistoryTable) -> None:
    history.forget(1)
    history.set_translation("three", "trois", 7)
    menu_of(history)["Bring back what was forgotten"].trigger()
    assert texts(history) == ["three", "two", "one"]
    assert [shown(history, 0, column) for column in range(3)] == ["three", "trois", "7"]
    history.forget(2)
    history.remember("one")
    history.forget(0)
    history.remember("one")
    menu_of(history)["Bring back what was forgotten"].trigger()
    assert texts(history) == ["one", "three", "two"]


@pytest.mark.qt_log_ignore("does not support", "grabbing")
def test_what_is_brought_back_is_bounded(history: HistoryTable) -> None:
    history.forget_all()
    for n in range(MOST - 1):
        history.remember(f"sentence {n}")
    menu_of(history)["Bring back what was forgotten"].trigger()
    assert len(history.entries()) == MOST
    assert texts(history)[-1] == "three"


def test_a_key_that_is_held_down_forgets_one(history: HistoryTable) -> None:
    history.setCurrentCell(0, 0)
    for is_repeated in (False, True, True):
        event = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "", is_repeated
        )
        QApplication.sendEvent(history, event)
    assert texts(history) == ["two", "one"]


def menu_of(history: HistoryTable) -> dict[str, QAction]:
    """Open the menu of the right mouse button; returns its actions by their texts."""
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(5, 5))
    QApplication.sendEvent(history, event)
    menu = history.findChildren(QMenu)[-1]
    menu.hide()
    return {action.text().partition("\t")[0]: action for action in menu.actions()}


def test_it_is_bounded(history: HistoryTable) -> None:
    for n in range(2 * MOST):
        history.remember(f"sentence {n}")
    history.remember("x" * 2 * LONGEST)
    assert len(history.entries()) == MOST == history.rowCount()
    assert len(history.entries()[0].text) == LONGEST


def test_a_click_or_return_brings_one_back(history: HistoryTable, qtbot: QtBot) -> None:
    chosen: list[str] = []
    history.chosen.connect(chosen.append)
    item = history.item(1, 0)
    assert item is not None
    QTest.mouseClick(
        history.viewport(), Qt.MouseButton.LeftButton, pos=history.visualItemRect(item).center()
    )
    QTest.keyClick(history, Qt.Key.Key_Down)
    QTest.keyClick(history, Qt.Key.Key_Return)
    assert chosen == ["two", "one"]


def test_copying_takes_all_lines(history: HistoryTable) -> None:
    history.remember("a cat\na dog")
    history.set_translation("a cat\na dog", "un chat\nun chien", 3)
    for column, text in enumerate(("a cat\na dog", "un chat\nun chien")):
        history.setCurrentCell(0, column)
        QTest.keyClick(history, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert QGuiApplication.clipboard().text() == text


def test_one_walks_through_it_and_back_to_what_stood_there(history: HistoryTable) -> None:
    walk = [history.walk(1, "new"), *(history.walk(1, "?") for _ in range(3))]
    assert walk == ["three", "two", "one", None]
    back = [history.walk(-1, "?") for _ in range(4)]
    assert back == ["two", "three", "new", None]


def test_a_walk_begins_at_the_sentence_that_stands_in_the_field(history: HistoryTable) -> None:
    assert history.walk(1, "three") == "two"
    history.end_walk()
    assert history.walk(-1, "two") == "three"


def test_lines_and_scripts_have_their_place(history: HistoryTable) -> None:
    history.set_entries([Remembered("a\nb\nc", "x\ny\nz", 12345), Remembered("שלום", "<b>", 1)])
    assert shown(history, 0, 0) == "… c (3 lines)"  # the line typed last tells it from others
    assert shown(history, 0, 1) == "… z (3 lines)"
    assert shown(history, 0, 2) == "12,345"
    hebrew, markup = history.item(1, 0), history.item(1, 1)
    assert hebrew is not None
    assert markup is not None
    assert hebrew.textAlignment() & Qt.AlignmentFlag.AlignRight
    assert "&lt;b&gt;" in markup.toolTip()


def test_each_corpus_has_its_own_and_each_translation_tells_of_its_run(
    history: HistoryTable,
) -> None:
    history.set_corpus("Pairs: English → French")
    history.remember("cat")
    history.set_translation("cat", "chat", 412, "gru-1")
    step = history.item(0, 2)
    assert step is not None
    assert "step 412 of the run “gru-1”, Pairs: English → French" in step.toolTip()
    history.set_corpus("Pairs: French → English")
    assert [shown(history, row, 0) for row in range(history.rowCount())] == ["three", "two", "one"]
    history.remember("cat")  # the same word of another language
    assert (history.walk(1, ""), history.walk(1, "")) == ("cat", "three")
    assert not shown(history, 0, 1)
    chosen: list[str] = []
    history.chosen.connect(chosen.append)
    history.setCurrentCell(1, 0)
    QTest.keyClick(history, Qt.Key.Key_Return)
    assert chosen == ["three"]
    history.set_corpus("Pairs: English → French")
    assert [shown(history, 0, column) for column in range(3)] == ["cat", "chat", "412"]
    assert texts(history)[:2] == ["cat", "cat"]  # all of them are kept

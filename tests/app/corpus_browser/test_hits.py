"""The words of a search, marked in the texts of several scripts."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFont, QTextCursor, QTextDocument
from PySide6.QtWidgets import QStyleOptionViewItem, QTableView, QTableWidget, QTableWidgetItem
from pytestqt.qtbot import QtBot

from app.corpus_browser.hits import HitDelegate, Sought, hits, mark_hits
from app.corpus_browser.scan import words_of
from s2s_core.data.doctor.characters import Markup


@pytest.mark.parametrize(
    ("text", "asked", "marked"),
    [
        ("The red cat and the Red hat", "red", ["red", "Red"]),
        ("The red cat", "cat the", ["The", "cat"]),
        ("banana", "ana nan", ["anana"]),
        ("Straße", "strasse", ["Straße"]),
        ("cafe\u0301 noir", "café", ["cafe\u0301"]),
        ("café", "cafe", []),  # another letter, as in the search itself
        ("我们笑了。", "我们", ["我们"]),
        ("السلام عليكم", "سلام", ["سلام"]),
        ("x 👍🏽 y", "👍🏽", ["👍🏽"]),
        ("İstanbul", "stanbul", ["stanbul"]),
        ("", "a", []),
        ("abc", "", []),
    ],
)
def test_what_the_search_finds_is_marked(text: str, asked: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in hits(text, words_of(asked))] == marked


def test_a_text_has_its_hits_bold_and_underlined_after_signs_of_two_units(qtbot: QtBot) -> None:
    document = QTextDocument()
    document.setPlainText("👍 one two 👍 one")
    mark_hits(document, Sought(("one",)))
    cursor, marked = QTextCursor(document), ""
    while not cursor.atEnd():
        cursor.movePosition(
            QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor
        )
        look = cursor.charFormat()
        if look.fontUnderline() and look.fontWeight() == QFont.Weight.Bold:
            marked += cursor.selectedText()
        cursor.clearSelection()
    assert marked == "oneone"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("one <b>two</b> three", ["<b>", "</b>"]),
        ("R&amp;D &unknown; a < b", ["&amp;"]),
        ("<br/>&lt;", ["<br/>&lt;"]),  # what touches is joined
        ("plain", []),
    ],
)
def test_remains_of_markup_are_marked_where_they_are_sought(text: str, marked: list[str]) -> None:
    places = Sought(markup=True).places(text)
    assert [text[start:end] for start, end in places] == marked
    assert Sought().places(text) == []
    assert bool(places) == Markup.is_faulty(text)  # as the doctor sees it


def test_markup_far_behind_is_shown_with_what_stands_around_it(qtbot: QtBot) -> None:
    table = QTableView()
    qtbot.addWidget(table)
    delegate = HitDelegate(table)
    delegate.sought = Sought(markup=True)
    layout = delegate._laid_out("a word " * 40 + "<b>cat</b>", QStyleOptionViewItem(), 200)
    assert layout.text().startswith("…")
    assert "<b>" in layout.text()


def test_what_is_cut_ends_in_a_whole_ellipsis(qtbot: QtBot) -> None:
    table = QTableView()
    qtbot.addWidget(table)
    delegate, cell = HitDelegate(table), QStyleOptionViewItem()
    delegate.sought = Sought(("queen",))
    text = "A spoof drag queen dances on a bands stage."
    for width in range(120, 260, 7):
        layout = delegate._laid_out(text, cell, width)
        assert layout.text().endswith("…")
        assert layout.lineAt(0).naturalTextWidth() <= width


def test_what_is_left_out_keeps_its_grey_where_it_is_chosen(qtbot: QtBot) -> None:
    """Qt paints what is chosen in its own ink; beside a hit, one side was grey, one black."""
    table = QTableWidget(1, 2)
    qtbot.addWidget(table)
    for column in (0, 1):
        item = QTableWidgetItem("a cat")
        font = item.font()
        font.setStrikeOut(True)
        item.setFont(font)
        item.setForeground(QColor("#ff0000"))
        table.setItem(0, column, item)
    table.setItemDelegate(HitDelegate(table))
    table.setStyleSheet("QTableView::item:selected { background: #ffffff; color: #0000ff; }")
    table.selectRow(0)
    table.show()
    picture = table.viewport().grab().toImage()
    for column in (0, 1):
        cell = table.visualRect(table.model().index(0, column))
        points = ((x, y) for x in range(cell.left(), cell.right()) for y in range(cell.height()))
        colours = [picture.pixelColor(*point) for point in points]
        assert any(c.red() > 200 > 60 > c.blue() for c in colours), column
        assert not any(c.blue() > 200 > 60 > c.red() for c in colours), column

"""Sentences of any script are shown whole, as plain text, from the side they begin at."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.widgets.pair_table import PairTable
from app.widgets.scripts import is_right_to_left
from app.widgets.sentence_fields import (
    SourceField,
    TranslationField,
)
from app.widgets.shaded_text import ShadedText, shade, utf16_length

ARABIC, HEBREW, CHINESE = "القطة الحمراء", "שלום", "红色的猫"
Role = Qt.ItemDataRole


@pytest.mark.parametrize(
    ("text", "rightward"),
    [
        (ARABIC, True),
        (HEBREW, True),
        (CHINESE, False),
        ("123 שלום", True),
        ("", False),
        ("12", False),
    ],
)
def test_the_first_strong_letter_decides_the_direction(text: str, rightward: bool) -> None:
    assert is_right_to_left(text) is rightward


def _source(qtbot: QtBot) -> tuple[SourceField, list[str]]:
    field = SourceField("Type a sentence")
    qtbot.addWidget(field)
    field.resize(300, 40)
    field.show()
    heard: list[str] = []
    field.sentence_changed.connect(heard.append)
    return field, heard


def test_typing_is_told_and_setting_is_not(qtbot: QtBot) -> None:
    field, heard = _source(qtbot)
    field.set_sentence("the cat")
    assert heard == []
    QTest.keyClicks(field, "s")
    assert heard == ["the cats"]


def test_return_submits_and_breaks_no_line(qtbot: QtBot) -> None:
    field, heard = _source(qtbot)
    field.set_sentence("the cat")
    with qtbot.waitSignal(field.submitted, timeout=500):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.toPlainText() == "the cat"
    assert heard == []


def test_pasted_lines_become_one_sentence(qtbot: QtBot) -> None:
    field, heard = _source(qtbot)
    data = QMimeData()
    data.setText("the red\ncat\r\n sees")
    data.setHtml("<b>the red cat sees</b>")
    field.insertFromMimeData(data)
    assert field.toPlainText() == "the red cat sees"
    assert heard == ["the red cat sees"]


def test_the_field_grows_to_four_lines_and_no_further(qtbot: QtBot) -> None:
    field, _ = _source(qtbot)
    one = field.height()
    field.set_sentence("word " * 15)
    more = field.height()
    field.set_sentence("word " * 400)
    most = field.height()
    assert one < more < most
    assert most < 5 * one
    field.set_sentence("")
    assert field.height() == one


def test_files_are_not_dropped_into_the_field(qtbot: QtBot) -> None:
    field, _ = _source(qtbot)
    assert not field.acceptDrops()


def test_arabic_begins_at_the_right(qtbot: QtBot) -> None:
    field, _ = _source(qtbot)
    field.set_sentence(ARABIC)
    direction = field.document().defaultTextOption().textDirection()
    assert direction == Qt.LayoutDirection.RightToLeft
    field.set_sentence("the cat")
    direction = field.document().defaultTextOption().textDirection()
    assert direction == Qt.LayoutDirection.LeftToRight


def _translation(qtbot: QtBot) -> tuple[TranslationField, ShadedText]:
    field = TranslationField("The translation will appear here.")
    qtbot.addWidget(field)
    field.resize(320, 80)
    field.show()
    view = field.findChild(ShadedText)
    assert view is not None
    return field, view


def test_a_hypothesis_is_plain_text_whatever_it_holds(qtbot: QtBot) -> None:
    field, _ = _translation(qtbot)
    field.show_hypothesis([("<b>le</b>", 0.9), ("&amp;", 0.5), ("chat", 0.2)], "<i>note</i>")
    assert field.text() == "<b>le</b> &amp; chat"
    assert field.toPlainText() == field.text()
    assert field.note() == "<i>note</i>"


def test_every_word_has_its_place_even_after_an_emoji(qtbot: QtBot) -> None:
    field, view = _translation(qtbot)
    field.show_hypothesis([("🙂", 0.9), ("chat", 0.4)])
    boxes = [view.word_rectangles(word) for word in view._words]
    assert [len(box) for box in boxes] == [1, 1]
    assert boxes[1][0].left() >= boxes[0][0].right()
    assert utf16_length("🙂") == 2


def test_right_to_left_words_are_shaded_from_the_right(qtbot: QtBot) -> None:
    field, view = _translation(qtbot)
    field.show_hypothesis([(word, 0.5) for word in ARABIC.split()])
    first, second = (view.word_rectangles(word)[0] for word in view._words)
    assert first.left() > second.left()
    assert first.width() > 5


def test_chinese_needs_no_spaces(qtbot: QtBot) -> None:
    field, _ = _translation(qtbot)
    field.show_hypothesis([(letter, 0.5) for letter in CHINESE], separator="")
    assert field.text() == CHINESE


def test_the_translation_can_be_selected_and_copied(qtbot: QtBot) -> None:
    field, view = _translation(qtbot)
    field.show_hypothesis([("le", 0.9), ("chat", 0.5)])
    view.selectAll()
    view.copy()
    assert QGuiApplication.clipboard().text() == "le chat"


def test_the_field_grows_with_its_translation_to_four_lines_and_empties(qtbot: QtBot) -> None:
    field, view = _translation(qtbot)
    two = view.height()
    field.show_hypothesis([("chat", 0.5)] * 60, "note")
    assert 1.5 * two < view.height() < 2.2 * two
    assert view.verticalScrollBar().maximum() > 0  # the rest is scrolled to
    field.show_hypothesis([("chat", 0.5)])
    assert view.height() == two  # a word more or less moves nothing
    field.clear()
    assert field.text() == ""
    assert view.height() == two


def test_less_sure_means_more_shaded() -> None:
    shades = [shade(p / 10) for p in range(11)]
    assert shades == sorted(shades, reverse=True)
    assert shade(1.0) == 0
    assert shade(0.9) > 0.05


def _table(qtbot: QtBot) -> PairTable:
    table = PairTable()
    qtbot.addWidget(table)
    pairs = [("the <b>cat</b>\nsees", "le chat"), (ARABIC, HEBREW), (CHINESE, "x")]
    table.set_pairs(pairs, ("English", "French"))
    return table


def test_the_table_shows_one_line_and_tells_all_as_plain_text(qtbot: QtBot) -> None:
    model = _table(qtbot).model()
    index = model.index(0, 0)
    assert model.data(index, Role.DisplayRole) == "the <b>cat</b> sees"
    assert "&lt;b&gt;cat&lt;/b&gt;" in model.data(index, Role.ToolTipRole)
    assert model.headerData(0, Qt.Orientation.Horizontal) == "English"
    assert model.headerData(1, Qt.Orientation.Horizontal) == "French"
    assert (model.rowCount(), model.columnCount()) == (3, 2)


def test_each_cell_begins_at_the_side_of_its_script(qtbot: QtBot) -> None:
    model = _table(qtbot).model()
    for row, column, side in ((0, 0, "Left"), (1, 0, "Right"), (1, 1, "Right"), (2, 0, "Left")):
        alignment = model.data(model.index(row, column), Role.TextAlignmentRole)
        assert alignment & getattr(Qt.AlignmentFlag, f"Align{side}")


def test_rows_are_of_one_height_with_room_for_any_script(qtbot: QtBot) -> None:
    table = _table(qtbot)
    heights = {table.rowHeight(row) for row in range(3)}
    assert len(heights) == 1
    assert heights.pop() >= 21  # 1.75 times the type of 12 pixels

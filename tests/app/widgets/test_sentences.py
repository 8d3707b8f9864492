"""Sentences of any script are shown whole, as plain text, from the side they begin at."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QStyleOptionViewItem,
    QTextEdit,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.widgets.differences import differences
from app.widgets.pair_table import PairTable
from app.widgets.script_delegate import ScriptDelegate
from app.widgets.scripts import is_right_to_left, reads_leftward
from app.widgets.scrolled_note import ScrolledNote
from app.widgets.shaded_text import ShadedText
from app.widgets.source_field import SourceField
from app.widgets.translation_field import TranslationField
from app.widgets.words import Line, shade, utf16_length, written
from tests.app.looks import pixels_of

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
    field.text_changed.connect(lambda: heard.append("\n".join(field.lines())))
    return field, heard


def test_typing_is_told_and_setting_is_not(qtbot: QtBot) -> None:
    field, heard = _source(qtbot)
    field.set_text("the cat")
    assert heard == []
    QTest.keyClicks(field, "s")
    assert heard == ["the cats"]


@pytest.mark.parametrize(
    "shift", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier]
)
def test_return_begins_another_sentence(qtbot: QtBot, shift: Qt.KeyboardModifier) -> None:
    field, _ = _source(qtbot)
    field.set_text("the cat")
    QTest.keyClick(field, Qt.Key.Key_Return, shift)
    assert field.sentence() == "the cat"  # an empty line has nothing to show
    QTest.keyClicks(field, "a dog")
    assert field.lines() == ["the cat", "a dog"]
    assert (field.line(), field.sentence()) == (1, "a dog")
    assert field.blockCount() == 2


def test_pasted_lines_stay_lines_without_superfluous_spaces(qtbot: QtBot) -> None:
    field, heard = _source(qtbot)
    data = QMimeData()
    data.setText("the  red\ncat\r\n sees\u2028a\tdog\u2029")
    data.setHtml("<b>the red cat sees</b>")
    field.insertFromMimeData(data)
    assert field.lines() == ["the red", "cat", "sees", "a dog"]
    assert field.blockCount() == 4
    assert len(heard) == 1


def test_the_cursor_chooses_the_line(qtbot: QtBot) -> None:
    field, heard = _source(qtbot)
    field.set_text("the cat\n\na dog")
    chosen: list[int] = []
    field.line_chosen.connect(chosen.append)
    assert field.line() == 2
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.line() == 0  # the empty line belongs to the one above it
    field.set_line(2)
    assert field.sentence() == "a dog"
    assert chosen == [0]
    assert heard == []


def test_a_line_can_be_swapped_and_the_swap_undone(qtbot: QtBot) -> None:
    field, heard = _source(qtbot)
    field.set_text("one\ntwo\nthree")
    field.set_line(1)
    field.replace_line("a dog")
    assert field.lines() == ["one", "a dog", "three"]
    assert heard
    field.undo()
    assert field.lines() == ["one", "two", "three"]


def test_alt_and_arrows_walk_through_earlier_sentences(qtbot: QtBot) -> None:
    field, _ = _source(qtbot)
    walked: list[int] = []
    field.walked.connect(walked.append)
    QTest.keyClick(field, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert walked == [1, -1]


def test_words_are_shaded_where_they_stand_even_after_an_emoji(qtbot: QtBot) -> None:
    field, _ = _source(qtbot)
    field.set_text("x\n🙂 the  the cat")
    field.show_words(["🙂", "the", "the", "cat", "[end]"])
    field.show_attention({2: 1.0, 3: 0.01, 4: 0.5, 9: 1.0})
    texts = [s.cursor.selectedText() for s in field.extraSelections()]
    assert texts == ["the", ""]  # the second one, and the end
    assert field.extraSelections()[0].cursor.position() == 2 + 10
    field.grab()
    field.show_attention(None)
    assert not field.extraSelections()


def test_the_pointer_reaches_a_word_of_the_current_line(qtbot: QtBot) -> None:
    field, _ = _source(qtbot)
    field.set_text("the cat")
    field.show_words(["the", "cat", "[end]"])
    reached: list[int] = []
    field.word_reached.connect(reached.append)
    cursor = field.textCursor()
    cursor.setPosition(5)
    QTest.mouseMove(field.viewport(), field.cursorRect(cursor).center())
    assert reached == [1]
    field.leaveEvent(QEvent(QEvent.Type.Leave))
    assert reached == [1, -1]


def test_the_field_grows_to_four_lines_and_no_further(qtbot: QtBot) -> None:
    field, _ = _source(qtbot)
    one = field.height()
    field.set_text("word " * 15)
    more = field.height()
    field.set_text("word " * 400)
    most = field.height()
    assert one < more < most
    assert most < 5 * one
    field.set_text("")
    assert field.height() == one


def test_one_line_takes_the_room_of_two_and_no_line_is_seen_by_a_sliver(qtbot: QtBot) -> None:
    field, _ = _source(qtbot)
    field.set_text("the cat")
    height = field.height()
    field.set_text("the cat and the dog and the horse and the bird")
    assert field.height() == height
    field.set_lines(1, 2)  # in a low panel
    field.set_text("the cat")
    assert field.height() < height
    field.set_text("Âgpqjy| " * 40)
    assert field.contentOffset().y() < 0  # scrolled
    assert field._sliver() < field.fontMetrics().height() / 2
    assert len(np.unique(pixels_of(field.viewport())[:12])) > 2
    with patch.object(SourceField, "_sliver", return_value=12):  # as with fonts of some sizes
        assert len(np.unique(pixels_of(field.viewport())[:12].reshape(-1, 3), axis=0)) == 1


def test_files_are_not_dropped_into_the_field(qtbot: QtBot) -> None:
    field, _ = _source(qtbot)
    assert not field.acceptDrops()


def test_each_line_begins_at_the_side_of_its_script(qtbot: QtBot) -> None:
    field, _ = _source(qtbot)
    field.set_text(f"{ARABIC}\nthe cat\n{HEBREW} 12")
    lefts = []
    for number in range(3):
        cursor = QTextCursor(field.document().findBlockByNumber(number))
        lefts.append(field.cursorRect(cursor).left())
    assert lefts[0] > 150 > lefts[1]
    assert lefts[2] > 150


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


def test_a_corpus_that_is_read_from_the_right_decides_for_all_that_is_put_out(
    qtbot: QtBot,
) -> None:
    field, view = _translation(qtbot)
    field.resize(320, 200)
    field.suit([ARABIC])
    sides, places = set(), set()
    for words in (["ok", "b"], ["ok", ARABIC], [ARABIC]):
        field.show_hypothesis([(word, 0.5) for word in words])
        field.show_note("probability 0.5", differences("", f"OK {ARABIC}"))
        boxes = [view.word_rectangles(word)[0] for word in view._words]
        sides.add(max(box.right() for box in boxes) > 290)
        assert min(box.width() for box in boxes) > 5
        places.add(field._note.text())
    assert sides == {True}
    assert len(places) == 1
    assert 'dir="rtl"' in places.pop()
    field.suit([])
    field.show_hypothesis([("ok", 0.5)])
    assert view.word_rectangles(view._words[0])[0].left() < 20


def test_chinese_is_expected_to_take_less_room_than_its_english(qtbot: QtBot) -> None:
    field, view = _translation(qtbot)
    heights = []
    for samples in (["trois parapluies"], [CHINESE]):
        field.suit(samples)
        field.make_room(["the teacher bought three red umbrellas in the shop yesterday"])
        field.show_hypothesis([(CHINESE, 0.5)] * 40)
        heights.append(view.height())
    assert heights[0] > heights[1]


def test_most_letters_decide_how_a_language_is_read() -> None:
    assert reads_leftward([f"USB {ARABIC}", "12", ARABIC])
    assert not reads_leftward([f"a word such as {HEBREW}"])
    assert not reads_leftward(["12", CHINESE])


def test_the_note_of_what_is_folded_keeps_its_last_line(qtbot: QtBot) -> None:
    """The button at the end of its first line takes room that the legend has to give."""
    field, _ = _translation(qtbot)
    field.resize(383, 300)
    field.set_most_lines(3, 3)
    field.make_room(["the cat"])
    note = "probability 3.1e-55 · stopped at the limit of 22 pieces"
    field.show_hypothesis([(ARABIC, 0.1)] * 40)
    field.show_note(note, differences("", ARABIC))
    assert field.whole.isVisibleTo(field)
    assert field._note.verticalScrollBar().maximum() == 0


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


def test_the_legend_names_what_is_shaded(qtbot: QtBot) -> None:
    field, view = _translation(qtbot)
    for are_pieces, name in ((False, "word:"), (True, "piece:")):
        view.are_pieces = are_pieces
        field.show_hypothesis([("▁le", 0.9), ("s", 0.4)], "probability 0.3")
        assert name in field._note.text().replace("\N{NO-BREAK SPACE}", " ")


def test_the_note_never_stands_on_the_words(qtbot: QtBot) -> None:
    """Both are painted as soon as they have changed, so both have their places by then."""
    panel, field = QWidget(), TranslationField()
    qtbot.addWidget(panel)
    column = QVBoxLayout(panel)
    column.addWidget(field)
    column.addWidget(QTextEdit(), 1)
    panel.resize(360, 500)
    with qtbot.waitExposed(panel):
        panel.show()
    note = field.findChild(ScrolledNote)
    assert note is not None
    for count, probability in ((40, 0.3), (3, 1.0), (12, 0.3), (28, 1.0)):
        field.show_hypothesis([("oiseau", probability)] * count, "cut, as it would not end · " * 3)
        assert note.geometry().top() > field.view.geometry().bottom()
        assert note.geometry().bottom() < field.height()
        QGuiApplication.processEvents()  # and the next answer comes


def test_no_line_of_the_note_ends_with_the_dot_between_two_parts(qtbot: QtBot) -> None:
    field, _ = _translation(qtbot)
    words = [("chat", 0.5)]
    field.resize(366, 200)
    field.show_hypothesis(words, "probability 6.3e-65 · never ended")
    assert "<br>" not in field._note.text()
    field.resize(250, 200)
    lines = field._note.text().split("<br>")
    assert lines[0] == "probability 6.3e-65 · never ended"
    assert lines[1].startswith("word:")


def _lines(qtbot: QtBot) -> tuple[TranslationField, ShadedText]:
    field, view = _translation(qtbot)
    two = Line((("le", 0.9), ("chat", 0.43))), Line(((HEBREW, 0.5), (HEBREW, 0.2)))
    field.show_lines([two[0], Line(), two[1]], 0)
    return field, view


def test_lines_are_aligned_with_their_sources(qtbot: QtBot) -> None:
    field, view = _lines(qtbot)
    assert field.text() == f"le chat\n\n{HEBREW} {HEBREW}"
    assert not view._numbers.isHidden()
    assert [word.text for word in view.current_words()] == ["le", "chat"]
    tops = [view.word_rectangles(word)[0].top() for word in view._words]
    assert tops[0] == tops[1] < tops[2] == tops[3]
    lefts = [view.word_rectangles(word)[0].left() for word in view._words]
    assert lefts[0] < lefts[1]
    assert lefts[2] > lefts[3]  # read from the right
    field.grab()


def test_of_several_lines_no_word_moves_when_one_gets_longer(qtbot: QtBot) -> None:
    field, view = _lines(qtbot)
    field.setMinimumWidth(366)
    field.set_most_lines(3, 3, 3)
    field.make_room(["the cat", "the dog"])
    seen = set()
    for words in (2, 30, 2, 30):
        line = Line((("chien", 0.5),) * words)
        field.show_lines([line, line], 0)
        bar = view.verticalScrollBar()
        assert bar.isEnabled() == (words == 30)  # it is seen where there is something to scroll
        assert view.document().size().height() <= 4 * view.fontMetrics().lineSpacing() * 1.4
        seen.add((view.height(), view.viewport().width()))
    assert len(seen) == 1


def test_arrow_keys_reach_lines_and_words_and_say_their_probability(qtbot: QtBot) -> None:
    field, view = _lines(qtbot)
    lines: list[int] = []
    words: list[int] = []
    view.line_chosen.connect(lines.append)
    view.word_reached.connect(words.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(view, key)
    assert words[-1] == 1
    assert _printable(view.accessibleDescription()) == "chat: 0.43"
    assert "chat: 0.43" in _printable(QToolTip.text())
    assert "dots: below 0.5" in _printable(QToolTip.text())
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert lines == [2]
    assert view.current == 2
    QTest.keyClick(view, Qt.Key.Key_Left)  # onwards, in Hebrew
    assert words[-1] == 1
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert words[-1] == -1
    field.grab()


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


def test_a_click_chooses_a_line_and_hovering_reaches_a_word(qtbot: QtBot) -> None:
    _field, view = _lines(qtbot)
    lines: list[int] = []
    words: list[int] = []
    view.line_chosen.connect(lines.append)
    view.word_reached.connect(words.append)
    QTest.mouseMove(view.viewport(), view.word_rectangles(view._words[1])[0].center().toPoint())
    assert words == [1]
    third = view.word_rectangles(view._words[2])[0].center().toPoint()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=third)
    assert lines == [2]


def test_a_new_answer_leaves_the_reader_where_he_was(qtbot: QtBot) -> None:
    field, view = _translation(qtbot)
    field.show_lines([Line((("le", 0.9), (f"chat{n}", 0.5))) for n in range(40)], 0)
    view.verticalScrollBar().setValue(100)
    view.current = 5
    before = view.verticalScrollBar().value()
    field.show_lines([Line((("un", 0.9), (f"chat{n}", 0.5))) for n in range(40)], 5)
    assert view.verticalScrollBar().value() == before


def test_the_reference_is_shown_with_what_is_other(qtbot: QtBot) -> None:
    field, _ = _translation(qtbot)
    field.show_hypothesis([("le", 0.9), ("<chat>", 0.5)])
    field.show_note("probability 0.45", differences("le <chat>", "le chien noir"))
    assert _printable(field.note()) == "probability 0.45 · reference: le chien noir"
    rich = field._note.text()
    assert "<s " in rich
    assert "&lt;chat&gt;" in rich
    assert "<u " in rich
    field.changeEvent(QEvent(QEvent.Type.PaletteChange))
    field.grab()


@pytest.mark.parametrize("width", range(200, 460, 20))
def test_no_line_ends_with_the_sign_between_two_before_hebrew(qtbot: QtBot, width: int) -> None:
    field, _ = _translation(qtbot)
    field.resize(width, 300)
    field.show()
    field.show_hypothesis([("אני", 0.5)])
    field.show_note("probability 0.45 · never ended", differences("אני", "אני לא יודע"))
    label = field._note._label
    layout = QTextDocument()
    layout.setDefaultFont(label.font())
    layout.setHtml(label.text())
    layout.setDocumentMargin(0)
    layout.setTextWidth(label.width())
    layout.size()  # lays it out
    block = layout.begin()
    while block.isValid():
        lines = [block.layout().lineAt(n) for n in range(block.layout().lineCount())]
        ends = [line.textStart() + line.textLength() for line in lines]
        assert not any(block.text()[:end].rstrip(" \u2028").endswith("·") for end in ends)
        block = block.next()


def test_the_field_grows_with_its_translation_to_four_lines_and_empties(qtbot: QtBot) -> None:
    field, view = _translation(qtbot)
    two = view.height()
    field.show_hypothesis([("chat", 0.5)] * 60, "note")
    assert 1.5 * two < view.height() < 2.2 * two
    assert view.toPlainText().endswith("…")  # the rest is seen on demand
    high = field.sizeHint().height()
    field.show_hypothesis([("chat", 0.5)], "note")
    assert field.sizeHint().height() == high  # a word more or less moves nothing
    field.make_room(["cat"] * 2)
    assert view.height() == two
    field.clear()
    assert field.text() == ""
    assert view.height() == two


def _wrapped(field: TranslationField, view: ShadedText, words: int) -> int:
    field.show_hypothesis([("babble", 0.1)] * words)
    return view.document().begin().layout().lineCount()


def test_room_for_a_translation_follows_from_its_source(qtbot: QtBot) -> None:
    field, view = _translation(qtbot)
    field.make_room(["a short one"])
    two = view.height()
    count = next(n for n in range(2, 99) if _wrapped(field, view, n) == 2)
    field.show_hypothesis([("babble", 0.1)] * count)
    assert view.verticalScrollBar().maximum() == 0
    field.show_hypothesis([("babble", 0.1)] * 60)
    assert view.height() == two  # so much is not to be expected
    field.make_room(["a source of many words " * 5])
    room = view.height()
    assert room > 1.3 * two
    for words in (0, 3, 20, 5):
        field.show_hypothesis([("mot", 0.5)] * words)
        assert view.height() == room


def test_a_long_reference_takes_four_lines_and_more_on_demand(qtbot: QtBot) -> None:
    field, _ = _translation(qtbot)
    field.resize(360, 300)
    field.show()
    field.show_hypothesis([("le", 0.5)])
    field.show_note("probability 0.45", differences("le", "le chien noir " * 40))
    note = field._note
    line = note._label.fontMetrics().lineSpacing()
    assert 4 * line <= note.height() < 5 * line
    assert note.verticalScrollBar().maximum() == 0
    assert note.text().endswith("…</u>")
    field.set_whole(True)
    assert 6 * line <= note.height() < 7 * line
    assert note.verticalScrollBar().maximum() > 0
    assert note.focusPolicy() == Qt.FocusPolicy.StrongFocus  # it can be scrolled by keys
    field.set_whole(False)
    high = note.height()
    field.show_note("probability 0.45")
    assert note.height() == high
    assert note.focusPolicy() == Qt.FocusPolicy.NoFocus
    note.fit_anew()
    assert note.height() < 2 * line


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


def test_each_cell_is_read_in_the_direction_of_its_script(qtbot: QtBot) -> None:
    """Else a full stop of Hebrew would stand before its sentence."""
    table = _table(qtbot)
    delegate = table.itemDelegate()
    assert isinstance(delegate, ScriptDelegate)
    for row, column, is_rtl in ((0, 0, False), (1, 0, True), (1, 1, True), (2, 0, False)):
        option = QStyleOptionViewItem()
        delegate.initStyleOption(option, table.model().index(row, column))
        assert (option.direction == Qt.LayoutDirection.RightToLeft) == is_rtl


def test_a_control_character_is_shown_by_its_number() -> None:
    """A model that has gone wild may write any byte."""
    text, (word, _) = written([Line((("\x01\x02", 1.0), ("chat", 1.0)))])
    assert text == "‹01›‹02› chat"
    assert (word.start, word.end) == (0, 8)


def test_rows_are_of_one_height_with_room_for_any_script(qtbot: QtBot) -> None:
    table = _table(qtbot)
    heights = {table.rowHeight(row) for row in range(3)}
    assert len(heights) == 1
    assert heights.pop() >= 21  # 1.75 times the type of 12 pixels

"""What is longer than its room: its first part is seen, and the rest on demand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication, QImage, QTextCursor, QTextDocument
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.widgets import translation_field
from app.widgets.differences import Difference, differences, plain
from app.widgets.folding import DOTS, first_of, folded
from app.widgets.translation_field import TranslationField
from app.widgets.words import Line

WIDTH = 240.0
BABBLE = "eichnet" * 60
TEXTS = {
    "words": ["chien"] * 90,
    "a word without an end": ["ein", BABBLE],
    "Chinese": list("我们昨天在那家小饭馆里吃了很好吃的面条" * 8),
    "Arabic": ["السلامُ", "عليكمْ", "يا", "أصدقائي"] * 20,
    "marks": ["a\u0310e\u0301\u0323" * 80],
    "emoji": ["👍🏽👩‍👩‍👧" * 40],
}


def _rows(text: str, width: float) -> int:
    """Count as a text document does."""
    document = QTextDocument(text)
    document.setDefaultFont(QFont())
    document.setDocumentMargin(0)
    document.setTextWidth(width)
    assert document.size().height() > 0  # it is laid out
    return document.begin().layout().lineCount()


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("rows", [1, 3])
def test_the_first_words_fill_their_rows_and_end_with_dots(
    name: str, rows: int, qtbot: QtBot
) -> None:
    separator = "" if name == "Chinese" else " "
    whole = Line(tuple((word, 0.5) for word in TEXTS[name]), separator)
    part = folded(whole, rows, QFont(), WIDTH)
    text = separator.join(word for word, _ in part.words)
    assert text.endswith(DOTS)
    assert separator.join(TEXTS[name]).startswith(text.removesuffix(DOTS).rstrip())
    assert part.words[:-1] == whole.words[: len(part.words) - 1]
    assert _rows(text, WIDTH) == rows


def test_what_has_room_stays_as_it_is(qtbot: QtBot) -> None:
    line = Line((("le", 0.5), ("chat", 0.4)))
    assert folded(line, 1, QFont(), WIDTH) is line
    assert folded(Line(), 1, QFont(), WIDTH) == Line()


def test_a_reference_is_cut_within_words_that_differ() -> None:
    found = differences("le chat dort", "le chien noir mange beaucoup")

    def is_short(part: Sequence[Difference]) -> bool:
        return len(plain(part)) <= 15

    part = first_of(found, is_short)
    assert plain(part) == "le chien noir…"
    assert part[0].is_same
    assert not part[1].is_same
    assert first_of(found, lambda _: True) is found


@pytest.fixture
def field(qtbot: QtBot) -> TranslationField:
    field = TranslationField()
    qtbot.addWidget(field)
    field.resize(366, 200)
    field.show()
    field.make_room(["a source of many words " * 4])
    return field


REFERENCE = "Eine ältere Dame mit roten Schuhen, rosa Schal und grauem Hut " * 3
NOTE = "probability 2.9e-303 · stopped at the limit of 86 pieces"


def test_what_never_ends_and_its_note_are_seen_at_once(field: TranslationField) -> None:
    field.set_most_lines(3)
    field.show_hypothesis([(BABBLE, 0.1)])
    field.show_note(NOTE, differences("", REFERENCE))
    shown = field.view.toPlainText()
    assert shown.endswith(DOTS)
    assert field.text() == BABBLE  # as it is, for those who ask
    for part in (field.view, field._note):
        assert part.verticalScrollBar().maximum() == 0
    assert "stopped at the limit of 86 pieces" in field._note.text()
    assert "rosa" in field._note.text()
    low = field.sizeHint().height()
    assert field.whole.isVisible()

    QTest.mouseClick(field.whole, Qt.MouseButton.LeftButton)
    assert field.view.toPlainText() == BABBLE
    assert field._note.text().count("rosa") == 3
    assert low < field.sizeHint().height() <= 1.5 * low
    assert field.whole.isVisible()
    QTest.keyClick(field.whole, Qt.Key.Key_Space)
    assert field.view.toPlainText() == shown
    assert field.sizeHint().height() == low


def test_what_is_shown_whole_can_be_folded_however_short_it_gets(field: TranslationField) -> None:
    field.set_most_lines(3)
    field.show_hypothesis([(BABBLE, 0.1)])
    QTest.mouseClick(field.whole, Qt.MouseButton.LeftButton)
    high = field.sizeHint().height()
    field.show_hypothesis([("chien", 0.9)])  # the model learns
    assert field.whole.isVisible()
    assert field.sizeHint().height() == high  # nothing moves below
    field.make_room(["another source"])
    field.show_hypothesis([("chien", 0.9)])
    assert not field.whole.isVisible()
    assert field.sizeHint().height() < high
    field.show_hypothesis([(BABBLE, 0.1)])
    assert field.view.toPlainText().endswith(DOTS)


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_copied_is_not_cut(field: TranslationField, name: str) -> None:
    separator = "" if name == "Chinese" else " "
    long, short = Line(tuple((word, 0.5) for word in TEXTS[name]), separator), Line((("le", 1.0),))
    whole = separator.join(TEXTS[name])
    clipboard = QGuiApplication.clipboard()
    for lines, text in (([long], whole), ([short, long, short], f"le\n{whole}\nle")):
        field.show_lines(lines, 0)
        assert DOTS in field.view.toPlainText()
        field.view.selectAll()
        QTest.keyClick(field.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert clipboard.text() == text
    field.show_lines([short, long], 0)
    cursor = field.view.textCursor()
    cursor.setPosition(1)
    cursor.setPosition(5, QTextCursor.MoveMode.KeepAnchor)  # not up to the dots
    field.view.setTextCursor(cursor)
    field.view.copy()
    assert clipboard.text() == "e\n" + whole.encode("utf-16-le")[:4].decode("utf-16-le")


def test_the_dots_are_shaded_for_the_words_behind_them(field: TranslationField) -> None:
    field.set_most_lines(3)
    field.show_hypothesis([("chien", 1.0)] * 90)
    shown = len(field.view.current_words())

    def look(place: int) -> QImage:
        field.view.show_attention({place: 1.0})
        return field.view.viewport().grab().toImage()

    assert shown < 89
    assert look(89) != look(shown - 1)  # the dots, and not the word before them
    assert look(89) == look(shown)
    nothing = look(90)  # the sign of the end
    assert nothing != look(89)
    field.view.show_attention({})
    assert field.view.viewport().grab().toImage() == nothing


def test_a_line_that_never_ends_leaves_room_for_the_others(field: TranslationField) -> None:
    lines = [Line((("le", 0.9),)), Line(((BABBLE, 0.1),)), Line((("chat", 0.9),))]
    field.show_lines(lines, 0)
    assert field.view.document().findBlockByNumber(1).layout().lineCount() == 2
    assert field.whole.isVisibleTo(field) or field.note() == ""
    assert field.text() == f"le\n{BABBLE}\nchat"


def test_nothing_is_offered_for_what_is_seen_anyway(field: TranslationField) -> None:
    field.show_hypothesis([("le", 0.9), ("chat", 0.4)])
    field.show_note("probability 0.45", differences("le chat", "le chien"))
    assert not field.whole.isVisible()


def test_of_many_lines_only_those_that_are_new_are_folded(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    field, calls = TranslationField(), list[Line]()
    qtbot.addWidget(field)

    def noted(line: Line, *room: Any) -> Line:
        calls.append(line)
        return folded(line, *room)

    monkeypatch.setattr(translation_field, "folded", noted)
    lines = [Line(((f"word {number}", 1.0),)) for number in range(5)]
    for _ in range(2):  # the field has its width from the first on
        field.show_lines(lines, 0)
    calls.clear()
    new = Line((("another", 0.5),))
    field.show_lines([*lines[:4], new], 0)
    assert calls == [new]
    field.view.resize(field.view.width() + 50, field.view.height())
    field._show_lines(0)
    assert len(calls) == 6

"""Pieces as they are painted, and the bars of lengths."""

from __future__ import annotations

from itertools import pairwise

import pytest
from pytestqt.qtbot import QtBot

from app.widgets.cut_view import JOINER, CutView
from app.widgets.length_bars import BARS, LengthBars, bars_of, length_of, step_of
from tests.app.looks import pixels_of


def view_of(qtbot: QtBot, *texts: str, width: int = 200) -> CutView:
    view = CutView()
    qtbot.addWidget(view)
    view.resize(width, 100)
    view.show_cut([(text, 1, True) for text in texts])
    return view


def test_pieces_follow_each_other_and_wrap(qtbot: QtBot) -> None:
    view = view_of(qtbot, "▁the", "▁cat", "s", "▁sleep", "▁deeply", "▁now", width=120)
    boxes = [chip.box for chip in view.chips()]
    assert [chip.text for chip in view.chips()] == ["the", "cat", "s", "sleep", "deeply", "now"]
    assert [chip.has_space for chip in view.chips()] == [True, True, False, True, True, True]
    assert boxes[0].left() == 0
    for one, other in pairwise(boxes):
        assert other.left() > one.right() or other.top() > one.bottom()
    assert all(box.right() <= 120 for box in boxes)
    assert boxes[-1].top() > 0
    assert view.heightForWidth(120) == round(boxes[-1].bottom())
    assert view.heightForWidth(2000) < view.heightForWidth(120)


def test_arabic_is_read_from_the_right_and_keeps_its_joins(qtbot: QtBot) -> None:
    view = view_of(qtbot, "▁كت", "اب", "▁جديد")
    boxes = [chip.box for chip in view.chips()]
    assert boxes[0].right() == pytest.approx(200)
    assert boxes[1].right() < boxes[0].left()
    assert boxes[2].right() < boxes[1].left()
    first, second, third = (chip.text for chip in view.chips())
    assert first == "كت" + JOINER
    assert second == JOINER + "اب"
    assert third == "جديد"  # the space parts it from what stands before


def test_a_letter_that_does_not_join_is_left_alone(qtbot: QtBot) -> None:
    assert [chip.text for chip in view_of(qtbot, "▁دا", "ر").chips()] == ["دا", "ر"]


def test_a_mark_alone_stands_on_a_dotted_circle(qtbot: QtBot) -> None:
    assert [chip.text for chip in view_of(qtbot, "e", "\u0301x").chips()] == ["e", "◌\u0301x"]


def test_what_no_piece_holds_is_marked_and_counted(qtbot: QtBot) -> None:
    view = CutView()
    qtbot.addWidget(view)
    view.resize(200, 24)
    view.show_cut([("字", 1, True)])
    plain, width = pixels_of(view), view.chips()[0].box.width()
    view.show_cut([("字", 3, False)])
    assert view.chips()[0].box.width() > width
    assert (pixels_of(view) != plain).any()
    assert "3 pieces" in view.toolTip()


@pytest.mark.parametrize("text", ["‮abc", "\x01\x07", "e\u0301" * 40, "x" * 500, "", "<b>no</b>"])
def test_odd_pieces_stay_within(qtbot: QtBot, text: str) -> None:
    view = view_of(qtbot, text, "▁", "▁▁")
    pixels_of(view)
    assert all(chip.box.left() >= 0 and chip.box.right() <= 200 for chip in view.chips())


def test_without_a_cut_there_is_a_note(qtbot: QtBot) -> None:
    view = CutView()
    qtbot.addWidget(view)
    view.show_cut(None, "one cut only")
    assert not view.chips()
    assert view.accessibleDescription() == "one cut only"


def test_bars_share_out_the_sentences() -> None:
    assert bars_of([0, 2, 1, 1], 3) == [0, 0.5, 0.25, 0.25]
    assert bars_of([0, 2, 1, 0, 0, 1], 2) == [0, 0.5, 0.5]  # the last one has all beyond
    assert step_of(2 * BARS) == 2
    assert sum(bars_of([1] * 1000, 300)) == pytest.approx(1)
    assert len(bars_of([1] * 1000, 300)) <= BARS + 1


def test_a_length_that_most_do_not_exceed() -> None:
    assert length_of([0, 5, 4, 1], 0.5) == 1
    assert length_of([0, 5, 4, 1], 0.9) == 2
    assert length_of([0, 5, 4, 1], 1.0) == 3
    assert length_of([], 0.5) == 0


def test_bars_say_what_they_show(qtbot: QtBot) -> None:
    bars = LengthBars()
    qtbot.addWidget(bars)
    bars.resize(200, 60)
    empty = pixels_of(bars)
    bars.show_lengths([0, 5, 4, 1], 3, 0.5)
    assert "at most 1 piece," in bars.accessibleDescription()
    assert (pixels_of(bars) != empty).any()
    bars.show_lengths([], 1, 1.0)
    assert bars.accessibleDescription() == ""

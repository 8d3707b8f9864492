"""Pairs typed in class, and columns that are pasted, used as a person does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from app.added_pairs import AddedPairs
from app.corpus_browser import CorpusBrowser
from app.panels.data_panel.split_button import SplitButton
from app.pasted import Pasted, in_words, new_file, pairs_in, save_rows
from app.pasted_lines import PastedLines
from app.settings import AppSettings
from app.widgets.banner import Banner
from app.widgets.curve_plot import CurvePlot
from app.widgets.drop_area import DropArea
from s2s_core.data.corpus import HeldOut
from s2s_core.data.readers import read_pairs
from tests.app.conftest import Opened, OpenWindow, live
from tests.app.test_other_corpus import first_pair, read

COLUMNS = "a red bird\tun oiseau rouge\nno tab here\na blue fish\tun poisson bleu\n"


def dialog_of(opened: Opened) -> AddedPairs:
    """Open the dialog by its button, and bring the keys to it."""
    opened.find(QPushButton, "addPairs").click()
    (dialog,) = opened.window.findChildren(AddedPairs)
    dialog.activateWindow()
    opened.wait(dialog.isActiveWindow)
    return dialog


def type_pair(dialog: AddedPairs, source: str, target: str) -> None:
    dialog.source.setFocus()
    QTest.keyClicks(dialog.source, source)
    QTest.keyClick(dialog.source, Qt.Key.Key_Return)
    assert dialog.target.hasFocus()
    QTest.keyClicks(dialog.target, target)
    QTest.keyClick(dialog.target, Qt.Key.Key_Return)


def test_a_pair_that_is_typed_joins_the_corpus_and_can_be_taken_back(
    open_window: OpenWindow,
) -> None:
    opened = open_window().ready()
    controller = opened.controller
    assert controller.corpus is not None
    before = controller.corpus.prepared.train_pairs
    dialog = dialog_of(opened)
    type_pair(dialog, "a ghost, indeed", "un fantome")
    assert dialog.source.hasFocus()
    assert not dialog.source.text() + dialog.target.text()
    assert controller.draft.config.data.added == ("a ghost, indeed\tun fantome",)
    dialog.times.setValue(7)
    opened.wait(lambda: controller.corpus and controller.corpus.prepared.train_pairs == before + 7)
    assert opened.window.panels["data"].head.note_label.text() == "200 + 1 added"
    assert dialog.note.text().startswith(
        f"1 added to the 200 of the corpus, each 7 times: 7 of the {before + 7} to train on."
    )
    opened.find(QPushButton, "browseCorpus").click()
    (browser,) = opened.window.findChildren(CorpusBrowser)
    opened.wait(lambda: browser.count.text().startswith("200 pairs"))
    assert "1 added by hand" in browser.count.text()
    browser.close()
    held_out = HeldOut.load(Path(controller.corpus.prepared.folder))
    assert "a ghost, indeed" not in {pair.source for pair in held_out.pairs}
    for _ in range(2):  # the repetitions, and the pair
        assert controller.draft.config.data.added
        QTest.keyClick(dialog.source, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not controller.draft.config.data.added
    assert dialog.table.model().rowCount() == 0
    opened.wait(lambda: controller.corpus and controller.corpus.prepared.train_pairs == before)


def test_a_pair_that_is_typed_joins_the_run_at_once(open_window: OpenWindow) -> None:
    opened = open_window().training()
    controller, folder = opened.controller, opened.controller.run.folder
    dialog = dialog_of(opened)
    type_pair(dialog, "a b c", "c b a")
    assert "The run trains on them at once." in dialog.note.text()
    panels = opened.window.panels
    told = opened.find(SplitButton, "splitButton").text()  # as many words as there is room for
    assert told in ("The added pairs join this run …", "Joining this run …")
    assert panels["data"].head.note_label.text() == "200 pairs"
    assert not controller.joining.for_a_new_run()  # nothing says that it is for another one
    opened.wait(lambda: controller.run.config and controller.run.config.data.added)
    step = opened.step
    opened.wait(lambda: opened.step > step + 3)
    assert controller.run.folder == folder
    plot = opened.find(CurvePlot, "lossPlot")
    assert "1 pair added, 10 times" in [flag.text for flag in plot.flags]
    read(opened)
    assert opened.window.panels["data"].head.note_label.text() == "200 + 1 added"
    controller.play_or_pause()
    opened.wait(lambda: not controller.run.playing)
    assert not controller.begins_anew
    controller.steering.undo()
    opened.wait(lambda: controller.run.config and not controller.run.config.data.added)


def test_pasted_columns_are_pairs_and_a_line_without_a_tab_is_named(
    open_window: OpenWindow,
) -> None:
    opened = open_window().ready()
    dialog = dialog_of(opened)
    QGuiApplication.clipboard().setText(COLUMNS)
    dialog.source.setFocus()
    QTest.keyClick(dialog.source, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert dialog.pairs() == [
        ("a red bird", "un oiseau rouge"), ("a blue fish", "un poisson bleu"),
    ]  # fmt: skip
    assert dialog.source.text() == ""
    assert dialog.note.property("role") == "error"
    assert "Line 2" in dialog.note.text()
    assert "no tab here" in dialog.note.text()
    row = dialog.table.rowViewportPosition(0) + 4
    QTest.mouseClick(
        dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, row)
    )  # fmt: skip
    QTest.mouseClick(dialog.remove, Qt.MouseButton.LeftButton)
    assert dialog.pairs() == [("a blue fish", "un poisson bleu")]
    QGuiApplication.clipboard().setText("only one column")
    dialog.paste.click()
    assert "no two columns" in dialog.note.text()
    assert dialog.pairs() == [("a blue fish", "un poisson bleu")]


def test_added_pairs_stand_in_the_direction_that_is_translated_in(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    dialog = dialog_of(opened)
    type_pair(dialog, "one", "un")
    opened.controller.draft.set("data.swap_sides", True)
    assert dialog.pairs() == [("un", "one")]
    type_pair(dialog, "deux", "two")
    assert opened.controller.draft.config.data.added == ("one\tun", "two\tdeux")


def test_pairs_and_pieces_stay_with_their_corpus_and_are_there_when_it_comes_back(
    open_window: OpenWindow,
) -> None:
    opened = open_window().ready()
    draft, told = opened.controller.draft, list[str]()
    first = draft.config.data.builtin
    draft.set("data.added", ("one\tun",))
    draft.set("data.left_out", (2, 3))
    draft.set("data.tokenizer.kind", "char")
    read(opened)
    opened.window.panels["data"].told.connect(told.append)  # type: ignore[attr-defined]
    draft.set("data.builtin_pairs", 250)
    read(opened)
    assert told.pop() == (
        "Other pairs were made. The 2 left out went with the old ones; Ctrl+Z undoes it."
    )
    opened.controller.steering.undo()
    read(opened)
    assert not told
    opened.controller.reading.open_builtin("copy")
    opened.wait(lambda: draft.config.data.builtin == "copy")
    assert not draft.config.data.added
    assert not draft.config.data.left_out
    assert draft.config.data.tokenizer.kind == "bpe"
    opened.controller.reading.open_builtin(first)
    opened.wait(lambda: draft.config.data.builtin == first)
    assert draft.config.data.added == ("one\tun",)
    assert draft.config.data.left_out == (2, 3)
    assert draft.config.data.tokenizer.kind == "char"
    assert "keeps Characters, 4,000" in told[0]
    assert "2 pairs left out, 1 pair added" in told[1]


def test_columns_pasted_on_the_data_panel_are_a_corpus(
    open_window: OpenWindow, qapp: QApplication
) -> None:
    opened = open_window().ready()
    QGuiApplication.clipboard().setText("".join(f"cat {n}\tKatze {n}\n" for n in range(60)))
    opened.window.activateWindow()
    drop = opened.find(DropArea, "corpusDrop")
    drop.setFocus()
    live()
    QTest.keyClick(drop, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    opened.wait(lambda: bool(opened.controller.draft.config.data.train))
    path = Path(opened.controller.draft.config.data.train[0])
    assert path.parent == AppSettings().pasted_folder
    assert len(list(read_pairs((path,)))) == 60
    assert opened.settings.recent[0].paths == (str(path),)
    QGuiApplication.clipboard().setText(
        "the cat\n" + "".join(f"a {n}\tb {n}\n" for n in range(60)) + "the dog\n"
    )
    opened.window.opening.paste_corpus()
    opened.wait(lambda: first_pair(opened) == ("a 0", "b 0"))
    banner = opened.window.banner
    assert banner.text().endswith("no tab between two sides and were left out: 1, 62")
    next(b for b in banner.findChildren(QPushButton) if b.text() == "Correct").click()
    (lines,) = opened.window.findChildren(PastedLines)
    assert not lines.take.isEnabled()
    cell = lines.table.item(0, 2)
    assert cell is not None
    cell.setText("die Katze")
    lines.take.click()
    opened.wait(lambda: first_pair(opened) == ("the cat", "die Katze"))
    assert banner.text() == "Line 62 has no tab between two sides and was left out: “the dog”"
    QGuiApplication.clipboard().setText("no columns")
    opened.window.opening.paste_corpus()
    assert "no two columns" in opened.window.findChildren(Banner)[0].text()


def test_the_added_pairs_can_become_a_corpus_of_their_own(open_window: OpenWindow) -> None:
    opened = open_window().ready()
    pairs = tuple(f"cat {n}\tKatze {n}" for n in range(60))
    opened.controller.draft.set("data.added", pairs)
    dialog_of(opened).as_corpus.click()
    opened.wait(lambda: bool(opened.controller.draft.config.data.train))
    data = opened.controller.draft.config.data
    assert data.added == ()
    assert ["\t".join(pair) for pair in read_pairs((Path(data.train[0]),))] == list(pairs)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a\tb\r\nc\td\r\n", Pasted(((1, ("a", "b")), (2, ("c", "d"))))),
        ("a\tb\tCC-BY 2.0\n", Pasted(((1, ("a", "b", "CC-BY 2.0")),))),
        # as a spreadsheet copies it: the second row begins on the third line
        ('"two\nlines"\tb\nc\n', Pasted(((1, ("two lines", "b")),), ((3, ("c",)),))),
        ('"Go!" he said\tb\n', Pasted(((1, ('"Go!" he said', "b")),))),
        (
            "\n\na\tb\n\tc\nd\t\ne\n",
            Pasted(((3, ("a", "b")),), ((6, ("e",)),), ((4, ("", "c")), (5, ("d", "")))),
        ),
        ("a\ud800\tb", Pasted(((1, ("a\ufffd", "b")),))),
        ("", Pasted(())),
    ],
)
def test_lines_are_told_apart_by_their_columns(text: str, found: Pasted) -> None:
    assert pairs_in(text) == found


@given(st.text(alphabet=st.sampled_from('ab\t\n\r"\x00\u2028é '), max_size=60))
def test_any_text_gives_pairs_with_two_sides(text: str) -> None:
    found = pairs_in(text)
    assert all(
        side.strip() and "\t" not in side and "\n" not in side for p in found.pairs for side in p
    )


def test_each_text_that_is_kept_has_a_file_of_its_own(tmp_path: Path) -> None:
    first = new_file(tmp_path / "new")
    save_rows([(3, ("d", "e")), (1, ("a", "b", "c"))], first)
    assert first.read_text(encoding="utf-8") == "a\tb\tc\nd\te\n"
    assert new_file(tmp_path / "new") != first


def test_lines_left_out_are_told_by_number_and_reason() -> None:
    rows = [(n, ("word " * n,)) for n in range(1, 12)]
    assert in_words([], one_column=True) == ""
    assert in_words(rows[:1], one_column=False) == (
        "Line 1 has a blank side and was left out: “word”"
    )
    assert in_words(rows, one_column=True) == (
        "11 lines have no tab between two sides and were left out: 1, 2, 3, 4, 5, 6, 7, 8 and more"
    )

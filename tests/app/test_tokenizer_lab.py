"""The tokenizer lab as a person uses it, over the real core."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.bridge.corpus_work import work
from app.bridge.messages import Choice, CorpusCommand, LearnVocabulary
from app.tokenizer_lab import TokenizerLab
from app.tokenizer_lab.column import COST, SENTENCE, UNKNOWN, VOCABULARY, WORD, ChoiceColumn
from app.tokenizer_lab.sentences import DRAWS
from s2s_core.configs import DataConfig
from s2s_core.experiment import merged
from s2s_core.records import Record, VocabularyRecord
from tests.app.bridge.room import Room
from tests.app.conftest import OpenWindow, endless

LINES = [
    (f"the {one} cat and the {two} dog {n}", f"القطة {n} والكلب")
    for n in range(8)
    for one in ("red", "old", "small", "happy", "sleeping")
    for two in ("young", "white", "hungry", "clever", "tired")
]


class InProcess:
    """A corpus process that works when it is asked what there is, in this process."""

    def __init__(self) -> None:
        self.commands: list[CorpusCommand] = []
        self._waiting: CorpusCommand | None = None
        self.is_held = False  # while something is being learnt
        self.let_through: tuple[Choice, ...] = ()  # all the same
        self.ended = 0

    def start(self) -> None: ...

    def another(self) -> InProcess:
        return self

    def send(self, command: CorpusCommand) -> None:
        self.commands.append(command)
        self._waiting = command

    def take(self) -> list[Record]:
        waiting = self._waiting
        is_learnt = isinstance(waiting, LearnVocabulary) and waiting.choice not in self.let_through
        if waiting is None or (self.is_held and is_learnt):
            return []
        self._waiting = None
        return list(work(waiting))

    def end(self) -> None:
        self._waiting, self.ended = None, self.ended + 1


class Bench:
    """A lab over a controller and a corpus of a few lines."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot, self.process = qtbot, InProcess()
        self.room = Room(folder)
        self.room.reader.another = lambda: self.process  # type: ignore[method-assign,assignment,return-value]
        self.parent = QWidget()
        qtbot.addWidget(self.parent)
        self.file = folder / "pairs.tsv"
        self.file.write_text("".join(f"{s}\t{t}\n" for s, t in LINES), encoding="utf-8")
        data = DataConfig(builtin="", train=(str(self.file),))
        self.room.draft.set_data(data)
        self.take(("bpe", 200))

    def take(self, choice: Choice) -> None:
        tokenizer = {"kind": choice[0], "vocabulary_size": choice[1]}
        config = merged(self.room.draft.config, {"data": {"tokenizer": tokenizer}})
        self.room.draft.set_data(config.data)

    def open(self) -> TokenizerLab:
        self.dialog = TokenizerLab(self.room.controller, self.parent)
        self.dialog.show()
        return self.dialog

    def settle(self) -> None:
        """Wait until nothing is being done and nothing is about to be."""
        lab = self.dialog._lab

        def rests() -> bool:
            is_soon = (
                self.dialog._learn_soon.isActive() or self.dialog._sentences.cut_soon.isActive()
            )
            return lab._work is None and not is_soon

        self.qtbot.waitUntil(rests, timeout=30_000)

    def choices(self) -> list[Choice]:
        return [column.choice() for column in self.dialog.columns if column.is_shown]


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(qtbot, tmp_path)
    yield bench
    if hasattr(bench, "dialog") and bench.dialog.isVisible():
        bench.dialog.reject()


@pytest.fixture
def dialog(bench: Bench) -> TokenizerLab:
    dialog = bench.open()
    bench.settle()
    return dialog


def texts(column: ChoiceColumn) -> list[str]:
    """Return the sentences that are shown cut, joined again."""
    cuts = [view for view in column.cuts if view.isVisible() and view.chips()]
    joined = ["".join(text for text, _, _ in view._shown) for view in cuts]
    return [text.replace("▁", " ").strip() for text in joined]


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def number(column: ChoiceColumn, row: int) -> float:
    return float(column.values[row].text().split()[0].replace(",", ""))


def test_it_begins_with_the_draft_half_double_and_another_kind(bench: Bench) -> None:
    bench.take(("bpe", 100))
    bench.process.is_held = True
    bench.open()
    assert bench.choices() == [("bpe", 100), ("bpe", 50), ("bpe", 200), ("unigram", 100)]


def test_each_choice_tells_what_the_core_has_counted(bench: Bench, dialog: TokenizerLab) -> None:
    for column in dialog.columns:
        result = dialog._lab.results[column.choice()]
        assert isinstance(result, VocabularyRecord)
        assert number(column, VOCABULARY) == result.sides[0].vocabulary
        assert number(column, SENTENCE) == round(result.sides[0].pieces_per_sentence, 1)
        assert number(column, WORD) == round(result.sides[0].pieces_per_word, 2)
        assert column.values[UNKNOWN].text().endswith("%")
        base = dialog._lab.results["bpe", 200]
        assert isinstance(base, VocabularyRecord)
        change = round(100 * (result.pieces / base.pieces - 1))
        told = "as it is set now" if result is base else f"{abs(change)} %"
        assert told in column.values[COST].text()
        assert ("longer" in column.values[COST].text()) == (change > 0)
    assert "190 pairs" in dialog.intro.text()


def test_a_size_the_corpus_does_not_hold_is_lowered_and_said(bench: Bench) -> None:
    bench.take(("bpe", 4000))
    dialog = bench.open()
    bench.settle()
    assert "the text gives no more" in dialog.columns[0].values[VOCABULARY].text()
    reached = int(number(dialog.columns[0], VOCABULARY))
    assert all(size < reached for _, size in bench.choices()[1:3])  # and double would say nothing
    cuts = [dialog._lab.results[choice] for choice in bench.choices()]
    lengths = {tuple(s.lengths for s in c.sides) for c in cuts if isinstance(c, VocabularyRecord)}
    assert len(lengths) == 4  # no two of them cut alike


def test_a_tiny_corpus_is_cut_in_four_ways_all_the_same(bench: Bench) -> None:
    bench.file.write_text("".join(f"{'ab' * n}\t{'cd' * n}\n" for n in range(1, 30)), "utf-8")
    bench.room.draft.set_data(bench.room.draft.config.data.model_copy(update={"seed": 9}))
    dialog = bench.open()
    bench.settle()
    cuts = [dialog._lab.results[choice] for choice in bench.choices()]
    lengths = {tuple(s.lengths for s in c.sides) for c in cuts if isinstance(c, VocabularyRecord)}
    assert len(set(bench.choices())) == 4
    assert len(lengths) >= 3  # there may be no fourth


def test_without_spaces_characters_are_counted_and_not_words(bench: Bench) -> None:
    text = "".join(f"the cat {n}\t猫在{'很' * (n % 5)}睡觉\n" for n in range(60))
    bench.file.write_text(text, "utf-8")
    dialog = bench.open()
    bench.settle()
    assert dialog.per_word.text() == "Pieces a word"
    dialog.side.value_chosen.emit("target")
    dialog.side.button("target").click()
    bench.settle()
    assert dialog.per_word.text() == "Pieces a character"
    assert number(dialog.columns[0], WORD) <= 1.2  # and not all of a sentence


def test_the_same_sentences_are_cut_by_each(dialog: TokenizerLab) -> None:
    shown = [texts(column) for column in dialog.columns]
    assert len(shown[0]) > 3
    assert all(other == shown[0] for other in shown)
    assert shown[0][0] == dialog.sentence.text()
    assert set(shown[0]) <= {source for source, _ in LINES}
    more, fewer = (sum(len(v._shown) for v in dialog.columns[n].cuts) for n in (1, 0))
    assert more > fewer  # half the size, more pieces


def test_a_sentence_that_is_typed_is_cut(bench: Bench, dialog: TokenizerLab) -> None:
    dialog.sentence.clear()
    QTest.keyClicks(dialog.sentence, "a new dog")
    bench.settle()
    assert all(texts(column)[0] == "a new dog" for column in dialog.columns)


def test_the_other_side_has_its_own_numbers(bench: Bench, dialog: TokenizerLab) -> None:
    before = dialog.columns[0].values[VOCABULARY].text()
    click(dialog.side.button("target"))
    bench.settle()
    assert dialog.columns[0].values[VOCABULARY].text() != before
    assert set(texts(dialog.columns[0])) <= {target for _, target in LINES}
    boxes = [chip.box.left() for chip in dialog.columns[0].cuts[0].chips()]
    assert boxes[0] > boxes[1]  # from right to left


def test_use_this_is_one_change_that_can_be_taken_back(bench: Bench, dialog: TokenizerLab) -> None:
    draft, column = bench.room.draft, dialog.columns[3]
    before, (kind, size) = draft.config, column.choice()
    assert not dialog.columns[0].use.isEnabled()
    click(column.use)
    assert draft.config.data.tokenizer.kind == kind
    assert draft.config.data.tokenizer.vocabulary_size == size
    assert not column.use.isEnabled()
    assert dialog.columns[0].use.isEnabled()
    assert column.values[COST].text() == "as it is set now"
    assert "Unigram 200" in dialog.state.text()
    draft.undo()
    assert draft.config == before
    assert dialog.columns[0].values[COST].text() == "as it is set now"
    assert dialog.state.text() == ""


def test_a_kind_the_experiment_cannot_have_is_refused_in_a_sentence(
    bench: Bench, dialog: TokenizerLab
) -> None:
    bench.room.draft.set("regularisation.bpe_dropout", 0.1)
    before = bench.room.draft.config
    click(dialog.columns[3].use)
    assert bench.room.draft.config == before
    assert dialog.state.property("role") == "error"
    assert "BPE" in dialog.state.text()


def test_cuts_by_chance_differ_and_are_drawn_anew(bench: Bench, dialog: TokenizerLab) -> None:
    dialog.columns[1].set_choice(("char", 200))
    dialog.columns[1].changed.emit()
    bench.settle()
    click(dialog.by_chance)
    bench.settle()
    column = dialog.columns[0]
    first = [view._shown for view in column.cuts[:DRAWS]]
    assert texts(column) == [dialog.sentence.text()] * DRAWS
    assert "one cut only" in dialog.columns[1].cuts[0].accessibleDescription()
    assert "BPE-dropout 0.1" in dialog.state.text()
    click(dialog.again)
    bench.settle()
    assert [view._shown for view in column.cuts[:DRAWS]] != first
    click(dialog.by_chance)
    bench.settle()
    assert len(set(texts(column))) > 3


def test_another_size_is_learnt_and_the_others_stay(bench: Bench, dialog: TokenizerLab) -> None:
    learnt = len(bench.process.commands)
    size = dialog.columns[1].size
    size.selectAll()
    QTest.keyClicks(size, "60")
    QTest.keyClick(size, Qt.Key.Key_Return)
    bench.settle()
    assert dialog.isVisible()  # Enter closes nothing
    assert dialog.columns[1].choice() == ("bpe", 60)
    new = [c for c in bench.process.commands[learnt:] if isinstance(c, LearnVocabulary)]
    assert [command.choice for command in new] == [("bpe", 60)]
    assert texts(dialog.columns[1])[0] == dialog.sentence.text()


def test_no_sentence_is_cut_in_half_at_the_foot(bench: Bench, dialog: TokenizerLab) -> None:
    dialog.resize(900, 460)

    def ends_with_a_row() -> bool:
        foot = dialog._scroll.mapToGlobal(dialog._scroll.rect().bottomLeft()).y()
        tops = [
            view.mapToGlobal(view.rect().topLeft()).y()
            for view in dialog.columns[0].cuts if view.isVisible()
        ]  # fmt: skip
        bottoms = [
            view.mapToGlobal(view.rect().bottomLeft()).y()
            for view in dialog.columns[0].cuts if view.isVisible()
        ]  # fmt: skip
        is_scrolled = dialog._scroll.verticalScrollBar().maximum() > 0
        within = zip(tops, bottoms, strict=True)
        return is_scrolled and not any(top <= foot < bottom for top, bottom in within)

    bench.qtbot.waitUntil(ends_with_a_row)


def test_a_size_that_is_no_number_is_said(dialog: TokenizerLab) -> None:
    size = dialog.columns[1].size
    before = dialog.columns[1].choice()
    size.selectAll()
    QTest.keyClicks(size, "many")
    QTest.keyClick(size, Qt.Key.Key_Return)
    assert "many" in dialog.state.text()
    assert dialog.state.property("role") == "error"
    assert dialog.columns[1].choice() == before


def test_a_size_too_small_says_why_in_place_of_numbers(bench: Bench, dialog: TokenizerLab) -> None:
    dialog.columns[1].set_choice(("bpe", 8))
    dialog.columns[1].changed.emit()
    bench.settle()
    column = dialog.columns[1]
    assert "different characters" in column.why_not.text()
    assert column.why_not.isVisible()
    assert not column.values[SENTENCE].isVisible()
    assert not column.use.isEnabled()
    assert texts(column) == []


def test_stop_and_go_on(bench: Bench) -> None:
    bench.process.is_held, bench.process.let_through = True, (("bpe", 200),)
    dialog = bench.open()
    bench.qtbot.waitUntil(lambda: ("bpe", 200) in dialog._lab.results, timeout=30_000)
    bench.qtbot.waitUntil(lambda: dialog._lab.learning is not None)
    assert "Learning BPE" in dialog.state.text()
    assert dialog.columns[1].values[VOCABULARY].text().startswith("training the tokenizer, ")
    assert dialog.columns[2].values[VOCABULARY].text() == "waits, 1 before it"
    assert dialog.columns[3].values[VOCABULARY].text() == "waits, 2 before it"
    assert dialog.progress.isVisible()
    assert (dialog.progress.value(), dialog.progress.maximum()) == (1, 4)
    dialog._lab.began -= 7
    dialog._show_states()
    assert dialog.columns[1].values[VOCABULARY].text() == "training the tokenizer, 7 s"
    click(dialog.stop)
    assert bench.process.ended == 1
    assert dialog.columns[2].values[VOCABULARY].text() == "stopped"
    assert dialog.stop.text() == "Go on"
    assert "stays" in dialog.state.text()
    bench.process.is_held = False
    bench.settle()
    click(dialog.stop)
    bench.settle()
    assert all(number(column, VOCABULARY) for column in dialog.columns)
    assert not dialog.stop.isVisible()


def test_two_to_four_choices(bench: Bench, dialog: TokenizerLab) -> None:
    assert not dialog.add.isEnabled()
    click(dialog.columns[3].remove)
    click(dialog.columns[0].remove)
    bench.settle()
    assert len(bench.choices()) == 2
    assert not dialog.columns[1].remove.isVisible()  # two are the fewest
    assert "longer" in dialog.columns[1].values[COST].text()  # the draft's is not shown, but known
    click(dialog.add)
    bench.settle()
    assert len(bench.choices()) == 3
    assert len(set(bench.choices())) == 3
    assert texts(dialog.columns[0])[0] == dialog.sentence.text()


def test_another_corpus_begins_anew(bench: Bench, dialog: TokenizerLab) -> None:
    data = DataConfig(builtin="reverse", builtin_pairs=200)
    bench.room.draft.set_data(data.model_copy(update={"tokenizer": bench.dialog._data.tokenizer}))
    bench.settle()
    assert "200" in dialog.intro.text()
    assert dialog.sentence.text() not in {source for source, _ in LINES}
    assert texts(dialog.columns[0])[0] == dialog.sentence.text()


def test_for_another_corpus_other_choices_are_proposed_unless_one_was_chosen(bench: Bench) -> None:
    bench.take(("bpe", 4000))
    dialog = bench.open()
    bench.settle()
    first = [("bpe", 4000), ("bpe", 2000), ("bpe", 8000), ("unigram", 4000)]
    assert bench.choices() != first  # the corpus holds fewer pieces
    bench.process.is_held = True
    data = bench.room.draft.config.data
    bench.room.draft.set_data(data.model_copy(update={"builtin": "reverse", "train": ()}))
    assert bench.choices() == first
    size = dialog.columns[1].size
    size.selectAll()
    QTest.keyClicks(size, "300")
    QTest.keyClick(size, Qt.Key.Key_Return)
    chosen = bench.choices()
    bench.room.draft.set_data(data)
    assert bench.choices() == chosen


def test_a_corpus_that_cannot_be_read_is_said(bench: Bench) -> None:
    bench.file.unlink()
    dialog = bench.open()
    bench.settle()
    assert "pairs.tsv" in dialog.state.text()
    assert dialog.state.property("role") == "error"


def test_esc_ends_the_child(bench: Bench) -> None:
    bench.process.is_held = True
    dialog = bench.open()
    bench.qtbot.waitUntil(lambda: dialog._lab.learning is not None)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert bench.process.ended
    bench.take(("char", 50))  # nobody listens any more


def test_tab_goes_through_all_as_it_is_read(dialog: TokenizerLab) -> None:
    dialog.activateWindow()
    dialog.sentence.setFocus()
    seen = [dialog.sentence.objectName()]
    for _ in range(30):
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        seen.append(dialog.focusWidget().objectName())
        if dialog.focusWidget() is dialog.leave:
            break
    columns = [f"lab{part}{n}" for n in (1, 2, 3, 4) for part in ("Kind", "Size", "Remove", "Use")]
    columns.remove("labUse1")  # the draft's
    wanted = ["labSentence", "labSource", "labOthers", "labByChance", *columns, "labClose"]
    assert seen == wanted


def test_everything_has_a_name(dialog: TokenizerLab) -> None:
    for button in dialog.findChildren(QPushButton):
        assert button.text().strip("✕") or button.accessibleName(), button.objectName()
    for column in dialog.columns:
        for widget in (column.kind, column.size, column.remove, column.use):
            assert widget.objectName()
            assert widget.accessibleName()
            assert widget.toolTip()


def test_closing_it_ends_a_child_that_is_idle_too(bench: Bench) -> None:
    dialog = bench.open()
    bench.settle()
    before = bench.process.ended
    dialog.reject()
    assert bench.process.ended == before + 1


def test_it_is_opened_again_as_it_was_closed(bench: Bench, dialog: TokenizerLab) -> None:
    click(dialog.columns[1].remove)
    dialog.columns[2].set_choice(("char", 200))
    dialog.columns[2].changed.emit()
    bench.settle()
    choices, asked = bench.choices(), len(bench.process.commands)
    dialog.reject()
    bench.take(("unigram", 200))  # another that is compared with
    dialog.come_back()
    bench.settle()
    assert bench.choices() == choices
    again = bench.process.commands[asked:]
    assert not [command for command in again if isinstance(command, LearnVocabulary)]
    assert dialog.columns[3].values[COST].text() == "as it is set now"
    assert texts(dialog.columns[0])[0] == dialog.sentence.text()


def test_a_choice_is_stopped_alone(bench: Bench) -> None:
    bench.process.is_held, bench.process.let_through = True, (("bpe", 200), ("unigram", 200))
    dialog = bench.open()
    bench.qtbot.waitUntil(lambda: ("bpe", 200) in dialog._lab.results, timeout=30_000)
    bench.qtbot.waitUntil(lambda: dialog._lab.learning == dialog.columns[1].choice())
    assert not dialog.columns[0].stop.isVisible()  # it is learnt
    click(dialog.columns[1].stop)
    click(dialog.columns[2].stop)
    bench.settle()
    column = dialog.columns[1]
    assert column.values[VOCABULARY].text() == "stopped"
    assert number(dialog.columns[3], VOCABULARY)  # which went on
    assert dialog.stop.text() == column.stop.text() == "Go on"
    bench.process.is_held = False
    click(column.stop)
    bench.settle()
    assert number(column, VOCABULARY)
    assert not column.stop.isVisible()
    assert dialog.columns[2].values[VOCABULARY].text() == "stopped"


def test_the_window_opens_one_and_ends_its_child(open_window: OpenWindow) -> None:
    opened = open_window(endless())
    opened.ready()
    click(opened.find(QPushButton, "openLab"))
    opened.window.errands.show_lab()
    (dialog,) = opened.window.findChildren(TokenizerLab)
    opened.wait(lambda: len(dialog._lab.results) == len(dialog._lab.wanted))
    child = dialog._lab.process._process  # type: ignore[attr-defined]
    assert child.is_alive()
    opened.controller.shut_down()
    assert not child.is_alive()


def test_what_no_piece_holds_is_explained_where_it_is_seen(
    bench: Bench, dialog: TokenizerLab
) -> None:
    assert not dialog.legend.isVisible()
    places = [column.kind.geometry() for column in dialog.columns]
    for text, is_there in (("the Q cat", True), ("the cat", False)):
        dialog.sentence.clear()
        QTest.keyClicks(dialog.sentence, text)
        bench.settle()
        assert dialog.legend.isVisible() == is_there
    now = [column.kind.geometry() for column in dialog.columns]
    assert now == places


def test_no_column_moves_when_the_sentences_come(bench: Bench) -> None:
    bench.process.is_held = True
    dialog = bench.open()
    dialog.resize(1000, 600)  # so low that it is scrolled as soon as there are sentences
    QApplication.processEvents()
    assert not dialog._scroll.verticalScrollBar().maximum()
    before = dialog._scroll.viewport().width()
    bench.process.is_held = False
    bench.settle()
    QApplication.processEvents()
    assert dialog._scroll.verticalScrollBar().maximum() > 0
    assert dialog._scroll.viewport().width() == before

"""The translate panel: what it asks, and what it shows of the answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTableWidget
from pytestqt.qtbot import QtBot

from app.bridge.controller import Controller
from app.bridge.draft import Draft
from app.bridge.messages import MOST_LINES, Command, CorpusReady, OpenCorpus, RunState, Translate
from app.panels.translate_panel import TranslatePanel
from app.panels.translate_panel.own_sentences import OwnSentences
from app.widgets.history_table import Remembered
from app.widgets.hypothesis_delegate import FIGURES
from app.widgets.theme import THEMES, apply_theme
from s2s_core.configs import DataConfig
from s2s_core.records import (
    CorpusRecord,
    HypothesisRecord,
    PreparedRecord,
    Record,
    TranslationRecord,
)
from tests.app.looks import pixels_of

EXAMPLES = tuple((f"sentence {n}", f"Satz {n}") for n in range(4))


@dataclass
class Ends:
    """An engine and a reader that only remember what they are told."""

    commands: list[Command] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    is_alive: bool = True

    def start(self) -> None: ...

    def end(self) -> None: ...
    def another(self) -> Ends:
        return self

    def send(self, command: Command | OpenCorpus) -> None:
        self.commands.append(command)

    def take(self) -> list[Record]:
        records, self.records = self.records, []
        return records


@dataclass
class Stage:
    """A panel, and what stands behind it."""

    panel: TranslatePanel
    controller: Controller
    engine: Ends
    reader: Ends
    qtbot: QtBot

    def asked(self) -> Translate:
        """Return what was asked last, when the throttle has passed it on."""
        self.qtbot.waitUntil(lambda: not self.panel._ask._timer.isActive())
        return [c for c in self.engine.commands if isinstance(c, Translate)][-1]

    def write(self, text: str) -> Translate:
        """Type a text as a person does, and return what is asked."""
        self.panel.source.setPlainText(text)
        return self.asked()

    def answer(self, *lines: int, **changes: object) -> None:
        """Let the engine answer some lines; all of them if none is named."""
        asked = self.asked()
        texts = asked.text.split("\n")
        for line in lines or range(len(texts)):
            record = answered(texts[line], line, line == asked.current)
            record = replace(record, request=asked.request, **changes)  # type: ignore[arg-type]
            self.engine.records.append(record)
        self.controller.drain()
        self.qtbot.waitUntil(lambda: not self.panel._others_came.isActive())

    def corpus(
        self, examples: tuple[tuple[str, str], ...] = EXAMPLES, title: str = "c"
    ) -> CorpusReady:
        about = CorpusRecord(title, "English", "German", 4, (), ())
        ready = PreparedRecord("f", 4, 4, 9, 9, 0, 0, False, examples)
        corpus = CorpusReady(1, DataConfig(), about, ready)
        self.panel.show_corpus(corpus)
        return corpus


def answered(text: str, line: int, is_current: bool) -> TranslationRecord:
    """Return an answer that translates each word by its capitals, in two pieces a word."""
    words = text.split()
    pieces = tuple(part for word in words for part in (f"▁{word[:1]}", word[1:] or "-"))
    starts = tuple(range(0, len(pieces), 2))
    best = HypothesisRecord(
        text=text.upper(), pieces=(*(p.upper() for p in pieces), "[end]"), log_probability=-0.5,
        score=-0.25, ended=True, probabilities=(0.5,) * (len(pieces) + 1),
        words=tuple((word.upper(), 0.25) for word in words), starts=starts,
    )  # fmt: skip
    size = len(pieces) + 1
    attention = np.eye(size, dtype=np.float32)[None, None] if is_current and words else None
    return TranslationRecord(
        0, 7, text, (*pieces, "[end]"), (best,) if words else (), 0.1, line=line,
        source_words=(*words, "[end]"), source_starts=(*starts, len(pieces)), attention=attention,
    )  # fmt: skip


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    engine, reader, draft = Ends(), Ends(), Draft()
    controller = Controller(engine, reader, draft, tmp_path, tmp_path)
    panel = TranslatePanel(controller)
    qtbot.addWidget(panel)
    panel.resize(400, 570)
    panel.show()
    return Stage(panel, controller, engine, reader, qtbot)


def printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n")


# Lines ------------------------------------------------------------------------------------


def test_each_line_is_answered_beside_its_source(stage: Stage) -> None:
    asked = stage.write("the cat\n\na dog\n\n")
    assert (asked.text, asked.current) == ("the cat\n\na dog", 0)
    stage.answer(0)
    assert stage.panel.translation.text() == "THE CAT\n\n"
    stage.answer(1, 2)
    assert stage.panel.translation.text() == "THE CAT\n\nA DOG"
    assert stage.panel.attention.heatmap.source_tokens == ["the", "cat", "[end]"]


def test_the_line_of_the_cursor_is_the_one_that_is_looked_into(stage: Stage) -> None:
    stage.write("the cat\na dog")
    stage.answer()
    QTest.keyClick(stage.panel.source, Qt.Key.Key_Down)
    assert stage.asked().current == 1
    stage.answer()
    assert stage.panel.attention.heatmap.source_tokens == ["a", "dog", "[end]"]
    QTest.keyClick(stage.panel.translation.view, Qt.Key.Key_Up)
    assert stage.panel.source.line() == 0
    assert stage.asked().current == 0


def test_answers_of_lines_that_stayed_are_kept_while_another_is_typed(stage: Stage) -> None:
    stage.write("the cat\na dog")
    stage.answer()
    stage.write("new\nthe cat\na dog")
    assert stage.panel.translation.text() == "\nTHE CAT\nA DOG"


def test_too_many_lines_are_cut_and_it_is_said(stage: Stage) -> None:
    asked = stage.write("\n".join(f"line {n}" for n in range(MOST_LINES + 20)))
    assert asked.text.count("\n") + 1 == MOST_LINES
    stage.answer()
    assert f"the first {MOST_LINES} of {MOST_LINES + 20} lines" in stage.panel.translation.note()


def test_a_source_that_is_too_long_says_how_much_is_translated(stage: Stage) -> None:
    stage.write("the cat")
    stage.answer(left_out=296)
    assert "only the first 4 of 300 pieces are translated" in stage.panel.translation.note()


def test_a_label_of_bytes_that_spell_no_character_names_them(stage: Stage) -> None:
    asked = stage.write("the cat")
    record = answered(asked.text, 0, True)
    best = replace(
        record.hypotheses[0], words=(("THE", 0.5), ("gr\N{REPLACEMENT CHARACTER}", 0.5)),
        pieces=("▁T", "HE", "▁gr", "<0xC3>", "[end]"),
    )  # fmt: skip
    stage.answer(hypotheses=(best,))
    heatmap = stage.panel.attention.heatmap
    assert heatmap.target_tokens == ["THE", "gr<0xC3>", "[end]"]


def test_weights_that_exploded_answer_with_what_is_not_a_number(stage: Stage) -> None:
    """Nothing is worth more than to go on then: the numbers are named as what they are."""
    asked = stage.write("the cat")
    nan = float("nan")
    record = answered(asked.text, 0, True)
    best = replace(
        record.hypotheses[0], log_probability=nan, score=nan, words=(("THE", nan), ("CAT", nan))
    )
    assert record.attention is not None
    stage.answer(hypotheses=(best,), attention=np.full_like(record.attention, nan))
    assert stage.panel.translation.text() == "THE CAT"
    assert "probability not a number" in stage.panel.translation.note()
    figures = stage.panel.n_best.model().index(0, 0).data(FIGURES)
    assert figures.startswith("score not a number = log p not a number")
    word = stage.panel.translation.view.current_words()[0]
    assert "not a number" in stage.panel.translation.view.reading(word)
    empty = replace(best, words=(), pieces=(), starts=(), ended=False)
    stage.answer(hypotheses=(empty,), attention=record.attention[:, :, :0])
    assert stage.panel.translation.note() == "probability not a number"
    assert "ended" not in stage.panel.translation.text()


def test_a_search_that_follows_one_hypothesis_says_where_the_others_are(stage: Stage) -> None:
    stage.panel.pages.turn_to(1)
    stage.write("the cat")
    stage.answer()
    table = stage.panel.n_best
    assert table.rowCount() == 1
    assert "Choose Beam" in table.accessibleDescription()
    with_note = pixels_of(table.viewport())
    note = table.note
    table.set_note("")
    below = table.rowViewportPosition(0) + table.rowHeight(0)
    without = pixels_of(table.viewport())
    assert (with_note[below:] != without[below:]).any()  # it is drawn, and below the row
    assert (with_note[:below] == without[:below]).all()
    table.set_note(note)
    stage.panel._decode("decoding.search", "beam")
    stage.answer()
    assert "Choose Beam" not in table.accessibleDescription()


def test_another_run_takes_the_answers_away(stage: Stage) -> None:
    stage.write("the cat")
    stage.answer()
    stage.panel.show_run(RunState())
    assert stage.panel.translation.text() == ""
    assert stage.panel.attention.heatmap.weights.size == 0


# Pieces -----------------------------------------------------------------------------------


def test_pieces_stand_in_all_three_places_on_demand(stage: Stage) -> None:
    stage.write("the cat")
    stage.answer()
    panel, heatmap = stage.panel, stage.panel.attention.heatmap
    assert heatmap.weights.shape == (3, 3)
    assert not panel.source_pieces.isVisible()
    panel.pieces.click()
    assert panel.source_pieces.toPlainText() == "▁t he ▁c at"
    assert panel.source_pieces.isVisible()
    assert panel.translation.text() == "▁T HE ▁C AT"
    assert heatmap.source_tokens == ["▁t", "he", "▁c", "at", "[end]"]
    assert heatmap.weights.shape == (5, 5)
    assert [w.probability for w in panel.translation.view.current_words()] == [0.5] * 4
    panel.grab()
    panel.pieces.click()
    assert panel.translation.text() == "THE CAT"
    assert not panel.source_pieces.isVisible()
    assert heatmap.weights.sum(1) == pytest.approx(1.0)


# Links ------------------------------------------------------------------------------------


def shaded(stage: Stage) -> list[str]:
    """Return the words of the source that are shaded."""
    return [s.cursor.selectedText() for s in stage.panel.source.extraSelections()]


def test_hovering_links_matrix_source_and_target(stage: Stage) -> None:
    stage.write("x y\nthe cat sleeps")
    stage.panel.source.set_line(1)
    stage.panel._choose_line(1)
    stage.answer()
    heatmap, view = stage.panel.attention.heatmap, stage.panel.translation.view
    heatmap.hovered.emit(1, 2)
    assert shaded(stage) == ["sleeps"]
    assert view._attention == {1: 1.0}
    heatmap.hovered.emit(-1, -1)
    assert shaded(stage) == []
    assert view._attention is None
    view.word_reached.emit(1)
    assert shaded(stage) == ["cat"]
    assert heatmap._pointed == (1, -1)
    stage.answer()  # the weights have changed, and the pointer is where it was
    assert shaded(stage) == ["cat"]
    view.word_reached.emit(-1)
    stage.panel.source.word_reached.emit(2)
    assert heatmap._pointed == (-1, 2)
    assert view._attention is not None
    assert view._attention[2] == 1.0
    assert view._attention[0] == 0.0
    stage.panel.grab()


def test_the_corpus_tells_from_which_side_translations_are_read(stage: Stage) -> None:
    arabic = (("the red cat", "القطة الحمراء"), ("USB", "USB"))
    for corpus, is_leftward in ((arabic, True), (EXAMPLES, False), (arabic, True)):
        stage.corpus(corpus)
        stage.write("the cat")
        stage.answer()
        view = stage.panel.translation.view
        first = view.word_rectangles(view.current_words()[0])[0]
        assert (first.left() > view.width() / 2) == is_leftward
        stage.panel.ask()  # and into the history
        for page, table, column in ((1, stage.panel.n_best, 0), (2, stage.panel.history, 1)):
            stage.panel.pages.turn_to(page)
            assert is_at_the_right(table, column) == is_leftward
        assert not is_at_the_right(stage.panel.history, 0)


def is_at_the_right(table: QTableWidget, column: int) -> bool:
    """Whether the text of the first row begins there, whatever its letters are."""
    box = table.visualRect(table.model().index(0, column)).adjusted(0, 2, 0, -3)
    pixels = pixels_of(table.viewport())[box.top() : box.bottom(), box.left() : box.right()]
    first, last = np.flatnonzero((pixels != pixels[0, 0]).any(axis=(0, 2)))[[0, -1]]
    return bool(first > box.width() - last)


def test_hovering_ends_when_the_sentence_changes(stage: Stage) -> None:
    stage.write("the cat sleeps")
    stage.answer()
    heatmap, view = stage.panel.attention.heatmap, stage.panel.translation.view
    heatmap._choose((1, 2))
    stage.answer()  # the weights have changed, and the pointer is where it was
    assert heatmap._cell == (1, 2)
    QTest.keyClicks(stage.panel.source, "s")
    assert heatmap._cell == (-1, -1)
    assert view._attention is None
    stage.answer()
    view._reach(1)
    stage.panel.source._reach(1)
    assert heatmap._pointed == (-1, 1)
    QTest.keyClicks(stage.panel.source, "s")
    assert heatmap._pointed == (-1, -1)
    assert shaded(stage) == []


# References -------------------------------------------------------------------------------


def test_another_sentence_comes_with_its_reference_and_each_once(stage: Stage) -> None:
    stage.corpus()
    seen = [stage.panel.source.sentence()]
    for _ in range(3):
        stage.panel.another.click()
        seen.append(stage.panel.source.sentence())
    assert sorted(seen) == sorted(source for source, _ in EXAMPLES)
    stage.answer()
    number = seen[-1][-1]
    assert printable(stage.panel.translation.note()).endswith(f"reference: Satz {number}")
    stage.panel.source.undo()
    assert stage.panel.source.sentence() == seen[-2]


def test_what_never_ends_is_not_compared_with_its_reference(stage: Stage) -> None:
    stage.corpus()
    babble = replace(answered("1 2", 0, False).hypotheses[0], text="Satz 9 9 9", ended=False)
    stage.answer(hypotheses=(babble,))
    note = stage.panel.translation._note.text()
    assert "Satz 0" in note
    assert "<s " not in note


def test_another_sentence_takes_the_place_of_the_current_line_only(stage: Stage) -> None:
    stage.corpus()
    stage.write("one\ntwo\nthree")
    stage.panel.source.set_line(1)
    stage.panel.another_sentence()
    first, second, third = stage.panel.source.lines()
    assert (first, third) == ("one", "three")
    assert second in dict(EXAMPLES)


def test_a_drawn_sentence_goes_with_its_corpus_and_a_typed_one_stays(stage: Stage) -> None:
    stage.corpus()
    stage.panel.another_sentence()
    drawn = stage.panel.source.sentence()
    stage.corpus()  # the same, for another run
    assert stage.panel.source.sentence() == drawn
    stage.corpus((("1 + 2", "3"), ("2 + 2", "4")))
    assert stage.asked().text == stage.panel.source.sentence() == "1 + 2"
    stage.write("3 + 4")
    stage.corpus()
    assert stage.panel.source.sentence() == "3 + 4"


def test_own_sentences_stay_with_their_corpus(stage: Stage) -> None:
    english, chinese = EXAMPLES, (("我 喜欢 猫", "i like cats"), ("他 买 伞", "he buys umbrellas"))
    stage.corpus(chinese, "Chinese")
    stage.write("我 买 猫")
    stage.corpus(english, "English")
    assert stage.asked().text == stage.panel.source.sentence() == "sentence 0"
    assert stage.panel.own_text() == ""
    stage.write("my own")
    stage.corpus(english, "German")  # in the same script: it may be meant for this one, too
    assert stage.panel.source.sentence() == "my own"
    stage.corpus(chinese, "Chinese")
    assert stage.asked().text == stage.panel.source.sentence() == "我 买 猫"
    stage.write("cats")  # typed there, however it is written
    stage.corpus(chinese, "Chinese")
    assert stage.panel.source.sentence() == "cats"


def test_what_was_typed_last_for_a_corpus_comes_back_with_it_after_a_restart(stage: Stage) -> None:
    names = {title: f"{title}: English → German" for title in ("first", "second", "third")}
    prepared, history = stage.corpus().prepared, stage.panel.history

    def start(own: str, *titles: str) -> list[str]:
        """Begin as after a restart, and turn to these corpora; returns what stands each time."""
        stage.panel._own = OwnSentences()
        stage.panel.bring_own_text(own)
        stand = []
        for title in titles:
            stage.panel.show_run(RunState(f"of {title}", corpus=about(title), prepared=prepared))
            stand.append(stage.panel.source.sentence())
        return stand

    history.set_entries(
        [
            Remembered("my cat", corpus=names["first"]),
            Remembered("my newest dog", corpus=names["second"]),
            Remembered("my dog", corpus=names["second"]),
        ]
    )
    assert start("my cat", "first", "second", "first") == ["my cat", "my newest dog", "my cat"]
    assert start("my cat", "second") == ["my newest dog"]
    assert start("my dog", "second") == ["my dog"]  # it stood there when the window was closed
    assert start("just typed", "second") == ["just typed"]
    assert start("my cat", "third") == ["my cat"]  # it may be meant for that, too
    start("my cat", "first", "second")
    history.forget_all()
    stage.write("my cow")
    stage.panel.show_run(RunState("again", corpus=about("first"), prepared=prepared))
    assert stage.panel.source.sentence() == "my cow"


def test_a_text_of_another_start_gives_way_to_a_corpus_of_another_script(stage: Stage) -> None:
    stage.panel.bring_own_text("我 买 猫")
    stage.corpus()
    assert stage.panel.source.sentence() == "sentence 0"


def test_an_offered_sentence_leaves_with_its_corpus_and_comes_back_with_it(stage: Stage) -> None:
    reading, (offered, _) = stage.controller.reading, EXAMPLES[0]
    reading.corpus = stage.corpus()
    assert stage.panel.source.sentence() == offered
    reading.open(DataConfig(builtin="", train=("large.tsv",)))
    assert stage.panel.source.sentence() == ""
    reading.stop()
    assert stage.panel.source.sentence() == offered
    stage.write("my own")
    reading.open(DataConfig(builtin="", train=("large.tsv",)))
    assert stage.panel.source.sentence() == "my own"


def test_without_a_corpus_nothing_is_swapped(stage: Stage) -> None:
    stage.write("the cat")
    stage.panel.another_sentence()
    assert stage.panel.source.sentence() == "the cat"


def test_words_that_training_never_sees_are_underlined_and_named(stage: Stage) -> None:
    ready = PreparedRecord("f", 4, 4, 9, 9, 0, 0, False, EXAMPLES, known_words=("a", "cat", "sees"))
    about = CorpusRecord("c", "English", "German", 4, (), ())
    stage.panel.show_corpus(CorpusReady(1, DataConfig(), about, ready))
    stage.write("a brother, sees a Cat.")
    wave = QTextCharFormat.UnderlineStyle.WaveUnderline
    lined = [
        selection.cursor.selectedText()
        for selection in stage.panel.source.extraSelections()
        if selection.format.underlineStyle() == wave
    ]
    assert lined == ["brother", "Cat"]
    stage.answer()
    assert "not in this corpus: brother, Cat" in stage.panel.translation.note()
    stage.corpus()  # of which no words are told
    stage.write("a dog")
    assert stage.panel.source.unknown_words() == []


# History ----------------------------------------------------------------------------------


def test_a_text_that_stood_still_is_remembered_with_its_translation(stage: Stage) -> None:
    stage.corpus()
    stage.panel._settled.setInterval(10)
    stage.write("the cat")
    stage.qtbot.waitUntil(lambda: len(stage.panel.history.entries()) == 1)
    stage.answer()
    (entry,) = stage.panel.history.entries()
    assert (entry.text, entry.translation, entry.step) == ("the cat", "THE CAT", 7)


def test_what_was_answered_before_it_is_remembered_stands_beside_it(stage: Stage) -> None:
    stage.corpus()
    stage.panel._settled.setInterval(10**6)
    stage.write("the cat")
    stage.answer()  # once: the run rests
    stage.panel._settled.timeout.emit()
    (entry,) = stage.panel.history.entries()
    assert (entry.translation, entry.step) == ("THE CAT", 7)
    stage.write("the dog")
    stage.panel._settled.timeout.emit()
    assert stage.panel.history.entries()[0].translation == ""  # still being translated


def test_each_keystroke_is_not_remembered_and_what_was_offered_neither(stage: Stage) -> None:
    stage.corpus()
    stage.panel.ask()
    QTest.keyClicks(stage.panel.source, " and so on")
    assert stage.panel.history.entries() == ()
    stage.panel.ask()  # submitted
    assert [entry.text for entry in stage.panel.history.entries()] == ["sentence 0 and so on"]


def test_earlier_texts_come_back(stage: Stage) -> None:
    for text in ("one", "two\nlines", "three"):
        stage.write(text)
        stage.panel.ask()
    source = stage.panel.source
    for expected in ("two\nlines", "one", "one"):
        QTest.keyClick(source, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        assert source.toPlainText() == expected
    assert stage.asked().text == "one"
    QTest.keyClick(source, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert source.toPlainText() == "two\nlines"
    stage.panel.history.chosen.emit("three")
    assert stage.asked().text == "three"


def test_an_own_text_is_in_the_history_of_the_corpus_that_a_new_run_learns(stage: Stage) -> None:
    run = RunState("run 1", 7, corpus=about("first"), prepared=stage.corpus().prepared)
    stage.panel.show_run(run)
    stage.write("my cat")
    stage.panel.ask()
    stage.answer()
    other = replace(run, folder="run 2", step=0, corpus=about("second"))
    stage.panel.show_run(other)
    assert shown_history(stage) == [("my cat", "")]  # what the first run made of it is gone
    stage.panel.show_run(replace(other, folder="run 3"))  # another run of the same corpus
    assert shown_history(stage) == [("my cat", "")]
    stage.panel.show_run(replace(run, folder="run 4"))
    assert shown_history(stage) == [("my cat", "MY CAT")]


def about(title: str) -> CorpusRecord:
    return CorpusRecord(title, "English", "German", 4, (), ())


def shown_history(stage: Stage) -> list[tuple[str, str]]:
    table = stage.panel.history
    items = [[table.item(row, column) for column in (0, 1)] for row in range(table.rowCount())]
    return [(text.text(), made.text()) for text, made in items if text and made]


# The search -------------------------------------------------------------------------------


def test_every_knob_of_the_search_asks_again(stage: Stage) -> None:
    stage.write("the cat")
    form = stage.panel.search.popup.form
    assert set(form.keys()) == {
        f"decoding.{name}"
        for name in ("search", "beam_size", "n_best", "length_penalty", "length_limit")
    }
    for key, value in (
        ("decoding.search", "beam"), ("decoding.length_penalty", 0.5), ("decoding.n_best", 3),
        ("decoding.length_limit", 4.0), ("decoding.beam_size", 9),
    ):  # fmt: skip
        before = stage.asked()
        form.knob_changed.emit(key, value)
        asked = stage.asked()
        assert asked is not before
        assert getattr(asked.decoding, key.rpartition(".")[2]) == value
    stage.panel.search.beam_size.setValue(2)  # fewer than the three best
    assert (stage.asked().decoding.beam_size, stage.asked().decoding.n_best) == (2, 2)


def test_a_knob_that_does_not_go_is_told_where_it_stands(stage: Stage) -> None:
    stage.panel._decode("decoding.search", "beam")
    stage.panel._decode("decoding.n_best", 50)
    assert stage.controller.draft.config.decoding.n_best == 1
    labels = stage.panel.search.popup.findChildren(QLabel)
    told = [label for label in labels if "needs a beam_size" in label.text()]
    assert [label.isHidden() for label in told] == [False]
    stage.panel._decode("decoding.n_best", 3)
    assert not any("needs a beam_size" in label.text() for label in labels)


def test_a_knob_of_the_search_that_was_turned_has_a_mark_and_a_way_back(stage: Stage) -> None:
    form = stage.panel.search.popup.form
    stage.panel._decode("decoding.length_penalty", 2.5)
    assert [row.knob.key for row in form.rows() if row.is_changed] == ["decoding.length_penalty"]
    row = form.row("decoding.length_penalty")
    assert "Back to 1 (default)" in row._reset.toolTip()
    row._reset.click()
    assert stage.controller.draft.config.decoding.length_penalty == 1
    assert not row.is_changed


def test_beam_search_shows_up_to_five_unless_more_are_asked_for(stage: Stage) -> None:
    stage.write("the cat")
    stage.panel._decode("decoding.search", "beam")
    assert stage.asked().decoding.n_best == 5
    stage.panel.search.beam_size.setValue(3)
    assert stage.asked().decoding.n_best == 3


def test_no_old_attention_is_shown_after_looking_elsewhere(stage: Stage) -> None:
    stage.write("the cat")
    stage.answer()
    stage.panel.pages.turn_to(1)
    stage.answer(attention=None)
    before = stage.asked()
    assert stage.panel.attention.heatmap.weights.size == 0
    stage.panel.pages.turn_to(0)
    assert stage.asked() is not before
    stage.answer()
    assert stage.panel.attention.heatmap.weights.size == 9


# The picture ------------------------------------------------------------------------------


def test_the_button_beside_the_tabs_offers_what_the_map_can_do(stage: Stage) -> None:
    menu = stage.panel.picture.menu()
    menu.aboutToShow.emit()
    assert not any(action.isEnabled() for action in menu.actions() if action.text())
    stage.write("the cat")
    stage.answer()
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions() if action.isEnabled()]
    for words in ("automatic", "linear", "logarithmic", "PNG", "SVG", "CSV", "Copy"):
        assert sum(words in text for text in texts) == 1, words
    stage.panel.source.setFocus()
    next(action for action in menu.actions() if action.text().endswith("\tW")).trigger()
    assert stage.panel.focusWidget() is stage.panel.attention.heatmap  # a W is for it now
    stage.panel.pages.turn_to(1)
    assert not stage.panel.picture.isVisible()


def test_a_picture_of_the_map_names_sentence_step_and_run(stage: Stage) -> None:
    stage.controller.run = RunState("/runs/mine", 7)
    stage.write("the cat")
    stage.answer()
    caption = "".join(filter(str.isprintable, stage.panel.attention.heatmap.about))
    assert caption == "the cat · step 7 · mine"


def test_the_head_says_which_weights_translate(stage: Stage) -> None:
    stage.write("the cat")
    stage.answer()
    assert stage.panel.head.note_label.text() == "with the weights of step 7"
    stage.answer(averaged=True, step=1200)
    assert stage.panel.head.note_label.text() == "with the weights of step 1,200, averaged"


def test_in_a_low_panel_the_heat_map_has_the_row_of_the_search(stage: Stage) -> None:
    for height, is_seen in ((400, True), (340, False), (570, True)):
        stage.panel.resize(400, height)
        assert stage.panel.search.isVisible() == is_seen


def test_presented_every_row_of_a_sentence_has_its_label(stage: Stage) -> None:
    """On a projector: 1280 x 720, at the size of type that fits there."""
    panel, app = stage.panel, QApplication.instance()
    assert isinstance(app, QApplication)
    try:
        apply_theme(app, THEMES["light"], 720 / 560)
        panel.resize(640, 517)
        for is_presented in (False, True):
            panel.present(is_presented)
            stage.write("the happy queen does not sell my white flower")
            stage.answer()
            panel.body.activate()
            layout = panel.attention.heatmap.placed()
            assert layout is not None
            assert panel.search.isVisible() != is_presented
            assert layout.is_thinned != is_presented
    finally:
        apply_theme(app, THEMES["light"])


def test_the_tabs_stay_where_they_are_whatever_is_said_of_a_translation(stage: Stage) -> None:
    panel, places = stage.panel, set()
    panel.resize(383, 540)
    ready = PreparedRecord("f", 4, 4, 9, 9, 0, 0, False, EXAMPLES, known_words=("sentence", "0"))
    about = CorpusRecord("c", "English", "German", 4, (), ())
    panel.show_corpus(CorpusReady(1, DataConfig(), about, ready))
    babble = replace(
        answered("la " * 70, 0, True).hypotheses[0], ended=False, log_probability=-700.0
    )
    for text in ("sentence", "sentence 0", "a brother, sees"):
        stage.write(text)
        for changes in ({}, {"hypotheses": (babble,), "attention": None}, {"longest": 1}):
            stage.answer(**changes)
            panel.body.activate()
            places.add(panel.pages.y())
    assert len(places) == 1


def test_the_heat_map_keeps_its_room_whatever_is_shown_whole(stage: Stage) -> None:
    """At the height that the panel has on a projector: it would make the window grow."""
    panel = stage.panel
    panel.resize(383, 540)
    stage.write(source := "bicycle children " * 20)
    stage.corpus(((source, "Fahrrad Kinder " * 30),))
    panel.pieces.click()
    stage.answer(longest=1, left_out=9)
    panel.translation.set_whole(True)
    panel.body.activate()
    assert panel.translation.whole.text() == "Show less"
    assert panel.height() == 540
    assert panel.attention.heatmap.height() >= 115


def test_a_source_unlike_all_in_training_says_so(stage: Stage) -> None:
    stage.write("the cat sees")
    stage.answer(longest=6)
    assert "longer" not in stage.panel.translation.note()
    stage.answer(longest=5)
    assert "longer than any trained on (5 pieces at most)" in stage.panel.translation.note()
    assert "none of its letters" not in stage.panel.translation.note()
    stage.answer(source_pieces=("▁", "<0xE3>", "<0x81>", "<0x82>", "[end]"))
    assert "none of its letters occurs in the corpus" in stage.panel.translation.note()


def test_a_source_in_the_language_translated_into_is_offered_the_other_direction(
    stage: Stage,
) -> None:
    panel, field = stage.panel, stage.panel.translation
    config = stage.controller.draft.config
    about = CorpusRecord("c", "English", "Chinese", 4, (("the red cat", "红色的猫"),), ())
    prepared = PreparedRecord("f", 4, 4, 9, 9, 0, 0, False)
    ready = CorpusReady(1, config.data, about, prepared)
    stage.controller.run = RunState("run", 7, config=config)
    stage.controller.reading.corpus = ready
    panel.show_corpus(ready)
    stage.write("红猫")
    spelled = ("▁", "<0xE3>", "<0x81>", "<0x82>", "[end]")
    stage.answer(source_pieces=spelled)
    assert "its letters occur on the target side only (Chinese)" in field.note()
    assert field.swap.isVisible()
    assert field.swap.geometry().right() < field._note.width()
    field.swap.click()
    asked = [command for command in stage.reader.commands if isinstance(command, OpenCorpus)]
    assert asked[-1].data.swap_sides
    data = config.data.model_copy(update={"swap_sides": True})
    stage.controller.reading.corpus = other = replace(ready, data=data)  # for the next run
    panel.show_corpus(other)
    assert not field.swap.isVisible()
    stage.write("あか")  # of neither side
    stage.answer(source_pieces=spelled)
    assert "none of its letters occurs in the corpus" in field.note()
    assert not field.swap.isVisible()


def test_whoever_presses_enter_is_told_that_the_translation_is_there(stage: Stage) -> None:
    stage.write("the cat")
    stage.answer()
    stage.panel.source.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClick(stage.panel.source, Qt.Key.Key_Return)
    assert "translated as you type" in stage.panel.translation.note()
    QTest.keyClicks(stage.panel.source, "a")
    stage.answer()
    assert "translated as you type" not in stage.panel.translation.note()


def test_the_row_of_the_search_stays_where_it_is_whatever_is_typed(stage: Stage) -> None:
    """At the height it has on a projector, and on a large screen."""
    panel = stage.panel
    for height in (570, 1300):
        panel.resize(366, height)
        places = set()
        for text in ("a", "a red cat " * 6, "a red cat " * 50, "a\nb\nc\nd", "a\n" * 30):
            panel.source.set_text(text)
            panel.body.activate()
            places.add(panel.search.y())
        panel.pieces.setChecked(True)
        panel.body.activate()
        places.add(panel.search.y())
        assert len(places) == 1

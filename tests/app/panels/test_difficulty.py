"""The fold "Difficulty": sliders of the corpus there is, and its pairs while one is moved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.bridge.corpus_work import work
from app.bridge.messages import CorpusCommand, OpenCorpus, RunState, TasteCorpus, TasteReady
from app.panels.data_panel import DataPanel
from app.panels.data_panel.difficulty import SIZE
from app.panels.model_panel.knob_words import setting_name
from app.widgets.knob_editors import SliderEditor
from app.widgets.theme import LIGHT, apply_theme
from s2s_core.configs import DataConfig, DifficultyConfig
from s2s_core.records import FailureRecord, Record
from tests.app.bridge.room import Room
from tests.app.panels.test_data_panel import CORPUS, PREPARED, read

LENGTH, WORDS, NOISE = (f"data.difficulty.{n}" for n in ("length", "vocabulary", "noise"))

# The offscreen platform says so of every window that opens.
pytestmark = pytest.mark.qt_log_ignore("does not support")


class Child:
    """Stands in for the second corpus process: answers when it is told to."""

    def __init__(self) -> None:
        self.commands: list[CorpusCommand] = []
        self.records: list[Record] = []
        self.runs = False

    def start(self) -> None:
        self.runs = True

    def send(self, command: CorpusCommand) -> None:
        self.commands.append(command)

    def take(self) -> list[Record]:
        records, self.records = self.records, []
        return records

    def end(self) -> None:
        self.runs = False

    def another(self) -> Child:
        return Child()


@pytest.fixture
def child(room: Room, monkeypatch: pytest.MonkeyPatch) -> Child:
    child = Child()
    monkeypatch.setattr(room.controller.reading, "lend", lambda: child)
    return child


@pytest.fixture
def panel(room: Room, child: Child, qtbot: QtBot) -> DataPanel:
    panel = DataPanel(room.controller)
    qtbot.addWidget(panel)
    qtbot.addWidget(panel.head)
    panel.resize(304, 384)
    panel.show()
    read(room)
    panel.difficulty.button.click()
    return panel


def editor(panel: DataPanel, key: str) -> SliderEditor:
    found = panel.difficulty.rows[key].editor_widget
    assert isinstance(found, SliderEditor)
    return found


def choose(room: Room, name: str, **difficulty: int) -> None:
    data = DataConfig(builtin=name, difficulty=DifficultyConfig(**difficulty))
    room.draft.set_data(data)


def labels(panel: DataPanel) -> list[str]:
    return [row.label.text() for row in panel.difficulty.rows.values()]


def drag(panel: DataPanel, key: str, to: float) -> QPoint:
    """Take hold of a handle and pull it to a part of its track, without letting go."""
    track = editor(panel, key).track
    start = QPoint(round(track._x(track.fraction())), track.height() // 2)
    end = QPoint(round(track._x(to)), track.height() // 2)
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(track, (start + end) / 2)
    QTest.mouseMove(track, end)
    return end


def first_source(panel: DataPanel) -> str:
    return str(panel.table.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))


def taste(panel: DataPanel, child: Child) -> None:
    """Let the pairs come that were asked for."""
    assert panel.difficulty._taste is not None
    child.records = list(work(child.commands[-1]))
    panel.difficulty._taste.drain()


def test_folded_it_takes_no_room_and_no_child(room: Room, child: Child, qtbot: QtBot) -> None:
    panel = DataPanel(room.controller)
    qtbot.addWidget(panel)
    qtbot.addWidget(panel.head)
    panel.show()
    read(room)
    assert not panel.difficulty.isVisible()
    assert not panel.difficulty.rows
    assert not child.runs


def test_sliders_are_called_what_is_counted(room: Room, panel: DataPanel) -> None:
    assert labels(panel) == ["Clauses", "Words", "Noise, %", "Size, pairs"]
    assert [editor(panel, key).value() for key in (LENGTH, WORDS, NOISE, SIZE)] == [2, 35, 0, 20480]
    choose(room, "copy")
    assert labels(panel) == ["Letters", "Alphabet", "Noise, %", "Size, pairs"]
    assert editor(panel, WORDS).value() == 26
    assert "Range: 4 to 52 letters" in panel.difficulty.rows[WORDS].label.toolTip()


def test_what_a_corpus_does_not_know_is_greyed_and_says_why(room: Room, panel: DataPanel) -> None:
    choose(room, "addition")
    assert not editor(panel, WORDS).isEnabled()
    assert "ten digits" in editor(panel, WORDS).toolTip()
    assert "Range" not in editor(panel, WORDS).toolTip()
    assert editor(panel, WORDS).field.text() == "–"
    assert editor(panel, LENGTH).isEnabled()
    choose(room, "noisy")
    assert not editor(panel, NOISE).isEnabled()
    assert editor(panel, WORDS).isEnabled()


def test_while_a_handle_is_held_only_its_pairs_are_made(
    room: Room, panel: DataPanel, child: Child
) -> None:
    before = len(room.reader.commands)
    end = drag(panel, LENGTH, 1.0)
    assert editor(panel, LENGTH).value() == 4
    assert room.draft.config.data.difficulty.length == 0
    assert len(room.reader.commands) == before
    assert [type(command) for command in child.commands] == [TasteCorpus]  # one at a time
    for _ in range(2):  # the newest wish comes second, and is the last
        taste(panel, child)
    assert child.commands[-1].data.difficulty.length == 4
    assert len(child.commands) == 2
    pairs = child.commands[-1].data
    ready = next(iter(work(TasteCorpus(9, pairs))))
    assert isinstance(ready, TasteReady)
    assert first_source(panel) == ready.pairs[0][0]
    QTest.mouseRelease(editor(panel, LENGTH).track, Qt.MouseButton.LeftButton, pos=end)
    assert room.draft.config.data.difficulty.length == 4
    last = room.reader.commands[-1]
    assert isinstance(last, OpenCorpus)
    assert last.data.difficulty.length == 4


@pytest.mark.parametrize("way_back", ["put back", "stop", "failure"])
def test_pairs_of_a_corpus_that_does_not_come_give_way_to_those_there_are(
    room: Room, panel: DataPanel, child: Child, way_back: str
) -> None:
    before = first_source(panel)
    track = editor(panel, LENGTH).track
    start = QPoint(round(track._x(track.fraction())), track.height() // 2)
    end = drag(panel, LENGTH, 1.0)
    for _ in range(2):
        taste(panel, child)
    assert first_source(panel) != before
    if way_back == "put back":
        QTest.mouseMove(track, start)
        QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=start)
    else:
        QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=end)
        if way_back == "stop":
            room.controller.reading.stop()
        else:
            room.read(FailureRecord("no", request=room.controller.reading._reading))
    assert room.draft.config.data.difficulty.length == 0
    assert first_source(panel) == before
    taste(panel, child)  # it was on its way
    assert first_source(panel) == before


def test_rows_left_out_of_other_pairs_are_not_left_out_of_a_taste(
    room: Room, panel: DataPanel, child: Child
) -> None:
    room.draft.set("data.left_out", (1,))
    drag(panel, SIZE, 0.1)
    command = child.commands[-1]
    assert isinstance(command, TasteCorpus)
    assert command.data.left_out == ()
    assert command.data.builtin_pairs != DataConfig().builtin_pairs


def test_a_taste_is_the_beginning_of_the_corpus(panel: DataPanel) -> None:
    data = DataConfig(builtin="headlines", difficulty=DifficultyConfig(length=4, noise=10))
    (few,) = work(TasteCorpus(1, data))
    (more,) = work(TasteCorpus(2, data.model_copy(update={"builtin_pairs": 400})))
    assert isinstance(few, TasteReady)
    assert isinstance(more, TasteReady)
    assert few.pairs == more.pairs


def test_each_slider_and_all_of_them_go_back(room: Room, panel: DataPanel) -> None:
    panel.difficulty.rows[NOISE].changed.emit(NOISE, 20)
    panel.difficulty.rows[SIZE].changed.emit(SIZE, 1000)
    assert room.draft.config.data.difficulty.noise == 20
    assert not panel.difficulty.usual.isHidden()
    panel.difficulty.rows[NOISE].reset_wanted.emit()
    assert room.draft.config.data.difficulty == DifficultyConfig()
    assert room.draft.config.data.builtin_pairs == 1000
    panel.difficulty.rows[WORDS].changed.emit(WORDS, 35)  # its default by hand is no change
    assert room.draft.config.data.difficulty == DifficultyConfig()
    panel.difficulty.usual.click()
    assert room.draft.config.data.is_as_measured
    assert panel.difficulty.usual.isHidden()


def test_where_height_is_short_the_title_goes_before_the_pairs_do(panel: DataPanel) -> None:
    others = panel._height_of_others()
    title = panel.difficulty._head.height()
    assert panel.fitting(others + 200) <= others + 200
    assert not panel.difficulty._head.isHidden()
    low = panel.fitting(others)
    assert panel.difficulty._head.isHidden()
    assert others - title < low < others + 80  # a pair is in sight
    panel.fitting(others + 200)
    assert not panel.difficulty._head.isHidden()


def test_a_measured_time_is_called_one_of_the_default(room: Room, panel: DataPanel) -> None:
    assert "This preset: 95 %" in panel.difficulty.note.text()
    panel.difficulty.rows[LENGTH].changed.emit(LENGTH, 3)
    assert " at the default difficulty" in panel.difficulty.note.text()
    room.draft.set("model.encoder.layers", 3)  # and of the preset, as it is
    assert panel.difficulty.note.text().startswith("Not measured with these settings.")


def test_no_sliders_are_offered_for_files_that_are_being_read(room: Room, panel: DataPanel) -> None:
    room.controller.reading.open(DataConfig(builtin="", train=("a.tsv",)))
    assert panel.difficulty.button.isHidden()
    room.controller.reading.stop()
    assert not panel.difficulty.button.isHidden()


def test_a_knob_of_the_corpus_has_one_name(room: Room, panel: DataPanel) -> None:
    (name,) = {panel.difficulty.rows[LENGTH].label.text(), setting_name(LENGTH, DataConfig())}
    assert name == "Clauses"
    panel.difficulty.rows[LENGTH].changed.emit(LENGTH, 2)
    assert "default" not in panel.difficulty.note.text()


def test_a_corpus_that_has_no_more_pairs_says_so(room: Room, panel: DataPanel) -> None:
    choose(room, "copy", length=4, vocabulary=4)
    room.answer(corpus=replace(CORPUS, pairs=314), prepared=PREPARED)
    assert "Only 314 different pairs" in panel.difficulty.note.text()


def test_a_run_that_is_otherwise_is_said_beside_the_slider(
    room: Room, panel: DataPanel, tmp_path: Any
) -> None:
    run = RunState(folder=str(tmp_path), config=room.draft.config)
    room.controller.run = run
    room.controller.run_changed.emit(run)
    row = panel.difficulty.rows[LENGTH]
    assert row._dot.isHidden()
    row.changed.emit(LENGTH, 4)
    assert not row._dot.isHidden()
    assert "this one has 2" in row._dot.toolTip()


def test_files_have_no_difficulty(room: Room, panel: DataPanel, child: Child) -> None:
    assert child.runs
    room.draft.set_data(DataConfig(builtin="", train=("a.tsv",)))
    assert panel.difficulty.button.isHidden()
    assert panel.difficulty.isHidden()
    assert not child.runs
    assert panel.difficulty._taste is None


def test_findings_and_sliders_take_turns(panel: DataPanel) -> None:
    assert panel.drop.isHidden()
    panel.chip.click()
    assert panel.difficulty.isHidden()
    assert panel.drop.isHidden()
    panel.difficulty.button.click()
    assert not panel.chip.isChecked()
    assert panel.drop.isHidden()
    panel.difficulty.button.click()
    assert panel.drop.isVisible()


def test_another_corpus_is_as_it_is_by_itself(room: Room, panel: DataPanel) -> None:
    panel.difficulty.rows[LENGTH].changed.emit(LENGTH, 4)
    room.controller.reading.open_builtin("addition")
    last = room.reader.commands[-1]
    assert last.data.difficulty == DifficultyConfig()


def test_nothing_moves_when_a_slider_leaves_its_default(
    room: Room, panel: DataPanel, qapp: QApplication
) -> None:
    apply_theme(qapp, LIGHT)

    def places() -> list[object]:
        panel.resize(290, panel.fitting(500))
        QApplication.processEvents()
        rows = [row.geometry() for row in panel.difficulty.rows.values()]
        return [*rows, panel.difficulty.geometry(), panel.pages.geometry(), panel.size()]

    before = places()
    room.controller.steering.turn(WORDS, 3)
    assert panel.difficulty.usual.isVisible()
    assert places() == before


def test_escape_folds_the_sliders(panel: DataPanel) -> None:
    panel.activateWindow()
    track = editor(panel, WORDS).track
    track.setFocus()
    QTest.keyClick(track, Qt.Key.Key_Escape)
    assert not panel.difficulty.isVisible()
    assert QApplication.focusWidget() is panel.difficulty.button
    assert not panel.go_back()

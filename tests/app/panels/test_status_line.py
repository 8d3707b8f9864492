"""The status line: a sentence stays long enough to be read, and what it tells can be dealt with."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect
from PySide6.QtGui import QAccessible, QFontMetrics, QHelpEvent, QTextDocument
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from app.bridge.messages import Ready, RunState
from app.panels.status_line import StatusLine
from s2s_core.records import ProgressRecord, Record, RewoundRecord
from tests.app.bridge.test_course import check, step
from tests.app.looks import pixels_of
from tests.app.panels.test_saying import CONFIG, Heard, ready, steps


class Line(Heard):
    """A status line and the two that speak to it."""

    def __init__(self) -> None:
        super().__init__()
        self.widget = StatusLine(self.controller)

    def hear(self, *records: Record, reader: bool = False) -> str:
        """Let records come, and return the sentence once it may change."""
        super().hear(*records, reader=reader)
        self.widget._rest.stop()
        self.widget.refresh_soon()
        return self.text

    @property
    def text(self) -> str:
        return self.widget.sentence.text()

    @property
    def tooltip(self) -> str:
        """What is told to those who point at the line."""
        document = QTextDocument()
        document.setHtml(self.widget.sentence.toolTip())
        return re.sub("[\u200b\u2060]", "", document.toPlainText()).strip()

    @property
    def kind(self) -> str:
        return self.widget.sign.kind()


@pytest.fixture
def line(qtbot: QtBot) -> Iterator[Line]:
    made = Line()
    qtbot.addWidget(made.widget)
    yield made
    made.controller.deleteLater()


def test_a_rewind_is_advised_until_the_explosion_is_dealt_with(line: Line) -> None:
    advised: list[bool] = []
    line.widget.rewind_advised.connect(advised.append)
    line.run(*steps(100))
    assert not advised[-1]
    line.run(*[step(number, 9.0, norm=80.0) for number in range(101, 160)])
    assert advised[-1]
    line.widget.dismiss.click()
    assert not advised[-1]


def test_a_rewind_is_told(line: Line) -> None:
    line.run(*steps(100))
    line.hear(RewoundRecord(60, 99, 5e-3), step(61, 2.0))
    assert line.text == "Rewound from step 99 to step 60, learning rate 5e-3."
    assert line.kind == "going"
    line.hear(RewoundRecord(0, 61, 5e-3))
    assert line.text.startswith("Rewound from step 61 to the beginning, as no later checkpoint")
    line.controller.draft.follow_rewind({"training.learning_rate": 2e-3}, 4e-3)
    line.hear(RewoundRecord(60, 99, 2e-3))
    assert line.text.endswith("learning rate 2e-3. A new run begins at 4e-3.")


def test_what_undoing_leaves_of_a_rewind_is_still_told_when_the_knob_has_turned(
    line: Line,
) -> None:
    line.run(*steps(100), playing=False, step=100)
    line.controller.draft.follow_rewind({"training.learning_rate": 1e-4}, 1e-4)
    line.controller.steering.undo()
    assert "the rewind itself stays" in line.text
    line.run(playing=False, step=100)
    assert "the rewind itself stays" in line.text
    line.run(playing=True, step=100)
    assert "the rewind itself stays" not in line.text


def test_an_explosion_is_told_until_it_is_dealt_with(line: Line) -> None:
    line.run(*steps(100), *[step(n, 9.0, norm=80.0) for n in range(101, 112)])
    assert line.run(playing=False, step=111).startswith("The gradients explode: norm")
    assert "Paused at step 111; Space goes on." in line.text
    assert line.kind == "warning"
    line.run(*[step(n, 9.0, norm=0.5) for n in range(112, 150)])  # calm, and yet spoilt
    assert line.text.startswith("The gradients exploded: norm 80.0 at step 101 (usually")
    line.run(step(150, 9.0, norm=81.0), step(151, 9.0, norm=400.0))
    assert "norm 80.0 at step 101, then up to 400 (usually" in line.text
    assert line.kind == "warning"
    assert not line.widget.dismiss.isHidden()
    line.widget.dismiss.click()
    assert line.run(playing=False, step=151).startswith("Paused at step 151")
    assert line.kind == "paused"
    assert line.widget.dismiss.isHidden()
    line.run(*[step(n, 2.0) for n in range(152, 300)])  # as good as before
    line.run(*[step(n, 30.0, norm=80.0) for n in range(300, 311)])
    assert line.run(playing=False, step=310).startswith("The gradients explode: norm")  # a new one
    assert "explo" not in line.run(*steps(60))  # rewound to the beginning
    line.run(*[step(n, 9.0, norm=80.0) for n in range(61, 72)])
    assert line.kind == "warning"
    assert line.run(*steps(5), folder="another").startswith("Training")


def test_each_sign_has_a_shape_of_its_own(line: Line) -> None:
    shapes = set()
    for kind in ("idle", "going", "paused", "done", "warning", "error"):
        line.widget.sign.set_kind(kind)
        pixels = pixels_of(line.widget.sign).reshape(-1, 3)
        ground = pixels[0].astype(int)
        shapes.add((abs(pixels - ground).max(axis=1) > 40).tobytes())  # where, not in what colour
    assert len(shapes) == 6


def test_a_sentence_stays_long_enough_to_be_read(
    line: Line, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.run(*steps(20))
    line.widget._rest.setInterval(150)
    line.widget.refresh()
    before = line.text
    line.engine.said += steps(60, 1.0, 21)
    line.controller.drain()
    assert line.text == before  # the numbers wait
    qtbot.waitUntil(lambda: line.text != before)
    line.engine.said.append(RunState("run", 80, playing=False, config=CONFIG))
    line.controller.drain()
    assert line.text.startswith("Paused")  # what happens does not wait


def test_what_is_done_with_the_corpus_is_said_at_once(line: Line) -> None:
    line.controller.reading.open(CONFIG.data)
    line.hear(Ready(("cpu",)))
    line.hear(ProgressRecord("reading", 29_000), reader=True)
    Heard.hear(line, ProgressRecord("learning the vocabulary"), reader=True)  # within a second
    assert line.text == "Preparing the corpus: learning the vocabulary …"


def test_what_was_done_is_told_for_a_while(line: Line, qtbot: QtBot) -> None:
    ready(line)
    line.widget._telling.setInterval(50)
    line.widget.tell("Copied: s2s train")
    line.widget.refresh_soon()
    assert line.text == "Copied: s2s train"
    qtbot.waitUntil(lambda: line.text.startswith("Ready"))


def test_a_projector_holds_all_of_an_explosion_and_a_pause(line: Line) -> None:
    """What there is no room for stands in the tooltip: the scores, and where the model is."""
    line.widget.resize(1248, 30)
    line.widget.show()
    wild = [step(n, 97.2, norm=6.3e11) for n in range(12_401, 12_412)]
    calm = [step(n, 97.2, norm=0.5) for n in range(12_412, 12_450)]
    folder = "/home/a/runs/phrasebook-gru"
    line.run(*steps(100, start=12_301), check(12_300, 1.0, 93.1), folder=folder)
    line.controller.draft.set("model.encoder.layers", 2)  # which waits for a new run
    for records in (wild, calm):
        line.run(*records, folder=folder)
        text = line.run(playing=False, step=12_411, folder=folder)
        assert "explode" in text
        assert text.endswith("; Space goes on.")
        assert not line.widget.sentence.is_cut_short()
        tooltip = line.tooltip
        assert "norm 6.3e11 at step 12,401" in tooltip or "step 12,401: norm 6.3e11" in tooltip
        assert "At step 12,300, 93.1 % of 200 held-out sentences" in tooltip
        assert "phrasebook-gru" in tooltip
        assert "93.1 % of" in line.widget.sentence.accessibleDescription()


def test_only_what_is_new_is_announced_to_screen_readers(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        QAccessible, "updateAccessibility", lambda event: said.append(event.message())
    )
    line.run(*steps(20))
    for number in range(1, 6):
        line.run(*steps(10, 2.0 - number / 10, 10 * number + 11))
    assert len(said) == 1  # new numbers are no news
    line.run(playing=False, step=70)
    assert len(said) == 2
    assert said[1].startswith("Paused at step 70")
    assert line.widget.sentence.accessibleDescription() == line.text


def test_where_the_model_is_stands_in_the_tooltip(line: Line) -> None:
    folder = "/home/a/long/way/s2s-playground/runs/phrasebook-gru-20261121-030456"
    line.widget.resize(1248, 30)
    text = line.run(*steps(120), folder=folder, playing=False, step=120, ended="steps")
    assert "Kept as “GRU · Phrasebook → French · 21 Nov" in text
    assert line.tooltip.endswith(f"The model is kept in {folder}.")
    line.run(folder=folder)
    assert line.tooltip.endswith(f"The run is kept in {folder}, and saved as it goes.")


def test_the_first_scores_are_told_as_soon_as_they_are_there(line: Line) -> None:
    line.run(*steps(99))
    assert "The first scores come at step 100." in line.text
    Heard.hear(line, step(100, 2.0), check(100, 1.5, 40.0), step(101, 2.0))
    assert line.widget._rest.isActive()
    assert "first scores" not in line.text
    assert "At step 100, 40.0 % of" in line.text
    before = line.text
    Heard.hear(line, *steps(99, start=102), check(200, 1.4, 50.0))
    assert line.text == before  # later ones are no news: a sentence stays to be read


def test_what_was_just_done_is_not_cut_short_by_scores(line: Line) -> None:
    line.run(*steps(99))
    line.widget.tell("Copied: the picture")
    Heard.hear(line, step(100, 2.0), check(100, 1.5, 40.0))
    assert line.text == "Copied: the picture"


def test_the_tooltip_wraps_no_sooner_than_the_line_and_does_not_cover_it(line: Line) -> None:
    folder = "/home/a/long/way/s2s-playground/runs/phrasebook-gru-20261121-030456"
    line.widget.resize(900, 30)
    line.widget.show()
    line.run(*steps(120), folder=folder, playing=False, step=120)
    sentence = line.widget.sentence
    document = QTextDocument()
    document.setHtml(sentence.toolTip())
    document.setTextWidth(document.idealWidth())
    assert QFontMetrics(QToolTip.font()).horizontalAdvance(folder) < document.idealWidth()
    assert document.idealWidth() <= sentence.width() + 16  # and the frame of the table
    place = QPointF(sentence.rect().center())
    event = QHelpEvent(QEvent.Type.ToolTip, place.toPoint(), sentence.mapToGlobal(place).toPoint())
    QApplication.sendEvent(sentence, event)
    (tip,) = (w for w in QApplication.topLevelWidgets() if w.inherits("QTipLabel"))
    line_now = QRect(sentence.mapToGlobal(QPoint()), sentence.size())
    assert not tip.geometry().intersects(line_now)
    QToolTip.hideText()


def test_a_long_sentence_is_whole_in_the_tooltip(line: Line, qapp: QApplication) -> None:
    line.widget.resize(300, 40)
    line.widget.show()
    ready(line)
    assert "translation on the right will follow" in line.widget.sentence.toolTip()

"""The status sentence: true, with its own numbers, and still long enough to be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.bridge.controller import Controller
from app.bridge.draft import Draft
from app.bridge.messages import Command, CorpusReady, Ready, RunHistory, RunState
from app.panels.status_line import StatusLine
from s2s_core.configs import RunConfig
from s2s_core.experiment import changed, merged
from s2s_core.records import (
    WAITING,
    CorpusRecord,
    FailureRecord,
    PreparedRecord,
    ProgressRecord,
    Record,
)
from tests.app.bridge.test_course import check, step
from tests.app.looks import pixels_of


class Silent:
    """An engine or a reader that says only what a test puts into it."""

    def __init__(self) -> None:
        self.said: list[Record] = []
        self.is_alive = True

    def start(self) -> None: ...
    def end(self) -> None: ...
    def another(self) -> Silent:
        return self

    def send(self, command: Command) -> None: ...

    def take(self) -> list[Record]:
        said, self.said = self.said, []
        return said


CONFIG = merged(RunConfig(), {"training": {"steps": 3000, "validate_every": 100, "minutes": 0}})
CORPUS = CorpusRecord("Pairs", "English", "French", 1000, (), ())
PREPARED = PreparedRecord("folder", 980, 20, 100, 100, 0, 0, False)


class Line:
    """A status line and the two that speak to it."""

    def __init__(self) -> None:
        self.engine, self.reader = Silent(), Silent()
        draft = Draft()
        draft.replace(CONFIG)
        self.controller = Controller(self.engine, self.reader, draft, Path("runs"), Path("cache"))
        self.widget = StatusLine(self.controller)

    def hear(self, *records: Record, reader: bool = False) -> str:
        """Let records come, and return the sentence once it may change."""
        (self.reader if reader else self.engine).said += records
        self.controller.drain()
        self.widget._rest.stop()
        self.widget.refresh_soon()
        return self.text

    def run(self, *records: Record, **state: Any) -> str:
        about = {"folder": "run", "playing": True, "config": CONFIG, **state}
        return self.hear(RunState(**about), *records)

    @property
    def text(self) -> str:
        return self.widget.sentence.text()

    @property
    def kind(self) -> str:
        return self.widget.sign.kind()


@pytest.fixture
def line(qtbot: QtBot) -> Iterator[Line]:
    made = Line()
    qtbot.addWidget(made.widget)
    yield made
    made.controller.deleteLater()


def steps(count: int, loss: float = 2.0, start: int = 1, seconds: float = 0.02) -> list[Record]:
    return [step(n, loss, seconds=seconds) for n in range(start, start + count)]


def ready(line: Line) -> str:
    line.controller.reading.open(CONFIG.data)
    request = line.controller.reading._reading
    line.hear(Ready(("cpu",)))
    return line.hear(CorpusReady(request, CONFIG.data, CORPUS, PREPARED), reader=True)


def test_a_large_corpus_can_be_trained_on_before_all_of_it_is_encoded(line: Line) -> None:
    line.controller.reading.open(CONFIG.data)
    line.hear(Ready(("cpu",)))
    begun = replace(PREPARED, is_whole=False), replace(CORPUS, pairs=1_000_000, is_counted=False)
    line.hear(CorpusReady(line.controller.reading._reading, CONFIG.data, *begun[::-1]), reader=True)
    progress = ProgressRecord("encoding", 200_000, 1_000_000, 20_000, 40)
    assert line.hear(progress, reader=True) == (
        "Ready: Space trains on the first pairs while the others are encoded, 200,000 of about "
        "1,000,000 so far, 20,000 a second, 0:40 left."
    )


def test_from_the_start_to_ready(line: Line) -> None:
    assert line.text == "Getting ready: torch is being loaded …"
    line.controller.reading.open(CONFIG.data)
    assert line.hear(Ready(("cpu",))) == "Reading the corpus …"
    progress = ProgressRecord("reading", 12_000)
    assert line.hear(progress, reader=True) == "Reading the corpus: 12,000 pairs so far …"
    progress = ProgressRecord("reading", 20_000, 0, 45_000.4, 71.6)
    assert line.hear(progress, reader=True) == (
        "Reading the corpus: 20,000 pairs so far, 45,000 a second, 1:12 left …"
    )
    progress = ProgressRecord("encoding", 8_000, 90_000, 30_000)
    assert line.hear(progress, reader=True) == (
        "Preparing the corpus: encoding, 8,000 pairs so far, 30,000 a second …"
    )
    cut = line.hear(ProgressRecord("learning the vocabulary"), reader=True)
    assert cut == "Preparing the corpus: learning the vocabulary …"
    assert ready(line).startswith("Ready. Press Space to train")
    assert line.kind == "idle"


def test_training_tells_loss_trend_first_scores_and_time(line: Line) -> None:
    line.run(*steps(1, 4.0))
    falling = [step(n, 4.0 - n / 100, seconds=0.05) for n in range(2, 91)]
    text = line.run(*falling)
    assert "lower than 89 steps ago" in text
    assert "The first scores come at step 100." in text
    assert text.endswith("About 2 min to step 3,000.")
    assert line.kind == "going"


def test_the_validation_loss_is_compared_with_the_check_before(line: Line) -> None:
    line.run(*steps(100), check(100, 2.0, 40.0))
    text = line.run(*steps(100, 1.9, 101), check(200, 1.5, 93.1))
    assert text.startswith(
        "The validation loss is still falling: 1.50, 25 % lower than at step 100. "
        "93.1 % of held-out sentences are exactly right, BLEU 93.1."
    )
    text = line.run(check(300, 1.8, 90.0))
    assert text.startswith("The validation loss has risen: 1.80, 20 % higher than at step 200.")


def test_overfitting_is_told_with_its_step(line: Line) -> None:
    for number, loss in enumerate((2.0, 1.0, 1.1, 1.2, 1.3), 1):
        line.run(*steps(100, 2.0 / number, 100 * number - 99), check(100 * number, loss))
    assert line.text.startswith(
        "The validation loss has not fallen for 3 checks (best 1.00) while the training loss "
        "falls: over-fitting since step 200; the scores hold."
    )
    assert line.kind == "warning"


def test_a_loss_that_rises_with_the_scores_is_no_overfitting(line: Line) -> None:
    for number, loss in enumerate((2.0, 1.0, 1.1, 1.2, 1.3), 1):
        exact = 18.5 + 20 * (number - 1)
        line.run(*steps(100, 2.0 / number, 100 * number - 99), check(100 * number, loss, exact))
    assert line.text.startswith(
        "The scores still rise, though the validation loss has not fallen for 3 checks (best "
        "1.00): fewer mistakes, but surer ones. 98.5 % of held-out sentences are exactly right"
    )
    assert line.kind == "going"


def test_what_is_learned_is_no_overfitting(line: Line) -> None:
    for number, loss in enumerate((2.0, 0.01, 0.02, 0.02, 0.02), 1):
        line.run(*steps(100, 1.0 / number, 100 * number - 99), check(100 * number, loss, 99.8))
    assert line.text.startswith("Learned: validation loss 0.0200. 99.8 % of held-out sentences")
    assert line.kind == "going"


def test_an_explosion_says_what_helps(line: Line) -> None:
    line.run(*steps(100), *[step(n, 9.0, norm=80.0) for n in range(101, 112)])
    assert "far above its usual 0.500" in line.text
    assert "a lower learning rate or stronger clipping helps" in line.text
    assert line.kind == "warning"


def test_a_rewind_goes_to_before_the_explosion(line: Line) -> None:
    asked: list[int] = []
    line.widget._controller.rewind = asked.append  # type: ignore[method-assign, assignment]
    line.run(*steps(100))
    assert line.widget.rewind_button.isHidden()
    for number in range(101, 160):
        line.run(step(number, 9.0, norm=80.0))
    line.run(playing=False, step=159)
    assert not line.widget.rewind_button.isHidden()
    line.widget.rewind_button.click()
    assert len(asked) == 1
    assert 40 < asked[0] < 100  # with room for what was not seen at once


def test_an_explosion_is_told_until_it_is_dealt_with(line: Line) -> None:
    line.run(*steps(100), *[step(n, 9.0, norm=80.0) for n in range(101, 112)])
    assert line.run(playing=False, step=111).startswith("The gradient norm is")
    assert "Paused at step 111; Space goes on." in line.text
    assert line.kind == "warning"
    line.run(*[step(n, 9.0, norm=0.5) for n in range(112, 150)])  # calm, and yet spoilt
    assert line.text.startswith("The gradients exploded at step 111 (norm 7")
    assert line.kind == "warning"
    assert not line.widget.dismiss.isHidden()
    line.widget.dismiss.click()
    assert line.run(playing=False, step=150).startswith("Paused at step 149")
    assert line.kind == "paused"
    assert line.widget.dismiss.isHidden()
    line.run(*[step(n, 2.0) for n in range(150, 300)])  # as good as before
    line.run(*[step(n, 30.0, norm=80.0) for n in range(300, 311)])
    assert line.run(playing=False, step=310).startswith("The gradient norm is")  # a new one
    assert "explo" not in line.run(*steps(60))  # rewound to the beginning
    line.run(*[step(n, 9.0, norm=80.0) for n in range(61, 72)])
    assert line.kind == "warning"
    assert line.run(*steps(5), folder="another").startswith("Training")


def test_weights_that_ran_away_are_no_progress(line: Line) -> None:
    """A hundred pieces: guessing costs 4.6 nats. That the loss falls from 80 is no good news."""
    falling = [step(n, 80 - n / 4) for n in range(1, 101)]
    line.run(*falling, check(100, 60.0, 0.0), prepared=PREPARED)
    assert line.text.startswith("The training loss is 59.7; guessing gives 4.61.")
    assert "rewind (R), with a lower learning rate" in line.text
    assert line.kind == "warning"


def test_where_training_begins_is_not_far_from_guessing(line: Line) -> None:
    line.run(*[step(n, 6.5 - n / 50) for n in range(1, 40)], prepared=PREPARED)
    assert line.text.startswith("Training: loss")
    assert line.kind == "going"


def test_a_plateau_is_named(line: Line) -> None:
    line.run(*steps(700), check(700, 2.0))
    assert "hardly moved for 600 steps (2.00): a plateau" in line.text


def test_paused_ended_and_failed(line: Line) -> None:
    line.run(*steps(150), check(100, 1.0, 93.1))
    paused = line.run(playing=False, step=150)
    assert paused.startswith("Paused at step 150; Space goes on. 93.1 % of held-out sentences")
    assert line.kind == "paused"
    assert paused.endswith(f"The model is kept in {line.controller.run.folder}.")
    for reason, words in (
        ("steps", "Finished: 3,000 steps are done."),
        ("minutes", "Finished after 3,000 steps: the time is up."),
        ("patience", "Stopped after 3,000 steps: the held-out sentences score no better."),
        ("failed", "Training stopped at step 3,000"),
    ):
        assert line.run(playing=False, step=3000, ended=reason).startswith(words)
    assert line.kind == "error"


def test_why_a_run_failed_is_told_as_long_as_it_is_there(line: Line) -> None:
    line.run(*steps(30))
    line.hear(FailureRecord("the {name} became nan", {"name": "loss"}))
    assert line.run(playing=False, step=30, ended="failed") == (
        "Training stopped at step 30; rewind (R), or begin a new run (N). Why: the loss became nan."
    )
    line.hear(FailureRecord("{file} cannot be read", {"file": "b.tsv"}))
    assert "the loss became nan" in line.run(playing=False, step=30, ended="failed")
    assert "became nan" not in line.run(*steps(5), folder="another")


def test_each_sign_has_a_shape_of_its_own(line: Line) -> None:
    shapes = set()
    for kind in ("idle", "going", "paused", "done", "warning", "error"):
        line.widget.sign.set_kind(kind)
        pixels = pixels_of(line.widget.sign).reshape(-1, 3)
        ground = pixels[0].astype(int)
        shapes.add((abs(pixels - ground).max(axis=1) > 40).tobytes())  # where, not in what colour
    assert len(shapes) == 6


def test_space_with_another_corpus_is_told_before_it_is_pressed(line: Line) -> None:
    line.run(*steps(150), check(100, 1.0, 93.1))
    draft = line.controller.draft
    draft.set_data(draft.config.data.model_copy(update={"builtin": "reverse"}))
    assert line.run(playing=False, step=150) == (
        "Paused at step 150. Another corpus has been chosen: Space begins a new run with it, "
        "Undo takes it back."
    )


def test_it_is_told_why_training_waits_for_the_corpus(line: Line) -> None:
    line.run()
    waits = ProgressRecord(WAITING, 100_000, 1_000_000)
    assert line.hear(waits) == "Training waits for the corpus: 100,000 pairs are encoded so far …"
    line.run(config=merged(CONFIG, {"training": {"batching": "full"}}))
    assert line.hear(waits) == (
        "A full batch is all of the corpus, so the first step waits until all is encoded: 100,000 "
        "of about 1,000,000 pairs so far …"
    )


def test_a_validation_that_lasts_tells_how_far_it_is(line: Line) -> None:
    line.run(*steps(100))
    assert line.hear(ProgressRecord("validation", 3, 8)) == (
        "Scoring the held-out sentences: part 3 of 8 …"
    )
    assert "Scoring" not in line.hear(ProgressRecord("validation", 8, 8), check(100, 1.0))


def test_a_draft_that_differs_is_told(line: Line) -> None:
    line.run(*steps(100))
    draft = line.controller.draft
    draft.replace(changed(draft.config, "training.learning_rate", 0.01))
    assert "new run" not in line.run()
    draft.replace(changed(draft.config, "training.seed", 7))
    assert line.run().endswith("What you changed is for a new run (N).")
    assert "new run (N)" in line.run(playing=False)


def test_another_run_begins_with_no_past(line: Line) -> None:
    line.run(*steps(100), check(100, 1.0, 50.0))
    assert "50.0 %" in line.text
    assert "50.0 %" not in line.run(*steps(5), folder="another")


def test_a_run_that_is_opened_brings_its_past(line: Line) -> None:
    past = (*steps(100), check(100, 1.0, 77.0))
    line.hear(RunState("old", 100, config=CONFIG), RunHistory(past))
    assert "77.0 %" in line.text


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


def test_what_was_done_is_told_for_a_while(line: Line, qtbot: QtBot) -> None:
    ready(line)
    line.widget._telling.setInterval(50)
    line.widget.tell("Copied: s2s train")
    line.widget.refresh_soon()
    assert line.text == "Copied: s2s train"
    qtbot.waitUntil(lambda: line.text.startswith("Ready"))


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


def test_a_long_sentence_is_whole_in_the_tooltip(line: Line, qapp: QApplication) -> None:
    line.widget.resize(300, 40)
    line.widget.show()
    ready(line)
    assert "translation on the right will follow" in line.widget.sentence.toolTip()

"""What is said of a run and its corpus: true, and with its own numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.bridge.controller import Controller
from app.bridge.draft import Draft
from app.bridge.messages import Checkpoints, Command, CorpusReady, Ready, RunHistory, RunState
from app.panels.status_line.listener import Listener
from s2s_core.configs import RunConfig
from s2s_core.experiment import changed, merged
from s2s_core.grid import Grid
from s2s_core.grid_folder import GridFolder
from s2s_core.records import (
    WAITING,
    CorpusRecord,
    FailureRecord,
    ProgressRecord,
    Record,
)
from tests.app.bridge.test_course import PREPARED, check, step


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


class Heard:
    """A listener and the two that speak to it."""

    def __init__(self) -> None:
        self.engine, self.reader = Silent(), Silent()
        draft = Draft()
        draft.replace(CONFIG)
        self.controller = Controller(self.engine, self.reader, draft, Path("runs"), Path("cache"))
        self.listener = Listener(self.controller)

    def hear(self, *records: Record, reader: bool = False) -> str:
        """Let records come, and return the sentence."""
        (self.reader if reader else self.engine).said += records
        self.controller.drain()
        return self.text

    def run(self, *records: Record, **state: Any) -> str:
        about = {"folder": "run", "playing": True, "config": CONFIG, **state}
        return self.hear(RunState(**about), *records)

    @property
    def text(self) -> str:
        return self.listener.saying().text

    @property
    def kind(self) -> str:
        return self.listener.saying().kind


@pytest.fixture
def heard(qapp: QApplication) -> Iterator[Heard]:
    made = Heard()
    yield made
    made.controller.deleteLater()


def steps(count: int, loss: float = 2.0, start: int = 1, seconds: float = 0.02) -> list[Record]:
    return [step(n, loss, seconds=seconds) for n in range(start, start + count)]


def ready(heard: Heard) -> str:
    heard.controller.reading.open(CONFIG.data)
    request = heard.controller.reading._reading
    heard.hear(Ready(("cpu",)))
    return heard.hear(CorpusReady(request, CONFIG.data, CORPUS, PREPARED), reader=True)


def test_a_large_corpus_can_be_trained_on_before_all_of_it_is_encoded(heard: Heard) -> None:
    heard.controller.reading.open(CONFIG.data)
    heard.hear(Ready(("cpu",)))
    begun = replace(PREPARED, is_whole=False), replace(CORPUS, pairs=1_000_000, is_counted=False)
    heard.hear(
        CorpusReady(heard.controller.reading._reading, CONFIG.data, *begun[::-1]), reader=True
    )
    progress = ProgressRecord("encoding", 200_000, 1_000_000, 20_000, 40)
    assert heard.hear(progress, reader=True) == (
        "Ready: Space trains on the first pairs while the others are encoded, 200,000 of about "
        "1,000,000 so far, 20,000 a second, 0:40 left."
    )


def test_what_was_asked_for_too_early_is_told_and_can_be_taken_back(heard: Heard) -> None:
    told: list[str] = []
    heard.listener.changed.connect(lambda: told.append(heard.text))
    heard.controller.reading.open(CONFIG.data)
    heard.controller.play_or_pause()
    assert told[-1] == (
        "Getting ready: torch is being loaded … Training begins as soon as that is done."
    )
    heard.hear(Ready(("cpu",)))
    assert told[-1] == (
        "Reading the corpus … Training begins as soon as that is done; Space takes it back."
    )
    heard.controller.play_or_pause()
    assert told[-1] == "Reading the corpus …"
    ready(heard)
    assert not heard.controller._starting
    heard.controller.reading.open(CONFIG.data)
    heard.controller.play_or_pause()
    ready(heard)
    assert heard.controller._starting


def test_from_the_start_to_ready(heard: Heard) -> None:
    assert heard.text == "Getting ready: torch is being loaded …"
    heard.controller.reading.open(CONFIG.data)
    assert heard.hear(Ready(("cpu",))) == "Reading the corpus …"
    progress = ProgressRecord("reading", 12_000)
    assert heard.hear(progress, reader=True) == "Reading the corpus: 12,000 pairs so far …"
    progress = ProgressRecord("reading", 20_000, 0, 45_000.4, 71.6)
    assert heard.hear(progress, reader=True) == (
        "Reading the corpus: 20,000 pairs so far, 45,000 a second, 1:12 left …"
    )
    progress = ProgressRecord("encoding", 8_000, 90_000, 30_000)
    assert heard.hear(progress, reader=True) == (
        "Preparing the corpus: encoding, 8,000 pairs so far, 30,000 a second …"
    )
    progress = ProgressRecord("encoding", 8_000, 90_000, 30_000, 0.4)
    assert "left" not in heard.hear(progress, reader=True)  # "0:00" is no time
    cut = heard.hear(ProgressRecord("learning the vocabulary"), reader=True)
    assert cut == "Preparing the corpus: learning the vocabulary …"
    assert ready(heard).startswith("Ready. Press Space to train")
    assert heard.kind == "idle"


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"steps": 99}, "The scores come at its end."),
        ({"steps": 100}, "The first scores come at step 100."),
        ({"steps": 0, "minutes": 0.03}, "The scores come at its end."),  # of 90 steps
        ({"steps": 0, "minutes": 0.04}, "The first scores come at step 100."),  # of 120
    ],
)
def test_a_run_that_is_over_before_it_is_validated_is_scored_at_its_end(
    heard: Heard, limits: dict[str, float], told: str
) -> None:
    config = merged(CONFIG, {"training": limits})
    assert told in heard.run(*steps(20), config=config)


def test_training_tells_loss_trend_first_scores_and_time(heard: Heard) -> None:
    heard.run(*steps(1, 4.0))
    falling = [step(n, 4.0 - n / 100, seconds=0.05) for n in range(2, 91)]
    text = heard.run(*falling)
    mean = 4.0 - (71 + 90) / 2 / 100  # the line's end says what the last one was
    assert text.startswith(f"Training: loss {mean:.2f}, the average of 20 steps, ")
    assert "lower than 70 steps ago" in text
    assert "The first scores come at step 100." in text
    assert text.endswith("About 2 min to step 3,000.")
    assert heard.kind == "going"


def test_the_validation_loss_is_compared_with_the_best_before(heard: Heard) -> None:
    heard.run(*steps(100), check(100, 2.0, 40.0))
    text = heard.run(*steps(100, 1.9, 101), check(200, 1.5, 93.1))
    assert text.startswith(
        "The validation loss is still falling: 1.50, 25 % lower than at step 100. "
        "93.1 % of 200 held-out sentences are exactly right, BLEU 93.1."
    )
    text = heard.run(check(300, 1.8, 90.0))
    assert text.startswith("The validation loss has risen: 1.80, 20 % higher than at step 200.")
    text = heard.run(check(400, 1.65, 90.0))  # better than the last, worse than the best
    assert text.startswith("The validation loss has risen: 1.65, 10 % higher than at step 200.")


def test_overfitting_is_told_with_its_step(heard: Heard) -> None:
    for number, loss in enumerate((2.0, 1.0, 1.1, 1.2, 1.3), 1):
        heard.run(*steps(100, 2.0 / number, 100 * number - 99), check(100 * number, loss))
    assert heard.text.startswith(
        "The validation loss has not fallen for 3 checks (best 1.00) while the training loss "
        "falls: over-fitting since step 200; the scores hold."
    )
    assert heard.kind == "warning"


def test_a_loss_that_rises_with_the_scores_is_no_overfitting(heard: Heard) -> None:
    for number, loss in enumerate((2.0, 1.0, 1.1, 1.2, 1.3), 1):
        exact = 18.5 + 20 * (number - 1)
        heard.run(*steps(100, 2.0 / number, 100 * number - 99), check(100 * number, loss, exact))
    assert heard.text.startswith(
        "The scores still rise, though the validation loss has not fallen for 3 checks (best "
        "1.00): fewer mistakes, but surer ones. 98.5 % of 200 held-out sentences are exactly right"
    )
    assert heard.kind == "going"


def test_what_is_learned_is_no_overfitting(heard: Heard) -> None:
    for number, loss in enumerate((2.0, 0.01, 0.02, 0.02, 0.02), 1):
        heard.run(*steps(100, 1.0 / number, 100 * number - 99), check(100 * number, loss, 99.8))
    assert heard.text.startswith(
        "Learned: validation loss 0.0200. 99.8 % of 200 held-out sentences"
    )
    assert heard.kind == "going"


def test_an_explosion_says_what_helps(heard: Heard) -> None:
    heard.run(*steps(100), *[step(n, 9.0, norm=80.0) for n in range(101, 112)])
    assert "(usually 0.500), average loss" in heard.text
    assert "stronger clipping helps; if not, begin a new run (N)." in heard.text
    assert heard.kind == "warning"


def test_a_loss_many_times_its_lowest_is_not_told_in_per_cent(heard: Heard) -> None:
    text = heard.run(*[step(n, 0.5 if n <= 55 else 29.0) for n in range(1, 356)])
    assert text.startswith("The training loss has risen: 29.0 on average, 58 times that of step ")


def test_a_loss_that_rose_and_came_back_is_told_by_its_newest_steps(heard: Heard) -> None:
    """The mean of the last 20 steps, of which none was high; not one that remembers for long."""
    losses = [0.3] * 100 + [9.0] * 20 + [0.3] * 20
    text = heard.run(*[step(n, loss) for n, loss in enumerate(losses, 1)], check(100, 0.3))
    assert "risen" not in text
    text = heard.run(*[step(n, 2.0) for n in range(141, 161)])
    assert text.startswith("The training loss has risen: 2.00 on average, 7 times that of step ")


def test_a_loss_that_rises_is_not_praised_for_what_it_was_at_first(heard: Heard) -> None:
    text = heard.run(*[step(n, 7 - n / 16 if n <= 55 else 7.5) for n in range(1, 71)])
    assert text.startswith("The training loss has risen: 6.")
    assert "higher than at step 55. The first scores come at step 100." in text


def test_weights_that_ran_away_are_no_progress(heard: Heard) -> None:
    """A hundred pieces: guessing costs 4.6 nats. That the loss falls from 80 is no good news."""
    falling = [step(n, 80 - n / 4) for n in range(1, 101)]
    heard.run(*falling, check(100, 60.0, 0.0), prepared=PREPARED)
    assert heard.text.startswith(
        "The weights ran away: average training loss 57.4, guessing gives 4.61;"
    )
    assert "begin a new run (N) and lower the learning rate" in heard.text  # there is no way back
    assert "rewind (R) and lower" in heard.hear(Checkpoints(((5, 1e-3),)))
    assert heard.kind == "warning"


def test_where_training_begins_is_not_far_from_guessing(heard: Heard) -> None:
    heard.run(*[step(n, 6.5 - n / 50) for n in range(1, 40)], prepared=PREPARED)
    assert heard.text.startswith("Training: loss")
    assert heard.kind == "going"


def test_what_undoing_leaves_of_a_rewind_is_told(heard: Heard) -> None:
    noted: list[str] = []
    heard.listener.noted.connect(noted.append)
    heard.run(*steps(20))
    heard.controller.draft.follow_rewind({"training.learning_rate": 1e-4}, 1e-4)
    heard.controller.draft.set("training.clip_norm", 3.0)
    heard.controller.steering.undo()
    assert not noted
    heard.controller.steering.undo()
    assert noted == [
        "The settings are as before the rewind, learning rate 3e-3; the rewind itself stays."
    ]


def test_after_a_comparison_the_rate_of_a_new_run_is_told(heard: Heard, tmp_path: Path) -> None:
    noted: list[str] = []
    heard.listener.noted.connect(noted.append)
    comparing, rate = heard.controller.comparing, "training.learning_rate"
    for other, told in ((CONFIG.training.learning_rate, 1), (0.25, 2)):
        grid, start = Grid(((rate, (other, 0.5)),)), CONFIG.model_dump(mode="json")
        comparing.begin(GridFolder.new(tmp_path / str(told), grid, [start], []))
        assert comparing.current
        folder = str(comparing.current.folder)
        heard.run(folder=folder, config=comparing.current.config, ended="steps")
        comparing.end()
        assert len(noted) == told
    shows = "Compared: Run ▸ Compare settings shows the table."
    assert noted == [
        f"{shows} All is set as before.",
        f"{shows} A new run begins at learning rate 3e-3, as was set before.",
    ]


def test_a_plateau_is_named(heard: Heard) -> None:
    heard.run(*steps(700), check(700, 2.0))
    assert "hardly moved for 600 steps (2.00 on average): a plateau" in heard.text


def test_paused_ended_and_failed(heard: Heard) -> None:
    heard.run(*steps(150), check(100, 1.0, 93.1))
    paused = heard.run(playing=False, step=150)
    assert paused.startswith(
        "Paused at step 150; Space goes on. Kept as “run”. At step 100, 93.1 % of 200 held-out "
    )
    assert heard.kind == "paused"
    assert paused.endswith("sentences were exactly right, BLEU 93.1.")
    for reason, words in (
        ("steps", "Finished: 3,000 steps are done."),
        ("minutes", "Finished after 3,000 steps: the time is up."),
        ("patience", "Stopped after 3,000 steps: the held-out sentences score no better."),
        ("failed", "Training stopped at step 3,000"),
    ):
        assert heard.run(playing=False, step=3000, ended=reason).startswith(words)
    assert heard.kind == "error"


def test_why_a_run_failed_is_told_as_long_as_it_is_there(heard: Heard) -> None:
    heard.run(*steps(30))
    heard.hear(FailureRecord("the {name} became nan", {"name": "loss"}))
    assert heard.run(playing=False, step=30, ended="failed") == (
        "Training stopped at step 30; rewind (R), or begin a new run (N). Why: the loss became nan."
    )
    heard.listener.take_told_above("The loss became nan.")  # in the banner, until it is closed
    assert heard.run(playing=False, step=30, ended="failed").endswith("or begin a new run (N).")
    heard.listener.take_told_above("")
    heard.hear(FailureRecord("{file} cannot be read", {"file": "b.tsv"}))
    assert "the loss became nan" in heard.run(playing=False, step=30, ended="failed")
    assert "became nan" not in heard.run(*steps(5), folder="another")


def test_space_with_another_corpus_is_told_before_it_is_pressed(heard: Heard) -> None:
    heard.run(*steps(150), check(100, 1.0, 93.1))
    draft = heard.controller.draft
    draft.set_data(draft.config.data.model_copy(update={"builtin": "reverse"}))
    assert heard.run(playing=False, step=150) == (
        "Paused at step 150. Another corpus has been chosen: Space begins a new run with it, "
        "Undo takes it back."
    )
    draft.set("training.clip_norm", 2.5)  # that is what Undo would take back
    assert heard.run(playing=False, step=150) == (
        "Paused at step 150. Another corpus has been chosen: Space begins a new run with it."
    )


def test_the_same_corpus_set_otherwise_is_not_called_another_one(heard: Heard) -> None:
    heard.run(*steps(150))
    draft = heard.controller.draft
    draft.set("data.difficulty.length", 3)
    assert heard.run(playing=False, step=150) == (
        "Paused at step 150. The corpus was changed: Space begins a new run with it, Undo takes "
        "it back."
    )
    draft.set("training.clip_norm", 2.5)
    assert heard.text.endswith("The corpus was changed: Space begins a new run with it.")


def test_a_share_of_few_sentences_says_that_it_tells_nothing(heard: Heard) -> None:
    few = replace(check(100, 1.0, 100.0), sentences=5)
    heard.run(*steps(100), few)
    assert "100.0 % of 5 held-out sentences are exactly right: too few to tell." in heard.text
    heard.run(step(101, 1.0))
    assert "At step 100, 100.0 % of 5 held-out sentences were exactly right" in heard.text


def test_it_is_told_why_training_waits_for_the_corpus(heard: Heard) -> None:
    heard.run()
    waits = ProgressRecord(WAITING, 100_000, 1_000_000)
    assert heard.hear(waits) == "Training waits for the corpus: 100,000 pairs are encoded so far …"
    heard.run(config=merged(CONFIG, {"training": {"batching": "full"}}))
    assert heard.hear(waits) == (
        "A full batch is all of the corpus, so the first step waits until all is encoded: 100,000 "
        "of about 1,000,000 pairs so far …"
    )


def test_a_validation_that_lasts_tells_how_far_it_is(heard: Heard) -> None:
    heard.run(*steps(100))
    assert heard.hear(ProgressRecord("validation", 3, 8)) == (
        "Scoring the held-out sentences: part 3 of 8 …"
    )
    assert "Scoring" not in heard.hear(ProgressRecord("validation", 8, 8), check(100, 1.0))


def test_a_draft_that_differs_is_told(heard: Heard) -> None:
    heard.run(*steps(100))
    draft = heard.controller.draft
    draft.replace(changed(draft.config, "training.learning_rate", 0.01))
    assert "new run" not in heard.run()
    draft.replace(changed(draft.config, "training.seed", 7))
    assert heard.run().endswith("What you changed is for a new run (N).")
    assert "new run (N)" in heard.run(playing=False)


def test_another_run_begins_with_no_past(heard: Heard) -> None:
    heard.run(*steps(100), check(100, 1.0, 50.0))
    assert "50.0 %" in heard.text
    assert "50.0 %" not in heard.run(*steps(5), folder="another")


def test_a_run_that_is_opened_brings_its_past(heard: Heard) -> None:
    past = (*steps(100), check(100, 1.0, 77.0))
    heard.hear(RunState("old", 100, config=CONFIG), RunHistory(past))
    assert "77.0 %" in heard.text


def test_a_run_that_goes_on_tells_its_time_by_how_fast_it_is_now(heard: Heard) -> None:
    """It was trained on another machine, or while this one was busy."""
    heard.hear(RunState("old", 100, config=CONFIG), RunHistory(tuple(steps(100, seconds=0.5))))
    newer = [step(n, 1.0, seconds=(50 + (n - 100) * 0.1) / n) for n in range(101, 141)]
    text = heard.hear(RunState("old", 140, playing=True, config=CONFIG), *newer)
    assert text.endswith("About 5 min to step 3,000.")  # 2,860 steps of 0.1 s

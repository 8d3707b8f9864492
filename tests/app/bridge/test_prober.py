"""What the next run would take: found between other work, and seldom beside training."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bridge import prober as prober_module
from app.bridge.messages import Probe, StartRun
from app.bridge.prober import QUIET_SHARE, Prober
from s2s_core.configs import RunConfig
from s2s_core.experiment import changed
from s2s_core.records import FailureRecord, ProbeRecord, StepRecord
from tests.app.bridge.desk import Desk, translate
from tests.app.conftest import endless
from tests.helpers import same_weights, tiny_config, weights_of

ANSWER = ProbeRecord(1, 100, 2000, 0.5, 10)


class Stages:
    """A probe of three stages, and a clock that each moves on by a second."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.probed: list[RunConfig] = []
        monkeypatch.setattr(prober_module, "probe", self.probe)
        monkeypatch.setattr(prober_module, "time", self)

    def monotonic(self) -> float:
        return self.now

    def probe(self, config: RunConfig, folder: Path, request: int) -> Iterator[ProbeRecord | None]:
        self.probed.append(config)
        for _ in range(2):
            self.now += 1
            yield None
        yield ProbeRecord(request, 100, 2000, 0.5, 10)


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> Stages:
    return Stages(monkeypatch)


def answered(prober: Prober, running: RunConfig | None = None) -> ProbeRecord:
    for _ in range(10):
        if record := prober.work(running):
            return record
    pytest.fail("no answer")


def step(number: int, elapsed: float) -> StepRecord:
    return StepRecord(number, 0.1, 2.0, 2.0, 1.0, 1e-3, 100, 1000.0, elapsed)


def test_a_question_is_answered_after_all_its_stages(stages: Stages) -> None:
    prober = Prober()
    assert not prober.due(training=False)
    prober.ask(Probe(1, tiny_config(), "corpus"))
    assert prober.due(training=False)
    assert prober.work(None) is None
    assert prober.work(None) is None
    assert prober.work(None) == ANSWER
    assert not prober.due(training=False)


def test_the_newest_question_wins(stages: Stages) -> None:
    prober = Prober()
    prober.ask(Probe(1, tiny_config(), "corpus"))
    prober.work(None)
    prober.ask(Probe(2, changed(tiny_config(), "model.encoder.layers", 1), "corpus"))
    assert answered(prober).request == 2
    assert len(stages.probed) == 2


def test_what_is_known_is_not_tried_again(stages: Stages) -> None:
    prober = Prober()
    prober.ask(Probe(1, tiny_config(), "corpus"))
    answered(prober)
    prober.ask(Probe(2, changed(tiny_config(), "training.learning_rate", 0.1), "corpus"))
    assert answered(prober).request == 2
    assert len(stages.probed) == 1
    prober.ask(Probe(3, tiny_config(), "another corpus"))
    answered(prober)
    assert len(stages.probed) == 2
    prober.ask(Probe(4, tiny_config(), "corpus"))  # gone back to: one figure, whoever asks
    assert answered(prober).request == 4
    assert len(stages.probed) == 2


def test_a_question_that_is_asked_again_and_again_is_answered(stages: Stages) -> None:
    """As each validation of a run asks it, more often than it can be answered beside training."""
    prober = Prober()
    for request in (1, 2):
        prober.ask(Probe(request, tiny_config(), "corpus"))
        assert prober.work(None) is None
    prober.ask(Probe(3, tiny_config(), "corpus"))
    answer = prober.work(None)
    assert answer is not None
    assert answer.request == 3
    assert len(stages.probed) == 1


def test_beside_training_most_of_the_time_is_left_to_it(stages: Stages) -> None:
    prober = Prober()
    prober.ask(Probe(1, tiny_config(), "corpus"))
    assert prober.due(training=True)
    prober.work(None)  # a second
    assert prober.due(training=False)
    stages.now += QUIET_SHARE - 0.1
    assert not prober.due(training=True)
    stages.now += 0.2
    assert prober.due(training=True)


def test_a_run_of_the_same_work_says_itself_how_long_its_steps_take(stages: Stages) -> None:
    prober = Prober()
    for number in range(1, 30):
        prober.note(step(number, 0.25 * number))
    prober.ask(Probe(1, changed(tiny_config(), "training.learning_rate", 0.1), "corpus"))
    assert answered(prober, tiny_config()).seconds_per_step == pytest.approx(0.25)
    prober.ask(Probe(2, tiny_config("lstm", "lstm"), "corpus"))
    assert answered(prober, tiny_config()).seconds_per_step == 0.5
    prober.forget_steps()
    prober.ask(Probe(3, tiny_config(), "corpus"))
    assert answered(prober, tiny_config()).seconds_per_step == 0.5


def test_the_engine_probes_without_a_run(desk: Desk) -> None:
    desk.send(Probe(3, tiny_config(), str(desk.prepared)))
    desk.turn_until(lambda: desk.all(ProbeRecord))
    (found,) = desk.all(ProbeRecord)
    assert found.request == 3
    assert found.seconds_per_step > 0
    desk.turn(2)
    assert desk.waited >= 2  # and sleeps again


def test_probing_changes_nothing_about_training(
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prober_module, "QUIET_SHARE", 0.5)
    desk.start(changed(endless(), "model.encoder.dropout", 0.3))
    desk.turn(3)
    desk.send(Probe(1, tiny_config("lstm", "lstm", dropout=0.5), str(desk.prepared)))
    desk.turn_until(lambda: desk.all(ProbeRecord), most=20_000)
    alone = Desk(tmp_path / "alone", desk.prepared)
    alone.start(changed(endless(), "model.encoder.dropout", 0.3))
    alone.turn_for_steps(len(desk.losses))
    assert desk.losses == alone.losses
    assert desk.engine.run
    assert alone.engine.run
    assert same_weights(
        weights_of(desk.engine.run.trainer.model), weights_of(alone.engine.run.trainer.model)
    )


def test_a_translation_comes_before_a_probe(desk: Desk) -> None:
    desk.start(playing=False)
    desk.turn(3)
    desk.send(translate(5), Probe(6, tiny_config("rnn", "rnn"), str(desk.prepared)))
    desk.turn_until(lambda: desk.all(ProbeRecord))
    kinds = [record.record for record in desk.records]
    assert kinds.index("translation") < kinds.index("probe")


def test_a_probe_that_fails_is_told_and_forgotten(desk: Desk) -> None:
    desk.send(Probe(1, tiny_config(), str(desk.folder / "nothing here")))
    desk.turn_until(lambda: desk.all(FailureRecord))
    assert not desk.engine.prober.due(training=False)
    desk.send(StartRun(str(desk.folder / "run"), endless(), str(desk.prepared)))
    desk.turn_for_steps(1)

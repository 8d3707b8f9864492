"""The worker: one thread, a bounded outbox, and no exception that ends it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.bridge import worker as worker_module
from app.bridge.messages import ChangeKnob, Pause, Ready, RunState, Shutdown, StartRun
from app.bridge.worker import Inbox, Worker
from s2s_core.records import FailureRecord, Record, StepRecord
from s2s_core.training.trainer import Trainer
from tests.app.conftest import endless

SECONDS = 60.0

pytestmark = pytest.mark.usefixtures("one_thread", "_litter_stays_here")


class Watched:
    """A worker, and all that it has told."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.records: list[Record] = []

    def wait(self, claim: Callable[[], object]) -> None:
        """Take records until a claim is true."""
        end = time.monotonic() + SECONDS
        while not claim():
            assert time.monotonic() < end, "it takes too long"
            self.records += self.worker.take()
            threading.Event().wait(0.005)

    def has(self, kind: type[Record]) -> bool:
        return any(isinstance(record, kind) for record in self.records)

    @property
    def steps(self) -> list[int]:
        return [record.step for record in self.records if isinstance(record, StepRecord)]

    @property
    def state(self) -> RunState:
        states = [record for record in self.records if isinstance(record, RunState)]
        return states[-1] if states else RunState(playing=True)


@pytest.fixture
def watched() -> Iterator[Watched]:
    watched = Watched(Worker())
    watched.worker.start()
    watched.wait(lambda: watched.has(Ready))
    yield watched
    watched.worker.send(Shutdown())
    watched.wait(lambda: not watched.worker.is_alive)


def start(watched: Watched, tmp_path: Path, prepared: Path, **training: Any) -> Path:
    folder = tmp_path / "run"
    watched.worker.send(StartRun(str(folder), endless(**training), str(prepared)))
    return folder


def test_it_trains_in_a_thread_of_its_own(
    watched: Watched, tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = set()
    update = Trainer._update

    def noted(trainer: Trainer, *numbers: Any) -> None:
        threads.add(threading.current_thread().name)
        update(trainer, *numbers)

    monkeypatch.setattr(Trainer, "_update", noted)
    start(watched, tmp_path, prepared)
    watched.wait(lambda: len(watched.steps) >= 5)
    assert threads == {"engine"}
    assert watched.steps == list(range(1, len(watched.steps) + 1))


def test_shutting_down_saves_and_ends_the_thread(
    watched: Watched, tmp_path: Path, prepared: Path
) -> None:
    folder = start(watched, tmp_path, prepared)
    watched.wait(lambda: len(watched.steps) >= 3)
    watched.worker.send(Shutdown())
    watched.wait(lambda: not watched.worker.is_alive)
    watched.records += watched.worker.take()
    saved = [path.name for path in (folder / "checkpoints").glob("step-*")]
    assert f"step-{watched.steps[-1]:09d}" in saved


def test_an_exception_is_told_and_the_thread_lives(
    watched: Watched, tmp_path: Path, prepared: Path
) -> None:
    def fail(*_: Any) -> Any:
        raise KeyError("nobody expected this")

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("s2s_core.training.trainer.losses", fail)
        start(watched, tmp_path, prepared)
        watched.wait(lambda: watched.has(FailureRecord))
    assert watched.worker.is_alive
    second = tmp_path / "second"
    watched.worker.send(StartRun(str(second), endless(), str(prepared)))
    watched.wait(lambda: len(watched.steps) >= 2)
    assert watched.state.folder == str(second)


def test_a_warm_up_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Any) -> None:
        raise OSError("torch is damaged")

    monkeypatch.setattr("app.bridge.engine.Engine.start", fail)
    watched = Watched(Worker())
    watched.worker.start()
    watched.wait(lambda: watched.has(FailureRecord))
    assert not watched.has(Ready)
    watched.worker.send(Shutdown())
    watched.wait(lambda: not watched.worker.is_alive)


def test_a_full_outbox_makes_the_engine_wait_and_loses_nothing(
    tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "OUTBOX", 8)
    watched = Watched(Worker())
    watched.worker.start()
    watched.wait(lambda: watched.has(Ready))
    run = endless(validate_every=1_000_000)
    watched.worker.send(StartRun(str(tmp_path / "run"), run, str(prepared)))
    end = time.monotonic() + SECONDS
    while not watched.worker._outbox.full():
        assert time.monotonic() < end
        threading.Event().wait(0.005)
    watched.worker.send(Pause())
    watched.wait(lambda: not watched.state.playing)
    assert watched.steps == list(range(1, watched.state.step + 1))
    assert watched.state.step < 20  # it did not run ahead of what was taken
    watched.worker.send(Shutdown())
    watched.wait(lambda: not watched.worker.is_alive)


def test_nothing_is_lost_on_the_way(watched: Watched, tmp_path: Path, prepared: Path) -> None:
    start(watched, tmp_path, prepared)
    watched.wait(lambda: len(watched.steps) >= 40)
    watched.worker.send(Pause())
    watched.wait(lambda: not watched.state.playing)
    assert watched.steps == list(range(1, watched.state.step + 1))


def test_a_command_is_obeyed_within_a_step(
    watched: Watched, tmp_path: Path, prepared: Path
) -> None:
    start(watched, tmp_path, prepared)
    watched.wait(lambda: len(watched.steps) >= 3)
    watched.worker.send(ChangeKnob("training.learning_rate", 0.05))
    watched.wait(
        lambda: any(r.learning_rate == 0.05 for r in watched.records if isinstance(r, StepRecord))
    )
    knob = next(i for i, record in enumerate(watched.records) if record.record == "knob")
    steps = [record for record in watched.records[knob:] if isinstance(record, StepRecord)]
    assert steps[0].learning_rate == 0.05


def test_the_inbox_keeps_the_order_and_does_not_wait_for_ever() -> None:
    inbox = Inbox()
    assert inbox.take(wait=True) == []
    commands = [ChangeKnob("training.steps", n) for n in range(5)]
    for command in commands:
        inbox.put(command)
    assert inbox.take(wait=True) == commands
    assert inbox.take(wait=False) == []

"""An engine without a thread: a list of commands before it, and of records behind it."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from app.bridge.engine import Engine
from app.bridge.failures import failure_of
from app.bridge.messages import (
    Command,
    RunState,
    StartRun,
    Translate,
)
from s2s_core.configs import DecodingConfig, RunConfig
from s2s_core.records import (
    Record,
    StepRecord,
)
from s2s_core.runs.checkpoint import checkpoint_folder, load_state
from tests.app.conftest import endless

Kind = TypeVar("Kind", bound=Record)


GREEDY = DecodingConfig()


class Desk:
    """An engine with a list of commands before it and a list of records behind it."""

    def __init__(self, folder: Path, prepared: Path) -> None:
        self.folder = folder
        self.prepared = prepared
        self.commands: list[Command] = []
        self.records: list[Record] = []
        self.waited = 0  # how often the engine would have slept
        self.engine = Engine(self, self)

    def take(self, wait: bool) -> list[Command]:
        commands, self.commands = self.commands, []
        self.waited += wait
        return commands

    def put(self, record: Record) -> None:
        self.records.append(record)

    def send(self, *commands: Command) -> Desk:
        self.commands += commands
        return self

    def start(
        self, config: RunConfig | None = None, name: str = "run", playing: bool = True
    ) -> str:
        """Ask for a run; returns its folder."""
        folder = str(self.folder / name)
        self.send(StartRun(folder, config or endless(), str(self.prepared), playing))
        return folder

    def turn(self, times: int = 1) -> None:
        """Work as the worker does, which is where exceptions are caught."""
        for _ in range(times):
            try:
                self.engine.turn()
            except Exception as error:  # noqa: BLE001  # as the worker does
                self.engine.recover(failure_of(error, traceback.format_exc()))

    def turn_until(self, claim: Callable[[], object], most: int = 500) -> None:
        for _ in range(most):
            if claim():
                return
            self.turn()
        pytest.fail(f"not in {most} turns")

    def turn_for_steps(self, count: int) -> None:
        self.turn_until(lambda: len(self.losses) >= count)

    def all(self, kind: type[Kind]) -> list[Kind]:
        return [record for record in self.records if isinstance(record, kind)]

    @property
    def state(self) -> RunState:
        return self.all(RunState)[-1]

    @property
    def losses(self) -> list[float]:
        return [record.loss for record in self.all(StepRecord)]


class Clock:
    """Time as a test wants it."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


def saved_step(folder: str) -> int:
    step = load_state(checkpoint_folder(Path(folder), "last"))["step"]
    assert isinstance(step, int)
    return step


def translate(request: int, text: str = "a b c", decoding: DecodingConfig = GREEDY) -> Translate:
    return Translate(request, text, decoding)

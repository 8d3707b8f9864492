"""A controller with an engine and a reader that do only what a test says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from app.bridge.controller import Controller
from app.bridge.draft import Draft
from app.bridge.messages import (
    Command,
    CorpusCommand,
    CorpusReady,
    OpenCorpus,
    Ready,
    RunState,
    Shutdown,
    StartRun,
)
from s2s_core.records import (
    CorpusRecord,
    PreparedRecord,
    Record,
    StepRecord,
)

CORPUS = CorpusRecord("A corpus", "English", "German", 3, (("a", "b"),), ())


OF_QUESTIONS = ("translated", "probed")


PREPARED = PreparedRecord("prepared", 2, 1, 10, 10, 0, 0, False, (("a", "b"),))


class FakeEngine:
    """Takes commands, and gives the records that the test puts in."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.records: list[Record] = []
        self.is_alive = False

    def start(self) -> None:
        self.is_alive = True

    def send(self, command: Command) -> None:
        self.commands.append(command)
        if isinstance(command, Shutdown):
            self.is_alive = False

    def take(self) -> list[Record]:
        records, self.records = self.records, []
        return records


class FakeReader:
    """The same for the corpus process."""

    def __init__(self) -> None:
        self.commands: list[OpenCorpus] = []
        self.records: list[Record] = []
        self.started = self.ended = False

    def start(self) -> None:
        self.started = True

    def send(self, command: CorpusCommand) -> None:
        assert isinstance(command, OpenCorpus)
        self.commands.append(command)

    def take(self) -> list[Record]:
        records, self.records = self.records, []
        return records

    def end(self) -> None:
        self.ended = True

    def another(self) -> FakeReader:
        return FakeReader()


class Room:
    """A controller between the two, and all that it has told."""

    def __init__(self, folder: Path, draft: Draft | None = None) -> None:
        self.engine, self.reader = FakeEngine(), FakeReader()
        self.draft = draft or Draft()
        self.controller = Controller(
            self.engine, self.reader, self.draft, folder / "runs", folder / "cache"
        )
        self.told: list[tuple[str, Any]] = []
        for name in (
            "ready", "records", "history", "run_changed", "corpus_changed", "corpus_progress",
            "validating", "translated", "probed", "failed",
        ):  # fmt: skip
            teller = self.controller.questions if name in OF_QUESTIONS else self.controller
            signal = getattr(teller, name)
            signal.connect(lambda value, name=name: self.told.append((name, value)))

    def all(self, name: str) -> list[Any]:
        return [value for told, value in self.told if told == name]

    def sent(self, *kinds: type[Command]) -> list[Any]:
        return [command for command in self.engine.commands if isinstance(command, kinds)]

    def come(self, *records: Record) -> None:
        """Let records come from the engine."""
        self.engine.records += records
        self.controller.drain()

    def read(self, *records: Record) -> None:
        """Let records come from the corpus process."""
        self.reader.records += records
        self.controller.drain()

    def answer(self, asked: OpenCorpus | None = None, **changes: Any) -> CorpusReady:
        """Answer a request to read a corpus."""
        asked = asked or self.reader.commands[-1]
        ready = replace(CorpusReady(asked.request, asked.data, CORPUS, PREPARED), **changes)
        self.read(ready)
        return ready

    def get_ready(self) -> Room:
        self.controller.start()
        self.controller._timer.stop()  # the test drains
        self.come(Ready(("cpu",)))
        self.answer()
        return self

    def begin(self, **changes: Any) -> RunState:
        """Begin a run, and let its state come."""
        self.controller.new_run()
        start = self.sent(StartRun)[-1]
        state = RunState(
            start.folder, playing=True, config=start.config, corpus=CORPUS, prepared=PREPARED
        )
        self.come(replace(state, **changes))
        return state


def step(number: int) -> StepRecord:
    return StepRecord(number, 0.1, 2.0, 2.0, 1.0, 1e-3, 100, 1000.0, 1.0)


def files(folder: Path, *names: str) -> list[Path]:
    return [folder / name for name in names]

"""The feeder: has the rest of a large corpus encoded while a run trains on its first windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.bridge.messages import Command, CorpusCommand, CorpusReady, FollowCorpus, OpenCorpus
from s2s_core.configs import DataConfig
from s2s_core.records import FailureRecord, Record


class Reader(Protocol):
    """A corpus process."""

    def send(self, command: CorpusCommand) -> None: ...
    def take(self) -> list[Record]: ...
    def end(self) -> None: ...


class Feeder:
    """Holds the process that encodes for the run, so that another corpus can be read meanwhile."""

    def __init__(self, tell_engine: Callable[[Command], None]) -> None:
        self._tell_engine = tell_engine
        self._reader: Reader | None = None
        self._data: DataConfig | None = None

    def feeds(self, data: DataConfig) -> bool:
        """Whether it is encoding this corpus."""
        return self._reader is not None and self._data == data

    def take_over(self, reader: Reader, data: DataConfig) -> None:
        """Let a process that is encoding go on."""
        self.end()
        self._reader, self._data = reader, data

    def begin(self, reader: Reader, command: OpenCorpus) -> None:
        """Have a corpus encoded anew of which a run has only the first windows."""
        self.take_over(reader, command.data)
        reader.send(command)

    def drain(self) -> list[FailureRecord]:
        """Tell the engine of what has come; returns what went wrong."""
        failures = []
        for record in self._reader.take() if self._reader else ():
            if isinstance(record, CorpusReady):
                self._tell_engine(FollowCorpus(record.data, record.prepared.folder))
                if record.prepared.is_whole:
                    self.end()
            elif isinstance(record, FailureRecord) and self._data is not None:
                self._tell_engine(FollowCorpus(self._data, ""))
                failures.append(record)
                self.end()
        return failures

    def end(self) -> None:
        """Nobody needs it any more."""
        reader, self._reader, self._data = self._reader, None, None
        if reader is not None:
            reader.end()

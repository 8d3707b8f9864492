"""The worker: the one thread that owns the model, its inbox and its bounded outbox."""

from __future__ import annotations

import queue
import threading
import traceback
from typing import TYPE_CHECKING

from app.bridge.failures import failure_of
from app.bridge.messages import Command
from s2s_core.records import Record

if TYPE_CHECKING:
    from app.bridge.engine import Engine

OUTBOX = 2000  # records; a full outbox makes the engine wait, so that the window is not flooded


class Inbox:
    """Commands on their way to the engine."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Command] = queue.SimpleQueue()

    def put(self, command: Command) -> None:
        """Send a command."""
        self._queue.put(command)

    def take(self, wait: bool) -> list[Command]:
        """Return the waiting commands; if there are none and `wait`, sleep until one comes."""
        commands = [self._wait()] if wait else []
        while not self._queue.empty():
            commands.append(self._queue.get())
        return [command for command in commands if command is not None]

    def _wait(self) -> Command | None:
        # Not for ever: a translation may fall due by the clock alone.
        try:
            return self._queue.get(timeout=0.1)
        except queue.Empty:
            return None


class Worker:
    """Runs an engine in a thread of its own; talks by records and commands only."""

    def __init__(self) -> None:
        self.inbox = Inbox()
        self._outbox: queue.Queue[Record] = queue.Queue(OUTBOX)
        self._engine: Engine | None = None
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)

    def start(self) -> None:
        """Begin to work; torch is loaded in the thread, so that the window is there first."""
        self._thread.start()

    def send(self, command: Command) -> None:
        """Send a command to the engine."""
        self.inbox.put(command)

    def put(self, record: Record) -> None:
        """Hand a record to the window; waits while the window is behind."""
        self._outbox.put(record)

    def take(self) -> list[Record]:
        """Return all records that have come."""
        records: list[Record] = []
        while not self._outbox.empty():
            records.append(self._outbox.get())
        return records

    @property
    def is_alive(self) -> bool:
        """Whether the engine still works."""
        return self._thread.is_alive()

    def _work(self) -> None:
        while self._engine is None or not self._engine.finished:
            try:
                self._turn()
            except Exception as error:  # noqa: BLE001  # whatever it was, the engine lives on
                failure = failure_of(error, traceback.format_exc())
                if self._engine is None:
                    self.put(failure)
                    break  # torch cannot be loaded: nothing will ever work
                self._engine.recover(failure)

    def _turn(self) -> None:
        if self._engine is None:
            from app.bridge.engine import Engine  # loads torch

            self._engine = Engine(self.inbox, self)
            self._engine.start()
        else:
            self._engine.turn()

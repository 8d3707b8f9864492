"""The corpus process: reads, checks and encodes corpora beside the window and the engine.

A process and not a thread, because learning a vocabulary can neither report nor be stopped.
"""

from __future__ import annotations

import multiprocessing
import os
from contextlib import suppress
from multiprocessing.connection import Connection

from app.bridge.messages import CorpusCommand, CorpusReady
from s2s_core.records import FailureRecord, Record

NICE = 5  # a third of the time that another process has, where both want the same core


class CorpusProcess:
    """One child process, started by `spawn`; a new one is started when it was ended."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._connection: Connection | None = None
        self._process: multiprocessing.process.BaseProcess | None = None
        self._request = 0
        self._gave_way = False  # the child, for good: nobody takes a nice value back

    def start(self) -> None:
        """Start the child, so that it is there when it is needed, unless it is."""
        if self._process is not None and self._process.is_alive():
            return
        self._connection, theirs = self._context.Pipe()
        self._process = self._context.Process(
            target=serve, args=(theirs,), name="corpus", daemon=True
        )
        self._process.start()
        theirs.close()

    def send(self, command: CorpusCommand) -> None:
        """Send a command; one that is still being worked on is given up."""
        if self._request:
            self.end()
        self.start()
        assert self._connection is not None
        self._request = command.request
        with suppress(OSError):  # it has just died: `take` tells
            self._connection.send(command)

    def take(self) -> list[Record]:
        """Return all records that have come; a child that died is told as a failure."""
        records: list[Record] = []
        if self._connection is None:
            return records
        try:
            while self._connection.poll():
                records.append(self._connection.recv())
        except (EOFError, OSError):
            request = self._request
            self.end()
            if request:  # an idle child is not missed: the next command starts another
                text = (
                    "reading the corpus ended unexpectedly, perhaps because memory ran out: close "
                    "other programs, then open it again"
                )
                records.append(FailureRecord(text, request=request))
        self._gave_way |= any(map(_is_begun, records))
        if any(is_answer(record) for record in records):
            self._request = 0
            if self._gave_way:  # the next corpus is waited for: by a child that does not
                self.end()
        return records

    def another(self) -> CorpusProcess:
        """Return a second one, for work that may be stopped without harm to this one's."""
        return CorpusProcess()

    def end(self) -> None:
        """End the child at once."""
        if self._process is not None:
            self._process.terminate()
            self._process.join()
        if self._connection is not None:
            self._connection.close()
        self._process, self._connection, self._request = None, None, 0
        self._gave_way = False


def is_answer(record: Record) -> bool:
    """Tell whether a record is the last one to a command: progress is not, nor a first window."""
    return bool(getattr(record, "request", None)) and not _is_begun(record)


def serve(connection: Connection) -> None:
    """Answer commands until the other side is gone; the child's main function."""
    from app.bridge.corpus_work import work  # all readers: the window starts without them

    try:
        while True:
            command = connection.recv()
            for record in work(command):
                connection.send(record)
                if _is_begun(record):
                    _give_way()
    except (EOFError, OSError, KeyboardInterrupt):
        return


def _is_begun(record: Record) -> bool:
    """Tell whether a record says that a first window can be trained on."""
    return isinstance(record, CorpusReady) and not record.prepared.is_whole


def _give_way() -> None:
    """Let training have the cores from now on: it takes longer for a window than we do."""
    if hasattr(os, "nice"):  # not on Windows
        os.nice(max(0, NICE - os.nice(0)))

"""The corpus process: reads, checks and encodes corpora beside the window and the engine.

A process and not a thread, because learning a vocabulary can neither report nor be stopped.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import traceback
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from app.bridge.failures import failure_of
from app.bridge.messages import CorpusReady, OpenCorpus
from s2s_core.configs import DataConfig
from s2s_core.data.corpus import fingerprint, prepare, prepared
from s2s_core.data.readers.languages import sides
from s2s_core.records import CorpusRecord, FailureRecord, PreparedRecord, Record

KEPT = 12  # prepared corpora in the cache


class CorpusProcess:
    """One child process, started by `spawn`; a new one is started when it was ended."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._connection: Connection | None = None
        self._process: multiprocessing.process.BaseProcess | None = None
        self._request = 0

    def start(self) -> None:
        """Start the child, so that it is there when it is needed."""
        self._connection, theirs = self._context.Pipe()
        self._process = self._context.Process(
            target=serve, args=(theirs,), name="corpus", daemon=True
        )
        self._process.start()
        theirs.close()

    def send(self, command: OpenCorpus) -> None:
        """Send a command; one that is still being worked on is given up."""
        if self._request:
            self.end()
        if self._process is None or not self._process.is_alive():
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
                text = "reading the corpus ended unexpectedly; perhaps memory ran out"
                records.append(FailureRecord(text, request=request))
        if records and isinstance(records[-1], CorpusReady | FailureRecord):
            self._request = 0
        return records

    def end(self) -> None:
        """End the child at once."""
        if self._process is not None:
            self._process.terminate()
            self._process.join()
        if self._connection is not None:
            self._connection.close()
        self._process, self._connection, self._request = None, None, 0


def serve(connection: Connection) -> None:
    """Answer commands until the other side is gone; the child's main function."""
    try:
        while True:
            command = connection.recv()
            for record in open_corpus(command):
                connection.send(record)
    except (EOFError, OSError, KeyboardInterrupt):
        return


def open_corpus(command: OpenCorpus) -> Iterator[Record]:
    """Make a corpus ready, or bring it from the cache; the last record tells how it went."""
    try:
        data = _in_order(command.data) if command.dropped else command.data
        folder = Path(command.cache) / fingerprint(data)
        if not (folder / "prepared.json").exists():
            yield from _prepare(data, folder)
        os.utime(folder)  # the newest are kept
        corpus, ready = prepared(folder)
        yield CorpusReady(command.request, data, corpus, ready)
    except Exception as error:  # noqa: BLE001  # the child lives on, as the engine does
        yield failure_of(error, traceback.format_exc(), command.request)


def _prepare(data: DataConfig, folder: Path) -> Iterator[Record]:
    """Prepare beside the final place, so that what lies there is always whole."""
    unfinished = folder.with_suffix(f".{os.getpid()}")  # two windows may do the same
    for record in prepare(data, unfinished):
        if not isinstance(record, CorpusRecord | PreparedRecord):
            yield record
    if (folder / "prepared.json").exists():  # another window was faster
        shutil.rmtree(unfinished, ignore_errors=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.replace(folder)
    others = sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime)
    for old in others[:-KEPT]:
        (old / "prepared.json").unlink(missing_ok=True)  # first, so that no half is ever used
        shutil.rmtree(old, ignore_errors=True)


def _in_order(data: DataConfig) -> DataConfig:
    """Put two files in order by what their names say."""
    if len(data.train) < 2:
        return data
    source, target = sides((Path(data.train[0]), Path(data.train[1])))
    return data.model_copy(update={"train": (str(source), str(target))})

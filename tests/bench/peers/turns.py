"""How a measured process takes turns with others: it works when it is told to, and answers.

Requests and answers are lines of JSON. Standard library only, as this runs in every environment.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

ONE_CORE = "PEERS_ONE_CORE"  # in the environment: one thread, and its own time is what counts


class Over(BaseException):
    """There will be no more turns. No `Exception`: toolkits catch those."""


def threads() -> int:
    """Return how many threads to compute with."""
    if os.environ.get(ONE_CORE):
        return 1
    there = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ()
    return len(there) or os.cpu_count() or 1


def clock() -> float:
    """Return the time that counts, in seconds."""
    return time.process_time() if os.environ.get(ONE_CORE) else time.perf_counter()


def peak_gigabytes() -> float:
    """Return the most memory that this process has had; on Linux and macOS."""
    import resource  # not on Windows, where what needs no number can run

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


class Turns:
    """The other end of `contests.Contestant`."""

    def __init__(self) -> None:
        self._answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)  # what a toolkit prints goes where its log does

    def answer(self, **values: Any) -> None:
        """Say what was found."""
        self._answers.write(json.dumps(values) + "\n")
        self._answers.flush()

    def requests(self) -> Iterator[dict[str, Any]]:
        """Wait for each turn; ends when there are no more."""
        for line in sys.stdin:
            yield json.loads(line)

    def translate(self, translated: Callable[[int], list[list[str]]]) -> None:
        """Translate the test set whenever asked to, with the beam that is named.

        translated: gives the pieces of each translation, END not among them
        """
        self.answer()
        for request in self.requests():
            began = clock()
            found = translated(request["beam"])
            seconds = clock() - began
            pieces = sum(len(sentence) + 1 for sentence in found)
            self.answer(sentences=len(found) / seconds, pieces=pieces / seconds, all=pieces)


class Steps:
    """Turns within a training loop that knows nothing of them: it calls `done` after each step."""

    def __init__(self) -> None:
        self._turns = Turns()
        self._requests = self._turns.requests()
        self._limit: float | None = None  # seconds of this turn; None: nothing is done yet
        self._began = 0.0
        self._tokens = self._steps = 0

    def done(self, tokens: int) -> None:
        """Count a step of so many real source and target tokens; raises `Over` at the end."""
        if self._limit is None:
            self._turns.answer()
            self._next()
            return
        self._tokens += tokens
        self._steps += 1
        seconds = clock() - self._began
        if seconds >= self._limit:
            self._turns.answer(
                speed=self._tokens / seconds, steps=self._steps, memory=peak_gigabytes()
            )
            self._next()

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            raise Over
        self._limit = request["seconds"]
        self._tokens = self._steps = 0
        self._began = clock()

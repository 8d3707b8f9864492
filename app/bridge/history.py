"""What can be taken back, and what was taken back and can be done again."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Generic, TypeVar

TOGETHER_SECONDS = 1.0  # changes of one knob within that time are one change
KEPT = 200  # states that can be gone back to

S = TypeVar("S")


class History(Generic[S]):
    """The states that were left, the newest last, and those that were gone back from."""

    def __init__(self) -> None:
        self.past: list[S] = []
        self.future: list[S] = []
        self._last = ("", 0.0)  # the knob that was changed last, and when

    def leave(self, state: S, key: str = "") -> None:
        """Remember a state that is changed, unless the same knob was turned a moment ago."""
        now = time.monotonic()
        last_key, last_time = self._last
        if not key or key != last_key or now - last_time > TOGETHER_SECONDS:
            self.past.append(state)
            del self.past[:-KEPT]
        self._last = (key, now)
        self.future.clear()

    def rewrite(self, past: Iterable[S]) -> None:
        """Have another past, and nothing to do again."""
        self.past[:] = past
        self.future.clear()
        self.pause()

    def pause(self) -> None:
        """Whatever is changed next is a change of its own."""
        self._last = ("", 0.0)

    def back(self, now: S) -> S | None:
        """Return the state from before the last change; None: there is none."""
        return self._travel(self.past, self.future, now)

    def forward(self, now: S) -> S | None:
        """Return the state that was gone back from last; None: there is none."""
        return self._travel(self.future, self.past, now)

    def _travel(self, source: list[S], other: list[S], now: S) -> S | None:
        if not source:
            return None
        other.append(now)
        self.pause()
        return source.pop()

"""At most so many calls a second; the newest one wins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer


class Throttle(QObject):
    """Passes calls on at once, then not again before the interval is over."""

    def __init__(self, call: Callable[..., None], milliseconds: int, parent: QObject) -> None:
        super().__init__(parent)
        self._call = call
        self._waiting: tuple[Any, ...] | None = None
        self._timer = QTimer(self, singleShot=True, interval=milliseconds)
        self._timer.timeout.connect(self._pass_on)

    def __call__(self, *arguments: Any) -> None:
        """Call now, or when the interval is over if nothing newer comes."""
        self._waiting = arguments
        if not self._timer.isActive():
            self._pass_on()

    def _pass_on(self) -> None:
        if self._waiting is not None:
            arguments, self._waiting = self._waiting, None
            self._timer.start()
            self._call(*arguments)

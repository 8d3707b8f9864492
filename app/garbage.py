"""Garbage is collected in the window's thread only.

Python breaks cycles in whichever thread happens to allocate. In the engine's thread that would
destroy Qt's objects where they do not live, which crashes.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000


class GarbageCollector(QObject):
    """Takes collecting over from Python: the same thresholds, but by a timer of this thread."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._thresholds = gc.get_threshold()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is full."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > max(1, self._thresholds[generation]):
                gc.collect(generation)
                return

    def spare(self) -> None:
        """Never look again at what is there now, such as all of torch: it is there to stay.

        A megabyte of it is garbage; to look for that would halt the window for 0.15 s.
        """
        gc.freeze()

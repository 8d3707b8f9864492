"""A taste of a built-in corpus: its first pairs at once, while a slider is still being moved.

In a child of its own, so that the corpus process is neither disturbed nor waited for.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.bridge.corpus_reading import CorpusReader
from app.bridge.messages import TasteCorpus, TasteReady
from s2s_core.configs import DataConfig

DRAIN_MS = 33


class Taste(QObject):
    """Asks for one corpus at a time; while it waits, only the newest wish is kept."""

    ready = Signal(object)  # TasteReady

    def __init__(self, process: CorpusReader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.process = process
        self._request = 0
        self._asked = 0  # the request that is being worked on
        self._wanted: DataConfig | None = None
        self._timer = QTimer(self, interval=DRAIN_MS)
        self._timer.timeout.connect(self.drain)

    def begin(self) -> None:
        """Let the child be there before it is asked."""
        self.process.start()

    def ask(self, data: DataConfig) -> None:
        """Ask for the first pairs of a corpus; nothing older is told any more."""
        self._wanted = data
        self._go_on()

    def forget(self) -> None:
        """Want nothing more; what is on its way is not told."""
        self._wanted, self._asked = None, 0
        self._timer.stop()

    def drain(self) -> None:
        """Take what has come from the child; a corpus that cannot be made has no taste."""
        for record in self.process.take():
            if getattr(record, "request", 0) != self._asked:
                continue
            self._asked = 0
            if isinstance(record, TasteReady) and self._wanted is None:
                self.ready.emit(record)
        self._go_on()

    def _go_on(self) -> None:
        if self._asked:
            return
        if self._wanted is None:
            self._timer.stop()
            return
        self._request += 1
        self._asked = self._request
        self.process.send(TasteCorpus(self._asked, self._wanted))
        self._wanted = None
        self._timer.start()

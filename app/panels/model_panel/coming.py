"""Which other corpus is being read: what was measured with the one there was is not of that."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.bridge.controller import Controller
from app.bridge.kept_corpora import identity_of
from s2s_core.configs import DataConfig
from s2s_core.records import ProgressRecord


class Coming(QObject):
    """Knows the corpus that is being read, as long as it is another one than the draft's."""

    changed = Signal()

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self.corpus: DataConfig | None = None
        self._controller = controller
        controller.corpus_progress.connect(self._follow_reading)

    def take(self, corpus: DataConfig | None) -> None:
        """Take another corpus that is read now, or will be; None: it is there, or it was not."""
        if corpus != self.corpus:
            self.corpus = corpus
            self.changed.emit()

    def _follow_reading(self, record: ProgressRecord | None) -> None:
        wanted, own = self._controller.reading.wanted, self._controller.draft.config.data
        self.take(wanted if record and identity_of(wanted) != identity_of(own) else None)

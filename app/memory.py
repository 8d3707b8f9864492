"""What is set in the window is written down as it changes, and the next start begins with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from app.bridge.controller import Controller
from app.bridge.kept_corpora import identity_of
from app.bridge.last_experiment import LeftCorpus, to_text
from app.bridge.messages import CorpusReady
from app.bridge.throttle import Throttle
from app.settings import AppSettings
from s2s_core.configs import DataConfig

SAVE_MS = 2000  # between two changes of the settings: a kill takes no more than that


class Memory(QObject):
    """Keeps all settings and corpora; before it has begun, what was kept last stays.

    A corpus that could not be opened at the start, because it lies on a stick that is not in, say,
    is not forgotten until there is another one than that which stands in for it.
    """

    def __init__(self, parent: QObject, controller: Controller, settings: AppSettings) -> None:
        super().__init__(parent)
        self._controller = controller
        self._settings = settings
        self._is_on = False
        self._left: DataConfig | None = None  # the corpus that was open last, and is not here
        self._missing: Sequence[str] = ()  # files of it, until that is told
        self._stand_in = identity_of(controller.draft.config.data)
        self._save_soon = Throttle(self.save, SAVE_MS, self)
        controller.corpus_changed.connect(self._take_corpus)
        controller.draft.changed.connect(lambda _: self._save_soon())
        controller.reading.begun.connect(self.save)  # at once: it may take long to be read
        controller.reading.over.connect(lambda _: self._save_soon())  # also if it was refused

    def begin(self, left: LeftCorpus, files: Sequence[Path] = ()) -> None:
        """Open what was named at the start, or else the corpus that was open last."""
        self._is_on, self._left = True, left.data
        if files:
            self._controller.opener.open(files)
        elif left.missing:
            self._missing = left.missing
        elif left.data is not None:
            is_new = not self._controller.draft.corpora.knows(left.data)  # it was not read whole
            self._controller.reading.open(left.data, dropped=is_new)

    def save(self) -> None:
        """Write down how everything is set, with the corpus that is being read, if one is.

        While settings are compared, the draft is not a person's own.
        """
        if not self._is_on or self._controller.comparing.is_going:
            return
        draft, data = self._controller.draft, self._controller.reading.wanted
        if self._left is not None and identity_of(data) == self._stand_in:
            data = self._left
        self._settings.corpora = draft.corpora.to_text()
        self._settings.experiment = to_text(draft, data)

    def end(self) -> None:
        """Save for the last time: what ends with the program is nothing that a person has set."""
        self.save()
        self._is_on = False

    def _take_corpus(self, ready: CorpusReady) -> None:
        missing, self._missing = self._missing, ()
        if identity_of(ready.data) != self._stand_in:
            self._left = None  # it is there, or a person has chosen another one
        elif missing:
            self._controller.fail(  # now that all is well but for that
                "the corpus that was open last is not there any more: {files}. A built-in one is "
                "open instead",
                files=", ".join(missing),
            )
        self.save()

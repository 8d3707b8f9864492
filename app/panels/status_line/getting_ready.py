"""What is done before there is a run, in a sentence with its own numbers."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.bridge.controller import Controller
from app.panels.status_line.saying import Saying
from app.widgets import numbers
from app.widgets.knob_editors import core_text
from s2s_core.records import ProgressRecord


class GettingReady(QObject):
    """Puts into words how far the program and the corpus are."""

    def __init__(self, controller: Controller, reading: ProgressRecord | None, *, key: str) -> None:
        super().__init__()
        self._controller = controller
        self._reading = reading  # how far that is, while it goes on
        self._key = key  # that trains

    def saying(self) -> Saying:
        """Say what is being done until one can train, or that one can."""
        if not self._controller.is_ready:
            return Saying("loading", "idle", self.tr("Getting ready: torch is being loaded …"))
        corpus = self._controller.corpus
        if self._reading and corpus and self._controller.reading.is_encoding:
            text = self.tr(
                "Ready: {key} trains on the first pairs while the others are encoded, {count} of "
                "about {total} so far{pace}."
            ).format(
                count=numbers.count(self._reading.done), total=numbers.count(corpus.corpus.pairs),
                pace=self._pace(self._reading), key=self._key,
            )  # fmt: skip
            return Saying("ready", "idle", text)
        if self._reading:
            return Saying("reading", "idle", self._corpus_so_far(self._reading))
        if corpus is None:
            text = self.tr("There is no corpus yet: choose one at the left, or drop files here.")
            return Saying("no corpus", "idle", text)
        text = self.tr("Ready. Press {key} to train; the translation on the right will follow.")
        return Saying("ready", "idle", text.format(key=self._key))

    def _corpus_so_far(self, record: ProgressRecord) -> str:
        if record.what == "reading" and not record.done:
            return self.tr("Reading the corpus …")
        if record.what == "reading":
            text = self.tr("Reading the corpus: {count:pair|pairs} so far{pace} …")
        elif record.done:
            text = self.tr("Preparing the corpus: {what}, {count:pair|pairs} so far{pace} …")
        else:
            text = self.tr("Preparing the corpus: {what} …")
        what, count = core_text(record.what), numbers.count(record.done)
        return text.format(what=what, count=count, pace=self._pace(record))

    def _pace(self, record: ProgressRecord) -> str:
        rate, left = numbers.rate(record.per_second), numbers.duration(record.seconds_left)
        text = self.tr(", {rate} a second, {left} left")
        if round(record.seconds_left) == 0:  # not known, or as good as done
            text = self.tr(", {rate} a second") if record.per_second else ""
        return text.format(rate=rate, left=left)

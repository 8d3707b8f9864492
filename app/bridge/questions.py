"""Questions: what the window asks the engine again and again; only the newest answer is told."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from PySide6.QtCore import QObject, QTimer, Signal

from app.bridge.corpus_reading import CorpusReading
from app.bridge.draft import Draft
from app.bridge.messages import (
    Command,
    FindRate,
    Probe,
    Ready,
    RunState,
    StopFindingRate,
    Translate,
    Watch,
)
from s2s_core.configs import DecodingConfig
from s2s_core.records import ProbeRecord, RangeRecord, Record, TranslationRecord

PROBE_MS = 500  # of rest before a changed experiment is probed


class Questions(QObject):
    """Asks how a text is translated, what the next run would take, and which rates are good."""

    translated = Signal(object)  # TranslationRecord
    probed = Signal(object)  # ProbeRecord: what the next run would take
    rates_tried = Signal(object)  # RangeRecord: how the loss goes under rising learning rates

    def __init__(
        self, draft: Draft, reading: CorpusReading, send: Callable[[Command], None],
        parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._draft = draft
        self._reading = reading
        self._send = send
        self._is_ready = False  # the engine
        self._has_run = False
        self._requests = count(1)
        self._answers = 0  # translations before this request are stale
        self._probe = 0  # the newest question what the next run would take
        self._rates = 0  # the newest test of learning rates
        self._probe_later = QTimer(self, interval=PROBE_MS, singleShot=True)
        self._probe_later.timeout.connect(self._ask_probe)
        draft.changed.connect(self._probe_soon)
        reading.changed.connect(self._probe_soon)

    def translate(self, text: str, decoding: DecodingConfig, current: int = 0) -> None:
        """Translate each line of a text now, the current one first; again as the weights change."""
        self._answers = next(self._requests)
        self._send(Translate(self._answers, text, decoding, current))

    def watch(self, what: str, on: bool) -> None:
        """Say whether something costly is being looked at."""
        self._send(Watch(what, on))

    def find_rate(self, of_run: bool) -> bool:
        """Try learning rates on a copy of the run, or of a new one; False: not yet possible."""
        corpus, config = self._reading.corpus, self._draft.config
        is_possible = self._has_run if of_run else self._reading.has(config.data)
        if not (self._is_ready and is_possible):
            return False
        self._rates = next(self._requests)
        prepared = corpus.prepared.folder if corpus else ""
        self._send(FindRate(self._rates, config, prepared, of_run))
        return True

    def stop_finding_rate(self) -> None:
        """Try no more learning rates; what is still to come is not told."""
        self._rates = 0
        self._send(StopFindingRate())

    def probe_again(self) -> None:
        """The run knows more by now of how long a step takes; what waits is put off no further."""
        if not self._probe_later.isActive():
            self._probe_later.start()

    def _probe_soon(self) -> None:
        """Ask when the experiment has come to rest; an answer on its way is about another one."""
        self._probe = 0
        self._probe_later.start()

    def _ask_probe(self) -> None:
        """Ask what the next run would take, as soon as there is all that it needs."""
        corpus, config = self._reading.corpus, self._draft.config
        if self._is_ready and corpus and self._reading.has(config.data):
            self._probe = next(self._requests)
            self._send(Probe(self._probe, config, corpus.prepared.folder))

    def hear(self, record: Record) -> None:
        """Tell an answer, unless something newer has been asked; note what can be asked."""
        match record:
            case Ready():
                self._is_ready = True
                self._probe_soon()
            case RunState():
                self._has_run = bool(record.folder)
            case TranslationRecord() if record.request == self._answers:
                self.translated.emit(record)
            case ProbeRecord() if record.request == self._probe:
                self.probed.emit(record)
            case RangeRecord() if record.request == self._rates:
                self.rates_tried.emit(record)

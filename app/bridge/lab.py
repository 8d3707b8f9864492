"""The window's side of the tokenizer lab: one piece of work after another, in a child of its own.

Learning a vocabulary cannot be asked to stop: the child is ended, and the next work starts another.
What was learnt lies in a folder, from which that one takes it.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import mkdtemp
from weakref import finalize

from PySide6.QtCore import QObject, QTimer, Signal

from app.bridge.corpus_reading import CorpusReader
from app.bridge.messages import Choice, CorpusCommand, CutSentences, LearnVocabulary, OpenLab
from s2s_core.configs import DataConfig
from s2s_core.records import (
    CutsRecord,
    FailureRecord,
    LabSampleRecord,
    ProgressRecord,
    Record,
    VocabularyRecord,
)

DRAIN_MS = 33


class Lab(QObject):
    """Learns the vocabularies that are wanted, one by one; sentences are cut in between."""

    changed = Signal()  # what is known, or what is being done
    progress = Signal(object)  # ProgressRecord: the corpus is being read
    cut = Signal(object, object)  # CutSentences and the CutsRecord that answers it
    failed = Signal(object)  # FailureRecord: there will be no sample, or a cut went wrong

    def __init__(self, process: CorpusReader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.process = process
        self._place = Path(mkdtemp(prefix="s2s-lab-"))
        finalize(self, shutil.rmtree, self._place, ignore_errors=True)
        self._data = DataConfig()
        self._corpora = 0  # that were opened; each has a folder of its own
        self._request = 0
        self._work: CorpusCommand | None = None
        self._asked: CutSentences | None = None  # to be cut next
        self.began = 0.0  # when the work was sent, on the clock of `time.monotonic`
        self.sample: LabSampleRecord | None = None
        self.results: dict[Choice, VocabularyRecord | FailureRecord] = {}
        self.wanted: list[Choice] = []
        self.is_stopped = False  # all of it
        self.skipped: set[Choice] = set()  # were stopped one by one
        self._timer = QTimer(self, interval=DRAIN_MS)
        self._timer.timeout.connect(self.drain)

    # What is asked for -------------------------------------------------------------------

    def open(self, data: DataConfig) -> None:
        """Begin with another corpus."""
        self._give_up()
        self._data, self._corpora = data, self._corpora + 1
        self.sample, self.is_stopped, self._asked = None, False, None
        self.results.clear()
        self.skipped.clear()
        self._go_on()

    def want(self, choices: Iterable[Choice]) -> None:
        """Learn these vocabularies; what is not among them is not wanted any more."""
        self.wanted, self.is_stopped = list(dict.fromkeys(choices)), False
        if isinstance(self._work, LearnVocabulary) and self._work.choice not in self.wanted:
            self._give_up()
        self._go_on()

    def cut_sentences(
        self, choices: Iterable[Choice], side: int, texts: tuple[str, ...], draws: int = 0,
        seed: int = 0, chances: tuple[float, float] = (0.0, 0.0),
    ) -> None:  # fmt: skip
        """Cut sentences, as soon as nothing else is being done; replaces what waits for it."""
        if self.sample is not None:
            self._asked = CutSentences(
                self._next(), self._data, self.folder, tuple(choices), side, texts,
                draws, seed, chances,
            )  # fmt: skip
            self._go_on()

    def stop(self) -> None:
        """Learn no more; what was learnt stays."""
        self._give_up()
        self.is_stopped = True
        self._go_on()

    def skip(self, choice: Choice) -> None:
        """Do not learn this one; the others go on."""
        self.skipped.add(choice)
        if self.learning == choice:
            self._give_up()
        self._go_on()

    def resume(self, *choices: Choice) -> None:
        """Learn these after all; what else was stopped stays so."""
        if self.is_stopped:
            self.skipped.update(self.wanted)
        self.skipped.difference_update(choices)
        self.is_stopped = False
        self._go_on()

    def rest(self) -> None:
        """Do nothing more until something is wanted again; what was learnt stays."""
        self._asked, self._work = None, None
        self._timer.stop()
        self.process.end()

    # What is there -----------------------------------------------------------------------

    @property
    def folder(self) -> str:
        """Where the sample of this corpus and its vocabularies lie."""
        return str(self._place / str(self._corpora))

    @property
    def learning(self) -> Choice | None:
        """The vocabulary that is being learnt."""
        return self._work.choice if isinstance(self._work, LearnVocabulary) else None

    @property
    def is_busy(self) -> bool:
        """Whether something takes its time that can be stopped, sentences cut in between or not."""
        is_work = isinstance(self._work, LearnVocabulary | OpenLab)
        return is_work or (self._work is not None and bool(self._to_learn()))

    @property
    def is_missing(self) -> bool:
        """Whether something that is wanted is not there, as it was stopped."""
        return self.sample is None or any(choice not in self.results for choice in self.wanted)

    # Work --------------------------------------------------------------------------------

    def drain(self) -> None:
        """Take what has come from the child."""
        for record in self.process.take():
            self._take(record)

    def _take(self, record: Record) -> None:
        work = self._work
        if isinstance(record, ProgressRecord):
            self.progress.emit(record)
            return
        if work is None or getattr(record, "request", 0) != work.request:
            return  # of what was given up
        self._work = None
        match record, work:
            case LabSampleRecord(), _:
                self.sample = record
            case ((VocabularyRecord() | FailureRecord()), LearnVocabulary()):
                self.results[work.choice] = record
            case CutsRecord(), _:
                self.cut.emit(work, record)
            case FailureRecord(), _:
                self.is_stopped = self.is_stopped or isinstance(work, OpenLab)
                self.failed.emit(record)
        self.changed.emit()  # whoever wants this cut, or looked at, comes first
        self._go_on()

    def _go_on(self) -> None:
        """Do what comes next, if nothing is being done."""
        if self._work is None:
            self._work = self._next_work()
            if self._work is not None:
                self.began = time.monotonic()
                self.process.send(self._work)
                self._timer.start()
            else:
                self._timer.stop()
        self.changed.emit()

    def _next_work(self) -> CorpusCommand | None:
        if self.sample is None:
            return None if self.is_stopped else OpenLab(self._next(), self._data, self.folder)
        if self._asked is not None:
            asked, self._asked = self._asked, None
            return asked
        if to_learn := self._to_learn():
            return LearnVocabulary(self._next(), self._data, self.folder, to_learn[0])
        return None

    def _to_learn(self) -> list[Choice]:
        known = {*self.results, *self.skipped}
        return [] if self.is_stopped else [each for each in self.wanted if each not in known]

    def _give_up(self) -> None:
        if self._work is not None:
            self.process.end()
            self._work = None

    def _next(self) -> int:
        self._request += 1
        return self._request

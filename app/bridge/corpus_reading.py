"""Reading corpora: what is asked of the corpus process, what it is doing, what it has answered."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.bridge.draft import Draft
from app.bridge.feeder import Feeder
from app.bridge.kept_corpora import identity_of
from app.bridge.messages import Command, CorpusCommand, CorpusReady, FollowCorpus, OpenCorpus
from app.bridge.throttle import Throttle
from s2s_core.configs import DataConfig, RunConfig
from s2s_core.configs.data import BESIDE, HOW_MADE, WHERE_FROM
from s2s_core.records import FailureRecord, ProgressRecord, Record

ADDED = ("added", "added_times")  # which may join a corpus that is trained on
READ_MS = 300  # between two changes of the tokenizer


class CorpusReader(Protocol):
    """What is needed of a corpus process."""

    def start(self) -> None: ...
    def send(self, command: CorpusCommand) -> None: ...
    def take(self) -> list[Record]: ...
    def end(self) -> None: ...
    def another(self) -> CorpusReader: ...


class CorpusReading(QObject):
    """Has the corpus of the next run read as the draft wants it, and that of a run encoded on.

    A corpus is there as soon as it can be trained on; the rest of a large one is encoded then.
    """

    changed = Signal(object)  # CorpusReady
    begun = Signal()  # another corpus is asked for, and is not there yet
    progress = Signal(object)  # ProgressRecord, or None when it is over
    over = Signal(bool, object)  # nothing is being read any more: whether what was asked for is
    # there, and the FailureRecord of what was refused
    added_changed = Signal()  # the typed pairs of the draft, and nothing else of its corpus
    failed = Signal(object)  # FailureRecord

    def __init__(
        self, reader: CorpusReader, draft: Draft, cache: Path,
        tell_engine: Callable[[Command], None], is_of_run: Callable[[DataConfig], bool],
        parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.corpus: CorpusReady | None = None  # what the next run trains on
        self._reader = reader
        self._others: list[CorpusReader] = []  # that were lent
        self._draft = draft
        self._data = draft.config.data  # as the draft had it when it was last looked at
        self._cache = cache
        self._tell_engine = tell_engine
        self._is_of_run = is_of_run  # whether a run trains on a corpus, and not all of it is there
        self._feeder = Feeder(tell_engine)  # encodes for the run while the reader reads another
        self._requests = count(1)
        self._reading = 0  # the request that the reader works on
        self._encoding = 0  # the request whose corpus is there, but not all of it yet
        self._is_cut = False  # the corpus is not all there, and nobody encodes the rest
        self._yielding = 0  # when a run was asked for; a corpus asked for before it is not wanted
        self._asked: OpenCorpus | None = None  # the newest corpus
        self._refused: list[tuple[OpenCorpus, FailureRecord]] = []  # to be told, once read on
        self._sent = 0  # the newest request that the reader knows of
        self._send_soon = Throttle(self._send, READ_MS, self)
        draft.changed.connect(self._follow_draft)

    def start(self) -> None:
        """Start the corpus process and read the first corpus, unless a person has opened one."""
        self._reader.start()
        if self._asked is None:
            self.open(self._draft.config.data)
            if self._yielding:  # a run that was asked for has a corpus of its own
                self.give_way()

    def end(self) -> None:
        """End all processes at once."""
        self._feeder.end()
        for reader in (self._reader, *self._others):
            reader.end()

    # What there is -----------------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether a corpus is being read that cannot be trained on yet."""
        return bool(self._reading)

    @property
    def is_of_typed_pairs(self) -> bool:
        """Whether what is being read is the corpus that is there, but for its typed pairs."""
        if not (self._reading and self.corpus):
            return False
        return _changes(self.corpus.data, self.wanted).keys() <= set(ADDED)

    @property
    def is_encoding(self) -> bool:
        """Whether the corpus can be trained on while the rest of it is being encoded."""
        return bool(self._encoding) and not self._reading

    @property
    def wanted(self) -> DataConfig:
        """The corpus that is being read, or else that of the draft."""
        return self._asked.data if self._reading and self._asked else self._draft.config.data

    @property
    def asked(self) -> DataConfig:
        """The newest corpus that was asked for, as it was then; or else that of the draft."""
        return self._asked.data if self._asked else self._draft.config.data

    @property
    def is_new(self) -> bool:
        """Whether the newest corpus was never opened before."""
        return self._asked is not None and self._asked.dropped

    @property
    def is_of_another(self) -> bool:
        """Whether what is being read is another corpus than the one that is there, if there is."""
        ready = self.corpus
        is_known = ready is not None and identity_of(self.wanted) == identity_of(ready.data)
        return bool(self._reading) and not is_known

    @property
    def is_of_other_pairs(self) -> bool:
        """Whether what is being read has other rows than the corpus that is there."""
        return bool(self._reading and self.corpus and self.wanted.rows != self.corpus.data.rows)

    @property
    def _shown(self) -> DataConfig:
        """The corpus that is shown, with what has been changed since."""
        wanted = self.wanted
        if self.corpus is not None and wanted.rows != self.corpus.data.rows:
            return self.corpus.data
        return wanted

    def has(self, data: DataConfig) -> bool:
        """Whether this corpus can be trained on, and no other one is coming."""
        return self.corpus is not None and not self._reading and self.corpus.data == data

    # What is asked -----------------------------------------------------------------------

    def open(self, data: DataConfig, dropped: bool = False) -> None:
        """Read a corpus and make it ready for training; it becomes the one of the next run."""
        self._ask(data, dropped)
        self._send()
        self.begun.emit()

    def open_builtin(self, name: str) -> None:
        """Read a built-in corpus, as it was left."""
        self.open(self._draft.corpus(builtin=name))

    def need(self, data: DataConfig) -> None:
        """Read a corpus to its end, unless one is being read or it is there."""
        if not self._reading and (self._is_cut or not self.has(data)):
            self.open(data)

    def want(self, data: DataConfig) -> None:
        """Let no other corpus be read than this one."""
        if self._reading and self.asked != data:
            self.open(data)

    def swap_sides(self) -> None:
        """Translate in the other direction."""
        if self.corpus is not None:
            data = self.corpus.data
            self.open(data.model_copy(update={"swap_sides": not data.swap_sides}))

    def take_columns(self, source: str, target: str) -> None:
        """Read the corpus that is shown again, with these of its columns as its sides."""
        self._open_with(self._shown, source, target)

    def take_header(self, is_one: bool) -> None:
        """Read the corpus that is shown again: its first row names the columns, or is a pair."""
        if self.corpus is None:
            return
        corpus, data = self.corpus.corpus, self._shown
        places = {name: str(place) for place, (name, _) in enumerate(corpus.columns, 1)}
        sides = [places.get(name, "") for name in (corpus.source_column, corpus.target_column)]
        if data.swap_sides:
            sides.reverse()
        change = {"header": "yes" if is_one else "no", "left_out": ()}  # they were other rows
        change |= {"source_column": sides[0], "target_column": sides[1]}
        self.open(data.model_copy(update=change))

    def choose_languages(self, source: str, target: str) -> None:
        """Read the newest corpus again, which was refused until two of many are chosen."""
        self._open_with(self._asked.data if self._asked else self.wanted, source, target)

    def _open_with(self, data: DataConfig, source: str, target: str) -> None:
        sides = {"source_column": source, "target_column": target, "swap_sides": False}
        self.open(data.model_copy(update=sides))

    def cure(self, name: str) -> None:
        """Read the newest corpus again, now with a cure without which it was refused."""
        if self._asked:
            data = self._asked.data
            cures = {"cures": tuple(dict.fromkeys((*data.cures, name)))}
            self.open(data.model_copy(update=cures), dropped=self._asked.dropped)

    def stop(self) -> None:
        """Give up the corpus that is being read; the one there was stays.

        Where it can be trained on already, it is only read no further.
        """
        if self._reading and self.corpus is not None:
            self._reading = 0
            self.over.emit(False, None)
            if not self._encoding:
                self._reader.end()  # the next command starts another
            self._draft.set_data(self.corpus.data)
            self.progress.emit(None)
        elif self._encoding:
            self._reader.end()
            self._cut()

    def give_way(self) -> None:
        """A run was asked for: its corpus is wanted, and none that was asked for before."""
        self._yielding = next(self._requests)

    def take(self, config: RunConfig, corpus: CorpusReady) -> None:
        """Take the experiment and the corpus of a run that was opened: they are the next run's."""
        gives_up = 0 < self._reading < self._yielding
        if self._reading < self._yielding:
            self._reading = 0
            self.over.emit(False, None)
            self.progress.emit(None)
        self.corpus = corpus
        if self._encoding or gives_up:
            self._reader.end()  # the next command starts another
        self._encoding, self._is_cut = 0, not corpus.prepared.is_whole
        looked_with = self._draft.config.decoding  # a person's, and of no run
        self._draft.replace(config.model_copy(update={"decoding": looked_with}))
        self.changed.emit(corpus)
        self._tell_refusal()

    def _ask(self, data: DataConfig, dropped: bool = False) -> None:
        self._tell_refusal()
        self._reading = next(self._requests)
        self._asked = OpenCorpus(self._reading, data, str(self._cache), dropped)
        self.progress.emit(ProgressRecord("reading"))

    def _send(self) -> None:
        """Let the newest corpus be read, unless that is so or nobody wants it any more."""
        if self._asked and self._asked.request == self._reading != self._sent:
            self._sent = self._reading
            if self._encoding and self.corpus:
                if self._is_of_run(self.corpus.data):  # it goes on beside
                    self._feeder.take_over(self._reader, self.corpus.data)
                    self._reader = self._reader.another()
                self._encoding, self._is_cut = 0, True
            self._reader.send(self._asked)

    def _cut(self) -> None:
        """The rest of the corpus will not come; a run goes on with what there is."""
        self._encoding, self._is_cut = 0, True
        self.progress.emit(None)
        if self.corpus:
            self._tell_engine(FollowCorpus(self.corpus.data, ""))

    def _follow_draft(self, config: RunConfig) -> None:
        """Another tokenizer, say, wants the corpus to be encoded again.

        While one is being read, what has just changed is laid over what was asked for.
        """
        before, self._data = self._data, config.data
        change = _changes(before, self._data)
        if change and change.keys() <= set(ADDED):
            self.added_changed.emit()
        if self._reading and self._asked:
            is_other = not change.keys().isdisjoint((*WHERE_FROM, *BESIDE))
            if is_other:
                names = (*WHERE_FROM, *HOW_MADE, *BESIDE)
                change |= {name: getattr(self._data, name) for name in names}
            elif self._asked.data.rows != before.rows:
                change.pop("left_out", None)  # rows of the corpus that goes
            data = self._asked.data.model_copy(update=change)
            if data != self._asked.data:
                self._ask(data, self._asked.dropped and not is_other)
                self._send_soon()
        elif self.corpus and self._data != self.corpus.data:
            self._ask(self._data)
            self._send_soon()

    # For a run, and for others -------------------------------------------------------------

    def feed(self, data: DataConfig) -> None:
        """Have the rest of the run's corpus encoded, unless that is being done."""
        is_own = self._encoding and self.corpus and self.corpus.data == data
        if not (is_own or self._feeder.feeds(data)):
            command = OpenCorpus(next(self._requests), data, str(self._cache))
            self._feeder.begin(self._reader.another(), command)

    def feed_no_other(self, data: DataConfig | None) -> None:
        """Stop encoding for a run that is gone."""
        if data is None or not self._feeder.feeds(data):
            self._feeder.end()

    def lend(self) -> CorpusReader:
        """Lend a second corpus process, which is started when it is first needed."""
        self._others.append(self._reader.another())
        return self._others[-1]

    def give_back(self, reader: CorpusReader) -> None:
        """End a corpus process that was lent."""
        reader.end()
        self._others = [other for other in self._others if other is not reader]

    # What comes back ---------------------------------------------------------------------

    def drain(self) -> None:
        """Tell all that has come."""
        for record in self._reader.take():
            self._tell(record)
        for failure in self._feeder.drain():
            self.failed.emit(failure)

    def _tell(self, record: Record) -> None:
        match record:
            case ProgressRecord():
                self.progress.emit(record)
            case CorpusReady() if self._encoding == record.request > 0:
                self._encoding, self.corpus = 0, record
                self._tell_engine(FollowCorpus(record.data, record.prepared.folder))
                self.progress.emit(None)
                self.changed.emit(record)
            case FailureRecord() if self._encoding == record.request > 0:
                self._cut()
                self.failed.emit(record)
            case CorpusReady() if record.request == self._reading:
                self._reading, self.corpus = 0, record
                self._encoding = 0 if record.prepared.is_whole else record.request
                self._is_cut = False
                self._draft.set_data(record.data)
                self.progress.emit(None)
                self.changed.emit(record)
                self._tell_refusal()
                self.over.emit(True, None)
            case FailureRecord() if record.request == self._reading:
                self._reading = 0
                self.over.emit(False, record)
                if self._read_instead(record):
                    return
                self._tell_refusal()
                if self.corpus is not None:
                    self._data = self.corpus.data  # nobody wanted that: no pairs join or leave
                    self._draft.set_data(self.corpus.data)
                self.progress.emit(None)
                self.failed.emit(record)

    def _read_instead(self, failure: FailureRecord) -> bool:
        """Where the very first corpus is refused, read that of the draft; returns whether it is so.

        Files to score with may be what is refused: then it is read without them. The failure is
        told afterwards: what can be trained on is there by then, and a corpus that has been read
        does not take back what was said.
        """
        own, asked = self._draft.config.data, self._asked
        if asked is None or self.corpus is not None or self._yielding > failure.request:
            return False
        refused = [*self._refused, (asked, failure)]
        tried = [each.data for each, _ in refused]
        bare = own.model_copy(update={"validation": ()})
        instead = next((data for data in (own, bare) if data not in tried), None)
        if instead is None:
            return False
        self._refused = []
        self.open(instead)
        self._refused = refused
        return True

    def _tell_refusal(self) -> None:
        """Tell that the first corpus was refused; it may still be asked for otherwise."""
        if self._refused:
            refused, self._refused = self._refused, []
            self._asked, _ = refused[0]
            for asked, failure in refused:
                files = asked.data.validation
                bare = asked.data.model_copy(update={"validation": ()})
                is_without = bool(files) and self.corpus is not None and self.corpus.data == bare
                self.failed.emit(_read_without(files, failure) if is_without else failure)


def _read_without(files: tuple[str, ...], failure: FailureRecord) -> FailureRecord:
    """Return why files to score with were refused, and what has become of the corpus."""
    names = " + ".join(Path(name).name for name in files)
    why = QCoreApplication.translate("s2s_core", failure.template).format(**failure.values)
    return FailureRecord(
        "{why}. The corpus is read without {files}: some of its own pairs are held out",
        {"why": why, "files": names}, failure.details,
    )  # fmt: skip


def _changes(before: DataConfig, after: DataConfig) -> dict[str, Any]:
    """Return the settings that are not as they were."""
    names = type(after).model_fields
    return {n: getattr(after, n) for n in names if getattr(after, n) != getattr(before, n)}

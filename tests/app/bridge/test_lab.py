"""The lab's side of the window: what is learnt in which order, stopped, and gone on with."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.bridge.corpus_process import CorpusProcess
from app.bridge.lab import Lab
from app.bridge.messages import (
    Choice,
    CorpusCommand,
    CutSentences,
    LabCommand,
    LearnVocabulary,
    OpenLab,
)
from s2s_core.configs import DataConfig
from s2s_core.records import (
    CutsRecord,
    FailureRecord,
    LabSampleRecord,
    ProgressRecord,
    Record,
    VocabularyRecord,
)
from tests.helpers import tiny_config

SAMPLE = LabSampleRecord(0, "English", "German", 20, 1, 20, True, (("a", "b"),))
BPE, HALF, UNIGRAM = ("bpe", 400), ("bpe", 200), ("unigram", 400)
SECONDS = 60.0


class FakeProcess:
    """Takes commands; answers when the test says so."""

    def __init__(self) -> None:
        self.commands: list[CorpusCommand] = []
        self.records: list[Record] = []
        self.ended = 0

    def start(self) -> None: ...

    def send(self, command: CorpusCommand) -> None:
        self.commands.append(command)

    def take(self) -> list[Record]:
        records, self.records = self.records, []
        return records

    def end(self) -> None:
        self.ended += 1

    def another(self) -> FakeProcess:
        return FakeProcess()


class Bench:
    """A lab over a fake process."""

    def __init__(self) -> None:
        self.process = FakeProcess()
        self.lab = Lab(self.process)

    def opened(self, *wanted: Choice) -> Bench:
        self.lab.wanted = list(wanted)
        self.lab.open(DataConfig())
        self.answer()
        return self

    @property
    def last(self) -> CorpusCommand:
        return self.process.commands[-1]

    def learning(self) -> list[Choice]:
        return [c.choice for c in self.process.commands if isinstance(c, LearnVocabulary)]

    def answer(self, *extra: Record, failure: bool = False) -> None:
        request = self.last.request
        record: Record = FailureRecord("no", request=request)
        if not failure and isinstance(self.last, OpenLab):
            record = LabSampleRecord(request, "English", "German", 20, 1, 20, True)
        elif not failure and isinstance(self.last, LearnVocabulary):
            record = VocabularyRecord(request, *self.last.choice, ((), ()), 1, 0.1)  # type: ignore[arg-type]
        elif not failure:
            record = CutsRecord(request, ())
        self.process.records += [*extra, record]
        self.lab.drain()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.lab.rest()


def test_the_sample_comes_first_then_one_after_another(bench: Bench) -> None:
    bench.opened(BPE, HALF)
    assert bench.learning() == [BPE]
    bench.answer()
    assert bench.learning() == [BPE, HALF]
    bench.answer()
    assert set(bench.lab.results) == {BPE, HALF}
    assert not bench.lab.is_busy
    assert len(bench.process.commands) == 3


def test_nothing_is_learnt_twice(bench: Bench) -> None:
    bench.opened(BPE, BPE)
    bench.answer()
    bench.lab.want([BPE, BPE, HALF])
    assert bench.learning() == [BPE, HALF]


def test_sentences_are_cut_before_the_next_vocabulary(bench: Bench, qtbot: QtBot) -> None:
    bench.opened(BPE, HALF)
    bench.lab.cut_sentences([BPE], 0, ("old",))
    bench.lab.cut_sentences([BPE], 0, ("new",))
    bench.answer()
    assert isinstance(bench.last, CutSentences)
    assert bench.last.texts == ("new",)
    with qtbot.waitSignal(bench.lab.cut):
        bench.answer()
    assert bench.learning() == [BPE, HALF]


def test_who_asks_for_cuts_when_something_is_learnt_is_not_made_to_wait(bench: Bench) -> None:
    bench.opened(BPE, HALF)

    def ask() -> None:
        if BPE in bench.lab.results and not bench.lab.is_busy:
            bench.lab.changed.disconnect(ask)
            bench.lab.cut_sentences([BPE], 0, ("a",))

    bench.lab.changed.connect(ask)
    bench.answer()
    assert isinstance(bench.last, CutSentences)


def test_what_is_not_wanted_any_more_is_given_up(bench: Bench) -> None:
    bench.opened(BPE, HALF)
    late = bench.last.request
    bench.lab.want([UNIGRAM])
    assert bench.process.ended == 1
    assert bench.learning() == [BPE, UNIGRAM]
    bench.process.records.append(VocabularyRecord(late, *BPE, ((), ()), 1, 0.1))  # type: ignore[arg-type]
    bench.lab.drain()
    assert BPE not in bench.lab.results
    assert bench.lab.learning == UNIGRAM


def test_what_is_still_wanted_is_not_disturbed(bench: Bench) -> None:
    bench.opened(BPE, HALF)
    bench.lab.want([BPE, UNIGRAM])
    assert bench.process.ended == 0
    assert bench.learning() == [BPE]


def test_stop_ends_the_child_and_keeps_what_there_is(bench: Bench) -> None:
    bench.opened(BPE, HALF)
    bench.answer()
    bench.lab.stop()
    assert bench.process.ended == 1
    assert bench.lab.is_stopped
    assert bench.lab.is_missing
    assert list(bench.lab.results) == [BPE]
    bench.lab.cut_sentences([BPE], 0, ("a",))  # by a new child, from the folder
    assert isinstance(bench.last, CutSentences)
    bench.answer()
    assert bench.learning() == [BPE, HALF]
    bench.lab.want([BPE, HALF])
    assert bench.learning() == [BPE, HALF, HALF]


def test_a_failure_of_one_vocabulary_leaves_the_others(bench: Bench) -> None:
    bench.opened(BPE, HALF)
    bench.answer(failure=True)
    assert isinstance(bench.lab.results[BPE], FailureRecord)
    assert bench.lab.learning == HALF


def test_a_corpus_that_cannot_be_read_is_told_once(bench: Bench, qtbot: QtBot) -> None:
    bench.lab.wanted = [BPE]
    bench.lab.open(DataConfig())
    with qtbot.waitSignals([bench.lab.progress, bench.lab.failed]):
        bench.answer(ProgressRecord("reading", 5), failure=True)
    assert len(bench.process.commands) == 1
    assert not bench.lab.is_busy


def test_another_corpus_begins_anew_in_another_folder(bench: Bench) -> None:
    bench.opened(BPE)
    bench.answer()
    before = bench.lab.folder
    bench.lab.open(DataConfig(seed=5))
    assert not bench.lab.results
    assert isinstance(bench.last, LabCommand)
    assert bench.last.folder == bench.lab.folder != before
    assert bench.last.data.seed == 5


def test_one_is_stopped_and_the_others_go_on(bench: Bench) -> None:
    bench.opened(BPE, HALF, UNIGRAM)
    assert bench.lab.learning == BPE
    bench.lab.skip(UNIGRAM)  # which waits
    assert bench.process.ended == 0
    bench.lab.skip(BPE)
    assert bench.process.ended == 1
    assert bench.lab.learning == HALF
    bench.lab.stop()
    bench.lab.resume(UNIGRAM)
    assert bench.lab.learning == UNIGRAM
    bench.answer()
    assert bench.lab.learning is None
    assert bench.lab.is_missing
    assert not bench.lab.is_busy
    bench.lab.resume(*bench.lab.wanted)
    assert bench.lab.learning == BPE


def test_what_was_learnt_stays_while_it_rests_and_goes_with_it(qtbot: QtBot) -> None:
    bench = Bench().opened(BPE)
    place = Path(bench.lab.folder).parent
    bench.lab.rest()
    assert bench.process.ended == 1
    assert bench.lab.sample is not None
    assert place.is_dir()
    bench.lab.want([BPE])
    assert bench.lab.learning == BPE
    bench.lab.rest()
    del bench
    gc.collect()
    assert not place.exists()


class Real:
    """A lab with a real child."""

    def __init__(self) -> None:
        self.process = CorpusProcess().another()
        self.lab = Lab(self.process)

    def wait(self, claim: Callable[[], object]) -> None:
        end = time.monotonic() + SECONDS
        while not claim():
            assert time.monotonic() < end, "it takes too long"
            self.lab.drain()
            threading.Event().wait(0.005)


@pytest.fixture
def real(qtbot: QtBot) -> Iterator[Real]:
    real = Real()
    yield real
    real.lab.rest()


def test_a_child_learns_is_stopped_and_another_goes_on(real: Real) -> None:
    lab, cuts = real.lab, list[CutsRecord]()
    lab.cut.connect(lambda _, record: cuts.append(record))
    lab.wanted = [("char", 100), ("unigram", 60)]
    lab.open(tiny_config().data)
    real.wait(lambda: lab.learning == ("unigram", 60))
    child = real.process._process
    assert child is not None
    lab.stop()
    assert not child.is_alive()
    lab.cut_sentences([("char", 100), ("unigram", 60)], 0, ("a b",))
    real.wait(lambda: cuts)
    learnt, missing = cuts[0].cuts
    assert learnt is not None
    assert "".join(piece.text for piece in learnt[0]) == "▁a▁b"
    assert missing is None
    lab.want(lab.wanted)
    real.wait(lambda: ("unigram", 60) in lab.results)
    assert isinstance(lab.results["unigram", 60], VocabularyRecord)
    assert not real.lab.is_missing


def test_a_child_that_dies_is_told_for_its_vocabulary(real: Real) -> None:
    lab = real.lab
    lab.wanted = [("unigram", 60)]
    lab.open(tiny_config().data)
    real.wait(lambda: lab.learning)
    assert real.process._process is not None
    real.process._process.kill()
    real.wait(lambda: lab.results)
    assert isinstance(lab.results["unigram", 60], FailureRecord)

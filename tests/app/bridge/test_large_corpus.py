"""Training on a large corpus that is still being encoded: engine, corpus process, controller."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.bridge.corpus_process import is_answer
from app.bridge.corpus_work import work as work_on
from app.bridge.messages import (
    CorpusReady,
    FollowCorpus,
    JoinPairs,
    OpenCorpus,
    Play,
    RunState,
    Shutdown,
    StartRun,
)
from s2s_core.configs import RunConfig
from s2s_core.data.cache import KEPT_BEGUN, sweep
from s2s_core.experiment import merged
from s2s_core.records import WAITING, FailureRecord, NoteRecord, ProgressRecord, Record, StepRecord
from tests.app.bridge.desk import Desk
from tests.app.bridge.room import CORPUS, PREPARED, FakeReader, Room
from tests.app.conftest import endless
from tests.large import BAD, data, lines, shrink_windows

pytestmark = pytest.mark.usefixtures("one_thread")
BEGUN = replace(PREPARED, is_whole=False)
ABOUT = replace(CORPUS, is_counted=False)


@pytest.fixture(autouse=True)
def windows_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    shrink_windows(monkeypatch)


class Work:
    """A corpus process at work, which goes on only when it is told to."""

    def __init__(self, folder: Path, rows: list[str]) -> None:
        self.data = data(folder, rows)
        self.cache = folder / "cache"
        self.again()

    def again(self) -> None:
        self.records: Iterator[Record] = work_on(OpenCorpus(1, self.data, str(self.cache)))

    def until_ready(self) -> CorpusReady:
        return next(record for record in self.records if isinstance(record, CorpusReady))


def config_of(work: Work) -> RunConfig:
    return merged(
        endless(batch_tokens=600, validate_every=10_000), {"data": work.data.model_dump()}
    )


def begun(desk: Desk, work: Work) -> CorpusReady:
    """Begin a run with the first window."""
    ready = work.until_ready()
    assert not ready.prepared.is_whole
    assert not is_answer(ready)
    folder = str(desk.folder / "run")
    desk.send(StartRun(folder, config_of(work), ready.prepared.folder))
    return ready


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, tmp_path)
    yield desk
    desk.send(Shutdown()).turn()


def waits(desk: Desk) -> bool:
    return any(record.what == WAITING for record in desk.all(ProgressRecord))


def test_training_waits_for_the_next_window_and_goes_on_with_it(desk: Desk, tmp_path: Path) -> None:
    work = Work(tmp_path, lines())
    ready = begun(desk, work)
    desk.turn_until(lambda: waits(desk))
    assert 0 < len(desk.losses) < 30
    assert desk.waited > 0  # it does not spin
    assert desk.state.prepared == replace(ready.prepared, folder=desk.state.folder)
    desk.send(JoinPairs(("a cat\tun chat",), 2))  # it stays the same corpus
    *_, whole = work.records
    assert isinstance(whole, CorpusReady)
    assert whole.prepared.is_whole
    assert is_answer(whole)
    desk.send(FollowCorpus(work.data, whole.prepared.folder))
    desk.turn_until(lambda: desk.all(StepRecord)[-1].epoch > 1.1)
    assert not desk.all(FailureRecord)
    assert desk.state.prepared
    assert desk.state.prepared.train_pairs == whole.prepared.train_pairs
    assert desk.state.corpus
    assert desk.state.corpus.is_counted


def test_a_corpus_that_comes_whole_meanwhile_needs_no_telling(desk: Desk, tmp_path: Path) -> None:
    work = Work(tmp_path, lines())
    begun(desk, work)
    desk.turn_for_steps(1)
    *_, whole = work.records  # and moved to its place in the cache
    desk.turn_until(lambda: desk.all(StepRecord)[-1].epoch > 1.1)
    assert not waits(desk)
    assert isinstance(whole, CorpusReady)
    told = [state.prepared.is_whole for state in desk.all(RunState) if state.prepared]
    assert told == [False, True]  # once: nobody encodes again what is whole
    assert desk.state.prepared == replace(whole.prepared, folder=desk.state.folder)
    assert desk.state.corpus == whole.corpus


def test_a_bad_line_far_behind_ends_in_a_sentence_and_training_goes_on(
    desk: Desk, tmp_path: Path
) -> None:
    rows = lines()
    rows[700] = BAD
    work = Work(tmp_path, rows)
    begun(desk, work)
    desk.turn_for_steps(1)
    *_, failure = work.records
    assert isinstance(failure, FailureRecord)
    assert failure.sentence.startswith("line 701 of pairs.tsv holds a zero byte")
    desk.turn_until(lambda: waits(desk))  # it has seen all windows that there are
    desk.send(FollowCorpus(work.data, ""))
    desk.turn_until(lambda: desk.all(StepRecord)[-1].epoch > 1.1)
    (note,) = desk.all(NoteRecord)
    assert "was not read to its end" in note.sentence
    assert desk.state.prepared
    assert desk.state.prepared.is_whole
    assert 600 < desk.state.prepared.train_pairs < 700
    assert desk.engine.run
    assert len(desk.engine.run.supply.windows) == 5


def test_a_corpus_whose_making_was_stopped_goes_on_in_its_place(tmp_path: Path) -> None:
    work = Work(tmp_path, lines())
    first = work.until_ready()
    place = Path(first.prepared.folder)
    inode = place.stat().st_ino
    *_, aside = work_on(OpenCorpus(2, work.data, str(work.cache)))  # another window, meanwhile
    assert isinstance(aside, CorpusReady)
    assert Path(aside.prepared.folder) != place
    shutil.rmtree(aside.prepared.folder)
    work.again()  # its process was ended
    assert next(work.records) == first  # at once
    *_, whole = work.records
    assert isinstance(whole, CorpusReady)
    assert whole.prepared.is_whole
    assert whole.prepared.folder == str(place)
    assert place.stat().st_ino == inode  # nothing was renamed that may be mapped
    assert [path.name for path in work.cache.iterdir()] == [place.name]


def test_few_corpora_that_were_never_whole_are_kept(tmp_path: Path) -> None:
    work = Work(tmp_path, lines())
    for seed in range(KEPT_BEGUN + 2):
        work.data = work.data.model_copy(update={"seed": seed})
        work.again()
        work.until_ready()
    work.records = iter(())
    sweep(work.cache)
    assert len(list(work.cache.iterdir())) == KEPT_BEGUN


def test_a_run_that_lost_its_windows_takes_those_that_are_made_anew(
    desk: Desk, tmp_path: Path
) -> None:
    work = Work(tmp_path, lines())
    ready = begun(desk, work)
    desk.turn_until(lambda: waits(desk))
    del work.records  # its process was ended
    shutil.rmtree(ready.prepared.folder, ignore_errors=True)
    steps = len(desk.losses)
    work.again()
    desk.send(Play(), FollowCorpus(work.data, work.until_ready().prepared.folder))
    list(work.records)
    desk.turn_until(lambda: desk.all(StepRecord)[-1].epoch > 1.1)
    assert len(desk.losses) > steps
    assert not desk.all(NoteRecord)


def test_another_corpus_does_not_reach_the_run(desk: Desk, tmp_path: Path) -> None:
    work = Work(tmp_path, lines())
    begun(desk, work)
    desk.turn_for_steps(1)
    desk.send(FollowCorpus(work.data.model_copy(update={"seed": 7}), ""))
    desk.turn_until(lambda: waits(desk))
    assert desk.engine.run
    assert not desk.engine.run.supply.windows.is_whole


# The controller ----------------------------------------------------------------------------


@pytest.fixture
def room(qapp: object, tmp_path: Path) -> Room:
    """A large corpus is there, but not all of it yet."""
    room = Room(tmp_path).get_ready()
    room.controller.opener.open([tmp_path / "large.tsv"])
    room.answer(corpus=ABOUT, prepared=BEGUN)
    return room


def others(room: Room, monkeypatch: pytest.MonkeyPatch) -> list[FakeReader]:
    """Return the readers that will be made."""
    made: list[FakeReader] = []

    def another(_: FakeReader) -> FakeReader:
        made.append(FakeReader())
        return made[-1]

    monkeypatch.setattr(FakeReader, "another", another)
    return made


def test_training_begins_with_what_is_there_and_is_told_of_the_rest(room: Room) -> None:
    assert room.all("corpus_progress")[-1] is None
    state = room.begin(prepared=BEGUN)
    assert state.config
    room.read(ProgressRecord("encoding", 2, 9))
    assert room.all("corpus_progress")[-1].done == 2
    whole = room.answer(room.reader.commands[-1])
    assert room.controller.corpus == whole
    assert room.all("corpus_progress")[-1] is None
    assert room.sent(FollowCorpus) == [FollowCorpus(whole.data, PREPARED.folder)]


@pytest.mark.parametrize("how", ["stopped", "failed"])
def test_what_is_read_no_further_is_read_again_for_the_next_run(room: Room, how: str) -> None:
    room.begin(prepared=BEGUN)
    asked = room.reader.commands[-1]
    if how == "stopped":
        room.controller.reading.stop()
        assert room.reader.ended
    else:
        room.read(FailureRecord("line 7 is bad", request=asked.request))
        assert room.all("failed")[-1].template == "line 7 is bad"
    assert room.all("corpus_progress")[-1] is None
    assert room.sent(FollowCorpus) == [FollowCorpus(asked.data, "")]
    starts, reads = len(room.sent(StartRun)), len(room.reader.commands)
    room.controller.new_run()
    assert len(room.sent(StartRun)) == starts
    assert len(room.reader.commands) == reads + 1
    room.answer(prepared=BEGUN)
    assert len(room.sent(StartRun)) == starts + 1


def test_another_drop_lets_the_corpus_of_the_run_go_on(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = room.begin(prepared=BEGUN)
    assert state.config
    before, made = room.reader, others(room, monkeypatch)
    room.controller.opener.open([tmp_path / "b.tsv"])
    (reader,) = made
    assert not before.ended
    assert reader.commands[-1].data.train == (str(tmp_path / "b.tsv"),)
    whole = CorpusReady(before.commands[-1].request, state.config.data, CORPUS, PREPARED)
    before.records.append(whole)
    room.controller.drain()
    assert room.sent(FollowCorpus) == [FollowCorpus(state.config.data, PREPARED.folder)]
    assert before.ended
    assert room.controller.corpus != whole


def test_another_drop_gives_up_what_no_run_trains_on(room: Room, tmp_path: Path) -> None:
    room.controller.opener.open([tmp_path / "b.tsv"])
    assert room.reader.commands[-1].data.train == (str(tmp_path / "b.tsv"),)
    room.controller.reading.stop()
    room.controller.new_run()
    assert not room.sent(StartRun)  # the first windows of the large one are read again


def test_a_run_that_is_opened_has_the_rest_encoded_when_it_goes_on(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.begin(prepared=BEGUN)
    state = room.controller.run
    assert state.config
    made = others(room, monkeypatch)
    room.come(replace(state, folder="opened", playing=False))
    assert not made
    room.come(replace(state, folder="opened", playing=True))
    (feeder,) = made
    assert feeder.commands[-1].data == state.config.data
    room.controller.step_once()
    assert len(made) == 1
    feeder.records.append(FailureRecord("gone", request=feeder.commands[-1].request))
    room.controller.drain()
    assert room.sent(FollowCorpus) == [FollowCorpus(state.config.data, "")]
    assert room.all("failed")[-1].template == "gone"
    assert feeder.ended

"""The corpus process: a real child that prepares, remembers, fails in sentences, and may die."""

from __future__ import annotations

import gzip
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

import pytest
from filelock import FileLock

from app.bridge import corpus_process, corpus_work
from app.bridge.corpus_process import CorpusProcess
from app.bridge.corpus_work import work
from app.bridge.messages import CorpusReady, OpenCorpus
from s2s_core.configs import DataConfig
from s2s_core.data.cache import KEPT
from s2s_core.records import FailureRecord, ProgressRecord, Record
from tests.app.bridge.room import CORPUS, PREPARED
from tests.helpers import tiny_config

SECONDS = 60.0
ENGLISH = [f"the {word} sleeps" for word in ("cat", "dog", "bird", "child", "queen")] * 12
GERMAN = [f"{word} schläft" for word in ("die Katze", "der Hund", "Jupp", "das Kind", "sie")] * 12
TABLE = "".join(f"{source}\t{target}\n" for source, target in zip(ENGLISH, GERMAN, strict=True))


class Child:
    """A corpus process, and all that it has told."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.process = CorpusProcess()
        self.records: list[Record] = []
        self._request = 0

    def ask(self, data: DataConfig, dropped: bool = False) -> int:
        self._request += 1
        self.process.send(OpenCorpus(self._request, data, str(self.cache), dropped))
        return self._request

    def wait(self, claim: Callable[[], object]) -> None:
        end = time.monotonic() + SECONDS
        while not claim():
            assert time.monotonic() < end, "it takes too long"
            self.records += self.process.take()
            threading.Event().wait(0.005)

    def answer(self) -> CorpusReady | FailureRecord:
        """Wait for the answer to the newest request."""

        def answers() -> list[CorpusReady | FailureRecord]:
            return [r for r in self.records if isinstance(r, CorpusReady | FailureRecord)]

        self.wait(lambda: answers() and answers()[-1].request == self._request)
        return answers()[-1]

    @property
    def pid(self) -> int:
        assert self.process._process is not None
        assert self.process._process.pid is not None
        return self.process._process.pid


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    """One child for all tests that do it no harm."""
    child = Child(tmp_path_factory.mktemp("cache"))
    yield child
    child.process.end()


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    child = Child(tmp_path / "cache")
    yield child
    child.process.end()


def files(folder: Path, **texts: str | bytes) -> dict[str, Path]:
    """Write files; "__" in a name is a dot."""
    found = {}
    for name, text in texts.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        found[name] = path
    return found


def data_of(*paths: Path) -> DataConfig:
    return DataConfig(builtin="", train=tuple(str(path) for path in paths))


def lines(sentences: list[str]) -> str:
    return "".join(f"{sentence}\n" for sentence in sentences)


def test_a_corpus_is_made_ready(shared: Child) -> None:
    data = tiny_config().data
    shared.ask(data)
    answer = shared.answer()
    assert isinstance(answer, CorpusReady)
    assert answer.data == data
    assert answer.corpus.pairs == 200
    assert answer.corpus.title == "Reverse letters"
    folder = Path(answer.prepared.folder)
    assert folder.parent == shared.cache
    assert (folder / "encoded").is_dir()
    assert any(isinstance(record, ProgressRecord) for record in shared.records)


def test_it_is_brought_from_the_cache_the_next_time(shared: Child, tmp_path: Path) -> None:
    table = files(tmp_path, pairs__tsv=TABLE)
    shared.ask(data_of(table["pairs__tsv"]))
    first = shared.answer()
    assert isinstance(first, CorpusReady)
    written = (Path(first.prepared.folder) / "prepared.json").stat().st_mtime_ns
    shared.records.clear()
    shared.ask(data_of(table["pairs__tsv"]))
    again = shared.answer()
    assert isinstance(again, CorpusReady)
    assert again.prepared == first.prepared
    assert again.corpus == first.corpus
    assert not any(isinstance(record, ProgressRecord) for record in shared.records)
    assert (Path(again.prepared.folder) / "prepared.json").stat().st_mtime_ns == written


def test_a_file_that_changed_is_read_again(shared: Child, tmp_path: Path) -> None:
    table = files(tmp_path, pairs__tsv=TABLE)
    shared.ask(data_of(table["pairs__tsv"]))
    first = shared.answer()
    with table["pairs__tsv"].open("a", encoding="utf-8") as file:
        file.write("one more\tnoch eins\n")
    shared.ask(data_of(table["pairs__tsv"]))
    again = shared.answer()
    assert isinstance(first, CorpusReady)
    assert isinstance(again, CorpusReady)
    assert again.corpus.pairs == first.corpus.pairs + 1


@pytest.mark.parametrize("order", [1, -1])
def test_two_dropped_files_may_come_in_either_order(
    shared: Child, tmp_path: Path, order: int
) -> None:
    found = files(tmp_path, train__en=lines(ENGLISH), train__de=lines(GERMAN))
    shared.ask(data_of(*list(found.values())[::order]), dropped=True)
    answer = shared.answer()
    assert isinstance(answer, CorpusReady)
    assert answer.data.train == (str(found["train__en"]), str(found["train__de"]))
    assert (answer.corpus.source_name, answer.corpus.target_name) == ("English", "German")
    assert answer.corpus.preview[0] == ("the cat sleeps", "die Katze schläft")


def test_files_that_were_named_keep_their_order(shared: Child, tmp_path: Path) -> None:
    found = files(tmp_path, train__en=lines(ENGLISH), train__de=lines(GERMAN))
    shared.ask(data_of(found["train__de"], found["train__en"]))
    answer = shared.answer()
    assert isinstance(answer, CorpusReady)
    assert answer.corpus.preview[0] == ("die Katze schläft", "the cat sleeps")


def test_gzipped_files_are_read(shared: Child, tmp_path: Path) -> None:
    packed = [gzip.compress(lines(side).encode()) for side in (ENGLISH, GERMAN)]
    found = files(tmp_path, train__en__gz=packed[0], train__de__gz=packed[1])
    shared.ask(data_of(*found.values()), dropped=True)
    answer = shared.answer()
    assert isinstance(answer, CorpusReady)
    assert answer.corpus.pairs == 60
    assert answer.corpus.preview[0] == ("the cat sleeps", "die Katze schläft")


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("gone.tsv",), "gone.tsv"),
        (("folder",), "folder"),
        (("empty.tsv",), "empty.tsv is empty"),
        (("picture.png",), "picture.png is not a text file"),
        (("one.en",), "one.en holds one sentence a line and no tabs"),
        (("one.en", "two.de"), "one.en has 60 lines and two.de has 59"),
        (("cut.en.gz", "two.de"), "cut.en.gz is gzipped, but damaged or cut short"),
        (("blank.tsv",), "blank.tsv holds no pair with text on both sides"),
    ],
)
def test_a_bad_file_becomes_a_sentence(
    shared: Child, tmp_path: Path, names: tuple[str, ...], says: str
) -> None:
    (tmp_path / "folder").mkdir()
    files(
        tmp_path, empty__tsv=b"", picture__png=bytes(range(256)) * 40, one__en=lines(ENGLISH),
        two__de=lines(GERMAN[:-1]), cut__en__gz=gzip.compress(lines(ENGLISH).encode())[:-20],
        blank__tsv=" \t \n\t\n",
    )  # fmt: skip
    before = set(shared.cache.iterdir())
    request = shared.ask(data_of(*(tmp_path / name for name in names)), dropped=True)
    answer = shared.answer()
    assert isinstance(answer, FailureRecord)
    assert says in answer.sentence
    assert answer.request == request
    assert not answer.details
    assert not [path for path in set(shared.cache.iterdir()) - before if path.suffix == ""]


def test_after_a_bad_file_the_child_is_there_for_the_next(shared: Child, tmp_path: Path) -> None:
    shared.ask(data_of(tmp_path / "gone.tsv"))
    assert isinstance(shared.answer(), FailureRecord)
    pid = shared.pid
    shared.ask(tiny_config().data)
    assert isinstance(shared.answer(), CorpusReady)
    assert shared.pid == pid


def test_a_corpus_too_small_to_hold_out_is_told(shared: Child, tmp_path: Path) -> None:
    table = files(tmp_path, pair__tsv="the cat sleeps\tdie Katze schläft\n")
    shared.ask(data_of(table["pair__tsv"]))
    answer = shared.answer()
    assert isinstance(answer, FailureRecord)
    assert "pair.tsv" in answer.sentence


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_killed_child_becomes_a_failure(child: Child, tmp_path: Path) -> None:
    pipe = tmp_path / "endless.tsv"
    pipe.write_text(lines([f"word {n}\tWort {n}" for n in range(400_000)]), encoding="utf-8")
    request = child.ask(data_of(pipe))
    child.wait(lambda: child.records)  # it reads
    os.kill(child.pid, signal.SIGKILL)
    answer = child.answer()
    assert isinstance(answer, FailureRecord)
    assert answer.request == request
    assert "ended unexpectedly" in answer.sentence
    child.ask(tiny_config().data)  # and the next one is served
    assert isinstance(child.answer(), CorpusReady)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_child_that_dies_idle_is_nobodys_business(child: Child) -> None:
    child.ask(tiny_config().data)
    assert isinstance(child.answer(), CorpusReady)
    process = child.process._process
    assert process is not None
    os.kill(child.pid, signal.SIGKILL)
    process.join()
    child.records.clear()
    child.records += child.process.take()
    assert not child.records
    child.ask(tiny_config().data)
    assert isinstance(child.answer(), CorpusReady)


def test_a_newer_request_gives_up_the_one_before(child: Child, tmp_path: Path) -> None:
    table = tmp_path / "long.tsv"
    table.write_text(lines([f"word {n}\tWort {n}" for n in range(400_000)]), encoding="utf-8")
    child.ask(data_of(table))
    child.wait(lambda: child.records)
    child.ask(tiny_config().data)
    answer = child.answer()
    assert isinstance(answer, CorpusReady)
    assert answer.corpus.title == "Reverse letters"
    assert len([r for r in child.records if isinstance(r, CorpusReady | FailureRecord)]) == 1


def test_what_was_given_up_is_swept_away(child: Child, tmp_path: Path) -> None:
    table = tmp_path / "long.tsv"
    table.write_text(lines([f"word {n}\tWort {n}" for n in range(400_000)]), encoding="utf-8")
    child.ask(data_of(table))
    child.wait(lambda: list(child.cache.glob("*.lock")))
    half = child.cache / "half.1"
    half.mkdir()
    with FileLock(f"{half}.lock"):  # another window is at it
        child.ask(tiny_config().data)  # ends the one before in the midst of it
        answer = child.answer()
        assert isinstance(answer, CorpusReady)
        assert {path.name for path in child.cache.iterdir() if path.is_dir()} == {
            Path(answer.prepared.folder).name, half.name
        }  # fmt: skip


def test_ending_leaves_no_process(child: Child) -> None:
    child.process.start()
    process = child.process._process
    assert process is not None
    child.process.start()
    assert child.process._process is process  # there is one, which may be at work
    child.process.end()
    assert not process.is_alive()
    child.process.end()  # twice does no harm
    assert child.process.take() == []


def test_the_cache_does_not_grow_for_ever(tmp_path: Path) -> None:
    for seed in range(KEPT + 3):
        data = tiny_config(data={"builtin_pairs": 100, "seed": seed}).data
        (*_, answer) = work(OpenCorpus(1, data, str(tmp_path)))
        assert isinstance(answer, CorpusReady)
        assert Path(answer.prepared.folder).is_dir()
    assert len(list(tmp_path.iterdir())) == KEPT


def test_a_cache_that_cannot_be_written_becomes_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    (*_, answer) = work(OpenCorpus(3, tiny_config().data, str(tmp_path / "taken")))
    assert isinstance(answer, FailureRecord)
    assert answer.request == 3
    assert "could not be read" in answer.sentence or "cannot be written" in answer.sentence


class FakePipe:
    """Brings one command, and notes how nice this process is when records go."""

    def __init__(self) -> None:
        self.niceness = 2
        self.told: list[tuple[bool, int]] = []
        self._commands = ["open a corpus"]

    def recv(self) -> str:
        if not self._commands:
            raise EOFError
        return self._commands.pop()

    def send(self, record: CorpusReady) -> None:
        self.told.append((record.prepared.is_whole, self.niceness))

    def nice(self, more: int) -> int:
        self.niceness += more
        return self.niceness


def test_training_goes_first_once_a_window_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = replace(PREPARED, is_whole=False)
    ready = [CorpusReady(1, DataConfig(), CORPUS, told) for told in (begun, begun, PREPARED)]
    pipe = FakePipe()
    monkeypatch.setattr(os, "nice", pipe.nice, raising=False)
    monkeypatch.setattr(corpus_work, "work", lambda command: ready)
    corpus_process.serve(cast(Connection, pipe))
    assert pipe.told == [(False, 2), (False, corpus_process.NICE), (True, corpus_process.NICE)]
    assert pipe.niceness == corpus_process.NICE


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_child_that_gave_way_is_not_asked_to_read_the_next_corpus(is_whole: bool) -> None:
    process = CorpusProcess()
    process._connection, theirs = multiprocessing.Pipe()
    process._request = 1
    for whole in (is_whole, True):
        assert process._connection is not None  # not before all is answered
        theirs.send(CorpusReady(1, DataConfig(), CORPUS, replace(PREPARED, is_whole=whole)))
        assert len(process.take()) == 1
    assert (process._connection is not None) == is_whole
    process.end()

"""What a corpus process does: prepares a corpus, or brings it from the cache; tokenizer lab."""

from __future__ import annotations

import os
import shutil
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from filelock import FileLock, Timeout

from app.bridge.failures import failure_of
from app.bridge.messages import (
    CorpusCommand,
    CorpusReady,
    CutSentences,
    LabCommand,
    LearnVocabulary,
    OpenCorpus,
    OpenLab,
    TasteCorpus,
    TasteReady,
)
from s2s_core.configs import DataConfig
from s2s_core.data.corpus import fingerprint, prepared
from s2s_core.data.lab import TokenizerLab
from s2s_core.data.preparing import prepare
from s2s_core.data.readers.languages import sides
from s2s_core.data.reading import pairs_of
from s2s_core.records import CorpusRecord, CutsRecord, PreparedRecord, Record

KEPT = 12  # prepared corpora in the cache
TASTE = 100  # pairs


def work(command: CorpusCommand) -> Iterator[Record]:
    """Do what a command asks for; the last record tells how it went."""
    try:
        match command:
            case OpenCorpus():
                yield from _open_corpus(command)
            case TasteCorpus():
                yield _taste(command)
            case LabCommand():
                yield from _work_in_lab(command)
    except Exception as error:  # noqa: BLE001  # the child lives on, as the engine does
        yield failure_of(error, traceback.format_exc(), command.request)


def _open_corpus(command: OpenCorpus) -> Iterator[Record]:
    """Make a corpus ready, or bring it from the cache."""
    data = _in_order(command.data) if command.dropped else command.data
    folder = Path(command.cache) / fingerprint(data)
    if not (folder / "prepared.json").exists():
        for record in _prepare(data, folder):
            if isinstance(record, PreparedRecord):  # its first window can be trained on
                begun = prepared(Path(record.folder))
                yield CorpusReady(command.request, data, *begun)
            else:
                yield record
    os.utime(folder)  # the newest are kept
    corpus, ready = prepared(folder)
    yield CorpusReady(command.request, data, corpus, ready)


def _taste(command: TasteCorpus) -> TasteReady:
    """Make a few pairs: they are the first ones also of a corpus with many."""
    few = command.data.model_copy(update={"builtin_pairs": TASTE})
    pairs = tuple((pair.source, pair.target) for pair in pairs_of(few))
    return TasteReady(command.request, command.data, pairs)


def _work_in_lab(command: LabCommand) -> Iterator[Record]:
    lab = _lab(command.data, Path(command.folder))
    yield from lab.read()
    match command:
        case OpenLab():
            yield lab.drawn(command.request)
        case LearnVocabulary():
            yield lab.learn(command.request, *command.choice)
        case CutSentences():
            sentences = (command.side, command.texts)
            cut = (
                [lab.draw(*choice, *sentences, command.draws, command.seed, command.chances)
                 for choice in command.choices]
                if command.draws
                else [lab.cut(*choice, *sentences) for choice in command.choices]
            )  # fmt: skip
            yield CutsRecord(command.request, tuple(cut))


@lru_cache(maxsize=1)
def _lab(data: DataConfig, folder: Path) -> TokenizerLab:
    return TokenizerLab(data, folder)


def _prepare(data: DataConfig, folder: Path) -> Iterator[Record]:
    """Prepare beside the final place, so that what lies there is always whole."""
    unfinished = folder.with_suffix(f".{os.getpid()}")  # two windows may do the same
    with being_made(unfinished):
        for record in prepare(data, unfinished):
            is_told_later = isinstance(record, PreparedRecord) and record.is_whole
            if not is_told_later and not isinstance(record, CorpusRecord):
                yield record
        if not (folder / "prepared.json").exists():  # or another window was faster
            shutil.rmtree(folder, ignore_errors=True)
            unfinished.replace(folder)
    _sweep(folder.parent)


@contextmanager
def being_made(folder: Path) -> Iterator[None]:
    """Say beside a folder that someone works on it; afterwards it is gone, or was moved.

    Where the work fails, what runs may be training on already stays until it is swept.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = _lock_of(folder)
    with lock:
        try:
            yield
        except BaseException:
            if not (folder / "prepared.json").exists():
                shutil.rmtree(folder, ignore_errors=True)
            raise
        shutil.rmtree(folder, ignore_errors=True)
    Path(lock.lock_file).unlink(missing_ok=True)


def _sweep(cache: Path) -> None:
    """Remove the oldest corpora, and what a process that was ended left half made."""
    whole: list[Path] = []
    for folder in [path for path in cache.iterdir() if path.is_dir()]:
        if not folder.suffix:
            whole.append(folder)
            continue
        with suppress(OSError, Timeout), _lock_of(folder).acquire(timeout=0):
            shutil.rmtree(folder, ignore_errors=True)
    whole.sort(key=lambda path: path.stat().st_mtime)
    for old in whole[:-KEPT]:
        (old / "prepared.json").unlink(missing_ok=True)  # first, so that no half is ever used
        shutil.rmtree(old, ignore_errors=True)
    for left in cache.glob("*.lock"):
        if not left.with_suffix("").exists():
            left.unlink(missing_ok=True)


def _lock_of(folder: Path) -> FileLock:
    return FileLock(f"{folder}.lock")


def _in_order(data: DataConfig) -> DataConfig:
    """Put two files in order by what their names say."""
    if len(data.train) < 2:
        return data
    source, target = sides((Path(data.train[0]), Path(data.train[1])))
    return data.model_copy(update={"train": (str(source), str(target))})

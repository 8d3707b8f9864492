"""What a corpus process does: prepares a corpus, or brings it from the cache; tokenizer lab."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

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
from s2s_core.data.cache import is_whole, place_in, whole_in
from s2s_core.data.corpus import fingerprint, prepared
from s2s_core.data.lab import TokenizerLab
from s2s_core.data.preparing import prepare
from s2s_core.data.readers import held_out_in
from s2s_core.data.reading import pairs_of
from s2s_core.languages import sides
from s2s_core.records import CorpusRecord, CutsRecord, PreparedRecord, Record

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
    cache, name = Path(command.cache), fingerprint(data)
    folder = whole_in(cache, name)
    if folder is None:
        with place_in(cache, name) as folder:
            for record in () if is_whole(folder) else prepare(data, folder):
                if isinstance(record, PreparedRecord):
                    if not record.is_whole:  # its first window can be trained on
                        yield CorpusReady(command.request, data, *prepared(folder))
                elif not isinstance(record, CorpusRecord):
                    yield record
    os.utime(folder)  # the newest are kept
    yield CorpusReady(command.request, data, *prepared(folder))


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


def _in_order(data: DataConfig) -> DataConfig:
    """Put two files in order by what their names say; hold out what a folder has for that."""
    if len(data.train) < 2:
        update = {"validation": data.validation or held_out_in(data.train)}
        return data.model_copy(update=update)
    source, target = sides((Path(data.train[0]), Path(data.train[1])))
    return data.model_copy(update={"train": (str(source), str(target))})

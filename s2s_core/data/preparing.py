"""Making a corpus ready for training: held out, vocabularies learnt, encoded window by window."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path

from s2s_core.configs import DataConfig
from s2s_core.counts import count
from s2s_core.data.added import repeated, sparing_added
from s2s_core.data.begun import NAME, Begun
from s2s_core.data.corpus import HeldOut, fingerprint, load_tokenizers, prepared
from s2s_core.data.encoding import Encoder, ReadingPace, WindowMaker, train_tokenizers
from s2s_core.data.holding_out import Sample, sample_of, split_of
from s2s_core.data.reading import Reading, names_of
from s2s_core.data.splits import Split
from s2s_core.data.spread import Places, places_of
from s2s_core.data.telling import Told
from s2s_core.errors import BadFile
from s2s_core.pair_findings import CorpusWriter
from s2s_core.records import ProgressRecord, Record
from s2s_core.text.tokenizer import Tokenizer

AT_FIRST = 200_000  # pairs; a corpus of more is trained on before all of it has been read
WINDOW = 100_000  # pairs of a large corpus that are encoded, and later sorted, together


def prepare(config: DataConfig, folder: Path) -> Generator[Record, None, None]:
    """Read, hold out, learn the vocabularies and encode.

    Yields progress, a `CorpusRecord` and last a `PreparedRecord`. Everything training needs is
    written into the folder: `tokenizer/`, `encoded/`, `held_out.jsonl`, `corpus.toml`; and the
    text of all pairs as a `PairStore`, with the rows of what was found. No torch.

    Of a corpus of more than `AT_FIRST` pairs both records come twice: as soon as its first window
    can be trained on, with estimates for counts, and at the end. What is held out, and what the
    vocabularies are learnt from, is then drawn from a sample. Where the making of one was
    interrupted, it goes on: what is there is told at once, and not encoded again.
    """
    begun = _begun(config, folder)
    told_before = _told_before(folder) if begun else ()
    yield from told_before
    with CorpusWriter(folder) as text:
        reading = Reading(config, text)
        places = places_of(config)
        yield from _begin(config, reading, places)
        if reading.failure:
            raise reading.failure
        if reading.is_over:
            yield reading.record()
        sample = sample_of(config, reading, places)
        split = sparing_added(config, (yield from split_of(config, sample)))
        if begun is None:
            encoder = yield from _learnt(config, folder, reading, sample, split)
            HeldOut(encoder.held_out(split.held_out, folder / "encoded")).save(folder)
            begun = Begun(fingerprint(config), _key(config, folder))
        encoder = Encoder(config, load_tokenizers(folder))
        held_out = HeldOut.load(folder).pairs
        told = Told(config, folder, encoder, split, held_out, sample, is_told=bool(told_before))
        windows = WindowMaker(encoder, split, folder / "encoded", begun, sample.total)
        del sample
        yield from _encoded(reading, windows, told, text)
    text.write_rows(reading.found.rows())
    if not windows.fitted or not held_out:
        raise _nothing_left(config, reading.found.pairs, windows.fitted, len(held_out))
    if reading.failure:  # what was read before it can be trained on
        raise reading.failure
    records = told.of(reading, windows, is_whole=True)
    windows.finish()  # last: whoever sees that all windows are there copies what is told
    yield from records


def _begin(
    config: DataConfig, reading: Reading, places: Places | None
) -> Iterator[ProgressRecord]:  # fmt: skip
    """Read all pairs of a small corpus; of a large one, so many that it is known to be one."""
    most = WINDOW if places is not None and len(places) > AT_FIRST else AT_FIRST + 1
    reading.waiting = yield from reading.take(most)
    if reading.found.usable < most:  # typed pairs do not make a corpus large
        reading.waiting += yield from reading.take(len(repeated(config)))


def _encoded(
    reading: Reading, windows: WindowMaker, told: Told, text: CorpusWriter
) -> Iterator[Record]:
    """Encode what was read, and of a large corpus window by window what is still to be read."""
    waiting, reading.waiting = reading.waiting, []
    is_large = not reading.is_over
    pace = ReadingPace()
    reading.measure_anew()
    while waiting:
        window, waiting = (waiting[:WINDOW], waiting[WINDOW:]) if is_large else (waiting, [])
        was_new = windows.is_new
        yield from windows.add(window, pace)
        if windows.is_new and not was_new:  # what is still to come takes longer
            pace = ReadingPace(windows.given, windows.share)
            reading.measure_anew()
        if is_large and windows.counts and not told.is_told:
            text.flush()
            text.write_rows(reading.found.rows())
            yield from told.of(reading, windows)
        waiting += yield from reading.take(WINDOW - len(waiting))


def _begun(config: DataConfig, folder: Path) -> Begun | None:
    """Return what an interrupted making of the same corpus has left, if it can be gone on with."""
    if not (folder / "encoded" / NAME).exists():
        return None
    begun = Begun.load(folder / "encoded", fingerprint(config))
    try:
        return begun if begun and begun.key == _key(config, folder) else None
    except OSError:  # of vocabularies or of what is held out
        return None


def _told_before(folder: Path) -> tuple[Record, ...]:
    """Return what was told when the first window was there, if it was."""
    with suppress(BadFile):
        told = prepared(folder)
        return () if told[1].is_whole else told
    return ()


def _learnt(
    config: DataConfig, folder: Path, reading: Reading, sample: Sample, split: Split
) -> Generator[ProgressRecord, None, Encoder]:
    """Learn the vocabularies from what may be trained on, and write them down."""
    learnt = [pair for pair in sample.learnt if not split.keeps_back(pair.source)]
    if not split.held_out or not learnt:
        raise _nothing_left(config, reading.found.pairs, len(learnt), len(split.held_out))
    yield ProgressRecord("learning the vocabulary")
    tokenizers = train_tokenizers(config.tokenizer, learnt)
    _save_tokenizers(folder / "tokenizer", config.tokenizer.joint, *tokenizers)
    return Encoder(config, tokenizers)


def _nothing_left(config: DataConfig, pairs: int, train: int, held_out: int) -> BadFile:
    if pairs == 1:
        return BadFile(
            "{title} has one pair of sentences; at least two are needed: one to train on, one to "
            "hold out", title=names_of(config).title,
        )  # fmt: skip
    return BadFile(
        "{title} leaves {train:pair|pairs} to train on and {held_out} to hold out, of {pairs}; at "
        "least one of each is needed, with no side longer than {longest} pieces",
        title=names_of(config).title, train=count(train), held_out=held_out, pairs=pairs,
        longest=config.longest,
    )  # fmt: skip


def _save_tokenizers(folder: Path, joint: bool, source: Tokenizer, target: Tokenizer) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    models = {"joint": source} if joint else {"source": source, "target": target}
    for name, tokenizer in models.items():
        (folder / f"{name}.model").write_bytes(tokenizer.model)


def _key(config: DataConfig, folder: Path) -> str:
    """Return what windows have in common that can be trained on together."""
    digest = hashlib.sha256(config.model_dump_json().encode())
    for path in (*sorted((folder / "tokenizer").iterdir()), folder / "held_out.jsonl"):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]

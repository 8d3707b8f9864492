"""A corpus: where its pairs come from, what is in it, and how it is made ready for training."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import tomli_w

from s2s_core.configs import DataConfig, DifficultyConfig
from s2s_core.data.added import repeated, sparing_added, without_added
from s2s_core.data.builtin.noise import with_noise
from s2s_core.data.doctor.curing import Curing
from s2s_core.data.encoding import Encoder, Pace, WindowMaker, train_tokenizers
from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers import Look, Wanted, read_pairs
from s2s_core.data.readers.languages import language_of
from s2s_core.data.readers.opening import share_read
from s2s_core.data.splits import SPLITS, Split, last_of, of_sample
from s2s_core.data.spread import Places, places_of
from s2s_core.data.survey import Names, Survey
from s2s_core.data.toy_tasks import TOY_TASKS
from s2s_core.errors import BadFile, S2SError
from s2s_core.files import replacing
from s2s_core.pair_findings import CorpusWriter
from s2s_core.pair_store import PairWriter
from s2s_core.records import CorpusRecord, Finding, PreparedRecord, ProgressRecord, Record
from s2s_core.text.tokenizer import EXTRA_PIECES, Tokenizer

FORMAT = 3  # of a prepared corpus; another one is prepared afresh
OFTEN = 20_000  # pairs read between two records of progress
PREVIEW = 500  # pairs shown
AT_FIRST = 200_000  # pairs; a corpus of more is trained on before all of it has been read
FEWER = 50_000  # of these a sample is drawn, where the rest cannot be gone to
WINDOW = 100_000  # pairs of a large corpus that are encoded, and later sorted, together
EXAMPLES = 1000  # held-out pairs that can be swapped in, with their references


def names_of(config: DataConfig) -> Names:
    """Return what the corpus of a config is called."""
    example, is_checked = "", True
    if config.builtin:
        task = TOY_TASKS[config.builtin]
        title, sides = task.title, [task.source_language, task.target_language]
        is_usual = config.difficulty == DifficultyConfig() and not config.swap_sides
        example, is_checked = task.example if is_usual else "", task.is_faulty
    else:
        files = [Path(name) for name in config.train]
        title = " + ".join(file.name for file in files)
        sides = [language_of(file) for file in files] if len(files) == 2 else []
    if config.swap_sides:
        sides.reverse()
    sides = sides or ["Source", "Target"]  # a table does not say what its columns are
    return Names(title, sides[0], sides[1], example, config.swap_sides, is_checked)


def pairs_of(config: DataConfig, validation: bool = False) -> Iterator[SentencePair]:
    """Yield the pairs of a config, cured as it asks for; none with a blank side, no row left out.

    Pairs of validation files are given as they are: their scores are compared with others'.
    """
    if validation:
        yield from _raw_pairs(config, validation=True)
    else:
        curing = _cured(config)
        yield from (pair for _, pair in curing.rows(_raw_pairs(config, curing)))


def _cured(config: DataConfig, text: PairWriter | None = None) -> Curing:
    """Return what cures the pairs of a config, and knows which sources are held out.

    The pairs that it changes are written to `text`.
    """
    held_out = config.validation and _raw_pairs(config, validation=True)
    sources = frozenset(hash(pair.source) for pair in held_out or ())
    return Curing(config.cures, sources, frozenset(config.left_out), text)


def _raw_pairs(
    config: DataConfig, curing: Curing | None = None, look: Look | None = None, *,
    validation: bool = False,
) -> Iterator[SentencePair]:  # fmt: skip
    """Yield the pairs of a config as they come, in the direction asked for."""
    files = config.validation if validation else config.train
    noise = 0 if validation else _noise(config)
    if config.builtin and not validation:
        task = TOY_TASKS[config.builtin]
        pairs: Iterable[SentencePair] = task(
            random.Random(config.seed), config.builtin_pairs, config.difficulty
        )
    else:
        cut = curing.cut if curing and not validation else None
        wanted = Wanted(config.source_column, config.target_column, cut, look)
        pairs = read_pairs(tuple(Path(name) for name in files), wanted)
    if config.swap_sides:
        pairs = (SentencePair(pair.target, pair.source) for pair in pairs)
    yield from with_noise(pairs, noise, config.seed) if noise else pairs


def _noise(config: DataConfig) -> int:
    """Return how many of the target words of a built-in corpus are wrong in training."""
    if not config.builtin:
        return 0
    return TOY_TASKS[config.builtin].checked(config.difficulty).get("noise", 0)


def survey(config: DataConfig) -> Iterator[Record]:
    """Read a corpus once: progress, then a `CorpusRecord` of what it holds and what is odd."""
    reading = _Reading(config.model_copy(update={"added": ()}))
    while not reading.is_over:
        yield from reading.take(OFTEN)
    if reading.failure:
        raise reading.failure
    yield reading.record()


def examined(
    config: DataConfig, text: CorpusWriter | None = None
) -> tuple[Survey, Iterator[SentencePair]]:
    """Return the pairs of a corpus that can be used, and what looks at them on their way.

    All pairs are copied to `text` as they come, and those that a cure changes a second time.
    """
    found = Survey(PREVIEW, _cured(config, text.changed if text else None))
    return found, _usable(config, found, text)


def _usable(config: DataConfig, found: Survey, text: PairWriter | None) -> Iterator[SentencePair]:
    raw = _raw_pairs(config, found.curing, found.look)
    yield from found.read(raw if text is None else _copied(raw, text))
    if not found.usable:
        raise BadFile("{title} holds no pair with text on both sides", title=names_of(config).title)


def prepare(config: DataConfig, folder: Path) -> Generator[Record, None, None]:
    """Read, hold out, learn the vocabularies and encode.

    Yields progress, a `CorpusRecord` and last a `PreparedRecord`. Everything training needs is
    written into the folder: `tokenizer/`, `encoded/`, `held_out.jsonl`, `corpus.toml`; and the
    text of all pairs as a `PairStore`, with the rows of what was found. No torch.

    Of a corpus of more than `AT_FIRST` pairs both records come twice: as soon as its first window
    can be trained on, with estimates for counts, and at the end. What is held out, and what the
    vocabularies are learnt from, is then drawn from a sample.
    """
    with CorpusWriter(folder) as text:
        reading = _Reading(config, text)
        places = places_of(config)
        is_large = places is not None and len(places) > AT_FIRST
        most = WINDOW if is_large else AT_FIRST + 1
        waiting = yield from reading.take(most)
        if reading.found.usable < most:  # typed pairs do not make a corpus large
            waiting += yield from reading.take(len(repeated(config)))
        is_large = not reading.is_over  # now it is known for certain
        if reading.failure:
            raise reading.failure
        if not is_large:
            yield reading.record()
        sample = _sample(config, reading, waiting, places)
        split = sparing_added(config, _split(config, sample))
        encoder = yield from _learnt(config, folder, reading, sample, split)
        held_out = encoder.held_out(split.held_out, folder / "encoded")
        HeldOut(held_out).save(folder)
        told = _Told(config, folder, encoder, split, held_out, sample)
        key = _key(config, folder)
        windows = WindowMaker(encoder, split, folder / "encoded", key, sample.total)
        del sample
        while waiting:
            window, waiting = (waiting[:WINDOW], waiting[WINDOW:]) if is_large else (waiting, [])
            yield from windows.add(window, reading.pace if is_large else Pace())
            if is_large and windows.counts and not told.is_told:
                text.flush()
                text.write_rows(reading.found.rows())
                yield from told.of(reading, windows)
            waiting += yield from reading.take(WINDOW - len(waiting))
    text.write_rows(reading.found.rows())
    if not windows.fitted or not held_out:
        raise _nothing_left(config, reading.found.pairs, windows.fitted, len(held_out))
    if reading.failure:  # what was read before it can be trained on
        raise reading.failure
    records = told.of(reading, windows, is_whole=True)
    windows.finish()  # last: whoever sees that all windows are there copies what is told
    yield from records


def _learnt(
    config: DataConfig, folder: Path, reading: _Reading, sample: _Sample, split: Split
) -> Generator[ProgressRecord, None, Encoder]:
    """Learn the vocabularies from what may be trained on, and write them down."""
    learnt = [pair for pair in sample.learnt if not split.keeps_back(pair.source)]
    if not split.held_out or not learnt:
        raise _nothing_left(config, reading.found.pairs, len(learnt), len(split.held_out))
    yield ProgressRecord("learning the vocabulary")
    tokenizers = train_tokenizers(config.tokenizer, learnt)
    _save_tokenizers(folder / "tokenizer", config.tokenizer.joint, *tokenizers)
    return Encoder(config, tokenizers)


def prepared(folder: Path) -> tuple[CorpusRecord, PreparedRecord]:
    """Return what `prepare` has told of the corpus in a folder."""
    try:
        values = json.loads((folder / "prepared.json").read_text(encoding="utf-8"))
        corpus = values["corpus"]
        corpus["preview"] = tuple((source, target) for source, target in corpus["preview"])
        for pairs in ("columns", "encodings"):
            corpus[pairs] = tuple((name, text) for name, text in corpus.get(pairs, ()))
        corpus["preview_cured"] = tuple((n, s, t) for n, s, t in corpus.get("preview_cured", ()))
        corpus["preview_left_out"] = tuple(corpus.get("preview_left_out", ()))
        corpus["spaced"] = tuple(corpus.get("spaced", (True, True)))
        corpus["findings"] = tuple(_finding(values) for values in corpus["findings"])
        values["prepared"]["examples"] = tuple((s, t) for s, t in values["prepared"]["examples"])
        ready = PreparedRecord(folder=str(folder), **values["prepared"])
        return CorpusRecord(**corpus), ready
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadFile(
            "{folder} holds no prepared corpus: {why}", folder=folder, why=error
        ) from None


def settle(folder: Path, train_pairs: int) -> None:
    """Write down that there will be no more of a corpus than so many pairs to train on."""
    corpus, record = prepared(folder)
    values = asdict(replace(record, train_pairs=train_pairs, is_whole=True))
    _save_told(folder, corpus, values)


def _save_told(folder: Path, corpus: CorpusRecord, prepared: dict[str, Any]) -> None:
    del prepared["folder"]
    text = json.dumps({"corpus": asdict(corpus), "prepared": prepared}, ensure_ascii=False)
    with replacing(folder / "prepared.json") as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def _finding(values: dict[str, Any]) -> Finding:
    """Return what `prepare` wrote of a finding; without a name it is of before the doctor."""
    if "name" not in values:
        return Finding("", values["template"], values["count"])
    return Finding(**values | {"examples": tuple((n, s, t) for n, s, t in values["examples"])})


def fingerprint(config: DataConfig) -> str:
    """Return a name for the prepared corpus: the same for the same settings and files."""
    stamps = []
    for path in _files(config):
        try:
            status = path.stat()
        except OSError as error:
            raise BadFile("{file} cannot be read: {why}", file=path, why=error.strerror) from None
        stamps.append((str(path.resolve()), status.st_size, status.st_mtime_ns))
    text = json.dumps([FORMAT, config.model_dump(mode="json"), stamps])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _files(config: DataConfig) -> Iterator[Path]:
    """Yield the files of a corpus, those in a folder one by one."""
    for path in map(Path, (*config.train, *config.validation)):
        if path.is_dir():
            yield from sorted(file for file in path.iterdir() if file.is_file())
        else:
            yield path


@dataclass(frozen=True)
class HeldOut:
    """The sentence pairs that are never trained on, in the order of their encoded rows."""

    pairs: list[SentencePair]

    def save(self, folder: Path) -> None:
        """Write held_out.jsonl."""
        with (folder / "held_out.jsonl").open("w", encoding="utf-8", newline="\n") as file:
            for pair in self.pairs:
                file.write(json.dumps(pair._asdict(), ensure_ascii=False) + "\n")

    @classmethod
    def load(cls, folder: Path) -> HeldOut:
        """Read held_out.jsonl."""
        path = folder / "held_out.jsonl"
        try:
            with path.open(encoding="utf-8", newline="\n") as file:
                return cls([SentencePair(**json.loads(line)) for line in file])
        except (OSError, ValueError, TypeError) as error:
            raise BadFile("{file} cannot be read: {why}", file=path, why=error) from None


def load_tokenizers(folder: Path) -> tuple[Tokenizer, Tokenizer]:
    """Return the source and the target tokenizer of a prepared corpus or a run."""
    joint = folder / "tokenizer" / "joint.model"
    if joint.exists():
        both = Tokenizer.load(joint)
        return both, both
    return tuple(Tokenizer.load(folder / "tokenizer" / f"{s}.model") for s in ("source", "target"))  # type: ignore[return-value]


class _Reading:
    """A corpus on its way: the pairs that can be used, then those that were added."""

    def __init__(self, config: DataConfig, text: CorpusWriter | None = None) -> None:
        self.found, cured = examined(config, text)
        self.is_over = False
        self.taken = 0  # pairs, the added ones too
        self.failure: S2SError | None = None
        self.pace = Pace()
        self._config = config
        self._pairs = chain(cured, repeated(config))

    def take(self, most: int) -> Generator[ProgressRecord, None, list[SentencePair]]:
        """Read on and tell how far it is; returns pairs, fewer than asked for at the end."""
        taken: list[SentencePair] = []
        try:
            for pair in islice(self._pairs, max(0, most)):
                taken.append(pair)
                self.taken += 1
                if self.taken % OFTEN == 0:
                    pace = self.pace.of(self.found.usable, self.share)
                    yield ProgressRecord("reading", self.found.usable, 0, *pace)
        except S2SError as error:
            self.failure = error
        self.is_over = self.is_over or len(taken) < most
        return taken

    @property
    def share(self) -> float:
        """How much of the corpus has been read, as far as that can be known."""
        pairs = self._config.builtin and self._config.builtin_pairs
        return self.found.usable / pairs if pairs else share_read()

    def record(self, total: int = 0) -> CorpusRecord:
        """Return what has been seen; `total` pairs are expected where not all was read."""
        record = self.found.record(names_of(self._config))
        if not self.is_over:
            return replace(record, pairs=total, kept=0, is_counted=False)
        return record


@dataclass(frozen=True)
class _Sample:
    """The pairs that a split and vocabularies come from: all, or some of a large corpus."""

    pairs: Sequence[SentencePair]
    added: Sequence[SentencePair]
    total: int  # pairs of the corpus, as far as that can be known; 0: these are all
    is_spread: bool = True  # over all the corpus; otherwise they are the first

    @property
    def learnt(self) -> list[SentencePair]:
        """The pairs to learn vocabularies from, those held out not yet left out."""
        return [*self.pairs, *self.added]


def _sample(
    config: DataConfig, reading: _Reading, first: list[SentencePair], places: Places | None
) -> _Sample:
    """Return the first pairs, where they are all; otherwise a sample of the whole corpus."""
    added = repeated(config)
    if reading.is_over:
        return _Sample(without_added(config, first), added, 0)
    if places is not None:
        with suppress(BadFile), places.sample() as some:  # what is bad is told when it is read
            return _Sample([p for p in pairs_of(some) if is_usable(p)], added, len(places))
    total = round(reading.found.usable / (reading.share or 1))
    return _Sample(first[:: AT_FIRST // FEWER], added, total, is_spread=False)


def is_usable(pair: SentencePair) -> bool:
    """Tell whether both sides have text."""
    return bool(pair.source.strip() and pair.target.strip())


def _copied(pairs: Iterable[SentencePair], text: PairWriter) -> Iterator[SentencePair]:
    for pair in pairs:
        text.add(pair)
        yield pair


def _split(config: DataConfig, sample: _Sample) -> Split:
    """Choose what is held out; validation files are held out as given."""
    if config.validation:
        given = filter(is_usable, pairs_of(config, validation=True))
        return Split(list(given), keeps_back=lambda source: False)
    if not sample.total:
        split = _as_if_whole(config, sample.pairs) or SPLITS[config.split](config, sample.pairs)
    elif config.split == "by_order":
        split = last_of(config, examined(config)[1])
    else:
        split = of_sample(config, sample.pairs, sample.total)
    return _without_noise(config, split)


def _as_if_whole(config: DataConfig, pairs: Sequence[SentencePair]) -> Split | None:
    """Split as if no row were left out, where some are: which others are held out stays so."""
    if not config.left_out:
        return None
    whole = filter(is_usable, pairs_of(config.model_copy(update={"left_out": ()})))
    split = SPLITS[config.split](config, list(whole))
    there = set(pairs)
    held_out = [pair for pair in split.held_out if pair in there]
    return replace(split, held_out=held_out) if held_out else None


def _without_noise(config: DataConfig, split: Split) -> Split:
    """Give what is held out from a noisy built-in corpus the targets that are right."""
    if not _noise(config):
        return split
    clean = config.difficulty.model_copy(update={"noise": 0})
    right = dict(split.held_out)
    pairs = pairs_of(config.model_copy(update={"difficulty": clean}))
    right.update(pair for pair in pairs if pair.source in right)  # the others may be many
    held_out = [SentencePair(source, right[source]) for source, _ in split.held_out]
    return replace(split, held_out=held_out)


def _nothing_left(config: DataConfig, pairs: int, train: int, held_out: int) -> BadFile:
    return BadFile(
        "{title} leaves {train} pairs to train on and {held_out} to hold out, of {pairs}; at "
        "least one of each is needed, no side longer than {longest} pieces",
        title=names_of(config).title, train=train, held_out=held_out, pairs=pairs,
        longest=config.longest,
    )  # fmt: skip


def _save_tokenizers(folder: Path, joint: bool, source: Tokenizer, target: Tokenizer) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    models = {"joint": source} if joint else {"source": source, "target": target}
    for name, tokenizer in models.items():
        (folder / f"{name}.model").write_bytes(tokenizer.model)


class _Told:
    """What is told of a prepared corpus, and written beside it: now, and when it is whole."""

    def __init__(
        self, config: DataConfig, folder: Path, encoder: Encoder, split: Split,
        held_out: list[SentencePair], sample: _Sample,
    ) -> None:  # fmt: skip
        self.is_told = False
        self._config = config
        self._folder = folder
        self._held_out_too_long = len(split.held_out) - len(held_out)
        self._total = sample.total
        source, target = encoder.tokenizers
        self._record = PreparedRecord(
            folder=str(folder), train_pairs=0, held_out_pairs=len(held_out),
            source_vocabulary=source.size, target_vocabulary=target.size, blank=0, too_long=0,
            examples=tuple((pair.source, pair.target) for pair in held_out[:EXAMPLES]),
            vocabulary_lowered=min(source.size, target.size)
            < config.tokenizer.vocabulary_size + EXTRA_PIECES,
            vocabulary_pairs=len(sample.learnt) if sample.total else 0,
            vocabulary_spread=sample.is_spread,
        )  # fmt: skip

    def of(
        self, reading: _Reading, windows: WindowMaker, *, is_whole: bool = False
    ) -> list[Record]:
        """Write both records and return them, that of the corpus where it was not yielded yet."""
        self.is_told = True
        corpus = reading.record(self._total)
        pairs = windows.fitted if is_whole else windows.total
        record = replace(
            self._record, train_pairs=pairs, blank=reading.found.blank,
            too_long=windows.seen - windows.fitted + self._held_out_too_long, is_whole=is_whole,
        )  # fmt: skip
        _describe(self._config, self._folder, corpus, record)
        return [corpus, record] if self._total else [record]


def _key(config: DataConfig, folder: Path) -> str:
    """Return what windows have in common that can be trained on together."""
    digest = hashlib.sha256(config.model_dump_json().encode())
    for path in (*sorted((folder / "tokenizer").iterdir()), folder / "held_out.jsonl"):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _describe(
    config: DataConfig, folder: Path, corpus: CorpusRecord, record: PreparedRecord
) -> None:
    """Write corpus.toml for people and prepared.json for `prepared`."""
    values = asdict(record)
    _save_told(folder, corpus, values)
    del values["examples"]
    description = {
        "format": FORMAT, "title": corpus.title, "source": corpus.source_name,
        "target": corpus.target_name, "counts": values,
        "cures": {found.name: found.cured for found in corpus.findings if found.cured},
        "file": [_file_entry(path, whole=record.is_whole) for path in _files(config)],
    }  # fmt: skip
    if config.added:
        description["added"] = {"pairs": len(config.added), "times": config.added_times}
    with replacing(folder / "corpus.toml") as unfinished:
        unfinished.write_text(tomli_w.dumps(description), encoding="utf-8")


def _file_entry(path: Path, *, whole: bool) -> dict[str, object]:
    """Return what tells a file; to read a large one once more can wait until all is done."""
    entry: dict[str, object] = {"path": str(path.resolve()), "bytes": path.stat().st_size}
    if whole:
        with path.open("rb") as file:
            entry["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
    return entry

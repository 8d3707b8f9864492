"""A corpus: where its pairs come from, what is in it, and how it is made ready for training."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import tomli_w

from s2s_core.configs import DataConfig
from s2s_core.data.added import repeated, sparing_added, without_added
from s2s_core.data.builtin.noise import with_noise
from s2s_core.data.doctor.curing import Curing
from s2s_core.data.encoding import Encoder, Pace, Sample, train_tokenizers
from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers import Look, Wanted, read_pairs
from s2s_core.data.readers.languages import language_of
from s2s_core.data.readers.opening import share_read
from s2s_core.data.splits import SPLITS, Split
from s2s_core.data.survey import Names, Survey
from s2s_core.data.toy_tasks import TOY_TASKS
from s2s_core.errors import BadFile
from s2s_core.pair_findings import CorpusWriter
from s2s_core.pair_store import PairStore, PairWriter
from s2s_core.records import CorpusRecord, Finding, PreparedRecord, ProgressRecord, Record
from s2s_core.text.tokenizer import EXTRA_PIECES, Tokenizer

FORMAT = 3  # of a prepared corpus; another one is prepared afresh
OFTEN = 20_000  # pairs read between two records of progress
PREVIEW = 500  # pairs shown
EXAMPLES = 1000  # held-out pairs that can be swapped in, with their references


def names_of(config: DataConfig) -> Names:
    """Return what the corpus of a config is called."""
    example, is_checked = "", True
    if config.builtin:
        task = TOY_TASKS[config.builtin]
        title, sides = task.title, [task.source_language, task.target_language]
        example, is_checked = "" if config.swap_sides else task.example, task.is_faulty
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
    found, pairs = examined(config)
    yield from _read(config, found, pairs)
    yield found.record(names_of(config))


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


def prepare(config: DataConfig, folder: Path) -> Iterator[Record]:
    """Read, hold out, learn the vocabularies and encode.

    Yields progress, a `CorpusRecord` and last a `PreparedRecord`. Everything training needs is
    written into the folder: `tokenizer/`, `encoded/`, `held_out.jsonl`, `corpus.toml`; and the
    text of all pairs as a `PairStore`, with the rows of what was found. No torch.
    """
    folder.mkdir(parents=True, exist_ok=True)
    usable = folder / "usable"
    with CorpusWriter(folder) as text, PairWriter(usable) as kept:
        found, cured = examined(config, text)
        yield from _read(config, found, cured, kept)
        for pair in repeated(config):
            kept.add(pair)
    text.write_rows(found.rows())
    corpus = found.record(names_of(config))
    more = len(config.added)
    corpus = replace(corpus, pairs=corpus.pairs + more, kept=corpus.kept + more)
    yield corpus
    pairs = PairStore.load(usable)
    split = sparing_added(config, _split(config, without_added(config, pairs)))
    sample = Sample(pairs, split, config.seed)
    learnt_from = 0 if sample.is_all else len(sample)
    if not split.held_out or not any(True for _ in sample):
        left = sum(not split.keeps_back(pair.source) for pair in pairs)
        raise _nothing_left(config, corpus, left, len(split.held_out))
    yield ProgressRecord("learning the vocabulary")
    source, target = train_tokenizers(config.tokenizer, sample)
    _save_tokenizers(folder / "tokenizer", config.tokenizer.joint, source, target)
    encoder = Encoder(config, (source, target))
    train, fitting = yield from encoder.training(pairs, split, folder / "encoded")
    held_out = encoder.held_out(split.held_out, folder / "encoded")
    if not fitting or not held_out:
        raise _nothing_left(config, corpus, fitting, len(held_out))
    HeldOut(held_out).save(folder)
    del pairs, sample  # a file that is mapped cannot be removed everywhere
    shutil.rmtree(usable)
    record = PreparedRecord(
        folder=str(folder), train_pairs=fitting, held_out_pairs=len(held_out),
        source_vocabulary=source.size, target_vocabulary=target.size, blank=found.blank,
        too_long=train - fitting + len(split.held_out) - len(held_out),
        examples=tuple((pair.source, pair.target) for pair in held_out[:EXAMPLES]),
        vocabulary_lowered=min(source.size, target.size)
        < config.tokenizer.vocabulary_size + EXTRA_PIECES,
        vocabulary_pairs=learnt_from,
    )  # fmt: skip
    _describe(config, folder, corpus, record)
    yield record


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
        corpus["findings"] = tuple(_finding(values) for values in corpus["findings"])
        values["prepared"]["examples"] = tuple((s, t) for s, t in values["prepared"]["examples"])
        ready = PreparedRecord(folder=str(folder), **values["prepared"])
        return CorpusRecord(**corpus), ready
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadFile(
            "{folder} holds no prepared corpus: {why}", folder=folder, why=error
        ) from None


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


def _read(
    config: DataConfig, found: Survey, pairs: Iterable[SentencePair], kept: PairWriter | None = None
) -> Iterator[ProgressRecord]:
    """Keep every pair, and tell how far it is."""
    pace = Pace()
    for pair in pairs:
        if kept is not None:
            kept.add(pair)
        if found.usable % OFTEN == 0:
            share = found.usable / max(1, config.builtin_pairs) if config.builtin else share_read()
            yield ProgressRecord("reading", found.usable, 0, *pace.of(found.usable, share))


def _copied(pairs: Iterable[SentencePair], text: PairWriter) -> Iterator[SentencePair]:
    for pair in pairs:
        text.add(pair)
        yield pair


def _split(config: DataConfig, pairs: Sequence[SentencePair]) -> Split:
    """Choose what is held out; validation files are held out as given."""
    if config.validation:
        given = pairs_of(config, validation=True)
        held_out = [p for p in given if p.source.strip() and p.target.strip()]
        return Split(held_out, keeps_back=lambda source: False)
    return _without_noise(config, SPLITS[config.split](config, pairs))


def _without_noise(config: DataConfig, split: Split) -> Split:
    """Give what is held out from a noisy built-in corpus the targets that are right."""
    if not _noise(config):
        return split
    clean = config.difficulty.model_copy(update={"noise": 0})
    right = dict(pairs_of(config.model_copy(update={"difficulty": clean})))
    held_out = [
        SentencePair(source, right.get(source, target)) for source, target in split.held_out
    ]
    return replace(split, held_out=held_out)


def _nothing_left(config: DataConfig, corpus: CorpusRecord, train: int, held_out: int) -> BadFile:
    return BadFile(
        "{title} leaves {train} pairs to train on and {held_out} to hold out, of {pairs}; at "
        "least one of each is needed, no side longer than {longest} pieces",
        title=corpus.title, train=train, held_out=held_out, pairs=corpus.pairs,
        longest=config.longest,
    )  # fmt: skip


def _save_tokenizers(folder: Path, joint: bool, source: Tokenizer, target: Tokenizer) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    models = {"joint": source} if joint else {"source": source, "target": target}
    for name, tokenizer in models.items():
        (folder / f"{name}.model").write_bytes(tokenizer.model)


def _describe(
    config: DataConfig, folder: Path, corpus: CorpusRecord, record: PreparedRecord
) -> None:
    """Write corpus.toml for people and prepared.json for `prepared`."""
    values = asdict(record)
    del values["folder"]
    text = json.dumps({"corpus": asdict(corpus), "prepared": values}, ensure_ascii=False)
    (folder / "prepared.json").write_text(text, encoding="utf-8")
    del values["examples"]
    description = {
        "format": FORMAT, "title": corpus.title, "source": corpus.source_name,
        "target": corpus.target_name, "counts": values,
        "cures": {found.name: found.cured for found in corpus.findings if found.cured},
        "file": [_file_entry(path) for path in _files(config)],
    }  # fmt: skip
    if config.added:
        description["added"] = {"pairs": len(config.added), "times": config.added_times}
    (folder / "corpus.toml").write_text(tomli_w.dumps(description), encoding="utf-8")


def _file_entry(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"path": str(path.resolve()), "bytes": path.stat().st_size, "sha256": digest}

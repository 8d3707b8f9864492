"""A prepared corpus: how its folder is named, and how what lies there is opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from s2s_core.configs import DataConfig
from s2s_core.corpus_files import files_in
from s2s_core.data.pairs import SentencePair
from s2s_core.errors import BadFile
from s2s_core.files import replacing
from s2s_core.records import CorpusRecord, Finding, PreparedRecord
from s2s_core.text.tokenizer import Tokenizer

FORMAT = 3  # of a prepared corpus; another one is prepared afresh


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
        values["prepared"]["known_words"] = tuple(values["prepared"].get("known_words", ()))
        values["prepared"].pop("vocabulary_spread", None)  # which older ones tell
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
    save_told(folder, corpus, values)


def save_told(folder: Path, corpus: CorpusRecord, prepared: dict[str, Any]) -> None:
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
    for path in files_of(config):
        try:
            status = path.stat()
        except OSError as error:
            raise BadFile("{file} cannot be read: {why}", file=path, why=error.strerror) from None
        stamps.append((str(path.resolve()), status.st_size, status.st_mtime_ns))
    text = json.dumps([FORMAT, config.model_dump(mode="json"), stamps])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def files_of(config: DataConfig) -> Iterator[Path]:
    """Yield the files of a corpus, those in a folder one by one."""
    for path in map(Path, (*config.train, *config.validation)):
        if path.is_dir():
            yield from files_in(path)
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

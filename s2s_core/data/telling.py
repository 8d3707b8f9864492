"""What is told of a corpus that is being prepared, and written beside it for later."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace
from pathlib import Path

import tomli_w

from s2s_core.configs import DataConfig
from s2s_core.data.corpus import FORMAT, files_of, save_told
from s2s_core.data.encoding import Encoder, WindowMaker
from s2s_core.data.holding_out import Sample
from s2s_core.data.pairs import SentencePair
from s2s_core.data.reading import Reading
from s2s_core.data.splits import Split
from s2s_core.files import replacing
from s2s_core.records import CorpusRecord, PreparedRecord, Record
from s2s_core.text.tokenizer import EXTRA_PIECES

EXAMPLES = 1000  # held-out pairs that can be swapped in, with their references


class Told:
    """What is told of a prepared corpus, and written beside it: now, and when it is whole."""

    def __init__(
        self, config: DataConfig, folder: Path, encoder: Encoder, split: Split,
        held_out: list[SentencePair], sample: Sample, *, is_told: bool,
    ) -> None:  # fmt: skip
        self.is_told = is_told  # that the first window is there
        self._config = config
        self._folder = folder
        self._held_out = len(split.held_out)
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
            beginning=sample.beginning,
        )  # fmt: skip

    def of(self, reading: Reading, windows: WindowMaker, *, is_whole: bool = False) -> list[Record]:
        """Write both records and return them, that of the corpus where it was not yielded yet."""
        self.is_told = True
        corpus = reading.record(self._total)
        pairs = windows.fitted if is_whole else windows.total
        record = replace(
            self._record, train_pairs=pairs, blank=reading.found.blank,
            too_long=windows.seen - windows.fitted + self._held_out_too_long,
            kept_back=self._kept_back(windows) if is_whole else 0, is_whole=is_whole,
            known_words=tuple(windows.words) if corpus.spaced[0] else (),
        )  # fmt: skip
        _describe(self._config, self._folder, corpus, record)
        return [corpus, record] if self._total else [record]

    def _kept_back(self, windows: WindowMaker) -> int:
        """Return how many pairs are neither trained on nor held out: their source is another's."""
        held_out = 0 if self._config.validation else self._held_out
        return max(0, windows.given - windows.seen - held_out)


def _describe(
    config: DataConfig, folder: Path, corpus: CorpusRecord, record: PreparedRecord
) -> None:
    """Write corpus.toml for people and prepared.json for `prepared`."""
    values = asdict(record)
    save_told(folder, corpus, values)
    for name in ("examples", "known_words"):
        del values[name]
    description = {
        "format": FORMAT, "title": corpus.title, "source": corpus.source_name,
        "target": corpus.target_name, "counts": values,
        "cures": {found.name: found.cured for found in corpus.findings if found.cured},
        "file": [_file_entry(path, whole=record.is_whole) for path in files_of(config)],
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

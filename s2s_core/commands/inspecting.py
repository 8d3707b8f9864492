"""The command that looks through a corpus."""

from __future__ import annotations

import argparse
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from s2s_core.configs import DataConfig, RunConfig
from s2s_core.counts import count
from s2s_core.data.cleaned import write_pairs
from s2s_core.data.reading import examined, names_of
from s2s_core.errors import BadConfig
from s2s_core.experiment import merged
from s2s_core.records import CorpusRecord


def inspect(options: argparse.Namespace) -> int:
    """Print counts, a preview and what is odd about a corpus; write what the cures leave."""
    data = files_config(options.files, options.validation, options.cure)
    found, pairs = examined(data)
    if options.out:
        _refuse_to_overwrite(options.out, data)
        written = write_pairs(pairs, options.out)
    else:
        deque(pairs, 0)
    _print_corpus(found.record(names_of(data)))
    if options.out:
        print(f"{count(written.pairs):pair|pairs} written to {options.out}")
        if written.changed:
            print(f"  in {written.changed:,} of them tabs or line breaks became spaces")
    return 0


def _refuse_to_overwrite(out: Path, data: DataConfig) -> None:
    if out.exists() and any(out.samefile(file) for file in (*data.train, *data.validation)):
        raise BadConfig("{out} is a file of the corpus, which stays as it is", out=out)


def _print_corpus(record: CorpusRecord) -> None:
    sides = f"{record.source_name} → {record.target_name}"
    print(f"{record.title}: {count(record.pairs):pair|pairs}, {sides}")
    units = ["words" if is_spaced else "characters" for is_spaced in record.spaced]
    first = f"{record.source_words:.1f}" + ("" if len(set(units)) == 1 else f" {units[0]}")
    print(f"{first} and {record.target_words:.1f} {units[1]} a sentence, on average")
    for source, target in record.preview[:5]:
        print(f"  {source}\t{target}")
    for finding in record.findings:
        has_text = finding.example.strip(" →")
        example = f". For example: {finding.example}" if has_text else ""
        print(f"! {finding.sentence}{example}")
        if finding.cure:
            done = "cured by" if finding.cured else "cure"
            print(f"    {done} {finding.name}: {finding.cure}")
    if 0 < record.kept < record.pairs or record.changed:
        kept = f"{record.kept:,} of {count(record.pairs):pair is|pairs are} kept"
        print(f"{kept}, {record.changed:,} changed")


def files_config(
    files: Sequence[str], validation: Sequence[str] = (), cures: str = ""
) -> DataConfig:
    """Return the settings of a corpus of these files, with cures parted by commas."""
    names = [name.strip() for name in cures.split(",") if name.strip()]
    data = {"builtin": "", "train": list(files), "validation": list(validation), "cures": names}
    return merged(RunConfig(), {"data": data}).data

"""Pairs flow in blocks, whose size nothing hangs on but the time that is taken."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from s2s_core.configs import DataConfig
from s2s_core.data import reading, survey
from s2s_core.data.blocks import in_blocks
from s2s_core.data.doctor import CHECKS, curing
from s2s_core.data.phrasebook_sentences import sentences
from s2s_core.data.preparing import prepare
from s2s_core.errors import BadFile
from s2s_core.pair_findings import CHANGED, INDEX, LEFT_OUT, ROWS, PairFindings
from s2s_core.records import CorpusRecord, PreparedRecord


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (3, [3]), (6, [3, 3]), (7, [3, 3, 1])])
def test_blocks_hold_all_in_order(count: int, sizes: list[int]) -> None:
    blocks = list(in_blocks(iter(range(count)), 3))
    assert [len(block) for block in blocks] == sizes
    assert [number for block in blocks for number in block] == list(range(count))


@pytest.mark.parametrize("count", [0, 2, 3, 4])
def test_what_came_before_an_error_comes_before_it(count: int) -> None:
    def numbers() -> Iterator[int]:
        yield from range(count)
        raise BadFile("line {line} is bad", line=count)

    found: list[int] = []
    with pytest.raises(BadFile, match=f"line {count} is bad"):
        found.extend(chain.from_iterable(in_blocks(numbers(), 3)))
    assert found == list(range(count))


def faulty_lines() -> list[str]:
    """Return lines of pairs with all that is always left out, and much that a cure changes."""
    lines = ["\t".join(pair) for pair in sentences(random.Random(3), 300)]
    lines[20:20] = ["\tune phrase seule", "no tab", "", "a  b\tc\u00a0d", "cafÃ©\tcafe\u0301"]
    lines[90:90] = [*lines[:9], "<b>bold</b>\tgras", "&amp;\t<i></i>", "wоrd\tmot 12 345"]
    lines[200:200] = [lines[7].partition("\t")[0] + "\tautre chose", "a\tb\tc\td"]
    return lines


def prepared(config: DataConfig, folder: Path) -> tuple[object, ...]:
    """Return all that a corpus becomes: its text, numbers and findings, and what is told of it."""
    told = [r for r in prepare(config, folder) if isinstance(r, CorpusRecord | PreparedRecord)]
    corpus, ready = told
    assert isinstance(corpus, CorpusRecord)
    assert isinstance(ready, PreparedRecord)
    apart = ("prepared.json", "corpus.toml", ROWS, INDEX)  # what is found first stands there first
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in apart
    }
    found = PairFindings.load(folder, corpus.pairs)
    names = [CHANGED, LEFT_OUT, *CHECKS]
    rows = {name: found.rows(name).tolist() for name in names}
    findings = sorted(corpus.findings, key=lambda finding: finding.name)
    assert findings
    return files, rows, findings, replace(corpus, findings=()), replace(ready, folder="")


@pytest.mark.parametrize("left_out", [(), (1, 8, 30)])
@pytest.mark.parametrize("cures", [(), ("all",)])
def test_blocks_of_any_size_give_the_same_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cures: tuple[str, ...],
    left_out: tuple[int, ...],
) -> None:  # fmt: skip
    file = tmp_path / "pairs.tsv"
    file.write_text("\n".join(faulty_lines()) + "\n", encoding="utf-8")
    config = DataConfig(
        builtin="", train=(str(file),), cures=cures, left_out=left_out, added=("typed\ttapé",),
    )  # fmt: skip
    for module in (reading, curing, survey):
        monkeypatch.setattr(module, "SAMPLE", 100)
    expected = prepared(config, tmp_path / "large")
    for module, size in ((reading, 7), (curing, 5), (survey, 3)):
        monkeypatch.setattr(module, "PAIRS", size)
    monkeypatch.setattr(reading, "LOOK", 4)
    assert prepared(config, tmp_path / "small") == expected

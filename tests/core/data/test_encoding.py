from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from s2s_core.configs import DataConfig, TokenizerConfig
from s2s_core.data import encoding, reading
from s2s_core.data.corpus import load_tokenizers
from s2s_core.data.preparing import prepare
from s2s_core.data.store import EncodedPairs
from s2s_core.pair_store import PairStore
from s2s_core.records import PreparedRecord, ProgressRecord
from tests.helpers import tiny_prepared

CORPUS = DataConfig(builtin_pairs=2000, longest=12)


def test_parts_give_the_same_as_all_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tiny_prepared(tmp_path / "whole", CORPUS)
    monkeypatch.setattr(encoding, "TOGETHER", 77)
    parts = tiny_prepared(tmp_path / "parts", CORPUS)
    assert whole.too_long == parts.too_long > 0
    assert whole.vocabulary_pairs == 0
    for name in ("train", "held_out"):
        one, other = (EncodedPairs.load(tmp_path / n / "encoded", name) for n in ("whole", "parts"))
        for a, b in ((one.sources, other.sources), (one.targets, other.targets)):
            assert np.array_equal(a.values, b.values)
            assert np.array_equal(a.offsets, b.offsets)
    assert len(one) == whole.held_out_pairs
    assert not (tmp_path / "parts" / "usable").exists()


def test_each_encoded_pair_is_what_its_tokenizer_makes_of_it(tmp_path: Path) -> None:
    ready = tiny_prepared(tmp_path, CORPUS)
    source, target = load_tokenizers(tmp_path)
    train = EncodedPairs.load(tmp_path / "encoded", "train")
    held_out = {s for s, _ in ready.examples}
    texts = [pair for pair in PairStore.load(tmp_path) if pair.source not in held_out]
    cut = [(source.encode(pair.source), target.encode(pair.target)) for pair in texts]
    fitting = [pair for pair in cut if max(map(len, pair)) <= 12]
    assert len(train) == len(fitting) == ready.train_pairs
    for row, (one, other) in enumerate(fitting):
        assert train.sources[row].tolist() == one
        assert train.targets[row].tolist() == other


def test_encoding_tells_how_far_and_how_quick_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "TOGETHER", 500)
    records = [r for r in prepare(CORPUS, tmp_path) if isinstance(r, ProgressRecord)]
    told = [record for record in records if record.what == "encoding"]
    assert [record.done for record in told] == [0, 500, 1000, 1500]
    assert {record.total for record in told} == {2000}
    assert all(record.per_second > 0 and record.seconds_left > 0 for record in told[1:])


def test_the_time_left_comes_from_the_share_that_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    pace = encoding.ReadingPace()
    assert pace.of(0) == (0.0, 0.0)
    now[0] += 8
    assert pace.of(400, 0.25) == (50.0, 24.0)
    assert pace.of(400) == (50.0, 0.0)
    assert pace.of(400, 1.0) == (50.0, 0.0)


def test_the_pace_is_that_of_late(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    pace = encoding.ReadingPace()
    for second in range(1, 41):  # twenty slow seconds, then ten times as quick
        now[0] = float(second)
        done = second if second <= 20 else 20 + 10 * (second - 20)
        rate, left = pace.of(done, done / 1000)
    assert rate == pytest.approx(10)
    assert left == pytest.approx((1000 - 220) / 10)


def test_the_first_pairs_of_a_large_corpus_do_not_tell_how_long_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "big.tsv"
    path.write_text("".join(f"a {row}\tb {row}\n" for row in range(20_000)), encoding="utf-8")
    monkeypatch.setattr(reading, "OFTEN", 0.0)
    told = []
    for ahead in (100, 100_000):  # more is to come, or this is all
        monkeypatch.setattr(reading, "SAMPLE", ahead)
        read = reading.Reading(DataConfig(builtin="", train=(str(path),)))
        told.append([record for record in read.take(2000) if record.what == "reading"])
    large, small = told
    assert all(record.per_second > 0 for record in large + small)
    assert not any(record.seconds_left for record in large)
    assert small[0].seconds_left > 0


def test_the_pairs_of_validation_files_are_held_out_as_given(tmp_path: Path) -> None:
    for name, count in (("train", 200), ("held", 30)):
        lines = [f"a {row % 100}\tb {row}\n" for row in range(count)]
        (tmp_path / f"{name}.tsv").write_text("".join(lines), encoding="utf-8")
    config = DataConfig(
        builtin="", train=(str(tmp_path / "train.tsv"),), tokenizer=TokenizerConfig(kind="word"),
        validation=(str(tmp_path / "held.tsv"),), split="by_source",
    )  # fmt: skip
    record = list(prepare(config, tmp_path / "p"))[-1]
    assert isinstance(record, PreparedRecord)
    assert (record.train_pairs, record.held_out_pairs) == (200, 30)

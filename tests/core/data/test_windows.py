"""A large corpus: trained on window by window, while the rest of it is still being read."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from s2s_core.configs import DataConfig
from s2s_core.data import telling, windows
from s2s_core.data.batch import Batches
from s2s_core.data.corpus import HeldOut, load_tokenizers, prepared
from s2s_core.data.encoding import Encoder
from s2s_core.data.preparing import prepare
from s2s_core.data.reading import pairs_of
from s2s_core.data.spread import places_of
from s2s_core.data.store import EncodedPairs, EncodedWriter
from s2s_core.data.windows import Index, StoredWindows, follow_from
from s2s_core.errors import BadFile
from s2s_core.files import bring
from s2s_core.pair_findings import PairFindings
from s2s_core.pair_store import PairStore, SentencePair
from s2s_core.records import CorpusRecord, PreparedRecord, ProgressRecord, Record
from tests.large import BAD, CHARACTERS, COUNT, SIZE, data, lines, shrink_windows

Pairs = list[SentencePair]


@pytest.fixture(autouse=True)
def windows_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    shrink_windows(monkeypatch)


def texts(folder: Path, pairs: EncodedPairs, rows: Any = None) -> Pairs:
    """Return pairs as their piece numbers spell them."""
    sides = zip(load_tokenizers(folder), (pairs.sources, pairs.targets), strict=True)
    rows = range(len(pairs)) if rows is None else rows
    sources, targets = ([t.decode(s[row].tolist()) for row in rows] for t, s in sides)
    return [SentencePair(*pair) for pair in zip(sources, targets, strict=True)]


def trained(folder: Path) -> list[Pairs]:
    """Return the pairs of each window."""
    windows = StoredWindows(folder / "encoded")
    return [texts(folder, windows[window]) for window in range(len(windows))]


def begun(config: DataConfig, folder: Path) -> tuple[Iterator[Record], list[Record]]:
    """Prepare until the first window can be trained on."""
    records, before = prepare(config, folder), []
    for record in records:
        before.append(record)
        if isinstance(record, PreparedRecord):
            break
    return records, before


def test_all_pairs_are_in_windows_but_those_whose_source_is_held_out(tmp_path: Path) -> None:
    config = data(tmp_path, lines(), held_out_percent=5)
    list(prepare(config, tmp_path / "p"))
    windows, held_out = trained(tmp_path / "p"), HeldOut.load(tmp_path / "p").pairs
    assert len(held_out) == 50
    sources = {pair.source for pair in held_out}
    assert len(sources) == 50
    every = [SentencePair(*line.split("\t")) for line in lines()]
    expected = [pair for pair in every if pair.source not in sources]
    assert list(itertools.chain(*windows)) == expected
    assert set(held_out) < set(every)
    given = [
        sum(p.source not in sources for p in every[at : at + SIZE]) for at in range(0, 1000, SIZE)
    ]
    assert [len(window) for window in windows] == given
    assert list(PairStore.load(tmp_path / "p")) == every


def test_the_first_window_can_be_trained_on_before_the_rest_is_read(tmp_path: Path) -> None:
    rest, before = begun(data(tmp_path, lines()), tmp_path / "p")
    about, ready = before[-2:]
    assert isinstance(about, CorpusRecord)
    assert isinstance(ready, PreparedRecord)
    assert (about.is_counted, ready.is_whole, about.pairs) == (False, False, COUNT)
    assert abs(ready.train_pairs - COUNT) < 50
    assert prepared(tmp_path / "p") == (about, ready)
    assert len(trained(tmp_path / "p")) == 1
    assert len(PairStore.load(tmp_path / "p")) >= SIZE
    after = list(rest)
    told = [record for record in after if isinstance(record, ProgressRecord)]
    assert [record.total for record in told if record.what == "encoding"] == 6 * [COUNT]
    counted, whole = after[-2:]
    assert isinstance(counted, CorpusRecord)
    assert isinstance(whole, PreparedRecord)
    assert counted.is_counted
    assert whole.is_whole
    assert whole.train_pairs == sum(map(len, trained(tmp_path / "p")))
    assert prepared(tmp_path / "p") == (counted, whole)


def test_what_is_held_out_comes_from_everywhere_and_stays_when_a_row_is_left_out(
    tmp_path: Path,
) -> None:
    rows = lines()
    list(prepare(data(tmp_path, rows, held_out_percent=5), tmp_path / "a"))
    held_out = HeldOut.load(tmp_path / "a").pairs
    numbers = sorted(int(pair.target.split()[-1]) for pair in held_out)
    assert numbers[0] < 200
    assert numbers[-1] > 800
    left_out = rows.index("\t".join(held_out[7])) + 1
    less = data(tmp_path, rows, held_out_percent=5, left_out=(left_out,))
    list(prepare(less, tmp_path / "b"))
    others = set(HeldOut.load(tmp_path / "b").pairs)
    assert held_out[7] not in others
    assert len(others ^ set(held_out)) <= 2  # another came in for it


@pytest.mark.parametrize("split", ["by_source", "by_order"])
def test_the_other_splits_of_a_large_corpus(tmp_path: Path, split: str) -> None:
    config = data(tmp_path, lines(), held_out_percent=3, split=split)
    list(prepare(config, tmp_path / "p"))
    held_out = HeldOut.load(tmp_path / "p").pairs
    sources = {pair.source for pair in held_out}
    assert not sources & {pair.source for window in trained(tmp_path / "p") for pair in window}
    if split == "by_order":
        every = [SentencePair(*line.split("\t")) for line in lines()]
        assert held_out == every[-30:]
    else:
        assert 5 <= len(held_out) <= 60


def written(file: Path, rows: list[str]) -> DataConfig:
    """Write pairs in the format that the file's name tells."""
    pairs = [line.split("\t") for line in rows]
    text = io.StringIO(newline="")
    if ".csv" in file.name:
        csv.writer(text).writerows([("source", "target"), *pairs])
    else:
        text.writelines(json.dumps({"source": s, "target": t}) + "\n" for s, t in pairs)
    content = text.getvalue().encode()
    file.write_bytes(gzip.compress(content) if file.suffix == ".gz" else content)
    return DataConfig(builtin="", train=(str(file),), tokenizer=CHARACTERS)


@pytest.mark.parametrize("name", ["pairs.jsonl", "pairs.csv"])
def test_other_formats_are_entered_at_all_places_too(tmp_path: Path, name: str) -> None:
    rows = [f'he said "{n}"\nand\n\n, "{line}' for n, line in enumerate(lines())]
    config = written(tmp_path / name, rows)
    *_, record = prepare(config, tmp_path / "p")
    assert isinstance(record, PreparedRecord)
    assert record.beginning == 0
    held_out = HeldOut.load(tmp_path / "p").pairs
    assert max(int(pair.target.split()[-1]) for pair in held_out) > 700
    assert set(held_out) < set(pairs_of(config)) == {SentencePair(*r.split("\t")) for r in rows}


@pytest.mark.parametrize("name", ["pairs.jsonl", "pairs.csv", "plain.csv", "pairs.tsv"])
def test_a_row_that_is_left_out_is_in_no_sample(tmp_path: Path, name: str) -> None:
    """Whatever blank lines there are, and whether there is a header."""
    config = written(tmp_path / name, lines())
    rows = (tmp_path / name).read_text().splitlines(keepends=True)
    if name == "plain.csv":
        rows = rows[1:]
    if name == "pairs.tsv":
        rows = [f"{line}\n" for line in lines()]
    else:
        rows = [row + "\n" * (number % 3 == 1) for number, row in enumerate(rows)]
    (tmp_path / name).write_text("".join(rows))
    every = list(pairs_of(config))
    assert len(every) == COUNT
    places = places_of(config)
    assert places is not None
    with places.sample() as some:
        drawn = sorted(every.index(pair) for pair in pairs_of(some))
    for row in (*drawn[:18], *drawn[30:34], drawn[-1]):
        places = places_of(config.model_copy(update={"left_out": (row + 1,)}))
        assert places is not None
        with places.sample() as some:
            left = set(pairs_of(some))
        assert every[row] not in left
        assert len(left) >= len(drawn) - 2


@pytest.mark.parametrize("name", ["pairs.jsonl.gz", "pairs.csv.gz", "pairs.csv"])
def test_what_cannot_be_entered_gives_its_beginning_and_that_is_told(
    tmp_path: Path, name: str
) -> None:
    rows = lines()
    config = written(tmp_path / name, rows)
    if name == "pairs.csv":  # quotes that open no cell: nobody knows what is inside of some
        text = "".join(f'{n}" {line}\n'.replace("\t", ",") for n, line in enumerate(rows[:-1]))
        (tmp_path / name).write_text(text)
    *_, record = prepare(config, tmp_path / "p")
    assert isinstance(record, PreparedRecord)
    assert record.is_whole
    assert 150 <= record.beginning <= 201
    held_out = HeldOut.load(tmp_path / "p").pairs
    assert max(int(pair.target.split()[-1]) for pair in held_out) <= 200
    assert record.train_pairs == len(list(itertools.chain(*trained(tmp_path / "p"))))


def test_typed_pairs_do_not_make_a_corpus_large(tmp_path: Path) -> None:
    """Otherwise other pairs would be held out."""
    file = tmp_path / "pairs.jsonl"
    rows = [dict(zip(("source", "target"), line.split("\t"), strict=True)) for line in lines(200)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    plain = DataConfig(builtin="", train=(str(file),), tokenizer=CHARACTERS)
    more = plain.model_copy(update={"added": ("a bird\tun oiseau",), "added_times": 60})
    list(prepare(plain, tmp_path / "a"))
    told = list(prepare(more, tmp_path / "b"))
    assert HeldOut.load(tmp_path / "a") == HeldOut.load(tmp_path / "b")
    assert [len(pairs) for pairs in trained(tmp_path / "b")] == [
        len(trained(tmp_path / "a")[0]) + 60
    ]
    reading = [r for r in told if isinstance(r, ProgressRecord) and r.what == "reading"]
    assert len(reading) <= 260 // 50 + 3  # and not one for each of them


def test_a_bad_line_far_behind_leaves_what_was_read_before_it(tmp_path: Path) -> None:
    rows = lines()
    rows[700] = BAD
    with pytest.raises(BadFile, match=r"line 701 of pairs\.tsv holds a zero byte"):
        list(prepare(data(tmp_path, rows), tmp_path / "p"))
    index = Index.load(tmp_path / "p" / "encoded")
    assert index is not None
    assert not index.is_whole  # whoever trains on it has to be told why there is no more
    windows = trained(tmp_path / "p")
    assert list(map(len, windows)) == list(index.counts)
    held_out = {pair.source for pair in HeldOut.load(tmp_path / "p").pairs}
    every = [SentencePair(*line.split("\t")) for line in rows[:700]]
    assert list(itertools.chain(*windows)) == [p for p in every if p.source not in held_out]


def test_windows_are_whole_only_when_all_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest, _ = begun(data(tmp_path, lines()), tmp_path / "p")
    entry, seen = telling._file_entry, []

    def looked(path: Path, *, whole: bool) -> dict[str, object]:  # takes long for a large file
        seen.append((whole, StoredWindows(tmp_path / "p" / "encoded").is_whole))
        return entry(path, whole=whole)

    monkeypatch.setattr(telling, "_file_entry", looked)
    *_, record = rest
    assert seen == [(True, False)]
    assert StoredWindows(tmp_path / "p" / "encoded").is_whole
    assert isinstance(record, PreparedRecord)
    assert StoredWindows(tmp_path / "p" / "encoded").total == record.train_pairs


def test_made_anew_it_has_the_same_bytes(tmp_path: Path) -> None:
    config = data(tmp_path, lines())
    for name in ("a", "b"):
        list(prepare(config, tmp_path / name))
    made = {
        path.name: path.read_bytes()
        for path in (tmp_path / "a" / "encoded").iterdir()
        if path.is_file()
    }
    assert len(made) > 4 * 7
    for name, content in made.items():
        assert (tmp_path / "b" / "encoded" / name).read_bytes() == content


def contents(folder: Path) -> dict[str, bytes]:
    """Return all that lies in a folder, but what was just being written."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in files
        if file.parent.name != "unfinished"
    }


@pytest.mark.parametrize("stopped_after", ["encoded/train-2", "encoded/begun.json"])
def test_where_it_was_interrupted_it_goes_on_and_ends_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_after: str
) -> None:
    long = "1 " * 80  # of one window no pair fits: it is none
    rows = [long + row if 2 * SIZE <= n < 3 * SIZE else row for n, row in enumerate(lines())]
    config = data(tmp_path, rows, longest=60, cures=("duplicates", "control"))
    list(prepare(config, tmp_path / "whole"))
    folder, killed = tmp_path / "p", tmp_path / "killed"
    for _ in prepare(config, folder):  # as it lies there when the process is killed
        written = folder / "encoded" / "begun.json"
        if written.exists() and len(json.loads(written.read_text())["done"]) == 4:
            break
    shutil.copytree(folder, killed)
    if stopped_after == "encoded/train-2":  # its index was not yet written
        (killed / "encoded" / "windows.json").unlink()
    store = PairStore.load(killed, so_far=True)
    assert len(store) >= SIZE
    encode, encoded = Encoder.encode, []

    def spied(self: Encoder, pairs: Pairs, writer: EncodedWriter) -> Any:
        encoded.append(len(pairs))
        return encode(self, pairs, writer)

    monkeypatch.setattr(Encoder, "encode", spied)
    before = list(store)
    records = list(prepare(config, killed))
    assert [type(record) for record in records[:2]] == [CorpusRecord, PreparedRecord]
    assert sum(encoded) < COUNT - 4 * SIZE + 1
    assert list(store) == before  # whoever looks at it
    whole = [r for r in records if isinstance(r, PreparedRecord) and r.is_whole]
    assert whole == [prepared(killed)[1]]
    assert contents(killed) == contents(tmp_path / "whole")


@pytest.mark.parametrize("damage", ["begun.json", "train-1.target.values.npy", "config"])
def test_what_cannot_be_gone_on_with_is_made_anew(tmp_path: Path, damage: str) -> None:
    config, folder = data(tmp_path, lines()), tmp_path / "p"
    for record in prepare(config, folder):
        if isinstance(record, ProgressRecord) and record.done >= 4 * SIZE:
            break
    if damage == "config":
        config = config.model_copy(update={"seed": 7})
    else:
        (folder / "encoded" / damage).unlink()
    list(prepare(config, folder))
    list(prepare(config, tmp_path / "whole"))
    assert contents(folder) == contents(tmp_path / "whole")


def drawn(folder: Path, batches: Batches, epochs: int = 1) -> list[list[Pairs]]:
    """Return the pairs of each batch of some epochs."""
    found: list[list[Pairs]] = []
    while batches.position.epoch < epochs:
        epoch, place, batch = (
            batches.position.epoch,
            batches.position.window,
            batches.position.batch,
        )
        rows = batches.rows_of(epoch, place)[batch]
        found.extend([] for _ in range(epoch + 1 - len(found)))
        found[epoch].append(texts(folder, batches.pairs, rows))
        batches.next()
    return found


def test_every_pair_comes_once_an_epoch_in_an_order_of_the_seed(tmp_path: Path) -> None:
    list(prepare(data(tmp_path, lines()), tmp_path / "p"))
    every = Counter(itertools.chain(*trained(tmp_path / "p")))
    first, second = drawn(
        tmp_path / "p", Batches(StoredWindows(tmp_path / "p" / "encoded"), 300, 3), 2
    )
    for epoch in (first, second):
        assert Counter(itertools.chain(*epoch)) == every
    assert first != second
    size = len(trained(tmp_path / "p")[0])
    begin = list(itertools.chain(*first))[:size]
    assert set(begin) == set(trained(tmp_path / "p")[0])  # the windows as they were made
    assert set(list(itertools.chain(*second))[:size]) != set(begin)
    again = drawn(tmp_path / "p", Batches(StoredWindows(tmp_path / "p" / "encoded"), 300, 3), 2)
    assert again == [first, second]
    other = drawn(tmp_path / "p", Batches(StoredWindows(tmp_path / "p" / "encoded"), 300, 4))
    assert other != [first]


def test_the_order_is_the_same_whether_windows_are_waited_for_or_not(tmp_path: Path) -> None:
    config = data(tmp_path, lines())
    rest, _ = begun(config, tmp_path / "p")
    batches = Batches(StoredWindows(tmp_path / "p" / "encoded"), 300, 3)
    found, waited = [], 0
    while batches.position.epoch == 0:
        if not batches.can_give(1):
            if batches.position.epoch:
                break
            waited += 1
            with pytest.raises(BadFile, match="has not been encoded yet"):
                batches.next()
            assert next(rest, None) is not None
            continue
        if batches.position.epoch:
            break
        rows = batches.rows_of(0, batches.position.window)[batches.position.batch]
        found.append(texts(tmp_path / "p", batches.pairs, rows))
        batches.next()
        assert batches.epochs_done <= 1
    assert waited > 6
    whole = Batches(StoredWindows(tmp_path / "p" / "encoded"), 300, 3)
    assert drawn(tmp_path / "p", whole)[0] == found
    assert len(whole.windows) == 7


def test_training_goes_on_in_the_middle_of_an_epoch(tmp_path: Path) -> None:
    list(prepare(data(tmp_path, lines()), tmp_path / "p"))
    one, other = (Batches(StoredWindows(tmp_path / "p" / "encoded"), 300, 3) for _ in range(2))
    for _ in range(130):  # into the second epoch
        one.next()
    assert one.position.window > 0
    other.restore(json.loads(json.dumps(one.state())))
    for _ in range(60):
        assert one.next().source.tolist() == other.next().source.tolist()
    assert other.epochs_done == one.epochs_done


def test_a_run_takes_windows_from_where_they_are_made(tmp_path: Path) -> None:
    config = data(tmp_path, lines())
    made, run = tmp_path / "made.7", tmp_path / "run"
    rest, _ = begun(config, made)
    shutil.copytree(made / "encoded", run / "encoded")
    follow_from(made, run)
    windows = StoredWindows(run / "encoded")
    assert (len(windows), windows.is_whole) == (1, False)
    shutil.copyfile(made / "findings.json", run / "findings.json")
    list(rest)
    windows.look()
    assert windows.is_whole
    assert list(PairStore.load(run)) == [SentencePair(*line.split("\t")) for line in lines()]
    found = [PairFindings.load(folder, COUNT) for folder in (run, made)]
    assert len(found[0].rows("other_targets")) == len(found[1].rows("other_targets")) > 0
    assert [len(windows[w]) for w in range(7)] == list(windows.counts)
    assert (run / "prepared.json").read_text() == (made / "prepared.json").read_text()
    shutil.rmtree(made)
    assert StoredWindows(run / "encoded").counts == windows.counts


@pytest.mark.parametrize("stopped_at", ["train-3.target.values.npy", "prepared.json"])
def test_a_run_that_is_stopped_while_it_takes_windows_has_all_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: str
) -> None:
    made, run = tmp_path / "made.7", tmp_path / "run"
    rest, _ = begun(data(tmp_path, lines()), made)
    run.mkdir()
    shutil.copyfile(made / "prepared.json", run / "prepared.json")
    follow_from(made, run)
    list(rest)
    with monkeypatch.context() as patch:

        def stopped(source: Path, target: Path, **how: bool) -> None:
            if source.name == stopped_at:
                raise KeyboardInterrupt
            bring(source, target, **how)

        patch.setattr(windows, "bring", stopped)
        with pytest.raises(KeyboardInterrupt):
            StoredWindows(run / "encoded").look()
    assert not prepared(run)[1].is_whole
    after = StoredWindows(run / "encoded")
    assert (len(after), after.is_whole) == (1, False)
    after.look()
    assert (len(after), after.is_whole) == (7, True)
    assert prepared(run)[1].train_pairs == after.total


def test_a_run_goes_on_with_the_same_corpus_only(tmp_path: Path) -> None:
    rest, _ = begun(data(tmp_path, lines()), tmp_path / "made")
    (tmp_path / "run").mkdir()
    shutil.copytree(tmp_path / "made" / "encoded", tmp_path / "run" / "encoded")
    windows = StoredWindows(tmp_path / "run" / "encoded")
    list(prepare(data(tmp_path / "other", lines()[::-1]), tmp_path / "else"))
    assert not windows.follow(tmp_path / "else")
    list(prepare(data(tmp_path, lines()), tmp_path / "again"))
    assert windows.follow(tmp_path / "again")
    assert windows.is_whole
    del rest


def test_what_was_stopped_is_a_corpus_of_the_windows_there(tmp_path: Path) -> None:
    begun(data(tmp_path, lines()), tmp_path / "p")
    windows = StoredWindows(tmp_path / "p" / "encoded")
    windows.close()
    assert windows.is_whole
    assert windows.total == sum(windows.counts) < SIZE
    batches = Batches(StoredWindows(tmp_path / "p" / "encoded"), 300, 3)
    first, second = drawn(tmp_path / "p", batches, 2)
    assert Counter(itertools.chain(*first)) == Counter(itertools.chain(*second))

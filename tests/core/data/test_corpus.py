from __future__ import annotations

import hashlib
import json
import os
import time
import tomllib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from s2s_core.configs import DataConfig, RunConfig
from s2s_core.data import reading
from s2s_core.data.added import added_pairs
from s2s_core.data.corpus import HeldOut, fingerprint, load_tokenizers, prepared
from s2s_core.data.pairs import SentencePair
from s2s_core.data.preparing import prepare
from s2s_core.data.reading import names_of, pairs_of, survey
from s2s_core.data.splits import SPLITS
from s2s_core.data.store import EncodedPairs
from s2s_core.errors import BadConfig, BadFile, S2SError
from s2s_core.experiment import changed
from s2s_core.pair_findings import PairFindings, TrainedPairs
from s2s_core.pair_store import PairStore
from s2s_core.records import CorpusRecord, PreparedRecord, ProgressRecord
from tests.helpers import tiny_prepared

WORDS = ("red", "blue", "green", "old", "new", "big", "small", "cat", "dog", "bird", "fish")
GOOD = [f"{a} {b}\t{b} {a} !" for a in WORDS for b in WORDS]  # 121 pairs


def table(folder: Path, lines: Sequence[str] = GOOD, name: str = "pairs.tsv") -> str:
    path = folder / name
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return str(path)


def data(*files: str, **values: Any) -> DataConfig:
    tokenizer = values.pop("tokenizer", {"kind": "word"})
    return DataConfig(builtin="", train=files, tokenizer=tokenizer, **values)


def trained_and_held_out(folder: Path) -> tuple[list[SentencePair], list[SentencePair]]:
    """Return the pairs of both parts as their piece numbers spell them."""
    source, target = load_tokenizers(folder)
    parts = []
    for name in ("train", "held_out"):
        pairs = EncodedPairs.load(folder / "encoded", name)
        parts.append(
            [
                SentencePair(
                    source.decode(pairs.sources[row].tolist()),
                    target.decode(pairs.targets[row].tolist()),
                )
                for row in range(len(pairs))
            ]
        )
    return parts[0], parts[1]


def surveyed(config: DataConfig) -> CorpusRecord:
    record = list(survey(config))[-1]
    assert isinstance(record, CorpusRecord)
    return record


def findings(config: DataConfig) -> dict[str, int]:
    return {finding.sentence: finding.count for finding in surveyed(config).findings}


def test_no_held_out_source_is_trained_on(tmp_path: Path) -> None:
    repeated = [*GOOD, *(line.replace("!", "?") for line in GOOD[::2]), *GOOD[::3]]
    record = tiny_prepared(tmp_path / "p", data(table(tmp_path, repeated), held_out_percent=10))
    train, held_out = trained_and_held_out(tmp_path / "p")
    assert not {pair.source for pair in train} & {pair.source for pair in held_out}
    assert len(held_out) == record.held_out_pairs == round(0.1 * len(repeated))
    assert len(train) == record.train_pairs < len(repeated) - len(held_out)
    assert len({pair.source for pair in held_out}) == len(held_out)
    assert len(train) + len(held_out) + record.kept_back == len(repeated)
    everything = {tuple(line.split("\t")) for line in repeated}
    assert {*train, *held_out} <= everything
    assert {pair.source for pair in [*train, *held_out]} == {source for source, _ in everything}


@pytest.mark.parametrize(
    ("values", "expected"),
    [({}, 2), ({"held_out_percent": 50}, 60), ({"held_out_percent": 0.1}, 1),
     ({"held_out_percent": 50, "held_out_most": 7}, 7)],
)  # fmt: skip
def test_two_per_cent_are_held_out_unless_told_otherwise(
    tmp_path: Path, values: dict[str, Any], expected: int
) -> None:
    record = tiny_prepared(tmp_path / "p", data(table(tmp_path), **values))
    assert (record.held_out_pairs, record.train_pairs) == (expected, 121 - expected)


def test_the_seed_chooses_what_is_held_out(tmp_path: Path) -> None:
    file, chosen = table(tmp_path), []
    for number, seed in enumerate((1, 1, 2)):
        tiny_prepared(tmp_path / str(number), data(file, seed=seed, held_out_percent=10))
        chosen.append(HeldOut.load(tmp_path / str(number)).pairs)
    assert chosen[0] == chosen[1]
    assert set(chosen[0]) != set(chosen[2])


def test_validation_files_are_held_out_as_given(tmp_path: Path) -> None:
    mine = ["red bird\tbird red !", " \tblank", "green cat\tcat green !", "red bird\tagain"]
    config = data(table(tmp_path), validation=(table(tmp_path, mine, "held.tsv"),))
    record = tiny_prepared(tmp_path / "p", config)
    assert record.train_pairs == 121
    assert HeldOut.load(tmp_path / "p").pairs == [
        SentencePair("red bird", "bird red !"),
        SentencePair("green cat", "cat green !"),
        SentencePair("red bird", "again"),
    ]


def test_held_out_text_and_numbers_are_of_the_same_rows(tmp_path: Path) -> None:
    tiny_prepared(tmp_path / "p", data(table(tmp_path), held_out_percent=20, longest=4))
    _, encoded = trained_and_held_out(tmp_path / "p")
    assert HeldOut.load(tmp_path / "p").pairs == encoded


def test_blank_pairs_are_left_out_and_counted(tmp_path: Path) -> None:
    blank = ["\tnothing", "nothing\t", " \t\u3000", "\u2028\tx"]
    config = data(table(tmp_path, [*blank, *GOOD]))
    record = tiny_prepared(tmp_path / "p", config)
    assert record.blank == 4
    assert record.train_pairs + record.held_out_pairs == 121
    assert findings(config)["4 pairs have a blank side and are left out"] == 4
    assert surveyed(config).pairs == 125


def test_lines_without_a_tab_are_left_out_and_told_with_their_numbers(tmp_path: Path) -> None:
    lines = [*GOOD[:3], "# a remark", *GOOD[3:50], "", *GOOD[50:]]
    for cures in ((), ("control",)):
        config = data(table(tmp_path, lines), cures=cures)
        folder = tmp_path / "-".join(("p", *cures))
        record = tiny_prepared(folder, config)
        assert record.blank == 2
        assert record.train_pairs + record.held_out_pairs == 121
        corpus, _ = prepared(folder)
        found = {each.name: each for each in corpus.findings}["one_column"]
        assert found.sentence == "2 lines have no tab, so no other side, and are left out"
        assert found.examples == ((4, "# a remark", ""), (52, "", ""))
        assert "blank" not in {each.name for each in corpus.findings}
        rows = PairFindings.load(folder, corpus.pairs)
        assert rows.rows("one_column").tolist() == rows.rows("left_out").tolist() == [3, 51]


@pytest.mark.parametrize("end", ["", "\tCC-BY"])
def test_a_doubled_tab_is_told_as_one(tmp_path: Path, end: str) -> None:
    lines = [*GOOD[:3], "a cat\t\tun chat", "\ta dog\tun chien", "a fish\t", *GOOD[3:]]
    corpus = surveyed(data(table(tmp_path, [line + end for line in lines])))
    found = {each.name: each for each in corpus.findings}
    assert found["extra_tab"].sentence == (
        "2 lines have a tab too many, such as two in a row, so a blank side, and are left out"
    )
    assert [row for row, *_ in found["extra_tab"].examples] == [4, 5]
    assert found["blank"].examples == ((6, "a fish", ""),)
    assert corpus.kept == 121


def test_lines_that_are_not_utf8_are_left_out_and_told_with_their_numbers(tmp_path: Path) -> None:
    file = table(tmp_path, [*GOOD[:3], "la caf@\tKaffee", *GOOD[3:]])
    Path(file).write_bytes(Path(file).read_bytes().replace(b"@", b"\xe9"))
    for cures in ((), ("control",)):
        config = data(file, cures=cures)
        folder = tmp_path / "-".join(("p", *cures))
        record = tiny_prepared(folder, config)
        assert record.train_pairs + record.held_out_pairs == 121
        corpus, _ = prepared(folder)
        found = {each.name: each for each in corpus.findings}
        assert set(found) == {"few", "not_utf8"}
        assert found["not_utf8"].count == found["not_utf8"].left_out == 1
        assert found["not_utf8"].examples == ((4, "la caf\ufffd", "Kaffee"),)
        rows = PairFindings.load(folder, corpus.pairs)
        assert rows.rows("not_utf8").tolist() == rows.rows("left_out").tolist() == [3]


def test_too_long_pairs_are_left_out_and_counted(tmp_path: Path) -> None:
    long, held = " ".join(["red"] * 11), table(tmp_path, name="held.tsv")
    lines = [*GOOD, f"{long}\tshort", f"short\t{long}", f"{long[4:]}\tfits"]
    record = tiny_prepared(
        tmp_path / "p", data(table(tmp_path, lines), longest=10, validation=(held,))
    )
    assert record.too_long == 2
    assert record.train_pairs == 122


def test_the_words_trained_on_are_told_as_the_sources_have_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["Tom, l’ami: naïve!\tx y z", *[f"red w{n}\tt{n} u v" for n in range(5)]]
    config = data(table(tmp_path, lines), validation=(table(tmp_path, name="held.tsv"),))
    record = tiny_prepared(tmp_path / "p", config)
    words = {"Tom", "l", "ami", "naïve", "red", *(f"w{n}" for n in range(5))}
    assert set(record.known_words) == words
    assert prepared(tmp_path / "p")[1] == record
    monkeypatch.setattr("s2s_core.data.encoding.MOST_WORDS", 9)
    assert tiny_prepared(tmp_path / "q", config).known_words == ()  # not all would be named


def test_what_is_odd_is_found_with_an_example(tmp_path: Path) -> None:
    odd = ["same\tsame", "a\t" + "very " * 20 + "long side", GOOD[0], GOOD[0], GOOD[5]]
    corpus = surveyed(data(table(tmp_path, [*GOOD, *odd])))
    found = {finding.sentence: finding for finding in corpus.findings}
    assert found["3 pairs occur more than once"].count == 3
    assert found["3 pairs occur more than once"].example == "red red → red red !"
    assert found["1 pair has the same text on both sides"].example == "same → same"
    assert found["1 pair has one side far longer than the other"].count == 1
    assert any(sentence.startswith("with only 126 pairs") for sentence in found)
    counts = [finding.count for finding in corpus.findings]
    assert counts == sorted(counts, reverse=True)


def test_a_sound_corpus_has_no_findings(tmp_path: Path) -> None:
    lines = [f"sentence number {number}\tphrase {number}" for number in range(1000)]
    corpus = surveyed(data(table(tmp_path, lines)))
    assert corpus.findings == ()
    assert (corpus.pairs, corpus.source_words, corpus.target_words) == (1000, 3.0, 2.0)
    assert len(corpus.preview) == 500
    assert corpus.preview[0] == ("sentence number 0", "phrase 0")


def test_reading_tells_how_far_it_is_at_least_every_half_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock of its own: a line takes a millisecond to read."""
    lines = [f"{number}\t{number} {'x' * 200}" for number in range(5000)]
    config, began = data(table(tmp_path, lines)), 100.0
    now = [began]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    read = reading._raw_pairs

    def slowly(*arguments: Any, **named: Any) -> Iterator[SentencePair]:
        for pair in read(*arguments, **named):
            now[0] += 0.001
            yield pair

    monkeypatch.setattr(reading, "_raw_pairs", slowly)
    told = []
    for record in survey(config):
        if isinstance(record, ProgressRecord) and record.what == "reading":
            told.append((now[0] - began, record))
    times = [at for at, _ in told]
    assert max(later - earlier for earlier, later in pairwise([0, *times, 5])) <= 0.5
    assert len(told) < 5 / 0.25
    for at, record in told:
        assert record.done == round(at * 1000)
        assert record.per_second == pytest.approx(1000)
    assert told[-1][1].seconds_left < told[0][1].seconds_left


def test_what_was_told_can_be_told_again(tmp_path: Path) -> None:
    config = data(table(tmp_path, [*GOOD, "\tblank", GOOD[0]]), held_out_percent=10)
    records = list(prepare(config, tmp_path / "p"))
    told = [r for r in records if isinstance(r, CorpusRecord | PreparedRecord)]
    assert list(prepared(tmp_path / "p")) == told
    ready = told[1]
    assert isinstance(ready, PreparedRecord)
    assert ready.examples == tuple(tuple(p) for p in HeldOut.load(tmp_path / "p").pairs)
    source, target = load_tokenizers(tmp_path / "p")
    assert (ready.source_vocabulary, ready.target_vocabulary) == (source.size, target.size)
    assert ready.vocabulary_lowered


def test_a_corpus_of_before_that_tells_more_is_taken(tmp_path: Path) -> None:
    record = tiny_prepared(tmp_path)
    told = tmp_path / "prepared.json"
    values = json.loads(told.read_text(encoding="utf-8"))
    values["prepared"]["vocabulary_spread"] = True
    told.write_text(json.dumps(values), encoding="utf-8")
    assert prepared(tmp_path)[1] == record


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"corpus": {"preview": 3}}'])
def test_a_folder_without_a_prepared_corpus_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "prepared.json").write_text(content)
    with pytest.raises(BadFile, match="holds no prepared corpus"):
        prepared(tmp_path)


def test_corpus_toml_says_which_files_and_how_many_pairs(tmp_path: Path) -> None:
    train, held = table(tmp_path, [*GOOD, "\tblank"]), table(tmp_path, GOOD[:9], "held.tsv")
    tiny_prepared(tmp_path / "p", data(train, validation=(held,)))
    told = tomllib.loads((tmp_path / "p" / "corpus.toml").read_text(encoding="utf-8"))
    assert [entry["path"] for entry in told["file"]] == [train, held]
    for entry in told["file"]:
        content = Path(entry["path"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert entry["bytes"] == len(content)
    assert told["title"] == "pairs.tsv"
    counts = told["counts"]
    assert (counts["train_pairs"], counts["held_out_pairs"], counts["blank"]) == (121, 9, 1)


def test_the_fingerprint_tells_corpora_apart(tmp_path: Path) -> None:
    file = table(tmp_path)
    first = fingerprint(data(file))
    assert fingerprint(data(file)) == first
    others = [
        data(file, swap_sides=True), data(file, longest=50), data(file, seed=2),
        data(file, tokenizer={"kind": "char"}), data(table(tmp_path, name="b.tsv")),
        data(file, validation=(file,)), DataConfig(),
    ]  # fmt: skip
    assert len({first, *map(fingerprint, others)}) == 1 + len(others)
    table(tmp_path, GOOD[1:])
    changed = fingerprint(data(file))
    assert changed != first
    os.utime(file, ns=(1, 1))
    assert fingerprint(data(file)) not in (first, changed)
    with pytest.raises(BadFile, match="cannot be read"):
        fingerprint(data(str(tmp_path / "missing.tsv")))


def test_both_sides_may_share_a_vocabulary(tmp_path: Path) -> None:
    file = table(tmp_path)
    tiny_prepared(tmp_path / "joint", data(file, tokenizer={"kind": "word", "joint": True}))
    tiny_prepared(tmp_path / "apart", data(file))
    one, same = load_tokenizers(tmp_path / "joint")
    assert one is same
    source, target = load_tokenizers(tmp_path / "apart")
    assert "▁!" in target.pieces(range(target.size))
    assert "▁!" not in source.pieces(range(source.size))
    assert "▁!" in one.pieces(range(one.size))


@pytest.mark.parametrize("cures", [(), ("all",)])
def test_rows_left_out_are_not_trained_on_and_keep_their_place(
    tmp_path: Path, cures: tuple[str, ...]
) -> None:
    lines = [f"sentence {n} is here\tphrase {n} est ici" for n in range(1, 41)]
    file = table(tmp_path, [*lines, "blank\t", lines[0]])
    config = data(file, cures=cures, left_out=(3, 2, 3, 99), held_out_percent=10)
    assert config.left_out == (2, 3, 99)
    records = list(prepare(config, tmp_path / "prepared"))
    corpus = next(record for record in records if isinstance(record, CorpusRecord))
    ready = records[-1]
    assert isinstance(ready, PreparedRecord)
    stored = PairStore.load(tmp_path / "prepared")
    assert len(stored) == corpus.pairs == 42
    assert stored[1] == ("sentence 2 is here", "phrase 2 est ici")
    given = [pair.source for pair in pairs_of(config)]
    assert "sentence 2 is here" not in given
    assert "sentence 3 is here" not in given
    assert given[:2] == ["sentence 1 is here", "sentence 4 is here"]
    assert ready.train_pairs + ready.held_out_pairs == 38 + (not cures)  # a row stands twice
    (blank,) = (found for found in corpus.findings if found.name == "blank")
    assert blank.examples[0][0] == 41  # the number it has in the file
    assert fingerprint(config) != fingerprint(config.model_copy(update={"left_out": ()}))


def test_leaving_out_a_row_does_not_redraw_what_is_held_out(tmp_path: Path) -> None:
    file = table(tmp_path)
    tiny_prepared(tmp_path / "whole", data(file, held_out_percent=10))
    before = HeldOut.load(tmp_path / "whole").pairs
    rows = {SentencePair(*line.split("\t")): row for row, line in enumerate(GOOD, 1)}
    trained = next(row for pair, row in rows.items() if pair not in before)
    for left_out, expected in ((trained, before), (rows[before[3]], before[:3] + before[4:])):
        folder = tmp_path / str(left_out)
        record = tiny_prepared(folder, data(file, held_out_percent=10, left_out=(left_out,)))
        assert HeldOut.load(folder).pairs == expected
        assert record.train_pairs + record.held_out_pairs == len(GOOD) - 1


@pytest.mark.parametrize("row", [0, -1, "a"])
def test_a_row_that_cannot_be_is_refused(row: object) -> None:
    with pytest.raises(BadConfig, match=r"data\.left_out"):
        changed(RunConfig(), "data.left_out", [row])


def test_sides_can_be_swapped(tmp_path: Path) -> None:
    config = data(table(tmp_path), swap_sides=True)
    assert next(iter(pairs_of(config))) == SentencePair("red red !", "red red")
    held = data("none.tsv", validation=(table(tmp_path),), swap_sides=True)
    assert next(iter(pairs_of(held, validation=True))).source == "red red !"
    names = names_of(DataConfig(swap_sides=True))
    assert (names.source, names.target, names.example) == ("French", "English", "")
    assert names.title == "Phrasebook French → English"
    assert names_of(DataConfig(builtin="copy", swap_sides=True)).title == "Copy letters"


def test_sides_without_spaces_are_measured_in_characters(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("the old cat\t老猫\nthe small cat\t小猫呢\n", encoding="utf-8")
    corpus = list(survey(DataConfig(builtin="", train=(str(path),))))[-1]
    assert isinstance(corpus, CorpusRecord)
    assert corpus.spaced == (True, False)
    assert (corpus.source_words, corpus.target_words) == (3.0, 2.5)


def test_added_pairs_are_trained_on_as_often_as_asked_for_and_never_held_out(
    tmp_path: Path,
) -> None:
    plain = data(table(tmp_path))
    list(prepare(plain, tmp_path / "plain"))
    train, held_out = trained_and_held_out(tmp_path / "plain")
    known = held_out[0].source  # typed in class, of all pairs
    added = (f"{known}\tso !", "a bird\tun oiseau")
    config = DataConfig(**{**plain.model_dump(), "added": added, "added_times": 3})
    told_of = {type(record): record for record in prepare(config, tmp_path / "more")}
    corpus, ready = told_of[CorpusRecord], told_of[PreparedRecord]
    train_now, held_out_now = trained_and_held_out(tmp_path / "more")
    assert sorted(set(train_now) - set(train)) == sorted(
        {SentencePair(known, "so !"), SentencePair("a bird", "un oiseau"), held_out[0]}
    )
    assert train_now.count(SentencePair("a bird", "un oiseau")) == 3
    assert held_out_now == held_out[1:]  # the rest of the split is as it was
    assert isinstance(corpus, CorpusRecord)
    assert isinstance(ready, PreparedRecord)
    assert ready.train_pairs == len(train) + 2 * 3 + 1
    assert corpus.pairs == len(GOOD)  # added ones are counted apart
    told = tomllib.loads((tmp_path / "more" / "corpus.toml").read_text(encoding="utf-8"))
    assert told["added"] == {"pairs": 2, "times": 3}
    assert fingerprint(config) != fingerprint(plain)


def test_added_pairs_are_swapped_with_the_corpus() -> None:
    config = DataConfig(added=("a bird\tun oiseau",), swap_sides=True)
    assert added_pairs(config) == [SentencePair("un oiseau", "a bird")]


def test_validation_files_stay_as_given_beside_added_pairs(tmp_path: Path) -> None:
    checks = table(tmp_path, ["red cat\tcat red !", "new fish\tfish new !"], "valid.tsv")
    config = data(table(tmp_path), validation=(checks,), added=("red cat\tother",))
    list(prepare(config, tmp_path / "made"))
    assert len(trained_and_held_out(tmp_path / "made")[1]) == 2


@pytest.mark.parametrize("line", ["no tab", "a\tb\tc", "\tb", "a\t ", ""])
def test_an_added_pair_without_two_sides_is_refused(line: str) -> None:
    with pytest.raises(BadConfig, match="a source, a tab and a target"):
        changed(RunConfig(), "data.added", (line,))


def test_a_corpus_is_named_after_its_files(tmp_path: Path) -> None:
    names = names_of(data("x/train.en", "x/train.de"))
    assert names.title == "train.en + train.de"
    assert (names.source, names.target) == ("English", "German")
    assert names_of(DataConfig()).example


def test_a_builtin_corpus_comes_from_its_seed() -> None:
    one, same, other = (
        list(pairs_of(DataConfig(builtin="reverse", builtin_pairs=100, seed=seed)))
        for seed in (1, 1, 2)
    )
    assert one == same != other
    assert len(set(one)) == 100


@pytest.mark.parametrize("lines", [["\t", " \t "], ["only\t"]])
def test_a_corpus_without_text_is_refused(tmp_path: Path, lines: list[str]) -> None:
    config = data(table(tmp_path, lines))
    for records in (survey(config), prepare(config, tmp_path / "p")):
        with pytest.raises(BadFile, match=r"pairs\.tsv holds no pair with text on both sides"):
            list(records)


@pytest.mark.parametrize(
    ("lines", "values"),
    [
        (["a cat\tun chat", "a cat\tle chat"], {}),
        ([f"{line} {line}" for line in GOOD], {"longest": 4, "tokenizer": {"kind": "char"}}),
    ],
)
def test_a_corpus_that_leaves_nothing_is_refused(
    tmp_path: Path, lines: list[str], values: dict[str, Any]
) -> None:
    with pytest.raises(BadFile, match=r"pairs\.tsv leaves \d+ pairs to train on and \d+ to hold"):
        list(prepare(data(table(tmp_path, lines), **values), tmp_path / "p"))


def test_what_is_left_is_told_in_numbers(tmp_path: Path) -> None:
    blank = table(tmp_path, ["\tnothing"], "held.tsv")
    with pytest.raises(BadFile, match="leaves 121 pairs to train on and 0 to hold out, of 121;"):
        list(prepare(data(table(tmp_path), validation=(blank,)), tmp_path / "p"))
    twice = table(tmp_path, [GOOD[0], GOOD[0]])
    with pytest.raises(BadFile, match="leaves 0 pairs to train on and 1 to hold out, of 2;"):
        list(prepare(data(twice), tmp_path / "q"))
    once = table(tmp_path, [GOOD[0]])
    with pytest.raises(BadFile, match="has one pair of sentences; at least two are needed"):
        list(prepare(data(once), tmp_path / "r"))


@pytest.mark.parametrize("split", SPLITS)
def test_however_it_is_split_no_held_out_source_is_trained_on(tmp_path: Path, split: str) -> None:
    repeated = [*GOOD, *(line.replace("!", "?") for line in GOOD[::2])]
    config = data(table(tmp_path, repeated), split=split, held_out_percent=10)
    record = tiny_prepared(tmp_path / "p", config)
    train, held_out = trained_and_held_out(tmp_path / "p")
    sources = {pair.source for pair in held_out}
    assert not {pair.source for pair in train} & sources
    assert len(sources) == record.held_out_pairs > 3
    everything = {line.split("\t")[0] for line in repeated}
    assert {pair.source for pair in train} | sources == everything


def test_a_vocabulary_that_is_too_small_is_refused(tmp_path: Path) -> None:
    small = {"kind": "bpe", "vocabulary_size": 8}
    with pytest.raises(BadConfig, match="no bpe vocabulary of 8 pieces"):
        list(prepare(data(table(tmp_path), tokenizer=small), tmp_path / "p"))


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises((S2SError, OSError)):
        list(prepare(data(table(tmp_path)), tmp_path / "file" / "p"))


@pytest.mark.parametrize("content", [None, "no json\n", '{"source": "a"}\n'])
def test_damaged_held_out_pairs_are_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "held_out.jsonl").write_text(content)
    with pytest.raises(BadFile, match=r"held_out\.jsonl cannot be read"):
        HeldOut.load(tmp_path)


def test_held_out_pairs_keep_every_character(tmp_path: Path) -> None:
    pairs = [SentencePair("a\u2028b", "猫\x85😀"), SentencePair('"q"\\', "\t")]
    HeldOut(pairs).save(tmp_path)
    assert HeldOut.load(tmp_path).pairs == pairs


def test_the_text_of_all_pairs_is_kept_beside(tmp_path: Path) -> None:
    config = data(table(tmp_path, [*GOOD, "\tblank", GOOD[0]]), swap_sides=True)
    tiny_prepared(tmp_path / "p", config)
    stored = list(PairStore.load(tmp_path / "p"))
    assert [pair.target for pair in stored[-2:]] == ["", GOOD[0].split("\t")[0]]
    assert [pair for pair in stored if pair.target] == list(pairs_of(config))


def test_what_is_found_and_cured_is_kept_by_its_rows(tmp_path: Path) -> None:
    lines = [*GOOD, "\tblank", GOOD[0], "the <b>cat</b>\tle chat", "<i></i>\tnothing is left"]
    count = len(GOOD)
    for cures in ((), ("markup",), ("markup", "duplicates")):
        folder = tmp_path / "-".join(("p", *cures))
        tiny_prepared(folder, data(table(tmp_path, lines), cures=cures))
        corpus, _ = prepared(folder)
        findings = PairFindings.load(folder, corpus.pairs)
        found = {each.name: each for each in corpus.findings if each.title}
        for name, each in found.items():
            assert len(findings.rows(name)) == each.count
        assert findings.rows("blank").tolist() == [count]  # whatever is cured
        assert findings.rows("markup").tolist() == [count + 2, count + 3]
        assert findings.rows("duplicates").tolist() == [count + 1]
        gone = [count]
        if "duplicates" in cures:
            gone.append(count + 1)
            assert (found["duplicates"].cured, found["duplicates"].left_out) == (1, 1)
        if "markup" in cures:
            gone.append(count + 3)  # its cure leaves nothing of a side
            assert (found["markup"].cured, found["markup"].left_out) == (2, 1)
            assert corpus.preview_cured == ((count + 2, "the cat", "le chat"),)
        stored = TrainedPairs(PairStore.load(folder), findings)
        assert findings.rows("left_out").tolist() == list(corpus.preview_left_out) == gone
        assert corpus.kept == corpus.pairs - len(gone)
        kept = [pair for row, pair in enumerate(stored) if row not in gone]
        assert kept == list(pairs_of(data(table(tmp_path, lines), cures=cures)))

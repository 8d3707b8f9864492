"""What is wrong with a corpus is found, and cured by what is ticked, and by nothing else."""

from __future__ import annotations

import gzip
import os
import random
import time
import tomllib
from collections.abc import Iterable, Sequence
from itertools import chain, groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_core.configs import DataConfig
from s2s_core.data.blocks import in_blocks
from s2s_core.data.builtin.noisy import FAULTS
from s2s_core.data.doctor import CHECKS, cures_named
from s2s_core.data.doctor import curing as curing_module
from s2s_core.data.doctor.curing import Curing, Row
from s2s_core.data.doctor.seen import Seen
from s2s_core.data.pairs import SentencePair
from s2s_core.data.phrasebook_sentences import sentences
from s2s_core.data.reading import pairs_of
from s2s_core.data.survey import Survey
from s2s_core.data.toy_tasks import TOY_TASKS
from s2s_core.errors import BadConfig
from s2s_core.pair_findings import CHANGED, LEFT_OUT
from s2s_core.records import Finding, ProgressRecord
from tests.helpers import tiny_prepared

CURES = cures_named(("all",))
SOUND = [SentencePair(*pair) for pair in sentences(random.Random(3), 400)]


def pairs(*texts: tuple[str, str]) -> list[SentencePair]:
    return [SentencePair(*pair) for pair in texts]


def seen(survey: Survey, some: Iterable[SentencePair]) -> list[SentencePair]:
    return list(chain.from_iterable(survey.read(in_blocks(some, 3))))


def left_by(curing: Curing, some: Iterable[SentencePair]) -> list[Row]:
    return list(chain.from_iterable(curing.rows(in_blocks(some, 3))))


def found_in(some: Iterable[SentencePair], *cures: str) -> dict[str, Finding]:
    survey = Survey(10, Curing(cures))
    seen(survey, some)
    return {finding.name: finding for finding in survey.findings()}


def cured(some: Iterable[SentencePair], *cures: str) -> list[SentencePair]:
    return [pair for _, pair in left_by(Curing(cures or CURES), some)]


def one(name: str, source: str, target: str) -> SentencePair | None:
    """Return what a cure makes of a pair among sound ones, or nothing if it leaves it out."""
    left = cured([*SOUND, SentencePair(source, target)], name)
    assert left[: len(SOUND)] == SOUND
    return left[len(SOUND)] if len(left) > len(SOUND) else None


# What each check finds, and what its cure leaves -------------------------------------------------

FOUND: dict[str, list[tuple[str, str, tuple[str, str] | None]]] = {
    "mojibake": [
        ("the garçon", "le garÃ§on", ("the garçon", "le garçon")),
        ("itâ€™s fine", "c'est bon", ("it’s fine", "c'est bon")),
        ("nbsp Â« quote Â»", "x", ("nbsp « quote »", "x")),
        ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "salut", ("привет", "salut")),
        ("twice ÃƒÂ©", "x", ("twice é", "x")),
    ],
    "markup": [
        ("<b>the cat</b>", "le chat&nbsp;<br/>", ("the cat", "le chat")),
        ("fish &amp; chips", "x &lt;i&gt;y", ("fish & chips", "x y")),
        ('<g id="1">the</g> cat', "le chat", ("the cat", "le chat")),
        ("one<br>two", "un &#38;amp; deux", ("one two", "un & deux")),
    ],
    "control": [
        ("the\x07 cat", "le chat", ("the cat", "le chat")),
        ("the cat", "le\u200b\ufeff chat\xad", ("the cat", "le chat")),
        ("the\u2028cat", "le\x0bchat", ("the cat", "le chat")),
    ],
    "not_normalised": [("cafe\u0301", "le cafe\u0301", ("café", "le café"))],
    "mixed_scripts": [
        ("the c\u0430t", "le ch\u0430t", ("the cat", "le chat")),  # a Cyrillic a
        ("\u043f\u0440o\u0441\u0442\u043e", "x", ("\u043f\u0440\u043e\u0441\u0442\u043e", "x")),
        ("w\u0416ord", "x", None),  # no Latin letter looks like that
    ],
    "lost_characters": [("the c\ufffdt", "le chat", None)],
    "identical": [("the cat sleeps", "the cat sleeps", None)],
    "swapped": [
        (SOUND[0].target + " ce soir", SOUND[0].source + " this evening",
         (SOUND[0].source + " this evening", SOUND[0].target + " ce soir")),
    ],
    "wrong_language": [
        (SOUND[5].source, SOUND[9].source, None),
        (SOUND[5].target, SOUND[9].target, None),
        ("мальчик видит собаку", SOUND[9].target, None),
    ],
    "length_ratio": [("a cat", "le chat " * 20, None), ("the cat and the dog " * 9, "chat", None)],
    "too_long": [("the cat and the dog " * 40, "le chat et le chien " * 40, None)],
    "other_numbers": [
        ("12 cats", "21 chats", None), ("born in 1972", "né en 1927", None),
        ("it has 1234 pages", "il a des pages", None),
    ],
    "duplicates": [(*SOUND[7], None)],
    "other_targets": [(SOUND[7].source, "tout autre chose", None)],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "source", "target", "left"),
    [(name, *row) for name, rows in FOUND.items() for row in rows],
)
def test_a_fault_is_found_and_cured(
    name: str, source: str, target: str, left: tuple[str, str] | None
) -> None:
    finding = found_in([*SOUND, SentencePair(source, target)])[name]
    assert finding.count == 1
    assert finding.examples[0] == (len(SOUND) + 1, source, target)
    assert finding.cure
    assert not finding.cured
    assert one(name, source, target) == (left and SentencePair(*left))


def test_every_check_is_tried_here() -> None:
    elsewhere = {"cut", "one_column", "extra_tab", "not_utf8", "blank", "in_validation"}
    assert {*FOUND} | elsewhere == set(CHECKS)


# Pairs that are sound, each of which a careless check would report.
NO_FAULT = [
    ("mojibake", "„Spaß“ und „Fuß“", "«É» … à”"),
    ("mojibake", "SÃO PAULO Â", "GARÇON"),
    ("markup", "a < b and c > d & so on", "I <3 you; AT&T; &c."),
    ("markup", "<unk> is a name", "if a<b then c>d"),
    ("control", "a\tb\xa0c\u200d👩\u200d💻", "לו\u200e ok\u3000"),
    ("not_normalised", "café", "어학연구소"),
    ("mixed_scripts", "T恤 卡拉OK", "5 µm and 3 kΩ, β-carotene, Ю-tube"),
    ("identical", "The cat", "the cat"),
    ("swapped", "Paris", "Paris"),
    ("length_ratio", "Yes.", "Oui, bien sûr."),
    ("other_numbers", "1,000.5 at 7 pm in 2 years", "1 000,5 à 19 h dans deux ans"),
    ("other_numbers", "12 cats cost 2.00", "12 chats coûtent 2"),
    ("other_numbers", "10,000 yen in 1972", "1万日元 一九七二年"),
    ("other_numbers", "A hundred and fifty-three people came", "153人来了"),
    ("other_numbers", "until March thirty-first, nineteen-ninety-seven", "1997年3月31日"),
    ("other_numbers", "100 cats and 12 dogs", "cent chats et douze chiens"),
]


@pytest.mark.parametrize(("name", "source", "target"), NO_FAULT)
def test_what_is_no_fault_is_not_reported(name: str, source: str, target: str) -> None:
    assert name not in found_in([*SOUND, SentencePair(source, target)])
    assert one(name, source, target) == (source, target)


def test_a_sound_corpus_is_left_as_it_is() -> None:
    assert cured(SOUND) == SOUND
    assert set(found_in(SOUND)) == {"few"}


def test_fifty_pairs_are_told_what_to_expect() -> None:
    (finding,) = found_in(SOUND[:50]).values()
    assert finding.sentence.startswith("with only 50 pairs, a model learns by heart")
    assert not finding.cure


def test_blank_pairs_are_always_left_out() -> None:
    some = [*SOUND, *pairs(("", "x"), (" \u3000", "y"), ("<b></b>", "z"))]
    survey = Survey(1, Curing(()))
    assert seen(survey, some) == [*SOUND, SentencePair("<b></b>", "z")]
    assert survey.blank == 2
    survey = Survey(1, Curing(("markup",)))  # which makes a side blank
    assert seen(survey, some) == SOUND
    assert survey.blank == 2  # whatever is cured


def test_sums_and_dates_may_have_other_numbers() -> None:
    sums = [SentencePair(f"{n} + {n}", str(2 * n)) for n in range(100, 200)]
    assert "other_numbers" not in found_in(sums)


def test_sentences_of_the_validation_files_are_found(tmp_path: Path) -> None:
    held = SOUND[3:6]
    curing = Curing(("in_validation",), frozenset(hash(pair.source) for pair in held))
    assert [number for number, _ in left_by(curing, SOUND)] == [1, 2, 3, *range(7, 401)]
    (finding,) = curing.notes.findings(cured=True)
    assert (finding.count, finding.cured) == (3, 3)
    files = []
    for name, some in (("train", SOUND), ("held", held)):
        files.append(tmp_path / f"{name}.tsv")
        files[-1].write_text("".join(f"{s}\t{t}\n" for s, t in some))
    config = DataConfig(
        builtin="", train=(str(files[0]),), validation=(str(files[1]),), cures=("in_validation",)
    )
    assert list(pairs_of(config)) == SOUND[:3] + SOUND[6:]
    assert list(pairs_of(config, validation=True)) == held


def test_numbers_of_examples_are_those_of_the_file() -> None:
    some = [SOUND[0], SOUND[0], *pairs(("a\x07", "b")), *SOUND[1:], SOUND[0]]
    found = found_in(some, "duplicates")
    assert [number for number, *_ in found["duplicates"].examples] == [2, 1, 403]
    assert [number for number, *_ in found["control"].examples] == [3]
    assert found["duplicates"].cured == 2
    assert not found["control"].cured


def test_at_most_three_examples_are_kept() -> None:
    found = found_in([*SOUND, *[SOUND[0]] * 9])
    assert found["duplicates"].count == 9
    assert [row for row, *_ in found["duplicates"].examples] == [401, 1, 402, 403]


def test_the_phrasebook_with_faults_shows_them() -> None:
    clean = sentences(random.Random(5), 3000)
    noise = random.Random(6)
    for fault, name in {
        "blank": "blank", "double": "duplicates", "swapped": "swapped",
        "untranslated": "identical", "marked up": "markup", "mojibake": "mojibake",
        "far too long": "length_ratio", "other numbers": "other_numbers",
        "control characters": "control",
    }.items():  # fmt: skip
        some = [SentencePair(*pair) for pair in clean]
        places = noise.sample(range(1000, 3000), 60)
        for place in places:
            some[place] = FAULTS[fault](some[place], some[place - 999])
        found = found_in(some)[name].count
        assert 54 <= found <= 60, (fault, found)
        others = {f.name: f.count for f in found_in(some).values() if f.name != name}
        assert sum(others.values()) <= 3, (fault, others)


@pytest.mark.parametrize("corpus", ["phrasebook", "phrasebook_german", "phrasebook_chinese"])
def test_swapped_sides_are_found_in_one_script_and_in_two(corpus: str) -> None:
    some = [SentencePair(*pair) for pair in TOY_TASKS[corpus](random.Random(2), 1000)]
    places = random.Random(3).sample(range(1000), 100)
    for place in places:
        some[place] = SentencePair(some[place].target, some[place].source)
    left = left_by(Curing(("swapped",)), some)
    turned = {number - 1 for number, pair in left if pair != some[number - 1]}
    assert len(left) == 1000
    assert turned <= set(places)
    assert len(turned) >= 98


# Cures -------------------------------------------------------------------------------------------

BITS = ["<b>", "</b>", "&amp;", "&lt;b&gt;", "&#7;", "Ã©", "Ãƒ", "\x07", "\u2028", "e\u0301", "Ã",
        "\ufffd",
        "\u0430b", "12", "1999", " ", "", "le chat", "the cat", "Â", "\u0308", "\xad"]  # fmt: skip
texts = st.one_of(
    st.lists(st.sampled_from(BITS), max_size=6).map("".join),
    st.text(max_size=30),
    st.sampled_from([side for pair in SOUND[:40] for side in pair]),
    st.sampled_from([pair.source * 9 for pair in SOUND[:4]]),
)
corpora = st.lists(
    st.one_of(st.tuples(texts, texts), st.sampled_from(SOUND)).map(lambda p: SentencePair(*p)),
    max_size=80,
)


@given(corpora, st.sets(st.sampled_from(CURES)), st.booleans())
def test_curing_twice_is_curing_once(
    some: list[SentencePair], cures: set[str], has_more: bool
) -> None:
    some = [*SOUND[:100], *some] if has_more else some
    once = cured(some, *cures)
    assert cured(once, *cures) == once


@given(corpora)
def test_a_corpus_cured_by_all_has_no_finding_with_a_cure(some: list[SentencePair]) -> None:
    left = cured([*SOUND[:100], *some])
    assert not [found.name for found in found_in(left).values() if found.cure]


@given(corpora, st.sets(st.sampled_from(CURES)))
def test_what_became_of_each_row_is_told(some: list[SentencePair], cures: set[str]) -> None:
    curing = Curing(tuple(cures))
    left = dict(left_by(curing, some))
    told = curing.outcome.rows
    rows = range(len(some))
    assert told[LEFT_OUT].tolist() == [row for row in rows if row + 1 not in left]
    assert told[CHANGED].tolist() == [
        row for row in rows if left.get(row + 1, some[row]) != some[row]
    ]
    assert curing.outcome.beginning == {
        row: left.get(row + 1) for row in rows if left.get(row + 1) != some[row]
    }
    found = {each.name: each for each in curing.notes.findings(cured=True)}
    assert sum(each.left_out for each in found.values()) == len(told[LEFT_OUT])
    blank = [row for row in rows if not all(side.strip() for side in some[row])]
    assert curing.notes.rows.get("blank", told[LEFT_OUT][:0]).tolist() == blank


@given(corpora, st.sampled_from(CURES))
def test_a_cure_touches_only_what_was_found(some: list[SentencePair], name: str) -> None:
    curing = Curing((name,))
    left = dict(left_by(curing, some))
    touched = [pair for row, pair in enumerate(some, 1) if left.get(row) != pair]
    assert len(touched) <= sum(curing.notes.counts.values())
    assert bool(touched) == bool(curing.notes.counts)


def test_a_large_corpus_is_cured_as_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [*SOUND, *SOUND[:30], *pairs(("a\x07b", "c"), ("<b>x</b>", "&amp;")), *SOUND]
    whole = Curing(CURES)
    expected = left_by(whole, some)
    monkeypatch.setattr(curing_module, "SAMPLE", 401)
    monkeypatch.setattr(curing_module, "PAIRS", 7)
    streamed = Curing(CURES)
    assert left_by(streamed, some) == expected
    told = [{f.name: f for f in each.notes.findings()} for each in (whole, streamed)]
    assert told[0] == told[1]
    for name, rows in (whole.notes.rows | whole.outcome.rows).items():
        assert rows.tolist() == (streamed.notes.rows | streamed.outcome.rows)[name].tolist()


def test_unknown_cures_are_refused_with_the_known_ones() -> None:
    with pytest.raises(BadConfig, match="there is no cure 'magic'; there are all, cut, mojibake"):
        Curing(("magic",))
    with pytest.raises(BadConfig, match="there is no cure 'blank'"):  # it is always left out
        Curing(("blank",))


def test_what_was_cured_stands_in_corpus_toml(tmp_path: Path) -> None:
    lines = [*SOUND, *SOUND[:4], *pairs(("the <b>cat</b>", "le chat"))]
    file = tmp_path / "pairs.tsv"
    content = "".join(f"{source}\t{target}\n" for source, target in lines)
    file.write_text(content)
    config = DataConfig(builtin="", train=(str(file),), cures=("all",))
    record = tiny_prepared(tmp_path / "p", config)
    assert record.train_pairs + record.held_out_pairs == len(SOUND) + 1
    told = tomllib.loads((tmp_path / "p" / "corpus.toml").read_text(encoding="utf-8"))
    assert told["cures"] == {"duplicates": 4, "markup": 1}
    assert file.read_text() == content


# Size and speed ----------------------------------------------------------------------------------


@given(st.lists(st.lists(st.integers(-50, 50), max_size=40), max_size=30))
def test_hashes_are_remembered_as_a_set_would(chunks: list[list[int]]) -> None:
    seen, known = Seen(), set[int]()
    for chunk in chunks:
        expected = []
        for place, number in enumerate(chunk):
            if number in known:
                expected.append(place)
            known.add(number)
        assert seen.again(chunk) == expected


def test_of_a_huge_corpus_the_beginning_is_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s2s_core.data.survey.MOST", 2000)
    some = [*SOUND * 10, *pairs(("a\x07", "b"), ("", "b"))]
    found = found_in(some)
    assert found["sample"].sentence.startswith("only the first 2,000 pairs were looked through")
    assert found["duplicates"].count == 1600
    assert found["blank"].count == 1
    assert "control" not in found


def test_the_first_look_at_thirty_thousand_pairs_takes_a_second() -> None:
    some = [SentencePair(f"{s} {n}", f"{t} {n}") for n in range(75) for s, t in SOUND]
    times = []
    for _ in range(3):
        start = time.process_time()
        found_in(some)
        times.append(time.process_time() - start)
    assert min(times) < 1.0


# Corpora of others ---------------------------------------------------------------------------

CORPORA = Path(os.environ.get("S2S_CORPORA", ""))
has_corpora = pytest.mark.skipif(
    not os.environ.get("S2S_CORPORA"), reason="S2S_CORPORA names no folder"
)


def lines_of(path: Path) -> Sequence[str]:
    return gzip.decompress(path.read_bytes()).decode().split("\n")[:-1]


@has_corpora
def test_a_good_corpus_has_few_findings() -> None:
    files = (lines_of(CORPORA / "multi30k" / f"train.{code}.gz") for code in ("en", "de"))
    found = found_in(map(SentencePair, *files))
    assert {name: finding.count for name, finding in found.items()} == {
        "markup": 16, "other_targets": 6, "duplicates": 3, "length_ratio": 2, "other_numbers": 2,
    }  # fmt: skip
    assert [number for number, *_ in found["length_ratio"].examples] == [16510, 16664]


@has_corpora
def test_a_corpus_of_another_script_has_few_findings() -> None:
    config = DataConfig(builtin="", train=(str(CORPORA / "eng-cmn" / "cmn.txt"),))
    found = found_in(pairs_of(config))
    assert found.keys() <= {"other_targets", "other_numbers", "control", "length_ratio", "too_long"}
    assert found["control"].count == 5
    assert sum(f.count for name, f in found.items() if name != "other_targets") < 25


@pytest.mark.parametrize("cures", [(), ("all",)])
def test_how_far_it_is_with_the_first_pairs_is_told_between_them(cures: tuple[str, ...]) -> None:
    pairs = [SentencePair(f"<b>cat</b> {n}", f"chat {n}") for n in range(5000)]
    survey, told, usable = Survey(1, Curing(cures)), list[ProgressRecord](), 0
    for block in survey.read(in_blocks(iter(pairs), 500)):
        usable += len(block)
        if survey.doing:
            told.append(survey.doing)
    assert usable == 5000
    assert survey.doing is None  # it only reads on
    stages = [list(group) for _, group in groupby(told, key=lambda record: record.what)]
    names = [stage[0].what for stage in stages]
    again = ["learning what is usual", "learning again what is usual, cured", "curing"]
    assert names == [*(again if cures else []), "learning what is usual", "checking"]
    for stage in stages:
        done = [record.done for record in stage]
        assert len(done) > 1 or stage[0].what == "curing"  # few are cured while it learns
        assert done == sorted(done)
        assert all(record.done <= record.total == 5000 for record in stage)


def test_findings_that_are_as_frequent_come_in_one_order() -> None:
    faults = [SentencePair("a <b>cat</b>", "un chat"), SentencePair("a\u200bdog", "un chien")]
    names = [list(found_in(some)) for some in (faults, faults[::-1])]
    assert names[0] == names[1]
    assert {"markup", "control"} <= set(names[0])

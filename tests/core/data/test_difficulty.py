"""The difficulty of the built-in corpora: every corpus at both ends of every knob it knows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random

import pytest

from s2s_core.configs import DataConfig, DifficultyConfig, RunConfig
from s2s_core.data import phrasebook as book
from s2s_core.data.builtin import chinese, german
from s2s_core.data.builtin.arithmetic import addition
from s2s_core.data.builtin.difficulty import Lexicon, Span, Words
from s2s_core.data.builtin.letters import copy
from s2s_core.data.builtin.noise import with_noise
from s2s_core.data.corpus import HeldOut, load_tokenizers
from s2s_core.data.pairs import SentencePair
from s2s_core.data.preparing import prepare
from s2s_core.data.reading import pairs_of
from s2s_core.data.store import EncodedPairs
from s2s_core.data.toy_tasks import TOY_TASKS
from s2s_core.errors import BadConfig
from s2s_core.experiment import merged
from s2s_core.runs.catalog import check

SIZE = 200
DIGESTS = {  # of 500 pairs of seed 7, as they were before there was anything to set
    "phrasebook": "28d86a62e4570043", "phrasebook_german": "17d0e111525d0e91",
    "phrasebook_chinese": "cfc42c8ef5cdbc36", "copy": "43713364796dd3d2",
    "reverse": "b5ff01d10c7df2cd", "addition": "b5be877c851b5277", "dates": "92db198c6e478036",
    "inflection": "cc2fbaf19b362c2b", "headlines": "6d045d38352807f3",
    "noisy": "b466891a35c78e5a",
}  # fmt: skip
ENDS = [
    pytest.param(name, DifficultyConfig(**{knob: value}), id=f"{name}-{knob}-{value}")
    for name, task in TOY_TASKS.items()
    for knob, span in task.difficulty.items()
    if isinstance(span, Span)
    for value in (span.low, span.high)
]


def all_at(name: str, end: str) -> DifficultyConfig:
    """Return a corpus' difficulty with every knob at its "low" or "high" end."""
    spans = TOY_TASKS[name].difficulty.items()
    return DifficultyConfig(**{k: getattr(s, end) for k, s in spans if isinstance(s, Span)})


@cache
def usual_pairs(name: str) -> list[SentencePair]:
    """Return the pairs of a corpus at which nobody has turned a knob."""
    return list(pairs_of(DataConfig(builtin=name, builtin_pairs=SIZE)))


def words_of(pairs: Sequence[SentencePair]) -> set[str]:
    """Return the different words of the sources."""
    return {word for pair in pairs for word in pair.source.split()}


@pytest.mark.parametrize("name", TOY_TASKS)
def test_by_itself_a_corpus_is_what_it_always_was(name: str) -> None:
    pairs = TOY_TASKS[name](Random(7), 500)
    text = repr([tuple(pair) for pair in pairs])
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == DIGESTS[name]
    assert TOY_TASKS[name](Random(7), 500, all_at(name, "default")) == pairs


@pytest.mark.parametrize(("name", "difficulty"), ENDS)
def test_every_knob_goes_to_both_its_ends(name: str, difficulty: DifficultyConfig) -> None:
    data = DataConfig(builtin=name, builtin_pairs=SIZE, difficulty=difficulty)
    pairs = list(pairs_of(data))
    assert list(pairs_of(data)) == pairs
    if name != "noisy":  # doubles are among its faults, and blanks, which are left out
        assert len(pairs) == SIZE
        assert len({pair.source for pair in pairs}) == SIZE
        assert all(side.strip() for pair in pairs for side in pair)
    if difficulty != DifficultyConfig():  # no noise is as it is by itself
        assert pairs != usual_pairs(name)


@pytest.mark.parametrize("name", [n for n in TOY_TASKS if n != "noisy"])
@pytest.mark.parametrize("end", ["low", "high"])
def test_what_is_held_out_is_right_and_never_trained_on(
    name: str, end: str, tmp_path: Path
) -> None:
    data = DataConfig(builtin=name, builtin_pairs=SIZE, difficulty=all_at(name, end))
    list(prepare(data, tmp_path))
    held_out = HeldOut.load(tmp_path).pairs
    clean = data.difficulty.model_copy(update={"noise": 0})
    right = set(pairs_of(data.model_copy(update={"difficulty": clean})))
    assert held_out
    assert set(held_out) <= right
    encoded = EncodedPairs.load(tmp_path / "encoded", "train")
    source, target = load_tokenizers(tmp_path)
    trained = [
        SentencePair(source.decode(encoded.sources[row].tolist()),
                     target.decode(encoded.targets[row].tolist()))
        for row in range(len(encoded))
    ]  # fmt: skip
    assert not {pair.source for pair in trained} & {pair.source for pair in held_out}
    wrong = sum(pair not in right for pair in trained)
    assert (wrong > len(trained) * 0.5) if end == "high" else not wrong


@pytest.mark.parametrize(
    "name", [n for n, t in TOY_TASKS.items() if isinstance(t.vocabulary, Span) and n != "noisy"]
)
def test_a_larger_vocabulary_has_more_words(name: str) -> None:
    task = TOY_TASKS[name]
    assert isinstance(task.vocabulary, Span)
    low, usual, high = (
        len(words_of(task(Random(1), 1500, DifficultyConfig(vocabulary=value))))
        for value in (task.vocabulary.low, task.vocabulary.default, task.vocabulary.high)
    )
    assert low < usual < high


@pytest.mark.parametrize(
    "name", [n for n, task in TOY_TASKS.items() if isinstance(task.length, Span) and n != "noisy"]
)
def test_greater_length_makes_longer_sources(name: str) -> None:
    span = TOY_TASKS[name].length
    assert isinstance(span, Span)
    means = []
    for value in (span.low, span.default, span.high):
        pairs = TOY_TASKS[name](Random(1), SIZE, DifficultyConfig(length=value))
        means.append(sum(len(pair.source.split()) for pair in pairs))
    assert means[0] < means[1] < means[2]


def test_letters_are_as_many_and_as_different_as_asked_for() -> None:
    pairs = copy(Random(1), 400, length=5, vocabulary=6)
    assert words_of(pairs) == set("abcdef")
    assert {len(pair.source.split()) for pair in pairs} == {3, 4, 5}


def test_longer_sums_are_right() -> None:
    for source, target in addition(Random(1), 100, length=6):
        one, other = source.replace(" ", "").split("+")
        assert len(one) == len(other) == 6
        assert int(one) + int(other) == int(target.replace(" ", ""))


def test_a_lexicon_gives_exactly_so_many_words_each_kind_its_share() -> None:
    lexicon = Lexicon((Words("abcd", "efghij", least=2), Words("ABC", "DE"), Words("xyz", least=3)))
    span = lexicon.span()
    assert (span.low, span.default, span.high) == (6, 10, 18)
    for words in range(span.low, span.high + 1):
        assert sum(map(len, lexicon.of(words))) == words
    assert ["".join(kind) for kind in lexicon.of(10)] == ["abcd", "ABC", "xyz"]
    assert ["".join(kind) for kind in lexicon.of(8)] == ["abc", "AB", "xyz"]
    assert ["".join(kind) for kind in lexicon.of(14)] == ["abcdefg", "ABCD", "xyz"]


def test_so_many_words_are_wrong_and_no_target_is_left_blank() -> None:
    pairs = [
        SentencePair(f"s{row}", " ".join(f"w{row}_{i}" for i in range(8))) for row in range(500)
    ]
    pairs.append(SentencePair("one", "word"))
    noisy = list(with_noise(pairs, 20, seed=3))
    assert [pair.source for pair in noisy] == [pair.source for pair in pairs]
    kept = sum(
        len(set(was.target.split()) & set(now.target.split()))
        for was, now in zip(pairs, noisy, strict=True)
    )
    assert kept / (500 * 8) == pytest.approx(0.8, abs=0.03)
    lengths = sum(len(pair.target.split()) for pair in noisy)
    assert lengths / (500 * 8) == pytest.approx(0.9, abs=0.03)  # half of the wrong ones are gone
    assert noisy == list(with_noise(pairs, 20, seed=3))
    assert noisy != list(with_noise(pairs, 20, seed=4))
    assert all(pair.target for pair in with_noise(pairs, 100, seed=3))


def test_without_spaces_characters_are_wrong() -> None:
    pairs = [SentencePair(str(row), "老师买了三把雨伞") for row in range(200)]
    noisy = list(with_noise(pairs, 50, seed=1))
    assert all(" " not in pair.target and pair.target for pair in noisy)
    assert sum(len(pair.target) for pair in noisy) < 200 * 7


@pytest.mark.parametrize("swap_sides", [False, True])
def test_noise_is_on_the_side_that_is_translated_into(swap_sides: bool) -> None:
    clean = DataConfig(builtin="headlines", builtin_pairs=200, swap_sides=swap_sides)
    noisy = clean.model_copy(update={"difficulty": DifficultyConfig(noise=30)})
    before, after = list(pairs_of(clean)), list(pairs_of(noisy))
    assert [pair.source for pair in before] == [pair.source for pair in after]
    assert before != after


@pytest.mark.parametrize(
    ("name", "difficulty", "said"),
    [
        ("addition", {"length": 9}, "length must be between 2 and 8 digits for Add numbers"),
        ("copy", {"vocabulary": 53}, "vocabulary must be between 4 and 52 letters"),
        ("dates", {"noise": 51}, "noise must be between 0 and 50 %"),
    ],
)
def test_what_a_corpus_cannot_be_is_refused(
    name: str, difficulty: dict[str, int], said: str
) -> None:
    config = merged(RunConfig(), {"data": {"builtin": name, "difficulty": difficulty}})
    with pytest.raises(BadConfig, match=re.escape(said)):
        check(config)
    with pytest.raises(BadConfig, match=re.escape(said)):
        list(pairs_of(config.data))


def test_what_a_corpus_does_not_know_makes_no_difference() -> None:
    config = DataConfig(builtin="dates", builtin_pairs=100)
    longer = config.model_copy(update={"difficulty": DifficultyConfig(length=900)})
    assert list(pairs_of(config)) == list(pairs_of(longer))


def test_a_small_world_gives_about_all_it_has() -> None:
    difficulty = DifficultyConfig(length=4, vocabulary=4)
    pairs = TOY_TASKS["copy"](Random(1), 5000, difficulty)
    assert 300 < len(pairs) <= 4**3 + 4**4


# The words of a larger vocabulary in sentences that were checked by hand.
def test_new_french_words_agree() -> None:
    nouns = {noun.english: noun for noun in book.MORE_NOUNS}
    adjectives = {row.english: row for row in book.MORE_ADJECTIVES}
    verbs = {verb.english: verb for verb in book.MORE_VERBS}
    aunts = book.noun_phrase(book.MY, nouns["aunt"], adjectives["brave"], plural=True)
    boat = book.noun_phrase(book.A, nouns["boat"], adjectives["grey"])
    denied = book.Manner(past=True, negated=True)
    uncle = book.noun_phrase(book.THE, nouns["uncle"])
    said = book.render(book.Sentence(book.Clause(aunts, verbs["paint"], denied, boat)))
    assert said.source == "my brave aunts did not paint a grey boat"
    assert said.target == "mes tantes courageuses n'ont pas peint de bateau gris"
    said = book.render(book.Sentence(book.Clause(uncle, verbs["like"], book.Manner(), boat)))
    assert said == SentencePair("the uncle likes a grey boat", "l'oncle aime un bateau gris")


def test_new_german_words_agree() -> None:
    nouns = {noun.english: noun for noun in german.MORE_NOUNS}
    verbs = {verb.english: verb for verb in (*german.MORE_TRANSITIVE, *german.MORE_INTRANSITIVE)}
    uncle = german.noun_phrase(nouns["uncle"], "a", "", False, "nominative")
    key = german.noun_phrase(nouns["key"], "my", "heavy", False, "accusative")
    stolen = german.build(uncle, verbs["steal"], key, "present")
    assert stolen.english == "an uncle steals my heavy key"
    assert german.verb_last(stolen) == "ein Onkel meinen schweren Schlüssel stiehlt"
    mice = german.noun_phrase(nouns["mouse"], "the", "clever", True, "nominative")
    touched = german.build(mice, verbs["touch"], key, "past")
    assert german.verb_second(touched) == "die klugen Mäuse haben meinen schweren Schlüssel berührt"
    baker = german.noun_phrase(nouns["baker"], "the", "", False, "nominative")
    assert german.build(baker, verbs["touch"], key, "present").english.startswith(
        "the baker touches"
    )


def test_new_chinese_words_have_their_measures() -> None:
    nouns = {
        noun.english: noun
        for noun in (*chinese.MORE_PEOPLE, *chinese.MORE_ANIMALS, *chinese.MORE_THINGS)
    }
    verbs = {verb.english: verb for verb in chinese.MORE_TRANSITIVE}
    nurse = chinese.noun_phrase(nouns["nurse"], "two")
    cow = chinese.noun_phrase(nouns["cow"], "a", "ugly")
    built = chinese.build(nurse, verbs["take"], cow, "going on")
    assert built == ("two nurses are taking an ugly cow", "两位护士正在拿一头难看的牛")
    lamps = chinese.noun_phrase(nouns["lamp"], "three", "blue")
    built = chinese.build(nurse, verbs["photograph"], lamps, "past")
    assert built == ("two nurses photographed three blue lamps", "两位护士拍了三盏蓝色的灯")

"""The built-in corpora against sentences written by hand and rules told another way."""

from __future__ import annotations

import re
from datetime import date, datetime
from random import Random

import pytest

from s2s_core.configs import DataConfig
from s2s_core.data.builtin import chinese, dates, german, headlines
from s2s_core.data.builtin.arithmetic import addition
from s2s_core.data.builtin.distinct import distinct
from s2s_core.data.builtin.inflection import bend, inflection
from s2s_core.data.builtin.letters import copy
from s2s_core.data.builtin.noisy import FAULTS, SHARE, noisy
from s2s_core.data.phrasebook_sentences import sentences
from s2s_core.data.reading import survey
from s2s_core.data.toy_tasks import TOY_TASKS
from s2s_core.errors import BadConfig
from s2s_core.records import CorpusRecord

GERMAN_NOUNS = {noun.english: noun for noun in german.NOUNS}
GERMAN_VERBS = {verb.english: verb for verb in (*german.TRANSITIVE, *german.INTRANSITIVE)}
CHINESE_NOUNS = {n.english: n for n in (*chinese.PEOPLE, *chinese.ANIMALS, *chinese.THINGS)}
CHINESE_VERBS = {verb.english: verb for verb in (*chinese.TRANSITIVE, *chinese.INTRANSITIVE)}


def test_a_world_that_is_too_small_is_refused_with_its_size() -> None:
    with pytest.raises(BadConfig) as refusal:
        distinct(lambda random: (str(random.randint(1, 5)), "x"), Random(1), 6)
    assert "about 5 different" in str(refusal.value)


def test_copy_gives_what_it_was_given() -> None:
    for source, target in copy(Random(0), 200):
        assert source == target
        assert re.fullmatch(r"[a-z]( [a-z]){2,9}", source)


def test_sums_are_right() -> None:
    for source, target in addition(Random(0), 500):
        one, other = source.replace(" ", "").split("+")
        assert len(one) == len(other) == 3
        assert int(one) + int(other) == int(target.replace(" ", ""))
        assert len(target) == 7


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(1984, 3, 31), "the thirty first of march nineteen eighty four"),
        (date(2005, 12, 3), "the third of december two thousand five"),
        (date(1900, 2, 12), "the twelfth of february nineteen hundred"),
        (date(1907, 10, 20), "the twentieth of october nineteen oh seven"),
        (date(2000, 1, 8), "the eighth of january two thousand"),
        (date(2026, 6, 29), "the twenty ninth of june twenty twenty six"),
    ],
)
def test_dates_are_said_as_people_say_them(day: date, words: str) -> None:
    said = {dates.in_words(day, Random(seed)) for seed in range(60)}
    assert words in said
    assert f"{day:%A} {words}".lower() in said
    assert f"{day.day} . {day.month} . {day.year}" in said


def test_dates_in_figures_are_what_they_are_translated_to() -> None:
    read = 0
    for source, target in dates.dates(Random(0), 600):
        day = date.fromisoformat(target.replace(" ", ""))
        for form in ("%d %B %Y", "%b %d %Y", "%a %d %b %Y", "%d . %m . %Y"):
            try:
                found = datetime.strptime(source, form).date()
            except ValueError:
                continue
            assert found == day
            read += 1
    assert read > 200


@pytest.mark.parametrize(
    ("stem", "suffixes", "word"),
    [
        ("talok", ("lar", "am", "ak"), "taloklaramak"),
        ("talok", ("", "am", ""), "talogam"),
        ("nete", ("", "at", "dan"), "neteyetden"),
        ("met", ("", "", "u"), "medü"),
        ("dü", ("lar", "amuz", "da"), "dülleremüzde".replace("ll", "l")),
    ],
)
def test_words_bend_by_the_rules(stem: str, suffixes: tuple[str, ...], word: str) -> None:
    assert bend(stem, *suffixes) == word


def test_a_bent_word_has_vowels_of_one_kind() -> None:
    for source, target in inflection(Random(0), 500):
        vowels = set(target) & set("aoueöü")
        assert vowels <= set("aou") or vowels <= set("eöü"), (source, target)


def test_headlines_copy_the_names_and_leave_the_rest_out() -> None:
    names = set()
    for report, headline in headlines.headlines(Random(0), 500):
        town, colon, name, deed, thing = headline.split()
        assert colon == ":"
        words = report.split()
        assert f"{name} of {town}" in report
        assert thing in words
        assert deed in headlines.DEEDS.values()
        assert not set(headline.split()) & {*headlines.TRAITS, *headlines.LOOKS, *headlines.TIMES}
        names |= {name, town}
    assert len(names) > 500


def test_about_one_pair_in_seven_is_noisy() -> None:
    clean = set(sentences(Random(5), 4000))
    found = noisy(Random(5), 4000)
    share = sum(pair not in clean for pair in found) / 4000
    assert SHARE * (len(FAULTS) - 2) / len(FAULTS) < share < SHARE * 1.3
    assert any(not pair.target for pair in found)
    assert any("<b>" in pair.source for pair in found)
    assert any("Ã©" in pair.target for pair in found)


def german_words(text: str, case: german.Case) -> german.Words:
    """Return what English words stand for: a pronoun, or article, adjective and noun."""
    for pronoun in german.PRONOUNS:
        if pronoun.english == text:
            return pronoun
    article, *adjectives, noun = text.split()
    plural = next((n for n in german.NOUNS if n.english_plural == noun), None)
    row = plural or GERMAN_NOUNS[noun]
    return german.noun_phrase(row, article, "".join(adjectives), plural is not None, case)


# Checked by hand, one by one: subject, verb, object, manner, adverbs; English, main clause with
# the verb second, and what follows "dass".
GERMAN = [
    ("the man", "see", "the small dog", "present", ("", ""), "the man sees the small dog",
     "der Mann sieht den kleinen Hund", "der Mann den kleinen Hund sieht"),
    ("a young woman", "buy", "my new books", "past", ("yesterday", "gestern"),
     "a young woman bought my new books yesterday",
     "eine junge Frau hat gestern meine neuen Bücher gekauft",
     "eine junge Frau gestern meine neuen Bücher gekauft hat"),
    ("i", "look for", "my old hat", "denied", ("", ""), "i do not look for my old hat",
     "ich suche meinen alten Hut nicht", "ich meinen alten Hut nicht suche"),
    ("the children", "carry", "the white flower", "want", ("today", "heute"),
     "the children want to carry the white flower today",
     "die Kinder wollen heute die weiße Blume tragen",
     "die Kinder heute die weiße Blume tragen wollen"),
    ("a small girl", "wash", "the horse", "must", ("", ""), "a small girl must wash the horse",
     "ein kleines Mädchen muss das Pferd waschen", "ein kleines Mädchen das Pferd waschen muss"),
    ("he", "draw", "my beautiful house", "unmade", ("", ""), "he did not draw my beautiful house",
     "er hat mein schönes Haus nicht gezeichnet", "er mein schönes Haus nicht gezeichnet hat"),
    ("an old teacher", "sleep", "", "present", ("here", "hier"), "an old teacher sleeps here",
     "ein alter Lehrer schläft hier", "ein alter Lehrer hier schläft"),
    ("we", "find", "the big trees", "can", ("", ""), "we can find the big trees",
     "wir können die großen Bäume finden", "wir die großen Bäume finden können"),
    ("she", "wash", "the red car", "present", ("", ""), "she washes the red car",
     "sie wäscht das rote Auto", "sie das rote Auto wäscht"),
]  # fmt: skip


@pytest.mark.parametrize("row", GERMAN, ids=[row[5] for row in GERMAN])
def test_german_puts_the_verb_where_it_belongs(row: tuple[str, ...]) -> None:
    subject, verb, thing, manner, adverb, english, second, last = row
    built = german.build(
        german_words(subject.replace("an ", "a "), "nominative"), GERMAN_VERBS[verb],
        german_words(thing, "accusative") if thing else None, manner, adverb,  # type: ignore[arg-type]
    )  # fmt: skip
    assert built.english == english
    assert german.verb_second(built) == second
    assert german.verb_last(built) == last
    finite, rest = built.finite, second.partition(f" {built.finite} ")[2]
    assert german.verb_first(built) == f"{finite} {built.subject} {rest}".strip()


def test_german_sentences_are_of_the_kinds_there_are() -> None:
    pairs = german.german(Random(1), 400)
    openings = tuple(german.OPENINGS)
    for source, target in pairs:
        joint = next((j for j in german.JOINTS if f" {j} " in f" {source} "), "")
        assert ("," in target) == bool(source.startswith(openings) or joint), source
        assert "  " not in source + target


def chinese_words(text: str) -> chinese.Words:
    """Return what English words stand for: a pronoun, or all that stands before a noun."""
    for pronoun in chinese.PRONOUNS:
        if pronoun.english == text:
            return pronoun
    before, *adjectives, noun = text.split()
    plural = next((n for n in CHINESE_NOUNS.values() if n.plural == noun), None)
    return chinese.noun_phrase(
        plural or CHINESE_NOUNS[noun], "a" if before == "an" else before, "".join(adjectives)
    )


# Checked by hand, one by one.
CHINESE = [
    (("the teacher", "buy", "three red umbrellas", "past", "in the shop", "yesterday"),
     "the teacher bought three red umbrellas in the shop yesterday",
     "老师昨天在商店里买了三把红色的雨伞"),
    (("i", "like", "her small cat", "denied", "", ""), "i do not like her small cat",
     "我不喜欢她的小猫"),
    (("two girls", "dance", "", "going on", "in the park", ""),
     "two girls are dancing in the park", "两个女孩在公园里正在跳舞"),
    (("he", "wash", "this car", "unmade", "", "last year"),
     "he did not wash this car last year", "他去年没洗这辆车"),
    (("a doctor", "watch", "that white horse", "present", "", "every day"),
     "a doctor watches that white horse every day", "一位医生每天看那匹白色的马"),
    (("we", "sell", "our beautiful house", "past", "", ""),
     "we sold our beautiful house", "我们卖了我们漂亮的房子"),
    (("they", "look for", "an old letter", "going on", "", ""),
     "they are looking for an old letter", "他们正在找一封旧信"),
]  # fmt: skip


@pytest.mark.parametrize("row", CHINESE, ids=[row[1] for row in CHINESE])
def test_chinese_counts_with_measure_words_and_says_first_when_and_where(
    row: tuple[tuple[str, ...], str, str],
) -> None:
    (subject, verb, thing, manner, place, time), english, expected = row
    built = chinese.build(
        chinese_words(subject), CHINESE_VERBS[verb],
        chinese_words(thing) if thing else chinese.Words("", ""), manner, place, time,
    )  # fmt: skip
    assert built == (english, expected)


@pytest.mark.parametrize(
    ("thing", "word", "is_denied", "expected"),
    [
        ("this table", "big", False, ("this table is big", "这张桌子很大")),
        ("my hat", "red", True, ("my hat is not red", "我的帽子不是红色的")),
        ("the picture", "beautiful", False, ("the picture is beautiful", "画很漂亮")),
    ],
)
def test_chinese_says_how_things_are(
    thing: str, word: str, is_denied: bool, expected: tuple[str, str]
) -> None:
    assert chinese.describe(chinese_words(thing), word, is_denied) == expected


def test_chinese_has_no_spaces_and_no_letters() -> None:
    for _, target in chinese.chinese(Random(1), 500):
        assert not re.search(r"[\sa-z,]", target)


@pytest.mark.parametrize("name", sorted(TOY_TASKS))
def test_only_what_is_made_to_be_cured_is_called_faulty(name: str) -> None:
    *_, record = survey(DataConfig(builtin=name, builtin_pairs=2000))
    assert isinstance(record, CorpusRecord)
    assert bool(record.findings) == TOY_TASKS[name].is_faulty

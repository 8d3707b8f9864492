"""English and Chinese: measure words, no spaces, time and place before the verb.

Each English sentence has exactly one Chinese one. What English leaves open is settled once and
for all: "the" is not said, a past is marked by 了 or denied by 没.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from s2s_core.data.builtin.difficulty import Lexicon, Span
from s2s_core.data.builtin.difficulty import Words as Kind
from s2s_core.data.builtin.distinct import distinct
from s2s_core.data.pairs import SentencePair


@dataclass(frozen=True)
class Noun:
    """A noun, with the measure word that it is counted by."""

    english: str
    plural: str
    chinese: str
    measure: str


@dataclass(frozen=True)
class Verb:
    """A verb; `lasting` ones ("like") are never marked as done."""

    english: str
    past: str
    chinese: str
    lasting: bool = False


class Words(NamedTuple):
    """A subject or object in both languages."""

    english: str
    chinese: str
    is_third: bool = True  # the English verb ends in -s


COMMA = "\uff0c"  # as wide as a character
PEOPLE = (
    Noun("boy", "boys", "男孩", "个"), Noun("girl", "girls", "女孩", "个"),
    Noun("teacher", "teachers", "老师", "位"), Noun("doctor", "doctors", "医生", "位"),
    Noun("friend", "friends", "朋友", "个"),
)  # fmt: skip
ANIMALS = (
    Noun("cat", "cats", "猫", "只"), Noun("dog", "dogs", "狗", "只"),
    Noun("bird", "birds", "鸟", "只"), Noun("horse", "horses", "马", "匹"),
    Noun("fish", "fishes", "鱼", "条"),
)  # fmt: skip
THINGS = (
    Noun("book", "books", "书", "本"), Noun("hat", "hats", "帽子", "顶"),
    Noun("flower", "flowers", "花", "朵"), Noun("tree", "trees", "树", "棵"),
    Noun("car", "cars", "车", "辆"), Noun("letter", "letters", "信", "封"),
    Noun("picture", "pictures", "画", "幅"), Noun("table", "tables", "桌子", "张"),
    Noun("chair", "chairs", "椅子", "把"), Noun("house", "houses", "房子", "座"),
    Noun("umbrella", "umbrellas", "雨伞", "把"), Noun("apple", "apples", "苹果", "个"),
)  # fmt: skip
MORE_PEOPLE = (
    Noun("student", "students", "学生", "个"), Noun("nurse", "nurses", "护士", "位"),
    Noun("farmer", "farmers", "农民", "个"), Noun("writer", "writers", "作家", "位"),
    Noun("neighbour", "neighbours", "邻居", "个"), Noun("driver", "drivers", "司机", "位"),
)  # fmt: skip
MORE_ANIMALS = (
    Noun("cow", "cows", "牛", "头"), Noun("pig", "pigs", "猪", "头"),
    Noun("snake", "snakes", "蛇", "条"), Noun("rabbit", "rabbits", "兔子", "只"),
    Noun("monkey", "monkeys", "猴子", "只"), Noun("duck", "ducks", "鸭子", "只"),
)  # fmt: skip
MORE_THINGS = (
    Noun("cup", "cups", "杯子", "个"), Noun("shirt", "shirts", "衬衫", "件"),
    Noun("map", "maps", "地图", "张"), Noun("pen", "pens", "钢笔", "支"),
    Noun("lamp", "lamps", "灯", "盏"), Noun("boat", "boats", "船", "条"),
    Noun("bicycle", "bicycles", "自行车", "辆"), Noun("key", "keys", "钥匙", "把"),
    Noun("bridge", "bridges", "桥", "座"), Noun("skirt", "skirts", "裙子", "条"),
    Noun("dictionary", "dictionaries", "词典", "本"), Noun("stone", "stones", "石头", "块"),
)  # fmt: skip
ADJECTIVES = {"small": "小", "big": "大", "new": "新", "old": "旧", "red": "红色的",
              "white": "白色的", "beautiful": "漂亮的"}  # fmt: skip
MORE_ADJECTIVES = {"black": "黑色的", "strange": "奇怪的", "yellow": "黄色的", "ugly": "难看的",
                   "green": "绿色的", "blue": "蓝色的"}  # fmt: skip
LOOKS = {**ADJECTIVES, **MORE_ADJECTIVES}
COLOURS = ("red", "white", "black", "yellow", "green", "blue")
OF_THE_LIVING = ("small", "big", "white", "beautiful", "black", "strange", "ugly")
NUMBERS = {"two": "两", "three": "三", "four": "四", "five": "五", "six": "六", "ten": "十"}
OWNERS = {"my": "我的", "your": "你的", "his": "他的", "her": "她的", "our": "我们的"}
PRONOUNS = (
    Words("i", "我", False), Words("you", "你", False), Words("he", "他"), Words("she", "她"),
    Words("we", "我们", False), Words("they", "他们", False),
)  # fmt: skip
TRANSITIVE = (
    Verb("watch", "watched", "看"), Verb("buy", "bought", "买"), Verb("sell", "sold", "卖"),
    Verb("draw", "drew", "画"), Verb("borrow", "borrowed", "借"), Verb("wash", "washed", "洗"),
    Verb("like", "liked", "喜欢", True), Verb("look for", "looked for", "找"),
)  # fmt: skip
INTRANSITIVE = (
    Verb("sing", "sang", "唱歌"), Verb("dance", "danced", "跳舞"), Verb("sleep", "slept", "睡觉"),
    Verb("work", "worked", "工作"), Verb("swim", "swam", "游泳"),
)  # fmt: skip
MORE_TRANSITIVE = (
    Verb("take", "took", "拿"), Verb("need", "needed", "需要", True),
    Verb("photograph", "photographed", "拍"), Verb("love", "loved", "爱", True),
    Verb("touch", "touched", "摸"), Verb("steal", "stole", "偷"),
)  # fmt: skip
MORE_INTRANSITIVE = (
    Verb("rest", "rested", "休息"), Verb("laugh", "laughed", "笑"), Verb("cook", "cooked", "做饭"),
    Verb("run", "ran", "跑步"), Verb("shout", "shouted", "大叫"),
)  # fmt: skip
PLACES = {"in the garden": "在花园里", "in the park": "在公园里", "at school": "在学校",
          "in the shop": "在商店里", "at home": "在家里"}  # fmt: skip
TIMES_NOW = {"today": "今天", "every day": "每天", "now": "现在"}
TIMES_PAST = {"yesterday": "昨天", "last year": "去年", "this morning": "今天早上"}
PAST = ("past", "unmade")
MANNERS = ("present", "denied", "going on", "past", *PAST)


LENGTH = Span(1, 4, 2, "clauses")
LEXICON = Lexicon(
    (
        Kind(PEOPLE, MORE_PEOPLE, 2), Kind(ANIMALS, MORE_ANIMALS), Kind(THINGS, MORE_THINGS, 2),
        Kind(tuple(ADJECTIVES), tuple(MORE_ADJECTIVES)),
        Kind(TRANSITIVE, MORE_TRANSITIVE, 2), Kind(INTRANSITIVE, MORE_INTRANSITIVE),
    )
)  # fmt: skip
VOCABULARY = LEXICON.span()


class Vocabulary:
    """The words that sentences are made of."""

    def __init__(self, words: int = VOCABULARY.default) -> None:
        self.people, self.animals, self.things, self.adjectives, *verbs = LEXICON.of(words)
        self.transitive, self.intransitive = verbs
        self.of_the_living = [word for word in OF_THE_LIVING if word in self.adjectives]


def chinese(
    random: Random, size: int, length: int = LENGTH.default, vocabulary: int = VOCABULARY.default
) -> list[SentencePair]:
    """Another order and no spaces: time and place before the verb, a measure word for each noun."""
    words = Vocabulary(vocabulary)
    return distinct(lambda random: _sentences(random, words, length), random, size)


def _sentences(random: Random, words: Vocabulary, clauses: int) -> tuple[str, str]:
    """Draw a sentence of two clauses at most, or one with more of them after it."""
    english, chinese = _sentence(random, words, may_say_why=clauses > 1)
    for _ in range(clauses - LENGTH.default):
        if random.random() < 0.6:
            more = statement(random, words)
            english, chinese = f"{english} , but {more[0]}", f"{chinese}{COMMA}但是{more[1]}"
    return english, chinese


def _sentence(random: Random, words: Vocabulary, may_say_why: bool) -> tuple[str, str]:
    if random.random() < 0.15:
        return description(random, words)
    english, chinese = statement(random, words)
    if may_say_why and random.random() < 0.2:
        why_english, why_chinese = statement(random, words)
        return f"{english} because {why_english}", f"因为{why_chinese}{COMMA}所以{chinese}"
    return english, chinese


def description(random: Random, words: Vocabulary) -> tuple[str, str]:
    """Draw a sentence that says how something is: "the table is not big"."""
    noun = random.choice(words.things)
    thing = phrase(random, words, noun, may_be_plural=False)
    word = random.choice(words.adjectives)
    return describe(thing, word, is_denied=random.random() < 0.4)


def describe(thing: Words, word: str, is_denied: bool) -> tuple[str, str]:
    """Say how something is: colours take 是, all other adjectives 很, but not when denied."""
    looks = LOOKS[word]
    if word in COLOURS:
        said = f"{'不是' if is_denied else '是'}{looks}"
    else:
        said = f"{'不' if is_denied else '很'}{looks.removesuffix('的')}"
    return f"{thing.english} is {'not ' if is_denied else ''}{word}", thing.chinese + said


def statement(random: Random, words: Vocabulary) -> tuple[str, str]:
    """Draw a sentence in which something is done, perhaps somewhere and sometime."""
    is_named = random.random() < 0.6
    subject = (
        phrase(random, words, random.choice(words.people)) if is_named else random.choice(PRONOUNS)
    )
    has_object = random.random() < 0.75
    verb = random.choice(words.transitive if has_object else words.intransitive)
    thing = (
        phrase(random, words, random.choice(words.animals + words.things))
        if has_object
        else Words("", "")
    )
    manner = random.choice(MANNERS)
    if verb.lasting and manner not in ("present", "denied"):
        manner = "present"
    times = TIMES_PAST if manner in PAST else TIMES_NOW
    time = random.choice(list(times)) if random.random() < 0.4 and manner != "going on" else ""
    place = random.choice(list(PLACES)) if random.random() < 0.35 and not verb.lasting else ""
    return build(subject, verb, thing, manner, place, time)


def build(
    subject: Words, verb: Verb, thing: Words, manner: str, place: str = "", time: str = ""
) -> tuple[str, str]:
    """Put a sentence together.

    manner: one of `MANNERS`; place, time: in English, "" for none
    """
    times = TIMES_PAST if manner in PAST else TIMES_NOW
    english = [subject.english, _english_verb(verb, manner, subject), thing.english, place, time]
    chinese = [
        subject.chinese, times.get(time, ""), PLACES.get(place, ""),
        _chinese_verb(verb, manner), thing.chinese,
    ]  # fmt: skip
    return " ".join(part for part in english if part), "".join(chinese)


def phrase(random: Random, words: Vocabulary, noun: Noun, may_be_plural: bool = True) -> Words:
    """Draw a noun with what stands before it: a number, an owner, something that points."""
    kinds = (("the",), ("this", "that"), tuple(OWNERS), ("a",), tuple(NUMBERS), tuple(NUMBERS))
    before = random.choice(random.choice(kinds if may_be_plural else kinds[:4]))
    allowed = words.of_the_living if noun in words.animals else words.adjectives
    has_adjective = noun not in words.people and random.random() < 0.4
    return noun_phrase(noun, before, random.choice(allowed) if has_adjective and allowed else "")


def noun_phrase(noun: Noun, before: str, word: str = "") -> Words:
    """Return a noun with an adjective, if any, and what stands before it, in both languages."""
    measured = noun.measure + LOOKS.get(word, "") + noun.chinese
    english = f"{word} {noun.english}".strip()
    if before == "the":
        return Words(f"the {english}", LOOKS.get(word, "") + noun.chinese)
    if before in ("this", "that"):
        return Words(f"{before} {english}", ("这" if before == "this" else "那") + measured)
    if before == "a":
        article = "an" if english[0] in "aeiou" else "a"
        return Words(f"{article} {english}", f"一{measured}")
    if before in OWNERS:
        chinese, looks = OWNERS[before], LOOKS.get(word, "")
        if looks.endswith("的"):
            chinese = chinese.removesuffix("的")  # one is enough
        return Words(f"{before} {english}", chinese + looks + noun.chinese)
    plural = f"{before} {word} {noun.plural}".replace("  ", " ")
    return Words(plural, NUMBERS[before] + measured, False)


def _english_verb(verb: Verb, manner: str, subject: Words) -> str:
    if manner == "past":
        return verb.past
    if manner == "unmade":
        return f"did not {verb.english}"
    if manner == "denied":
        return f"{'does' if subject.is_third else 'do'} not {verb.english}"
    if manner == "going on":
        be = "is" if subject.is_third else "am" if subject.english == "i" else "are"
        return f"{be} {_ing(verb.english)}"
    if not subject.is_third:
        return verb.english
    first, space, rest = verb.english.partition(" ")
    return f"{first}{'es' if first.endswith(('sh', 'ch')) else 's'}{space}{rest}"


def _chinese_verb(verb: Verb, manner: str) -> str:
    before = {"denied": "不", "unmade": "没", "going on": "正在"}.get(manner, "")
    after = "了" if manner == "past" else ""
    return before + verb.chinese + after


def _ing(verb: str) -> str:
    """Return the form of what is going on: "looking for", "dancing", "swimming"."""
    first, space, rest = verb.partition(" ")
    stem = {"swim": "swimm", "dance": "danc", "run": "runn", "take": "tak"}.get(first, first)
    return f"{stem}ing{space}{rest}"

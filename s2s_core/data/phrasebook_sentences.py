"""Sentences of the phrasebook, drawn at random; the weights keep every word frequent."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, combinations, product
from random import Random
from typing import Generic, TypeVar

from s2s_core.data import phrasebook as book
from s2s_core.data.builtin.difficulty import Lexicon, Span, Words
from s2s_core.data.builtin.distinct import distinct
from s2s_core.data.pairs import SentencePair
from s2s_core.data.phrasebook import (
    ANYTHING,
    GOODS,
    LIVING,
    Adjective,
    Clause,
    Manner,
    Noun,
    Phrase,
    Sentence,
    Verb,
)

Row = TypeVar("Row")

SHORTEST, LONGEST = 3, 15  # words on either side
ALWAYS_THERE = (book.BE, book.THINK, book.GIVE)  # verbs with a place of their own
LENGTH = Span(1, 4, 2, "clauses")

DETERMINERS = {book.THE: 4, book.A: 3.4, book.SOME: 1.5, book.MY: 2, book.HER: 1, book.HIS: 1}
DEFINITE = (book.THE, book.MY, book.HER, book.HIS)


def _nouns(test: Callable[[Noun], bool], least: int) -> Words:
    usual = tuple(noun for noun in book.NOUNS.values() if test(noun))
    return Words(usual, tuple(noun for noun in book.MORE_NOUNS if test(noun)), least)


def _verbs_of(is_transitive: bool, least: int) -> Words:
    usual, more = (
        tuple(verb for verb in verbs if bool(verb.objects) == is_transitive)
        for verbs in (book.VERBS.values(), book.MORE_VERBS)
    )
    return Words(tuple(verb for verb in usual if verb not in ALWAYS_THERE), more, least)


LEXICON = Lexicon(
    (
        _nouns(lambda noun: noun.kind == "person", 2),
        _nouns(lambda noun: noun.kind == "animal", 1),
        _nouns(lambda noun: noun.is_place, 1),
        _nouns(lambda noun: noun.kind == "thing" and not noun.is_place, 1),
        Words(tuple(book.ADJECTIVES.values()), book.MORE_ADJECTIVES),
        _verbs_of(True, 2),
        _verbs_of(False, 1),
        Words(ALWAYS_THERE, least=3),
    )
)
VOCABULARY = LEXICON.span()


def sentences(
    random: Random, size: int, length: int = LENGTH.default, vocabulary: int = VOCABULARY.default
) -> list[SentencePair]:
    """Return that many distinct sentences with their translations."""
    maker = SentenceMaker(random, length, vocabulary)
    longest = LONGEST + (LONGEST - SHORTEST) // 2 * max(0, length - LENGTH.default)

    def draw(random: Random) -> tuple[str, str]:
        while True:
            english, french = maker.draw()
            if _is_fit(english, longest) and _is_fit(french, longest):
                return english, french

    return distinct(draw, random, size)


def _is_fit(side: str, longest: int) -> bool:
    return SHORTEST <= side.count(" ") + 1 <= longest


class Weighted(Generic[Row]):
    """Rows to draw from, each as often as its weight says."""

    def __init__(self, rows: Iterable[tuple[Row, float]]) -> None:
        kept = tuple(rows)
        self._rows = tuple(row for row, _ in kept)
        self._sums = tuple(accumulate(weight for _, weight in kept))

    def draw(self, random: Random) -> Row:
        """Return one row."""
        place = bisect(self._sums, random.random() * self._sums[-1], hi=len(self._rows) - 1)
        return self._rows[place]


class SentenceMaker:
    """Draws trees from the grammar: tables once, then a handful of draws for each sentence."""

    def __init__(
        self, random: Random, clauses: int = LENGTH.default, words: int = VOCABULARY.default
    ) -> None:
        self._random = random
        self._clauses = clauses
        persons, animals, places, things, adjectives, *verbs = LEXICON.of(words)
        order = book.ENGLISH_ORDER.index
        adjectives = tuple(sorted(adjectives, key=lambda row: order(row.english)))
        phrases = list(_noun_phrases((*persons, *animals, *places, *things), adjectives))
        living = [(row, weight) for row, weight in phrases if row.kind in LIVING]
        definite = [(row, weight) for row, weight in phrases if row.determiner in DEFINITE]
        self._living = Weighted(living)
        self._subjects = Weighted(living + _pronouns(living, "i", "he", "she", "they"))
        self._described = Weighted(definite + _pronouns(definite, "he", "she", "they"))
        self._places = Weighted((row, weight) for row, weight in phrases if row.is_place)
        self._objects = {
            (kinds, negated): Weighted(
                (row, weight)
                for row, weight in phrases
                # "not … some" is left out: it would not mean "pas de".
                if row.kind in kinds and not (negated and row.determiner is book.SOME)
            )
            for kinds, negated in product((GOODS, ANYTHING), (False, True))
        }
        self._adjectives = {
            kind: Weighted((row, 1) for row in adjectives if kind in row.suits) for kind in ANYTHING
        }
        self._verbs = Weighted(_weighted([verb for some in verbs for verb in some]))
        self._manners = Weighted(_manners())
        shapes = [(None, 62), (book.BECAUSE, 16), (book.WHEN, 10), (book.THAT, 12)]
        self._shapes = Weighted(shapes[: 1 if clauses == 1 else None])
        # NOW stands for "yesterday" too, WITH goes with verbs that have no object.
        self._endings = Weighted([(None, 11), (book.IN, 4), (book.HERE, 2), (book.NOW, 3)])
        self._lone_endings = Weighted(
            [(None, 3), (book.WITH, 6), (book.IN, 5), (book.HERE, 2), (book.NOW, 3)]
        )

    def draw(self) -> SentencePair:
        """Return a sentence of two clauses at most, or one with more of them after it."""
        english, french = book.render(self.sentence())
        for _ in range(self._clauses - LENGTH.default):
            if self._random.random() < 0.6:
                clause = self._clause(self._manners.draw(self._random), with_ending=True)
                more = book.render(Sentence(clause))
                english = f"{english} {book.BUT.source} {more.source}"
                french = f"{french} {book.BUT.target} {more.target}"
        return SentencePair(english, french)

    def sentence(self) -> Sentence:
        """Return a new tree."""
        conjunction = self._shapes.draw(self._random)
        manner = self._manners.draw(self._random)
        if conjunction is None:
            return Sentence(self._clause(manner, with_ending=True))
        second_manner = self._manners.draw(self._random)
        if conjunction is book.THAT:
            # In the present only: after "a pensé que" French would shift the second tense.
            main = Clause(self._subjects.draw(self._random), book.THINK)
            return Sentence(main, conjunction, self._clause(second_manner, with_ending=True))
        main = self._clause(manner, with_ending=False)
        second_manner = second_manner._replace(past=main.manner.past)
        second = self._clause(second_manner, with_ending=True)
        while second.manner.past != main.manner.past:  # "be" knows the present only
            second = self._clause(second_manner, with_ending=True)
        return Sentence(main, conjunction, second)

    def _clause(self, manner: Manner, *, with_ending: bool) -> Clause:
        verb = self._verbs.draw(self._random)
        if verb is book.BE:
            subject = self._described.draw(self._random)
            adjective = self._adjectives[subject.kind].draw(self._random)
            return Clause(subject, verb, manner._replace(past=False), adjective)
        subject = self._subjects.draw(self._random)
        if not verb.objects:
            ending = self._ending(self._lone_endings, manner) if with_ending else None
            return Clause(subject, verb, manner, None, ending)
        thing = self._objects[verb.objects, manner.negated].draw(self._random)
        if verb is book.GIVE:
            ending = book.prepositional(book.TO, self._living.draw(self._random))
        else:
            ending = self._ending(self._endings, manner) if with_ending else None
        return Clause(subject, verb, manner, thing, ending)

    def _ending(
        self, endings: Weighted[SentencePair | None], manner: Manner
    ) -> SentencePair | None:
        ending = endings.draw(self._random)
        if ending is book.IN:
            return book.prepositional(book.IN, self._places.draw(self._random))
        if ending is book.WITH:
            return book.prepositional(book.WITH, self._living.draw(self._random))
        if ending is not book.NOW:
            return ending
        if manner.adverb is not None:
            return None  # no "often yesterday"
        return book.YESTERDAY if manner.past else book.NOW


def _noun_phrases(
    nouns: Sequence[Noun], every: Sequence[Adjective]
) -> Iterator[tuple[Phrase, float]]:
    """Yield every noun phrase of the grammar with its weight."""
    for noun, plural in product(nouns, (False, True)):
        fitting = [row for row in every if noun.kind in row.suits]
        chains = list(_adjective_chains(fitting))
        for (determiner, share), (adjectives, weight) in product(DETERMINERS.items(), chains):
            if determiner is (book.A if plural else book.SOME):
                continue
            if determiner is book.SOME and any(adjective.precedes for adjective in adjectives):
                continue  # "des petits" or "de petits": careful writers disagree
            phrase = book.noun_phrase(determiner, noun, *adjectives, plural=plural)
            yield phrase, share * weight * (0.4 if plural else 0.6)


def _adjective_chains(fitting: list[Adjective]) -> Iterator[tuple[tuple[Adjective, ...], float]]:
    """Yield no adjective, each one, and each pair that has the French noun between them."""
    yield (), 0.55
    before = sum(adjective.precedes for adjective in fitting)
    after = len(fitting) - before
    for adjective in fitting:
        yield (adjective,), 0.15 / before if adjective.precedes else 0.25 / after
    for first, second in combinations(fitting, 2):
        if first.precedes != second.precedes:
            yield (first, second), 0.05 / before / after


def _pronouns(rows: list[tuple[Phrase, float]], *names: str) -> list[tuple[Phrase, float]]:
    """Return the pronouns named, weighted to make up three tenths beside the rows given."""
    whole = sum(weight for _, weight in rows)
    return [(book.PRONOUNS[name], whole * 3 / 7 / len(names)) for name in names]


def _weighted(verbs: Sequence[Verb]) -> Iterator[tuple[Verb, float]]:
    heavy = {book.BE: 4.0, book.GIVE: 2.5}
    for verb in verbs:
        if verb is not book.THINK:
            yield verb, heavy.get(verb, 2.0)


def _manners() -> Iterator[tuple[Manner, float]]:
    adverbs = ((None, 0.7), (book.OFTEN, 0.15), (book.ALWAYS, 0.15))
    tenses, answers = ((False, 0.55), (True, 0.45)), ((False, 0.68), (True, 0.32))
    for (past, a), (negated, b), (adverb, c) in product(tenses, answers, adverbs):
        yield Manner(past, negated, adverb), a * b * c

"""Sentences of the phrasebook, drawn at random; the weights keep every word frequent."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator
from itertools import accumulate, combinations, product
from random import Random
from typing import Generic, TypeVar

from s2s_core.data import phrasebook as book
from s2s_core.data.pairs import SentencePair
from s2s_core.data.phrasebook import (
    ANYTHING,
    GOODS,
    LIVING,
    Adjective,
    Clause,
    Manner,
    Phrase,
    Sentence,
    Verb,
)

Row = TypeVar("Row")

SHORTEST, LONGEST = 3, 15  # words on either side

DETERMINERS = {book.THE: 4, book.A: 3.4, book.SOME: 1.5, book.MY: 2, book.HER: 1, book.HIS: 1}
DEFINITE = (book.THE, book.MY, book.HER, book.HIS)


def sentences(random: Random, size: int) -> list[SentencePair]:
    """Return that many distinct sentences with their translations."""
    maker = SentenceMaker(random)
    found: dict[str, str] = {}
    while len(found) < size:
        english, french = book.render(maker.sentence())
        if _is_fit(english) and _is_fit(french):
            found[english] = french
    return [SentencePair(english, french) for english, french in found.items()]


def _is_fit(side: str) -> bool:
    return SHORTEST <= side.count(" ") + 1 <= LONGEST


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

    def __init__(self, random: Random) -> None:
        self._random = random
        phrases = list(_noun_phrases())
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
            kind: Weighted((row, 1) for row in book.ADJECTIVES.values() if kind in row.suits)
            for kind in ANYTHING
        }
        self._verbs = Weighted(_verbs())
        self._manners = Weighted(_manners())
        self._shapes = Weighted([(None, 62), (book.BECAUSE, 16), (book.WHEN, 10), (book.THAT, 12)])
        # NOW stands for "yesterday" too, WITH goes with verbs that have no object.
        self._endings = Weighted([(None, 11), (book.IN, 4), (book.HERE, 2), (book.NOW, 3)])
        self._lone_endings = Weighted(
            [(None, 3), (book.WITH, 6), (book.IN, 5), (book.HERE, 2), (book.NOW, 3)]
        )

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


def _noun_phrases() -> Iterator[tuple[Phrase, float]]:
    """Yield every noun phrase of the grammar with its weight."""
    for noun, plural in product(book.NOUNS.values(), (False, True)):
        fitting = [row for row in book.ADJECTIVES.values() if noun.kind in row.suits]
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


def _verbs() -> Iterator[tuple[Verb, float]]:
    heavy = {book.BE: 4.0, book.GIVE: 2.5}
    for verb in book.VERBS.values():
        if verb is not book.THINK:
            yield verb, heavy.get(verb, 2.0)


def _manners() -> Iterator[tuple[Manner, float]]:
    adverbs = ((None, 0.7), (book.OFTEN, 0.15), (book.ALWAYS, 0.15))
    tenses, answers = ((False, 0.55), (True, 0.45)), ((False, 0.68), (True, 0.32))
    for (past, a), (negated, b), (adverb, c) in product(tenses, answers, adverbs):
        yield Manner(past, negated, adverb), a * b * c

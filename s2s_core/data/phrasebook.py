"""The phrasebook: English sentences and their French, read off one tree of a small grammar.

Each English sentence has exactly one French one. What English leaves open is settled once and
for all: "they" is "ils", "her" and "his" are both "son, sa, ses", a past is a passé composé.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from s2s_core.data.pairs import SentencePair

Kind = Literal["person", "animal", "thing"]
Person = Literal[0, 1, 2]  # I · he, she, the king · they, the kings

GOODS: tuple[Kind, ...] = ("animal", "thing")
LIVING: tuple[Kind, ...] = ("person", "animal")
ANYTHING: tuple[Kind, ...] = ("person", "animal", "thing")


@dataclass(frozen=True, eq=False)
class Noun:
    """A noun that makes its plural by rule in both languages."""

    english: str
    french: str
    feminine: bool
    kind: Kind
    is_place: bool = False


@dataclass(frozen=True, eq=False)
class Adjective:
    """An adjective, its place beside the French noun, and the kinds of noun that it suits."""

    english: str
    masculine: str
    feminine: str
    precedes: bool
    suits: tuple[Kind, ...]


@dataclass(frozen=True, eq=False)
class Determiner:
    """An article or possessive; a form left blank does not exist."""

    english: str
    masculine: str
    feminine: str
    plural: str


@dataclass(frozen=True, eq=False)
class Verb:
    """A verb with its present for `Person` 0, 1 and 2, and its past."""

    english: str
    english_past: str
    french: tuple[str, str, str]
    participle: str
    preposition: str = ""  # where English needs one: "look for"
    objects: tuple[Kind, ...] = ()


THE = Determiner("the", "le", "la", "les")
A = Determiner("a", "un", "une", "")
SOME = Determiner("some", "", "", "des")
MY = Determiner("my", "mon", "ma", "mes")
HER = Determiner("her", "son", "sa", "ses")
HIS = Determiner("his", "son", "sa", "ses")

NOUNS = {
    noun.english: noun
    for noun in (
        Noun("king", "roi", False, "person"),
        Noun("queen", "reine", True, "person"),
        Noun("boy", "garçon", False, "person"),
        Noun("girl", "fille", True, "person"),
        Noun("cat", "chat", False, "animal"),
        Noun("dog", "chien", False, "animal"),
        Noun("bird", "oiseau", False, "animal"),
        Noun("house", "maison", True, "thing", is_place=True),
        Noun("garden", "jardin", False, "thing", is_place=True),
        Noun("car", "voiture", True, "thing", is_place=True),
        Noun("flower", "fleur", True, "thing"),
        Noun("tree", "arbre", False, "thing"),
        Noun("apple", "pomme", True, "thing"),
        Noun("book", "livre", False, "thing"),
        Noun("hat", "chapeau", False, "thing"),
        Noun("letter", "lettre", True, "thing"),
    )
}

ADJECTIVES = {  # in the order in which English puts them: "the sad young king"
    adjective.english: adjective
    for adjective in (
        Adjective("small", "petit", "petite", True, ANYTHING),
        Adjective("big", "grand", "grande", True, ANYTHING),
        Adjective("happy", "heureux", "heureuse", False, LIVING),
        Adjective("sad", "triste", "triste", False, LIVING),
        Adjective("young", "jeune", "jeune", True, LIVING),
        Adjective("red", "rouge", "rouge", False, GOODS),
        Adjective("white", "blanc", "blanche", False, GOODS),
        Adjective("black", "noir", "noire", False, GOODS),
    )
}

BE = Verb("be", "", ("suis", "est", "sont"), "")
THINK = Verb("think", "thought", ("pense", "pense", "pensent"), "pensé")
GIVE = Verb("give", "gave", ("donne", "donne", "donnent"), "donné", objects=GOODS)
VERBS = {
    verb.english: verb
    for verb in (
        Verb("see", "saw", ("vois", "voit", "voient"), "vu", objects=ANYTHING),
        Verb("find", "found", ("trouve", "trouve", "trouvent"), "trouvé", objects=ANYTHING),
        Verb("draw", "drew", ("dessine", "dessine", "dessinent"), "dessiné", objects=ANYTHING),
        Verb("look", "looked", ("cherche", "cherche", "cherchent"), "cherché", "for", ANYTHING),
        Verb("sell", "sold", ("vends", "vend", "vendent"), "vendu", objects=GOODS),
        Verb("buy", "bought", ("achète", "achète", "achètent"), "acheté", objects=GOODS),
        Verb("sing", "sang", ("chante", "chante", "chantent"), "chanté"),
        Verb("dance", "danced", ("danse", "danse", "dansent"), "dansé"),
        BE,
        THINK,
        GIVE,
    )
}
MORE_NOUNS = (  # feminine ones begin with a consonant: "mon amie" would be another rule
    Noun("brother", "frère", False, "person"),
    Noun("sister", "sœur", True, "person"),
    Noun("doctor", "médecin", False, "person"),
    Noun("aunt", "tante", True, "person"),
    Noun("uncle", "oncle", False, "person"),
    Noun("neighbour", "voisin", False, "person"),
    Noun("rabbit", "lapin", False, "animal"),
    Noun("cow", "vache", True, "animal"),
    Noun("duck", "canard", False, "animal"),
    Noun("goat", "chèvre", True, "animal"),
    Noun("park", "parc", False, "thing", is_place=True),
    Noun("kitchen", "cuisine", True, "thing", is_place=True),
    Noun("boat", "bateau", False, "thing", is_place=True),
    Noun("town", "ville", True, "thing", is_place=True),
    Noun("table", "table", True, "thing"),
    Noun("key", "clé", True, "thing"),
    Noun("basket", "panier", False, "thing"),
    Noun("chair", "chaise", True, "thing"),
    Noun("lamp", "lampe", True, "thing"),
    Noun("bottle", "bouteille", True, "thing"),
    Noun("umbrella", "parapluie", False, "thing"),
    Noun("shirt", "chemise", True, "thing"),
)
MORE_ADJECTIVES = (  # all after the French noun
    Adjective("tired", "fatigué", "fatiguée", False, LIVING),
    Adjective("green", "vert", "verte", False, GOODS),
    Adjective("calm", "calme", "calme", False, LIVING),
    Adjective("blue", "bleu", "bleue", False, GOODS),
    Adjective("rich", "riche", "riche", False, ("person",)),
    Adjective("yellow", "jaune", "jaune", False, GOODS),
    Adjective("brave", "courageux", "courageuse", False, LIVING),
    Adjective("grey", "gris", "grise", False, GOODS),
)
ENGLISH_ORDER = (  # of adjectives: what one thinks of it, size, age, colour
    "tired", "calm", "rich", "brave", *ADJECTIVES, "green", "blue", "yellow", "grey",
)  # fmt: skip
MORE_VERBS = (  # none that takes "être"
    Verb("like", "liked", ("aime", "aime", "aiment"), "aimé", objects=ANYTHING),
    Verb("lose", "lost", ("perds", "perd", "perdent"), "perdu", objects=GOODS),
    Verb("paint", "painted", ("peins", "peint", "peignent"), "peint", objects=ANYTHING),
    Verb("hide", "hid", ("cache", "cache", "cachent"), "caché", objects=GOODS),
    Verb("keep", "kept", ("garde", "garde", "gardent"), "gardé", objects=GOODS),
    Verb("describe", "described", ("décris", "décrit", "décrivent"), "décrit", objects=ANYTHING),
    Verb("sleep", "slept", ("dors", "dort", "dorment"), "dormi"),
    Verb("work", "worked", ("travaille", "travaille", "travaillent"), "travaillé"),
    Verb("laugh", "laughed", ("ris", "rit", "rient"), "ri"),
    Verb("run", "ran", ("cours", "court", "courent"), "couru"),
)
HAVE = ("ai", "a", "ont")  # the auxiliary of the passé composé; none of our verbs takes "être"
TO_BE = ("am", "is", "are")

OFTEN, ALWAYS = SentencePair("often", "souvent"), SentencePair("always", "toujours")
HERE, NOW = SentencePair("here", "ici"), SentencePair("now", "maintenant")
YESTERDAY = SentencePair("yesterday", "hier")
BECAUSE, WHEN = SentencePair("because", "parce que"), SentencePair("when", "quand")
THAT = SentencePair("that", "que")
BUT = SentencePair("but", "mais")
IN, TO, WITH = SentencePair("in", "dans"), SentencePair("to", "à"), SentencePair("with", "avec")


@dataclass(frozen=True, eq=False)
class Phrase:
    """A subject or an object, rendered already, with what other words must know of it."""

    english: str
    french: str
    denied: str  # its French as the object of a negated verb: "un chat" becomes "de chat"
    person: Person
    feminine: bool
    kind: Kind = "person"
    is_place: bool = False
    determiner: Determiner | None = None  # None in pronouns


class Manner(NamedTuple):
    """When and how often a clause happens, if at all."""

    past: bool = False
    negated: bool = False
    adverb: SentencePair | None = None


class Clause(NamedTuple):
    """Who does what; with the verb "be" the complement is an adjective."""

    subject: Phrase
    verb: Verb
    manner: Manner = Manner()
    complement: Phrase | Adjective | None = None
    ending: SentencePair | None = None


class Sentence(NamedTuple):
    """A clause, or two of them with a conjunction between."""

    main: Clause
    conjunction: SentencePair | None = None
    second: Clause | None = None


PRONOUNS = {
    "i": Phrase("i", "je", "", 0, False),
    "he": Phrase("he", "il", "", 1, False),
    "she": Phrase("she", "elle", "", 1, True),
    "they": Phrase("they", "ils", "", 2, False),
}


@cache  # the same ones for every seed and every difficulty
def noun_phrase(
    determiner: Determiner, noun: Noun, *adjectives: Adjective, plural: bool = False
) -> Phrase:
    """Return a noun with its determiner and adjectives, all in agreement."""
    words = [_agree(adjective, noun.feminine, plural) for adjective in adjectives]
    before = [word for word, row in zip(words, adjectives, strict=True) if row.precedes]
    after = [word for word, row in zip(words, adjectives, strict=True) if not row.precedes]
    core = " ".join([*before, _plural(noun.french) if plural else noun.french, *after])
    singular = determiner.feminine if noun.feminine else determiner.masculine
    french = f"{determiner.plural if plural else singular} {core}"
    english = [determiner.english, *(row.english for row in adjectives), noun.english]
    return Phrase(
        english=re.sub(r"^a (?=[aeiou])", "an ", " ".join(english)) + "s" * plural,
        french=french,
        denied=f"de {core}" if determiner in (A, SOME) else french,
        person=2 if plural else 1,
        feminine=noun.feminine,
        kind=noun.kind,
        is_place=noun.is_place,
        determiner=determiner,
    )


def prepositional(preposition: SentencePair, phrase: Phrase) -> SentencePair:
    """Return the ending of a clause: "in the garden", "to my cat"."""
    return SentencePair(
        f"{preposition.source} {phrase.english}", f"{preposition.target} {phrase.french}"
    )


def render(sentence: Sentence) -> SentencePair:
    """Return both sides of a sentence."""
    main, conjunction, second = sentence
    english, french = _render_clause(main)
    if conjunction is not None and second is not None:
        second_english, second_french = _render_clause(second)
        english = f"{english} {conjunction.source} {second_english}"
        french = f"{french} {conjunction.target} {second_french}"
    return SentencePair(english, _spell(french))


def _render_clause(clause: Clause) -> tuple[str, str]:
    subject, verb, manner, complement, ending = clause
    english_verb, french_verb = _verb_group(verb, subject.person, manner)
    english, french = f"{subject.english} {english_verb}", f"{subject.french} {french_verb}"
    if isinstance(complement, Phrase):
        english += f" {complement.english}"
        french += f" {complement.denied if manner.negated else complement.french}"
    elif complement is not None:
        english += f" {complement.english}"
        french += f" {_agree(complement, subject.feminine, subject.person == 2)}"
    if ending is not None:
        english += f" {ending.source}"
        french += f" {ending.target}"
    return english, french


@cache
def _verb_group(verb: Verb, person: Person, manner: Manner) -> tuple[str, str]:
    """Return the words between subject and object: "did not often see", "ne a pas souvent vu"."""
    adverb = manner.adverb or SentencePair("", "")
    if verb is BE:
        english = [TO_BE[person], "not" if manner.negated else "", adverb.source]
    elif manner.negated:
        auxiliary = "did" if manner.past else ("do", "does", "do")[person]
        english = [auxiliary, "not", adverb.source, verb.english, verb.preposition]
    else:
        present = verb.english + ("s" if person == 1 else "")
        finite = verb.english_past if manner.past else present
        english = [adverb.source, finite, verb.preposition]
    french = [(HAVE if manner.past else verb.french)[person]]
    if manner.negated:
        french = ["ne", *french, "pas"]
    french += [adverb.target, verb.participle if manner.past else ""]
    return " ".join(filter(None, english)), " ".join(filter(None, french))


def _agree(adjective: Adjective, feminine: bool, plural: bool) -> str:
    form = adjective.feminine if feminine else adjective.masculine
    return _plural(form) if plural else form


def _plural(word: str) -> str:
    if word.endswith(("s", "x")):
        return word
    return word + ("x" if word.endswith("eau") else "s")


_ELIDED = re.compile(r"\b(j|n|l|d|qu)[ea] (?=[aeiouéè])")  # je, ne, le, la, de, que


def _spell(french: str) -> str:
    """Return the sentence as it is written: "le arbre" becomes "l'arbre", "à le roi" "au roi"."""
    elided = _ELIDED.sub(r"\1'", french)
    return elided.replace("à le ", "au ").replace("à les ", "aux ")

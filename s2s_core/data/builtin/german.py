"""English and German clauses: the verb goes to the end where the clause is subordinate.

Each English sentence has exactly one German one. What English leaves open is settled once and
for all: a past is a Perfekt, "the" before an adjective takes the weak ending.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal, NamedTuple

from s2s_core.data.builtin.difficulty import Lexicon, Span
from s2s_core.data.builtin.difficulty import Words as Kind
from s2s_core.data.builtin.distinct import distinct
from s2s_core.data.pairs import SentencePair

Gender = Literal["m", "f", "n", "p"]  # masculine, feminine, neuter; plural has none
Case = Literal["nominative", "accusative"]
PERSONS = ("ich", "er", "wir")  # whose forms a verb has: 1st and 3rd singular, plural


@dataclass(frozen=True)
class Noun:
    """A noun with its plurals in both languages."""

    english: str
    english_plural: str
    german: str
    german_plural: str
    gender: Gender
    kind: Literal["person", "animal", "thing"] = "thing"


@dataclass(frozen=True)
class Verb:
    """A verb with its English past, its German present for `PERSONS`, and its participle."""

    english: str
    past: str
    present: tuple[str, str, str]
    infinitive: str
    participle: str
    objects: Literal["", "goods", "anything"] = ""  # what it is done to; "" for no object


class Words(NamedTuple):
    """A subject or object in both languages, and how its verb agrees."""

    english: str
    german: str
    person: int  # into `PERSONS`


class Clause(NamedTuple):
    """English, and German with the finite verb apart: it stands second, first or last."""

    english: str
    subject: str
    finite: str
    rest: str  # objects, adverbs, and what the sentence bracket closes with


NOUNS = (
    Noun("man", "men", "Mann", "Männer", "m", "person"),
    Noun("woman", "women", "Frau", "Frauen", "f", "person"),
    Noun("child", "children", "Kind", "Kinder", "n", "person"),
    Noun("teacher", "teachers", "Lehrer", "Lehrer", "m", "person"),
    Noun("girl", "girls", "Mädchen", "Mädchen", "n", "person"),
    Noun("queen", "queens", "Königin", "Königinnen", "f", "person"),
    Noun("dog", "dogs", "Hund", "Hunde", "m", "animal"),
    Noun("cat", "cats", "Katze", "Katzen", "f", "animal"),
    Noun("horse", "horses", "Pferd", "Pferde", "n", "animal"),
    Noun("house", "houses", "Haus", "Häuser", "n"),
    Noun("car", "cars", "Auto", "Autos", "n"),
    Noun("book", "books", "Buch", "Bücher", "n"),
    Noun("flower", "flowers", "Blume", "Blumen", "f"),
    Noun("tree", "trees", "Baum", "Bäume", "m"),
    Noun("letter", "letters", "Brief", "Briefe", "m"),
    Noun("hat", "hats", "Hut", "Hüte", "m"),
    Noun("lamp", "lamps", "Lampe", "Lampen", "f"),
)
MORE_NOUNS = (  # none that bends in the accusative, as "Junge" does
    Noun("doctor", "doctors", "Arzt", "Ärzte", "m", "person"),
    Noun("sister", "sisters", "Schwester", "Schwestern", "f", "person"),
    Noun("uncle", "uncles", "Onkel", "Onkel", "m", "person"),
    Noun("grandmother", "grandmothers", "Großmutter", "Großmütter", "f", "person"),
    Noun("king", "kings", "König", "Könige", "m", "person"),
    Noun("baker", "bakers", "Bäcker", "Bäcker", "m", "person"),
    Noun("bird", "birds", "Vogel", "Vögel", "m", "animal"),
    Noun("cow", "cows", "Kuh", "Kühe", "f", "animal"),
    Noun("pig", "pigs", "Schwein", "Schweine", "n", "animal"),
    Noun("mouse", "mice", "Maus", "Mäuse", "f", "animal"),
    Noun("rabbit", "rabbits", "Kaninchen", "Kaninchen", "n", "animal"),
    Noun("table", "tables", "Tisch", "Tische", "m"),
    Noun("door", "doors", "Tür", "Türen", "f"),
    Noun("window", "windows", "Fenster", "Fenster", "n"),
    Noun("chair", "chairs", "Stuhl", "Stühle", "m"),
    Noun("cup", "cups", "Tasse", "Tassen", "f"),
    Noun("picture", "pictures", "Bild", "Bilder", "n"),
    Noun("key", "keys", "Schlüssel", "Schlüssel", "m"),
    Noun("bag", "bags", "Tasche", "Taschen", "f"),
    Noun("bicycle", "bicycles", "Fahrrad", "Fahrräder", "n"),
    Noun("apple", "apples", "Apfel", "Äpfel", "m"),
)
ADJECTIVES = {
    "small": "klein", "big": "groß", "old": "alt", "young": "jung", "red": "rot",
    "white": "weiß", "beautiful": "schön", "new": "neu",
}  # fmt: skip
MORE_ADJECTIVES = {
    "black": "schwarz", "sad": "traurig", "green": "grün", "clever": "klug", "cheap": "billig",
    "strong": "stark", "heavy": "schwer", "happy": "glücklich", "blue": "blau",
}  # fmt: skip
LOOKS = {**ADJECTIVES, **MORE_ADJECTIVES}
OF_THE_LIVING = (
    "small", "big", "old", "young", "beautiful", "sad", "clever", "strong", "happy",
)  # fmt: skip
OF_THINGS = (
    "small", "big", "old", "red", "white", "beautiful", "new", "black", "green", "cheap", "heavy",
    "blue",
)  # fmt: skip
TRANSITIVE = (
    Verb("see", "saw", ("sehe", "sieht", "sehen"), "sehen", "gesehen", "anything"),
    Verb("buy", "bought", ("kaufe", "kauft", "kaufen"), "kaufen", "gekauft", "goods"),
    Verb("find", "found", ("finde", "findet", "finden"), "finden", "gefunden", "anything"),
    Verb("draw", "drew", ("zeichne", "zeichnet", "zeichnen"), "zeichnen", "gezeichnet", "anything"),
    Verb("look for", "looked for", ("suche", "sucht", "suchen"), "suchen", "gesucht", "anything"),
    Verb("sell", "sold", ("verkaufe", "verkauft", "verkaufen"), "verkaufen", "verkauft", "goods"),
    Verb("carry", "carried", ("trage", "trägt", "tragen"), "tragen", "getragen", "goods"),
    Verb("wash", "washed", ("wasche", "wäscht", "waschen"), "waschen", "gewaschen", "goods"),
)
INTRANSITIVE = (
    Verb("sleep", "slept", ("schlafe", "schläft", "schlafen"), "schlafen", "geschlafen"),
    Verb("sing", "sang", ("singe", "singt", "singen"), "singen", "gesungen"),
    Verb("dance", "danced", ("tanze", "tanzt", "tanzen"), "tanzen", "getanzt"),
    Verb("laugh", "laughed", ("lache", "lacht", "lachen"), "lachen", "gelacht"),
    Verb("work", "worked", ("arbeite", "arbeitet", "arbeiten"), "arbeiten", "gearbeitet"),
)
MORE_TRANSITIVE = (
    Verb("paint", "painted", ("male", "malt", "malen"), "malen", "gemalt", "anything"),
    Verb("love", "loved", ("liebe", "liebt", "lieben"), "lieben", "geliebt", "anything"),
    Verb("lose", "lost", ("verliere", "verliert", "verlieren"), "verlieren", "verloren", "goods"),
    Verb("touch", "touched", ("berühre", "berührt", "berühren"), "berühren", "berührt",
         "anything"),
    Verb("clean", "cleaned", ("putze", "putzt", "putzen"), "putzen", "geputzt", "goods"),
    Verb("hide", "hid", ("verstecke", "versteckt", "verstecken"), "verstecken", "versteckt",
         "anything"),
    Verb("describe", "described", ("beschreibe", "beschreibt", "beschreiben"), "beschreiben",
         "beschrieben", "anything"),
    Verb("steal", "stole", ("stehle", "stiehlt", "stehlen"), "stehlen", "gestohlen", "goods"),
)  # fmt: skip
MORE_INTRANSITIVE = (
    Verb("cook", "cooked", ("koche", "kocht", "kochen"), "kochen", "gekocht"),
    Verb("cry", "cried", ("weine", "weint", "weinen"), "weinen", "geweint"),
    Verb("wait", "waited", ("warte", "wartet", "warten"), "warten", "gewartet"),
    Verb("dream", "dreamed", ("träume", "träumt", "träumen"), "träumen", "geträumt"),
    Verb("smile", "smiled", ("lächle", "lächelt", "lächeln"), "lächeln", "gelächelt"),
    Verb("eat", "ate", ("esse", "isst", "essen"), "essen", "gegessen"),
)
HAVE = ("habe", "hat", "haben")
MODALS = {  # English, of the third person too, and German for `PERSONS`
    "can": ("can", "can", ("kann", "kann", "können")),
    "must": ("must", "must", ("muss", "muss", "müssen")),
    "want": ("want to", "wants to", ("will", "will", "wollen")),
}
PRONOUNS = (
    Words("i", "ich", 0), Words("he", "er", 1), Words("she", "sie", 1), Words("we", "wir", 2),
    Words("they", "sie", 2),
)  # fmt: skip
PRESENT = ("present", "present", "present", "denied", *MODALS)
PAST = ("past", "past", "unmade")
PRESENT_ADVERBS = {"today": "heute", "now": "jetzt", "often": "oft", "here": "hier"}
PAST_ADVERBS = {"yesterday": "gestern", "often": "oft", "here": "hier"}
OPENINGS = {
    "i know that": "ich weiß, dass", "she says that": "sie sagt, dass",
    "we think that": "wir denken, dass", "they ask whether": "sie fragen, ob",
    "he asks whether": "er fragt, ob", "the teacher knows that": "der Lehrer weiß, dass",
}  # fmt: skip
JOINTS = {"because": "weil", "although": "obwohl", "when": "wenn", "before": "bevor"}
JOINTS_OF_THE_PAST = {**JOINTS, "when": "als"}
ARTICLES: dict[str, dict[Case, dict[Gender, str]]] = {
    "the": {
        "nominative": {"m": "der", "f": "die", "n": "das", "p": "die"},
        "accusative": {"m": "den", "f": "die", "n": "das", "p": "die"},
    },
    "a": {
        "nominative": {"m": "ein", "f": "eine", "n": "ein"},
        "accusative": {"m": "einen", "f": "eine", "n": "ein"},
    },
    "my": {
        "nominative": {"m": "mein", "f": "meine", "n": "mein", "p": "meine"},
        "accusative": {"m": "meinen", "f": "meine", "n": "mein", "p": "meine"},
    },
}
STRONG: dict[Case, dict[Gender, str]] = {  # after an article without an ending of its own
    "nominative": {"m": "er", "f": "e", "n": "es", "p": "en"},
    "accusative": {"m": "en", "f": "e", "n": "es", "p": "en"},
}
WEAK: dict[Case, dict[Gender, str]] = {
    "nominative": {"m": "e", "f": "e", "n": "e", "p": "en"},
    "accusative": {"m": "en", "f": "e", "n": "e", "p": "en"},
}


def _nouns(kind: str, least: int) -> Kind:
    usual, more = (tuple(n for n in some if n.kind == kind) for some in (NOUNS, MORE_NOUNS))
    return Kind(usual, more, least)


LENGTH = Span(1, 4, 2, "clauses")
LEXICON = Lexicon(
    (
        _nouns("person", 2), _nouns("animal", 1), _nouns("thing", 2),
        Kind(tuple(ADJECTIVES), tuple(MORE_ADJECTIVES)),
        Kind(TRANSITIVE, MORE_TRANSITIVE, 2), Kind(INTRANSITIVE, MORE_INTRANSITIVE),
    )
)  # fmt: skip
VOCABULARY = LEXICON.span()


class Vocabulary:
    """The words that sentences are made of."""

    def __init__(self, words: int = VOCABULARY.default) -> None:
        persons, animals, things, adjectives, self.transitive, self.intransitive = LEXICON.of(words)
        self.living = persons + animals
        self.objects = {"anything": persons + animals + things, "goods": animals + things}
        self.of_the_living = [word for word in OF_THE_LIVING if word in adjectives]
        self.of_things = [word for word in OF_THINGS if word in adjectives]


def german(
    random: Random, size: int, length: int = LENGTH.default, vocabulary: int = VOCABULARY.default
) -> list[SentencePair]:
    """Subordinate clauses: what comes second in English waits at the end in German."""
    words = Vocabulary(vocabulary)
    return distinct(lambda random: _sentences(random, words, length), random, size)


def _sentences(random: Random, words: Vocabulary, clauses: int) -> tuple[str, str]:
    """Draw a sentence of two clauses at most, or one with more main clauses after it."""
    if clauses == 1:
        return _main(random, words, random.choice((PRESENT, PAST)))
    english, german = _sentence(random, words)
    for _ in range(clauses - LENGTH.default):
        if random.random() < 0.6:
            more = _main(random, words, random.choice((PRESENT, PAST)))
            english, german = f"{english} , but {more[0]}", f"{german}, aber {more[1]}"
    return english, german


def _main(random: Random, words: Vocabulary, manners: tuple[str, ...]) -> tuple[str, str]:
    main = clause(random, words, manners, has_object=random.random() < 0.7)
    return main.english, verb_second(main)


def _sentence(random: Random, words: Vocabulary) -> tuple[str, str]:
    kind, manners = random.random(), random.choice((PRESENT, PAST))
    if kind < 0.15:
        return _main(random, words, manners)
    if kind < 0.55:
        opening = random.choice(list(OPENINGS))
        inner = clause(random, words, manners, has_object=random.random() < 0.75)
        return f"{opening} {inner.english}", f"{OPENINGS[opening]} {verb_last(inner)}"
    joint = random.choice(list(JOINTS if manners == PRESENT else JOINTS_OF_THE_PAST))
    main = clause(random, words, manners, has_object=False)
    inner = clause(random, words, manners, has_object=True)
    german = (JOINTS if manners == PRESENT else JOINTS_OF_THE_PAST)[joint]
    if kind < 0.8:
        english = f"{main.english} {joint} {inner.english}"
        return english, f"{verb_second(main)}, {german} {verb_last(inner)}"
    english = f"{joint} {inner.english} , {main.english}"
    return english, f"{german} {verb_last(inner)}, {verb_first(main)}"


def verb_second(clause: Clause) -> str:
    """Return a main clause."""
    return f"{clause.subject} {clause.finite} {clause.rest}".strip()


def verb_first(clause: Clause) -> str:
    """Return a main clause that follows a subordinate one: that takes the first place."""
    return f"{clause.finite} {clause.subject} {clause.rest}".strip()


def verb_last(clause: Clause) -> str:
    """Return a subordinate clause."""
    return " ".join(part for part in (clause.subject, clause.rest, clause.finite) if part)


def clause(random: Random, words: Vocabulary, manners: tuple[str, ...], has_object: bool) -> Clause:
    """Draw a clause in one of these manners."""
    is_named = random.random() < 0.7
    subject = phrase(random, words, "", "nominative") if is_named else random.choice(PRONOUNS)
    verb = random.choice(words.transitive if has_object else words.intransitive)
    thing = phrase(random, words, verb.objects, "accusative") if verb.objects else None
    manner = random.choice(manners)
    adverbs = PAST_ADVERBS if manner in PAST else PRESENT_ADVERBS
    adverb = random.choice(list(adverbs)) if random.random() < 0.4 else ""
    return build(subject, verb, thing, manner, (adverb, adverbs.get(adverb, "")))


def build(
    subject: Words, verb: Verb, thing: Words | None, manner: str, adverb: tuple[str, str] = ("", "")
) -> Clause:  # fmt: skip
    """Put a clause together.

    manner: "present", "denied" (in the present), "past", "unmade" (a past denied), or a modal verb
    """
    third = subject.person == 1
    infinitive = ""
    if manner == "present":
        english = _third(verb.english) if third else verb.english
        finite = verb.present[subject.person]
    elif manner == "denied":
        english = f"{'does' if third else 'do'} not {verb.english}"
        finite = verb.present[subject.person]
    elif manner in MODALS:
        plain, of_third, forms = MODALS[manner]
        english = f"{of_third if third else plain} {verb.english}"
        finite, infinitive = forms[subject.person], verb.infinitive
    else:
        english = verb.past if manner == "past" else f"did not {verb.english}"
        finite, infinitive = HAVE[subject.person], verb.participle
    no = "nicht" if manner in ("denied", "unmade") else ""
    words = (adverb[1], thing.german if thing else "", no, infinitive)
    said = (subject.english, english, thing.english if thing else "", adverb[0])
    return Clause(
        " ".join(part for part in said if part), subject.german, finite,
        " ".join(part for part in words if part),
    )  # fmt: skip


def phrase(random: Random, words: Vocabulary, objects: str, case: Case) -> Words:
    """Draw a noun with an article, perhaps an adjective, perhaps in the plural.

    An object is never indefinite: "not a" would be a word of its own, "kein".
    """
    noun = random.choice(words.objects[objects] if objects else words.living)
    is_plural = random.random() < 0.25
    may_be_a = case == "nominative" and not is_plural
    article = random.choice(("the", "the", "my", "a") if may_be_a else ("the", "the", "my"))
    adjective = random.choice(words.of_the_living if noun.kind != "thing" else words.of_things)
    return noun_phrase(noun, article, adjective if random.random() < 0.45 else "", is_plural, case)


def noun_phrase(noun: Noun, article: str, adjective: str, is_plural: bool, case: Case) -> Words:
    """Return a noun with its article and adjective in both languages."""
    gender: Gender = "p" if is_plural else noun.gender
    endings = WEAK if article == "the" else STRONG
    german = [ARTICLES[article][case][gender]]
    english = ["an" if article == "a" and (adjective or noun.english)[0] in "aeiou" else article]
    if adjective:
        german.append(LOOKS[adjective] + endings[case][gender])
        english.append(adjective)
    german.append(noun.german_plural if is_plural else noun.german)
    english.append(noun.english_plural if is_plural else noun.english)
    return Words(" ".join(english), " ".join(german), 2 if is_plural else 1)


def _third(verb: str) -> str:
    """Return the third person of an English verb: "looks for", "carries", "washes"."""
    first, space, rest = verb.partition(" ")
    if first.endswith("y") and first[-2] not in "aeou":
        first = f"{first[:-1]}ies"
    else:
        first += "es" if first.endswith(("sh", "ch", "s")) else "s"
    return f"{first}{space}{rest}"

"""What a survey tells of the files: columns, languages, encodings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from s2s_core.configs import DataConfig
from s2s_core.data.corpus import prepared
from s2s_core.data.preparing import prepare
from s2s_core.data.readers import read_pairs
from s2s_core.data.reading import pairs_of, survey
from s2s_core.data.recognising import language_in
from s2s_core.errors import BadFile, WhichLanguages
from s2s_core.records import CorpusRecord
from tests.core.data.test_formats import FRENCH
from tests.core.data.test_readers import write

TMX = """<?xml version="1.0"?><tmx version="1.4"><header srclang="en-US"/><body>
<tu><tuv xml:lang="en-US"><seg>a cat</seg></tuv><tuv xml:lang="fr-CA"><seg>été</seg></tuv></tu>
</body></tmx>"""


def surveyed(path: Path, **changes: Any) -> CorpusRecord:
    record = list(survey(DataConfig(builtin="", train=(str(path),), **changes)))[-1]
    assert isinstance(record, CorpusRecord)
    return record


@pytest.mark.parametrize(
    ("text", "sides", "chosen"),
    [
        (TMX, ("English", "French"), ("en-us", "fr-ca")),
        ("id,de,en\n1,Haus,house\n2,Maus,mouse\n", ("German", "English"), ("de", "en")),
        ("cat\tKatze\tCC-BY\n" * 3, ("Source", "Target"), ("1", "2")),
        ("src\ttgt\na b\tc d\ne\tf\n", ("Source", "Target"), ("src", "tgt")),
    ],
)
def test_the_columns_taken_are_told(
    tmp_path: Path, text: str, sides: tuple[str, str], chosen: tuple[str, str]
) -> None:
    path = write(tmp_path / "corpus", text)
    record = surveyed(path)
    assert (record.source_name, record.target_name) == sides
    assert (record.source_column, record.target_column) == chosen
    assert set(chosen) <= {column for column, _ in record.columns}
    swapped = surveyed(path, swap_sides=True)
    assert (swapped.target_column, swapped.source_column) == chosen
    if "Source" not in sides:
        assert (swapped.target_name, swapped.source_name) == sides


def test_each_column_is_told_with_a_text_that_stands_there(tmp_path: Path) -> None:
    path = write(tmp_path / "table", "cat\tKatze\t\ndog\tHund\tCC-BY\n")
    assert surveyed(path).columns == (("1", "cat"), ("2", "Katze"), ("3", "CC-BY"))


@pytest.mark.parametrize("name", ["d\udce9", r"d\ud83d"])
def test_a_name_that_is_no_text_is_told_as_it_can_be_shown(tmp_path: Path, name: str) -> None:
    lines = [f'{{"en": "one {n}", "de": "eins {n}"}}\n' for n in range(20)]
    text = "".join([*lines, f'{{"en": "two", "{name}": "zwei"}}\n'])
    path = tmp_path / "pairs.jsonl"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    record = surveyed(path)
    assert dict(record.columns) == {"en": "one 0", "de": "eins 0", "d\ufffd": "zwei"}
    assert {each.name for each in record.findings} - {"few"} == {"not_utf8"}


@pytest.mark.parametrize("half", [r"\ud83d", r"\udc80", r"\ude00\ud83d"])
def test_half_a_character_is_told_with_its_line(tmp_path: Path, half: str) -> None:
    lines = [f'{{"en": "one {n} \\ud83d\\ude00", "de": "eins"}}\n\n' for n in range(300)]
    lines[250:250] = [f'{{"en": "a {half} b", "de": "ein"}}\n']
    path = write(tmp_path / "pairs.jsonl", "".join(lines))
    found = {each.name: each for each in surveyed(path).findings}["not_utf8"]
    assert "or holds half a character, and is left out" in found.sentence
    signs = half.count("u") * "\ufffd"
    assert found.examples == ((251, f"a {signs} b", "ein"),)
    assert len(list(pairs_of(DataConfig(builtin="", train=(str(path),))))) == 300
    with pytest.raises(BadFile, match=r"line 501 of pairs\.jsonl holds half a character"):
        list(read_pairs((path,)))


def test_held_out_lines_that_are_not_utf8_are_left_out_and_told(tmp_path: Path) -> None:
    path = write(tmp_path / "train.tsv", "a cat\tein Kater\n" * 20)
    held = tmp_path / "held.tsv"
    held.write_bytes(b"a dog\tein Hund\n" * 20 + b"caf\xe9\tKaffee\n")
    record = surveyed(path, validation=(str(held),))
    told = {each.name: each.sentence for each in record.findings}["not_utf8_held_out"]
    assert told.startswith("1 line of the files for validation is not valid UTF-8")
    config = DataConfig(builtin="", train=(str(path),), validation=(str(held),))
    assert list(pairs_of(config, validation=True)) == [("a dog", "ein Hund")] * 20


def test_two_varieties_of_one_language_keep_their_codes(tmp_path: Path) -> None:
    record = surveyed(write(tmp_path / "a.tmx", TMX.replace("fr-CA", "en-GB")))
    assert (record.source_name, record.target_name) == ("en-us", "en-gb")


def test_a_catalogue_tells_its_language(tmp_path: Path) -> None:
    text = 'msgid ""\nmsgstr ""\n"Language: pt_BR\\n"\n\nmsgid "cat"\nmsgstr "gato"\n'
    record = surveyed(write(tmp_path / "a.po", text))
    assert (record.source_name, record.target_name) == ("Source", "Portuguese")


@pytest.mark.parametrize(
    ("codec", "title"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16")],
)
def test_the_encoding_is_told(tmp_path: Path, codec: str, title: str) -> None:
    text = FRENCH.replace("\n", "\tx\n") + "fin\tx\n"
    path = write(tmp_path / "a.tsv", text.encode(codec))
    assert surveyed(path).encodings == (("a.tsv", title),)


def test_the_encoding_that_an_xml_file_declares_is_told(tmp_path: Path) -> None:
    text = TMX.replace('"1.0"', '"1.0" encoding="ISO-8859-15"')
    path = write(tmp_path / "a.tmx", text.encode("iso-8859-15"))
    assert surveyed(path).encodings == (("a.tmx", "ISO-8859-15"),)


def test_what_was_told_is_still_known_when_the_corpus_comes_from_the_cache(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", "".join(f"cat {n}\tKatze {n}\tnote\n" for n in range(60)))
    config = DataConfig(builtin="", train=(str(path),))
    (told,) = (r for r in prepare(config, tmp_path / "p") if isinstance(r, CorpusRecord))
    assert prepared(tmp_path / "p")[0] == told
    assert len(told.columns) == 3


def test_which_languages_there_are_is_told_where_two_have_to_be_chosen(tmp_path: Path) -> None:
    third = '<tuv xml:lang="de"><seg>Katze</seg></tuv></tu>'
    with pytest.raises(WhichLanguages) as refused:
        surveyed(write(tmp_path / "a.tmx", TMX.replace("</tu>", third)))
    assert refused.value.choices == (("en-us", "English"), ("fr-ca", "French"), ("de", "German"))


def test_a_first_row_with_unknown_names_is_a_header_on_request(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "key,note,val\n" + "a cat,see,un chat\n" * 9)
    told = [surveyed(path, header=header) for header in ("auto", "no", "yes")]
    assert [record.header for record in told] == ["no", "no", "yes"]
    assert [record.pairs for record in told] == [10, 10, 9]
    assert (told[2].source_name, told[2].target_name) == ("key", "note")
    by_place = surveyed(path, header="yes", source_column="3", target_column="1")
    assert (by_place.source_column, by_place.target_column) == ("val", "key")
    known = write(tmp_path / "b.tsv", "no\tne\n" + "ja\tho\n" * 9)  # codes, and words too
    assert [surveyed(known, header=h).pairs for h in ("auto", "no")] == [9, 10]


def test_the_header_of_validation_files_is_their_own(tmp_path: Path) -> None:
    rows = "a cat,un chat\n" * 3
    held = write(tmp_path / "held.csv", rows)
    for first, header, like, expected in (
        ("key,val\n", "yes", "", 3),
        ("key,val\n", "yes", "key,val\n", 3),
        ("no,ne\n", "no", "source,target\n", 3),
        ("no,ne\n", "no", "no,ne\n", 4),  # of the same layout
        ("", "no", "a cat,un chat\n", 4),
    ):
        train = write(tmp_path / "train.csv", first + rows)
        write(held, like + rows)
        values: Any = {"train": (str(train),), "validation": (str(held),), "header": header}
        config = DataConfig(builtin="", **values)
        pairs = list(pairs_of(config, validation=True))
        assert len(pairs) == expected, (first, like)
        assert pairs[-3:] == [("a cat", "un chat")] * 3


def test_a_heading_without_names_for_all_columns_can_be_taken(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "key,,key\n" + "a cat,see,un chat\n" * 9)
    columns = surveyed(path, header="yes").columns
    assert [name for name, _ in columns] == ["key", "2", "3"]


ENGLISH = (
    "the cat is on the mat and it sees you\nwhat are you doing to my house of cards\n"
    "i was in that red car when she came home"
)
GERMAN = (
    "die katze ist nicht auf dem dach\nich sehe das haus und du siehst mit mir den mond\n"
    "er und sie trinken eine tasse tee zu viel"
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (FRENCH * 2, "French"),
        (ENGLISH, "English"),
        (GERMAN, "German"),
        ("我看见那只红色的猫，它在房子里睡觉。你看见了吗", "Chinese"),
        ("私は赤い猫が家の中で寝ているのを見ました。", "Japanese"),
        ("אני רואה את החתול האדום בבית שלך", "Hebrew"),
        ("я не вижу его на улице и она у меня это что так\nкак ты был в доме мы с ним", "Russian"),
        ("a o e y i a o e y i " * 9, ""),  # letters to be copied
        ("zip zap zup zop", ""),
        ("你好吗朋友", "Chinese"),
        ("لا تعجبني هذه الملاحظات.\nليس بإمكانك تفويته.\nبيتي بارد جدا.", "Arabic"),
        ("صديقي يعمل في المدينة الكبيرة ويسكن مع أمه في بيت قديم قرب النهر\nويدي باپور", "Arabic"),
        ("گربه سیاه روی دیوار خوابیده", "Persian"),
        ("بلی دیوار پر سو رہی ہے اور کتا بھونکتا ہے", ""),  # Urdu, or Punjabi
    ],
)
def test_a_language_is_recognised_where_it_is_clear(text: str, language: str) -> None:
    assert language_in(text.splitlines()) == language


def swapped_at_times(path: Path, pairs: list[tuple[str, str]]) -> Path:
    """Write pairs, every third of them with its sides swapped."""
    rows = (pair[:: 1 if row % 3 else -1] for row, pair in enumerate(pairs))
    return write(path, "".join("\t".join(row) + "\n" for row in rows))


def test_a_column_is_called_by_the_language_of_most_lines(tmp_path: Path) -> None:
    subjects = {"The king": "Der König", "The girl": "Das Mädchen", "My father": "Mein Vater"}
    verbs = {"sees": "sieht", "buys": "kauft", "finds": "findet", "sells": "verkauft"}
    objects = {
        "the house": "das Haus", "the green door": "die grüne Tür", "his book": "sein Buch",
        "a red apple": "einen roten Apfel", "an egg in the pan": "ein Ei im Topf",
        "every tall tree": "jeden hohen Baum", "some cold water": "etwas kaltes Wasser",
    }  # fmt: skip
    pairs = [
        (f"{subject} {verb} {what}.", f"{subjects[subject]} {verbs[verb]} {objects[what]}.")
        for subject in subjects for verb in verbs for what in objects
    ]  # fmt: skip
    path = swapped_at_times(tmp_path / "a.tsv", pairs)
    for record in (surveyed(path), surveyed(path, cures=("swapped",))):
        assert (record.source_name, record.target_name) == ("English", "German")
    beside = [(source, "他看见那只猫") for source, _ in pairs]
    record = surveyed(swapped_at_times(tmp_path / "b.tsv", beside))
    assert (record.source_name, record.target_name) == ("English", "Chinese")
    pairs = [pair for pair in pairs if " egg " not in pair[0]]  # "the" and "my" are left
    record = surveyed(write(tmp_path / "c.tsv", "".join(f"{s}\t{t}\n" for s, t in pairs)))
    assert (record.source_name, record.target_name) == ("English", "German")


def test_columns_without_names_are_called_by_their_languages(tmp_path: Path) -> None:
    lines = zip(ENGLISH.splitlines(), GERMAN.splitlines(), strict=True)
    path = write(tmp_path / "a.tsv", "".join("\t".join(line) + "\n" for line in lines))
    record, swapped = surveyed(path), surveyed(path, swap_sides=True)
    assert (record.source_name, record.target_name) == ("English", "German")
    assert (swapped.source_name, swapped.target_name) == ("German", "English")


def test_of_what_is_repeated_the_first_is_an_example_too(tmp_path: Path) -> None:
    lines = ["a cat\tun chat", "a dog\tun chien", "a cat\tun chat", "a dog\tle chien"]
    path = write(tmp_path / "a.tsv", "\n".join([*lines, "a cat\tun chat", "an egg\tun œuf\n"]))
    for cures in ((), ("all",)):
        found = {each.name: each for each in surveyed(path, cures=cures).findings}
        rows = [row for row, *_ in found["duplicates"].examples]
        assert rows == [3, 1, 5]
        first, other = (2, "a dog", "un chien"), (4, "a dog", "le chien")
        assert found["other_targets"].examples == (other, first)
        assert found["other_targets"].count == 1

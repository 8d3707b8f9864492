"""Files that break importers: ours, each with one fault, and the real ones where they are.

Every row says which pairs come of a file, or what it is refused with; ours stand in `tests/data`.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from s2s_core.cli import main
from s2s_core.configs import DataConfig
from s2s_core.data.cleaned import write_pairs
from s2s_core.data.readers import read_pairs
from s2s_core.data.reading import examined, pairs_of, survey
from s2s_core.errors import BadFile
from s2s_core.records import CorpusRecord

OURS = Path(__file__).parents[2] / "data"
THEIRS = Path(os.environ.get("S2S_CORPORA", ""), "messy")
has_theirs = pytest.mark.skipif(
    not os.environ.get("S2S_CORPORA"), reason="S2S_CORPORA names no folder of real corpora"
)


@dataclass(frozen=True)
class Row:
    """What becomes of a file, or of two."""

    files: str
    refusal: str = ""  # what is said, if it is not read
    pairs: int = 0
    some: dict[int, tuple[str, str]] = field(default_factory=dict)  # by their rows, from 1
    found: dict[str, int] = field(default_factory=dict)  # all findings but that there are few
    rows: dict[str, list[int]] = field(default_factory=dict)  # of findings, the first ones
    encodings: tuple[str, ...] = ("UTF-8",)
    names: tuple[str, str] = ("Source", "Target")
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return " ".join((self.files, *self.settings))


TABS = {"control": 3, "one_column": 2, "blank": 2, "not_utf8": 1, "extra_tab": 1}
TABS_ROWS = {
    "control": [4, 8, 36], "one_column": [16, 20], "blank": [24, 28], "not_utf8": [32],
    "extra_tab": [12],
}  # fmt: skip
CHOSEN = {"source_column": "en-us", "target_column": "fr"}
OUR_ROWS = [
    Row(
        "naughty.txt naughty.txt", pairs=25, names=("naughty.txt", "naughty.txt"),
        some={
            1: ("# not a remark, but a sentence",) * 2, 7: ("one\x1cline\x1dto\x1ethe end",) * 2,
            14: ("a\ttab",) * 2, 25: ("end",) * 2,
        },
        found={"identical": 23, "control": 9, "blank": 2, "markup": 2},
    ),
    Row(
        "naughty.txt",
        "line 1 of naughty.txt has 1 column; expected source and target, separated by a tab",
    ),
    Row(
        "three_columns_bom.txt", pairs=5, names=("Source", "Chinese"),
        some={1: ("Look.", "看。"), 2: ("Look.", "你看。"), 5: ("I am tired.", "我很累。")},
        found={"other_targets": 2},
    ),
    Row(
        "escaped_quotes.csv", pairs=2, some={2: ("box", '{"kind": "box", "sides": [4, 6]}')},
        found={"length_ratio": 1},
    ),
    Row(
        "newline_in_quotes.csv", pairs=3, settings={"header": "yes"}, names=("x", "y"),
        some={1: ("red", "rot"), 2: ("in the\nmorning", "am\nMorgen"), 3: ("blue", "blau")},
    ),
    Row(
        "misaligned.de misaligned.en",
        "misaligned.de has 120 lines and misaligned.en has 118; expected one line for each "
        "sentence, the same number in both. They seem to lose each other around line 61: put that "
        "right, or let the cure “cut” keep 50 pairs, those before line 51, to be sure, and leave "
        "out 70 lines",
    ),
    Row(
        "nul_tabs_badutf8.tsv", pairs=40, found=TABS, rows=TABS_ROWS,
        some={
            4: ("The\0cat number 4 sleeps.", "Die Katze Nummer 4 schläft."),
            36: ("The cat number 36 sleeps.\u2028", "Die Katze Nummer 36 schläft."),
            40: ("The cat number 40 sleeps.", "Die Katze Nummer 40 schläft."),
        },
    ),
    Row(
        "opus_moses.zip", pairs=3, encodings=("UTF-8", "UTF-8"), names=("English", "Arabic"),
        some={1: ("The cat is asleep.", "القطة نائمة."), 3: ("Where is the key?", "أين المفتاح؟")},
    ),
    Row(
        "french_cp1252.txt french_utf8.txt", pairs=5, encodings=("Windows-1252", "UTF-8"),
        names=("french_cp1252.txt", "french_utf8.txt"), found={"identical": 4, "blank": 1},
        some={1: ("L'été, à Évreux, la forêt était déjà brûlée.",) * 2},
    ),
    Row(
        "arabic_plurals.po", pairs=4, names=("Source", "Arabic"), found={"other_targets": 1},
        some={
            1: ("Open", "فتح"), 2: ("Open", "مفتوح"), 3: ("%d file in %s", "ملف واحد في %s"),
            4: ("%d files in %s", "%d ملف في %s"),
        },
    ),
    Row(
        "mixed_encodings.en.txt mixed_encodings.ja.txt", pairs=1, names=("English", "Japanese"),
        encodings=("UTF-8", "UTF-16"), some={1: ("One line [  ]", "一行 [\u3000]")},
    ),
    Row(
        "right_to_left.ar right_to_left.he", pairs=4, names=("Arabic", "Hebrew"),
        encodings=("UTF-8", "UTF-8"), found={"other_targets": 1},
        some={2: ("مَكْتَبَة\u200f", "ספרייה\u200f"), 4: ("\u202bالباب\u202c مفتوح", "הדלת פתוחה")},
    ),
    Row(
        "utf16be_bom.tmx", pairs=2, encodings=("UTF-16",), names=("en-us", "en-gb"),
        some={1: ("été ™", "été ™"), 2: ("“a”", "“b”")}, found={"identical": 1},
    ),
    Row(
        "utf16le_bom.tmx", pairs=1, encodings=("UTF-16",), names=("English", "French"),
        some={1: ("a tab [\t]", "une tabulation [\t]")},
    ),
    Row(
        "utf8bom_inline_tags.tmx",
        "utf8bom_inline_tags.tmx has en-us, fr, en-gb: choose two of them as data.source_column "
        "and data.target_column",
    ),
    Row(
        "utf8bom_inline_tags.tmx", settings=CHOSEN, pairs=1, names=("English", "French"),
        some={1: ("Press to begin.", "Appuyez pour commencer.")},
    ),
    Row(
        "hugging_face.jsonl", pairs=4, names=("English", "Romanian"), found={"duplicates": 1},
        some={1: ("The meeting begins.", "Şedinţa începe."), 4: ("It is late.", "E târziu.")},
        rows={"duplicates": [3, 1]},
    ),
    Row(
        "hugeline.xliff", pairs=2, names=("English", "Polish"), found={"blank": 1},
        some={1: ("🤙 Call at {{url}}", "🤙 Zadzwoń: {{url}}"), 2: ("Look 🇺🇸9️⃣👋🏻", "")},
    ),
    Row(
        "untranslated.xliff",
        "untranslated.xliff holds no pair with text on both sides: 2 pairs have a blank side, such "
        "as pair 1, “🤙 Call”",
    ),
    Row(
        "segmented.xlf", pairs=2, names=("English", "French"),
        some={1: ("First. ", "Premier. "), 2: ("Second.", "Second .")},
    ),
]  # fmt: skip
THEIR_ROWS = [
    Row(
        "blns.txt blns.txt", pairs=742, names=("blns.txt", "blns.txt"),
        some={1: ("#\tReserved Strings",) * 2, 2: ("#",) * 2, 4: ("", "")},
        found={"identical": 665, "markup": 216, "blank": 77, "duplicates": 39, "control": 11,
               "mixed_scripts": 3, "mojibake": 1},
    ),
    Row(
        "blns.txt",
        "line 2 of blns.txt has 1 column; expected source and target, separated by a tab",
    ),
    Row(
        "cmn_3col_bom_excerpt.txt", pairs=401, names=("English", "Chinese"),
        some={1: ("Hi.", "嗨。"), 2: ("Hi.", "你好。"), 4: ("Stop!", "住手！")},
        found={"other_targets": 44, "duplicates": 2, "too_long": 1},
    ),
    Row(
        "csv_escaped_quotes.csv", pairs=1, settings={"header": "yes"}, names=("key", "val"),
        some={1: ("1", '{"type": "Point", "coordinates": [102.0, 0.5]}')},
        found={"length_ratio": 1, "other_numbers": 1},
    ),
    Row(
        "csv_newline_in_quotes.csv", pairs=4, rows={"other_numbers": [2, 4]},
        some={1: ("a", "b"), 2: ("1", "2"), 3: ("Once upon \na time", "5"), 4: ("7", "8")},
        found={"other_numbers": 2},
    ),
    Row(
        "csv_newline_in_quotes.csv", pairs=3, settings={"header": "yes"}, names=("a", "b"),
        some={2: ("Once upon \na time", "5")}, found={"other_numbers": 2},
    ),
    Row(
        "derived_misaligned.de derived_misaligned.en",
        "derived_misaligned.de has 501 lines and derived_misaligned.en has 499; expected one line "
        "for each sentence, the same number in both. They seem to lose each other around line 123: "
        "put that right, or let the cure “cut” keep 112 pairs, those before line 113, to be sure, "
        "and leave out 389 lines",
    ),
    Row(
        "derived_nul_tabs_badutf8.tsv", pairs=40, names=("English", "Chinese"),
        found=TABS | {"other_targets": 4}, rows=TABS_ROWS,
        some={
            4: ("Clean\0your room.", "清掃你的房間。"),
            36: ("Green suits you.\u2028", "綠色適合你。"),
            40: ("He is a teacher.", "他是教师。"),
        },
    ),
    Row(
        "derived_opus_moses.zip", pairs=501, encodings=("UTF-8", "UTF-8"),
        names=("English", "Arabic"), found={"not_normalised": 7, "too_long": 2},
        some={4: ("It's very cold in my house.", "بيتي بارد جدا.")},
    ),
    Row(
        "french_cp1252.txt french_utf8.txt", pairs=59, encodings=("Windows-1252", "UTF-8"),
        names=("french_cp1252.txt", "french_utf8.txt"), found={"identical": 51, "blank": 8},
        some={1: ("JEAN-BAPTISTE POQUELIN MOLIÈRE",) * 2, 59: ("plus scrupuleux.",) * 2},
    ),
    Row(
        "gettext_arabic_plurals.po", pairs=89, names=("Source", "Arabic"),
        some={1: ("th", " صفر"), 2: ("st", " أول"), 89: ("%s and %s", "%s و %s")},
        found={"other_targets": 15, "duplicates": 13},
    ),
    Row(
        "pair_mixed_encodings.en.txt pair_mixed_encodings.ja.txt", pairs=1,
        encodings=("UTF-8", "UTF-16"), names=("English", "Japanese"),
        some={1: ("English segment with [    ]", "Japanese segment with [\u3000\u3000]")},
    ),
    Row(
        "tatoeba_ar-he.ar tatoeba_ar-he.he", pairs=501, encodings=("UTF-8", "UTF-8"),
        names=("Arabic", "Hebrew"), found={"other_targets": 61, "not_normalised": 2},
        some={1: ("هل هذا جديد؟", "האם זה חדש?"), 2: ("إذاً خذها.", "אם כך, קח אותה.")},
    ),
    Row(
        "tmx_utf16be_bom.tmx", pairs=3, encodings=("UTF-16",), names=("en-us", "en-gb"),
        some={
            1: ("à=agrave, é=eacute, æ=aelig",) * 2, 2: ("ÿ=U+00FF, ™=U+2122, ’=U+2019",) * 2,
            3: ("“=U+201C, –=U+2013, ¤=U+00A4",) * 2,
        },
        found={"identical": 3},
    ),
    Row(
        "tmx_utf16le_bom.tmx", pairs=2, encodings=("UTF-16",), names=("English", "French"),
        some={
            1: ("First segment with [\t\t   ]", "Premier segment avec [\t\t   ]"),
            2: ("Second segment with [  \t\t]", "Second segment avec [  \t\t]"),
        },
    ),
    Row(
        "tmx_utf8bom_inline_tags.tmx",
        "tmx_utf8bom_inline_tags.tmx has en-us, fr, en-gb: choose two of them as "
        "data.source_column and data.target_column",
    ),
    Row(
        "tmx_utf8bom_inline_tags.tmx", settings=CHOSEN, pairs=1, names=("English", "French"),
        some={1: ("Click  to start.", "Cliquez  pour commencer.")},
    ),
    Row(
        "wmt16_en-ro.jsonl", pairs=10, names=("English", "Romanian"), found={"duplicates": 1},
        some={4: ("Verification of credentials: see Minutes",
                  "Verificarea prerogativelor: a se vedea procesul-verbal")},
        rows={"duplicates": [3, 1]},
    ),
    Row(
        "xliff12_emoji_hugeline.xliff",
        "xliff12_emoji_hugeline.xliff holds no pair with text on both sides: 3 pairs have a blank "
        "side, such as pair 1, “🤙 Join this (video)call at: {{joinUrl}}”",
    ),
    Row(
        "xliff20_segmented.xlf", pairs=4, names=("English", "French"),
        some={1: ("Sentence 1. ", "Phrase 1. "), 4: ("pc Sentence 4.", "Phrase 4.")},
    ),
]  # fmt: skip


def config_of(row: Row, folder: Path) -> DataConfig:
    files = tuple(str(folder / name) for name in row.files.split())
    return DataConfig(builtin="", train=files, **row.settings)


def check(row: Row, folder: Path) -> None:
    config = config_of(row, folder)
    if row.refusal:
        with pytest.raises(BadFile) as refused:
            list(survey(config))
        assert str(refused.value) == row.refusal
        return
    record = list(survey(config))[-1]
    assert isinstance(record, CorpusRecord)
    preview = {number: pair for number, pair in enumerate(record.preview, 1) if number in row.some}
    assert preview == row.some
    assert record.pairs == row.pairs
    assert (record.source_name, record.target_name) == row.names
    assert tuple(encoding for _, encoding in record.encodings) == row.encodings
    found = {each.name: each for each in record.findings if each.name != "few"}
    assert {name: each.count for name, each in found.items()} == row.found
    for name, places in row.rows.items():
        assert [place for place, *_ in found[name].examples] == places
    left_out = sum(each.left_out for each in found.values())
    assert len(list(pairs_of(config))) == record.kept == row.pairs - left_out


@pytest.mark.parametrize("row", OUR_ROWS, ids=lambda row: row.id)
def test_a_file_with_a_fault_is_read_or_refused_as_written_down(row: Row) -> None:
    check(row, OURS)


@has_theirs
@pytest.mark.parametrize("row", THEIR_ROWS, ids=lambda row: row.id)
def test_a_real_file_with_a_fault_is_read_or_refused_as_written_down(row: Row) -> None:
    check(row, THEIRS)


@pytest.mark.parametrize(
    "path", [OURS / "naughty.txt", pytest.param(THEIRS / "blns.txt", marks=has_theirs)]
)
def test_no_sign_in_a_line_moves_those_after_it(path: Path) -> None:
    lines = path.read_bytes().decode().split("\n")[:-1]
    assert lines != path.read_bytes().decode().splitlines()
    assert list(read_pairs((path, path))) == [(line, line) for line in lines]


ALL_LEFT_OUT = {  # by which cure
    "naughty.txt naughty.txt": "identical", "french_cp1252.txt french_utf8.txt": "identical",
    "blns.txt blns.txt": "identical", "csv_escaped_quotes.csv header": "length_ratio",
    "tmx_utf16be_bom.tmx": "identical",
}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "folder"),
    [
        *((row, OURS) for row in OUR_ROWS if not row.refusal or "cure" in row.refusal),
        *(
            pytest.param(row, THEIRS, marks=has_theirs)
            for row in THEIR_ROWS
            if not row.refusal or "cure" in row.refusal
        ),
    ],
    ids=lambda value: value.id if isinstance(value, Row) else value.name,
)
def test_what_was_cured_has_nothing_left_to_cure(
    tmp_path: Path, row: Row, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "cleaned.tsv"
    config = config_of(row, folder).model_copy(update={"cures": ("all",)})
    if row.settings:  # the command has no option for them
        with suppress(BadFile):
            write_pairs(examined(config)[1], out)
    else:
        files = [str(folder / name) for name in row.files.split()]
        failed = main(["inspect", *files, "--cure", "all", "--out", str(out)])
        assert bool(failed) == (row.id in ALL_LEFT_OUT)
    if row.id in ALL_LEFT_OUT:
        with pytest.raises(BadFile, match=f"leave nothing of .*: “{ALL_LEFT_OUT[row.id]}” leaves"):
            list(examined(config)[1])
        assert not out.exists()
        return
    record = list(survey(DataConfig(builtin="", train=(str(out),))))[-1]
    assert isinstance(record, CorpusRecord)
    assert [each.name for each in record.findings] == ["few"]
    found, pairs = examined(config)
    kept = [tuple(re.sub("[\\t\\n\\r]+", " ", side) for side in pair) for pair in pairs]
    assert list(record.preview) == kept[:500]
    assert found.usable == record.pairs == record.kept


def test_each_file_has_its_row() -> None:
    ours = {name for row in OUR_ROWS for name in row.files.split()}
    assert ours == {path.name for path in OURS.iterdir() if not path.name.startswith(".")}
    assert len(THEIR_ROWS) == len(OUR_ROWS)


@has_theirs
def test_each_real_file_has_its_row() -> None:
    theirs = {name for row in THEIR_ROWS for name in row.files.split()}
    assert theirs == {path.name for path in THEIRS.iterdir()}

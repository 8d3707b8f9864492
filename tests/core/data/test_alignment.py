"""Two files that lose each other: the place is named, and what comes before it can be used."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_core.configs import DataConfig
from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers.alignment import Lengths, lines_together
from s2s_core.data.reading import examined, pairs_of
from s2s_core.errors import BadFile


def texts(count: int, seed: int = 1) -> tuple[list[str], list[str]]:
    """Return lines and their translations, whose lengths go together as those of sentences do."""
    chance = random.Random(seed)
    source = ["a" * max(1, round(chance.lognormvariate(3.8, 0.5))) for _ in range(count)]
    target = ["b" * max(1, round(len(line) * chance.lognormvariate(0.1, 0.2))) for line in source]
    return source, target


def sorted_by_source(source: list[str], target: list[str]) -> tuple[list[str], list[str]]:
    """Return lines from short to long, as some corpora come, the first target missing."""
    both = sorted(zip(source, target, strict=True), key=lambda pair: len(pair[0]))
    return [one for one, _ in both], [other for _, other in both][1:]


def place_of(source: list[str], target: list[str]) -> int | None:
    lengths = Lengths(), Lengths()
    for side, lines in zip(lengths, (source, target), strict=True):
        for line in lines:
            side.add(line)
    return lines_together(*lengths)


@pytest.mark.parametrize("lost", [40, 300, 777, 1960])
@pytest.mark.parametrize("missing", [1, 2, 5])
def test_the_place_where_a_line_is_missing_is_found(lost: int, missing: int) -> None:
    source, target = texts(2000)
    for one, other in ((source, target), (target, source)):
        place = place_of(one, other[:lost] + other[lost + missing :])
        assert place is not None
        assert abs(place - lost) <= 10


def test_lines_missing_at_the_end_are_told_apart() -> None:
    source, target = texts(500)
    assert place_of(source, target[:-3]) == pytest.approx(497, abs=3)


def test_lengths_that_do_not_tell_give_no_place() -> None:
    source, target = texts(500)
    assert place_of(*sorted_by_source(source, target)) is None
    assert place_of(source, texts(499, seed=2)[1]) is None
    assert place_of(["same"] * 100, ["gleich"] * 99) is None
    assert place_of(source[:4], target[:3]) is None


@given(st.lists(st.text(max_size=9)), st.lists(st.text(max_size=9)))
def test_the_place_is_never_beyond_the_shorter_text(one: list[str], other: list[str]) -> None:
    place = place_of(one, other)
    assert place is None or 0 < place <= min(len(one), len(other))


def written(folder: Path, source: list[str], target: list[str]) -> tuple[str, str]:
    paths = folder / "a.en", folder / "a.de"
    for path, lines in zip(paths, (source, target), strict=True):
        path.write_text("".join(line + "\n" for line in lines))
    return str(paths[0]), str(paths[1])


def test_the_sentence_names_counts_and_place(tmp_path: Path) -> None:
    source, target = texts(1000)
    files = written(tmp_path, source, target[:600] + target[601:])
    with pytest.raises(BadFile, match=r"a\.en has 1,000 lines and a\.de has 999") as caught:
        list(pairs_of(DataConfig(builtin="", train=files)))
    place = re.search(r"lose each other around line (\d+)", str(caught.value))
    assert place
    assert abs(int(place[1]) - 601) <= 10
    files = written(tmp_path, source, target[:-1])
    with pytest.raises(BadFile, match=r"seem to belong together up to line 99\d, where one"):
        list(pairs_of(DataConfig(builtin="", train=files)))
    files = written(tmp_path, *sorted_by_source(source, target))
    for cures in ((), ("cut",)):
        with pytest.raises(BadFile, match="cannot be told from the lengths"):
            list(pairs_of(DataConfig(builtin="", train=files, cures=cures)))


def test_the_first_part_can_be_used(tmp_path: Path) -> None:
    source, target = texts(1000)
    shorter = target[:600] + target[601:]
    files = written(tmp_path, source, shorter)
    with pytest.raises(BadFile) as refused:
        list(pairs_of(DataConfig(builtin="", train=files)))
    found, pairs = examined(DataConfig(builtin="", train=files, cures=("cut",)))
    kept = list(pairs)
    told = f"keep {len(kept)} pairs, those before line {len(kept) + 1}, to be sure, and leave out"
    assert f"{told} {1000 - len(kept)} lines" in str(refused.value)
    assert 570 < len(kept) <= 600  # some lines before the place are left out, to be sure
    assert kept == list(map(SentencePair, source, target))[: len(kept)]
    finding = next(finding for finding in found.findings() if finding.name == "cut")
    assert finding.count == finding.cured == 1000 - len(kept)
    first = len(kept) + 1
    assert finding.examples[0] == (first, source[first - 1], shorter[first - 1])
    assert len(finding.examples) == 3


def test_files_of_one_length_are_not_cut(tmp_path: Path) -> None:
    source, target = texts(100)
    files = written(tmp_path, source, target)
    found, pairs = examined(DataConfig(builtin="", train=files, cures=("cut",)))
    assert len(list(pairs)) == 100
    assert "cut" not in [finding.name for finding in found.findings()]

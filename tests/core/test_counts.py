"""A number and the word that fits it, in every sentence that tells a number."""

from __future__ import annotations

import pytest

from s2s_core.counts import count
from s2s_core.data.doctor import CHECKS
from s2s_core.records import Finding


@pytest.mark.parametrize(
    ("value", "sentence"),
    [(0, "0 pairs are"), (1, "1 pair is"), (2, "2 pairs are"), (1001, "1,001 pairs are")],
)
def test_the_word_fits_its_number(value: int, sentence: str) -> None:
    assert f"{count(value):pair is|pairs are}" == sentence
    assert f"{count(value):pair is|pairs are}" == sentence


def test_a_number_without_a_word_is_a_text() -> None:
    assert f"{count(1412)}" == "1,412"
    assert f"{count(7):>3}" == "  7"


@pytest.mark.parametrize("name", list(CHECKS))
def test_every_finding_has_a_sentence_for_one_and_for_two(name: str) -> None:
    template = CHECKS[name].template
    one, two = (Finding(name, template, number).sentence.split() for number in (1, 2))
    assert one[:2] in (["1", "pair"], ["1", "line"])
    assert one[2] in ("has", "is", "occurs", "seems", "comes")
    assert two[:2] in (["2", "pairs"], ["2", "lines"])
    assert two[2] in ("have", "are", "occur", "seem", "come")
    assert "are" not in one

"""A translation and its reference: what is missing, extra, or other."""

from __future__ import annotations

import pytest

from app.widgets.differences import Difference, characters, differences, marked, plain


def kinds(found: list[Difference]) -> list[str]:
    """Return what each part is called."""
    return [
        "same" if each.is_same else "extra" if not each.reference
        else "missing" if not each.translation else "other"
        for each in found
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("translation", "reference", "expected"),
    [
        ("le chat dort", "le chat dort", ["same"]),
        ("le chat", "le chat dort", ["same", "missing"]),
        ("le chat chat dort", "le chat dort", ["same", "extra", "same"]),
        ("le chien dort", "le chat dort", ["same", "other", "same"]),
        ("", "le", ["missing"]),
    ],
)
def test_words_are_missing_extra_or_other(
    translation: str, reference: str, expected: list[str]
) -> None:
    found = differences(translation, reference)
    assert kinds(found) == expected
    assert plain(found) == reference


def test_scripts_without_spaces_are_compared_by_character() -> None:
    found = differences("红色猫", "红色的猫", "")
    assert kinds(found) == ["same", "missing", "same"]
    assert plain(found, "") == "红色的猫"


def test_marks_stay_with_their_letters() -> None:
    assert characters("e\u0301a🙂👍🏽שׁ") == ["e\u0301", "a", "🙂", "👍🏽", "שׁ"]


def test_no_difference_is_told_by_colour_alone_and_nothing_is_taken_for_html() -> None:
    rich = marked(differences("le <b> dort ici", "le chat dort &"))
    assert rich.count("<s ") == rich.count("<u ") == 2
    assert "&lt;b&gt;" in rich
    assert "&amp;" in rich


def test_babble_is_cut_short_and_where_nothing_is_right_nothing_is_marked() -> None:
    rich = marked(differences("le " + "chat " * 40, "le chien"))
    assert rich.count("chat") < 10
    assert "…" in rich
    assert marked(differences("chat chat", "la <reine>")) == "la &lt;reine&gt;"

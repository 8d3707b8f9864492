"""The corpus doctor: what can be wrong with a corpus, and what can be done about it.

A row of `CHECKS` finds one kind of fault; most have a cure that can be ticked (`data.cures`).
"""

from __future__ import annotations

from s2s_core.choices import Choices
from s2s_core.data.doctor.characters import (
    ControlCharacters,
    LostCharacters,
    Markup,
    MixedScripts,
    Mojibake,
    NotNormalised,
)
from s2s_core.data.doctor.check import Check
from s2s_core.data.doctor.language import Identical, SwappedSides, WrongLanguage
from s2s_core.data.doctor.lengths import Blank, LengthRatio, TooLong
from s2s_core.data.doctor.lines import ExtraTab, LineCounts, NotUTF8, OneColumn
from s2s_core.data.doctor.numbers import OtherNumbers
from s2s_core.data.doctor.repeats import Duplicates, InValidation, OtherTargets
from s2s_core.errors import BadConfig

__all__ = ["CHECKS", "Check", "cures_named"]

# In the order in which they look: each sees what the cures before it have left. Text is put
# right first, then what belongs elsewhere is moved, and last it is counted what is double.
CHECKS: Choices[type[Check]] = Choices(
    "check",
    {
        "cut": LineCounts,
        "not_utf8": NotUTF8,
        "one_column": OneColumn,
        "extra_tab": ExtraTab,
        "mojibake": Mojibake,
        "markup": Markup,
        "control": ControlCharacters,
        "not_normalised": NotNormalised,
        "mixed_scripts": MixedScripts,
        "lost_characters": LostCharacters,
        "blank": Blank,
        "identical": Identical,
        "swapped": SwappedSides,
        "wrong_language": WrongLanguage,
        "length_ratio": LengthRatio,
        "too_long": TooLong,
        "other_numbers": OtherNumbers,
        "duplicates": Duplicates,
        "other_targets": OtherTargets,
        "in_validation": InValidation,
    },
)


def cures_named(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the cures of these names, in the order of the checks; "all" is every one."""
    known = [name for name in CHECKS if CHECKS[name].cure]
    for name in names:
        if name not in (*known, "all"):
            raise BadConfig(
                "there is no cure {given}; there are all, {known}",
                given=repr(name), known=", ".join(known),
            )  # fmt: skip
    return tuple(name for name in known if name in names or "all" in names)

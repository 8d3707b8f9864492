"""The corpus doctor: what can be wrong with a corpus, and what can be done about it.

A row of `CHECKS` finds one kind of fault; most have a cure that can be ticked (`data.cures`).
"""

from __future__ import annotations

from s2s_core.choices import Choices
from s2s_core.data.doctor.check import Check
from s2s_core.data.doctor.language import Identical
from s2s_core.data.doctor.lengths import Blank, LengthRatio
from s2s_core.data.doctor.repeats import Duplicates
from s2s_core.errors import BadConfig

__all__ = ["CHECKS", "Check", "cures_named"]

# In the order in which they look: each sees what the cures before it have left.
CHECKS: Choices[type[Check]] = Choices(
    "check",
    {
        "blank": Blank,
        "identical": Identical,
        "length_ratio": LengthRatio,
        "duplicates": Duplicates,
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

"""Lines that are no pairs, in one file or two."""

from __future__ import annotations

from collections.abc import Sequence

from s2s_core.data.doctor.check import Check
from s2s_core.data.pairs import SentencePair


class ToldByReader(Check):
    """What only who reads the files can see: their bytes, lines and columns."""

    def faulty(self, pairs: Sequence[SentencePair]) -> Sequence[int]:
        """Find nothing among the pairs: the reader tells."""
        return ()


class LineCounts(ToldByReader):
    """Two text files with different numbers of lines: refused, unless the rest is cut off."""

    title = "Line counts that differ"
    template = (
        "{count:line comes|lines come} after the place where the two files seem to lose each other"
    )
    cure = "only the lines before that place are used"


class NotUTF8(ToldByReader):
    """Lines with bytes, or escapes, that are no characters, in a file of valid UTF-8 otherwise."""

    title = "Lines that are not UTF-8"
    template = (
        "{count:line is not valid UTF-8 (the others are), or holds half a character, and is"
        "|lines are not valid UTF-8 (the others are), or hold half a character, and are} left out"
    )


class OneColumn(ToldByReader):
    """Lines of a table that have one column only: half of a pair, or a remark."""

    title = "Lines without a tab"
    template = (
        "{count:line has no tab, so no other side, and is"
        "|lines have no tab, so no other side, and are} left out"
    )


class ExtraTab(ToldByReader):
    """Lines of a table with more columns than the others, of which one that matters is empty."""

    title = "Lines with a tab too many"
    template = (
        "{count:line has a tab too many, such as two in a row, so a blank side, and is"
        "|lines have a tab too many, such as two in a row, so a blank side, and are} left out"
    )

"""Two text files that do not have the same number of lines."""

from __future__ import annotations

from collections.abc import Sequence

from s2s_core.data.doctor.check import Check
from s2s_core.data.pairs import SentencePair


class LineCounts(Check):
    """Two text files with different numbers of lines: refused, unless the rest is cut off."""

    title = "Line counts that differ"
    template = "{count} lines come after the place where the two files seem to lose each other"
    cure = "only the lines before that place are used"

    def faulty(self, pairs: Sequence[SentencePair]) -> Sequence[int]:
        """Find nothing: the reader, who sees both files, tells."""
        return ()

"""What is kept on the disk of the corpus that is browsed: its pairs, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import overload

import numpy as np

from app.bridge.controller import sentence_of
from app.bridge.messages import CorpusReady
from app.corpus_browser.order import Numbers
from s2s_core.errors import S2SError
from s2s_core.pair_findings import CHANGED, IN_ALL_ROWS, LEFT_OUT, PairFindings, TrainedPairs
from s2s_core.pair_store import PairStore, SentencePair
from s2s_core.records import SAMPLED, Finding


@dataclass(frozen=True)
class StoredCorpus:
    """All pairs, as they are trained on, and what is known of each."""

    pairs: Sequence[tuple[str, str]] = ()
    findings: PairFindings = field(default_factory=PairFindings)
    found: tuple[Finding, ...] = ()  # those whose rows are known
    looked_at: int = 0  # if not all pairs were looked through: how many
    held_out: frozenset[str] = frozenset()  # sources, if all are known here
    with_held_out: int = 0  # pairs with such a source; 0: not counted yet
    problem: str = ""  # why there are no more pairs, in the language of the window
    has_findings: bool = True

    @property
    def changed(self) -> Numbers:
        """The rows whose text is not that of the file."""
        return self.findings.rows(CHANGED)

    def left_out(self, by_hand: frozenset[int]) -> Numbers:
        """Return the rows that are not trained on, given those left out by hand, from 1."""
        known = self.findings.rows(LEFT_OUT)
        rows = np.fromiter((number - 1 for number in sorted(by_hand)), np.int32, len(by_hand))
        places = np.searchsorted(known, rows)
        is_new = np.append(known, -1)[places] != rows
        return np.insert(known, places[is_new], rows[is_new])

    def looked_through(self, name: str) -> int:
        """Return among how many of the first pairs something was looked for; 0: among all."""
        found = next((each for each in self.found if each.name == name), None)
        return self.looked_at if found and not found.cured and name not in IN_ALL_ROWS else 0

    def in_file(self, row: int) -> tuple[str, str] | None:
        """Return a pair as it stands in the file, if a cure has changed it."""
        if isinstance(self.pairs, TrainedPairs) and self.findings.cured(row):
            return self.pairs.in_file(row)
        return None

    def found_in(self, row: int) -> list[Finding]:
        """Return what is wrong with a pair."""
        names = self.findings.names_of(row)
        return [found for found in self.found if found.name in names]


class ScoredPairs(TrainedPairs):
    """All pairs of a corpus; those held out of one with noise have the target that is scored."""

    def __init__(
        self, pairs: Sequence[SentencePair], findings: PairFindings, scored: dict[str, str]
    ) -> None:
        super().__init__(pairs, findings)
        self._scored = scored

    @overload
    def __getitem__(self, row: int) -> SentencePair: ...
    @overload
    def __getitem__(self, row: slice) -> list[SentencePair]: ...
    def __getitem__(self, row: int | slice) -> SentencePair | list[SentencePair]:
        if not self._scored:
            return super().__getitem__(row)
        if isinstance(row, slice):
            return [self._as_scored(pair) for pair in super().__getitem__(row)]
        return self._as_scored(super().__getitem__(row))

    def _as_scored(self, pair: SentencePair) -> SentencePair:
        return pair._replace(target=self._scored.get(pair.source, pair.target))


def stored(ready: CorpusReady) -> StoredCorpus:
    """Return what is kept of a corpus; of one that is damaged or older, less."""
    folder, held_out = Path(ready.prepared.folder), _held_out(ready)
    with_held_out = ready.prepared.held_out_pairs + ready.prepared.kept_back
    try:
        pairs = PairStore.load(folder, so_far=True)
    except S2SError as error:
        why = sentence_of(error)
        return StoredCorpus(ready.corpus.preview, held_out=held_out, problem=why)
    try:
        findings = PairFindings.load(folder, len(pairs))
    except S2SError:
        return StoredCorpus(pairs, held_out=held_out, has_findings=False)
    told, is_noisy = ready.corpus.findings, ready.data.builtin and ready.data.difficulty.noise
    scored = dict(ready.prepared.examples) if is_noisy else {}
    return StoredCorpus(
        ScoredPairs(pairs, findings, scored), findings,
        tuple(found for found in told if len(findings.rows(found.name))),
        next((found.count for found in told if found.name == SAMPLED), 0),
        held_out, with_held_out if held_out and ready.prepared.is_whole else 0,
    )  # fmt: skip


def _held_out(ready: CorpusReady) -> frozenset[str]:
    """Return the sources that are not trained on, if all of them are known here."""
    examples = ready.prepared.examples
    if ready.data.validation or len(examples) < ready.prepared.held_out_pairs:
        return frozenset()
    return frozenset(source for source, _ in examples)

"""Going through a corpus of any size in slices of some milliseconds, so that the window lives."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from app.corpus_browser.order import Numbers, in_order

Pair = tuple[str, str]
SLICE_SECONDS = 0.006
AT_ONCE = 256  # rows between two looks at the clock
UNKNOWN = -1
DENSE = 8  # rows that are read for each that is wanted, at most
BETWEEN, BETWEEN_SIDES = "\0", "\n"


@dataclass(frozen=True)
class Query:
    """What a pair must be to be shown: all of it at once."""

    words: tuple[str, ...] = ()  # each stands somewhere on either side
    shortest: int = 0  # characters of the longer side
    longest: int | None = None
    kind: str = ""  # of pairs: those that these two tell
    condition: Callable[[str, str], bool] | None = field(default=None, compare=False)
    rows: Numbers | None = field(default=None, compare=False)  # only these, from 0, rising

    @property
    def reads_text(self) -> bool:
        """Whether the pairs themselves must be looked at."""
        return bool(self.words) or self.condition is not None

    @property
    def is_open(self) -> bool:
        """Whether every pair is shown."""
        return self == Query()

    def fitting(self, pairs: Sequence[Pair]) -> Numbers:
        """Return for each pair whether words and condition hold; lengths are known elsewhere."""
        fits = np.ones(len(pairs), bool)
        if self.words:
            fits &= self._with_words(pairs)
        if self.condition is not None:
            for place in np.flatnonzero(fits).tolist():
                source, target = pairs[place]
                fits[place] = self.condition(source, target)
        return fits

    def _with_words(self, pairs: Sequence[Pair]) -> Numbers:
        """All texts are folded at once, which is several times as fast as one by one."""
        everything = folded(BETWEEN.join(map(BETWEEN_SIDES.join, pairs)))
        if not all(word in everything for word in self.words):
            return np.zeros(len(pairs), bool)
        texts = everything.split(BETWEEN)
        if len(texts) != len(pairs):  # a text holds what was to stand between them
            texts = [folded(BETWEEN_SIDES.join(pair)) for pair in pairs]
        fits = [all(word in text for word in self.words) for text in texts]
        return np.array(fits, bool)

    def narrows(self, other: Query) -> bool:
        """Whether all that fits it fits another query too."""
        most, others_most = (q.longest if q.longest is not None else np.inf for q in (self, other))
        return (
            all(any(word in longer for longer in self.words) for word in other.words)
            and self.shortest >= other.shortest
            and most <= others_most
            and other.kind in ("", self.kind)
        )


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a search, as they are compared."""
    return tuple(dict.fromkeys(folded(text).split()))


def folded(text: str) -> str:
    """Return a text as it is compared: upper case is lower case, letters in parts are whole."""
    text = text.casefold()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


class Scan(QObject):
    """Finds the rows that fit a query, a slice at a time; measures the lengths on its way.

    Rows that were found are sorted in slices, too.
    """

    found = Signal(object)  # an array of more rows, in their order
    moved = Signal()  # it has come further
    finished = Signal()  # with what was to be found
    ordered = Signal(object)  # an array of the rows that were to be sorted

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.done = self.total = 0
        self.source_lengths = self.target_lengths = np.zeros(0, np.int32)
        self._pairs: Sequence[Pair] = ()
        self._work: Iterator[list[int]] | None = None
        self._at_the_end: Callable[[], None] = self.finished.emit
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)

    def set_pairs(self, pairs: Sequence[Pair]) -> None:
        """Take another corpus."""
        self.stop()
        self._pairs = pairs
        self.source_lengths = np.full(len(pairs), UNKNOWN, np.int32)
        self.target_lengths = np.full(len(pairs), UNKNOWN, np.int32)

    def replace_pairs(self, pairs: Sequence[Pair], changed: Numbers) -> None:
        """Take the same corpus from elsewhere: what is known stays, but of rows that changed."""
        self._pairs = pairs
        self.source_lengths[changed] = self.target_lengths[changed] = UNKNOWN

    @property
    def is_running(self) -> bool:
        """Whether there is more to come."""
        return self._work is not None

    @property
    def knows_lengths(self) -> bool:
        """Whether every row has been measured."""
        return self.has_measured(slice(None))

    def has_measured(self, rows: Numbers | slice) -> bool:
        """Whether these rows have been measured."""
        return bool((self.target_lengths[rows] != UNKNOWN).all())

    def start(self, query: Query, among: Numbers | None = None) -> None:
        """Look for what fits, among these rows or all; what was looked for before is not."""
        self._begin(self._look(query, among), self.finished.emit)
        self._timer.start()

    def sort(self, rows: Numbers, lengths: Numbers, *, falls: bool) -> None:
        """Sort rows by a length that each of them has; few are sorted at once."""
        result = list[Numbers]()
        self._begin(self._sort(rows, lengths, falls, result), lambda: self.ordered.emit(result[0]))
        self._timer.start()
        self._go_on()

    def _begin(self, work: Iterator[list[int]], at_the_end: Callable[[], None]) -> None:
        self.stop()
        self._work, self._at_the_end = work, at_the_end

    def stop(self) -> None:
        """Look no further."""
        self._timer.stop()
        self._work = None

    def _go_on(self) -> None:
        end, rows = time.monotonic() + SLICE_SECONDS, list[int]()
        work, at_the_end, is_over = self._work, self._at_the_end, False
        while work is not None and not is_over and time.monotonic() < end:
            some = next(work, None)
            is_over = some is None
            rows += some or ()
        if is_over:
            self.stop()
        if rows:
            self.found.emit(np.array(rows, np.int64))
        self.moved.emit()
        if is_over:
            at_the_end()

    def _sort(
        self, rows: Numbers, lengths: Numbers, falls: bool, result: list[Numbers]
    ) -> Iterator[list[int]]:
        sorting = in_order(rows, lengths, falls=falls)
        while True:
            try:
                next(sorting)
            except StopIteration as end:
                result.append(end.value)
                return
            yield []

    def _look(self, query: Query, among: Numbers | None) -> Iterator[list[int]]:
        """Yield the rows that fit, some at a time."""
        if query.rows is not None:
            chosen = query.rows[query.rows < len(self._pairs)]
            among = chosen if among is None else np.intersect1d(among, chosen)
        if self.knows_lengths:
            among = self._of_length(query, among)
        self.done, self.total = 0, len(self._pairs) if among is None else len(among)
        for start in range(0, self.total, AT_ONCE):
            stop = min(start + AT_ONCE, self.total)
            rows = range(start, stop) if among is None else among[start:stop].tolist()
            if among is not None and self.knows_lengths and not query.reads_text:
                yield list(rows)
            else:
                yield self._fitting(query, rows)
            self.done = stop

    def _of_length(self, query: Query, among: Numbers | None) -> Numbers | None:
        if not query.shortest and query.longest is None:
            return among
        lengths = np.maximum(self.source_lengths, self.target_lengths)
        fits = lengths >= query.shortest
        if query.longest is not None:
            fits &= lengths <= query.longest
        return np.flatnonzero(fits) if among is None else among[fits[among]]

    def _fitting(self, query: Query, rows: Sequence[int]) -> list[int]:
        """Measure these rows, and return those that fit."""
        pairs = self._read(rows)
        sources, targets = (
            np.fromiter((len(pair[side]) for pair in pairs), np.int32, len(pairs))
            for side in (0, 1)
        )
        where = slice(rows.start, rows.stop) if isinstance(rows, range) else rows
        self.source_lengths[where], self.target_lengths[where] = sources, targets
        longer = np.maximum(sources, targets)
        fits = longer >= query.shortest
        if query.longest is not None:
            fits &= longer <= query.longest
        if query.reads_text:
            fits &= query.fitting(pairs)
        return [rows[place] for place in np.flatnonzero(fits).tolist()]

    def _read(self, rows: Sequence[int]) -> Sequence[Pair]:
        """Return the pairs of rows that rise; those that lie near each other are read at once."""
        if isinstance(rows, range):
            return self._pairs[rows.start : rows.stop]
        first, span = rows[0], rows[-1] - rows[0] + 1
        if span <= DENSE * len(rows):
            pairs = self._pairs[first : first + span]
            return [pairs[row - first] for row in rows]
        return [self._pairs[row] for row in rows]

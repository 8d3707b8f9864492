"""The pairs of a corpus as they come: where from, called what, cured, and how far they are."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from s2s_core.configs import DataConfig, DifficultyConfig
from s2s_core.counts import count
from s2s_core.data.added import repeated
from s2s_core.data.blocks import PAIRS, in_blocks
from s2s_core.data.builtin.noise import with_noise
from s2s_core.data.doctor.curing import SAMPLE, Curing
from s2s_core.data.encoding import ReadingPace
from s2s_core.data.pairs import SentencePair
from s2s_core.data.readers import Look, Wanted, read_pairs
from s2s_core.data.readers.lines import Broken
from s2s_core.data.readers.opening import share_read
from s2s_core.data.survey import Names, Survey
from s2s_core.data.toy_tasks import TOY_TASKS
from s2s_core.errors import BadFile, S2SError
from s2s_core.languages import language_of
from s2s_core.pair_findings import CorpusWriter
from s2s_core.pair_store import PairWriter
from s2s_core.records import UNNAMED, CorpusRecord, ProgressRecord, Record

OFTEN = 0.25  # seconds between two records of progress
LOOK = 200  # pairs between two looks at the clock
PREVIEW = 500  # pairs shown
SHOWN = 60  # characters of a text in a sentence


def names_of(config: DataConfig) -> Names:
    """Return what the corpus of a config is called."""
    example, is_checked = "", True
    if config.builtin:
        task = TOY_TASKS[config.builtin]
        title = (task.swapped_title if config.swap_sides else "") or task.title
        sides = [task.source_language, task.target_language]
        is_usual = config.difficulty == DifficultyConfig() and not config.swap_sides
        example, is_checked = task.example if is_usual else "", task.is_faulty
    else:
        files = [Path(name) for name in config.train]
        title = " + ".join(file.name for file in files)
        sides = [language_of(file) for file in files] if len(files) == 2 else []
    if config.swap_sides:
        sides.reverse()
    sides = sides or list(UNNAMED)  # a table does not say what its columns are
    return Names(title, sides[0], sides[1], example, config.swap_sides, is_checked)


def pairs_of(config: DataConfig, validation: bool = False) -> Iterator[SentencePair]:
    """Yield the pairs of a config, cured as it asks for; none with a blank side, no row left out.

    Pairs of validation files are given as they are: their scores are compared with others'. Only
    those that stand in lines that are not valid UTF-8 are left out.
    """
    if validation:
        yield from _held_out(config, Broken())
    else:
        curing = _cured(config)
        for rows in curing.rows(in_blocks(_raw_pairs(config, curing), PAIRS)):
            yield from (pair for _, pair in rows)


def _cured(config: DataConfig, text: PairWriter | None = None) -> Curing:
    """Return what cures the pairs of a config, and knows which sources are held out.

    The pairs that it changes are written to `text`.
    """
    broken = Broken()
    held_out = _held_out(config, broken) if config.validation else ()
    sources = frozenset(hash(pair.source) for pair in held_out)
    curing = Curing(config.cures, sources, frozenset(config.left_out), text)
    curing.broken_held_out = len(broken.rows)
    return curing


def _held_out(config: DataConfig, broken: Broken) -> Iterator[SentencePair]:
    """Yield the pairs of validation files, without those in lines that are not valid UTF-8."""
    for row, pair in enumerate(_raw_pairs(config, broken=broken, validation=True), 1):
        if row not in broken.rows:
            yield pair


def _raw_pairs(
    config: DataConfig, curing: Curing | None = None, look: Look | None = None, *,
    broken: Broken | None = None, validation: bool = False,
) -> Iterator[SentencePair]:  # fmt: skip
    """Yield the pairs of a config as they come, in the direction asked for."""
    files = config.validation if validation else config.train
    noise = 0 if validation else noise_of(config)
    if config.builtin and not validation:
        task = TOY_TASKS[config.builtin]
        pairs: Iterable[SentencePair] = task(
            random.Random(config.seed), config.builtin_pairs, config.difficulty
        )
    else:
        cut = curing.cut if curing and not validation else None
        odd = curing.odd.__setitem__ if curing and not validation else None
        broken = curing.broken if curing and not validation else broken
        like = _first_row(config) if validation and config.header != "auto" else None
        wanted = Wanted(
            config.source_column, config.target_column, cut, odd, broken, config.header, like,
            held_out=validation, look=look,
        )  # fmt: skip
        pairs = read_pairs(tuple(Path(name) for name in files), wanted)
    if config.swap_sides:
        pairs = (SentencePair(pair.target, pair.source) for pair in pairs)
    yield from with_noise(pairs, noise, config.seed) if noise else pairs


def _first_row(config: DataConfig) -> tuple[str, ...]:
    """Return the first row of the corpus, if it is a table: its header is meant for that."""
    look = Look()
    with suppress(BadFile):  # told where it is read itself
        next(_raw_pairs(config, look=look, broken=Broken()), None)
    return look.first_row


def noise_of(config: DataConfig) -> int:
    """Return how many of the target words of a built-in corpus are wrong in training."""
    if not config.builtin:
        return 0
    return TOY_TASKS[config.builtin].checked(config.difficulty).get("noise", 0)


def survey(config: DataConfig) -> Iterator[Record]:
    """Read a corpus once: progress, then a `CorpusRecord` of what it holds and what is odd."""
    reading = Reading(config.model_copy(update={"added": ()}))
    while not reading.is_over:
        yield from reading.take(PAIRS)
    if reading.failure:
        raise reading.failure
    yield reading.record()


def examined(config: DataConfig) -> tuple[Survey, Iterator[SentencePair]]:
    """Return the pairs of a corpus that can be used, and what looks at them on their way."""
    found = Survey(PREVIEW, _cured(config))
    raw = _raw_pairs(config, found.curing, found.look)
    return found, chain.from_iterable(_usable(config, found, in_blocks(raw, PAIRS)))


def _usable(
    config: DataConfig, found: Survey, raw: Iterator[list[SentencePair]]
) -> Iterator[list[SentencePair]]:
    yield from found.read(raw)
    if not found.usable:
        raise _no_pair(config, found)


def _no_pair(config: DataConfig, found: Survey) -> BadFile:
    title = names_of(config).title
    notes = {each.name: each for each in found.curing.notes.findings(cured=True) if each.left_out}
    if cured := [each for each in notes.values() if each.cured]:
        most = max(cured, key=lambda each: each.left_out)
        return BadFile(
            "the cures leave nothing of {title}: “{cure}” leaves out {count:pair|pairs}",
            title=title, cure=most.name, count=count(most.left_out),
        )  # fmt: skip
    if "blank" not in notes:
        return BadFile("{title} holds no pair with text on both sides", title=title)
    row, *sides = notes["blank"].examples[0]
    return BadFile(
        "{title} holds no pair with text on both sides: {count:pair has|pairs have} a blank side, "
        "such as pair {row}, “{text}”",
        title=title, count=count(notes["blank"].count), row=row,
        text=max(sides, key=len).strip()[:SHOWN],
    )  # fmt: skip


def is_usable(pair: SentencePair) -> bool:
    """Tell whether both sides have text."""
    return bool(pair.source.strip() and pair.target.strip())


def _copied(blocks: Iterable[list[SentencePair]], text: PairWriter) -> Iterator[list[SentencePair]]:
    for pairs in blocks:
        text.add(*pairs)
        yield pairs


class Reading:
    """A corpus on its way: the pairs that can be used, then those that were added.

    All pairs are copied to `text` as they come, and those that a cure changes a second time.
    """

    def __init__(self, config: DataConfig, text: CorpusWriter | None = None) -> None:
        self.found = Survey(PREVIEW, _cured(config, text.changed if text else None))
        self.is_over = False
        self.read = 0  # pairs of the corpus, some of them ahead
        self.failure: S2SError | None = None
        self.pace = ReadingPace()
        self.waiting: list[SentencePair] = []  # were taken, and are not encoded yet
        self._config = config
        self._raw = _raw_pairs(config, self.found.curing, self.found.look)
        self._ahead: deque[list[SentencePair]] = deque()  # to learn from them what is usual
        self._refusal: S2SError | None = None  # of what comes behind them
        self._is_begun, self._is_at_first = False, True
        self._told_at = time.monotonic()
        given = self._given() if text is None else _copied(self._given(), text)
        self._blocks = chain(_usable(config, self.found, given), [repeated(config)])
        self._rest: list[SentencePair] = []  # of a block that was more than asked for

    def take(self, most: int) -> Generator[ProgressRecord, None, list[SentencePair]]:
        """Read on and tell how far it is; returns pairs, fewer than asked for at the end."""
        if not self._is_begun:
            yield from self._look_ahead()
        taken, most = self._rest, max(0, most)
        try:
            while len(taken) < most and (block := next(self._blocks, None)) is not None:
                taken += block
                if self._is_time():
                    yield self._progress()
        except S2SError as error:
            self.failure = error
        self._rest = taken[most:]
        del taken[most:]
        self.is_over = self.is_over or len(taken) < most
        return taken

    def measure_anew(self) -> None:
        """What was read so far was also learnt from: the rest goes at another pace."""
        self._is_at_first, self.pace = False, ReadingPace(self.read, self.share)

    def _look_ahead(self) -> Iterator[ProgressRecord]:
        """Read the pairs that are needed before the first of them can be given."""
        self._is_begun = True
        try:
            for pairs in in_blocks(islice(self._raw, SAMPLE), LOOK):
                self.read += len(pairs)
                self._ahead.append(pairs)
                if self._is_time():
                    yield self._progress()
        except S2SError as error:
            self._refusal = error
        yield ProgressRecord("learning what is usual", self.read)

    def _given(self) -> Iterator[list[SentencePair]]:
        while self._ahead:
            yield self._ahead.popleft()
        if self._refusal:
            raise self._refusal
        for pairs in in_blocks(self._raw, PAIRS):
            self.read += len(pairs)
            yield pairs

    def _is_time(self) -> bool:
        """Tell whether to say how far it is."""
        now = time.monotonic()
        if now - self._told_at < OFTEN:
            return False
        self._told_at = now
        return True

    def _progress(self) -> ProgressRecord:
        share = self.share
        if self._is_at_first and self.read > share * SAMPLE:  # all else takes longer than this
            share = 0.0
        pace = self.pace.of(self.read, share)
        return self.found.doing or ProgressRecord("reading", self.read, 0, *pace)

    @property
    def share(self) -> float:
        """How much of the corpus has been read, as far as that can be known."""
        pairs = self._config.builtin and self._config.builtin_pairs
        return self.read / pairs if pairs else share_read()

    def record(self, total: int = 0) -> CorpusRecord:
        """Return what has been seen; `total` pairs are expected where not all was read."""
        record = self.found.record(names_of(self._config))
        if not self.is_over:
            return replace(record, pairs=total, kept=0, is_counted=False)
        return record

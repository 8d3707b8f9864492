"""What is held out of a corpus, and what its vocabularies are learnt from: all, or a sample."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from s2s_core.configs import DataConfig
from s2s_core.data.added import repeated, without_added
from s2s_core.data.blocks import PAIRS
from s2s_core.data.pairs import SentencePair
from s2s_core.data.reading import Reading, is_usable, noise_of, pairs_of
from s2s_core.data.splits import SPLITS, LastOf, Split, of_sample
from s2s_core.data.spread import Places
from s2s_core.errors import BadFile
from s2s_core.records import ProgressRecord

FEWER = 50_000  # of the first pairs a sample of so many is drawn, where no others can be gone to


@dataclass(frozen=True)
class Sample:
    """The pairs that a split and vocabularies come from: all, or some of a large corpus."""

    pairs: Sequence[SentencePair]
    added: Sequence[SentencePair]
    total: int  # pairs of the corpus, as far as that can be known; 0: these are all
    beginning: int = 0  # they come from so many first pairs; 0: from all over the corpus

    @property
    def learnt(self) -> list[SentencePair]:
        """The pairs to learn vocabularies from, those held out not yet left out."""
        return [*self.pairs, *self.added]


def sample_of(config: DataConfig, reading: Reading, places: Places | None) -> Sample:
    """Return the first pairs, where they are all; otherwise a sample of the whole corpus."""
    added, first = repeated(config), reading.waiting
    if reading.is_over:
        return Sample(without_added(config, first), added, 0)
    if places is not None:
        with suppress(BadFile), places.sample() as some:  # what is bad is told when it is read
            return Sample([p for p in pairs_of(some) if is_usable(p)], added, len(places))
    total = round(reading.found.usable / (reading.share or 1))
    return Sample(first[:: max(1, len(first) // FEWER)], added, total, len(first))


def split_of(config: DataConfig, sample: Sample) -> Generator[ProgressRecord, None, Split]:
    """Choose what is held out; validation files are held out as given."""
    if config.validation:
        given = filter(is_usable, pairs_of(config, validation=True))
        return Split(list(given), keeps_back=lambda source: False)
    if not sample.total:
        split = _as_if_whole(config, sample.pairs) or SPLITS[config.split](config, sample.pairs)
    elif config.split == "by_order":
        split = yield from _last(config)
    else:
        split = of_sample(config, sample.pairs, sample.total)
    return _without_noise(config, split)


def _last(config: DataConfig) -> Generator[ProgressRecord, None, Split]:
    """Read all of a corpus for its last pairs."""
    reading, last = Reading(config.model_copy(update={"added": ()})), LastOf(config)
    while not reading.is_over:
        last.add((yield from reading.take(PAIRS)))
    if reading.failure:
        raise reading.failure
    return last.split()


def _as_if_whole(config: DataConfig, pairs: Sequence[SentencePair]) -> Split | None:
    """Split as if no row were left out, where some are: which others are held out stays so."""
    if not config.left_out:
        return None
    whole = filter(is_usable, pairs_of(config.model_copy(update={"left_out": ()})))
    split = SPLITS[config.split](config, list(whole))
    there = set(pairs)
    held_out = [pair for pair in split.held_out if pair in there]
    return replace(split, held_out=held_out) if held_out else None


def _without_noise(config: DataConfig, split: Split) -> Split:
    """Give what is held out from a noisy built-in corpus the targets that are right."""
    if not noise_of(config):
        return split
    clean = config.difficulty.model_copy(update={"noise": 0})
    right = dict(split.held_out)
    pairs = pairs_of(config.model_copy(update={"difficulty": clean}))
    right.update(pair for pair in pairs if pair.source in right)  # the others may be many
    held_out = [SentencePair(source, right[source]) for source, _ in split.held_out]
    return replace(split, held_out=held_out)

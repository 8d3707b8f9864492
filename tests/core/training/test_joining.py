"""Pairs that join a corpus in training stand in its batches as often as asked for."""

from __future__ import annotations

from collections import Counter

import torch

from s2s_core.data.batch import Batch, make_batch
from s2s_core.data.store import EncodedPairs, Sequences
from s2s_core.training.joining import Joining

CORPUS, SIZE = 400, 8  # pairs, and in a batch
BATCH = make_batch([[5, 6]] * SIZE, [[7]] * SIZE)
LINES = ("a\tb", "c\td", "e\tf")
ROWS = [[10], [11, 11, 11], [12]]


def joining(times: int, count: int = 3) -> Joining:
    sides = Sequences.of(ROWS[:count]), Sequences.of(ROWS[:count])
    return Joining(LINES[:count], times, EncodedPairs(*sides), CORPUS, seed=1)


def more_in(batch: Batch) -> list[int]:
    """The first piece of each source that is not of the corpus."""
    return batch.source[SIZE:, 0].tolist()


def epoch(joined: Joining) -> Counter[int]:
    """What a pass over the corpus has beside it."""
    batches = (joined.beside(BATCH) for _ in range(CORPUS // SIZE))
    return Counter(piece for batch in batches for piece in more_in(batch))


def test_each_pair_comes_as_often_an_epoch_as_asked_for() -> None:
    joined = joining(times=7)
    for _ in range(3):
        assert epoch(joined) == {10: 7, 11: 7, 12: 7}


def test_what_is_new_comes_at_once_and_then_as_often() -> None:
    joined = joining(times=2)
    joined.hurry(known=LINES[:2])
    assert more_in(joined.beside(BATCH)) == [12]
    joined = joining(times=2)
    joined.hurry(known=())
    assert sum(epoch(joined).values()) == 3 + 2 * 3


def test_the_corpus_stays_as_it_is_and_longer_pairs_widen_its_batch() -> None:
    joined = joining(times=2)
    joined.hurry(known=())
    batch = joined.beside(BATCH)
    expected = make_batch([[5, 6]] * SIZE + ROWS, [[7]] * SIZE + ROWS)
    for name in ("source", "source_mask", "target_input", "target_output", "target_mask"):
        assert torch.equal(getattr(batch, name), getattr(expected, name)), name
    assert batch.source_tokens == expected.source_tokens
    assert batch.target_tokens == expected.target_tokens


def test_no_batch_becomes_much_larger_however_often_pairs_are_asked_for() -> None:
    joined = joining(times=10_000)
    assert joined.is_too_much
    assert not joining(times=10).is_too_much
    for _ in range(100):
        assert len(joined.beside(BATCH)) == SIZE + SIZE // 2


def test_going_on_from_a_state_is_as_never_stopping() -> None:
    whole, first = joining(times=30), joining(times=30)
    for each in (whole, first):
        each.hurry(known=LINES[:1])
        for _ in range(11):
            each.beside(BATCH)
    second = joining(times=30)
    second.restore(first.state())
    assert [more_in(whole.beside(BATCH)) for _ in range(90)] == [
        more_in(second.beside(BATCH)) for _ in range(90)
    ]

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from s2s_core.configs import TrainingConfig
from s2s_core.data import batch
from s2s_core.data.batch import BATCHINGS, Batches, Position, make_batch, pad_sources, portion
from s2s_core.data.store import EncodedPairs, Sequences
from s2s_core.data.windows import Windows
from s2s_core.errors import NotYet
from s2s_core.text.tokenizer import BEGIN, END, PADDING
from tests.helpers import copy_batches, tiny_sentences


def some_pairs(count: int = 100) -> EncodedPairs:
    sources, targets = tiny_sentences(count, 1, longest=12), tiny_sentences(count, 2, longest=12)
    return EncodedPairs(Sequences.of(sources), Sequences.of(targets))


def drawn(batches: Batches, count: int) -> list[torch.Tensor]:
    return [batches.next().source for _ in range(count)]


def same(one: list[torch.Tensor], other: list[torch.Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_batch_is_padded_opened_and_closed() -> None:
    batch = make_batch([[4, 5, 6], [7]], [[8], [9, 10]])
    assert batch.source.tolist() == [[4, 5, 6, END], [7, END, PADDING, PADDING]]
    assert batch.source_mask.tolist() == [[True] * 4, [True, True, False, False]]
    assert batch.target_input.tolist() == [[BEGIN, 8, PADDING], [BEGIN, 9, 10]]
    assert batch.target_output.tolist() == [[8, END, PADDING], [9, 10, END]]
    assert batch.target_mask.tolist() == [[True, True, False], [True, True, True]]
    assert (batch.source_tokens, batch.target_tokens, len(batch)) == (6, 5, 2)
    assert batch.to(torch.device("cpu")) is batch


def test_a_batch_moves_whole_to_another_device() -> None:
    batch = make_batch([[4, 5, 6], [7]], [[8], [9, 10]]).to(torch.device("meta"))
    tensors = [value for value in vars(batch).values() if isinstance(value, torch.Tensor)]
    assert {tensor.device.type for tensor in tensors} == {"meta"}
    assert batch.target_output.shape == (2, 3)
    assert (batch.source_tokens, batch.target_tokens) == (6, 5)


def test_an_empty_source_is_still_closed() -> None:
    ids, mask = pad_sources([[], [4]])
    assert ids.tolist() == [[END, PADDING], [4, END]]
    assert mask.tolist() == [[True, False], [True, True]]


def test_an_update_begins_only_where_all_its_batches_are_there() -> None:
    windows = Windows([some_pairs(20) for _ in range(3)])
    windows.is_whole = False
    batches = Batches(windows, 1000, seed=1)  # one batch in each
    assert batches.can_give(3)
    for count in (4, 0):  # three are not enough, nor are they known to be all of the epoch
        assert not batches.can_give(count)
        with pytest.raises(NotYet):
            next(batches.of_update(count))
    assert batches.position == Position()
    assert len(list(batches.of_update(3))) == 3
    assert not batches.can_give(1)
    windows.is_whole = True
    assert len(list(batches.of_update(4))) == 4


@pytest.mark.parametrize("budget", [16, 40, 1000])
def test_each_pair_comes_once_an_epoch(budget: int) -> None:
    batches = Batches(some_pairs(), budget, seed=1)
    for epoch in range(3):
        rows = np.concatenate(batches.rows_of(epoch))
        assert sorted(rows.tolist()) == list(range(100))


@pytest.mark.parametrize("budget", [16, 40, 1000])
def test_a_batch_keeps_to_the_budget_and_uses_it(budget: int) -> None:
    pairs = some_pairs()
    batches = Batches(pairs, budget, seed=1)
    for rows in batches.rows_of(0):
        batch = batches.take(rows)
        longest = max(batch.source.shape[1], batch.target_output.shape[1])
        assert longest * len(batch) <= budget or len(batch) == 1
    assert len(batches.rows_of(0)) < 2.5 * sum(pairs.targets.lengths + 1) / budget + 3


def test_pairs_of_a_batch_are_of_like_length() -> None:
    pairs = some_pairs()
    batches = Batches(pairs, 60, seed=1)
    spans = [
        (pairs.targets.lengths[rows].min(), pairs.targets.lengths[rows].max())
        for rows in batches.rows_of(0)
    ]
    spans.sort()
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


def test_ties_and_batches_are_shuffled() -> None:
    batches = Batches(some_pairs(), 60, seed=1)
    epochs = [[rows.tolist() for rows in batches.rows_of(epoch)] for epoch in (0, 1)]
    assert epochs[0] != epochs[1]
    assert sorted(epochs[0]) != sorted(epochs[1])  # not only the order of the batches
    lengths = [len(batches.take(rows).target_output[0]) for rows in batches.rows_of(0)]
    assert lengths != sorted(lengths)


def test_the_order_depends_on_the_seed_and_the_epoch_alone() -> None:
    one, same_seed, other = (Batches(some_pairs(), 60, seed) for seed in (1, 1, 2))
    same_seed.rows_of(5)
    expected = drawn(one, 40)
    assert same(drawn(same_seed, 40), expected)
    assert [b.tolist() for b in drawn(other, 40)] != [b.tolist() for b in expected]


@pytest.mark.parametrize("done", [0, 3, 17, 18, 19, 40])
def test_batches_go_on_where_they_were(done: int) -> None:
    batches = Batches(some_pairs(), 60, seed=1)
    drawn(batches, done)
    state = batches.state()
    following = drawn(batches, 25)
    resumed = Batches(some_pairs(), 60, seed=1)
    resumed.restore(state)
    assert same(drawn(resumed, 25), following)


def test_epochs_are_counted_as_a_fraction() -> None:
    batches = Batches(some_pairs(), 60, seed=1)
    count = len(batches.rows_of(0))
    assert batches.epochs_done == 0
    drawn(batches, 1)
    assert batches.epochs_done == pytest.approx(1 / count)
    drawn(batches, count - 1)
    assert batches.epochs_done == 1
    drawn(batches, 1)
    assert batches.epochs_done == pytest.approx(1 + 1 / len(batches.rows_of(1)))


def test_validation_batches_are_always_the_same() -> None:
    batches = Batches(some_pairs(), 60, seed=1)
    expected = [rows.tolist() for rows in batches.in_order()]
    drawn(batches, 30)
    assert [rows.tolist() for rows in batches.in_order()] == expected
    assert sorted(itertools.chain(*expected)) == list(range(100))
    other = Batches(some_pairs(), 60, seed=2)
    assert [rows.tolist() for rows in other.in_order()] == expected


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=80), st.integers(1, 60))
def test_batches_are_counted_without_being_made(
    lengths: list[tuple[int, int]], batch_tokens: int
) -> None:
    pairs = EncodedPairs(
        Sequences.of([[5] * source for source, _ in lengths]),
        Sequences.of([[5] * target for _, target in lengths]),
    )
    batches = Batches(pairs, batch_tokens, seed=1)
    assert batches.count() == len(batches.rows_of(0)) == len(batches.in_order())


def test_a_typical_batch_is_one_of_middling_length() -> None:
    sentences = [[5] * length for length in range(1, 101)]
    batches = Batches(EncodedPairs(Sequences.of(sentences), Sequences.of(sentences)), 200, 1)
    rows = batches.typical_rows()
    assert all(30 < len(sentences[row]) < 80 for row in rows)
    assert max(len(sentences[row]) + 1 for row in rows) * len(rows) <= 200


def test_one_pair_is_a_batch_of_its_own() -> None:
    config = TrainingConfig(batching="pair")
    batches = copy_batches()
    single = Batches(batches.pairs, portion(config).tokens, seed=1)
    rows = single.rows_of(0)
    assert [len(row) for row in rows] == [1] * len(batches.pairs)
    assert single.count() == len(rows)
    assert sorted(int(row[0]) for row in rows) == list(range(len(batches.pairs)))


def test_an_update_takes_so_many_batches_or_the_rest_of_the_epoch() -> None:
    batches = copy_batches()
    count = len(batches.rows_of(0))
    assert len(list(batches.of_update(1))) == 1
    assert len(list(batches.of_update(3))) == 3
    assert batches.position == Position(0, 4)
    assert len(list(batches.of_update(0))) == count - 4
    assert batches.position == Position(1, 0)
    assert len(list(batches.of_update(0))) == count
    assert len(list(batches.of_update(count + 2))) == count + 2
    assert batches.position == Position(3, 2)


@pytest.mark.parametrize("name", BATCHINGS)
@pytest.mark.parametrize("accumulate", [1, 3])
def test_the_updates_of_an_epoch_are_counted(name: str, accumulate: int) -> None:
    share = portion(TrainingConfig(batching=name, accumulate=accumulate, batch_tokens=64))
    batches = Batches(copy_batches().pairs, share.tokens, seed=1)
    updates = 0
    while batches.position.epoch < 1:
        list(batches.of_update(share.batches))
        updates += 1
    assert updates == share.updates(batches.count())


def test_sorting_in_windows_gives_each_pair_once_and_like_lengths(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batch, "SORTED_TOGETHER", 64)
    pairs = some_pairs(300)
    batches = Batches(pairs, 60, seed=1)
    for epoch in range(2):
        rows = batches.rows_of(epoch)
        assert sorted(itertools.chain(*rows)) == list(range(300))
        for chosen in rows:
            longest = max(pairs.sources.lengths[chosen].max(), pairs.targets.lengths[chosen].max())
            assert (longest + 1) * len(chosen) <= 60 or len(chosen) == 1
            assert np.ptp(pairs.targets.lengths[chosen]) <= 6
    assert [rows.tolist() for rows in batches.rows_of(0)] != [
        r.tolist() for r in batches.rows_of(1)
    ]
    assert [rows.tolist() for rows in batches.rows_of(0)] == [
        rows.tolist() for rows in Batches(pairs, 60, seed=1).rows_of(0)
    ]
    assert 0 <= len(batches.rows_of(0)) - batches.count() <= 2 * 5  # windows
    drawn(batches, 11)
    resumed = Batches(pairs, 60, seed=1)
    resumed.restore(batches.state())
    assert same(drawn(resumed, 60), drawn(batches, 60))


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=80), st.integers(1, 99))
def test_batches_are_cut_where_one_pair_more_would_be_too_many(
    lengths: list[tuple[int, int]], batch_tokens: int
) -> None:
    pairs = EncodedPairs(
        Sequences.of([[5] * source for source, _ in lengths]),
        Sequences.of([[5] * target for _, target in lengths]),
    )
    order = sorted(range(len(lengths)), key=lambda row: (lengths[row][1], lengths[row][0]))
    expected: list[list[int]] = []
    for row in order:
        batch = [*expected[-1], row] if expected else []
        longest = max((max(lengths[other]) + 1 for other in batch), default=0)
        if batch and longest * len(batch) <= batch_tokens:
            expected[-1].append(row)
        else:
            expected.append([row])
    assert [rows.tolist() for rows in Batches(pairs, batch_tokens, 1).in_order()] == expected


@given(st.lists(st.lists(st.integers(4, 99), max_size=9), min_size=1, max_size=9), st.data())
def test_rows_of_a_corpus_are_padded_as_sentences_are(
    sentences: list[list[int]], chance: st.DataObject
) -> None:
    rows = chance.draw(st.lists(st.integers(0, len(sentences) - 1), min_size=1, max_size=9))
    sequences = Sequences.of(sentences)
    taken = Batches(EncodedPairs(sequences, sequences), 1, 1).take(rows)
    chosen = [sentences[row] for row in rows]
    longest = max(map(len, chosen)) + 1
    padding = [[PADDING] * (longest - len(sentence) - 1) for sentence in chosen]
    closed = [[*s, END, *more] for s, more in zip(chosen, padding, strict=True)]
    assert taken.source.tolist() == taken.target_output.tolist() == closed
    opened = [[BEGIN, *s, *more] for s, more in zip(chosen, padding, strict=True)]
    assert taken.target_input.tolist() == opened
    made = make_batch(chosen, chosen)
    for name, value in vars(taken).items():
        other = vars(made)[name]
        assert torch.equal(value, other) if isinstance(value, torch.Tensor) else value == other
    assert taken.target_tokens == sum(map(len, chosen)) + len(chosen)

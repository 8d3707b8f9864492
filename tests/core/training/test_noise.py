from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from s2s_core.configs import RegularisationConfig
from s2s_core.data.batch import Batch, make_batch
from s2s_core.text.tokenizer import BEGIN, END, PADDING, UNKNOWN
from s2s_core.training.noise import (
    dropped,
    masked,
    swapped,
    with_noise,
    with_target_masked,
    without_words,
)
from tests.helpers import (
    ARCHITECTURES,
    same_weights,
    tiny_batch,
    tiny_config,
    tiny_trainer,
    weights_of,
)

NOISES: dict[str, Callable[[Batch], Batch]] = {
    "drop": lambda batch: dropped(batch, 0.4),
    "swap": lambda batch: swapped(batch, 2),
    "mask": lambda batch: masked(batch, 0.4),
    "word": lambda batch: without_words(batch, 0.4),
    "target": lambda batch: with_target_masked(batch, 0.4),
}
ALL = RegularisationConfig(
    drop_pieces=0.2, swap_pieces=2, mask_pieces=0.2, word_dropout=0.2, target_dropout=0.2
)
SENTENCE = list(range(4, 24))


def many(count: int = 500) -> Batch:
    """Return a batch of one sentence of 20 different pieces, many times."""
    torch.manual_seed(1)
    return make_batch([SENTENCE] * count, [SENTENCE] * count)


@pytest.mark.parametrize("noise", NOISES)
def test_ends_and_padding_stay_right(noise: str) -> None:
    torch.manual_seed(2)
    before = tiny_batch(30)
    batch = NOISES[noise](before)
    assert torch.equal(batch.source == PADDING, ~batch.source_mask)
    assert batch.source_tokens == int(batch.source_mask.sum())
    for row, mask in zip(batch.source, batch.source_mask, strict=True):
        assert row[mask][-1] == END
        assert (row == END).sum() == 1
    assert batch.source_mask.any(0).all()  # no column of nothing
    assert torch.equal(batch.target_input == PADDING, before.target_input == PADDING)
    assert (batch.target_input[:, 0] == BEGIN).all()
    assert batch.target_output is before.target_output
    assert batch.target_mask is before.target_mask


def test_what_is_dropped_is_gone_and_the_rest_keeps_its_order() -> None:
    batch = dropped(many(), 0.3)
    rows = [row[mask].tolist() for row, mask in zip(batch.source, batch.source_mask, strict=True)]
    assert all(row == [*sorted(set(row[:-1])), END] for row in rows)
    left = sum(len(row) - 1 for row in rows) / (500 * 20)
    assert left == pytest.approx(0.7, abs=0.02)


def test_dropping_all_leaves_the_end() -> None:
    batch = dropped(make_batch([[5, 6], [7]], [[5], [6]]), 1.0)
    assert batch.source.tolist() == [[END], [END]]
    assert batch.source_tokens == 2


@pytest.mark.parametrize("distance", [1, 3])
def test_no_piece_is_swapped_further_than_the_distance(distance: int) -> None:
    batch = swapped(many(), distance)
    moved = batch.source[:, :-1] - torch.tensor(SENTENCE)  # pieces are numbered by their place
    assert (moved.abs().amax() == distance).item()
    assert (batch.source[:, -1] == END).all()
    assert torch.equal(batch.source[:, :-1].sort(dim=1).values[0], torch.tensor(SENTENCE))
    assert (moved != 0).float().mean() > 0.2


def test_a_swap_of_neighbours_by_hand() -> None:
    """With distance 1, the two of a pair change places where shift one - shift two > 1: in 1/8."""
    torch.manual_seed(3)
    batch = swapped(make_batch([[5, 6]] * 8000, [[5]] * 8000), 1)
    assert (batch.source[:, 0] == 6).float().mean().item() == pytest.approx(1 / 8, abs=0.015)


def test_a_share_of_the_source_is_masked() -> None:
    before = many()
    batch = masked(before, 0.25)
    hidden = batch.source == UNKNOWN
    assert hidden[:, :-1].float().mean().item() == pytest.approx(0.25, abs=0.02)
    assert torch.equal(batch.source[~hidden], before.source[~hidden])
    assert batch.target_input is before.target_input


def test_a_word_is_dropped_everywhere_in_its_sentence_and_nowhere_else() -> None:
    torch.manual_seed(4)
    sentence = [4, 5, 4, 6, 5, 4]
    batch = without_words(make_batch([sentence] * 2000, [sentence] * 2000), 0.3)
    for ids in (batch.source[:, :6], batch.target_input[:, 1:]):
        hidden = ids == UNKNOWN
        four, five, six = hidden[:, 0], hidden[:, 1], hidden[:, 3]
        assert torch.equal(hidden, torch.stack([four, five, four, six, five, four], dim=1))
        for word in (four, five, six):
            assert word.float().mean().item() == pytest.approx(0.3, abs=0.04)
        assert (four & five).float().mean().item() == pytest.approx(0.09, abs=0.03)


def test_the_decoder_is_given_a_share_of_its_pieces_masked() -> None:
    before = many()
    batch = with_target_masked(before, 0.25)
    hidden = batch.target_input == UNKNOWN
    assert hidden[:, 1:].float().mean().item() == pytest.approx(0.25, abs=0.02)
    assert torch.equal(batch.target_input[~hidden], before.target_input[~hidden])
    assert batch.source is before.source


def test_without_noise_the_batch_is_the_very_same_and_nothing_is_drawn() -> None:
    batch, before = tiny_batch(), torch.get_rng_state()
    assert with_noise(batch, RegularisationConfig()) is batch
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_all_noise_at_once_trains_reproducibly(name: str) -> None:
    def trained(seed: int) -> dict[str, torch.Tensor]:
        config = tiny_config(
            *ARCHITECTURES[name], training={"seed": seed}, regularisation=ALL.model_dump()
        )
        trainer = tiny_trainer(config)
        steps = trainer.steps()
        for _ in range(3):
            next(steps)
        return weights_of(trainer.model)

    assert same_weights(trained(1), trained(1))
    assert not same_weights(trained(1), trained(2))

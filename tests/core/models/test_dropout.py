"""Dropout cut from a strip: the same statistics as drawn, cheaper, and it can be resumed."""

from __future__ import annotations

import copy
import json

import pytest
import torch

from s2s_core.models.dropout import LEAST, USES, Dropout, MaskPool, share_masks
from s2s_core.models.encoder_decoder import build_model
from tests.helpers import tiny_config

RATE = 0.3


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(5)


def test_each_value_is_zero_or_scaled_up_in_its_share() -> None:
    ones = torch.ones(200, 50)
    found = torch.stack([Dropout(RATE)(ones) for _ in range(20)])
    assert sorted(set(found.flatten().tolist())) == pytest.approx([0.0, 1 / (1 - RATE)])
    assert found.mean().item() == pytest.approx(1.0, abs=0.01)
    assert found.mean(dim=(0, 1)).std().item() < 0.03  # in every column


def test_no_two_masks_are_the_same_nor_alike() -> None:
    dropout, ones = Dropout(0.5), torch.ones(40, 500)
    masks = [dropout(ones).flatten() for _ in range(30)]
    alike = torch.corrcoef(torch.stack(masks)) - torch.eye(30)
    assert alike.abs().max().item() < 0.05


def test_a_gradient_passes_where_the_value_did() -> None:
    values = torch.randn(30, 20, requires_grad=True)
    dropped = Dropout(RATE)(values)
    dropped.sum().backward()
    assert values.grad is not None
    assert torch.equal(values.grad * values, dropped)


def test_gradients_survive_a_strip_drawn_anew() -> None:
    dropout, values = Dropout(RATE), torch.randn(300, requires_grad=True)
    dropped = dropout(values)
    for _ in range(2):
        dropout(torch.ones(LEAST))  # needs a longer strip
    dropped.sum().backward()
    assert values.grad is not None
    assert torch.equal(values.grad * values, dropped)


def test_it_does_nothing_while_evaluating_or_without_a_rate() -> None:
    values = torch.randn(3, 4)
    assert Dropout(RATE).eval()(values) is values
    assert Dropout(0.0)(values) is values


def test_a_strip_is_drawn_anew_when_it_is_used_up() -> None:
    pool, values = MaskPool(), torch.ones(LEAST // 2)
    seeds = []
    for _ in range(4 * USES + 1):
        pool.mask(values, RATE)
        seeds.append(pool.state()[0][2])
    assert len(set(seeds)) == 3
    assert pool.state()[0][3] == LEAST


def test_each_rate_and_precision_has_its_own() -> None:
    pool = MaskPool()
    short = pool.mask(torch.ones(8, dtype=torch.bfloat16), RATE)
    assert short.dtype == torch.bfloat16
    pool.mask(torch.ones(8), RATE)
    pool.mask(torch.ones(8), 0.5)
    assert len(pool.state()) == 3


def test_it_goes_on_where_it_was() -> None:
    pool, values = MaskPool(), torch.ones(1000)
    pool.mask(values, RATE)
    state, random = json.loads(json.dumps(pool.state())), torch.get_rng_state()
    wanted = [pool.mask(values, RATE) for _ in range(3)]
    again = MaskPool()
    again.restore(state)
    torch.set_rng_state(random)
    for mask in wanted:
        assert torch.equal(again.mask(values, RATE), mask)
    assert again.state() == pool.state()


def test_a_model_has_one_pool_and_a_copy_its_own() -> None:
    model = build_model(tiny_config().model, 20, 20, seed=0)
    pools = {id(part.pool) for part in model.modules() if isinstance(part, Dropout)}
    assert pools == {id(model.masks)}
    copied = copy.deepcopy(model)
    assert {id(part.pool) for part in copied.modules() if isinstance(part, Dropout)} == {
        id(copied.masks)
    }
    assert copied.masks is not model.masks
    assert share_masks(model) is not model.masks

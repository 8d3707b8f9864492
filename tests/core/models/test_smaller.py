from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from s2s_core.configs import SmallerConfig
from s2s_core.errors import BadConfig
from s2s_core.models.pruning import Pruner, apply_masks, masks_for, share_at
from s2s_core.models.quantisation import dequantised, quantised
from s2s_core.runs.compact import packed, unpacked
from tests.helpers import ARCHITECTURES, same_weights, tiny_config, tiny_model, weights_of

each_architecture = pytest.mark.parametrize("name", ARCHITECTURES)
weights = arrays.arrays(
    "float32", st.tuples(st.integers(1, 5), st.integers(1, 9)),
    elements=st.floats(-4, 4, width=32) | st.just(0.0),
).map(torch.from_numpy)  # fmt: skip


@each_architecture
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_the_smallest_weights_of_each_matrix_are_pruned(name: str, share: float) -> None:
    model = tiny_model(*ARCHITECTURES[name])
    before = weights_of(model)
    apply_masks(model, masks_for(model, share))
    for key, weight in model.named_parameters():
        if weight.dim() < 2:
            assert torch.equal(weight, before[key])
            continue
        values = sorted(before[key].abs().flatten().tolist())
        count = round(share * len(values))
        assert int((weight == 0).sum()) >= count
        kept = weight[weight != 0]
        assert torch.equal(kept, before[key][weight != 0])
        assert kept.abs().min() >= values[max(0, count - 1)]
    if share == 0:
        assert same_weights(weights_of(model), before)


def smaller(share: float, first: int, last: int, every: int = 1) -> SmallerConfig:
    return SmallerConfig(prune_share=share, prune_first_step=first, prune_last_step=last,
                         prune_every=every)  # fmt: skip


def test_the_share_rises_by_the_cubic_of_zhu_and_gupta() -> None:
    config = smaller(0.8, 10, 30)
    found = [share_at(step, config) for step in (0, 9, 10, 15, 20, 30, 99)]
    by_hand = [0, 0, 0, 0.8 * (1 - 0.75**3), 0.8 * (1 - 0.5**3), 0.8, 0.8]
    assert found == pytest.approx(by_hand)


def test_pruning_little_by_little_ends_at_the_share_and_forgets_nothing() -> None:
    model = tiny_model()
    pruner = Pruner(model, smaller(0.5, 2, 8, every=3))
    random = torch.Generator().manual_seed(1)
    pruned: set[tuple[str, int]] = set()
    shares = []
    for step in range(1, 12):
        with torch.no_grad():  # an update that moves everything, what is pruned too
            for weight in model.parameters():
                weight.add_(0.01 * torch.randn(weight.shape, generator=random))
        pruner.follow(step)
        now = {
            (name, place)
            for name, weight in model.named_parameters()
            if weight.dim() > 1
            for place in (weight.flatten() == 0).nonzero().flatten().tolist()
        }
        assert pruned <= now
        pruned = now
        shares.append(len(now) / sum(w.numel() for w in model.parameters() if w.dim() > 1))
    expected = [0, 0, 0, 0, *[0.5 * (1 - 0.5**3)] * 3, *[0.5] * 4]  # due at 2, 5 and 8
    assert shares == pytest.approx(expected, abs=0.01)


def test_pruning_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadConfig, match="cannot begin at step 9, after its end at 3"):
        tiny_config(smaller={"prune_first_step": 9, "prune_last_step": 3})


@settings(deadline=None)
@given(weights)
def test_a_byte_is_at_most_half_a_step_off(weight: torch.Tensor) -> None:
    numbers, scales = quantised(weight)
    assert numbers.dtype == torch.int8
    assert numbers.shape == weight.shape
    again = dequantised(numbers, scales)
    assert ((again - weight).abs() <= 0.5001 * scales.unsqueeze(1)).all()
    assert (again[weight == 0] == 0).all()
    largest = weight.abs().amax(1)
    torch.testing.assert_close(again.abs().amax(1), largest)


def test_rounding_to_bytes_by_hand() -> None:
    numbers, scales = quantised(torch.tensor([[1.27, -0.5, 0.004], [0.0, 0.0, 0.0]]))
    assert numbers.tolist() == [[127, -50, 0], [0, 0, 0]]
    assert scales.tolist() == pytest.approx([0.01, 1.0])


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["a.weight", "b.weight"]), weights), st.booleans())
def test_what_is_packed_comes_back(given_weights: dict[str, torch.Tensor], int8: bool) -> None:
    parts = packed(given_weights, int8=int8)
    again = unpacked(parts)
    assert again.keys() == given_weights.keys()
    for name, weight in given_weights.items():
        expected = dequantised(*quantised(weight)) if int8 else weight
        assert torch.equal(again[name], expected)


def test_zeros_and_bytes_take_less_room() -> None:
    weight = torch.randn(64, 64, generator=torch.Generator().manual_seed(1))
    half = torch.where(weight.abs() > 0.6745, weight, torch.zeros(()))  # half of a normal one

    def size(values: torch.Tensor, int8: bool) -> float:
        return sum(p.nbytes for p in packed({"w": values}, int8=int8).values()) / weight.nbytes

    assert size(weight, False) == 1
    assert size(weight, True) == pytest.approx(1 / 4, abs=0.02)
    assert size(half, False) == pytest.approx(1 / 2 + 1 / 32, abs=0.03)
    assert size(half, True) == pytest.approx(1 / 8 + 1 / 32, abs=0.03)

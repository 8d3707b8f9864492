"""Every attention: what it scores against an independent formula, and where it may look."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from s2s_core.models.attention import (
    ATTENTIONS,
    HeadedAttention,
    LocalAttention,
    ScaledDotAttention,
    Scorer,
    attend,
    mix,
)

Vector = np.ndarray[Any, Any]
Weights = dict[str, Vector]

SIZE = 8
SCORERS: dict[str, type[Scorer]] = {**ATTENTIONS, "scaled dot": ScaledDotAttention}
HEADED = ["scaled_dot"]  # [batch, heads, target length, source length]
LOOKING = [name for name, scorer in SCORERS.items() if scorer.looks]
NORMALISING = [name for name, scorer in SCORERS.items() if scorer.normalises]
each_looking = pytest.mark.parametrize("name", LOOKING)

# The energy of one query and one source state, as the papers have it.
FORMULAS: dict[str, Callable[[Vector, Vector, Weights], float]] = {
    "dot": lambda q, k, w: float(np.dot(q, k)),
    "general": lambda q, k, w: float(q @ w["matrix.weight"] @ k),
    "additive": lambda q, k, w: float(
        w["energy.weight"][0]
        @ np.tanh(
            w["project_query.weight"] @ q + w["project_key.weight"] @ k + w["project_key.bias"]
        )
    ),
    "scaled dot": lambda q, k, w: float(np.dot(q, k)) / math.sqrt(len(q)),
}
FORMULAS["local"] = FORMULAS["general"]
FORMULAS["coverage"] = FORMULAS["cyclic"] = FORMULAS["additive"]  # nothing is remembered yet


def scorer_of(name: str) -> Scorer:
    torch.manual_seed(3)
    return SCORERS[name](SIZE, SIZE)


def some_states(seed: int, length: int) -> Tensor:
    return torch.randn(3, length, SIZE, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def mask() -> Tensor:
    return torch.tensor([[True] * 5, [True] * 3 + [False] * 2, [True] + [False] * 4])


def weighed(scorer: Scorer, query: Tensor, states: Tensor, mask: Tensor) -> Tensor:
    return scorer.weigh(query, scorer.prepare(states), mask, scorer.begin(mask))[0]


def numbers_of(scorer: Scorer) -> Weights:
    return {key: value.numpy() for key, value in scorer.state_dict().items()}


@pytest.mark.parametrize("name", [name for name in LOOKING if name not in HEADED])
def test_energies_are_those_of_the_formula(name: str) -> None:
    scorer, query, states = scorer_of(name), some_states(1, 4), some_states(2, 5)
    energies = scorer(query, scorer.prepare(states)).detach().numpy()
    weights = numbers_of(scorer)
    expected = [
        [[FORMULAS[name](q, k, weights) for k in states[row].numpy()] for q in query[row].numpy()]
        for row in range(3)
    ]
    np.testing.assert_allclose(energies, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", NORMALISING)
def test_weights_sum_to_one_over_real_tokens(name: str, mask: Tensor) -> None:
    scorer, query, states = scorer_of(name), some_states(1, 4), some_states(2, 5)
    weights = weighed(scorer, query, states, mask).view(3, -1, 4, 5)
    real = (weights * mask[:, None, None]).sum(-1)
    torch.testing.assert_close(real, torch.ones(3, weights.shape[1], 4))
    assert (weights >= 0).all()


@each_looking
def test_padding_gets_no_attention(name: str, mask: Tensor) -> None:
    scorer, query, states = scorer_of(name), some_states(1, 4), some_states(2, 5)
    weights = weighed(scorer, query, states, mask).view(3, -1, 4, 5)
    padding = ~mask[:, None, None].expand_as(weights)
    assert (weights[padding] == 0).all()
    assert (weights[~padding] > 0).all()


@each_looking
def test_the_gradient_reaches_query_and_keys(name: str, mask: Tensor) -> None:
    scorer = scorer_of(name)
    query, states = some_states(1, 4).requires_grad_(), some_states(2, 5).requires_grad_()
    mixed = mix(weighed(scorer, query, states, mask), scorer.values(states.detach()))
    torch.autograd.backward(mixed.square().sum())
    assert query.grad is not None
    assert query.grad[:2].abs().min() > 0  # where there is more than one token to choose from
    assert states.grad is not None
    assert states.grad[0].abs().min() > 0
    assert (states.grad[1, 3:] == 0).all()  # padding
    assert all(weight.grad is not None for weight in scorer.parameters())


@pytest.mark.parametrize("name", [name for name in ATTENTIONS if name not in ("none", "dot")])
def test_query_and_source_may_have_different_sizes(name: str) -> None:
    scorer = ATTENTIONS[name](6, SIZE)
    states, mask = some_states(2, 5), torch.ones(3, 5, dtype=torch.bool)
    weights = weighed(scorer, torch.randn(3, 4, 6), states, mask)
    assert weights.view(3, 4, 5).shape == weights.squeeze(1).shape
    assert mix(weights, scorer.values(states)).shape == (3, 4, SIZE)


def softmax(energies: Vector) -> Vector:
    powers = np.exp(energies - energies.max())
    normalised: Vector = powers / powers.sum()
    return normalised


def test_each_head_has_a_part_of_query_keys_and_values(mask: Tensor) -> None:
    torch.manual_seed(3)
    scorer = HeadedAttention(6, SIZE, attention_heads=2)
    query, states = torch.randn(3, 4, 6), some_states(2, 5)
    weights = weighed(scorer, query, states, mask)
    mixed = mix(weights, scorer.values(states)).detach().numpy()
    w = numbers_of(scorer)
    for row in range(3):
        real = states[row, : int(mask[row].sum())].numpy()
        keys = real @ w["project_key.weight"].T + w["project_key.bias"]
        values = real @ w["project_value.weight"].T + w["project_value.bias"]
        for position in range(4):
            q = w["project_query.weight"] @ query[row, position].numpy() + w["project_query.bias"]
            for head in range(2):
                part, wide = slice(3 * head, 3 * head + 3), slice(4 * head, 4 * head + 4)
                expected = softmax(keys[:, part] @ q[part] / math.sqrt(3))
                found = weights[row, head, position, : len(real)].detach().numpy()
                np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
                np.testing.assert_allclose(
                    mixed[row, position, wide], expected @ values[:, wide], rtol=1e-4, atol=1e-5
                )


@pytest.mark.parametrize("window", [1, 2, 10])
def test_local_attention_is_a_bell_in_a_window(window: int, mask: Tensor) -> None:
    torch.manual_seed(3)
    scorer = LocalAttention(SIZE, SIZE, window=window)
    query, states = 3 * some_states(1, 4), some_states(2, 5)
    weights = weighed(scorer, query, states, mask).detach().numpy()
    w = numbers_of(scorer)
    for row in range(3):
        length = int(mask[row].sum())
        for position in range(4):
            q = query[row, position].numpy()
            hidden = np.tanh(w["project_place.weight"] @ q)
            place = length / (1 + math.exp(-float(w["place.weight"][0] @ hidden)))
            seen = [s for s in range(length) if abs(s - place) <= window]
            energies = [FORMULAS["general"](q, states[row, s].numpy(), w) for s in seen]
            expected = np.zeros(5)
            for s, weight in zip(seen, softmax(np.array(energies)), strict=True):
                expected[s] = weight * math.exp(-((s - place) ** 2) / (2 * (window / 2) ** 2))
            np.testing.assert_allclose(weights[row, position], expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["coverage", "cyclic"])
def test_what_was_looked_at_enters_the_next_energies(name: str, mask: Tensor) -> None:
    scorer, query, states = scorer_of(name), some_states(1, 4), some_states(2, 5)
    weights = weighed(scorer, query, states, mask).detach().numpy()
    w = numbers_of(scorer)
    for row in range(3):
        length = int(mask[row].sum())
        before = np.zeros((1, length))  # the weights of each position so far
        for position in range(4):
            energies = []
            for s in range(length):
                if name == "coverage":
                    seen = w["project_coverage.weight"][:, 0] * before.sum(0)[s]
                else:
                    near = [before[-1][p] if 0 <= p < length else 0.0 for p in range(s - 2, s + 3)]
                    seen = w["project_last.weight"] @ np.array(near)
                hidden = (
                    w["project_query.weight"] @ query[row, position].numpy()
                    + w["project_key.weight"] @ states[row, s].numpy()
                    + w["project_key.bias"]
                    + seen
                )
                energies.append(float(w["energy.weight"][0] @ np.tanh(hidden)))
            expected = softmax(np.array(energies))
            found = weights[row, position, :length]
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
            before = np.vstack([before, expected])


def test_mixing_is_the_weighted_sum_of_the_values(mask: Tensor) -> None:
    energies, values = torch.randn(3, 4, 5), some_states(2, 5)
    mixed, _ = attend(energies, mask.unsqueeze(1), values)
    for row in range(3):
        real = int(mask[row].sum())
        for position in range(4):
            powers = [math.exp(e) for e in energies[row, position, :real].tolist()]
            expected = sum(
                power / sum(powers) * values[row, place].numpy()
                for place, power in enumerate(powers)
            )
            np.testing.assert_allclose(mixed[row, position].numpy(), expected, atol=1e-5)


def test_no_attention_neither_looks_nor_scores() -> None:
    scorer = ATTENTIONS["none"](SIZE, SIZE)
    assert not scorer.looks
    assert list(scorer.parameters()) == []
    with pytest.raises(NotImplementedError):
        scorer(some_states(1, 4), some_states(2, 5))


@pytest.mark.parametrize("name", ATTENTIONS)
def test_every_attention_explains_itself(name: str) -> None:
    assert ATTENTIONS.help(name).endswith(".")
    assert ATTENTIONS.help(name) != (Scorer.__doc__ or "").partition("\n")[0]

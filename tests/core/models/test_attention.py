"""Every attention: what it scores against an independent formula, and where it may look."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from s2s_core.models.attention import ATTENTIONS, ScaledDotAttention, Scorer, attend

Vector = np.ndarray[Any, Any]
Weights = dict[str, Vector]

SIZE = 8
SCORERS: dict[str, type[Scorer]] = {**ATTENTIONS, "scaled dot": ScaledDotAttention}
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


def scorer_of(name: str) -> Scorer:
    torch.manual_seed(3)
    return SCORERS[name](SIZE, SIZE)


def some_states(seed: int, length: int) -> Tensor:
    return torch.randn(3, length, SIZE, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def mask() -> Tensor:
    return torch.tensor([[True] * 5, [True] * 3 + [False] * 2, [True] + [False] * 4])


@each_looking
def test_energies_are_those_of_the_formula(name: str) -> None:
    scorer, query, states = scorer_of(name), some_states(1, 4), some_states(2, 5)
    energies = scorer(query, scorer.prepare(states)).detach().numpy()
    weights = {key: value.numpy() for key, value in scorer.state_dict().items()}
    expected = [
        [[FORMULAS[name](q, k, weights) for k in states[row].numpy()] for q in query[row].numpy()]
        for row in range(3)
    ]
    np.testing.assert_allclose(energies, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", NORMALISING)
def test_weights_sum_to_one_over_real_tokens(name: str, mask: Tensor) -> None:
    scorer, query, states = scorer_of(name), some_states(1, 4), some_states(2, 5)
    _, weights = attend(scorer(query, scorer.prepare(states)), mask.unsqueeze(1), states)
    real = (weights * mask.unsqueeze(1)).sum(-1)
    torch.testing.assert_close(real, torch.ones(3, 4))
    assert (weights >= 0).all()


@each_looking
def test_padding_gets_no_attention(name: str, mask: Tensor) -> None:
    scorer, query, states = scorer_of(name), some_states(1, 4), some_states(2, 5)
    _, weights = attend(scorer(query, scorer.prepare(states)), mask.unsqueeze(1), states)
    padding = ~mask.unsqueeze(1).expand_as(weights)
    assert (weights[padding] == 0).all()
    assert (weights[~padding] > 0).all()


@each_looking
def test_the_gradient_reaches_query_and_keys(name: str, mask: Tensor) -> None:
    scorer = scorer_of(name)
    query, states = some_states(1, 4).requires_grad_(), some_states(2, 5).requires_grad_()
    mixed, _ = attend(scorer(query, scorer.prepare(states)), mask.unsqueeze(1), states.detach())
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
    energies = scorer(torch.randn(3, 4, 6), scorer.prepare(some_states(2, 5)))
    assert energies.shape == (3, 4, 5)


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

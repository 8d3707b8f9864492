from __future__ import annotations

import math

import pytest
import torch

from s2s_core.training.loss import LOSSES, token_losses

MASK = torch.tensor([[True, True, True], [True, False, False]])
each_loss = pytest.mark.parametrize("name", LOSSES)


def cross_entropy_of(scores: list[float], right: int, smoothing: float) -> float:
    powers = [math.exp(score) for score in scores]
    losses = [-math.log(power / sum(powers)) for power in powers]
    return (1 - smoothing) * losses[right] + smoothing * sum(losses) / len(losses)


def binary_cross_entropy_of(scores: list[float], right: int, smoothing: float) -> float:
    total = 0.0
    for piece, score in enumerate(scores):
        chance = 1 / (1 + math.exp(-score))
        wanted = (1 - smoothing) * (piece == right) + smoothing / len(scores)
        total -= wanted * math.log(chance) + (1 - wanted) * math.log(1 - chance)
    return total


FORMULAS = {"cross_entropy": cross_entropy_of, "binary_cross_entropy": binary_cross_entropy_of}


@each_loss
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.9])
def test_the_loss_is_that_of_the_formula(name: str, smoothing: float) -> None:
    torch.manual_seed(1)
    scores, target = torch.randn(2, 3, 5), torch.randint(0, 5, (2, 3))
    plain = wanted = 0.0
    for row in range(2):
        for place in range(3):
            if not MASK[row, place]:
                continue
            given, right = scores[row, place].tolist(), int(target[row, place])
            plain += cross_entropy_of(given, right, 0.0)
            wanted += FORMULAS[name](given, right, smoothing)
    loss, objective = token_losses(scores, target, MASK, smoothing, name)
    assert loss.item() == pytest.approx(plain, rel=1e-5)
    assert objective.item() == pytest.approx(wanted, rel=1e-5)


@each_loss
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_padding_counts_for_nothing(name: str, smoothing: float) -> None:
    torch.manual_seed(1)
    scores, target = torch.randn(2, 3, 5, requires_grad=True), torch.randint(0, 5, (2, 3))
    loss, objective = token_losses(scores, target, MASK, smoothing, name)
    torch.autograd.backward(objective)
    assert scores.grad is not None
    assert (scores.grad[~MASK] == 0).all()
    assert (scores.grad[MASK] != 0).all()
    moved = torch.where(MASK.unsqueeze(-1), scores, 1e9)
    again, _ = token_losses(moved, torch.where(MASK, target, 0), MASK, smoothing, name)
    assert again.item() == pytest.approx(loss.item())


@each_loss
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_what_is_reported_holds_no_graph(name: str, smoothing: float) -> None:
    scores = torch.randn(2, 3, 5, requires_grad=True)
    target = torch.zeros(2, 3, dtype=torch.long)
    loss, objective = token_losses(scores, target, MASK, smoothing, name)
    assert not loss.requires_grad
    assert objective.requires_grad


@each_loss
def test_huge_scores_give_finite_numbers(name: str) -> None:
    scores = torch.tensor([[[1e4, -1e4]]], requires_grad=True)
    mask = torch.ones(1, 1, dtype=torch.bool)
    _, objective = token_losses(scores, torch.tensor([[1]]), mask, 0.0, name)
    torch.autograd.backward(objective)
    assert scores.grad is not None
    assert torch.isfinite(objective)
    assert torch.isfinite(scores.grad).all()


def test_a_yes_pulls_as_hard_in_a_large_vocabulary() -> None:
    pulls = []
    for pieces in (10, 1000):
        scores = torch.zeros(1, 1, pieces, requires_grad=True)
        mask = torch.ones(1, 1, dtype=torch.bool)
        _, objective = token_losses(
            scores, torch.zeros(1, 1, dtype=torch.long), mask, 0.0, "binary_cross_entropy"
        )
        torch.autograd.backward(objective)
        assert scores.grad is not None
        pulls.append(scores.grad[0, 0, 0].item())
    assert pulls == [-0.5, -0.5]

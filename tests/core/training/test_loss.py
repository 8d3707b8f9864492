from __future__ import annotations

import math

import pytest
import torch

from s2s_core.training.loss import token_losses

MASK = torch.tensor([[True, True, True], [True, False, False]])


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.9])
def test_the_loss_is_that_of_the_formula(smoothing: float) -> None:
    torch.manual_seed(1)
    scores, target = torch.randn(2, 3, 5), torch.randint(0, 5, (2, 3))
    plain = wanted = 0.0
    for row in range(2):
        for place in range(3):
            if not MASK[row, place]:
                continue
            powers = [math.exp(s) for s in scores[row, place].tolist()]
            losses = [-math.log(power / sum(powers)) for power in powers]
            right = losses[int(target[row, place])]
            plain += right
            wanted += (1 - smoothing) * right + smoothing * sum(losses) / 5
    loss, objective = token_losses(scores, target, MASK, smoothing)
    assert loss.item() == pytest.approx(plain, rel=1e-5)
    assert objective.item() == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_padding_counts_for_nothing(smoothing: float) -> None:
    torch.manual_seed(1)
    scores, target = torch.randn(2, 3, 5, requires_grad=True), torch.randint(0, 5, (2, 3))
    loss, objective = token_losses(scores, target, MASK, smoothing)
    torch.autograd.backward(objective)
    assert scores.grad is not None
    assert (scores.grad[~MASK] == 0).all()
    assert (scores.grad[MASK] != 0).all()
    moved = torch.where(MASK.unsqueeze(-1), scores, 1e9)
    again, _ = token_losses(moved, torch.where(MASK, target, 0), MASK, smoothing)
    assert again.item() == pytest.approx(loss.item())


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_what_is_reported_holds_no_graph(smoothing: float) -> None:
    scores = torch.randn(2, 3, 5, requires_grad=True)
    loss, objective = token_losses(scores, torch.zeros(2, 3, dtype=torch.long), MASK, smoothing)
    assert not loss.requires_grad
    assert objective.requires_grad

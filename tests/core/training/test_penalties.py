from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from s2s_core.configs import RegularisationConfig
from s2s_core.training.penalties import decay_weights, is_penalised, penalised
from s2s_core.training.trainer import Trainer
from tests.helpers import same_weights, tiny_config, tiny_trainer, weights_of


def two_weights() -> nn.Linear:
    layer = nn.Linear(2, 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[3.0, -4.0]]))
        layer.bias.fill_(100.0)  # never penalised
    return layer


def trained(steps: int = 3, **changes: Any) -> Trainer:
    trainer = tiny_trainer(tiny_config(**changes))
    iterator = trainer.steps()
    for _ in range(steps):
        next(iterator)
    return trainer


@pytest.mark.parametrize(
    ("l1", "l2", "value", "gradient"),
    [
        (0.1, 0.0, 1.0 + 0.7, [0.1, -0.1]),
        (0.0, 0.1, 1.0 + 1.25, [0.3, -0.4]),
        (0.1, 0.1, 1.0 + 1.95, [0.4, -0.5]),
    ],
)
def test_penalties_by_hand(l1: float, l2: float, value: float, gradient: list[float]) -> None:
    layer = two_weights()
    objective = penalised(torch.tensor(1.0), layer, RegularisationConfig(l1=l1, l2=l2))
    assert objective.item() == pytest.approx(value)
    torch.autograd.backward(objective)
    assert layer.weight.grad is not None
    torch.testing.assert_close(layer.weight.grad, torch.tensor([gradient]))
    assert layer.bias.grad is None


def test_without_a_penalty_the_objective_is_the_very_same() -> None:
    objective = torch.tensor(1.0)
    assert penalised(objective, two_weights(), RegularisationConfig()) is objective


def test_what_does_not_learn_costs_nothing() -> None:
    layer = two_weights()
    layer.weight.requires_grad_(False)
    assert not any(is_penalised(parameter) for parameter in layer.parameters())
    config = RegularisationConfig(l1=0.1, l2=0.1)
    assert penalised(torch.tensor(1.0), layer, config).item() == 1.0


@pytest.mark.parametrize("key", ["l1", "l2", "weight_decay"])
def test_training_with_a_penalty_ends_with_smaller_weights(key: str) -> None:
    def size(trainer: Trainer) -> float:
        weights = [w for w in trainer.model.parameters() if is_penalised(w)]
        return float(torch.stack([w.detach().square().sum() for w in weights]).sum())

    training = {"optimizer": "sgd", "learning_rate": 0.1}
    plain = trained(5, training=training)
    restrained = trained(5, training=training, regularisation={key: 0.1})
    assert size(restrained) < 0.97 * size(plain)


def test_the_record_tells_loss_and_penalty_apart() -> None:
    plain = next(tiny_trainer().steps())
    record = next(tiny_trainer(tiny_config(regularisation={"l2": 0.01})).steps())
    assert record.loss == plain.loss
    assert record.objective > record.loss + 0.01


def test_a_penalty_may_be_turned_on_while_training() -> None:
    turned = tiny_trainer()
    turned.change("regularisation.weight_decay", 0.1)
    next(turned.steps())
    assert same_weights(
        weights_of(turned.model),
        weights_of(trained(1, regularisation={"weight_decay": 0.1}).model),
    )
    assert not same_weights(weights_of(turned.model), weights_of(trained(1).model))


def test_adam_with_decayed_weights_is_torchs_adamw() -> None:
    torch.manual_seed(1)
    ours, theirs = nn.Linear(4, 3, bias=False), nn.Linear(4, 3, bias=False)
    theirs.load_state_dict(ours.state_dict())
    adam = torch.optim.Adam(ours.parameters(), lr=0.01)
    adamw = torch.optim.AdamW(theirs.parameters(), lr=0.01, weight_decay=0.3)
    for _ in range(20):
        given = torch.randn(5, 4)
        for layer, optimizer in ((ours, adam), (theirs, adamw)):
            optimizer.zero_grad()
            torch.autograd.backward(layer(given).square().mean())
            if optimizer is adam:
                decay_weights(adam, 0.3)
            optimizer.step()
    torch.testing.assert_close(ours.weight, theirs.weight, rtol=0, atol=0)


def test_decay_follows_the_learning_rate_of_each_group_and_spares_what_has_no_gradient() -> None:
    fast, slow, idle = (nn.Parameter(torch.ones(1, 1)) for _ in range(3))
    fast.grad, slow.grad = torch.zeros(1, 1), torch.zeros(1, 1)
    groups = [{"params": [fast, idle], "lr": 0.5}, {"params": [slow], "lr": 0.1}]
    decay_weights(torch.optim.SGD(groups, lr=1.0), 0.2)
    assert [w.item() for w in (fast, slow, idle)] == pytest.approx([0.9, 0.98, 1.0])

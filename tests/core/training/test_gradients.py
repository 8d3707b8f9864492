from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from s2s_core.training.gradients import CLIPPINGS, norm_of
from tests.helpers import tiny_config, tiny_trainer, weights_of

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]


class Small(nn.Module):
    """A matrix, a convolution's weight, a vector, one at zero, and a layer that scores."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.matrix = nn.Parameter(torch.randn(3, 4))
        self.kernel = nn.Parameter(torch.randn(2, 3, 2))
        self.vector = nn.Parameter(torch.randn(5))
        self.nothing = nn.Parameter(torch.zeros(2, 2))
        self.unused = nn.Parameter(torch.randn(2))
        self.decoder = nn.ModuleDict({"output": nn.Linear(2, 3)})
        for name, weight in self.named_parameters():
            if name != "unused":
                weight.grad = torch.randn(weight.shape) * torch.logspace(-3, 1, len(weight)).view(
                    -1, *[1] * (weight.ndim - 1)
                )


def length(values: Array) -> float:
    return float(np.sqrt((values.astype(np.float64) ** 2).sum()))


def whole(gradients: Arrays) -> float:
    return float(np.sqrt(sum(length(gradient) ** 2 for gradient in gradients.values())))


def by_norm(weights: Arrays, gradients: Arrays, threshold: float) -> Arrays:
    scale = min(1.0, threshold / whole(gradients))
    return {name: scale * gradient for name, gradient in gradients.items()}


def by_value(weights: Arrays, gradients: Arrays, threshold: float) -> Arrays:
    return {
        name: np.minimum(np.maximum(gradient, -threshold), threshold)
        for name, gradient in gradients.items()
    }


def adaptive(weights: Arrays, gradients: Arrays, threshold: float) -> Arrays:
    def clipped(weight: Array, gradient: Array) -> Array:
        most = threshold * max(length(weight), 1e-3)
        return gradient * most / length(gradient) if length(gradient) > most else gradient

    found = {}
    for name, gradient in gradients.items():
        if name.startswith("decoder.output"):
            found[name] = gradient
        elif gradient.ndim == 1:
            found[name] = clipped(weights[name], gradient)
        else:
            rows = zip(weights[name], gradient, strict=True)
            found[name] = np.stack([clipped(*row) for row in rows])
    return found


def normalised(weights: Arrays, gradients: Arrays, threshold: float) -> Arrays:
    norm = whole(gradients)
    return {name: gradient / norm * threshold for name, gradient in gradients.items()}


FORMULAS: dict[str, Callable[[Arrays, Arrays, float], Arrays]] = {
    "norm": by_norm, "value": by_value, "adaptive": adaptive, "normalise": normalised,
}  # fmt: skip


@pytest.mark.parametrize("threshold", [0.02, 1.0, 1000.0])
@pytest.mark.parametrize("name", CLIPPINGS)
def test_gradients_are_clipped_as_the_formula_says(name: str, threshold: float) -> None:
    model = Small()
    named = dict(model.named_parameters())
    weights = {key: weight.detach().numpy().copy() for key, weight in named.items()}
    gradients = {
        key: weight.grad.numpy().copy() for key, weight in named.items() if weight.grad is not None
    }
    assert float(norm_of(model)) == pytest.approx(whole(gradients), rel=1e-5)
    expected = FORMULAS[name](weights, gradients, threshold)
    CLIPPINGS[name](model, threshold, norm_of(model))
    for key, wanted in expected.items():
        gradient = named[key].grad
        assert gradient is not None
        np.testing.assert_allclose(gradient.numpy(), wanted, rtol=1e-4, atol=1e-7)
    assert model.unused.grad is None


@pytest.mark.parametrize("name", CLIPPINGS)
def test_a_gradient_of_nothing_stays_nothing(name: str) -> None:
    model = Small()
    for weight in model.parameters():
        weight.grad = torch.zeros_like(weight)
    CLIPPINGS[name](model, 0.5, norm_of(model))
    assert all(weight.grad is not None and not weight.grad.any() for weight in model.parameters())


@pytest.mark.parametrize("name", CLIPPINGS)
def test_the_norm_that_is_told_is_that_before_clipping(name: str) -> None:
    free = next(tiny_trainer(tiny_config(training={"clip_norm": 0})).steps())
    clipped = {"clip_norm": 0.01, "clipping": name}
    assert next(tiny_trainer(tiny_config(training=clipped)).steps()).gradient_norm == (
        free.gradient_norm
    )


def test_another_clipping_is_obeyed_by_the_next_step() -> None:
    training = {"optimizer": "sgd", "learning_rate": 1.0, "clip_norm": 0.5}
    trainer = tiny_trainer(tiny_config(training=training))
    steps = trainer.steps()
    next(steps)
    trainer.change("training.clipping", "normalise")
    trainer.change("training.clip_norm", 5.0)
    before = weights_of(trainer.model)
    next(steps)
    after = weights_of(trainer.model)
    moves = {name: (after[name] - before[name]).numpy() for name in before}
    assert whole(moves) == pytest.approx(5.0, rel=1e-3)

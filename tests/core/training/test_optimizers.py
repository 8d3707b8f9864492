from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from s2s_core.decoding.search import translate_all
from s2s_core.runs.checkpoint import read_index, restore, save_checkpoint
from s2s_core.training.optimizers import OPTIMIZERS, WEIGHT_DECAY, hidden_matrices, light
from tests.helpers import (
    ARCHITECTURES,
    copy_batches,
    decoding,
    embedding_of,
    output_of,
    same_weights,
    tiny_config,
    tiny_sentences,
    tiny_trainer,
    weights_of,
)

LEARNING_RATES = {  # one for every row
    "adam": 0.02, "adamw": 0.02, "sgd": 1.0, "momentum": 0.2, "nesterov": 0.2, "adagrad": 0.1,
    "adadelta": 5.0, "rmsprop": 0.01, "adamax": 0.04, "nadam": 0.02, "radam": 0.02,
    "adafactor": 0.05, "muon": 0.02,
}  # fmt: skip

Array = np.ndarray[Any, Any]
Formula = Callable[[Array, Iterator[Array]], Iterator[Array]]
RATE, MOMENTUM, BETA_1, BETA_2, EPSILON = 0.1, 0.8, 0.7, 0.9, 1e-3


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_two_hundred_steps_learn_to_copy(name: str) -> None:
    config = tiny_config(
        layers=1,
        model={"encoder": {"hidden_size": 16}, "decoder": {"hidden_size": 16}},
        training={"optimizer": name, "learning_rate": LEARNING_RATES[name]},
    )
    trainer = tiny_trainer(config, copy_batches(400, batch_tokens=160, longest=2))
    steps = trainer.steps()
    losses = [next(steps).loss for _ in range(200)]
    assert losses[-1] < 0.1 * losses[0]
    sources = tiny_sentences(50, seed=99, longest=2)
    found = dict(translate_all(trainer.model, sources, decoding()))
    right = sum(list(found[row][0].tokens) == source for row, source in enumerate(sources))
    assert right >= 45


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_starts_at_the_learning_rate(name: str) -> None:
    config = tiny_config(training={"learning_rate": 0.123})
    optimizer = OPTIMIZERS[name](tiny_trainer().model, config)
    assert {group["lr"] for group in optimizer.param_groups} == {0.123}


def test_a_light_optimizer_steps_and_is_restored_as_torch_has_it() -> None:
    def trained(kind: type[torch.optim.Adam], restored: bool = False) -> torch.Tensor:
        weight = torch.nn.Parameter(torch.linspace(-1, 1, 6))
        optimizer = kind([weight], lr=0.1, betas=(0.8, 0.9))
        for _ in range(5):
            if restored:
                state = optimizer.state_dict()
                optimizer = kind([weight], lr=0.3)
                optimizer.load_state_dict(state)
            optimizer.zero_grad()
            (weight**3 + weight).sum().backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        assert weight.requires_grad
        return weight.detach()

    expected = trained(torch.optim.Adam)
    assert torch.equal(trained(light(torch.optim.Adam)), expected)
    assert torch.equal(trained(light(torch.optim.Adam), restored=True), expected)


def test_beginning_to_train_does_not_load_the_compiler() -> None:
    code = """
import sys
import torch
from s2s_core.configs import ModelConfig
from s2s_core.models.encoder_decoder import count_parameters
from s2s_core.training.probe import PeakMemory
from s2s_core.training.optimizers import OPTIMIZERS
from s2s_core.training.warm_up import warm_up
from tests.helpers import tiny_config, tiny_trainer
warm_up()
for name in OPTIMIZERS:
    next(tiny_trainer(tiny_config(training={"optimizer": name})).steps())
count_parameters(ModelConfig(), 300, 300)
with PeakMemory():
    torch.ones(3) + 1
print(any(name.startswith("torch._dynamo") for name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_goes_on_from_a_checkpoint_bit_for_bit(name: str, tmp_path: Path) -> None:
    config = tiny_config(training={"optimizer": name, "learning_rate": LEARNING_RATES[name]})
    trainer, other = tiny_trainer(config), tiny_trainer(config)
    steps = trainer.steps()
    for _ in range(3):
        next(steps)
    save_checkpoint(tmp_path, trainer, {}, best=False)
    expected = [next(steps).loss for _ in range(3)]
    restore(other, tmp_path / read_index(tmp_path)["last"])
    steps = other.steps()
    assert [next(steps).loss for _ in range(3)] == expected
    assert same_weights(weights_of(other.model), weights_of(trainer.model))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_frozen_weights_stay_and_training_goes_on_without_them(name: str, tmp_path: Path) -> None:
    config = tiny_config(
        training={"optimizer": name}, start={"freeze_encoder": True, "freeze_embeddings": True}
    )
    trainer, other = tiny_trainer(config), tiny_trainer(config)
    before = weights_of(trainer.model.encoder)
    steps = trainer.steps()
    next(steps)
    save_checkpoint(tmp_path, trainer, {}, best=False)
    expected = next(steps).loss
    assert same_weights(weights_of(trainer.model.encoder), before)
    restore(other, tmp_path / read_index(tmp_path)["last"])
    assert next(other.steps()).loss == expected


class OneMatrix(nn.Module):
    """A hidden matrix, which has no other use."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.linspace(-1, 1, 12).view(3, 4))


def gradients() -> Iterator[Array]:
    """Yield the same gradients each time, of unlike sizes."""
    random = np.random.default_rng(3)
    while True:
        yield random.normal(size=(3, 4)) * random.uniform(0.1, 3)


def rolling(weight: Array, given: Iterator[Array]) -> Iterator[Array]:
    velocity = np.zeros_like(weight)
    for gradient in given:
        velocity = MOMENTUM * velocity + gradient
        weight = weight - RATE * velocity
        yield weight


def looking_ahead(weight: Array, given: Iterator[Array]) -> Iterator[Array]:
    velocity = np.zeros_like(weight)
    for gradient in given:
        velocity = MOMENTUM * velocity + gradient
        weight = weight - RATE * (gradient + MOMENTUM * velocity)
        yield weight


def plain(weight: Array, given: Iterator[Array]) -> Iterator[Array]:
    for gradient in given:
        weight = weight - RATE * gradient
        yield weight


def adagrad(weight: Array, given: Iterator[Array]) -> Iterator[Array]:
    total = np.zeros_like(weight)
    for gradient in given:
        total = total + gradient**2
        weight = weight - RATE * gradient / (np.sqrt(total) + EPSILON)
        yield weight


def adadelta(weight: Array, given: Iterator[Array]) -> Iterator[Array]:
    squares, moves = np.zeros_like(weight), np.zeros_like(weight)
    for gradient in given:
        squares = BETA_2 * squares + (1 - BETA_2) * gradient**2
        move = -np.sqrt(moves + 1e-6) / np.sqrt(squares + 1e-6) * gradient
        moves = BETA_2 * moves + (1 - BETA_2) * move**2
        weight = weight + RATE * move
        yield weight


def rmsprop(weight: Array, given: Iterator[Array]) -> Iterator[Array]:
    squares = np.zeros_like(weight)
    for gradient in given:
        squares = BETA_2 * squares + (1 - BETA_2) * gradient**2
        weight = weight - RATE * gradient / (np.sqrt(squares) + EPSILON)
        yield weight


def adam(weight: Array, given: Iterator[Array], decay: float = 0.0) -> Iterator[Array]:
    mean, squares = np.zeros_like(weight), np.zeros_like(weight)
    for step, gradient in enumerate(given, 1):
        mean = BETA_1 * mean + (1 - BETA_1) * gradient
        squares = BETA_2 * squares + (1 - BETA_2) * gradient**2
        size = np.sqrt(squares / (1 - BETA_2**step)) + EPSILON
        weight = weight - RATE * (mean / (1 - BETA_1**step) / size + decay * weight)
        yield weight


def adamw(weight: Array, given: Iterator[Array]) -> Iterator[Array]:
    return adam(weight, given, WEIGHT_DECAY)


def adamax(weight: Array, given: Iterator[Array]) -> Iterator[Array]:
    mean, largest = np.zeros_like(weight), np.zeros_like(weight)
    for step, gradient in enumerate(given, 1):
        mean = BETA_1 * mean + (1 - BETA_1) * gradient
        largest = np.maximum(BETA_2 * largest, np.abs(gradient) + EPSILON)
        weight = weight - RATE / (1 - BETA_1**step) * mean / largest
        yield weight


def nadam(weight: Array, given: Iterator[Array]) -> Iterator[Array]:
    mean, squares, product = np.zeros_like(weight), np.zeros_like(weight), 1.0
    for step, gradient in enumerate(given, 1):
        now = BETA_1 * (1 - 0.5 * 0.96 ** (0.004 * step))
        later = BETA_1 * (1 - 0.5 * 0.96 ** (0.004 * (step + 1)))
        product *= now
        mean = BETA_1 * mean + (1 - BETA_1) * gradient
        squares = BETA_2 * squares + (1 - BETA_2) * gradient**2
        ahead = later * mean / (1 - product * later) + (1 - now) * gradient / (1 - product)
        weight = weight - RATE * ahead / (np.sqrt(squares / (1 - BETA_2**step)) + EPSILON)
        yield weight


def radam(weight: Array, given: Iterator[Array]) -> Iterator[Array]:
    mean, squares = np.zeros_like(weight), np.zeros_like(weight)
    most = 2 / (1 - BETA_2) - 1
    for step, gradient in enumerate(given, 1):
        mean = BETA_1 * mean + (1 - BETA_1) * gradient
        squares = BETA_2 * squares + (1 - BETA_2) * gradient**2
        length = most - 2 * step * BETA_2**step / (1 - BETA_2**step)
        move = mean / (1 - BETA_1**step)
        if length > 5:
            trust = (length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length)
            size = (np.sqrt(squares) + EPSILON) / np.sqrt(1 - BETA_2**step)
            move = move * np.sqrt(trust) / size
        weight = weight - RATE * move
        yield weight


def adafactor(weight: Array, given: Iterator[Array]) -> Iterator[Array]:
    rows, columns = np.zeros((3, 1)), np.zeros((1, 4))
    for step, gradient in enumerate(given, 1):
        fade = 1 - step**-0.8
        rows = fade * rows + (1 - fade) * (gradient**2).mean(axis=1, keepdims=True)
        columns = fade * columns + (1 - fade) * (gradient**2).mean(axis=0, keepdims=True)
        update = gradient / np.sqrt(rows * columns / rows.mean())
        update = update / max(1.0, float(np.sqrt((update**2).mean())))
        scale = max(1e-3, float(np.sqrt((weight**2).mean())))
        weight = weight - min(RATE, step**-0.5) * scale * update
        yield weight


def muon(weight: Array, given: Iterator[Array]) -> Iterator[Array]:
    velocity = np.zeros_like(weight)
    for gradient in given:
        velocity = MOMENTUM * velocity + (1 - MOMENTUM) * gradient
        turned = MOMENTUM * velocity + (1 - MOMENTUM) * gradient
        turned = turned / np.sqrt((turned**2).sum())
        for _ in range(5):
            square = turned @ turned.T
            turned = (3.4445 * np.eye(3) - 4.7750 * square + 2.0315 * square @ square) @ turned
        weight = (1 - RATE * WEIGHT_DECAY) * weight - RATE * 0.2 * np.sqrt(4) * turned
        yield weight


FORMULAS: dict[str, Formula] = {
    "adam": adam, "adamw": adamw, "sgd": plain, "momentum": rolling, "nesterov": looking_ahead,
    "adagrad": adagrad, "adadelta": adadelta, "rmsprop": rmsprop, "adamax": adamax,
    "nadam": nadam, "radam": radam, "adafactor": adafactor, "muon": muon,
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_ten_steps_are_those_of_the_formula(name: str) -> None:
    training = {
        "optimizer": name, "learning_rate": RATE, "momentum": MOMENTUM, "beta_1": BETA_1,
        "beta_2": BETA_2, "epsilon": EPSILON,
    }  # fmt: skip
    model = OneMatrix()
    optimizer = OPTIMIZERS[name](model, tiny_config(training=training))
    expected = FORMULAS[name](model.weight.detach().double().numpy(), gradients())
    exact = 0.02 if name == "muon" else 1e-5  # torch turns the matrix in bfloat16
    for gradient, wanted, _ in zip(gradients(), expected, range(10), strict=False):
        model.weight.grad = torch.from_numpy(gradient).float()
        optimizer.step()
        np.testing.assert_allclose(model.weight.detach().numpy(), wanted, rtol=0, atol=exact)


def test_muon_turns_hidden_matrices_and_leaves_the_rest_to_adamw() -> None:
    training = {"optimizer": "muon", "learning_rate": 0.01}
    both = tiny_trainer(tiny_config(training=training))
    alone = tiny_trainer(tiny_config(training={**training, "optimizer": "adamw"}))
    chosen = {id(matrix) for matrix in hidden_matrices(both.model)}
    for layer in (embedding_of(both.model.encoder), output_of(both.model)):
        assert id(layer.weight) not in chosen
    next(both.steps())
    next(alone.steps())
    pairs = zip(both.model.parameters(), alone.model.parameters(), strict=True)
    for one, other in pairs:
        assert torch.equal(one, other) == (id(one) not in chosen)
        assert (one.ndim == 2) or id(one) not in chosen
    assert chosen


@pytest.mark.parametrize("name", ["transformer", "convolutional", "gru-additive"])
def test_all_that_turns_hidden_vectors_is_a_hidden_matrix(name: str) -> None:
    model = tiny_trainer(tiny_config(*ARCHITECTURES[name])).model
    chosen = {id(matrix) for matrix in hidden_matrices(model)}
    left = {key for key, weight in model.named_parameters() if id(weight) not in chosen}
    for part in (*(f"{side}.embedding" for side in ("encoder", "decoder")), "decoder.output"):
        assert f"{part}.weight" in left
    named = dict(model.named_parameters())
    others = {key for key in left if named[key].ndim == 2} - {
        "encoder.embedding.weight", "decoder.embedding.weight", "decoder.output.weight",
    }  # fmt: skip
    # Positions are looked up, and what gives one energy is a vector.
    assert all("position" in key or min(named[key].shape) == 1 for key in others)


def test_nothing_to_roll_is_plain_descent() -> None:
    for name in ("momentum", "nesterov"):
        still = {"optimizer": name, "learning_rate": 1.0, "momentum": 0.0}
        one = tiny_trainer(tiny_config(training=still))
        other = tiny_trainer(tiny_config(training={"optimizer": "sgd", "learning_rate": 1.0}))
        next(one.steps())
        next(other.steps())
        assert same_weights(weights_of(one.model), weights_of(other.model))

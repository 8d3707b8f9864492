from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import torch
from torch import Tensor

from s2s_core.errors import BadConfig
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.training.averaging import WeightAverage
from s2s_core.training.trainer import Trainer
from tests.helpers import (
    ARCHITECTURES,
    assert_close,
    same_weights,
    tiny_config,
    tiny_model,
    tiny_trainer,
    weights_of,
)


def wander(model: EncoderDecoder, steps: int) -> list[list[Tensor]]:
    """Return weights at some steps, as training might give them."""
    torch.manual_seed(1)
    return [[torch.randn_like(weight) for weight in model.parameters()] for _ in range(steps)]


def put(model: EncoderDecoder, weights: list[Tensor]) -> None:
    with torch.no_grad():
        for weight, value in zip(model.parameters(), weights, strict=True):
            weight.copy_(value)


@pytest.mark.parametrize("decay", [0.5, 0.9, 0.999])
def test_the_average_is_that_of_the_formula(decay: float) -> None:
    model = tiny_model()
    average, path = WeightAverage(model), wander(model, 5)
    for step, weights in enumerate(path, 1):
        put(model, weights)
        average.follow(model, step, decay)
    shares = [(1 - decay) * decay ** (5 - i) / (1 - decay**5) for i in range(1, 6)]
    assert sum(shares) == pytest.approx(1)
    for number, weight in enumerate(average.model.parameters()):
        expected = sum(share * w[number] for share, w in zip(shares, path, strict=True))
        assert isinstance(expected, Tensor)
        assert_close(weight, expected)
    assert average.step == 5


def test_the_mean_is_of_the_last_checks_alone() -> None:
    model = tiny_model()
    average, path = WeightAverage(model), wander(model, 5)
    for step, weights in enumerate(path, 1):
        put(model, weights)
        average.take_in(model, 10 * step, most=3)
    assert list(average.snapshots) == [30, 40, 50]
    for number, weight in enumerate(average.model.parameters()):
        assert_close(weight, (path[2][number] + path[3][number] + path[4][number]) / 3)


def test_a_check_that_is_done_again_counts_once() -> None:
    model = tiny_model()
    average = WeightAverage(model)
    for weights in wander(model, 2):
        put(model, weights)
        average.take_in(model, 7, most=3)
    assert same_weights(weights_of(average.model), weights_of(model))


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("knob", ["ema_decay", "average_last"])
def test_training_goes_on_as_if_nothing_were_averaged(name: str, knob: str) -> None:
    value = 0.9 if knob == "ema_decay" else 2

    def trained(**changes: Any) -> Trainer:
        trainer = tiny_trainer(tiny_config(*ARCHITECTURES[name], dropout=0.3, **changes))
        steps = trainer.steps()
        for _ in range(3):
            next(steps)
            trainer.note_check()
        return trainer

    plain, averaged = trained(), trained(regularisation={knob: value})
    assert same_weights(weights_of(plain.model), weights_of(averaged.model))
    assert plain.model_in_use is plain.model
    assert averaged.model_in_use is not averaged.model
    assert not same_weights(weights_of(averaged.model_in_use), weights_of(averaged.model))
    assert not averaged.model_in_use.training
    assert averaged.model.training


def test_weights_that_are_shared_stay_shared() -> None:
    config = tiny_config(model={"decoder": {"tied_embedding": True}})
    trainer = tiny_trainer(config)
    average = WeightAverage(trainer.model)
    assert average.model.parameter_count == trainer.model.parameter_count


def test_an_average_may_be_turned_on_and_off_while_training() -> None:
    trainer = tiny_trainer()
    steps = trainer.steps()
    next(steps)
    trainer.change("regularisation.ema_decay", 0.9)
    next(steps)
    assert same_weights(weights_of(trainer.model_in_use), weights_of(trainer.model))  # the first
    next(steps)
    assert not same_weights(weights_of(trainer.model_in_use), weights_of(trainer.model))
    trainer.change("regularisation.ema_decay", 0.0)
    next(steps)
    assert trainer.model_in_use is trainer.model


def test_two_kinds_of_averages_are_refused() -> None:
    with pytest.raises(BadConfig, match="either ema_decay or average_last"):
        tiny_config(regularisation={"ema_decay": 0.9, "average_last": 3})


def test_averaging_loads_no_compiler() -> None:
    code = """
import sys
from tests.helpers import tiny_config, tiny_trainer
trainer = tiny_trainer(tiny_config(regularisation={"ema_decay": 0.9, "l1": 0.1, "swap_pieces": 2,
                                                   "drop_pieces": 0.1, "word_dropout": 0.1}))
steps = trainer.steps()
next(steps), next(steps)
assert "torch._dynamo" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from s2s_core.decoding.search import translate_all
from s2s_core.training.optimizers import OPTIMIZERS, light
from tests.helpers import copy_batches, decoding, tiny_config, tiny_sentences, tiny_trainer

LEARNING_RATES = {"adam": 0.02, "sgd": 1.0}  # one for every row


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
    assert [group["lr"] for group in optimizer.param_groups] == [0.123]


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
from s2s_core.training.warm_up import warm_up
warm_up()
count_parameters(ModelConfig(), 300, 300)
with PeakMemory():
    torch.ones(3) + 1
print(any(name.startswith("torch._dynamo") for name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]

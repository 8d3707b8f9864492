from __future__ import annotations

import pytest

from s2s_core.decoding.search import translate_all
from s2s_core.training.optimizers import OPTIMIZERS
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
    optimizer = OPTIMIZERS[name](tiny_trainer().model.parameters(), config.training)
    assert [group["lr"] for group in optimizer.param_groups] == [0.123]

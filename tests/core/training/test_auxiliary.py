"""Auxiliary tasks: each against a slow version of its formula, and none where it is off."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch

from s2s_core.configs import RunConfig
from s2s_core.errors import BadConfig
from s2s_core.models.encoder_decoder import EncoderDecoder, build_model, count_parameters
from s2s_core.runs.weights import load_weights, save_weights
from s2s_core.text.tokenizer import PADDING
from s2s_core.training.auxiliary import TASKS, blanked, coverage, guided_attention
from s2s_core.training.objective import losses
from s2s_core.training.trainer import Trainer
from tests.helpers import (
    ARCHITECTURES,
    VOCABULARY,
    copy_batches,
    same_weights,
    tiny_batch,
    tiny_config,
    tiny_model,
    weights_of,
)

LOOKING = [name for name, parts in ARCHITECTURES.items() if parts[2] != "none"]
ON: dict[str, dict[str, Any]] = {
    "reconstruction": {"source_reconstruction": True, "reconstruction_weight": 2.0},
    "language_model": {"language_model_weight": 2.0},
    "guided_attention": {"guided_attention_weight": 2.0},
    "coverage": {"coverage_weight": 2.0},
}


def built(config: RunConfig) -> EncoderDecoder:
    head = config.objective.source_reconstruction
    return build_model(config.model, VOCABULARY, VOCABULARY, 1, reconstruct=head)


def test_every_task_has_a_weight_and_is_tried_here() -> None:
    assert set(TASKS) == set(ON) == set(tiny_config().objective.task_weights)
    assert not any(tiny_config().objective.task_weights.values())


@pytest.mark.parametrize("name", LOOKING)
@pytest.mark.parametrize("task", TASKS)
def test_a_task_is_added_by_its_weight_and_the_loss_shown_stays(task: str, name: str) -> None:
    batch = tiny_batch()
    config = tiny_config(*ARCHITECTURES[name], objective=ON[task])
    model = built(config).eval()
    loss, objective = losses(model, batch, config)
    plain, _ = losses(model, batch, tiny_config(*ARCHITECTURES[name]))
    memory = model.encode(batch.source, batch.source_mask)
    output = model.decoder(memory, batch.target_input, look=True)
    added = TASKS[task](model, batch, memory, output, config.objective)
    torch.testing.assert_close(loss, plain)
    assert objective.item() == pytest.approx(loss.item() + 2.0 * added.item(), rel=1e-5)
    torch.autograd.backward(added)
    assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


@pytest.mark.parametrize("task", TASKS)
def test_a_task_is_learned(task: str) -> None:
    config = tiny_config(layers=1, training={"learning_rate": 0.02}, objective=ON[task])
    trainer = Trainer(built(config), copy_batches(longest=3), config)
    steps = trainer.steps()
    extra = [record.objective - record.loss for record in (next(steps) for _ in range(80))]
    assert sum(extra[-5:]) < 0.85 * sum(extra[:5])


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_head_is_there_only_when_it_is_wanted_and_changes_no_other_weight(name: str) -> None:
    config = tiny_config(*ARCHITECTURES[name])
    wanted = tiny_config(*ARCHITECTURES[name], objective=ON["reconstruction"])
    plain, model = built(config), built(wanted)
    assert plain.reconstruction is None
    names = [name for name, _ in plain.named_parameters()]
    assert [name for name, _ in model.named_parameters()][: len(names)] == names
    ours = weights_of(model)
    assert same_weights(weights_of(plain), {name: ours[name] for name in plain.state_dict()})
    head = (16 * 8 + 8) + (8 * VOCABULARY + VOCABULARY)
    assert model.parameter_count == plain.parameter_count + head
    counted = count_parameters(wanted.model, VOCABULARY, VOCABULARY, reconstruct=True)
    assert counted == model.parameter_count


def test_the_head_is_saved_and_restored(tmp_path: Path) -> None:
    config = tiny_config(objective=ON["reconstruction"])
    model = built(config)
    other = build_model(config.model, VOCABULARY, VOCABULARY, 2, reconstruct=True)
    assert not same_weights(weights_of(model), weights_of(other))
    save_weights(model, tmp_path / "weights.safetensors")
    load_weights(other, tmp_path / "weights.safetensors")
    assert same_weights(weights_of(model), weights_of(other))


def test_the_reconstruction_knows_only_the_final_state() -> None:
    config = tiny_config(objective=ON["reconstruction"])
    model, batch = built(config), tiny_batch()
    memory = model.encode(batch.source, batch.source_mask)
    assert model.reconstruction is not None
    gradients = torch.autograd.grad(
        model.reconstruction(memory).sum(), (memory.final, memory.states), allow_unused=True
    )
    assert gradients[0].abs().sum() > 0
    assert gradients[1] is None


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_language_model_sees_nothing_of_the_source(name: str) -> None:
    model, batch = tiny_model(*ARCHITECTURES[name]), tiny_batch()
    memory = model.encode(batch.source, batch.source_mask)
    other = model.encode(batch.source.roll(1, dims=0), batch.source_mask)
    one = model.decoder(blanked(memory), batch.target_input).scores
    torch.testing.assert_close(one, model.decoder(blanked(other), batch.target_input).scores)
    assert (blanked(memory).source == PADDING).all()
    assert (model.decoder(memory, batch.target_input).scores != one).any()


@pytest.mark.parametrize("name", LOOKING)
def test_the_diagonal_is_that_of_the_formula(name: str) -> None:
    model, batch = tiny_model(*ARCHITECTURES[name]), tiny_batch()
    config = tiny_config(objective={"guided_attention_width": 0.3}).objective
    memory = model.encode(batch.source, batch.source_mask)
    output = model.decoder(memory, batch.target_input, look=True)
    assert output.attention is not None
    total, tokens = 0.0, 0
    for row in range(len(batch)):
        source, target = int(batch.source_mask[row].sum()), int(batch.target_mask[row].sum())
        tokens += target
        heads = [head for layer in output.attention[row].tolist() for head in layer]
        for t in range(target):
            for n in range(source):
                away = 1 - math.exp(-((n / source - t / target) ** 2) / (2 * 0.3**2))
                total += away * sum(head[t][n] for head in heads) / len(heads)
    found = guided_attention(model, batch, memory, output, config)
    assert found.item() == pytest.approx(total / tokens, rel=1e-4)


@pytest.mark.parametrize("name", LOOKING)
def test_the_coverage_loss_is_that_of_the_formula(name: str) -> None:
    model, batch = tiny_model(*ARCHITECTURES[name]), tiny_batch()
    memory = model.encode(batch.source, batch.source_mask)
    output = model.decoder(memory, batch.target_input, look=True)
    assert output.attention is not None
    total = 0.0
    for row in range(len(batch)):
        weights = output.attention[row].mean((0, 1)).tolist()
        covered = [0.0] * batch.source.shape[1]
        for looks in weights[: int(batch.target_mask[row].sum())]:
            total += sum(min(pair) for pair in zip(looks, covered, strict=True))
            covered = [sum(pair) for pair in zip(looks, covered, strict=True)]
    found = coverage(model, batch, memory, output, tiny_config().objective)
    assert found.item() == pytest.approx(total / batch.target_tokens, rel=1e-4)


@pytest.mark.parametrize("task", ["guided_attention", "coverage"])
def test_where_nothing_attends_what_needs_it_is_refused(task: str) -> None:
    with pytest.raises(BadConfig, match=f"{task}_weight needs a decoder that attends"):
        tiny_config(attention="none", objective=ON[task])

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from s2s_core.configs import ModelConfig
from s2s_core.models.encoder_decoder import EncoderDecoder, build_model
from s2s_core.models.initialisation import INITIALISATIONS, biases, matrices
from s2s_core.text.tokenizer import PADDING
from tests.helpers import ARCHITECTURES, VOCABULARY, embedding_of, tiny_batch, tiny_model_config

each_way = pytest.mark.parametrize("kind", INITIALISATIONS)
each_architecture = pytest.mark.parametrize("name", ARCHITECTURES)


def model_with(kind: str, cell: str = "gru", hidden: int = 64) -> EncoderDecoder:
    """Return a model large enough for the statistics of its weights."""
    part = {"kind": cell, "hidden_size": hidden}
    parts = {"encoder": part, "decoder": {**part, "tied_embedding": False}}
    return build_model(ModelConfig.model_validate(parts), 300, 300, 1, kind)


def fans(weight: Tensor) -> tuple[int, int]:
    return weight.shape[1], weight.shape[0]


# Each kind by its paper's own formula: the deviation of a weight with so many inputs and outputs.
DEVIATION: dict[str, Callable[[int, int], float]] = {
    "xavier_uniform": lambda inputs, outputs: math.sqrt(2 / (inputs + outputs)),
    "xavier_normal": lambda inputs, outputs: math.sqrt(2 / (inputs + outputs)),
    "kaiming_uniform": lambda inputs, _: math.sqrt(2 / inputs),
    "kaiming_normal": lambda inputs, _: math.sqrt(2 / inputs),
    "uniform": lambda *_: 0.08 / math.sqrt(3),
    "normal": lambda *_: 0.02,
    "zeros": lambda *_: 0.0,
}


@pytest.mark.parametrize("kind", DEVIATION)
@pytest.mark.parametrize("cell", ["gru", "lstm", "transformer"])
def test_every_matrix_has_the_deviation_of_the_paper(kind: str, cell: str) -> None:
    for weight in matrices(model_with(kind, cell)):
        if weight.numel() < 1000:  # too few to tell
            continue
        expected = DEVIATION[kind](*fans(weight))
        assert abs(weight.mean().item()) <= 0.1 * expected
        assert weight.std().item() == pytest.approx(expected, rel=0.08)


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        ("xavier_uniform", lambda inputs, outputs: math.sqrt(6 / (inputs + outputs))),
        ("kaiming_uniform", lambda inputs, _: math.sqrt(6 / inputs)),
        ("uniform", lambda *_: 0.08),
    ],
)
def test_uniform_ones_reach_to_their_limit_and_no_further(
    kind: str, limit: Callable[[int, int], float]
) -> None:
    for weight in matrices(model_with(kind)):
        assert weight.abs().max() <= limit(*fans(weight))
        if weight.numel() > 1000:
            assert weight.abs().max() > 0.95 * limit(*fans(weight))


@pytest.mark.parametrize("kind", ["xavier_normal", "kaiming_normal", "normal"])
def test_normal_ones_have_the_tails_of_a_normal_distribution(kind: str) -> None:
    weight = max(matrices(model_with(kind, "transformer")), key=Tensor.numel)
    beyond = (weight.abs() > 2 * weight.std()).float().mean()
    assert beyond == pytest.approx(0.0455, abs=0.01)  # a uniform one has none


def test_every_gate_of_a_recurrent_layer_is_a_rotation() -> None:
    layers = model_with("orthogonal", "lstm").decoder.layers
    assert isinstance(layers, nn.LSTM)
    hidden = layers.hidden_size
    for gate in layers.get_parameter("weight_hh_l0").chunk(4):
        torch.testing.assert_close(gate @ gate.T, torch.eye(hidden), atol=1e-5, rtol=0)


@each_way
@each_architecture
def test_padding_stays_nothing_and_norms_as_they_are(kind: str, name: str) -> None:
    model = build_model(tiny_model_config(*ARCHITECTURES[name]), VOCABULARY, VOCABULARY, 1, kind)
    for part in (model.encoder, model.decoder):
        assert (embedding_of(part).weight[PADDING] == 0).all()
    for module in model.modules():
        if isinstance(module, nn.LayerNorm):
            assert (module.weight == 1).all()
            assert (module.bias == 0).all()
    assert model.score(tiny_batch()).scores.isfinite().all()


@each_way
def test_a_way_of_drawing_obeys_the_seed(kind: str) -> None:
    one, same = model_with(kind).state_dict(), model_with(kind).state_dict()
    assert all(torch.equal(one[name], same[name]) for name in one)


def test_biases_begin_at_zero_but_for_those_that_are_drawn_with_the_rest() -> None:
    assert all((bias == 0).all() for bias in biases(model_with("orthogonal")))
    assert all((bias != 0).any() for bias in biases(model_with("uniform")))


@pytest.mark.parametrize(
    ("kind", "expected"), [("uniform", 0.08 / math.sqrt(3)), ("normal", 0.02), ("orthogonal", 1.0)]
)
def test_embeddings_are_drawn_too_where_the_paper_draws_everything(
    kind: str, expected: float
) -> None:
    weight = embedding_of(model_with(kind).encoder).weight
    assert weight[PADDING + 1 :].std().item() == pytest.approx(expected, rel=0.05)


def test_units_that_begin_at_zero_stay_equal() -> None:
    model = model_with("zeros", hidden=8)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for _ in range(3):
        optimizer.zero_grad()
        torch.autograd.backward(model.score(tiny_batch()).scores.logsumexp(-1).sum())
        optimizer.step()
    assert (torch.cat([weight.flatten() for weight in matrices(model)]) == 0).all()

"""The mixture of writing freely and copying."""

from __future__ import annotations

import math

import pytest
import torch

from s2s_core.models.pointer import log_mixture
from s2s_core.models.recurrent import RecurrentDecoder
from tests.core.models.test_contract import read
from tests.core.models.variants import variant_model
from tests.helpers import assert_close, opened, tiny_batch


@pytest.mark.parametrize("share", [1.0, 0.5])  # of their weights that sum to one
def test_the_mixture_is_that_of_the_formula(share: float) -> None:
    torch.manual_seed(3)
    scores, gate = torch.randn(2, 3, 7), torch.randn(2, 3, 1)
    weights = torch.softmax(torch.randn(2, 3, 4), -1)
    source = torch.tensor([[5, 4, 5, 3], [6, 3, 0, 0]])
    weights = weights * (source != 0).unsqueeze(1)
    looks = weights / weights.sum(-1, keepdim=True)
    found = log_mixture(scores, gate, share * looks, source).exp()
    for row in range(2):
        for position in range(3):
            free = 1 / (1 + math.exp(-float(gate[row, position])))
            written = torch.softmax(scores[row, position], -1)
            for piece in range(7):
                copied = sum(
                    float(looks[row, position, place])
                    for place in range(4)
                    if int(source[row, place]) == piece
                )
                expected = free * float(written[piece]) + (1 - free) * copied
                assert float(found[row, position, piece]) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("variant", ["copying", "copying all"])
def test_scores_of_a_pointer_are_log_probabilities(variant: str) -> None:
    model = variant_model(attention=variant)
    output = model.score(tiny_batch())
    assert_close(output.log_probabilities(), output.scores)


def test_gradients_stay_finite_where_nothing_can_be_copied() -> None:
    scores = torch.zeros(1, 1, 5, requires_grad=True)
    gate = torch.full((1, 1, 1), -200.0, requires_grad=True)  # nothing is written freely
    weights = torch.tensor([[[1.0, 0.0]]], requires_grad=True)
    found = log_mixture(scores, gate, weights, torch.tensor([[4, 0]]))
    torch.autograd.backward(found[0, 0, 2])  # a piece that is not in the source
    for given in (scores, gate, weights):
        assert given.grad is not None
        assert torch.isfinite(given.grad).all()


def test_only_what_is_looked_at_is_copied() -> None:
    model = variant_model(attention="copying")
    decoder = model.decoder
    assert isinstance(decoder, RecurrentDecoder)
    assert decoder.gate is not None
    with torch.no_grad():
        decoder.gate.weight.zero_()
        decoder.gate.bias.fill_(-50.0)  # copy, whatever the layers say
    output = decoder(read(model, [[7, 8, 7]], more=2), opened([4, 5]), look=True)
    probabilities = output.log_probabilities().exp()
    weights = output.attention[:, 0, 0]
    assert_close(probabilities[..., 7], weights[..., 0] + weights[..., 2])
    assert_close(probabilities[..., 8], weights[..., 1])
    assert_close(probabilities[..., [7, 8, 3]].sum(-1), torch.ones(1, 3))

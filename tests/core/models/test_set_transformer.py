"""The Set Transformer does not know the order of the pieces, and is otherwise the paper's."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from s2s_core.configs import SetTransformerEncoderConfig
from s2s_core.models.set_transformer import AttentionBlock, InducedBlock, SetTransformerEncoder
from tests.core.models.test_contract import read
from tests.helpers import assert_close, tiny_model


def test_another_order_only_reorders_the_states() -> None:
    model = tiny_model("set_transformer")
    order = [3, 0, 4, 2, 1]
    pieces = [4, 5, 6, 7, 8]
    memory = read(model, [pieces, [pieces[place] for place in order]], more=2)
    assert_close(memory.states[1, :5], memory.states[0, order])
    assert_close(memory.final[1], memory.final[0])
    assert (memory.states[0, 0] - memory.states[0, 1]).abs().max() > 1e-3


@pytest.mark.parametrize("decoder", ["gru", "convolutional", "transformer"])
def test_no_decoder_can_tell_the_order(decoder: str) -> None:
    model = tiny_model("set_transformer", decoder)
    memory = read(model, [[4, 5, 6, 7], [7, 5, 4, 6]])
    target = torch.tensor([[2, 4, 5], [2, 4, 5]])
    scores = model.decoder(memory, target).scores
    assert_close(scores[0], scores[1])


def slow_attention(block: AttentionBlock, states: Tensor, others: Tensor) -> Tensor:
    """Let each state look at the others, one head of one state after the other."""
    part = block.attention
    width = states.shape[-1] // part.heads
    keys, values = part.project_keys_values(others).chunk(2, dim=-1)
    rows = []
    for state in states:
        heads = []
        for head in range(part.heads):
            own = slice(head * width, (head + 1) * width)
            query = part.project_query(state)[own]
            energies = torch.stack([query @ key[own] / math.sqrt(width) for key in keys])
            heads.append(torch.softmax(energies, 0) @ values[:, own])
        rows.append(part.output(torch.cat(heads)))
    return torch.stack(rows)


def slow_block(block: AttentionBlock, states: Tensor, others: Tensor) -> Tensor:
    first, second = block.norms
    hidden = first(states + slow_attention(block, states, others))  # eq. (7)
    result: Tensor = second(hidden + block.feed_forward(hidden))  # eq. (6)
    return result


@torch.no_grad()
def test_the_encoder_is_the_slow_one() -> None:
    encoder = tiny_model("set_transformer").encoder
    assert isinstance(encoder, SetTransformerEncoder)
    generator = torch.Generator().manual_seed(5)
    for weight in encoder.parameters():
        weight.add_(0.3 * torch.randn(weight.shape, generator=generator))
    source = torch.tensor([[4, 5, 6, 3, 0, 0]])
    memory = encoder(source, source != 0)
    states = encoder.embedding(source[0, :4]) * math.sqrt(8)
    for layer in encoder.layers:
        assert isinstance(layer, InducedBlock)
        found = slow_block(layer.gather, layer.points, states)
        states = slow_block(layer.spread, states, found)
    assert_close(memory.states[0, :4], states)
    assert_close(memory.final[0], states.mean(0))


def test_there_are_as_many_points_as_asked_for() -> None:
    config = SetTransformerEncoderConfig(hidden_size=8, heads=2, layers=1, inducing_points=5)
    encoder = SetTransformerEncoder(config, nn.Embedding(12, 8))
    assert encoder.get_parameter("layers.0.points").shape == (5, 8)

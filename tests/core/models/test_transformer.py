"""The Transformer against torch's own, with the same weights."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.models.transformer import (
    FeedForward,
    MultiHeadAttention,
    TransformerDecoder,
    TransformerEncoder,
)
from tests.core.models.test_positions import waves
from tests.helpers import tiny_batch, tiny_model

SIZE, HEADS, INNER, LAYERS = 8, 2, 16, 2


def torch_transformer() -> nn.Transformer:
    """Return torch's own Transformer of the same shape."""
    encoder = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(
            SIZE, HEADS, INNER, dropout=0.0, norm_first=True, batch_first=True
        ),
        LAYERS,
        norm=nn.LayerNorm(SIZE),
        enable_nested_tensor=False,
    )
    return nn.Transformer(
        SIZE, HEADS, LAYERS, LAYERS, INNER, dropout=0.0, norm_first=True, batch_first=True,
        custom_encoder=encoder,
    )  # fmt: skip


def copy_attention(ours: MultiHeadAttention, theirs: nn.MultiheadAttention) -> None:
    query, keys_values = ours.project_query, ours.project_keys_values
    theirs.in_proj_weight.copy_(torch.cat([query.weight, keys_values.weight]))
    theirs.in_proj_bias.copy_(torch.cat([query.bias, keys_values.bias]))
    theirs.out_proj.load_state_dict(ours.output.state_dict())


def copy_feed_forward(ours: FeedForward, theirs: nn.Module) -> None:
    theirs.get_submodule("linear1").load_state_dict(ours[0].state_dict())
    theirs.get_submodule("linear2").load_state_dict(ours[3].state_dict())


def copy_norms(ours: nn.Module, theirs: nn.Module) -> None:
    for number, norm in enumerate(ours.get_submodule("norms").children(), 1):
        theirs.get_submodule(f"norm{number}").load_state_dict(norm.state_dict())


@torch.no_grad()
def copied(model: EncoderDecoder) -> nn.Transformer:
    """Return torch's own Transformer with the weights of ours."""
    assert isinstance(model.encoder, TransformerEncoder)
    assert isinstance(model.decoder, TransformerDecoder)
    theirs = torch_transformer().eval()
    for side, part in (("encoder", model.encoder), ("decoder", model.decoder)):
        own = theirs.get_submodule(side)
        own.get_submodule("norm").load_state_dict(part.norm.state_dict())
        for number, layer in enumerate(part.layers):
            other = own.get_submodule(f"layers.{number}")
            name = "attention" if side == "encoder" else "self_attention"
            pairs = [(name, "self_attn"), ("source_attention", "multihead_attn")]
            for ours_name, theirs_name in pairs[: 1 if side == "encoder" else 2]:
                to, source = other.get_submodule(theirs_name), layer.get_submodule(ours_name)
                assert isinstance(to, nn.MultiheadAttention)
                assert isinstance(source, MultiHeadAttention)
                copy_attention(source, to)
            feed_forward = layer.get_submodule("feed_forward")
            assert isinstance(feed_forward, FeedForward)
            copy_feed_forward(feed_forward, other)
            copy_norms(layer, other)
    return theirs


def randomised(model: EncoderDecoder) -> EncoderDecoder:
    """Move every weight, the biases and norms that start at zero and one too."""
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.3 * torch.randn(weight.shape, generator=generator))
    return model


def embedded(embedding: nn.Embedding, ids: Tensor) -> Tensor:
    return embedding.weight[ids] * math.sqrt(SIZE) + waves(0, ids.shape[1], SIZE)


@pytest.mark.parametrize("look", [False, True])
def test_the_transformer_is_torchs_own(look: bool) -> None:
    model, batch = randomised(tiny_model("transformer", "transformer")), tiny_batch()
    assert isinstance(model.encoder, TransformerEncoder)
    assert isinstance(model.decoder, TransformerDecoder)
    theirs = copied(model)
    length = batch.target_input.shape[1]
    expected = theirs(
        embedded(model.encoder.embedding, batch.source),
        embedded(model.decoder.embedding, batch.target_input),
        tgt_mask=torch.ones(length, length, dtype=torch.bool).triu(1),
        src_key_padding_mask=~batch.source_mask,
        memory_key_padding_mask=~batch.source_mask,
    )
    memory = model.encode(batch.source, batch.source_mask)
    ours = model.decoder(memory, batch.target_input, look=look).scores
    output = model.decoder.output
    expected = expected @ output.weight.T + output.bias
    torch.testing.assert_close(ours, expected, rtol=1e-4, atol=1e-5)


def test_the_attention_of_all_heads_is_torchs_own() -> None:
    torch.manual_seed(2)
    ours = MultiHeadAttention(SIZE, SIZE, HEADS)
    theirs = nn.MultiheadAttention(SIZE, HEADS, batch_first=True)
    with torch.no_grad():
        copy_attention(ours, theirs)
    query, states = torch.randn(3, 4, SIZE), torch.randn(3, 5, SIZE)
    mask = torch.tensor([[True] * 5, [True] * 3 + [False] * 2, [True] + [False] * 4])
    expected, weights = theirs(query, states, states, ~mask, average_attn_weights=False)
    mixed, looked = ours(query, *ours.keys_values(states), mask[:, None, None], look=True)
    torch.testing.assert_close(mixed, expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(looked, weights, rtol=1e-4, atol=1e-5)

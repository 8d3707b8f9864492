"""The Transformer against torch's own, with the same weights."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from s2s_core.configs import ModelConfig, TransformerEncoderConfig
from s2s_core.models.encoder_decoder import EncoderDecoder, build_model
from s2s_core.models.feed_forward import FeedForward
from s2s_core.models.transformer import (
    MultiHeadAttention,
    TransformerDecoder,
    TransformerEncoder,
    fused,
)
from tests.core.models.test_contract import stepped
from tests.core.models.test_positions import waves
from tests.helpers import VOCABULARY, assert_close, tiny_batch, tiny_model_config

SIZE, HEADS, INNER, LAYERS = 8, 2, 16, 2


def variant(
    changes: dict[str, Any], dropout: float = 0.0, encoder: str = "transformer"
) -> EncoderDecoder:
    """Return a tiny Transformer with the same settings changed on both sides."""
    values = tiny_model_config(encoder, "transformer", dropout=dropout).model_dump()
    sides = ("encoder", "decoder") if encoder == "transformer" else ("decoder",)
    for side in sides:
        values[side] |= changes
    return build_model(ModelConfig.model_validate(values), VOCABULARY, VOCABULARY, 1).eval()


def torch_transformer(norm: str, activation: str) -> nn.Transformer:
    """Return torch's own Transformer of the same shape."""
    is_pre = norm == "pre"
    common: Any = {
        "dropout": 0.0, "activation": activation, "norm_first": is_pre, "batch_first": True,
    }  # fmt: skip
    encoder = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(SIZE, HEADS, INNER, **common),
        LAYERS,
        norm=nn.LayerNorm(SIZE) if is_pre else None,
        enable_nested_tensor=False,
    )
    theirs = nn.Transformer(SIZE, HEADS, LAYERS, LAYERS, INNER, custom_encoder=encoder, **common)
    if not is_pre:
        theirs.decoder.norm = None
    return theirs


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
def copied(model: EncoderDecoder, norm: str, activation: str) -> nn.Transformer:
    """Return torch's own Transformer with the weights of ours."""
    assert isinstance(model.encoder, TransformerEncoder)
    assert isinstance(model.decoder, TransformerDecoder)
    theirs = torch_transformer(norm, activation).eval()
    for side, part in (("encoder", model.encoder), ("decoder", model.decoder)):
        own = theirs.get_submodule(side)
        if norm == "pre":
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


@pytest.mark.parametrize("activation", ["relu", "gelu"])
@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("look", [False, True])
def test_the_transformer_is_torchs_own(look: bool, norm: str, activation: str) -> None:
    model = randomised(variant({"norm": norm, "activation": activation}))
    batch = tiny_batch()
    assert isinstance(model.encoder, TransformerEncoder)
    assert isinstance(model.decoder, TransformerDecoder)
    theirs = copied(model, norm, activation)
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


# Every variant keeps the promises of the contract ------------------------------------------

VARIANTS: list[dict[str, Any]] = [
    {"norm": "post"},
    {"activation": "gelu"},
    {"activation": "swiglu"},
    {"positions": "learned"},
    {"positions": "learned", "known_positions": 3},  # sentences are longer
    {"positions": "rotary"},
    {"positions": "none"},
    {"attention_dropout": 0.5},
    {"norm": "post", "activation": "swiglu", "positions": "rotary"},
]
each_variant = pytest.mark.parametrize(
    "changes", VARIANTS, ids=["-".join(map(str, variant.values())) for variant in VARIANTS]
)


@each_variant
def test_stepping_equals_forward(changes: dict[str, Any]) -> None:
    model, batch = randomised(variant(changes)), tiny_batch()
    memory = model.encode(batch.source, batch.source_mask)
    at_once = model.decoder(memory, batch.target_input).log_probabilities()
    assert_close(stepped(model, memory, batch.target_input), at_once)
    seen = model.decoder(memory, batch.target_input, look=True)
    assert_close(seen.log_probabilities(), at_once)


@each_variant
def test_more_padding_changes_nothing(changes: dict[str, Any]) -> None:
    model, batch = randomised(variant(changes)), tiny_batch()
    expected = model.encode(batch.source, batch.source_mask)
    longer = nn.functional.pad(batch.source, (0, 3))
    found = model.encode(longer, nn.functional.pad(batch.source_mask, (0, 3), value=False))
    assert_close(found.final, expected.final)
    assert_close(found.states[found.mask], expected.states[expected.mask])


@each_variant
def test_every_weight_gets_a_gradient(changes: dict[str, Any]) -> None:
    model = variant(changes, dropout=0.1).train()
    torch.autograd.backward(model.score(tiny_batch(8)).log_probabilities().square().sum())
    assert [name for name, weight in model.named_parameters() if weight.grad is None] == []


@pytest.mark.parametrize("positions", ["sinusoidal", "learned", "rotary"])
def test_order_is_seen_with_positions_only(positions: str) -> None:
    sources = torch.tensor([[4, 5, 6, 7], [6, 4, 7, 5]])
    mask = torch.ones_like(sources, dtype=torch.bool)
    blind = randomised(variant({"positions": "none"})).encode(sources, mask)
    seeing = randomised(variant({"positions": positions})).encode(sources, mask)
    assert_close(blind.final[0], blind.final[1])
    assert (seeing.final[0] - seeing.final[1]).abs().max() > 1e-3


def test_swiglu_is_the_formula_with_about_as_many_parameters() -> None:
    config = TransformerEncoderConfig(hidden_size=64, inner_size=256, activation="swiglu")
    layer = FeedForward(config).eval()
    states = torch.randn(3, 64)
    first, last = layer[0], layer[3]
    assert isinstance(first, nn.Linear)
    assert isinstance(last, nn.Linear)
    gate = states @ first.weight[:171].T + first.bias[:171]
    value = states @ first.weight[171:].T + first.bias[171:]
    expected = (gate / (1 + torch.exp(-gate)) * value) @ last.weight.T + last.bias
    assert_close(layer(states), expected)
    plain = FeedForward(config.model_copy(update={"activation": "relu"}))
    sizes = [sum(weight.numel() for weight in part.parameters()) for part in (layer, plain)]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.01)


def test_dropped_weights_of_attention_are_scaled_up_and_only_in_training() -> None:
    torch.manual_seed(3)
    attention = MultiHeadAttention(SIZE, SIZE, HEADS, dropout=0.5)
    states = torch.randn(1, 4, SIZE).expand(2000, -1, -1)
    keys_values = attention.keys_values(states)
    attention.eval()
    expected = attention(states, *keys_values, None)[0][0]
    attention.train()
    for look in (False, True):
        dropped = attention(states, *keys_values, None, look=look)[0]
        assert (dropped[0] - expected).abs().max() > 1e-3
        assert (dropped.mean(0) - expected).abs().max() < 0.05


def test_fused_attention_in_short_numbers_is_exact_between_rounding() -> None:
    queries, keys, values = torch.randn(3, 2, 4, 5, 8).bfloat16()
    mask = torch.ones(2, 1, 1, 5, dtype=torch.bool)
    mask[0, ..., 3:] = False
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = fused(queries, keys, values, mask, 0.0)
    energies = queries.float() @ keys.float().transpose(-2, -1) / 8**0.5
    weights = energies.masked_fill(~mask, float("-inf")).softmax(-1)
    assert mixed.dtype == torch.bfloat16
    torch.testing.assert_close(mixed.float(), weights @ values.float(), rtol=0.01, atol=1e-4)

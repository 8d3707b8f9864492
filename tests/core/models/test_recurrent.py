"""Recurrent layers, encoders and decoders against formulas and loops written out."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from s2s_core.configs import RecurrentEncoderConfig, idle_reason
from s2s_core.decoding.search import translate_all
from s2s_core.errors import BadConfig
from s2s_core.experiment import changed
from s2s_core.models.attention import attend
from s2s_core.models.encoder_decoder import EncoderDecoder, build_model
from s2s_core.models.recurrent import RecurrentDecoder, backwards
from s2s_core.models.recurrent_layers import Stack, make_layers, read_on
from tests.core.models.variants import VARIANTS, variant_model
from tests.helpers import (
    VOCABULARY,
    assert_close,
    copy_batches,
    decoding,
    tiny_batch,
    tiny_config,
    tiny_sentences,
    tiny_trainer,
)

KINDS = ("rnn", "lstm", "gru")
each_kind = pytest.mark.parametrize("kind", KINDS)
LENGTHS = [3, 5, 1, 2]


def layers_of(**values: Any) -> Any:
    torch.manual_seed(2)
    config = RecurrentEncoderConfig(layers=3, **values)
    return make_layers(config, 6, 4, values.get("bidirectional", False))


def some_inputs(seed: int = 1) -> Tensor:
    return torch.randn(4, 5, 6, generator=torch.Generator().manual_seed(seed))


def packed(inputs: Tensor) -> Any:
    return pack_padded_sequence(
        inputs, torch.tensor(LENGTHS), batch_first=True, enforce_sorted=False
    )


@each_kind
@pytest.mark.parametrize("bidirectional", [False, True])
def test_layers_one_by_one_are_torchs_own(kind: str, bidirectional: bool) -> None:
    plain = layers_of(kind=kind, bidirectional=bidirectional, dropout=0.0)
    stack = layers_of(kind=kind, bidirectional=bidirectional, dropout=0.0, variational=True)
    assert isinstance(stack, Stack)
    for index, part in enumerate(stack.parts):
        for name, weight in part.named_parameters():
            weight.data = getattr(plain, name.replace("_l0", f"_l{index}")).data
    expected, expected_last = plain(packed(some_inputs()))
    states, last = stack(packed(some_inputs()))
    assert_close(states.data, expected.data)
    for one, other in zip(parts_of(last), parts_of(expected_last), strict=True):
        assert_close(one, other)
    begun, _ = stack(some_inputs(3), expected_last)
    assert_close(begun, plain(some_inputs(3), expected_last)[0])


@each_kind
@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_positions_read_one_by_one_are_those_read_together(kind: str, nonlinearity: str) -> None:
    layers, inputs = layers_of(kind=kind, nonlinearity=nonlinearity), some_inputs()
    layers.eval()
    _, hidden = layers(some_inputs(3))
    expected, expected_last = layers(inputs, hidden)
    found = []
    for position in torch.split(inputs, 1, dim=1):
        states, hidden = read_on(layers, position, hidden)
        found.append(states)
    assert_close(torch.cat(found, dim=1), expected)
    for one, other in zip(parts_of(hidden), parts_of(expected_last), strict=True):
        assert_close(one, other)


def test_a_single_position_is_dropped_out_between_layers_as_torch_does_it() -> None:
    layers, inputs = layers_of(kind="lstm", dropout=0.5), some_inputs()[:, :1]
    hidden = (torch.ones(3, 4, 4), torch.ones(3, 4, 4))
    torch.manual_seed(5)
    expected, _ = layers(inputs, hidden)
    torch.manual_seed(5)
    assert torch.equal(read_on(layers, inputs, hidden)[0], expected)


def parts_of(hidden: Any) -> tuple[Tensor, ...]:
    return hidden if isinstance(hidden, tuple) else (hidden,)


def test_residuals_add_what_comes_in_from_the_second_layer_on() -> None:
    stack = layers_of(kind="gru", residual=True, dropout=0.0)
    assert isinstance(stack, Stack)
    expected = some_inputs()
    for index, part in enumerate(stack.parts):
        expected = part(expected)[0] + (expected if index else 0)
    assert_close(stack(some_inputs())[0], expected)
    states, _ = stack(packed(some_inputs()))
    padded, _ = pad_packed_sequence(states, batch_first=True)
    for row, length in enumerate(LENGTHS):
        assert_close(padded[row, :length], expected[row, :length])


def test_variational_dropout_drops_the_same_at_every_position() -> None:
    stack = layers_of(kind="rnn", variational=True, dropout=0.5)
    assert isinstance(stack, Stack)
    inputs = some_inputs()
    masks = stack.draw_masks(4, inputs)
    assert [tuple(mask.shape) for mask in masks] == [(4, 6), (4, 4)] + [(4, 4)] * 4
    assert all(set(mask.flatten().tolist()) <= {0.0, 2.0} for mask in masks)
    expected = inputs  # the recursion written out: h' = tanh(W (x * m) + U (h * r) + b)
    for index, part in enumerate(stack.parts):
        weights = dict(part.named_parameters())
        hidden, found = torch.zeros(4, 4), []
        for position in range(5):
            given = expected[:, position] * masks[2 * index]
            summed = (
                given @ weights["weight_ih_l0"].T + weights["bias_ih_l0"] + weights["bias_hh_l0"]
            )
            hidden = torch.tanh(
                summed + (hidden * masks[2 * index + 1]) @ weights["weight_hh_l0"].T
            )
            found.append(hidden)
        expected = torch.stack(found, dim=1)
    assert_close(stack(inputs, None, masks)[0], expected)
    # Packed, the longest sentence comes first, and the first mask is its own.
    order = torch.tensor(sorted(range(4), key=lambda row: -LENGTHS[row]))
    sorted_masks = tuple(mask[order] for mask in masks)
    states, _ = pad_packed_sequence(stack(packed(inputs), None, sorted_masks)[0], batch_first=True)
    for row, length in enumerate(LENGTHS):
        assert_close(states[row, :length], expected[row, :length])


@each_kind
def test_variational_dropout_is_drawn_once_for_a_sentence(kind: str) -> None:
    changes = {"decoder": {"variational": True, "dropout": 0.5}}
    config = tiny_config(kind, kind, model=changes)
    model = build_model(config.model, VOCABULARY, VOCABULARY, 1).train()
    batch = tiny_batch()
    memory = model.encode(batch.source, batch.source_mask)
    torch.manual_seed(5)
    at_once = model.decoder(memory, batch.target_input).scores
    torch.manual_seed(5)
    state = model.decoder.start(memory)
    for position in range(batch.target_input.shape[1]):
        output, state = model.decoder.step(batch.target_input[:, position], state)
        assert_close(output.scores[:, 0], at_once[:, position])
    assert not torch.equal(model.decoder(memory, batch.target_input).scores, at_once)


def test_the_order_is_turned_up_to_the_end_of_each_sentence() -> None:
    mask = torch.tensor([[True] * 5, [True] * 3 + [False] * 2, [True] + [False] * 4])
    expected = [[3, 2, 1, 0, 4], [1, 0, 2, 3, 4], [0, 1, 2, 3, 4]]
    assert backwards(mask).tolist() == expected


@each_kind
def test_reversed_is_the_plain_encoder_on_turned_sentences(kind: str) -> None:
    model, turned = variant_model(kind, kind), variant_model(kind, kind, "reversed")
    for sentence in tiny_sentences(5):
        mask = torch.ones(1, len(sentence) + 1, dtype=torch.bool)
        as_written = turned.encode(torch.tensor([[*sentence, 3]]), mask)
        backward = model.encode(torch.tensor([[*sentence[::-1], 3]]), mask)
        assert_close(as_written.final, backward.final)
        assert_close(as_written.states[0, :-1].flip(0), backward.states[0, :-1])
        assert_close(as_written.states[0, -1], backward.states[0, -1])
        assert as_written.source[0].tolist() == [*sentence, 3]


def test_the_vector_of_the_source_goes_into_every_step_and_output() -> None:
    changes = {"decoder": {"context": "every_step", "attention": "none", "layers": 1}}
    model = build_model(tiny_config(model=changes).model, VOCABULARY, VOCABULARY, 1).eval()
    batch, decoder = tiny_batch(), model.decoder
    assert isinstance(decoder, RecurrentDecoder)
    cell = nn.GRUCell(6 + 8, 8)
    for name, weight in decoder.layers.named_parameters():
        getattr(cell, name.removesuffix("_l0")).data = weight.data
    memory = model.encode(batch.source, batch.source_mask)
    hidden = torch.tanh(decoder.bridge(memory.final))
    scores = decoder(memory, batch.target_input).scores
    for position in range(batch.target_input.shape[1]):
        piece = decoder.embedding(batch.target_input[:, position])
        hidden = cell(torch.cat([piece, memory.final], 1), hidden)
        features = torch.tanh(decoder.combine(torch.cat([hidden, piece, memory.final], 1)))
        assert_close(scores[:, position], decoder.output(features))


def test_what_was_seen_is_fed_with_the_next_piece() -> None:
    changes = {"decoder": {"input_feeding": True, "layers": 1}}
    model = build_model(tiny_config(model=changes).model, VOCABULARY, VOCABULARY, 1).eval()
    batch, decoder = tiny_batch(), model.decoder
    assert isinstance(decoder, RecurrentDecoder)
    cell = nn.GRUCell(6 + 6, 8)
    for name, weight in decoder.layers.named_parameters():
        getattr(cell, name.removesuffix("_l0")).data = weight.data
    memory = model.encode(batch.source, batch.source_mask)
    keys = decoder.scorer.prepare(memory.states)
    hidden, features = torch.tanh(decoder.bridge(memory.final)), torch.zeros(4, 6)
    scores = decoder(memory, batch.target_input).scores
    for position in range(batch.target_input.shape[1]):
        piece = decoder.embedding(batch.target_input[:, position])
        hidden = cell(torch.cat([piece, features], 1), hidden)
        energies = decoder.scorer(hidden.unsqueeze(1), keys)
        context, _ = attend(energies, memory.mask.unsqueeze(1), memory.states)
        features = torch.tanh(decoder.combine(torch.cat([hidden, context[:, 0]], 1)))
        assert_close(scores[:, position], decoder.output(features))


def test_a_plain_rnn_may_use_rectified_sums() -> None:
    decoder = variant_model("rnn", "rnn", "relu").decoder
    layers = decoder.layers
    assert isinstance(layers, nn.RNN)
    assert layers.nonlinearity == "relu"
    states = torch.randn(1, 1, 6)
    found, _ = layers(states)
    weights = dict(layers.named_parameters())
    for index in (0, 1):
        bias = weights[f"bias_ih_l{index}"] + weights[f"bias_hh_l{index}"]
        states = torch.relu(states @ weights[f"weight_ih_l{index}"].T + bias)
    assert_close(found, states)


@pytest.mark.parametrize(
    "variant",
    ["relu", "residual", "variational", "reversed one way", "every step", "feeding", "scaled_dot",
     "local", "coverage", "cyclic", "copying"],
)  # fmt: skip
def test_what_a_recurrent_model_can_be_learns_to_copy(variant: str) -> None:
    knobs = VARIANTS.get(variant, {"decoder": {"attention": variant}})
    changes = {side: {"hidden_size": 16} | knobs.get(side, {}) for side in ("encoder", "decoder")}
    kind = "rnn" if variant == "relu" else "gru"
    config = tiny_config(
        kind, kind,
        layers=2 if variant == "residual" else 1, dropout=0.1 if variant == "variational" else 0.0,
        model=changes, training={"learning_rate": 0.03}, data={"tokenizer": {"joint": True}},
    )  # fmt: skip
    trainer = tiny_trainer(config, copy_batches(400, batch_tokens=160, longest=2))
    steps = trainer.steps()
    losses = [next(steps).loss for _ in range(120)]
    assert losses[-1] < 0.4 * losses[0]
    assert share_copied(trainer.model) >= 0.8


def share_copied(model: EncoderDecoder) -> float:
    sources = tiny_sentences(50, seed=99, longest=2)
    found = dict(translate_all(model, sources, decoding()))
    right = (list(found[row][0].tokens) == source for row, source in enumerate(sources))
    return sum(right) / len(sources)


def test_heads_must_divide_both_sizes() -> None:
    config = changed(tiny_config(), "model.decoder.attention_heads", 3)
    with pytest.raises(BadConfig, match="multiples of attention_heads, 3, not 8 and 8"):
        changed(config, "model.decoder.attention", "scaled_dot")


@pytest.mark.parametrize(
    ("knob", "changes", "has_effect"),
    [
        ("encoder.nonlinearity", {}, False),
        ("encoder.nonlinearity", {"encoder": {"kind": "rnn"}}, True),
        ("decoder.nonlinearity", {"encoder": {"kind": "rnn"}}, False),
        ("decoder.residual", {"decoder": {"layers": 1}}, False),
        ("decoder.residual", {"encoder": {"layers": 1}}, True),
        ("decoder.variational", {}, False),
        ("decoder.variational", {"decoder": {"dropout": 0.1}}, True),
        ("decoder.attention_heads", {}, False),
        ("decoder.attention_heads", {"decoder": {"attention": "scaled_dot"}}, True),
        ("decoder.window", {}, False),
        ("decoder.window", {"decoder": {"attention": "local"}}, True),
        ("decoder.copying", {}, True),
        ("decoder.copying", {"decoder": {"attention": "none"}}, False),
        ("decoder.input_feeding", {}, True),
        ("decoder.input_feeding", {"decoder": {"attention": "none"}}, False),
    ],
)
def test_knobs_without_effect_say_so(knob: str, changes: dict[str, Any], has_effect: bool) -> None:
    config = tiny_config(model=changes)
    assert (idle_reason(config, f"model.{knob}") == "") == has_effect


def test_copying_needs_one_vocabulary() -> None:
    with pytest.raises(BadConfig, match=r"model.decoder.copying needs data.tokenizer.joint"):
        changed(tiny_config(), "model.decoder.copying", True)


def test_copying_needs_scores_that_are_probabilities_of_one_piece() -> None:
    config = tiny_config(model={"decoder": {"copying": True}}, data={"tokenizer": {"joint": True}})
    with pytest.raises(BadConfig, match="must be cross_entropy, not binary_cross_entropy"):
        changed(config, "objective.loss", "binary_cross_entropy")


@pytest.mark.parametrize("precision", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("variant", VARIANTS)
def test_lower_precision_gives_gradients_that_are_numbers(
    variant: str, precision: torch.dtype
) -> None:
    model = variant_model("rnn" if variant == "relu" else "gru", "gru", variant).train()
    with torch.autocast("cpu", dtype=precision):
        found = model.score(tiny_batch()).log_probabilities()
    torch.autograd.backward(found[..., 4:].sum())
    for weight in model.parameters():
        assert weight.grad is not None
        assert torch.isfinite(weight.grad).all()

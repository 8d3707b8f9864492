"""The promises that every encoder and decoder keeps, whatever they are made of."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from s2s_core.data.batch import make_batch, pad_sources
from s2s_core.models.attention import ATTENTIONS
from s2s_core.models.contract import Memory
from s2s_core.models.encoder_decoder import DECODERS, ENCODERS, EncoderDecoder
from s2s_core.text.tokenizer import PADDING
from tests.core.models.variants import VARIANTS
from tests.core.models.variants import variant_model as tiny_model
from tests.helpers import OWN, VOCABULARY, assert_close, opened, tiny_batch, tiny_sentences

# All encoders with all decoders, and all attentions with every decoder that chooses one.
MODELS = [
    pytest.param(encoder, decoder, "additive", id=f"{encoder}-{decoder}")
    for encoder in ENCODERS
    for decoder in DECODERS
] + [
    pytest.param("gru", decoder, attention, id=f"gru-{decoder}-{attention}")
    for decoder in DECODERS
    if decoder not in OWN
    for attention in ATTENTIONS
    if attention != "additive"
]
# What a recurrent model can be besides; the name of the variant stands for the attention.
MODELS += [
    pytest.param(kind, kind, variant, id=f"{kind}-{variant}")
    for variant in VARIANTS
    for kind in ("rnn", "lstm", "gru")
]
each_model = pytest.mark.parametrize(("encoder", "decoder", "attention"), MODELS)


def read(model: EncoderDecoder, sources: list[list[int]], more: int = 0) -> Memory:
    """Encode sources, with some more padding than they need."""
    ids, mask = pad_sources(sources)
    ids = torch.nn.functional.pad(ids, (0, more), value=PADDING)
    return model.encode(ids, torch.nn.functional.pad(mask, (0, more), value=False))


def stepped(model: EncoderDecoder, memory: Memory, target: Tensor) -> Tensor:
    """Return the log-probabilities of all positions, written token by token."""
    state, found = model.decoder.start(memory), []
    for position in range(target.shape[1]):
        output, state = model.decoder.step(target[:, position], state)
        assert output.scores.shape == (len(target), 1, VOCABULARY)
        found.append(output.log_probabilities())
    return torch.cat(found, dim=1)


@each_model
def test_stepping_equals_forward(encoder: str, decoder: str, attention: str) -> None:
    model, batch = tiny_model(encoder, decoder, attention), tiny_batch()
    memory = model.encode(batch.source, batch.source_mask)
    at_once = model.decoder(memory, batch.target_input).log_probabilities()
    assert_close(stepped(model, memory, batch.target_input), at_once)


@each_model
def test_more_padding_changes_nothing(encoder: str, decoder: str, attention: str) -> None:
    model, batch = tiny_model(encoder, decoder, attention), tiny_batch()
    memory = model.encode(batch.source, batch.source_mask)
    expected = model.decoder(memory, batch.target_input).scores
    longer = torch.nn.functional.pad(batch.source, (0, 3), value=PADDING)
    mask = torch.nn.functional.pad(batch.source_mask, (0, 3), value=False)
    target = torch.nn.functional.pad(batch.target_input, (0, 2), value=PADDING)
    padded_memory = model.encode(longer, mask)
    padded = model.decoder(padded_memory, target).scores[:, : expected.shape[1]]
    assert_close(padded, expected)
    assert_close(padded_memory.final, memory.final)
    real = batch.source_mask
    assert_close(padded_memory.states[mask], memory.states[real])


@each_model
def test_a_sentence_does_not_depend_on_its_neighbours(
    encoder: str, decoder: str, attention: str
) -> None:
    model = tiny_model(encoder, decoder, attention)
    sources, targets = tiny_sentences(4), tiny_sentences(4, seed=1)
    together = model.score(make_batch(sources, targets)).scores
    for row, (source, target) in enumerate(zip(sources, targets, strict=True)):
        alone = model.score(make_batch([source], [target])).scores
        assert_close(together[row, : len(target) + 1], alone[0])


@each_model
def test_select_commutes_with_step(encoder: str, decoder: str, attention: str) -> None:
    model, batch = tiny_model(encoder, decoder, attention), tiny_batch()
    state = model.decoder.start(model.encode(batch.source, batch.source_mask))
    for position in range(2):
        _, state = model.decoder.step(batch.target_input[:, position], state)
    rows, token = torch.tensor([2, 0, 0, 3, 1]), torch.tensor([4, 5, 6, 7])
    stepped_first, after = model.decoder.step(token, state)
    selected_first, following = model.decoder.step(token[rows], state.select(rows))
    assert_close(selected_first.scores, stepped_first.scores[rows])
    then = torch.tensor([7, 7, 8, 9, 10])
    one, _ = model.decoder.step(then, following)
    other, _ = model.decoder.step(then, after.select(rows))
    assert_close(one.scores, other.scores)


@each_model
def test_looking_does_not_change_the_scores(encoder: str, decoder: str, attention: str) -> None:
    model, batch = tiny_model(encoder, decoder, attention), tiny_batch()
    memory = model.encode(batch.source, batch.source_mask)
    unseen = model.decoder(memory, batch.target_input)
    seen = model.decoder(memory, batch.target_input, look=True)
    assert_close(seen.scores, unseen.scores)
    assert unseen.attention is None
    if attention == "none":
        assert seen.attention is None
        return
    layers, heads = {"transformer": (2, 2), "convolutional": (2, 1)}.get(decoder, (1, 1))
    heads = {"scaled_dot": 4, "heads": 2}.get(attention, heads)
    sizes = (len(batch), layers, heads, batch.target_input.shape[1], batch.source.shape[1])
    assert seen.attention.shape == sizes
    if attention in ("local", "one place", "copying all"):
        assert (seen.attention.sum(-1) <= 1).all()
    else:
        assert_close(seen.attention.sum(-1), torch.ones(sizes[:-1]))
    padding = ~batch.source_mask[:, None, None, None].expand(sizes)
    assert (seen.attention[padding] == 0).all()


@each_model
def test_the_future_of_the_target_is_not_seen(encoder: str, decoder: str, attention: str) -> None:
    model = tiny_model(encoder, decoder, attention)
    memory = read(model, [[4, 5, 6]])
    one = model.decoder(memory, opened([4, 5, 6, 7])).scores
    other = model.decoder(memory, opened([4, 5, 8, 9])).scores
    assert_close(one[:, :3], other[:, :3])
    assert not torch.allclose(one[:, 3:], other[:, 3:], atol=1e-3)


@each_model
def test_source_and_order_are_seen(encoder: str, decoder: str, attention: str) -> None:
    model, target = tiny_model(encoder, decoder, attention), opened([4, 5])
    scores = [
        model.decoder(read(model, [source]), target).scores for source in ([4, 5], [5, 4], [4])
    ]
    pairs = [(0, 2), (1, 2)] if encoder == "set_transformer" else [(0, 1), (0, 2), (1, 2)]
    for one, other in pairs:
        assert not torch.allclose(scores[one], scores[other], atol=1e-4)


@each_model
def test_every_weight_gets_a_gradient(encoder: str, decoder: str, attention: str) -> None:
    model = tiny_model(encoder, decoder, attention).train()
    objective = model.score(tiny_batch(8)).log_probabilities().square().sum()
    torch.autograd.backward(objective)
    assert [name for name, weight in model.named_parameters() if weight.grad is None] == []


@pytest.mark.parametrize("encoder", ENCODERS)
def test_a_memory_can_be_selected(encoder: str) -> None:
    model = tiny_model(encoder)
    memory, rows = read(model, tiny_sentences(3)), torch.tensor([2, 0, 2])
    chosen = memory.select(rows)
    for name in ("states", "mask", "final", "source"):
        assert torch.equal(getattr(chosen, name), getattr(memory, name)[rows])


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_the_last_state_joins_the_ends_of_both_directions(kind: str) -> None:
    memory = read(tiny_model(kind), [[4, 5, 6], [7]], more=2)
    for row, last in ((0, 3), (1, 1)):
        expected = torch.cat([memory.states[row, last, :4], memory.states[row, 0, 4:]])
        torch.testing.assert_close(memory.final[row], expected)


@pytest.mark.parametrize("kind", OWN)
def test_what_has_no_last_state_gives_the_mean_over_real_tokens(kind: str) -> None:
    memory = read(tiny_model(kind), [[4, 5, 6], [7]], more=2)
    for row, length in ((0, 4), (1, 2)):
        expected = memory.states[row, :length].mean(0)
        torch.testing.assert_close(memory.final[row], expected)


def test_without_attention_only_the_last_state_is_seen() -> None:
    model = tiny_model(attention="none")
    memory, other = read(model, [[4, 5, 6]]), read(model, [[7, 8, 9]])
    swapped = Memory(other.states, other.mask, memory.final, other.source)
    target = opened([4, 5])
    expected = model.decoder(memory, target).scores
    assert torch.equal(model.decoder(swapped, target).scores, expected)

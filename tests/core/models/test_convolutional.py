"""The convolutional model against a slow version that goes through it number by number."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from s2s_core.configs import ModelConfig
from s2s_core.models.convolutional import (
    ConvolutionalDecoder,
    ConvolutionalEncoder,
    GatedConvolution,
)
from s2s_core.models.encoder_decoder import EncoderDecoder, build_model
from tests.core.models.test_contract import read, stepped
from tests.helpers import VOCABULARY, assert_close, opened, tiny_batch, tiny_model_config

SIZE = 8


def model_of(kernel_size: int, **changes: Any) -> EncoderDecoder:
    """Return a tiny convolutional model whose biases and positions matter too."""
    values = tiny_model_config("convolutional", "convolutional").model_dump()
    for side in ("encoder", "decoder"):
        values[side] |= {"kernel_size": kernel_size, **changes}
    config = ModelConfig.model_validate(values)
    model = build_model(config, VOCABULARY, VOCABULARY, 1).eval()
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.3 * torch.randn(weight.shape, generator=generator))
    return model


def weights(part: nn.Module, name: str) -> tuple[Tensor, Tensor]:
    layer = part.get_submodule(name)
    assert isinstance(layer, nn.Linear)
    return layer.weight, layer.bias


def linear(part: nn.Module, name: str, value: Tensor) -> Tensor:
    matrix, bias = weights(part, name)
    return matrix @ value + bias


def gated(layer: nn.Module, name: str, inputs: list[Tensor | None]) -> Tensor:
    """Return the output of one window; None lies beyond an end of the sentence."""
    matrix, total = weights(layer, name)
    total = total.clone()
    for place, value in enumerate(inputs):
        for column in range(SIZE):
            if value is not None:
                total = total + matrix[:, place * SIZE + column] * value[column]
    return torch.stack([total[i] / (1 + math.exp(-float(total[SIZE + i]))) for i in range(SIZE)])


def embedded(part: nn.Module, pieces: list[int]) -> list[Tensor]:
    words, places = part.get_submodule("embedding"), part.get_submodule("positions.vectors")
    assert isinstance(words, nn.Embedding)
    assert isinstance(places, nn.Embedding)
    return [words.weight[piece] + places.weight[place] for place, piece in enumerate(pieces)]


def at(states: list[Tensor], place: int) -> Tensor | None:
    return states[place] if 0 <= place < len(states) else None


def slowly_encoded(encoder: nn.Module, pieces: list[int], kernel: int, layers: int) -> Any:
    """Return states and embeddings of one sentence, each a list of vectors."""
    words = embedded(encoder, pieces)
    states = [linear(encoder, "enter", word) for word in words]
    for layer in range(layers):
        new = []
        for place in range(len(pieces)):
            first = place - (kernel - 1) // 2
            window = [at(states, first + offset) for offset in range(kernel)]
            seen = gated(encoder, f"layers.{layer}.window", window)
            new.append((states[place] + seen) * math.sqrt(0.5))
        states = new
    return [linear(encoder, "leave", state) for state in states], words


def slowly_decoded(
    decoder: nn.Module, source: list[Tensor], words: list[Tensor], pieces: list[int], kernel: int,
    layers: int,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Return scores, [length, vocabulary], and weights, [layer, length, source length]."""
    targets, half = embedded(decoder, pieces), math.sqrt(0.5)
    states = [linear(decoder, "enter", word) for word in targets]
    looks = torch.zeros(layers, len(pieces), len(source))
    for layer in range(layers):
        part, new = decoder.get_submodule(f"layers.{layer}"), []
        for place in range(len(pieces)):
            window = [at(states, place - kernel + 1 + offset) for offset in range(kernel)]
            seen = gated(part, "convolution.window", window)
            query = (linear(part, "query", seen) + targets[place]) * half  # eq. (1)
            shares = [math.exp(float(query @ state)) for state in source]
            for index, share in enumerate(shares):
                looks[layer, place, index] = share / sum(shares)
            context = torch.zeros(SIZE)
            for index, state in enumerate(source):  # eq. (2)
                context = context + looks[layer, place, index] * (state + words[index])
            context = context * math.sqrt(len(source))
            seen = (seen + linear(part, "context", context)) * half
            new.append((states[place] + seen) * half)
        states = new
    scores = [linear(decoder, "output", linear(decoder, "leave", state)) for state in states]
    return torch.stack(scores), looks


@pytest.mark.parametrize("kernel", [1, 2, 3, 5])
@torch.no_grad()
def test_the_model_is_the_slow_one(kernel: int) -> None:
    model, sources, target = model_of(kernel), [[4, 5, 6, 7, 8], [9, 4]], [4, 5, 6, 11]
    memory = read(model, sources, more=2)
    assert isinstance(model.encoder, ConvolutionalEncoder)
    assert isinstance(model.decoder, ConvolutionalDecoder)
    output = model.decoder(memory, opened(target).expand(2, -1), look=True)
    assert output.attention is not None
    for row, source in enumerate(sources):
        length = len(source) + 1
        states, words = slowly_encoded(
            model.encoder, memory.source[row, :length].tolist(), kernel, 2
        )
        assert_close(memory.states[row, :length], torch.stack(states))
        assert_close(memory.final[row], torch.stack(states).mean(0))
        scores, looks = slowly_decoded(
            model.decoder, states, words, opened(target)[0].tolist(), kernel, 2
        )
        assert_close(output.scores[row], scores)
        assert_close(output.attention[row, :, 0, :, :length], looks)


@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 7])
def test_stepping_equals_forward_with_every_window(kernel: int) -> None:
    model, batch = model_of(kernel), tiny_batch()
    memory = model.encode(batch.source, batch.source_mask)
    at_once = model.decoder(memory, batch.target_input).log_probabilities()
    assert_close(stepped(model, memory, batch.target_input), at_once)


def test_a_window_is_a_convolution() -> None:
    layer, states = GatedConvolution(SIZE, 3), torch.randn(2, 9, SIZE)
    kernel = layer.window.weight.view(2 * SIZE, 3, SIZE).transpose(1, 2)
    found = nn.functional.conv1d(states.transpose(1, 2), kernel, layer.window.bias)
    assert_close(layer(states), nn.functional.glu(found.transpose(1, 2), dim=-1))


@torch.no_grad()
def test_a_state_sees_as_far_as_its_windows_reach() -> None:
    model = model_of(3)  # two layers of three pieces: two to each side
    states = [read(model, [[4, 5, 6, 7, 8, last, 9]]).states[0] for last in (10, 11)]
    same = torch.isclose(states[0], states[1], atol=1e-6).all(-1).tolist()
    assert same == [True, True, True, False, False, False, False, False]


def test_sentences_longer_than_the_known_positions_are_read_and_written() -> None:
    model = model_of(3, known_positions=2)
    memory, target = read(model, [[4, 5, 6, 7, 8]]), opened([4, 5, 6, 7, 8, 9])
    at_once = model.decoder(memory, target).log_probabilities()
    assert_close(stepped(model, memory, target), at_once)

from __future__ import annotations

from typing import Any

import pytest
import torch

from s2s_core.configs import ModelConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import kinds_of
from s2s_core.models.encoder_decoder import DECODERS, ENCODERS, EncoderDecoder, build_model
from s2s_core.text.tokenizer import PADDING
from tests.helpers import (
    ARCHITECTURES,
    VOCABULARY,
    embedding_of,
    output_of,
    same_weights,
    tiny_batch,
    tiny_model_config,
    tiny_part,
    weights_of,
)

each_architecture = pytest.mark.parametrize("name", ARCHITECTURES)


def built(config: ModelConfig, seed: int = 1) -> EncoderDecoder:
    return build_model(config, VOCABULARY, VOCABULARY, seed)


def config_of(encoder: dict[str, Any], decoder: dict[str, Any]) -> ModelConfig:
    return ModelConfig.model_validate({"encoder": encoder, "decoder": decoder})


@each_architecture
def test_the_same_seed_gives_the_same_weights(name: str) -> None:
    config = tiny_model_config(*ARCHITECTURES[name])
    one, same, other = (weights_of(built(config, seed)) for seed in (1, 1, 2))
    assert same_weights(one, same)
    assert not same_weights(one, other)


@each_architecture
def test_building_leaves_the_random_state_alone(name: str) -> None:
    before = torch.get_rng_state()
    built(tiny_model_config(*ARCHITECTURES[name]))
    assert torch.equal(torch.get_rng_state(), before)


def test_every_architecture_has_both_halves() -> None:
    assert set(ENCODERS) == {*DECODERS, "set_transformer"}  # a set is read, never written
    assert tuple(ENCODERS) == kinds_of("model.encoder")
    assert tuple(DECODERS) == kinds_of("model.decoder")
    with pytest.raises(BadConfig, match="encoder must be one of rnn, lstm, gru, convolutional"):
        ENCODERS["cnn"]


def test_tied_embeddings_are_one_weight() -> None:
    part = tiny_part("gru")
    tied = built(config_of(part, {**part, "tied_embedding": True}))
    apart = built(config_of(part, part))
    assert output_of(tied).weight is embedding_of(tied.decoder).weight
    assert tied.parameter_count == apart.parameter_count - VOCABULARY * 6
    torch.autograd.backward(tied.score(tiny_batch()).scores.sum())
    assert embedding_of(tied.decoder).weight.grad is not None


@pytest.mark.parametrize("kind", ["gru", "transformer"])
def test_shared_embeddings_are_one_weight(kind: str) -> None:
    part = tiny_part(kind)
    shared = built(config_of({**part, "shared_embedding": True}, part))
    apart = built(config_of(part, part))
    assert shared.encoder.embedding is shared.decoder.embedding
    width = part.get("embedding_size", part["hidden_size"])
    assert shared.parameter_count == apart.parameter_count - VOCABULARY * width


def test_vocabularies_of_both_sides_may_differ() -> None:
    model = build_model(tiny_model_config(), 30, VOCABULARY, 1)
    assert embedding_of(model.encoder).weight.shape == (30, 6)
    assert model.score(tiny_batch()).scores.shape[-1] == VOCABULARY


@each_architecture
def test_padding_is_embedded_as_nothing(name: str) -> None:
    model = built(tiny_model_config(*ARCHITECTURES[name]))
    for part in (model.encoder, model.decoder):
        assert (embedding_of(part).weight[PADDING] == 0).all()
        assert (embedding_of(part).weight[PADDING + 1 :] != 0).any(-1).all()


def test_parameters_are_counted() -> None:
    model = built(tiny_model_config("transformer", "transformer"))
    attention, norm = 4 * (8 * 8 + 8), 2 * 8
    feed_forward = 8 * 16 + 16 + 16 * 8 + 8
    encoder = 12 * 8 + 2 * (attention + feed_forward + 2 * norm) + norm
    decoder = 12 * 8 + 2 * (2 * attention + feed_forward + 3 * norm) + norm + 8 * 12 + 12
    assert model.parameter_count == encoder + decoder


@each_architecture
def test_dropout_works_in_training_only(name: str) -> None:
    model = built(tiny_model_config(*ARCHITECTURES[name], dropout=0.5))
    batch = tiny_batch()
    assert not torch.equal(model.train().score(batch).scores, model.score(batch).scores)
    assert torch.equal(model.eval().score(batch).scores, model.score(batch).scores)

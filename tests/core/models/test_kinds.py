"""Encoder and decoder may be of different kinds: each pair learns, and translates."""

from __future__ import annotations

import math

import pytest
import torch

from s2s_core.decoding.search import translate_all
from s2s_core.experiment import changed
from s2s_core.models.encoder_decoder import DECODERS, ENCODERS
from tests.helpers import (
    copy_batches,
    decoding,
    tiny_config,
    tiny_sentences,
    tiny_trainer,
    weights_of,
)


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("encoder", ENCODERS)
def test_every_encoder_trains_and_translates_with_every_decoder(encoder: str, decoder: str) -> None:
    config = tiny_config(encoder, decoder, dropout=0.1)
    wider = changed(config, "model.decoder.hidden_size", 12)  # the two need not be of one width
    trainer = tiny_trainer(wider, copy_batches())
    for one in (trainer, tiny_trainer(config, copy_batches())):
        before, steps = weights_of(one.model), one.steps()
        assert all(math.isfinite(next(steps).loss) for _ in range(2))
        after = weights_of(one.model)
        unmoved = [name for name in before if torch.equal(before[name], after[name])]
        assert unmoved == []
    sources = tiny_sentences(3)
    for search in ("greedy", "beam"):
        found = dict(translate_all(trainer.model, sources, decoding(search=search, beam_size=3)))
        assert sorted(found) == [0, 1, 2]
        assert all(len(hypotheses[0].tokens) <= 2 * 6 + 10 for hypotheses in found.values())

"""Models that differ from the plain ones in a knob or two, for the tests that go through all."""

from __future__ import annotations

from typing import Any

from s2s_core.models.encoder_decoder import EncoderDecoder, build_model
from tests.helpers import VOCABULARY, tiny_config

# What is laid over the settings of a tiny recurrent model with additive attention.
VARIANTS: dict[str, dict[str, Any]] = {
    "relu": {"encoder": {"nonlinearity": "relu"}, "decoder": {"nonlinearity": "relu"}},
    "residual": {"encoder": {"residual": True}, "decoder": {"residual": True}},
    "variational": {"encoder": {"variational": True}, "decoder": {"variational": True}},
    "reversed": {"encoder": {"reverse_source": True}},
    "reversed one way": {"encoder": {"reverse_source": True, "bidirectional": False}},
    "every step": {"decoder": {"context": "every_step"}},
    "feeding": {"decoder": {"input_feeding": True}},
    "feeding all": {
        "decoder": {"input_feeding": True, "attention": "coverage", "context": "every_step"}
    },
    "heads": {"decoder": {"attention": "scaled_dot", "attention_heads": 2}},
    "copying": {"decoder": {"copying": True}},
    "copying all": {
        "decoder": {"copying": True, "attention": "local", "input_feeding": True},
    },
    "one place": {"decoder": {"attention": "local", "window": 1}},
}


def variant_model(
    encoder: str = "gru", decoder: str = "gru", attention: str = "additive", seed: int = 1
) -> EncoderDecoder:
    """Return a tiny model, ready to be looked at; a variant may stand for the attention."""
    changes = VARIANTS.get(attention)
    config = (
        tiny_config(encoder, decoder, attention)
        if changes is None
        else tiny_config(encoder, decoder, model=changes, data={"tokenizer": {"joint": True}})
    )
    return build_model(config.model, VOCABULARY, VOCABULARY, seed).eval()

"""A translator: the model of a run with its tokenizers, from training or from a checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from s2s_core.configs import RunConfig
from s2s_core.data.corpus import load_tokenizers
from s2s_core.models.device import choose_device, precision_there
from s2s_core.models.encoder_decoder import EncoderDecoder, build_model
from s2s_core.runs.checkpoint import AVERAGED, best_weights, config_of
from s2s_core.runs.weights import load_weights
from s2s_core.text.tokenizer import Tokenizer


@dataclass(frozen=True)
class Translator:
    """A model with its tokenizers: all that translating needs."""

    model: EncoderDecoder
    source: Tokenizer
    target: Tokenizer
    config: RunConfig
    step: int  # of the weights
    averaged: bool = False  # over the steps or checks before
    longest: int = 0  # pieces of a source that it is trained on; 0: not known


def load_translator(folder: Path, device: str = "auto") -> Translator:
    """Load the best model of a run (the last one, if none was ever scored) for translating."""
    chosen, weights, step = best_weights(folder)
    config = config_of(chosen, device)
    source, target = load_tokenizers(folder)
    model = build_model(
        config.model, source.size, target.size, config.training.seed,
        reconstruct=config.objective.source_reconstruction,
    )  # fmt: skip
    load_weights(model, weights)
    model.to(choose_device(config.training.device)).eval()
    model.precision = precision_there(config.training.precision, model.device)
    return Translator(model, source, target, config, step, averaged=weights.name == AVERAGED)

"""A whole experiment."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from s2s_core.configs.base import FORMAT, Config
from s2s_core.configs.data import DataConfig
from s2s_core.configs.decoding import DecodingConfig
from s2s_core.configs.model import ModelConfig
from s2s_core.configs.objective import ObjectiveConfig
from s2s_core.configs.regularisation import RegularisationConfig
from s2s_core.configs.smaller import SmallerConfig
from s2s_core.configs.start import StartConfig
from s2s_core.configs.training import TrainingConfig


class RunConfig(Config):
    """All that is needed to do a run again."""

    format: Literal[1] = FORMAT
    data: DataConfig = DataConfig()
    model: ModelConfig = ModelConfig()
    training: TrainingConfig = TrainingConfig()
    objective: ObjectiveConfig = ObjectiveConfig()
    regularisation: RegularisationConfig = RegularisationConfig()
    start: StartConfig = StartConfig()
    smaller: SmallerConfig = SmallerConfig()
    decoding: DecodingConfig = DecodingConfig()

    @model_validator(mode="after")
    def _check(self) -> Self:
        encoder, decoder = self.model.encoder, self.model.decoder
        widths = [getattr(c, "embedding_size", c.hidden_size) for c in (encoder, decoder)]
        if encoder.shared_embedding and not self.data.tokenizer.joint:
            raise ValueError("model.encoder.shared_embedding needs data.tokenizer.joint")
        if encoder.shared_embedding and widths[0] != widths[1]:
            raise ValueError(
                f"model.encoder.shared_embedding needs embeddings of one width, not "
                f"{widths[0]} and {widths[1]}"
            )
        return self

    @model_validator(mode="after")
    def _check_tasks(self) -> Self:
        decoder, noise = self.model.decoder, self.regularisation
        is_noisy = noise.drop_pieces or noise.swap_pieces or noise.mask_pieces
        if self.objective.source_reconstruction and is_noisy:
            raise ValueError(
                "objective.source_reconstruction would learn the noise on the source: choose "
                "one of them"
            )
        for name in ("guided_attention_weight", "coverage_weight"):
            if getattr(self.objective, name) and getattr(decoder, "attention", "") == "none":
                raise ValueError(
                    f"objective.{name} needs a decoder that attends: choose another "
                    f"model.decoder.attention than none, or the weight 0"
                )
        if getattr(decoder, "copying", False) and not self.data.tokenizer.joint:
            raise ValueError("model.decoder.copying needs data.tokenizer.joint")
        if getattr(decoder, "copying", False) and self.objective.loss == "binary_cross_entropy":
            raise ValueError(
                "model.decoder.copying gives probabilities that sum to one, so that objective.loss "
                "must be cross_entropy, not binary_cross_entropy"
            )
        return self

    @model_validator(mode="after")
    def _check_sampling(self) -> Self:
        kind = self.data.tokenizer.kind
        for name, wanted in (("bpe_dropout", "bpe"), ("unigram_sampling", "unigram")):
            if getattr(self.regularisation, name) and kind != wanted:
                raise ValueError(
                    f"regularisation.{name} needs data.tokenizer.kind {wanted}, not {kind}"
                )
        return self

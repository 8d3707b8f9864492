"""The model: one kind of encoder and one kind of decoder."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from s2s_core.configs.base import Config
from s2s_core.configs.convolutional import ConvolutionalDecoderConfig, ConvolutionalEncoderConfig
from s2s_core.configs.recurrent import RecurrentDecoderConfig, RecurrentEncoderConfig
from s2s_core.configs.set_transformer import SetTransformerEncoderConfig
from s2s_core.configs.transformer import TransformerDecoderConfig, TransformerEncoderConfig

EncoderConfig = Annotated[
    RecurrentEncoderConfig
    | ConvolutionalEncoderConfig
    | TransformerEncoderConfig
    | SetTransformerEncoderConfig,
    Field(discriminator="kind"),
]
DecoderConfig = Annotated[
    RecurrentDecoderConfig | ConvolutionalDecoderConfig | TransformerDecoderConfig,
    Field(discriminator="kind"),
]


class ModelConfig(Config):
    """An encoder and a decoder, configured apart."""

    encoder: EncoderConfig = RecurrentEncoderConfig()
    decoder: DecoderConfig = RecurrentDecoderConfig()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (
            isinstance(self.decoder, RecurrentDecoderConfig)
            and self.decoder.attention == "dot"
            and self.decoder.hidden_size != self.encoder.hidden_size
        ):
            raise ValueError(
                f"dot attention needs one hidden_size for encoder and decoder, not "
                f"{self.encoder.hidden_size} and {self.decoder.hidden_size}; general does not"
            )
        if isinstance(self.decoder, RecurrentDecoderConfig):
            self._check_heads(self.decoder)
        return self

    def _check_heads(self, decoder: RecurrentDecoderConfig) -> None:
        sizes, heads = (self.encoder.hidden_size, decoder.hidden_size), decoder.attention_heads
        if decoder.attention == "scaled_dot" and any(size % heads for size in sizes):
            raise ValueError(
                f"scaled_dot attention needs both hidden_size to be multiples of attention_heads, "
                f"{heads}, not {sizes[0]} and {sizes[1]}"
            )
